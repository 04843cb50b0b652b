from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.questions.spelling import Near, frequency, is_common, is_personal_name

NEAR = Near(["bahiss", "mcallister", "selim", "khan", "kahn", "ng", "vandermeulen"])


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("bahis", ["bahiss"]),
        ("bahhiss", ["bahiss"]),
        ("bhaiss", ["bahiss"]),
        ("cahiss", ["bahiss"]),
        ("macallister", ["mcallister"]),
        ("mcalister", ["mcallister"]),
        ("vandermullen", ["vandermeulen"]),
        ("khann", ["khan"]),
        ("khaan", ["khan"]),
        ("kahan", ["kahn", "khan"]),
        ("bahiss", []),
        ("bihas", []),
        ("nk", []),
        ("", []),
    ],
)
def test_one_wrong_letter_is_near(word: str, near: list[str]) -> None:
    assert NEAR.nearest(word) == near


@given(st.text())
def test_any_word_may_be_asked(word: str) -> None:
    assert word not in NEAR.nearest(word)


def test_common_words_and_names_are_told() -> None:
    assert [is_common(word) for word in ("critics", "ceasefire", "waht", "mcallister")] == [True, True, False, False]
    assert [is_personal_name(word) for word in ("gustav", "mcdonald", "ceasefire")] == [True, True, False]


def test_how_frequent_a_word_is_in_english_is_told() -> None:
    assert frequency("the") > 0.02
    assert frequency("the") > frequency("team") > frequency("cricket") > frequency("peatcrete") > 0
    assert frequency("peatcrete") == frequency("qwzx")
