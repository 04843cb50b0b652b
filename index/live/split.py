"""Which part holds a row: every part but the last ends where the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]


class Split:
    """`firsts`: the first row that each part may hold, rising."""

    def __init__(self, firsts: Sequence[int]) -> None:
        self._starts = np.array(firsts[1:], np.int64)

    def of(self, row: int) -> int:
        """The part of a row."""
        return int(np.searchsorted(self._starts, row, "right"))

    def apart(self, ids: Ids) -> Iterator[tuple[int, Ids]]:
        """Each part that holds any of `ids`, with their positions."""
        parts = np.searchsorted(self._starts, ids, "right")
        for part in np.unique(parts).tolist():
            yield part, np.flatnonzero(parts == part)

    def gathered(self, ids: Ids, ask: Callable[[int, Ids], NDArray[Any]], empty: NDArray[Any]) -> NDArray[Any]:
        """What each part says of its own of `ids`, in their order; `empty` where there is none."""
        found: NDArray[Any] | None = None
        for part, at in self.apart(ids):
            some = ask(part, ids[at])
            if found is None:
                found = np.empty((len(ids), *some.shape[1:]), some.dtype)
            found[at] = some
        return empty if found is None else found
