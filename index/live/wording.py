"""The very words of several parts, asked as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.live.split import Split
from index.wording import WordingIndex, telling

Ids = NDArray[np.int64]


class JoinedWording(WordingIndex):
    """Several indexes whose ids rise from one to the next; those that are `hidden` are nowhere among the answers.

    What is hidden still counts where a word is weighed, until the next generation: it is too little to tell.
    """

    def __init__(self, parts: Sequence[WordingIndex], split: Split, hidden: Ids) -> None:
        self._parts = parts
        self._split = split
        self._hidden = hidden

    def __len__(self) -> int:
        return sum(map(len, self._parts)) - len(self._hidden)

    def ids(self) -> Ids:
        """The ids of all quotations, rising."""
        ids = np.concatenate([part.ids() for part in self._parts])
        return ids[~np.isin(ids, self._hidden)]

    def knows(self, word: str) -> bool:
        """Whether any quotation holds this word."""
        return any(part.knows(word) for part in self._parts)

    def frequency(self, word: str) -> int:
        """How many quotations hold this word."""
        return sum(part.frequency(word) for part in self._parts)

    def weight(self, word: str) -> float:
        """How telling a word is."""
        return telling(len(self), self.frequency(word))

    def phrase(self, words: Sequence[str]) -> tuple[Ids, Ids]:
        """Every quotation that holds `words` one after another: ids, and how many words each has."""
        ids, counts = (np.concatenate(some) for some in zip(*(part.phrase(words) for part in self._parts), strict=True))
        kept = ~np.isin(ids, self._hidden)
        return ids[kept], counts[kept]

    def sharing_scored(
        self, weights: Mapping[tuple[str, ...], float], limit: int, among: Ids | None = None
    ) -> list[tuple[float, int]]:
        """The `limit` quotations that share the most, each with the sum of its weights, the largest first."""
        found: list[tuple[float, int]] = []
        if among is None:
            hidden = set(self._hidden.tolist())
            for part in self._parts:
                asked = limit
                while True:
                    some = part.sharing_scored(weights, asked)
                    kept = [one for one in some if one[1] not in hidden]
                    if len(some) < asked or len(kept) >= limit:
                        break
                    asked = 2 * asked
                found += kept
        else:
            for number, at in self._split.apart(among):
                found += self._parts[number].sharing_scored(weights, limit, among[at])
        return sorted(found, key=lambda one: (-one[0], one[1]))[:limit]
