"""Rows → rows with every group of copies once: what a search and a listing do before they are cut into pages."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]


class Folding:
    """The groups of a corpus, from pairs of first row and row: by first row, within a group the earliest first."""

    def __init__(self, pairs: Sequence[tuple[int, int]]) -> None:
        self._set(np.array([first for first, _ in pairs], np.int64), np.array([row for _, row in pairs], np.int64))

    def _set(self, firsts: Rows, members: Rows) -> None:
        self._members = members
        self._firsts, self._starts = np.unique(firsts, return_index=True)
        self._ends = np.append(self._starts[1:], len(members))[: len(self._starts)].astype(np.int64)
        order = np.argsort(self._members)
        self._rows = self._members[order]
        self._first_of = firsts[order]

    def groups(self) -> list[tuple[int, ...]]:
        """The rows of every group, the earliest first."""
        return [tuple(self._members[start:end].tolist()) for start, end in zip(self._starts, self._ends, strict=True)]

    def changed(self, rows: Rows, groups: Sequence[Sequence[int]]) -> Folding:
        """The same without the groups that hold any of `rows`, and with these, the earliest of each first."""
        touched = np.unique(self._first_of[np.isin(self._rows, rows)])
        whole = np.repeat(self._firsts, self._ends - self._starts)
        kept = ~np.isin(whole, touched)
        new = np.repeat(np.array([group[0] for group in groups], np.int64), list(map(len, groups)))
        firsts = np.concatenate([whole[kept], new])
        members = np.concatenate([self._members[kept], np.fromiter(chain.from_iterable(groups), np.int64, len(new))])
        order = np.argsort(firsts, kind="stable")
        made = Folding(())
        made._set(firsts[order], members[order])
        return made

    def members(self, row: int) -> list[int]:
        """The rows of a quotation's group, the earliest first; the row alone where it has no copy."""
        at = int(np.searchsorted(self._rows, row))
        if at == len(self._rows) or int(self._rows[at]) != row:
            return [row]
        group = int(np.searchsorted(self._firsts, self._first_of[at]))
        found: list[int] = self._members[self._starts[group] : self._ends[group]].tolist()
        return found

    def folded(self, rows: Rows, scores: Scores, allowed: Rows | None) -> tuple[Rows, Scores]:
        """Each group once: the earliest row that is allowed, with the best score of its group; rising by row.

        `rows`, each once, are among `allowed`, rows rising; None allows all.
        """
        if not len(self._rows) or not len(rows):
            return rows, scores
        first = self._first(rows)
        found, group = np.unique(first, return_inverse=True)
        best = np.full(len(found), -np.inf, np.float32)
        np.maximum.at(best, group, scores)
        shown = found if allowed is None else self._earliest(found, allowed)
        order = np.argsort(shown)
        return shown[order], best[order]

    def _first(self, rows: Rows) -> Rows:
        """The first row of each row's group; the row itself where it has no copy."""
        at = np.minimum(np.searchsorted(self._rows, rows), len(self._rows) - 1)
        return np.where(self._rows[at] == rows, self._first_of[at], rows)

    def _earliest(self, firsts: Rows, allowed: Rows) -> Rows:
        """The earliest member of each group that is allowed."""
        at = np.minimum(np.searchsorted(self._firsts, firsts), len(self._firsts) - 1)
        copied = np.flatnonzero(self._firsts[at] == firsts)
        starts, sizes = self._starts[at[copied]], (self._ends - self._starts)[at[copied]]
        before = np.cumsum(sizes) - sizes
        members = self._members[np.repeat(starts - before, sizes) + np.arange(sizes.sum())]
        place = np.minimum(np.searchsorted(allowed, members), len(allowed) - 1)
        may = np.flatnonzero(allowed[place] == members)
        shown = firsts.copy()
        # The first allowed one at or behind the start of each group is of that group: one of its rows was found.
        shown[copied] = members[may[np.searchsorted(may, before)]]
        return shown
