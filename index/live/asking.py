"""Whom and what questions name, over a generation and what was added: read anew only of whom the last changes touched.

Who was touched lately lies beside the others, until there are many; so one article more costs what it brings, and not
all that came before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from index.live.roster import Entry, Listed, Roster
from index.live.store import JoinedStore
from index.questions import Questions
from index.store import Store
from index.vocabulary import Vocabulary

FEW = 32
SHARE = 4
"""Speakers touched lately that lie beside the others: FEW, or one in SHARE of them."""


class Asking:
    """The questions of one snapshot after another; one writer."""

    def __init__(self, base: Questions, store: Store, known: Vocabulary) -> None:
        self._base = base
        self._store = store
        self._known = known
        self._last = store.count("speaker")
        self._settled: Questions = base
        self._of_settled: set[int] = set()
        self._lately: set[int] = set()
        self._seen: Mapping[int, Entry | None] = {}
        self._ids: dict[int, str] = {}

    def questions(self, roster: Roster, store: JoinedStore, known: Vocabulary) -> Questions:
        """On what `store` holds now, its words being `known`, where who is who is told by `roster`."""
        self._lately |= {
            number
            for number, entry in roster.entries.items()
            if number not in self._seen or self._seen[number] is not entry
        }
        self._seen = roster.entries
        if len(self._lately) > max(FEW, len(self._of_settled) // SHARE):
            self._of_settled |= self._lately
            self._lately.clear()
            # What it counts with is not asked: these questions lie below others. Those of a snapshot would hold it.
            self._settled = self._changed(self._base, self._of_settled, None, self._known)
        return self._changed(self._settled, self._lately, store.earliest(), known)

    def _changed(
        self, below: Questions, numbers: Collection[int], earliest: dt.date | None, known: Vocabulary
    ) -> Questions:
        new = [number for number in numbers if number not in self._ids]
        for number in new:
            if (entry := self._seen[number]) is not None:
                self._ids[number] = entry.record.speaker.id
        # Who came and went in between was never known.
        gone = [number for number in new if number not in self._ids and number <= self._last]
        self._ids |= {number: id_ for number, (id_, _) in zip(gone, self._store.called(gone), strict=True)}
        standing = [entry for number in sorted(numbers) if (entry := self._seen[number]) is not None]
        without = {self._ids[number] for number in numbers if number in self._ids}
        return below.changed(Listed(standing, earliest), known.count, known.written, without)
