"""One sentence a form of reported speech: what is reported, who reports it, by which word."""

import pytest

from index.document import read_documents
from index.quotations.reported import find_reported
from index.types import Article


def reported(text: str) -> list[tuple[str, str, str | None, str | None]]:
    article = Article("a", text)
    found = find_reported(next(read_documents([article])))
    assert all(article.holds(span) for q in found for span in q.spans)
    return [(q.kind, q.text, q.source.text if q.source else None, q.cue.text if q.cue else None) for q in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Mara Lind said the vote had been lost.",
            ("indirect", "the vote had been lost", "Mara Lind", "said"),
        ),
        (
            "Mara Lind said on Monday that the vote had been lost.",
            ("indirect", "the vote had been lost", "Mara Lind", "said"),
        ),
        (
            "The vote had been lost, Mara Lind said.",
            ("indirect", "The vote had been lost", "Mara Lind", "said"),
        ),
        (
            "According to Mara Lind, the vote had been lost.",
            ("indirect", "the vote had been lost", "Mara Lind", "According to"),
        ),
        (
            "Mara Lind warned there would be “no mercy” for the plan.",
            ("mixed", "there would be “no mercy” for the plan", "Mara Lind", "warned"),
        ),
        (
            "Mara Lind warned of broader “legal options”.",
            ("mixed", "broader “legal options”", "Mara Lind", "warned"),
        ),
        (
            "Mara Lind said “small drones over the harbour” were seen.",
            ("mixed", "“small drones over the harbour” were seen", "Mara Lind", "said"),
        ),
        (
            "The city declared “open war” on the plan.",
            ("mixed", "open war", "The city", "declared"),
        ),
        (
            "The deal, officials said, would cost a fortune.",
            ("indirect", "The deal would cost a fortune", "officials", "said"),
        ),
        (
            "Mara Lind said in a letter that the law “will ruin us all”.",
            ("mixed", "the law “will ruin us all”", "Mara Lind", "said"),
        ),
        (
            "Ola Berg has vowed to keep the harbour open and celebrated the ruling on Monday.",
            ("indirect", "to keep the harbour open", "Ola Berg", "vowed"),
        ),
        (
            "As the Herald noted, it is surprising that anybody came.",
            ("indirect", "it is surprising that anybody came", "the Herald", "noted"),
        ),
        (
            "Mara Lind urged both sides to respect the law.",
            ("indirect", "both sides to respect the law", "Mara Lind", "urged"),
        ),
        (
            "Lind, however, said any new vote would fail.",
            ("indirect", "any new vote would fail", "Lind", "said"),
        ),
    ],
)
def test_reported_speech(text: str, expected: tuple[str, str, str, str]) -> None:
    assert expected in reported(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mara Lind did not say whether the vote had been lost.",
        "Asked whether the vote had been lost, Mara Lind smiled.",
        "Mara Lind declined to say when the vote would be held.",
        "One pilot asked not to be named.",
        "Nobody on the council said that the plan would return.",
        "No one expects the plan to return.",
        "The plan was voted down on Monday.",
        "“We lost the vote,” Mara Lind said.",
        "The group is officially designated “terrorist” by several countries.",
    ],
)
def test_nothing_is_reported(text: str) -> None:
    assert reported(text) == []
