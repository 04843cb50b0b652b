"""Nearest vectors by inner product, keyed by the integer ids of the store: written once, then only asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.vectors.coded import CodedIndex, write_codes
from index.vectors.flat import FlatIndex
from index.vectors.kept import Bits, KeptVectors
from index.vectors.ladder import RUNGS, Rung, rung
from index.vectors.protocol import Found, Ids, VectorIndex, Vectors, inner_products
from index.vectors.spoken import SpokenVectors

__all__ = [
    "RUNGS",
    "Found",
    "Ids",
    "Rung",
    "SpokenVectors",
    "VectorIndex",
    "VectorWriter",
    "Vectors",
    "inner_products",
    "open_vectors",
]


class VectorWriter:
    """The vectors of one generation in the making, `count` of them, under `path`: `add` all, then `save`.

    Beside `path`, which FAISS reads, many vectors have a file of their numbers, `numbers_of(path)`.
    """

    def __init__(self, path: Path, dimension: int, count: int, rungs: Sequence[Rung] = RUNGS) -> None:
        self.rung = rung(count, dimension, rungs)
        self._path = path
        self._flat: FlatIndex | None = None
        self._kept: KeptVectors | None = None
        self._ids = np.zeros(count, np.int64)
        self._done = 0
        if self.rung.bits == 32:
            self._flat = FlatIndex(dimension)
        else:
            self._kept = KeptVectors.create(numbers_of(path), count, dimension, self.rung.bits)

    def __len__(self) -> int:
        return self._done

    def add(self, ids: Ids, vectors: Vectors) -> None:
        """Add vectors (shape (n, d)) under `ids` (shape (n,)), which go on rising."""
        if self._flat is not None:
            self._flat.add(ids, vectors)
        if self._kept is not None:
            self._kept.write(self._done, vectors)
        self._ids[self._done : self._done + len(ids)] = ids
        self._done += len(ids)

    def copy(self, ids: Ids, before: VectorIndex, own: Ids) -> None:
        """Add under `ids` what another index has under `own` ids of it; its numbers are as good (`reusable`)."""
        if self._kept is None or not isinstance(before, CodedIndex) or before.bits != self.rung.bits:
            self.add(ids, before.vectors(own))
            return
        self._kept.copy(self._done, *before.kept(own))
        self._ids[self._done : self._done + len(ids)] = ids
        self._done += len(ids)

    def vectors(self, ids: Ids) -> Vectors:
        """Vectors that were added, as they are kept, in the order of `ids`."""
        if self._flat is not None:
            return self._flat.vectors(ids)
        assert self._kept is not None
        return self._kept.read(self.places(ids))

    def places(self, ids: Ids) -> Ids:
        """As how many-th, from 0 on, each of `ids` was added."""
        return np.searchsorted(self._ids[: self._done], ids)

    def save(self) -> None:
        """Write everything (OSError: it cannot be written)."""
        if self._flat is not None:
            self._flat.save(self._path)
        if self._kept is not None:
            self._kept.close()
            write_codes(self._path, self._kept, self.rung)


def open_vectors(path: Path, ids: Ids, rungs: Sequence[Rung] = RUNGS) -> VectorIndex:
    """Open what a `VectorWriter` with these `rungs` saved under `path`; `ids` are the rows that it belongs to, rising.

    Raises:
        DamagedIndexError: a file is missing, is no index of these kinds, or holds codes of another number of vectors.
    """
    if numbers_of(path).exists():
        return CodedIndex.open(path, numbers_of(path), ids, rungs)
    return FlatIndex.open(path)


def numbers_of(path: Path) -> Path:
    """Where the numbers lie of which `path` holds the codes."""
    return path.with_suffix(".npy")


def reusable(kept: int | Bits, bits: int | Bits) -> bool:
    """Whether numbers of `kept` bits are as good as new ones for numbers of `bits`: a full rebuild has the same."""
    return kept in (bits, 32)
