"""The vectors of the quotations alone, beside those of their passages: what says whether words bear on a question.

A passage is found by all that makes it understandable, its headline among it. So a question about the subject of the
article comes near every passage of it, whether the words answer or not; the words alone tell the two apart. They are
asked for a few rows a question, so they lie in a file that is mapped, not read.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


class SpokenVectors:
    """One vector a row, as float16 (768 bytes at 384 dimensions; cosines differ by less than .001)."""

    def __init__(self, ids: Ids, vectors: NDArray[np.float16]) -> None:
        self._ids = ids
        self._vectors = vectors

    @staticmethod
    def create(path: Path, count: int, dimension: int) -> NDArray[np.float16]:
        """A new file to be filled, as an array of shape (count, dimension) (OSError: it cannot be written)."""
        if not count:  # nothing cannot be mapped
            np.save(path, np.zeros((0, dimension), np.float16))
            return np.zeros((0, dimension), np.float16)
        return np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=(count, dimension))

    @classmethod
    def open(cls, path: Path, ids: Ids) -> SpokenVectors:
        """Map what was filled; `ids` are the rows that it belongs to, rising.

        Raises:
            DamagedIndexError: the file is missing, is not of this kind, or holds another number of vectors.
        """
        try:
            vectors = np.load(path, mmap_mode="r" if len(ids) else None, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise DamagedIndexError(f"{path}: cannot be read ({error}); run `attributed rebuild`") from error
        if vectors.dtype != np.float16 or vectors.ndim != 2 or len(vectors) != len(ids):
            raise DamagedIndexError(
                f"{path}: {vectors.shape} of {vectors.dtype}, {len(ids)} vectors of float16 are expected;"
                " run `attributed rebuild`"
            )
        return cls(ids, vectors)

    def __len__(self) -> int:
        return len(self._vectors)

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, which must be known, in their order, shape (n, d)."""
        rows: Vectors = self._vectors[np.searchsorted(self._ids, ids)].astype(np.float32)
        return rows

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Cosines of `vector` (shape (d,), length 1) with those of `ids`, in their order."""
        scores: Vectors = np.einsum("ij,j->i", self.vectors(ids), vector)
        return scores
