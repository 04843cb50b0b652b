"""Long texts in stretches that a model reads whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.windows import LAST_WORD, READ_WHOLE, WINDOW, windows


def test_a_text_that_is_read_whole_has_no_windows() -> None:
    assert windows("word " * READ_WHOLE) == ()


def test_windows_cover_a_longer_text_in_order() -> None:
    words = [f"w{number}" for number in range(320)]
    assert windows(" ".join(words)) == (" ".join(words[:150]), " ".join(words[150:300]), " ".join(words[300:]))


@given(st.integers(READ_WHOLE + 1, 2 * LAST_WORD))
def test_no_word_is_left_out_up_to_the_last_that_is_read(count: int) -> None:
    found = windows(" ".join(f"w{number}" for number in range(count)))
    assert " ".join(found).split() == [f"w{number}" for number in range(min(count, LAST_WORD))]
    assert all(len(window.split()) <= WINDOW for window in found)
