"""Nearest vectors by inner product, keyed by the integer ids of the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


class VectorIndex(Protocol):
    """What holds one vector per id; ids are positive and come in rising order.

    Scores are inner products of vectors of length 1, so they lie between -1 and 1.
    """

    def __len__(self) -> int: ...
    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors (shape (n, d)) under `ids` (shape (n,))."""
        ...

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """Ids and scores of the best `k`, best first, fewer where there are fewer; exact under `allowed`."""
        ...

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Exact inner products of `vector` (shape (d,)) with those of `ids`, in their order (KeyError: unknown)."""
        ...

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d) (KeyError: unknown)."""
        ...

    def save(self, path: Path) -> None:
        """Write everything into one file (OSError: it cannot be written)."""
        ...


HALVED_FROM = 20_000
"""Vectors from which on their numbers are kept in 16 bits. What a search costs is to read them all: at 100,000 of 384
dimensions 9.7 ms in 32 bits, 3.0 ms in 16, which take half the memory. The best 500 are the same; inner products of
vectors of length 1 differ by less than .0005."""


class FlatIndex:
    """Every vector by itself, every search exact: FAISS IndexIDMap2 over IndexFlatIP or, of many, 16-bit numbers.

    `expected`: how many vectors will be added; see HALVED_FROM.
    """

    def __init__(self, dimension: int, expected: int = 0) -> None:
        import faiss

        flat: Any = faiss.IndexFlatIP(dimension)
        if expected >= HALVED_FROM:
            flat = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        self._set(faiss.IndexIDMap2(flat))

    @classmethod
    def open(cls, path: Path) -> FlatIndex:
        """Read what `save` wrote.

        Raises:
            DamagedIndexError: the file is missing or is no index of this kind.
        """
        import faiss

        try:
            read = faiss.read_index(str(path))
            if not isinstance(read, faiss.IndexIDMap2):
                raise TypeError(f"an index of another kind, {type(read).__name__}")
            flat = faiss.downcast_index(read.index)
            halved = isinstance(flat, faiss.IndexScalarQuantizer) and flat.sq.qtype == faiss.ScalarQuantizer.QT_fp16
            if not (halved or isinstance(flat, faiss.IndexFlat)):
                raise TypeError(f"an index of another kind, {type(flat).__name__}")
            index = cls.__new__(cls)
            index._set(read)
        except (RuntimeError, TypeError, MemoryError) as error:
            reason = str(error).strip().splitlines()[0]
            raise DamagedIndexError(f"{path}: FAISS cannot read it ({reason}); run `attributed rebuild`") from error
        return index

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def halved(self) -> bool:
        """Whether the numbers are kept in 16 bits."""
        return self._rows.dtype == np.float16

    def ids(self) -> Ids:
        """All ids, in the order in which they were added."""
        return self._ids

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors (shape (n, d)) under `ids` (shape (n,)), which go on rising from those already held.

        Raises:
            ValueError: the shapes do not fit, or the ids do not rise.
        """
        last = int(self._ids[-1]) if len(self._ids) else 0
        if vectors.shape != (len(ids), self.dimension):
            raise ValueError(
                f"{len(ids)} ids need vectors of shape ({len(ids)}, {self.dimension}), not {vectors.shape}"
            )
        if len(ids) and not (ids[0] > last and np.all(np.diff(ids) > 0)):
            raise ValueError(f"ids must rise from {last + 1} on")
        # Rounded here: FAISS cuts off what 16 bits do not hold.
        kept = vectors.astype(np.float16) if self.halved else vectors
        self._index.add_with_ids(np.ascontiguousarray(kept, np.float32), np.ascontiguousarray(ids, np.int64))
        self._look()

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """Ids and scores of the best `k`, best first, fewer where there are fewer.

        Under `allowed` just these are gathered and scored, so a filter loses nothing.
        """
        if allowed is not None:
            scores = self.scores(vector, allowed)
            best = np.argsort(-scores, kind="stable")[:k]
            return allowed[best], scores[best]
        import faiss

        # Two threads wait for the same memory, and for each other: 14.6 ms at 100,000 for the 9.7 ms of one.
        faiss.omp_set_num_threads(1)
        # FAISS fills places that it cannot fill with the id -1 and a score of -3.4e38.
        k = min(k, len(self))
        if k <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores, ids = self._index.search(np.ascontiguousarray(vector, np.float32).reshape(1, -1), k)
        return ids[0], scores[0]

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Exact inner products of `vector` (shape (d,)) with those of `ids`, in their order (KeyError: unknown)."""
        # Unlike BLAS, einsum adds up every row in the same order: equal vectors get equal scores wherever they lie.
        scores: Vectors = np.einsum("ij,j->i", self.vectors(ids), np.asarray(vector, np.float32))
        return scores

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d) (KeyError: unknown)."""
        rows: Vectors = self._rows[self._places(ids)].astype(np.float32, copy=False)
        return rows

    def save(self, path: Path) -> None:
        """Write everything into one file (OSError: it cannot be written)."""
        import faiss

        try:
            faiss.write_index(self._index, str(path))
        except RuntimeError as error:
            raise OSError(f"{path}: FAISS cannot write it ({str(error).splitlines()[0]})") from error

    def _set(self, index: Any) -> None:
        self._index = index
        self._look()

    def _look(self) -> None:
        """See FAISS' own memory as arrays: nothing is copied, so they are taken anew whenever it grows."""
        import faiss

        count = len(self)
        self._ids: Ids = faiss.vector_to_array(self._index.id_map)
        flat: Any = faiss.downcast_index(self._index.index)
        kind = np.float32 if isinstance(flat, faiss.IndexFlat) else np.float16
        numbers = count * self.dimension
        self._rows: NDArray[Any] = (
            faiss.rev_swig_ptr(flat.codes.data(), numbers * kind().itemsize).view(kind) if count else np.zeros(0, kind)
        ).reshape(count, self.dimension)

    def _places(self, ids: Ids) -> Ids:
        places = np.searchsorted(self._ids, ids)
        found = np.zeros(len(ids), bool)
        inside = places < len(self._ids)
        found[inside] = self._ids[places[inside]] == ids[inside]
        if not found.all():
            raise KeyError(f"there is no vector with the id {int(ids[~found][0])}")
        return places
