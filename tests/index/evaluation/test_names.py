from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoder import SentenceTransformerEncoder
from index.evaluation.articles import read_articles
from index.evaluation.names import (
    Report,
    evaluate,
    made_up,
    misspelt,
    one_wrong_letter,
    printed,
    questions,
    topic_of,
    wrong_guesses,
)
from index.extraction import SieveExtractor
from index.questions import Questions
from index.types import Article, Attribution, Quotation, Speaker

ARTICLES = Path(__file__).parents[2] / "articles"


@given(st.text(alphabet="abcdefgh", min_size=2), st.integers())
def test_one_letter_is_wrong(word: str, seed: int) -> None:
    wrong = one_wrong_letter(word, random.Random(seed))
    assert abs(len(wrong) - len(word)) <= 1
    assert sum(a != b for a, b in zip(wrong, word, strict=False)) <= 2 or len(wrong) != len(word)


def test_only_the_name_is_misspelt() -> None:
    for seed in range(50):
        wrong = misspelt("mayor Ada Lindqvist", random.Random(seed), "Ada Lindqvist")
        assert wrong.startswith("mayor Ada ")
        assert wrong != "mayor Ada Lindqvist"


def test_a_topic_is_made_of_words_of_the_quotation() -> None:
    assert topic_of("We must widen every harbour", random.Random(1)) in (
        "widen harbour",
        "must widen",
        "must widen harbour",
    )
    assert topic_of("No. Not now!", random.Random(1)) is None


def test_every_speaker_is_asked_for_in_every_way() -> None:
    text = "“Harbour dredging costs millions,” said the pilot Ada Lind. “Ferries leave tomorrow evening,” said Bo Lind."
    article = Article("a", text)
    said = [
        Attribution(
            Quotation("a", "direct", (article.span(text.index(words), text.index(words) + len(words)),)), who, "m", 0.9
        )
        for words, who in (
            ("Harbour dredging costs millions,", Speaker("ada", "Ada Lind", "person", (), ("the pilot",))),
            ("Ferries leave tomorrow evening,", Speaker("bo", "Bo Lind", "person")),
        )
    ]
    asked = questions([(article, said)])
    assert {(one.way, *one.ids) for one in asked} >= {
        ("full name, own topic", "ada"),
        ("full name, other's topic", "bo"),
        ("full name misspelt, own topic", "bo"),
        ("role and name, own topic", "ada"),
        ("role alone", "ada"),
    }
    assert not any("surname" in one.way for one in asked), "two are called Lind"
    assert questions([(article, said)]) == asked


def test_wrong_guesses_are_told_apart() -> None:
    asked = Questions(made_up(50), set().__contains__)
    (name,) = {form for form, one in made_up(50).names() if " " in form and one.id == made_up(50).names()[0][1].id}
    found = wrong_guesses([f"What did {name.title()} say?", "Nobody says a word"], asked)
    assert {kind: len(lines) for kind, lines in found.items()} == {"name": 1, "misspelt": 0, "role": 0, "raised": 0}


def test_report_is_printed_with_its_shares() -> None:
    report = Report(
        {"surname, own topic": (3, 4), "surname misspelt, own topic": (1, 2)}, {"x": {"name": 1}}, 9, ("f",)
    )
    assert printed(report, errors=True).splitlines() == [
        "f",
        "surname, own topic                          75.0% of 4",
        "surname misspelt, own topic                 50.0% of 2",
        "all with the name                           75.0%",
        "all with one letter wrong                   50.0%",
        "of 9 texts that ask for nobody, x: name 1",
    ]
    assert report.as_json()["first misspelt"] == 0.5


@pytest.mark.model
def test_the_named_speaker_comes_first_on_a_third_of_the_articles() -> None:
    articles = [one.gold.article for one in read_articles(ARTICLES)][::3]
    report = evaluate(articles, SieveExtractor(), SentenceTransformerEncoder(), few=12)
    right, asked = report.first["role alone"]
    assert report.share(misspelt=False) >= 0.97
    assert report.share(misspelt=True) >= 0.9
    assert right / asked >= 0.8


def test_questions_without_a_name_are_given_none() -> None:
    asked = Questions(made_up(5_000), set().__contains__)
    told = [quote.replace("\n", " ") for one in read_articles(ARTICLES) for quote in _quoted(one.gold.article.text)]
    found = wrong_guesses(told, asked)
    assert len(told) > 300
    assert len(found["name"]) <= 1
    assert (found["misspelt"], found["role"]) == ([], [])


def _quoted(text: str) -> list[str]:
    return [part.split("”")[0] for part in text.split("“")[1:]]
