"""Arrays on the server in blocks, of which a stretch is read; what was read lately is kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine.milvus.records import BLOCK, Records

KEPT = 256 << 20
"""Bytes of blocks kept in memory: lists of frequent words, which most questions ask for. A million passages have 150 MB
of lists in all."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An array on the server: its name, what an entry is, how many there are."""

    name: str
    dtype: str
    length: int

    @property
    def each(self) -> int:
        """Entries of a block."""
        return BLOCK // np.dtype(self.dtype).itemsize


Stretch = tuple[Kind, int, int]
"""The entries of an array from one to before another."""


def blocks(kind: Kind, values: NDArray[Any]) -> Iterator[tuple[str, bytes]]:
    """An array as records."""
    for number, at in enumerate(range(0, kind.length, kind.each)):
        yield f"{kind.name}{number}", np.ascontiguousarray(values[at : at + kind.each]).tobytes()


class Arrays:
    """The arrays of one generation. May be used from many threads."""

    def __init__(self, records: Records, kept: int = KEPT) -> None:
        self._records = records
        self._most = kept
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def read(self, stretches: Sequence[Stretch]) -> list[NDArray[Any]]:
        """These stretches, all that is missing of them in one call."""
        keys = dict.fromkeys(key for stretch in stretches for key in _keys(stretch))
        found = self._blocks(keys)
        return [_cut(stretch, found) for stretch in stretches]

    def _blocks(self, keys: Iterable[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        missing: list[str] = []
        with self._lock:
            for key in keys:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    found[key] = self._kept[key]
                else:
                    missing.append(key)
        if missing:
            read = self._records.get(missing)
            found |= read
            with self._lock:
                for key, value in read.items():
                    if key not in self._kept:
                        self._kept[key] = value
                        self._size += len(value)
                while self._size > self._most:
                    _, gone = self._kept.popitem(last=False)
                    self._size -= len(gone)
        return found


def _keys(stretch: Stretch) -> Iterator[str]:
    kind, start, end = stretch
    if start < end:
        for number in range(start // kind.each, (end - 1) // kind.each + 1):
            yield f"{kind.name}{number}"


def _cut(stretch: Stretch, found: dict[str, bytes]) -> NDArray[Any]:
    kind, start, end = stretch
    parts = [np.frombuffer(found[key], kind.dtype) for key in _keys(stretch)]
    if not parts:
        return np.zeros(0, kind.dtype)
    first = start // kind.each * kind.each
    whole = parts[0] if len(parts) == 1 else np.concatenate(parts)
    return whole[start - first : end - first]
