from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.questions.spelling import Near

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
