"""Days of publication that a question tells, relative to Tuesday, 24 November 2026."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.questions.dates import dates_of
from index.questions.words import tokens_of

TODAY = dt.date(2026, 11, 24)
EARLIEST = dt.date(2023, 6, 1)


def days(question: str, today: dt.date = TODAY, earliest: dt.date | None = EARLIEST) -> tuple[str, str, str] | None:
    tokens = tokens_of(question)
    found = dates_of(tokens, today, earliest)
    if found is None:
        return None
    words = question[tokens[found.first].start : tokens[found.last].end]
    return str(found.since or ""), str(found.until or ""), words


@pytest.mark.parametrize(
    ("question", "since", "until", "words"),
    [
        ("What did Khan say since March?", "2026-03-01", "", "since March"),
        ("floods in February 2026", "2026-02-01", "2026-02-28", "in February 2026"),
        ("floods in december", "2025-12-01", "2025-12-31", "in december"),
        ("Khan on the ceasefire last week", "2026-11-16", "2026-11-22", "last week"),
        ("What happened yesterday?", "2026-11-23", "2026-11-23", "yesterday"),
        ("What did Khan say this year", "2026-01-01", "2026-12-31", "this year"),
        ("between 3 and 10 May", "2026-05-03", "2026-05-10", "between 3 and 10 May"),
        (
            "between 30 November and 3 December 2025",
            "2025-11-30",
            "2025-12-03",
            "between 30 November and 3 December 2025",
        ),
        ("from November 2025 to January 2026", "2025-11-01", "2026-01-31", "from November 2025 to January 2026"),
        ("from November to January", "2025-11-01", "2026-01-31", "from November to January"),
        ("in 2024", "2024-01-01", "2024-12-31", "in 2024"),
        ("on 27 February", "2026-02-27", "2026-02-27", "on 27 February"),
        ("on 27 December", "2025-12-27", "2025-12-27", "on 27 December"),
        ("after 1 March 2026", "2026-03-02", "", "after 1 March 2026"),
        ("before March", "", "2026-02-28", "before March"),
        ("until April 2026", "", "2026-04-30", "until April 2026"),
        ("on March 3", "2026-03-03", "2026-03-03", "on March 3"),
        ("on 2026-02-27", "2026-02-27", "2026-02-27", "on 2026-02-27"),
        ("in the last three days", "2026-11-21", "2026-11-24", "in the last three days"),
        ("in the past month", "2026-10-24", "2026-11-24", "in the past month"),
        ("two weeks ago", "2026-11-09", "2026-11-15", "two weeks ago"),
        ("last March", "2026-03-01", "2026-03-31", "last March"),
        ("on Friday", "2026-11-20", "2026-11-20", "on Friday"),
        ("What did Khan say in may?", "2026-05-01", "2026-05-31", "in may"),
        ("What did Khan say in 1996?", "1996-01-01", "1996-12-31", "in 1996"),
        ("What did he say today?", "2026-11-24", "2026-11-24", "today"),
    ],
)
def test_a_date_becomes_days(question: str, since: str, until: str, words: str) -> None:
    assert days(question) == (since, until, words)


@pytest.mark.parametrize(
    "question",
    [
        "What happened before the election?",
        "the 1999 war",
        "Who broke the 2015 deal?",
        "What may Khan do?",
        "Who joined the march on the capital?",
        "March on Lodora",
        "the 27 February attack",
        "last year’s budget",
        "What is Lodora like today?",
        "Who ruled Lodora in 1996?",
        "at war since 1979",
        "Will it be done by 2030 or in 2040?",
        "the last week of the war",
        "How many of the last 3 games were lost?",
        "on 30 February",
        "",
    ],
)
def test_what_is_spoken_about_is_no_date(question: str) -> None:
    assert days(question) is None


def test_nothing_is_a_date_where_nothing_is_dated() -> None:
    assert days("since March", earliest=None) is None


def test_the_month_that_runs_is_the_latest_one() -> None:
    assert days("in March", today=dt.date(2026, 3, 1)) == ("2026-03-01", "2026-03-31", "in March")
    assert days("in March", today=dt.date(2026, 2, 28)) == ("2025-03-01", "2025-03-31", "in March")
    assert days("on 29 February", today=dt.date(2026, 3, 1)) == ("2024-02-29", "2024-02-29", "on 29 February")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "since in on between and from to 3 31 99 2026 02 March may last past week 7 days years ago , the".split()
        ),
        max_size=12,
    ).map(" ".join),
    st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31)),
)
def test_any_words_are_read(question: str, today: dt.date) -> None:
    days(question, today, dt.date(1900, 1, 1))
