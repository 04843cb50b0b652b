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


class FlatIndex:
    """Every vector as it is, every search exact: FAISS IndexIDMap2 over IndexFlatIP."""

    def __init__(self, dimension: int) -> None:
        import faiss

        self._set(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

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
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.ascontiguousarray(ids, np.int64))
        self._look()

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> tuple[Ids, Vectors]:
        """Ids and scores of the best `k`, best first, fewer where there are fewer.

        Under `allowed` just these are gathered and scored, so a filter loses nothing.
        """
        if allowed is not None:
            scores = self.scores(vector, allowed)
            best = np.argsort(-scores, kind="stable")[:k]
            return allowed[best], scores[best]
        # FAISS fills places that it cannot fill with the id -1 and a score of -3.4e38.
        k = min(k, len(self))
        if k <= 0:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores, ids = self._index.search(np.ascontiguousarray(vector, np.float32).reshape(1, -1), k)
        return ids[0], scores[0]

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Exact inner products of `vector` (shape (d,)) with those of `ids`, in their order (KeyError: unknown)."""
        # Unlike BLAS, einsum adds up every row in the same order: equal vectors get equal scores wherever they lie.
        scores: Vectors = np.einsum("ij,j->i", self._rows[self._places(ids)], np.asarray(vector, np.float32))
        return scores

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d) (KeyError: unknown)."""
        rows: Vectors = self._rows[self._places(ids)]
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
        self._rows: Vectors = (
            faiss.rev_swig_ptr(flat.get_xb(), count * self.dimension).reshape(count, self.dimension)
            if count
            else np.zeros((0, self.dimension), np.float32)
        )

    def _places(self, ids: Ids) -> Ids:
        places = np.searchsorted(self._ids, ids)
        found = np.zeros(len(ids), bool)
        inside = places < len(self._ids)
        found[inside] = self._ids[places[inside]] == ids[inside]
        if not found.all():
            raise KeyError(f"there is no vector with the id {int(ids[~found][0])}")
        return places
