"""Sources without a name: whom "the company", "the 41-year-old" and "a surgeon" stand for, and what stays unnamed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.extraction import SieveExtractor
from index.types import Article


def said(text: str) -> list[tuple[str, str, str]]:
    """Mention, name and kind of every source."""
    return [
        (a.quotation.source.text, a.speaker.name, a.speaker.kind)
        for a in next(iter(SieveExtractor().extract([Article("a", text)])))
        if a.speaker and a.quotation.source
    ]


@pytest.mark.parametrize(
    ("text", "mention", "name"),
    [
        (
            "Sumatra Coast Rubber, the country’s largest grower, lost money.\n\n“Prices fell,” the company said.",
            "the company",
            "Sumatra Coast Rubber",
        ),
        (
            "The Ministry of Transport has closed the bridge. The ministry said it was unsafe.",
            "The ministry",
            "Ministry of Transport",
        ),
        ("The operator, Visayan Sea Lines, denied any link to the fire.", "The operator", "Visayan Sea Lines"),
        ("One of the two, 17-year-old Lena Marsh, said she had been frightened.", "One", "Lena Marsh"),
        (
            "The inquiry’s chairman, retired judge Paul Omondi, said the owner would be heard.",
            "The inquiry’s chairman",
            "Paul Omondi",
        ),
        (
            "The founder’s nephew, Walter Brandt III, who owns a third, said he would sell.",
            "The founder’s nephew",
            "Walter Brandt III",
        ),
        (
            "A surgeon has said the hospital is unsafe.\n\n“I would not go,” said Mr Colin Avery.",
            "A surgeon",
            "Colin Avery",
        ),
        (
            "The finance minister said rates would fall.\n\nKofi Adjei told parliament so.",
            "The finance minister",
            "Kofi Adjei",
        ),
        ("Ana Roy took the case. “No,” said the 41-year-old.", "the 41-year-old", "Ana Roy"),
        ("Ana Roy took the case. “I won,” the midfielder said.", "the midfielder", "Ana Roy"),
        (
            "Ada Pike, a former colonel, met Ola Berg, the mayor. Berg left. “Never,” the former colonel said.",
            "the former colonel",
            "Ada Pike",
        ),
        (
            "Kit Lane, who is nonbinary, sells maps. They paint at night. “I draw a lot,” they said.",
            "they",
            "Kit Lane",
        ),
    ],
)
def test_a_description_is_who_it_describes(text: str, mention: str, name: str) -> None:
    assert (mention, name) in [found[:2] for found in said(text)]


@pytest.mark.parametrize(
    ("text", "mention"),
    [
        ("Ana Roy lost the case. A government spokesman said it was over.", "A government spokesman"),
        ("Ana Roy lost the case. The prosecutor said it was over.", "The prosecutor"),
        ("Ana Roy, the foreign minister, left. The finance minister said it was over.", "The finance minister"),
        ("Ana Roy lost the case. Her lawyer said it was over.", "Her lawyer"),
        ("A woman was hurt. Ana Roy came by. The woman said it was over.", "The woman"),
        ("A senior official said it was over.\n\nAna Roy left town.", "A senior official"),
    ],
)
def test_somebody_else_stays_unnamed(text: str, mention: str) -> None:
    assert (mention, mention, "unnamed") in said(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The government said it was over.", "organisation"),
        ("The energy regulator said it was over.", "organisation"),
        ("A garment workers’ federation said it was over.", "organisation"),
        ("Prosecutors said it was over.", "group"),
        ("Two residents said it was over.", "group"),
        ("Commuters said it was over.", "group"),
        ("A senior official said it was over.", "unnamed"),
        ("A person familiar with the talks said it was over.", "unnamed"),
    ],
)
def test_what_kind_of_source_a_description_tells(text: str, kind: str) -> None:
    ((_, _, found),) = said(text)
    assert found == kind


def test_a_body_without_a_name_stays_in_its_article() -> None:
    ids = set()
    for article in ("one", "two"):
        (attribution,) = next(iter(SieveExtractor().extract([Article(article, "The company said it was over.")])))
        assert attribution.speaker is not None
        ids.add(attribution.speaker.id)
    assert len(ids) == 2


_PARTS = (
    "the ",
    "a ",
    "company ",
    "minister ",
    "Ana Roy ",
    "Roy, 41, ",
    "her lawyer, ",
    "said ",
    "it was over. ",
    "\n\n",
)


@given(st.lists(st.sampled_from(_PARTS), max_size=20))
def test_any_text_gives_each_source_one_speaker_at_most(parts: list[str]) -> None:
    text = "So. " + "".join(parts)
    for mention, name, _ in said(text):
        assert mention in text
        assert name.strip()


@pytest.mark.parametrize(
    ("text", "mention", "name"),
    [
        (
            "Mary Otieno and her husband, James Otieno, ran a farm. “Yes,” Mr Otieno said. “No,” said Otieno.",
            "Otieno",
            "James Otieno",
        ),
        (
            "Supt Delroy Grant sat down. The man’s lawyer, Keisha Brown, said he was innocent. “He slept,” she said.",
            "she",
            "Keisha Brown",
        ),
        ("Ada Okafor sang. Okafor’s manager, Bode Alli, said it was over.", "Okafor’s manager", "Bode Alli"),
        ("Bo Tan, the mayor, met Sen. Rosa Lim. “Good,” the senator said.", "the senator", "Rosa Lim"),
        ("The Democratic Alliance (DA) met. “We work,” the DA said.", "the DA", "Democratic Alliance"),
        (
            "The Reserve Bank of Fiji met. The central bank said it was over.",
            "The central bank",
            "Reserve Bank of Fiji",
        ),
        ("Captain Mia Brandt won. “We adapted,” said the all-rounder.", "the all-rounder", "Mia Brandt"),
    ],
)
def test_who_stands_near_is_told_apart(text: str, mention: str, name: str) -> None:
    assert (mention, name) in [found[:2] for found in said(text)]
