"""The names in a byline, and the byline among the first lines of an article."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.byline import LONGEST, MOST, authors_of, byline_in


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By Jane Doe and John Roe", ("Jane Doe", "John Roe")),
        ("Jane Doe, John Roe & Ann Poe", ("Jane Doe", "John Roe", "Ann Poe")),
        ("Jane Doe; John Roe\nJane Doe", ("Jane Doe", "John Roe")),
        ("By Jane Doe, Political Editor", ("Jane Doe",)),
        ("By Jane Doe in London", ("Jane Doe",)),
        ("By JANE DOE, Associated Press", ("JANE DOE",)),
        ("Jane Doe and agencies", ("Jane Doe",)),
        ("Doe, Jane", ("Doe, Jane",)),
        ("Department of Health and Social Care", ("Department of Health and Social Care",)),
        ("Emily O’Brien", ("Emily O’Brien",)),
        ("BBC News", ("BBC News",)),
        ("Byron Hall", ("Byron Hall",)),
        ("Reuters", ()),
        ("By Staff", ()),
        ("jane@paper.example", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_names_stand_as_the_byline_has_them(byline: str | None, authors: tuple[str, ...]) -> None:
    assert authors_of(byline) == authors


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Headline\n\nBy Jane Doe\n\nIt rained.", "By Jane Doe"),
        ("Headline\nBY JANE DOE, Associated Press\nIt rained.", "BY JANE DOE, Associated Press"),
        ("By Reuters\n\nIt rained.", "By Reuters"),
        ("By Friday it had rained.\n\nMore.", None),
        ("By the river\n\nIt rained.", None),
        ("“It rained.”\n\nBy Jane Doe’s count it did not.\n", None),
        ("One.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n\nSix.\n\nSeven.\n\nBy Jane Doe", None),
    ],
)
def test_byline_stands_alone_among_the_first_lines(text: str, line: str | None) -> None:
    assert byline_in(text) == line


@given(st.text(max_size=400))
def test_any_byline_is_taken_and_every_author_stands_in_it(byline: str) -> None:
    plain = " ".join(byline.split())
    found = authors_of(byline)
    assert len(found) <= MOST
    assert len(set(found)) == len(found)
    assert all(0 < len(name) <= LONGEST and name in plain for name in found)


@given(st.lists(st.sampled_from(["Jane Doe", "John Roe", "Ann van der Poe", "Émile O’Brien"]), min_size=1, unique=True))
def test_list_of_names_is_taken_apart(names: list[str]) -> None:
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    assert authors_of(f"By {listed}") == tuple(names)
