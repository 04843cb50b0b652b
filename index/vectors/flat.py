"""Every vector looked at: exact search over numbers of 32 bits, all of them in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from index.errors import DamagedIndexError
from index.places import Places
from index.vectors.protocol import Found, Ids, Vectors, inner_products


class FlatIndex:
    """Every vector by itself, every search exact: FAISS IndexIDMap2 over IndexFlatIP."""

    bits = 32

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
            flat = faiss.downcast_index(read.index)
            if not isinstance(flat, faiss.IndexFlat):
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

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> Found:
        """The best `k`, fewer where there are fewer.

        Under `allowed` just these are gathered and scored, so a filter loses nothing.
        """
        if allowed is None:
            allowed = self._nearest(vector, k)
        rows = self.vectors(allowed)
        scores = inner_products(rows, vector)
        best = np.argsort(-scores, kind="stable")[: max(0, k)]
        return Found(allowed[best], scores[best], rows[best])

    def _nearest(self, vector: Vectors, k: int) -> Ids:
        """The ids of the best `k`, rising."""
        import faiss

        # Two threads wait for the same memory, and for each other: 14.6 ms at 100,000 for the 9.7 ms of one.
        faiss.omp_set_num_threads(1)
        # FAISS fills places that it cannot fill with the id -1 and a score of -3.4e38.
        k = min(k, len(self))
        if k <= 0:
            return np.zeros(0, np.int64)
        _, ids = self._index.search(np.ascontiguousarray(vector, np.float32).reshape(1, -1), k)
        return np.sort(ids[0])

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Exact inner products of `vector` (shape (d,)) with those of `ids`, in their order (KeyError: unknown)."""
        return inner_products(self.vectors(ids), vector)

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d) (KeyError: unknown)."""
        return self._rows[self._places.checked(ids)]

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
        self._places = Places(self._ids)
        flat: Any = faiss.downcast_index(self._index.index)
        numbers = faiss.rev_swig_ptr(flat.get_xb(), count * self.dimension) if count else np.zeros(0, np.float32)
        self._rows: Vectors = numbers.reshape(count, self.dimension)
