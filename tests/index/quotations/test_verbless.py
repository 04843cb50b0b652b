"""Sources without a verb of speaking: who, by which word, by which step."""

import pytest

from index.document import read_documents
from index.quotations.direct import find_direct
from index.types import Article

Row = tuple[str | None, str | None, str | None]


def sources(text: str) -> list[Row]:
    found = find_direct(next(read_documents([Article("a", text)])))
    return [(q.source.text if q.source else None, q.cue.text if q.cue else None, q.step) for q in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Enter Mara Lind, the union’s lawyer: “We will be here at Christmas.”", ("Mara Lind", None, "verbless")),
        ("Her verdict on the offer: “Crumbs.”", ("Her", None, "verbless")),
        ("Berg’s lawyer, on leaving the hall: “I need coffee.”", ("Berg’s lawyer", None, "verbless")),
        ("Lind, on the other hand: “He has not looked.”", ("Lind", None, "verbless")),
        ("Man of the match Finn Kerr: “I dreamt of this.”", ("Finn Kerr", None, "verbless")),
        ("Back in the kitchen, Sipho shrugs: “It is cheap.”", ("Sipho", None, "verbless")),
        ("On schools: “Every child will have a desk.”", (None, None, None)),
        ("It rained on the quay in Oslo: “It rained.”", (None, None, None)),
        ("“Shameful,” is how Lind described the offer.", ("Lind", "described", "noun")),
        ("“No, no, no,” was the reply from Berg.", ("Berg", "reply", "noun")),
        ("“Never again,” came the shout from his brother.", ("his brother", "shout", "noun")),
        ("“A circus,” in the words of Mara Lind.", ("Mara Lind", "words", "noun")),
        ("“Pay them or lose them,” was her message.", ("her", "message", "noun")),
        ("“It is over,” was the word on the street.", (None, None, None)),
    ],
)
def test_whose_words_they_are_without_a_verb(text: str, expected: Row) -> None:
    assert sources(text) == [expected]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("In a letter to members she wrote:", ("she", "wrote", "announced")),
        ("Berg’s response was short:", ("Berg", "response", "announced")),
        ("The minister, to laughter:", ("The minister", None, "announced")),
    ],
)
def test_a_paragraph_that_ends_in_a_colon_announces_the_next(before: str, expected: Row) -> None:
    assert sources(f"{before}\n\n“Good luck. We lost the vote.\n\n“It was close.”") == [
        expected,
        (expected[0], None, "continued"),
    ]
