"""The sentences around a passage: whole, verbatim, in their place, and none of the header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.surroundings import FARTHEST, surroundings
from index.types import Article, Span

TEXT = (
    "The ferry sank on Monday. Nobody was hurt.\n\n"
    "Mr. Berg came by boat. “It was old. It was tired,” he said. The harbour is closed.\n\n"
    "“We will build another one,” said the mayor.\n\n"
    "The town has no money. It has a lake. It has rain."
)


def _around(text: str, words: str, sentences: int = 2, body: int = 0) -> tuple[str | None, str | None]:
    article = Article("a", text, body=body)
    start = text.index(words)
    found = surroundings(article, article.span(start, start + len(words)), sentences)
    for span in (found.before, found.after):
        assert span is None or article.holds(span)
    return found.before and found.before.text, found.after and found.after.text


def test_whole_sentences_stand_around_a_passage_over_paragraphs() -> None:
    assert _around(TEXT, "“We will build another one,” said the mayor.") == (
        "“It was old. It was tired,” he said. The harbour is closed.",
        "The town has no money. It has a lake.",
    )
    assert _around(TEXT, "“It was old. It was tired,” he said.") == (
        "Nobody was hurt.\n\nMr. Berg came by boat.",
        "The harbour is closed.\n\n“We will build another one,” said the mayor.",
    )


@pytest.mark.parametrize(
    ("words", "sentences", "expected"),
    [
        ("The ferry sank on Monday.", 1, (None, "Nobody was hurt.")),
        ("It has a lake. It has rain.", 1, ("The town has no money.", None)),
        (TEXT, 2, (None, None)),
        (
            "Nobody was hurt.",
            9,
            ("The ferry sank on Monday.", TEXT[TEXT.index("Mr. Berg") :]),
        ),
    ],
)
def test_where_the_article_has_fewer_there_are_fewer(
    words: str, sentences: int, expected: tuple[str | None, str | None]
) -> None:
    assert _around(TEXT, words, sentences) == expected


def test_the_header_is_no_context() -> None:
    header = "date 2026-02-27 A standfirst that ends. So it goes.\n\n"
    assert _around(header + TEXT, "Nobody was hurt.", body=len(header))[0] == "The ferry sank on Monday."
    assert _around(header + TEXT, "The ferry sank on Monday.", body=len(header))[0] is None


def test_a_text_wrapped_by_hand_is_read_by_its_sentences() -> None:
    first = "The ferry of the lake sank on a Monday in the\nrain of spring. The people of the town came to\nthe quay."
    said = "Nobody said one word of it to\nthe mayor of the town."
    last = "The lake was grey for a week and\na day. It rained and the people of the town went\nhome again."
    text = f"{first} {said} {last}\n\n{first} {last}\n"
    assert _around(text, said, 1) == (
        "The people of the town came to\nthe quay.",
        "The lake was grey for a week and\na day.",
    )


def test_of_the_longest_paragraph_whole_sentences_are_given() -> None:
    sentence = "The lake is grey and the town has no money for a ferry. "
    text = sentence * 20_000 + "“We will build it,” he said. " + sentence * 20_000
    assert _around(text, "“We will build it,” he said.") == ((sentence * 2).strip(), (sentence * 2).strip())


def test_a_sentence_that_is_not_read_whole_is_left_out() -> None:
    endless = "the lake and " * FARTHEST
    text = f"It began so: {endless}the town. “We will build it,” he said. And {endless}the rain."
    assert _around(text, "“We will build it,” he said.") == (None, None)


@given(st.text("aB .\n“”\"'é🙂", min_size=1, max_size=200), st.data())
def test_of_any_text_the_context_is_verbatim_outside_the_passage(text: str, data: st.DataObject) -> None:
    if not text.strip():
        text += "x"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    body = data.draw(st.integers(0, start))
    article = Article("a", text, body=body)
    found = surroundings(article, Span(start, end, text[start:end]), 2)
    if found.before is not None:
        assert article.holds(found.before)
        assert body <= found.before.start < found.before.end <= start
    if found.after is not None:
        assert article.holds(found.after)
        assert end <= found.after.start
