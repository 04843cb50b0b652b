"""Quotations as copies are looked for, kept once read: what is in the news today is copied tomorrow.

Rows never change what they say. Who said it over the corpus does change, and is told anew each time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np

from index.columns import NOBODY
from index.copied import over_the_corpus, said_by
from index.copies import Said
from index.copies.wording import Wording, wording
from index.live.store import JoinedStore

REMEMBERED = 10_000
"""Quotations, some 10 MB."""


class Quoted:
    """One writer's memory of the quotations of one generation, and of what was added to it."""

    def __init__(self) -> None:
        self._said: dict[int, tuple[Said, Wording]] = {}
        self._rows: dict[str, list[int]] = {}
        """Id of an article of the generation → its rows."""

    def beside(self, store: JoinedStore, found: Collection[int], more: Iterable[int]) -> dict[int, Said]:
        """Row → quotation, rows rising, of all that the articles of `found` quote, and of the rows in `more`."""
        if len(self._said) > REMEMBERED:
            self._said.clear()
            self._rows.clear()
        self._look_up(store, sorted(found))
        articles = {self._said[row][0].article for row in found}
        rows = sorted({*more, *(row for id_ in articles for row in self._of(store, id_))})
        self._look_up(store, rows)
        numbers = store.columns.speakers(np.array(rows, np.int64)).tolist()
        known = store.speakers_by_number({number for number in numbers if number != NOBODY})
        return {
            row: replace(self._said[row][0], speaker=over_the_corpus(number, known))
            for row, number in zip(rows, numbers, strict=True)
        }

    def wording(self, one: Said) -> Wording:
        """The words of a quotation that was given."""
        return self._said[one.row][1]

    def _look_up(self, store: JoinedStore, rows: Iterable[int]) -> None:
        missing = [row for row in rows if row not in self._said]
        if missing:
            self._said.update((one.row, (one, wording(one.pieces))) for one in said_by(store.said(missing), {}, {}))

    def _of(self, store: JoinedStore, id_: str) -> list[int]:
        if store.is_added(id_):
            return store.rows_of(id_)
        if id_ not in self._rows:
            self._rows[id_] = store.rows_of(id_)
        return self._rows[id_]
