"""The vectors of the quotations alone, beside those of their passages: what says whether words bear on a question.

A passage is found by all that makes it understandable, its headline among it. So a question about the subject of the
article comes near every passage of it, whether the words answer or not; the words alone tell the two apart. They are
asked for a few rows a question, so they lie in a file that is mapped, not read.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from index.places import Places
from index.vectors.kept import Bits, Ids, KeptVectors, Vectors

BITS: Bits = 5
"""Of a number. One cosine in the mean of two is off by .002, and on the own questions whether anything answers is told
as well as by 16 bits (area under the curve .8139 for .8131)."""


class SpokenVectors:
    """One vector a row; `ids` are the rows that it belongs to, rising."""

    def __init__(self, ids: Ids, kept: KeptVectors) -> None:
        self._places = Places(ids)
        self._kept = kept

    @staticmethod
    def create(path: Path, count: int, dimension: int) -> KeptVectors:
        """A new file to be filled (OSError: it cannot be written)."""
        return KeptVectors.create(path, count, dimension, BITS)

    @classmethod
    def in_memory(cls, ids: Ids, vectors: Vectors) -> SpokenVectors:
        """Vectors (shape (n, d)) of `ids`, rising, as a file would keep them."""
        return cls(ids, KeptVectors.in_memory(vectors, BITS))

    @classmethod
    def open(cls, path: Path, ids: Ids) -> SpokenVectors:
        """Map what was filled; `ids` are the rows that it belongs to, rising.

        Raises:
            DamagedIndexError: the file is missing, is not of this kind, or holds another number of vectors.
        """
        return cls(ids, KeptVectors.open(path, len(ids)))

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bits(self) -> Bits:
        """The bits of a number."""
        return self._kept.bits

    @property
    def dtype(self) -> np.dtype[Any]:
        """What one vector is as it is kept."""
        return self._kept.dtype

    def kept(self, ids: Ids) -> tuple[KeptVectors, Ids]:
        """The file, and the places of `ids` in it (KeyError: unknown)."""
        return self._kept, self._places.checked(ids)

    def raw(self, ids: Ids) -> list[bytes]:
        """The vectors of `ids`, in their order, as they are kept (KeyError: unknown)."""
        return self._kept.raw(self._places.checked(ids))

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d) (KeyError: unknown)."""
        return self._kept.read(self._places.checked(ids))

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Cosines of `vector` (shape (d,), length 1) with those of `ids`, in their order."""
        scores: Vectors = np.einsum("ij,j->i", self.vectors(ids), vector)
        return scores
