import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.document.sentences import sentences_of, split_sentences
from index.types import Article


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained. It stopped.", ["It rained.", "It stopped."]),
        ("Gen. Mara Lind of the U.S. Army left at 5 p.m. on Monday. She was late.", None),
        ('"It is." She left.', ['"It is."', "She left."]),
        ('"Why?" he asked. Nobody knew.', ['"Why?" he asked.', "Nobody knew."]),
        ("Prices rose, e.g. for bread, by 2.5 percent.", ["Prices rose, e.g. for bread, by 2.5 percent."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str] | None) -> None:
    found = [text[start:end] for start, end in split_sentences(text)]
    if expected is None:
        expected = ["Gen. Mara Lind of the U.S. Army left at 5 p.m. on Monday.", "She was late."]
    assert found == expected


@given(st.text(max_size=200))
def test_sentences_lie_in_order_and_leave_out_white_space_only(text: str) -> None:
    found = split_sentences(text)
    assert all(start < end for start, end in found)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    covered = "".join(text[start:end] for start, end in found)
    assert "".join(covered.split()) == "".join(text.split())


def test_sentences_of_a_stretch_are_places_in_its_article() -> None:
    article = Article("a", "Not this. “Why?” he asked. Nobody knew.\n\n  The U.S. left. ")
    found = sentences_of(article.span(10, len(article.text)))
    assert [article.text[start:end] for start, end in found] == ["“Why?” he asked.", "Nobody knew.", "The U.S. left."]
    assert sentences_of(article.span(40, 42)) == ()
