"""What language an article is in, and what is on record of one that is not in English."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.evaluation.articles import read_articles
from index.extraction import SieveExtractor
from index.language import language_of
from index.types import Article

ROOT = Path(__file__).parents[2]
GERMAN = (
    "Der Verkehrsminister hat am Freitag in Köln gesagt, die neue Brücke werde erst im nächsten Jahr eröffnet.\n\n"
    "„Wir haben uns das anders vorgestellt“, sagte Jens Kröger vor Journalisten. Von einem „Skandal“ wollte er nicht"
    " reden.\n\nDie Stadt will nun prüfen, ob Busse auf der alten Strecke fahren können."
)
FRENCH = (
    "Le ministre a déclaré vendredi devant la presse que le pont ne serait pas ouvert avant l’année prochaine."
    " « Nous ne reculerons pas devant nos engagements », a-t-il ajouté."
)
URDU = (
    "وزیر دفاع نے جمعہ کو کہا کہ حملے جاری رہیں گے اور صبر کا پیمانہ لبریز ہو چکا ہے۔"
    " انہوں نے صحافیوں کو بتایا کہ اب کھلی جنگ ہے اور بات چیت کا دروازہ بند نہیں ہوا۔"
)


@pytest.mark.parametrize(("text", "code"), [(GERMAN, "de"), (FRENCH, "fr"), (URDU, "ur")])
def test_an_article_in_another_language_is_told(text: str, code: str) -> None:
    assert language_of(Article("x", text)) == code


@pytest.mark.parametrize(
    "text", ["Köln, Freitag.", "Jens Kröger, Ümit Şahin, José Núñez, Zoë Brânză", "1. 2. 3.", "¿?"]
)
def test_what_is_too_short_to_tell_is_taken_for_english(text: str) -> None:
    assert language_of(Article("x", text)) == "en"


def test_the_header_is_not_looked_at() -> None:
    header = "date 2026-02-27 The standfirst of the article is in English, and goes on for longer than its text.\n\n"
    assert language_of(Article("x", header + FRENCH, body=len(header))) == "fr"


def test_every_written_article_is_in_english() -> None:
    written = [
        one.gold.article for folder in ("articles", "heldback") for one in read_articles(ROOT / "tests" / folder)
    ]
    assert len(written) > 130
    assert {language_of(article) for article in written} == {"en"}


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_has_a_language(text: str) -> None:
    assert len(language_of(Article("x", text))) == 2


def test_of_another_language_what_stands_in_marks_is_quoted_and_nobody_is_guessed() -> None:
    english = "“We will go on,” the mayor, Jane Hale, said on Friday in the old town hall."
    articles = [Article("de", GERMAN), Article("en", english), Article("fr", FRENCH)]
    german, mayor, french = SieveExtractor().extract(articles)
    assert [(one.quotation.text, one.speaker, one.quotation.source) for one in german] == [
        ("Wir haben uns das anders vorgestellt", None, None)
    ]
    assert [(one.quotation.text, one.speaker.name if one.speaker else None) for one in mayor] == [
        ("We will go on,", "Jane Hale")
    ]
    assert [(one.quotation.text, one.speaker) for one in french] == [
        ("Nous ne reculerons pas devant nos engagements", None)
    ]
