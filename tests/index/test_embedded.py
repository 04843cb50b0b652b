"""The texts that make the vector of a passage; long ones in windows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedded import LAST_WORD, READ_WHOLE, WINDOW, readings, windows


@pytest.mark.parametrize(
    ("search_text", "spoken_text", "texts"),
    [
        ("Vote lost\nMara Lind: We lost, she said.", "Mara Lind: We lost,", 3),
        ("Mara Lind: We lost, she said.", "Mara Lind: We lost,", 2),
        ("We lost", None, 1),
    ],
)
def test_a_passage_is_read_with_and_without_its_heading_and_by_its_words_alone(
    search_text: str, spoken_text: str | None, texts: int
) -> None:
    found = ("Vote lost\nMara Lind: We lost, she said.", "Mara Lind: We lost, she said.", "Mara Lind: We lost,")
    expected = {3: found, 2: found[1:], 1: ("We lost",)}[texts]
    assert readings(search_text, spoken_text) == expected


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
