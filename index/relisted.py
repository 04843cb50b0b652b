"""The lists of the run before taken again: only what changed is cut into words, and the lists come out the same.

A list holds what a term adds to the score of a passage. That hangs on the mean length of all passages, which any change
moves, so it is turned back into how often the term stands there, and made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError
from index.postings import K1, LENGTHS, UNIT, Counted, Postings, norms, starts_of

Ids = NDArray[np.int64]
Kept = Sequence[tuple[int, int, int]]
"""Ids of passages that are as they were: the first, the first before, how many; rising."""
Documents = Iterable[tuple[int, Sequence[str]]]

SURE = np.float64(32_768)
"""A count is told from its part where (count + norm)² is under this many norms. Then a step of UNIT is less than half
of one more, and rounding tells the very count. Beside passages of 25 words in the mean, the first of which it is not
sure is one that says a single word 1,107 times."""


def relisted(before: Path, kept: Kept, ids: Ids, documents: Callable[[Ids], Documents]) -> Counted:
    """The lists of the passages `ids`, rising: those in the folder `before`, as far as they can be read, and new ones.

    `documents`: (id, terms) of the passages that it is given, rising; asked for all that are not as they were.
    """
    read = _read(before)
    if read is None:
        return Counted.of(documents(ids))
    old, lengths, counts = read
    own = np.concatenate([np.zeros(0, np.int64), *(np.arange(new, new + count) for new, _, count in kept)])
    own_before = np.concatenate([np.zeros(0, np.int64), *(np.arange(was, was + count) for _, was, count in kept)])
    places_before = old.places.checked(own_before)
    places = np.searchsorted(ids, own)
    # A place before → the place now, -1 where the passage is gone or not all of its counts can be told.
    now = np.full(len(old), -1, np.int64)
    now[places_before] = places
    now[old.listed[counts == 0]] = -1
    taken = now[places_before] >= 0
    anew = np.setdiff1d(ids, own[taken], assume_unique=True)
    made = Counted.of(documents(anew))
    whole = np.zeros(len(ids), np.int32)
    whole[places[taken]] = lengths[places_before[taken]]
    at = np.searchsorted(ids, made.ids)
    whole[at] = made.lengths
    return _joined(ids, whole, _Part(old.vocabulary, old.starts, now[old.listed], counts), _of(made, at))


class _Part:
    """Lists of one source: of each entry its place now, below 0 where it is left out."""

    def __init__(self, terms: NDArray[np.bytes_], starts: Ids, places: Ids, counts: NDArray[np.uint16]) -> None:
        left = places >= 0
        self.entries = np.repeat(np.arange(len(terms)), np.diff(starts))[left]
        self.places = places[left]
        self.counts = counts[left]
        self.held = np.unique(self.entries)
        self.terms = terms[self.held]


def _of(made: Counted, at: Ids) -> _Part:
    return _Part(made.terms, made.starts, at[made.places], made.counts)


def _joined(ids: Ids, lengths: NDArray[np.int32], *parts: _Part) -> Counted:
    terms = np.unique(np.concatenate([part.terms for part in parts]))
    terms = terms.astype(f"S{max(1, int(np.char.str_len(terms).max(initial=0)))}")  # as wide as the longest left
    keys = np.concatenate(
        [
            np.searchsorted(terms, part.terms)[np.searchsorted(part.held, part.entries)] << 32 | part.places
            for part in parts
        ]
    )
    # Both parts rise, so this is hardly more than to lay one between the other.
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    counts = np.concatenate([part.counts for part in parts])[order]
    starts = starts_of((keys >> 32).astype(np.int32), len(terms))
    return Counted(ids, lengths, terms, starts, keys.astype(np.uint32), counts)


def _read(folder: Path) -> tuple[Postings, NDArray[np.int32], NDArray[np.uint16]] | None:
    """Lists, the length of each passage, and of each entry how often its term stands there, 0 where it is not sure."""
    try:
        lists = Postings.open(folder)
        lengths = np.load(folder / LENGTHS, allow_pickle=False)
    except (DamagedIndexError, OSError, ValueError, EOFError):
        return None
    if lists.mean is None or lengths.dtype != np.int32 or lengths.shape != (len(lists),):
        return None
    norm = norms(lengths, lists.mean).astype(np.float64)[lists.listed]
    parts = lists.parts * np.float64(UNIT)
    counts = parts * norm / np.maximum(K1 + 1 - parts, UNIT)
    sure = (counts + norm) ** 2 < SURE * norm
    return lists, lengths, np.where(sure, np.rint(counts), 0).astype(np.uint16)
