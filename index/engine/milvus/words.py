"""BM25 over lists that lie on a server: the terms are here, their lists are read when a question has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index.engine.milvus.arrays import Arrays, Kind
from index.postings import UNIT, Asked, Ids, Postings


class ServedPostings(Postings):
    """The lists of one generation. `places` and `parts` are those arrays on the server."""

    def __init__(self, folder: Path, ids: Ids, mean: float | None, arrays: Arrays, places: Kind, parts: Kind) -> None:
        terms, starts = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("terms", "starts"))
        super().__init__(terms, starts, np.zeros(0, np.uint32), np.zeros(0, np.uint16), ids, mean)
        self._arrays = arrays
        self._kinds = places, parts

    def asked(self, weights: dict[str, float]) -> Asked:
        """The lists of these terms, each with its weight, ready to be added up; read in one call."""
        bounds = self._bounds(list(weights))
        read = self._arrays.read([(kind, *bound) for kind in self._kinds for bound in bounds])
        lists = zip(read[: len(bounds)], read[len(bounds) :], weights.values(), strict=True)
        return Asked(self.places, [(listed, part, np.float32(weight) * UNIT) for listed, part, weight in lists])
