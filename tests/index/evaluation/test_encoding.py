from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from index.evaluation import encoding


class Counting:
    """`asked` lists the sizes of what it encoded; its vectors are all the same."""

    name = "counting"
    fingerprint = "0" * 64
    dimension = 2

    def __init__(self, row: tuple[float, float]) -> None:
        self.row = row
        self.asked: list[int] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append(len(texts))
        return np.array([self.row] * len(texts), np.float32)


def test_both_encode_the_same_in_turn() -> None:
    one, other = Counting((1.0, 0.0)), Counting((0.6, 0.8))
    found = encoding.compare(one, other, ["a few words of a source"] * 20, ["who", "what", "when"], rounds=2)
    assert (found.texts, found.queries) == (512, 3)
    assert found.cosine == pytest.approx(0.6)
    assert one.asked == other.asked == [256, 256, 256, 1, 1, 1, 1]
    assert set(found.ratios) == {"texts_per_second", "query_p50", "query_p95"}


@pytest.mark.parametrize("words", [5, 40, 5000])
def test_stretches_are_different_and_of_one_length(words: int) -> None:
    texts = encoding.stretches([" ".join(f"w{n}" for n in range(words))], 100)
    assert len(set(texts)) == 100
    assert {len(text.split()) for text in texts} == {min(words + 1, 38)}
