"""Copies over a generation and what was added: an added quotation is compared with what shares words with it.

Found are the quotations of the same speaker that share RUN words in a row, and of anybody that share LONG_RUN, together
with all that their articles quote; these are grouped by the very rules of a rebuild (`index.copies.groups`). What the
generation has as one group stays one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.columns import NO_DAY, NOBODY
from index.comparison import forms
from index.copies import Folding, Said, grouped
from index.copies.groups import LONG, LONG_RUN, RUN, SHORT
from index.live.quoted import Quoted
from index.live.store import JoinedStore
from index.types import Passage
from index.wording import WordingIndex

Ids = NDArray[np.int64]

RUNS = 24
"""Runs of words of one quotation that are looked for, spread over it."""
ENOUGH = 2
"""Runs that two copies share at least: four words in a row, or three twice."""
LARGE = 20
"""Members of a group that are read; of the statement that hundreds of papers carry the others say the same."""
FOUND = 40
"""Quotations that may be copies of one, those that share the most runs."""
MORE = 400
"""Quotations that share any run and are looked at, before those of one speaker are looked for among all."""


class Folds:
    """The groups that additions touched; one writer."""

    def __init__(self, base: Folding) -> None:
        self._base = base
        self._groups: dict[int, list[int]] = {}
        """Row → its group, the same list for each of its rows."""
        self._touched: set[int] = set()
        """Rows of the generation whose groups are not as it has them."""
        self._read = Quoted()
        self._now: Folding | None = None

    def folding(self) -> Folding:
        """All groups as they are now."""
        if self._now is not None:
            return self._now
        groups = {id(group): group for group in self._groups.values() if len(group) > 1}
        rows = np.array(sorted(self._touched), np.int64)
        now = self._now = self._base.changed(rows, list(groups.values()))
        return now

    def leave_out(self, rows: Iterable[int]) -> None:
        """Take rows out of their groups."""
        self._now = None
        for row in rows:
            group = self._group(row)
            self._touched.update(group)
            for other in group:
                self._groups[other] = [one for one in group if one != row]
            self._share([one for one in group if one != row])
            self._groups.pop(row, None)

    def add(self, store: JoinedStore, words: WordingIndex, added: Sequence[tuple[int, Passage]]) -> None:
        """Look for the copies of added quotations, (row, passage) each, in what `store` and `words` hold by now."""
        found: set[int] = set()
        for row, passage in added:
            found.update(self._near(store, words, row, passage))
        if not found:
            return
        found.update(other for row in list(found) for other in self._some(row))
        said = self._read.beside(store, found, [row for row, _ in added])
        self._now = None
        for group in grouped(list(said.values()), worded=self._read.wording):
            # What was one group stays one, whatever of it is read here.
            whole = self._together(group)
            if len(whole) == len(self._group(group[0])) and group[0] not in self._groups:
                continue  # as the generation has it
            self._touched.update(whole)
            self._share(self._in_order(store, whole, said))

    def _together(self, rows: Iterable[int]) -> list[int]:
        """The members of the groups of these rows, each once."""
        found: dict[int, None] = {}
        for row in rows:
            if row not in found:  # else all of its group are there
                found.update(dict.fromkeys(self._group(row)))
        return list(found)

    def _near(self, store: JoinedStore, words: WordingIndex, row: int, passage: Passage) -> list[int]:
        """Rows that may be copies of one."""
        number = int(store.columns.speakers(np.array([row], np.int64))[0])
        pieces = [forms(span.text) for span in passage.attribution.quotation.spans]
        count = sum(map(len, pieces))
        near: list[tuple[float, int]] = []
        if number != NOBODY and count >= SHORT:
            theirs = store.columns.rows[store.columns.of_speakers([number])]
            if len(theirs) > 1:
                near = _sharing(words, _runs(pieces, RUN), theirs)
        if count >= LONG:
            near += _sharing(words, _runs(pieces, LONG_RUN), None)
        return [other for _, other in near if other != row]

    def _group(self, row: int) -> list[int]:
        return self._groups[row] if row in self._groups else self._base.members(row)

    def _some(self, row: int) -> list[int]:
        """A row and as many of its group as tell what the group says."""
        group = self._group(row)
        return group if len(group) <= LARGE else [*group[:LARGE], row]

    def _share(self, group: list[int]) -> None:
        for row in group:
            self._groups[row] = group

    def _in_order(self, store: JoinedStore, rows: list[int], said: Mapping[int, Said]) -> list[int]:
        """The earliest first; of a large group, not all of which is read, by the day alone, and otherwise as it was."""
        if all(row in said for row in rows):
            return sorted(rows, key=lambda row: self._age(said[row]))
        days = store.columns.days(np.array(rows, np.int64)).tolist()
        order = sorted(range(len(rows)), key=lambda at: (days[at] == NO_DAY, days[at]))
        return [rows[at] for at in order]

    def _age(self, one: Said) -> tuple[bool, dt.date, int, str, int, int]:
        """As `index.copies.grouped` puts the earliest first."""
        words = self._read.wording(one).words
        return one.date is None, one.date or dt.date.min, -len(words), one.article, one.start, one.row


def _sharing(words: WordingIndex, runs: dict[tuple[str, ...], float], among: Ids | None) -> list[tuple[float, int]]:
    """Those that share ENOUGH of the runs, where there are as many."""
    found = words.sharing_scored(runs, FOUND if among is None else MORE)
    if among is not None:
        # To look among some alone takes five times as long; where all are found, these are among them.
        if len(found) < MORE:
            kept = np.isin([row for _, row in found], among).tolist()
            found = [one for one, there in zip(found, kept, strict=True) if there][:FOUND]
        else:
            found = words.sharing_scored(runs, FOUND, among)
    return [one for one in found if one[0] >= min(ENOUGH, len(runs))]


def _runs(pieces: Sequence[Sequence[str]], size: int) -> dict[tuple[str, ...], float]:
    runs = [tuple(piece[at : at + size]) for piece in pieces for at in range(len(piece) - size + 1)]
    step = max(1, -(-len(runs) // RUNS))
    return dict.fromkeys(runs[::step], 1.0)
