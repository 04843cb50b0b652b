"""The very words of every quotation as lists in blocks: what `index.wording` asks of tantivy, answered the same.

<folder>/words.npy        every word, sorted (bytes of UTF-8; of a longer one its beginning and its SHA-256)
<folder>/starts.npy       where the list of each word begins, and the end of the last
<folder>/frequencies.npy  in how many quotations each word stands
<folder>/counts.npy       how many words each quotation has
`wording.places`          the lists one after another: places of quotations, rising within a list
`wording.positions`       the same: as how many-th word of the quotation it stands there, from 0 on
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.comparison import forms
from index.engine.milvus.arrays import Arrays, Kind
from index.places import Places
from index.types import Span
from index.wording import WordingIndex, telling

Ids = NDArray[np.int64]

LONGEST = 64
"""Bytes of a word; arrays of bytes are as wide as the longest."""
SHIFT = 32
"""A place and a position as one number."""


def word_key(word: str) -> bytes:
    """A word as the lists have it: two words, two keys."""
    encoded = word.encode("utf-8")
    if len(encoded) <= LONGEST:
        return encoded
    # No word holds a space, so that no other word reads so.
    return encoded[:31] + b" " + hashlib.sha256(encoded).hexdigest()[:32].encode("ascii")


def make_lists(
    folder: Path, rows: Iterable[tuple[int, Sequence[Span]]]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Write the files for quotations, (row, pieces) each, rows rising; gives the two arrays."""
    numbers: dict[bytes, int] = {}
    words, places, positions, counts = array("q"), array("q"), array("q"), array("q")
    for place, (_, pieces) in enumerate(rows):
        said = [form for piece in pieces for form in forms(piece.text)]
        words.extend(numbers.setdefault(word_key(word), len(numbers)) for word in said)
        places.extend([place] * len(said))
        positions.extend(range(len(said)))
        counts.append(len(said))
    vocabulary = np.array(list(numbers) or [b""], np.bytes_)[: len(numbers)]
    order = np.argsort(vocabulary, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    of_word = rank[np.array(words, np.int64)] if len(words) else np.zeros(0, np.int64)
    listed = np.argsort(of_word, kind="stable")  # within a word places and positions go on rising
    in_order, at = of_word[listed], np.array(places, np.int64)[listed]
    new = np.ones(len(in_order), np.bool_)
    new[1:] = (in_order[1:] != in_order[:-1]) | (at[1:] != at[:-1])
    starts = np.zeros(len(order) + 1, np.int64)
    np.cumsum(np.bincount(in_order, minlength=len(order)), out=starts[1:])
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "words.npy", vocabulary[order])
    np.save(folder / "starts.npy", starts)
    np.save(folder / "frequencies.npy", np.bincount(in_order[new], minlength=len(order)).astype(np.int32))
    np.save(folder / "counts.npy", np.array(counts, np.int32))
    return at.astype(np.uint32), np.array(positions, np.int64)[listed].astype(np.uint32)


class ServedWording(WordingIndex):
    """The words of every quotation in their order."""

    def __init__(self, folder: Path, ids: Ids, arrays: Arrays, places: Kind, positions: Kind) -> None:
        self._words = np.load(folder / "words.npy", allow_pickle=False)
        self._starts = np.load(folder / "starts.npy", allow_pickle=False)
        self._frequencies = np.load(folder / "frequencies.npy", allow_pickle=False)
        self._counts = np.load(folder / "counts.npy", allow_pickle=False)
        self._ids = ids
        self._places = Places(ids)
        self._arrays = arrays
        self._kinds = places, positions

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> Ids:
        """The ids of all quotations, rising."""
        return self._ids

    def knows(self, word: str) -> bool:
        """Whether any quotation holds this word."""
        return self._number(word) is not None

    def frequency(self, word: str) -> int:
        """How many quotations hold this word."""
        number = self._number(word)
        return 0 if number is None else int(self._frequencies[number])

    def weight(self, word: str) -> float:
        """How telling a word is."""
        return telling(len(self), self.frequency(word))

    def phrase(self, words: Sequence[str]) -> tuple[Ids, Ids]:
        """Every quotation that holds `words` (one at least) one after another: ids, and how many words each has."""
        places = self._holding(tuple(words), self._entries(set(words)))
        return self._ids[places], self._counts[places].astype(np.int64)

    def sharing_scored(
        self, weights: Mapping[tuple[str, ...], float], limit: int, among: Ids | None = None
    ) -> list[tuple[float, int]]:
        """The `limit` quotations that share the most, each with the sum of its weights, the largest first."""
        if not weights or (among is not None and not len(among)):
            return []
        entries = self._entries({word for run in weights for word in run})
        holding = {run: self._holding(run, entries) for run in weights}
        if among is not None:
            wanted = self._places.of(among)
            holding = {run: places[np.isin(places, wanted, assume_unique=True)] for run, places in holding.items()}
        every = np.unique(np.concatenate(list(holding.values())))
        scores = np.zeros(len(every), np.float32)
        for run, places in holding.items():
            scores[np.searchsorted(every, places)] += np.float32(weights[run])
        best = np.lexsort((every, -scores))[:limit]
        return list(zip(scores[best].tolist(), self._ids[every[best]].tolist(), strict=True))

    def _number(self, word: str) -> int | None:
        key = word_key(word)
        if not len(self._words) or len(key) > self._words.dtype.itemsize:
            return None
        at = int(np.searchsorted(self._words, np.bytes_(key)))
        return at if at < len(self._words) and self._words[at] == key else None

    def _entries(self, words: Iterable[str]) -> dict[str, Ids]:
        """Word → where it stands: place and position as one number each, rising."""
        known = {word: number for word in words if (number := self._number(word)) is not None}
        bounds = [(int(self._starts[number]), int(self._starts[number + 1])) for number in known.values()]
        read = self._arrays.read([(kind, *bound) for kind in self._kinds for bound in bounds])
        return {
            word: (places.astype(np.int64) << SHIFT) | positions.astype(np.int64)
            for word, places, positions in zip(known, read[: len(known)], read[len(known) :], strict=True)
        }

    def _holding(self, run: tuple[str, ...], entries: Mapping[str, Ids]) -> Ids:
        """The places of the quotations that hold a run, rising."""
        if any(word not in entries for word in run):
            return np.zeros(0, np.int64)
        begins = entries[run[0]]
        for further, word in sorted(enumerate(run[1:], 1), key=lambda one: len(entries[one[1]])):
            begins = begins[np.isin(begins + further, entries[word], assume_unique=True)]
        return np.unique(begins >> SHIFT)
