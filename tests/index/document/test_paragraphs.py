from index.document.paragraphs import narration_start, split_paragraphs
from index.types import Article


def kinds(text: str, body: int = 0) -> list[tuple[str, str]]:
    article = Article("a", text, body=body)
    return [(text[p.start : p.end], p.kind) for p in split_paragraphs(article)]


def test_header_heading_and_body_are_told_apart() -> None:
    text = " date 2026-01-02 A standfirst.\n\nIt rained.\n\nWhy has it rained?\n\nWhat comes next\n\nNobody knows.\n"
    assert kinds(text, body=30) == [
        ("date 2026-01-02 A standfirst.", "header"),
        ("It rained.", "body"),
        ("Why has it rained?", "heading"),
        ("What comes next", "heading"),
        ("Nobody knows.", "body"),
    ]


def test_a_short_line_with_a_quotation_is_body() -> None:
    assert kinds("“No comment”\n\nShe left.")[0] == ("“No comment”", "body")


def test_the_last_line_and_long_lines_are_body() -> None:
    long = "This line has no full stop but it is far too long to be a heading of anything"
    assert [kind for _, kind in kinds(f"{long}\n\nThe end")] == ["body", "body"]


def test_a_headline_in_capitals_is_a_heading_even_with_a_full_stop() -> None:
    assert kinds("Council Votes Down Harbour Plan Again.\n\nIt rained.")[0][1] == "heading"


def test_lines_wrapped_by_hand_are_one_paragraph() -> None:
    line = "The harbour plan was voted down again on Monday night after a"
    text = f"{line}\n{line}\n{line}\nlong debate.\n\n{line}\n{line}\n{line}\nvote."
    assert len(kinds(text)) == 2


def test_white_space_and_empty_paragraphs_vanish() -> None:
    assert kinds("\n \n\t\n  It rained. \r\n\n\n") == [("It rained.", "body")]


def test_narration_begins_behind_a_dateline() -> None:
    for dateline in ("Oslo, Norway – ", "OSLO (Reuters) - ", "NEW YORK — ", ""):
        text = f"{dateline}The plan was voted down."
        (paragraph,) = split_paragraphs(Article("a", text))
        assert text[narration_start(text, paragraph) :] == "The plan was voted down."
