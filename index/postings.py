"""Terms → the passages that hold them, as arrays that are mapped, with what each term adds to a passage's BM25.

<folder>/terms.npy    every term, sorted (bytes of UTF-8)
<folder>/starts.npy   where the list of each term begins, and the end of the last
<folder>/places.npy   the lists one after another: places of passages, rising within a list
<folder>/parts.npy    the same: tf · (k1 + 1) / (tf + k1 · (1 - b + b · length / mean length)), in steps of UNIT
<folder>/ids.npy      the ids of the passages, rising; a passage's place is that of its id
<folder>/mean.npy     the mean length that the parts were made with; older indexes have none
<folder>/lengths.npy  the length of each passage, in terms; only the next rebuild reads it, and older indexes have none

A score is a sum over lists, so all passages are scored at once: 75,000 entries of a question of 30 words over 100,000
passages are added up in .2 ms, and what any other passage scores is there as well.
"""

from __future__ import annotations

import contextlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError
from index.places import Places

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

K1 = 1.2
B = 0.75
"""BM25's constants as Lucene and tantivy have them (Robertson and Zaragoza, 2009)."""
UNIT = np.float32((K1 + 1) / 65_535)
"""The part of a term is under k1 + 1, so 16 bits hold it as whole steps; as float16, less exact, it takes five times as
long to turn into 32 bits."""
CHUNK = 2_000_000
"""Words that are sorted at once while lists are made."""
BLOCK = 64
"""Passages whose best score stands for all of them where the best are looked for: a bound that is read in a 64th."""
REMEMBERED = 4096
"""Terms whose lists are remembered, at most .6 MB: one question asks for the same ones five times, and 30 take 35 µs to
be found, 5 to be remembered."""
SEEK = 10
"""What it costs to look one passage up in a list, in entries of the list that are added up."""
NAMES = ("terms", "starts", "places", "parts", "ids")
MEAN = "mean.npy"
LENGTHS = "lengths.npy"


class Postings:
    """The lists of one generation."""

    def __init__(
        self,
        terms: NDArray[np.bytes_],
        starts: Ids,
        places: NDArray[np.uint32],
        parts: NDArray[np.uint16],
        ids: Ids,
        mean: float | None = None,
    ) -> None:
        self._terms = terms
        self._starts = starts
        self._listed = places
        self._parts = parts
        self._known: dict[str, tuple[int, int]] = {}
        self.places = Places(ids)
        self.mean = mean
        """The mean length of a passage, in terms, that the parts were made with; None where nobody wrote it down."""

    @staticmethod
    def build(folder: Path, documents: Iterable[tuple[int, Sequence[str]]]) -> int:
        """Write (id, terms) pairs, ids rising, into the new `folder`; gives how many (OSError: it cannot be)."""
        counted = Counted.of(documents)
        counted.write(folder)
        return len(counted.ids)

    @classmethod
    def made(cls, documents: Iterable[tuple[int, Sequence[str]]], mean: float | None = None) -> Postings:
        """The lists of (id, terms) pairs, ids rising; their parts with `mean`, by default their own mean length."""
        counted = Counted.of(documents)
        mean = counted.mean if mean is None else mean
        return cls(counted.terms, counted.starts, counted.places, counted.parts(mean), counted.ids, mean)

    @classmethod
    def together(cls, some: Sequence[Postings], without: Ids) -> Postings:
        """Several of one mean length, ids rising from one to the next, as one; but for the passages in `without`."""
        ids = np.concatenate([one.places.ids for one in some])
        kept = ~np.isin(ids, without)
        vocabulary, ranks = np.unique(np.concatenate([one._terms for one in some]), return_inverse=True)
        lengths = np.concatenate([np.diff(one._starts) for one in some])
        of_term = np.repeat(ranks, lengths)
        before = np.cumsum([0, *(len(one) for one in some)])
        listed = [one._listed + np.uint32(first) for one, first in zip(some, before.tolist(), strict=False)]
        places = np.concatenate(listed)
        parts = np.concatenate([one._parts for one in some])
        if not kept.all():
            there = kept[places]
            of_term, places, parts = (
                of_term[there],
                (np.cumsum(kept) - 1)[places[there]].astype(np.uint32),
                parts[there],
            )
            used, of_term = np.unique(of_term, return_inverse=True)
            vocabulary = vocabulary[used]
        # Stable: within a term the places go on rising, as the lists have them.
        order = np.argsort(of_term, kind="stable")
        starts = np.zeros(len(vocabulary) + 1, np.int64)
        np.cumsum(np.bincount(of_term, minlength=len(vocabulary)), out=starts[1:])
        return cls(vocabulary, starts, places[order], parts[order], ids[kept], some[0].mean)

    @classmethod
    def open(cls, folder: Path) -> Postings:
        """Map what `build` wrote.

        Raises:
            DamagedIndexError: a file is missing, is none of these, or does not fit the others.
        """
        read = []
        for name in NAMES:
            path = folder / f"{name}.npy"
            try:
                whole = np.load(path, mmap_mode="r" if path.stat().st_size > 1024 else None, allow_pickle=False)
            except (OSError, ValueError, EOFError) as error:
                raise DamagedIndexError(f"{path}: cannot be read ({error}); run `attributed rebuild`") from error
            # A plain array over the map: each slice of a numpy.memmap costs ten times that of an array.
            read.append(np.asarray(whole))
        terms, starts, places, parts, ids = read
        kinds = [one.dtype.kind + str(one.dtype.itemsize) for one in (starts, places, parts, ids)]
        lengths = (len(starts) == len(terms) + 1, len(places) == len(parts), int(starts[-1]) == len(places))
        if terms.dtype.kind != "S" or kinds != ["i8", "u4", "u2", "i8"] or not all(lengths):
            raise DamagedIndexError(f"{folder}: its files do not fit each other; run `attributed rebuild`")
        mean = None
        with contextlib.suppress(OSError, ValueError, EOFError):
            mean = float(np.load(folder / MEAN, allow_pickle=False))
        return cls(terms, starts, places, parts, ids, mean)

    def __len__(self) -> int:
        return len(self.places)

    @property
    def vocabulary(self) -> NDArray[np.bytes_]:
        """Every term, sorted."""
        return self._terms

    @property
    def starts(self) -> Ids:
        """Where the list of each term begins, and the end of the last."""
        return self._starts

    @property
    def listed(self) -> NDArray[np.uint32]:
        """The lists one after another: places of passages."""
        return self._listed

    @property
    def parts(self) -> NDArray[np.uint16]:
        """What each term adds to the score of each passage of its list, in steps of UNIT."""
        return self._parts

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term stands."""
        return [end - start for start, end in self._bounds(terms)]

    def asked(self, weights: dict[str, float]) -> Asked:
        """The lists of these terms, each with its weight, ready to be added up."""
        return Asked(
            self.places,
            [
                (self._listed[start:end], self._parts[start:end], np.float32(weight) * UNIT)
                for (start, end), weight in zip(self._bounds(list(weights)), weights.values(), strict=True)
            ],
        )

    def _bounds(self, terms: Sequence[str]) -> list[tuple[int, int]]:
        """Where the list of each term begins and ends; both 0 for one that stands nowhere."""
        known = self._known
        new = [term for term in terms if term not in known]
        if new:
            if len(known) + len(new) > REMEMBERED:
                # A new one: other threads may be reading the old one.
                known, new = {}, list(terms)
                self._known = known
            known.update(zip(new, self._looked_up(new), strict=True))
        return [known[term] for term in terms]

    def _looked_up(self, terms: Sequence[str]) -> list[tuple[int, int]]:
        longest = self._terms.dtype.itemsize
        encoded = [term.encode("utf-8") for term in terms]
        # A longer one is cut here and found equal to none.
        asked = np.array([one if len(one) <= longest else b"" for one in encoded], self._terms.dtype)
        if not len(self._terms):
            return [(0, 0)] * len(terms)
        at = np.minimum(np.searchsorted(self._terms, asked), len(self._terms) - 1)
        known = (self._terms[at] == asked) & (asked != b"")
        starts, ends = np.where(known, self._starts[at], 0), np.where(known, self._starts[at + 1], 0)
        return list(zip(starts.tolist(), ends.tolist(), strict=True))


class Asked:
    """The lists of one question: places and parts of each term, and what a step of these weighs."""

    def __init__(self, ids: Places, lists: list[tuple[NDArray[np.uint32], NDArray[np.uint16], np.float32]]) -> None:
        self._ids = ids
        self._lists = lists
        self._entries = sum(len(places) for places, _, _ in lists)
        self._whole: Scores | None = None

    def best(self, k: int, allowed: Ids | None = None) -> tuple[Ids, Scores]:
        """Ids and scores (above 0) of the best `k`, best first; among `allowed` (rising) where given, then exactly."""
        if k <= 0 or not self._entries or (allowed is not None and not len(allowed)):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if allowed is None:
            scores = self._all()
            near = _near(scores, k)
            ids, scores = self._ids.ids[near], scores[near]
        else:
            ids, scores = allowed, self.of(allowed)
        order = np.argsort(-scores, kind="stable")[:k]
        order = order[scores[order] > 0]
        return ids[order], scores[order]

    def of(self, ids: Ids) -> Scores:
        """Scores of `ids`, which must be known, in their order; 0 where no term is shared."""
        places = self._ids.of(ids)
        if self._whole is not None or len(ids) * len(self._lists) * SEEK > self._entries:
            return self._all()[places]
        scores = np.zeros(len(ids), np.float32)
        for listed, parts, weight in self._lists:
            if not len(listed):
                continue
            at = np.minimum(np.searchsorted(listed, places.astype(np.uint32)), len(listed) - 1)
            shared = np.flatnonzero(listed[at] == places)
            scores[shared] += weight * parts[at[shared]]
        return scores

    def carried(self, ids: Ids) -> NDArray[np.bool_]:
        """Which of these terms, in their order, each of `ids` holds; shape (number of ids, number of terms)."""
        places = self._ids.of(ids).astype(np.uint32)
        found = np.zeros((len(ids), len(self._lists)), np.bool_)
        for column, (listed, _, _) in enumerate(self._lists):
            if len(listed):
                found[:, column] = listed[np.minimum(np.searchsorted(listed, places), len(listed) - 1)] == places
        return found

    def _all(self) -> Scores:
        """The scores of all passages, by their places."""
        if self._whole is None:
            # Whole blocks, so that the best are found block by block.
            self._whole = np.zeros(-(-len(self._ids) // BLOCK) * BLOCK, np.float32)
            for places, parts, weight in self._lists:
                # The fastest of all ways by far, where the places are of this type.
                np.add.at(self._whole, places.astype(np.int64), parts.astype(np.float32) * weight)
        return self._whole


def _near(scores: Scores, k: int) -> Ids:
    """Places that hold the best `k` of all scores, rising; some more may be among them."""
    blocks = scores.reshape(-1, BLOCK)
    best = blocks.max(axis=1)
    if len(best) <= k:
        return np.flatnonzero(scores > 0)
    # So many blocks have one score at least as good: whatever is among the best k lies in one of them.
    floor = np.partition(best, len(best) - k)[len(best) - k]
    chosen = np.flatnonzero(best >= floor)
    inside = blocks[chosen]
    rows, columns = np.nonzero((inside >= floor) & (inside > 0))
    return chosen[rows] * BLOCK + columns


@dataclass(frozen=True, slots=True)
class Counted:
    """How often each term stands in each passage; `lengths` of the passages, in terms.

    Of the list of each term, of `terms` sorted, from `starts` on: `places` and `counts`, 65,535 at most.
    """

    ids: Ids
    lengths: NDArray[np.int32]
    terms: NDArray[np.bytes_]
    starts: Ids
    places: NDArray[np.uint32]
    counts: NDArray[np.uint16]

    @classmethod
    def of(cls, documents: Iterable[tuple[int, Sequence[str]]]) -> Counted:
        """Count (id, terms) pairs, ids rising."""
        numbers: dict[str, int] = {}
        making = _Making()
        for id_, terms in documents:
            making.add(id_, [numbers.setdefault(term, len(numbers)) for term in terms])
        making.end()
        vocabulary = np.array([term.encode("utf-8") for term in numbers] or [b""], np.bytes_)[: len(numbers)]
        order = np.argsort(vocabulary, kind="stable")
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        terms_of, places, counts = making.lists(rank)
        return cls(
            np.array(making.ids, np.int64),
            np.array(making.lengths, np.int32),
            vocabulary[order],
            starts_of(terms_of, len(order)),
            places,
            counts,
        )

    @property
    def mean(self) -> float:
        """The mean length; where there is no word at all, any will do."""
        lengths = self.lengths.astype(np.float32)
        return float(lengths.mean()) if lengths.any() else 1.0

    def parts(self, mean: float) -> NDArray[np.uint16]:
        """What each term adds to the score of each passage, beside others of this mean length, in steps of UNIT."""
        tf = self.counts.astype(np.float32)
        parts = tf * (K1 + 1) / (tf + norms(self.lengths, mean)[self.places])
        return np.rint(parts / UNIT).astype(np.uint16)

    def write(self, folder: Path) -> None:
        """Write the lists into the new `folder` (OSError: it cannot be)."""
        folder.mkdir()
        arrays: tuple[NDArray[Any], ...] = (self.terms, self.starts, self.places, self.parts(self.mean), self.ids)
        for name, values in zip(NAMES, arrays, strict=True):
            np.save(folder / f"{name}.npy", values, allow_pickle=False)
        np.save(folder / MEAN, np.float32(self.mean), allow_pickle=False)
        np.save(folder / LENGTHS, self.lengths, allow_pickle=False)


def norms(lengths: NDArray[np.int32], mean: float) -> NDArray[np.float32]:
    """What BM25 adds to the count of a term in passages of these lengths."""
    found: NDArray[np.float32] = K1 * (1 - B + B * lengths.astype(np.float32) / np.float32(mean))
    return found


def starts_of(terms: NDArray[np.int32], number: int) -> Ids:
    """Where the list of each of so many terms begins, and the end of the last; `terms` of all entries, rising."""
    starts = np.zeros(number + 1, np.int64)
    np.cumsum(np.bincount(terms, minlength=number), out=starts[1:])
    return starts


class _Making:
    """Lists in the making: words are counted chunk by chunk."""

    def __init__(self) -> None:
        self.ids = array("q")
        self.lengths = array("i")
        self._words = array("i")
        self._first = 0
        self._chunks: list[tuple[NDArray[np.int32], NDArray[np.uint32], NDArray[np.uint16]]] = []

    def add(self, id_: int, words: Sequence[int]) -> None:
        """Add a passage, given as the numbers of its terms."""
        self.ids.append(id_)
        self.lengths.append(len(words))
        self._words.extend(words)
        if len(self._words) >= CHUNK:
            self.end()

    def end(self) -> None:
        """Count what has come since the last time."""
        lengths = np.array(self.lengths[self._first :], np.int64)
        terms = np.array(self._words, np.int64)
        places = np.repeat(np.arange(self._first, self._first + len(lengths)), lengths)
        pairs, counts = np.unique(terms << 32 | places, return_counts=True)
        self._chunks.append(
            ((pairs >> 32).astype(np.int32), pairs.astype(np.uint32), np.minimum(counts, 65_535).astype(np.uint16))
        )
        self._first = len(self.ids)
        del self._words[:]

    def lists(self, rank: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.uint32], NDArray[np.uint16]]:
        """Terms by their `rank`, places and counts of all lists, one after another."""
        terms, places, counts = (np.concatenate([chunk[part] for chunk in self._chunks]) for part in range(3))
        of_term = rank[terms]
        # Stable: within a term the places go on rising, as the chunks have them.
        order = np.argsort(of_term, kind="stable")
        return of_term[order], places[order], counts[order]
