"""The vectors of several parts, asked as one index."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.live.split import Split
from index.vectors import Found, Ids, SpokenVectors, VectorIndex, Vectors


class JoinedVectors:
    """Several indexes whose ids rise from one to the next; those that are `hidden` are nowhere among the answers."""

    def __init__(self, parts: Sequence[VectorIndex], split: Split, hidden: Ids) -> None:
        self._parts = parts
        self._split = split
        self._hidden = hidden

    def __len__(self) -> int:
        return sum(map(len, self._parts)) - len(self._hidden)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._parts[0].dimension

    @property
    def bits(self) -> int:
        """In how many bits most numbers are kept."""
        return self._parts[0].bits

    def ids(self) -> Ids:
        """All ids, rising."""
        ids = np.concatenate([part.ids() for part in self._parts])
        return ids[~np.isin(ids, self._hidden)]

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> Found:
        """The best `k` of all parts."""
        if allowed is None:
            found = [self._best(number, vector, k) for number in range(len(self._parts))]
        else:
            found = [self._parts[part].search(vector, k, allowed[at]) for part, at in self._split.apart(allowed)]
        if not found:
            return Found(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros((0, self.dimension), np.float32))
        ids, scores, vectors = (np.concatenate(some) for some in zip(*found, strict=True))
        # Equal ones by their ids, as each part has them.
        best = np.lexsort((ids, -scores))[: max(0, k)]
        return Found(ids[best], scores[best], vectors[best])

    def _best(self, number: int, vector: Vectors, k: int) -> Found:
        """The best `k` of one part that are not hidden."""
        part, asked = self._parts[number], k
        while True:
            found = part.search(vector, asked)
            kept = ~np.isin(found.ids, self._hidden)
            if len(found.ids) < asked or int(kept.sum()) >= k:
                return Found(found.ids[kept][:k], found.scores[kept][:k], found.vectors[kept][:k])
            asked = 2 * asked

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Inner products of `vector` (shape (d,)) with those of `ids`, in their order."""
        return self._split.gathered(
            ids, lambda part, own: self._parts[part].scores(vector, own), np.zeros(0, np.float32)
        )

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d)."""
        empty = np.zeros((0, self.dimension), np.float32)
        return self._split.gathered(ids, lambda part, own: self._parts[part].vectors(own), empty)


class JoinedSpoken(SpokenVectors):
    """The vectors of the quotations alone, of several parts."""

    def __init__(self, parts: Sequence[SpokenVectors], split: Split) -> None:
        self._parts = parts
        self._split = split

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d)."""
        empty = np.zeros((0, 0), np.float32)
        return self._split.gathered(ids, lambda part, own: self._parts[part].vectors(own), empty)

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Cosines of `vector` with those of `ids`, in their order."""
        return self._split.gathered(
            ids, lambda part, own: self._parts[part].scores(vector, own), np.zeros(0, np.float32)
        )
