"""Which quotations are copies of one another."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.copies import Said, grouped

LONG = "We have lost six hundred people in one night and nobody came to help us at all"
DAY = dt.date(2026, 3, 1)


def said(
    row: int, text: str, speaker: int | None = 1, *, days: int | None = 0, article: str = "", as_: str = ""
) -> Said:
    date = None if days is None else DAY + dt.timedelta(days=days)
    return Said(row, article or f"a{row}", date, 10 * row, (text,), speaker, as_)


def test_the_same_words_by_the_same_speaker_are_one_group_whenever_they_were_said() -> None:
    assert grouped([said(1, "We will not pay"), said(2, "“WE WON’T PAY!”", days=900), said(3, "We will pay")]) == [
        (1, 2)
    ]


def test_the_earliest_comes_first_and_the_fuller_of_one_day_and_undated_last() -> None:
    copies = [
        said(1, LONG, days=None),
        said(2, LONG, days=3),
        said(3, LONG[:60], days=1),
        said(4, LONG, days=1),
    ]
    assert grouped(copies) == [(4, 3, 2, 1)]


def test_the_same_words_by_others_are_no_copy() -> None:
    assert grouped([said(1, LONG, 1), said(2, LONG, 2)]) == []


@pytest.mark.parametrize("text", ["No comment", "Yes", "We will see"])
def test_short_words_are_a_copy_only_where_the_articles_share_a_longer_one(text: str) -> None:
    alone = [said(1, text), said(2, text)]
    assert grouped(alone) == []
    shared = [*alone, said(3, LONG, article="a1"), said(4, LONG, article="a2"), said(5, text)]
    assert grouped(shared) == [(1, 2), (3, 4)]


def test_a_short_part_needs_articles_near_in_time() -> None:
    text = "We have lost six hundred people"
    assert grouped([said(1, LONG), said(2, text, days=3)]) == [(1, 2)]
    assert grouped([said(1, LONG), said(2, text, days=None)]) == [(1, 2)]
    assert grouped([said(1, LONG), said(2, text, days=40)]) == []
    assert grouped([said(1, LONG), said(2, f"{text} in one night", days=40)]) == [(1, 2)]


def test_reported_words_are_a_copy_only_near_in_time() -> None:
    reported = [
        dataclasses.replace(said(row, LONG, days=days), direct=False) for row, days in ((1, 0), (2, 9), (3, 60))
    ]
    assert grouped(reported) == [(1, 2)]
    assert grouped([*reported, dataclasses.replace(said(4, LONG, days=None), direct=False)]) == [(1, 2, 4)]


def test_long_ago_every_word_must_be_the_same() -> None:
    edited = LONG.replace("nobody", "and so nobody").replace("and and", "and")
    assert grouped([said(1, LONG), said(2, edited, days=9)]) == [(1, 2)]
    assert grouped([said(1, LONG), said(2, edited, days=90)]) == []


def test_a_phrase_of_two_speeches_does_not_join_them() -> None:
    first = "We will build the harbour again and the taxes of the poor will fall in the summer"
    second = "We will build the harbour again and every school of the north gets a new roof"
    phrase = "We will build the harbour again"
    assert grouped([said(1, first), said(2, second, days=5), said(3, phrase, days=4)]) == [(3, 2)]


@pytest.mark.parametrize("other", [LONG.replace("six", "seven"), LONG.replace("have", "have not"), f"{LONG[:40]} dogs"])
def test_something_else_said_is_no_copy(other: str) -> None:
    assert grouped([said(1, LONG), said(2, other)]) == []


def test_long_words_that_nobody_is_named_for_are_a_copy_near_in_time() -> None:
    assert grouped([said(1, LONG, None), said(2, LONG, None, days=2), said(3, LONG, None, days=20)]) == [(1, 2)]
    assert grouped([said(1, LONG, None), said(2, LONG, 7, days=2)]) == [(1, 2)]
    assert grouped([said(1, LONG[:40], None), said(2, LONG[:40], None)]) == []
    assert grouped([said(1, LONG, None, days=None), said(2, LONG, None, days=None)]) == []


def test_a_description_must_fit() -> None:
    named = said(1, LONG, 1, as_="Ana Diaz harbour minister")
    assert grouped([named, said(2, LONG, None, as_="the harbour minister")]) == [(1, 2)]
    assert grouped([named, said(2, LONG, None, as_="a village teacher")]) == []
    assert grouped([said(1, LONG, None, as_="an aide"), said(2, LONG, None, as_="an aide")]) == [(1, 2)]


def test_words_without_a_name_never_join_two_known_speakers() -> None:
    copies = [said(1, LONG, 1), said(2, LONG, 2), said(3, LONG, None), said(4, LONG[:70], None)]
    (group,) = grouped(copies)
    assert {1, 2} - set(group)


_TEXTS = [
    LONG,
    LONG[:60],
    LONG[20:],
    LONG.replace("six hundred", "600"),
    LONG.replace("in one night and nobody", "... nobody"),
    LONG.replace("six", "seven"),
    "No comment",
    "We will see in May",
    "We will see in June",
    "",
]
_CORPUS = st.lists(
    st.tuples(
        st.sampled_from(_TEXTS) | st.text("ab .", max_size=30),
        st.sampled_from([None, 1, 2]),
        st.sampled_from([None, 0, 1, 5, 40]),
        st.integers(0, 4),
        st.sampled_from(["", "the minister", "a soldier"]),
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(_CORPUS, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_and_never_mix_known_speakers(
    rows: list[tuple[str, int | None, int | None, int, str]], chance: random.Random
) -> None:
    corpus = [
        said(row, text, speaker, days=days, article=f"a{article}", as_=as_)
        for row, (text, speaker, days, article, as_) in enumerate(rows, start=1)
    ]
    # An article has one date.
    first = {one.article: one.date for one in reversed(corpus)}
    corpus = [dataclasses.replace(one, date=first[one.article]) for one in corpus]
    groups = grouped(corpus)
    listed = [row for group in groups for row in group]
    assert len(listed) == len(set(listed)) <= len(corpus)
    speakers = {one.row: one.speaker for one in corpus}
    for group in groups:
        assert len(group) > 1
        assert len({speakers[row] for row in group} - {None}) <= 1
    turned = list(corpus)
    chance.shuffle(turned)
    assert grouped(turned) == groups
    # Rows are numbers only: read in another order the same quotations are together, in the same order.
    numbers = {one.row: place for place, one in enumerate(turned, start=100)}
    renumbered = grouped([dataclasses.replace(one, row=numbers[one.row]) for one in turned])
    assert renumbered == [tuple(numbers[row] for row in group) for group in groups]
    again = grouped([one for one in corpus if one.row in set(listed)])
    assert again == groups
