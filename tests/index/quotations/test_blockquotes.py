import pytest

from index.document import read_documents
from index.quotations import find_quotations
from index.types import Article


def found(text: str) -> list[tuple[str, str | None, str | None]]:
    article = Article("a", text)
    quotations = find_quotations(next(read_documents([article])))
    assert all(article.holds(span) for q in quotations for span in q.spans)
    return [(q.text, q.source.text if q.source else None, q.step) for q in quotations]


@pytest.mark.parametrize("mark", ["> ", ">", "    ", "\t"])
def test_paragraphs_set_off_are_of_whom_the_colon_before_announces(mark: str) -> None:
    text = (
        "The lake is brown.\n\nIn a statement, Mara Lind wrote:\n\n"
        f"{mark}We regret the spill.\n\n{mark}Nobody was “really” hurt.\n\nThe mayor left. It rained on Monday."
    )
    assert found(text) == [
        ("We regret the spill.", "Mara Lind", "announced"),
        ("Nobody was “really” hurt.", "Mara Lind", "continued"),
    ]


def test_marks_round_a_paragraph_set_off_are_not_of_its_words() -> None:
    assert found("Mara Lind said:\n\n> “We regret the spill.”\n\nIt rained.") == [
        ("We regret the spill.", "Mara Lind", "announced")
    ]


def test_the_line_below_names_whose_a_paragraph_set_off_is() -> None:
    assert found("It rained.\n\n> We regret the spill.\n\n— Mara Lind, mayor") == [
        ("We regret the spill.", "Mara Lind", "signed")
    ]


def test_the_name_may_stand_behind_the_arrow_too() -> None:
    assert found("It rained.\n\n> We regret the spill.\n\n> — Mara Lind, mayor\n\nIt rained.") == [
        ("We regret the spill.", "Mara Lind", "signed")
    ]


def test_a_paragraph_behind_an_arrow_that_nobody_announces_is_nobodys() -> None:
    assert found("It rained.\n\n> We regret the spill.\n\nIt rained.") == [("We regret the spill.", None, None)]


@pytest.mark.parametrize(
    "text",
    [
        "It rained.\n\n    We regret the spill.\n\nIt rained.",
        "    Mara Lind left the hall:\n\n    It rained on her.\n\n    The mayor stayed.",
        "Mara Lind wrote:\n\n> 1,769\n\nIt rained.",
    ],
)
def test_indents_alone_and_numbers_quote_nothing(text: str) -> None:
    assert found(text) == []
