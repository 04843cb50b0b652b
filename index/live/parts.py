"""A few articles as a small index of their own: what a generation is made of, in memory.

Its rows go on from those of the generation and never change, so that whatever is known of a quotation by its row stays
true when parts are put together. The very words alone are not in parts: they lie in one index that grows
(`index.wording`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.lexical import LexicalIndex
from index.live.recent import Placed, RecentStore
from index.vectors import SpokenVectors, Vectors
from index.vectors.flat import FlatIndex

Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Part:
    """One small index. `first`: the first row that it may hold."""

    store: RecentStore
    vectors: FlatIndex
    spoken: SpokenVectors
    words: LexicalIndex
    first: int

    def __len__(self) -> int:
        """How many articles it has."""
        return len(self.store.placed)

    @classmethod
    def made(cls, placed: Sequence[Placed], both: Vectors, mean: float | None) -> Part:
        """A part of these, one at least, rows rising; texts are scored beside those of a `mean` length.

        `both`: of each quotation the vectors of passage and words, shape (n, 2, d).
        """
        texts = [(row, passage.search_text) for one in placed for row, passage in one.quoted]
        return cls._of(RecentStore(placed), both, LexicalIndex.made(texts, mean), placed[0].first)

    @classmethod
    def together(cls, parts: Sequence[Part], without: Sequence[Collection[str]]) -> Part | None:
        """Parts one behind another as one, without some articles of each; None where nothing is left."""
        kept = [
            one
            for part, gone in zip(parts, without, strict=True)
            for id_, one in part.store.placed.items()
            if id_ not in gone
        ]
        if not kept:
            return None
        store = RecentStore(kept)
        rows = [np.intersect1d(part.store.rows(), store.rows(), assume_unique=True) for part in parts]
        both = [
            np.stack([part.vectors.vectors(own), part.spoken.vectors(own)], axis=1)
            for part, own in zip(parts, rows, strict=True)
        ]
        left_out = np.setdiff1d(np.concatenate([part.store.rows() for part in parts]), store.rows(), assume_unique=True)
        words = LexicalIndex.together([part.words for part in parts], left_out)
        return cls._of(store, np.concatenate(both), words, parts[0].first)

    @classmethod
    def _of(cls, store: RecentStore, both: Vectors, words: LexicalIndex, first: int) -> Part:
        vectors = FlatIndex(both.shape[-1])
        vectors.add(store.rows(), both[:, 0])
        return cls(store, vectors, SpokenVectors.in_memory(store.rows(), both[:, 1]), words, first)
