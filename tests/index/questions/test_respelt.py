"""Misspelt words that are no names: roles, words of questions, words that passages carry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.evaluation.names import MadeUp
from index.questions import Questions
from index.types import Speaker

PEOPLE = [
    Speaker("noor-selim", "Noor Selim", "person", ("Selim",), ("a harbour engineer", "Veldania’s Defence Minister")),
    Speaker("marek-thys", "Marek Thys", "person", ("Thys",), ("a retired general", "a security analyst")),
    Speaker("bo-kranz", "Bo Kranz", "person", ("Kranz",), ("rebel spokesman", "a senior official")),
]
PASSAGES = {"strikes": 9, "strike": 9, "militants": 5, "drone": 4, "drones": 4, "retire": 1, "retired": 1, "starter": 2}
PLACES = {"lodora": "Lodora", "varnholm": "Varnholm", "peatcrete": "peatcrete"}
TODAY = dt.date(2026, 11, 24)


def _count(word: str) -> int:
    return PASSAGES.get(word, 0) or int(word in PLACES)


def _written(words: Sequence[str]) -> list[str]:
    return [PLACES[word] for word in words if word in PLACES]


class Dated(MadeUp):
    """A record whose first article is of 10 January 2026."""

    def earliest(self) -> dt.date:
        return dt.date(2026, 1, 10)


RECORD = Dated(PEOPLE, [(who.id, role) for who in PEOPLE for role in who.roles])
QUESTIONS = Questions(RECORD, _count, _written)


@pytest.mark.parametrize(
    ("question", "speakers", "likely"),
    [
        ("which analist doubts it", (), ("marek-thys",)),
        ("Which analists doubt it?", (), ("marek-thys",)),
        ("WHICH ANALIST DOUBTS IT", (), ("marek-thys",)),
        ("what did the senior offical say", ("bo-kranz",), ()),
        ("what did the rebel spokeman say", ("bo-kranz",), ()),
        ("what did the defence minster say", ("noor-selim",), ()),
        ("what did the defense minsters say", (), ("noor-selim",)),
        ("what did the retird general say", ("marek-thys",), ()),
    ],
)
def test_a_misspelt_role_means_who_holds_it(question: str, speakers: tuple[str, ...], likely: tuple[str, ...]) -> None:
    understood = QUESTIONS.understand(question)
    assert (understood.speakers, understood.likely) == (speakers, likely)


@pytest.mark.parametrize(
    "question",
    [
        "what did York minster say",  # a church
        "what did the minster say",
        "in principle",
        "what did Kranz say about the generals’ annuals",
    ],
)
def test_a_word_of_english_is_no_misspelt_role(question: str) -> None:
    assert QUESTIONS.understand(question).corrections == ()


@pytest.mark.parametrize(
    ("question", "corrections", "corrected"),
    [
        ("air stirkes", (("stirkes", "strikes"),), "air strikes"),
        ("AIR STIRKES", (("STIRKES", "STRIKES"),), "AIR STRIKES"),
        ("Stirkes", (("Stirkes", "Strikes"),), "Strikes"),
        ("wich drons?", (("wich", "which"), ("drons", "drones")), "which drones?"),
        ("attacks in Lodorra", (("Lodorra", "Lodora"),), "attacks in Lodora"),
        ("the price of peatcrette", (("peatcrette", "peatcrete"),), "the price of peatcrete"),
        ("shoud the militents leave", (("shoud", "should"), ("militents", "militants")), "should the militants leave"),
        ("What did Selim say about the stirkes?", (("stirkes", "strikes"),), "the strikes?"),
    ],
)
def test_a_misspelt_word_is_searched_as_it_is_spelt_on_record(
    question: str, corrections: tuple[tuple[str, str], ...], corrected: str
) -> None:
    understood = QUESTIONS.understand(question)
    assert (understood.corrections, understood.corrected) == (corrections, corrected)
    assert understood.searched in question, "the words that are searched stay verbatim"


@pytest.mark.parametrize(
    "question",
    [
        "what did starmer say",  # a name that nobody on record has, one letter from a word that passages carry
        "quotes by starmer on trade",
        "What does Starmer want?",
        "the case of Starmer",
        "@stirkes on trade",
        "who said “air stirkes”",  # asked for as it stands
        "what did NASAX say",
        "die Stirkes wollen keinen Kriegg und keinen Frieden",  # another language
        "air strikes",
        "worms and drama",
        "",
    ],
)
def test_what_may_be_right_is_left_as_it_is(question: str) -> None:
    understood = QUESTIONS.understand(question)
    assert (understood.corrections, understood.corrected) == ((), "")


@pytest.mark.parametrize("month", ["febuary", "Febuary"])
def test_days_may_be_misspelt(month: str) -> None:
    understood = QUESTIONS.understand(f"strikes in {month}", TODAY)
    assert (understood.since, understood.until) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert understood.searched == "strikes"


def test_spelling_is_switched_off() -> None:
    understood = QUESTIONS.understand("which analist doubts the stirkes", TODAY, ["spelling"])
    assert (understood.likely, understood.corrections, understood.corrected) == ((), (), "")


WORDS = "wich analist analyst the stirkes in febuary Lodorra Selim Selm Tyhs minster defence say ’ s ? “ waht".split()


@settings(max_examples=200, deadline=None)
@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_question_can_be_put_right(question: str) -> None:
    understood = QUESTIONS.understand(question, TODAY)
    for guess in understood.guesses:
        assert guess.text == question[guess.start : guess.end] != ""
    at = 0
    for word in understood.searched.split():
        at = question.index(word, at) + len(word)
    assert not understood.corrected or understood.corrections
