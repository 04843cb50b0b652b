from __future__ import annotations

import datetime as dt

import pytest

from index.queries import Answer, Guess, SpeakerRecord, Understood
from index.types import Article, Attribution, Hit, Passage, Quotation, Speaker
from index.understanding import day, names, readings

MARCH = dt.date(2026, 3, 1)
PEOPLE = {id_: Speaker(id_, name, "person") for id_, name in zip("abcde", ["Ana", "Bo", "Cy", "Di", "Ed"], strict=True)}


def hit(date: dt.date | None) -> Hit:
    article = Article("a", "We stay.", date=date)
    span = article.span(0, 8)
    return Hit(1, 0.5, Passage(Attribution(Quotation("a", "direct", (span,))), span, "We stay."), article)


def read(understood: Understood, *dates: dt.date | None) -> list[tuple[str, str, str]]:
    answer = Answer("?", True, 1, 1.0, "g", understood, tuple(map(hit, dates)))
    named = names(understood, lambda id_: SpeakerRecord(PEOPLE[id_], 1, 1))
    return [(guess.kind, guess.text, taken) for guess, taken in readings(answer, named)]


def test_who_alone_is_asked_for_is_told_from_who_ranks_higher() -> None:
    guesses = (Guess("speakers", "Ana", 0, 3, ("a",)), Guess("roles", "generals", 4, 12, tuple("abcde")))
    assert read(Understood(speakers=("a",), likely=("b", "c", "d", "e"), guesses=guesses)) == [
        ("speakers", "Ana", "only what Ana said"),
        ("roles", "generals", "what Ana, Bo, Cy or 2 more said ranks higher"),
    ]


def test_misspelt_name_is_one_guess_that_its_spelling_switches_off() -> None:
    guesses = (
        Guess("speakers", "An Boo", 0, 6, ("b",)),
        Guess("spelling", "An", 0, 2, taken="Ana"),
        Guess("spelling", "siad", 7, 11, taken="said"),
    )
    assert read(Understood(speakers=("b",), guesses=guesses)) == [
        ("spelling", "An Boo", "only what Bo said"),
        ("spelling", "siad", "read as “said”"),
    ]


def test_misspelt_role_says_what_it_was_read_as() -> None:
    guesses = (Guess("roles", "analist", 6, 13, ("b",)), Guess("spelling", "analist", 6, 13, taken="analyst"))
    assert read(Understood(likely=("b",), guesses=guesses)) == [
        ("spelling", "analist", "read as “analyst”, what Bo said ranks higher")
    ]


@pytest.mark.parametrize(
    ("since", "until", "dates", "told"),
    [
        (MARCH, None, [MARCH], "published from 1 March 2026"),
        (None, MARCH, [MARCH], "published to 1 March 2026"),
        (MARCH, MARCH, [MARCH], "published on 1 March 2026"),
        (MARCH, dt.date(2026, 3, 9), [MARCH], "published from 1 March 2026 to 9 March 2026"),
        (MARCH, None, [], "published from 1 March 2026"),
        (MARCH, None, [None], "published from 1 March 2026, but nothing is; these are of other days"),
        (None, MARCH, [dt.date(2026, 3, 2)], "published to 1 March 2026, but nothing is; these are of other days"),
    ],
)
def test_days_are_told_and_whether_anything_is_of_them(
    since: dt.date | None, until: dt.date | None, dates: list[dt.date | None], told: str
) -> None:
    guesses = (Guess("dates", "then", 0, 4),)
    assert read(Understood(since=since, until=until, guesses=guesses), *dates) == [("dates", "then", told)]


def test_day_is_written_out() -> None:
    assert day(dt.date(2026, 2, 7)) == "7 February 2026"
