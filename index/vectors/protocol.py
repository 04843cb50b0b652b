"""What any index of vectors can do."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


class Found(NamedTuple):
    """The nearest, best first: ids and scores (shape (n,)), and the vectors themselves (shape (n, d))."""

    ids: Ids
    scores: Vectors
    vectors: Vectors


class VectorIndex(Protocol):
    """What holds one vector per id; ids are positive and rise.

    Scores are inner products of vectors of length 1, so they lie between -1 and 1.
    """

    def __len__(self) -> int: ...
    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def bits(self) -> int:
        """In how many bits a number of a vector is kept: 32, 16 or 12."""
        ...

    def ids(self) -> Ids:
        """All ids, rising."""
        ...

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> Found:
        """The best `k`, fewer where there are fewer; among `allowed` (rising), where given, and then exactly."""
        ...

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Inner products of `vector` (shape (d,)) with those of `ids`, in their order (KeyError: unknown)."""
        ...

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d) (KeyError: unknown)."""
        ...


def inner_products(vectors: Vectors, vector: Vectors) -> Vectors:
    """Of each row (shape (n, d)) with `vector` (shape (d,)); equal rows get equal ones wherever they lie.

    Unlike BLAS, einsum adds up every row in the same order, and in one thread.
    """
    products: Vectors = np.einsum("ij,j->i", vectors, np.asarray(vector, np.float32))
    return products
