import pytest

from index.extraction import SieveExtractor
from index.types import Article


def turns(text: str) -> list[tuple[str, str, str | None, str | None]]:
    article = Article("a", text)
    found = next(iter(SieveExtractor().extract([article])))
    assert all(article.holds(span) for a in found for span in a.quotation.spans)
    return [
        (
            a.quotation.text,
            a.quotation.source.text if a.quotation.source else "",
            a.speaker.name if a.speaker else None,
            a.method,
        )
        for a in found
    ]


HEARING = """The committee heard Mara Lind, a harbour pilot, and its chairman, Ola Berg.

BERG: Did you see the ship that night?

LIND: I saw its lights. I said nothing because nobody asked.

(LAUGHTER)

BERG: Somebody is asking now.
"""


def test_every_turn_is_a_quotation_of_its_labelled_speaker_with_the_full_name() -> None:
    assert turns(HEARING) == [
        ("Did you see the ship that night?", "BERG", "Ola Berg", "label"),
        ("I saw its lights. I said nothing because nobody asked.", "LIND", "Mara Lind", "label"),
        ("Somebody is asking now.", "BERG", "Ola Berg", "label"),
    ]


def test_a_paragraph_without_a_label_goes_on_with_its_turn() -> None:
    text = HEARING.replace("I said nothing", "\n\nI said nothing").replace("(LAUGHTER)\n\n", "")
    assert [row[:2] for row in turns(text)][1:3] == [
        ("I saw its lights.", "LIND"),
        ("I said nothing because nobody asked.", "LIND"),
    ]


def test_turns_in_marks_lose_mark_and_label() -> None:
    text = "“WALLACE: Is it true?\n\n“PENCE: It is not true.\n\n“WALLACE: Are you sure?”\n"
    assert [row[:2] for row in turns(text)] == [
        ("Is it true?", "WALLACE"),
        ("It is not true.", "PENCE"),
        ("Are you sure?", "WALLACE"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Note: the plan was changed.\n\nNote: the vote was moved.\n\nUpdated: on Monday.",
        "Ola Berg: 1,769.\n\nMara Lind: 1,501.\n\nOla Berg: 547.",
        "Oslo: the vote was lost.\n\nBergen: the vote was won.\n\nIt rained.",
    ],
)
def test_lists_and_notes_are_no_transcript(text: str) -> None:
    assert [row for row in turns(text) if row[3] == "label"] == []


def test_an_office_gives_way_to_who_holds_it() -> None:
    text = (
        "The Minister of State for Harbours (Mr. Ola Berg): The contractor is gone.\n\nMara Lind: It was on a poster."
        "\n\nMr. Ola Berg: It was not mine.\n\nMara Lind: It had a photograph."
    )
    assert [row[:3] for row in turns(text)] == [
        ("The contractor is gone.", "Mr. Ola Berg", "Ola Berg"),
        ("It was on a poster.", "Mara Lind", "Mara Lind"),
        ("It was not mine.", "Mr. Ola Berg", "Ola Berg"),
        ("It had a photograph.", "Mara Lind", "Mara Lind"),
    ]
