"""The words of several parts, asked as one: how rare a word is counts over all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.lexical import LexicalIndex
from index.live.split import Split
from index.postings import Asked

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]


class JoinedWords(LexicalIndex):
    """Several indexes whose ids rise from one to the next; those that are `hidden` count nowhere."""

    def __init__(self, parts: Sequence[LexicalIndex], split: Split, hidden: Ids) -> None:
        first = parts[0]
        # The words are cut and stemmed by the first one, whose memory of them is filled already.
        self._analyser, self._cutter, self._term = first._analyser, first._cutter, first._term
        self._parts = parts
        self._split = split
        self._hidden = hidden

    def __len__(self) -> int:
        return sum(map(len, self._parts)) - len(self._hidden)

    @property
    def mean(self) -> float | None:
        """That of the first part, with which all are scored."""
        return self._parts[0].mean

    def ids(self) -> Ids:
        """The ids of all passages, rising."""
        ids = np.concatenate([part.ids() for part in self._parts])
        return ids[~np.isin(ids, self._hidden)]

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term stands."""
        counts = np.array([part.frequencies(terms) for part in self._parts], np.int64).sum(axis=0)
        for part, at in self._split.apart(self._hidden):
            distinct = list(dict.fromkeys(terms))
            found = dict(
                zip(distinct, self._parts[part].carried(distinct, self._hidden[at]).sum(axis=0).tolist(), strict=True)
            )
            counts -= np.array([found[term] for term in terms], np.int64)
        listed: list[int] = counts.tolist()
        return listed

    def carried(self, terms: Sequence[str], ids: Ids) -> NDArray[np.bool_]:
        """Which of `terms`, each once, stand in each of `ids`; shape (number of ids, number of terms)."""
        empty = np.zeros((0, len(terms)), np.bool_)
        return self._split.gathered(ids, lambda part, own: self._parts[part].carried(terms, own), empty)

    def _asked(self, weights: dict[str, float]) -> Asked:
        return _JoinedAsked([part._postings.asked(weights) for part in self._parts], self._split, self._hidden)


class _JoinedAsked(Asked):
    """The lists of one question in several parts."""

    def __init__(self, parts: Sequence[Asked], split: Split, hidden: Ids) -> None:
        self._parts = parts
        self._split = split
        self._hidden = hidden

    def best(self, k: int, allowed: Ids | None = None) -> tuple[Ids, Scores]:
        """Ids and scores (above 0) of the best `k`, best first; among `allowed` (rising) where given."""
        if allowed is None:
            found = [self._best(number, k) for number in range(len(self._parts))]
        else:
            found = [self._parts[part].best(k, allowed[at]) for part, at in self._split.apart(allowed)]
        ids = np.concatenate([np.zeros(0, np.int64), *(ids for ids, _ in found)])
        scores = np.concatenate([np.zeros(0, np.float32), *(scores for _, scores in found)])
        order = np.lexsort((ids, -scores))[: max(0, k)]
        return ids[order], scores[order]

    def _best(self, number: int, k: int) -> tuple[Ids, Scores]:
        asked = k
        while True:
            ids, scores = self._parts[number].best(asked)
            kept = ~np.isin(ids, self._hidden)
            if len(ids) < asked or int(kept.sum()) >= k:
                return ids[kept][:k], scores[kept][:k]
            asked = 2 * asked

    def of(self, ids: Ids) -> Scores:
        """Scores of `ids`, in their order; 0 where no term is shared."""
        return self._split.gathered(ids, lambda part, own: self._parts[part].of(own), np.zeros(0, np.float32))
