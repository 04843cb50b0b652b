"""Every text that holds another's words is found; the work stays bounded."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.copies import candidates as module


def candidates(
    texts: Sequence[Sequence[str]], spaces: Sequence[int], size: int, wanted: Sequence[bool] | None = None
) -> list[list[int]]:
    """Of texts given as words."""
    numbers = np.array([zlib.crc32(word.encode()) for words in texts for word in words], np.uint32)
    starts = np.cumsum([0, *map(len, texts)])
    return module.candidates(numbers, starts, spaces, size, wanted)


def test_fuller_texts_of_the_same_space_are_found() -> None:
    texts = ["a b c d e f".split(), "x a b c d".split(), "c d e f".split(), "q r s".split(), "a b".split()]
    assert candidates(texts, [1, 1, 1, 1, 1], 3) == [[], [0], [0], [], []]
    assert candidates(texts, [1, 2, 1, 1, 1], 3) == [[], [], [0], [], []]


def test_those_that_share_most_runs_come_first() -> None:
    texts = ["a b c d x y z w".split(), "a b c d e f g".split(), "a b c d e f".split()]
    assert candidates(texts, [0, 0, 0], 3)[2] == [1, 0]


def test_only_pairs_with_a_wanted_one_are_given() -> None:
    texts = [["a", "b", "c", str(number)] for number in range(3)]
    assert candidates(texts, [0, 0, 0], 3, [False, False, True]) == [[], [], [0, 1]]
    assert candidates(texts, [0, 0, 0], 3, [True, False, False]) == [[], [0], [0]]


def test_nothing_has_no_candidates() -> None:
    assert candidates([], [], 3) == []
    assert candidates([["a"]], [0], 3) == [[]]


def test_a_phrase_that_everybody_says_stays_bounded() -> None:
    texts = [["we", "will", "win", str(number)] for number in range(500)]
    found = candidates(texts, [0] * 500, 3)
    assert max(map(len, found)) == module.FULLEST + module.NEXT
    assert found[499][:4] == [0, 1, 2, 3]
    assert set(found[499]) == {0, 1, 2, 3, *range(491, 499)}


@given(st.lists(st.lists(st.sampled_from("abcd"), min_size=3, max_size=9), max_size=12))
def test_a_text_within_a_fuller_one_is_found(texts: list[list[str]]) -> None:
    texts = sorted(texts, key=len, reverse=True)[:8]
    found = candidates(texts, [7] * len(texts), 3)
    for child, parents in enumerate(found):
        assert all(parent < child for parent in parents)
        assert len(set(parents)) == len(parents)
        for parent in range(child):
            if " ".join(texts[child]) in " ".join(texts[parent]):
                assert parent in parents
