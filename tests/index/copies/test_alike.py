"""Whether a text is a copy of a fuller one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.copies.alike import shared
from index.copies.wording import wording

WHOLE = "We have lost six hundred people. Nobody came to help us, and we will not forget it when the elections come."


def _shared(less: str | tuple[str, ...], fuller: str | tuple[str, ...]) -> int:
    first, second = (wording((text,) if isinstance(text, str) else text) for text in (less, fuller))
    assert len(first.words) <= len(second.words)
    return shared(first, second).words


@pytest.mark.parametrize(
    ("less", "count"),
    [
        (WHOLE, 20),
        ("Nobody came to help us, and we will not forget it when the elections come", 15),
        ("We have lost 600 people. Nobody came to help us", 10),
        ("We have lost six hundred people ... we will not forget it when the elections come", 14),
        ("We have lost six hundred people. We’ll not forget it when the elections come", 0),
        ("Nobody came to help [the village], and we will not forget it", 10),
        ("Nobody came to help us and we will not forget it when elections come", 14),
        ("[The villagers] will not forget it when the elections come", 8),
        (("We have lost six hundred people.", "Nobody came to help us,"), 10),
    ],
)
def test_what_a_desk_leaves_is_a_copy(less: str | tuple[str, ...], count: int) -> None:
    assert _shared(less, WHOLE) == count


@pytest.mark.parametrize(
    "less",
    [
        "We have lost seven hundred people. Nobody came to help us",
        "Nobody came to help us, and we will forget it when the elections come",
        "Nobody came to help us, and we will not forget it when the harvests come",
        "Nobody came to rob us, and we will not forget it",
        "Nobody came to help us, and we will ... forget it when the elections come",
        "We have lost people to the river, and the elections come",
    ],
)
def test_another_number_object_or_negation_is_no_copy(less: str) -> None:
    assert _shared(less, WHOLE) == 0


def test_brackets_that_hold_something_else_are_no_copy() -> None:
    said = "It is different in a way [from 2012], but I do think we will win"
    assert _shared(said.replace("2012", "2013"), said) == 0
    assert _shared("It is different in a way, but I do think we will win", said) == 13


def test_words_cut_off_from_their_negation_are_no_copy() -> None:
    assert _shared("we will win the war", "I do not think we will win the war") == 0
    assert _shared("we will win the war", "We are not afraid: we will win the war") == 5
    assert _shared("I was there in the spring", "I was there in the spring not before") == 0


def test_a_negation_is_not_hidden_by_a_seam() -> None:
    assert _shared(("Work can,", "begin in the spring"), "Work can not begin in the spring") == 0
    assert _shared(("Work can,", "begin in the spring"), "Work can surely begin in the spring") == 6


def test_small_edits_are_counted() -> None:
    said = wording(("We will not forget it when the elections come",))
    assert shared(wording(("We will not forget it when elections come",)), said) == (8, 1)
    assert shared(wording(("We will not forget it when an elections come",)), said) == (8, 1)
    assert shared(wording(("We will not forget it",)), said) == (5, 0)


def test_a_gap_may_lie_where_words_repeat() -> None:
    fuller = "Not the company, not the families, not the kids who get lunch at school."
    assert _shared("Not the company, not the ... kids who get lunch at school.", fuller) == 11


def test_endless_repetition_is_compared_as_a_whole_only() -> None:
    chant = "we will win " * 400
    assert _shared(chant, f"{chant} so not again") == 1200
    assert _shared("now win we will " * 250, chant) == 0


def test_two_texts_cut_on_different_sides_are_copies_where_most_is_shared() -> None:
    one = "people. Nobody came to help us, and we will not forget it"
    other = "Nobody came to help us, and we will not forget it when elections"
    assert _shared(one, other) == 11
    assert _shared("a b c d e f g h", "g h i j k l m n o") == 0


@given(st.lists(st.sampled_from("we will not win 5 may and , . ... [the] king".split()), min_size=1, max_size=12))
def test_every_text_is_a_copy_of_itself_and_never_shares_more_words_than_it_has(words: list[str]) -> None:
    text = wording((" ".join(words),))
    if text.words:
        assert shared(text, text) == (len(text.words), 0)
        more = wording((" ".join([*words, "and more of it"]),))
        assert 0 <= shared(text, more).words <= len(text.words)
