"""What a desk changes makes no difference to the words; what is said does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.copies.wording import CLAUSE, EDITED, GAP, SEAM, SENTENCE, wording


@pytest.mark.parametrize(
    "same",
    [
        ("We don’t know — yet.", "we do not know - yet", "WE DON'T KNOW--YET!", "We  don`t\u00a0know, yet"),
        ("twenty-five men", "25 men", "Twenty five men"),
        ("$1.5 million", "$1.5m", "1.5 million dollars", "one point five million dollars", "$1,500,000"),
        ("5%", "5 percent", "five per cent", "5 %"),
        ("£2bn", "two billion pounds", "2 billion pounds"),
        ("the U.S. won't, it's over", "the US will not: it is over"),
        ("the colour of organised labour's centre", "The color of organized labor’s center"),
        ("travelled to the theatre: our defence programme", "traveled to the theater: our defense program"),
        ("cease-fire & peace", "cease fire and peace"),
        ("São Tomé, naïve", "Sao Tome naive"),
        ("the first of Sept.", "the 1st of September"),
        ("we’re gonna win", "we are going to win"),
    ],
)  # fmt: skip
def test_what_a_style_book_decides_is_made_one(same: tuple[str, ...]) -> None:
    assert {wording((text,)).words for text in same} == {wording((same[0],)).words}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We will win in May", "We will win in June"),
        ("We will win", "We will not win"),
        ("We can", "We can't"),
        ("25 men", "26 men"),
        ("2 million", "2 billion"),
        ("1.5 million", "15 million"),
        ("four of us", "for us"),
        ("he filled it", "he filed it"),
        ("$5", "£5"),
        ("5", "5%"),
    ],
)
def test_what_is_said_is_kept_apart(one: str, other: str) -> None:
    assert wording((one,)).words != wording((other,)).words


def test_marks_tell_what_stands_between_the_words() -> None:
    found = wording(("He [the king] left, … not.", "Never again"))
    assert found.words == ("he", "the", "king", "left", "not", "never", "again")
    assert list(found.marks) == [
        SENTENCE | CLAUSE,
        EDITED,
        EDITED,
        0,
        GAP | CLAUSE,
        SENTENCE | CLAUSE | SEAM,
        0,
        SENTENCE | CLAUSE,
    ]


@pytest.mark.parametrize("dots", ["[...]", "[…]", "...", "…", ". . .", "(...)", "...."])
def test_dots_of_any_form_are_a_gap(dots: str) -> None:
    found = wording((f"We go {dots} home",))
    assert found.words == ("we", "go", "home")
    assert found.marks[2] & GAP


def test_a_text_without_letters_and_figures_has_no_words() -> None:
    assert wording(("— … !",)).words == ()


@given(st.lists(st.text(max_size=60), min_size=1, max_size=3))
def test_any_text_has_one_mark_more_than_words(pieces: list[str]) -> None:
    found = wording(pieces)
    assert len(found.marks) == len(found.words) + 1
    assert all(found.words)
    assert found == wording(pieces)
