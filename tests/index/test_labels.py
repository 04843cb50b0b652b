"""Of each value the articles that have it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.labels import Labels


def test_values_are_found_whatever_their_capitals_and_spaces() -> None:
    labels = Labels()
    labels.add(0, ["Ada Holm", "Per Lie"])
    labels.add(3, ["ADA  HOLM"])
    assert labels.of(["ada holm"]).tolist() == [0, 3]
    assert labels.of(["Per Lie", "nobody"]).tolist() == [0]
    assert labels.of([]).tolist() == labels.of(["Ada"]).tolist() == []


@given(st.lists(st.lists(st.text(max_size=5), max_size=3), max_size=8))
def test_every_article_is_found_by_each_of_its_values(articles: list[list[str]]) -> None:
    labels = Labels()
    for number, values in enumerate(articles):
        labels.add(number, values)
    for number, values in enumerate(articles):
        assert all(number in labels.of([value]) for value in values)
