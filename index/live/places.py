"""Where added articles stand in the one order that breaks ties: newest first, then by article id, then by place.

The quotations of a generation keep their places, `index.columns.BETWEEN` apart; what is added comes between.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.columns import BETWEEN, NO_DAY
from index.recorder import natural
from index.store import Store
from index.types import Article

Ids = NDArray[np.int64]
_Key = tuple[bool, int, str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """`before`: how many quotations of the generation stand in front of an article; `key` orders what is added."""

    before: int
    key: _Key


class Order:
    """The order of one generation; read when the first article is added."""

    def __init__(self, store: Store) -> None:
        self._store = store
        columns = store.columns
        rows = columns.rows
        self._rows: Ids = rows[np.argsort(columns.places(rows))]
        days = columns.days(self._rows)
        self._dated = int((days != NO_DAY).sum())
        self._days: Ids = -days[: self._dated]

    def place(self, article: Article) -> Place:
        """Where an article stands."""
        if article.date is None:
            day, first, last = 0, self._dated, len(self._rows)
        else:
            day = -article.date.toordinal()
            first, last = (int(np.searchsorted(self._days, day, side)) for side in ("left", "right"))
        own = (natural(article.id), article.id)
        while first < last:
            middle = (first + last) // 2
            id_ = self._store.article_of(int(self._rows[middle]))
            if (natural(id_), id_) < own:
                first = middle + 1
            else:
                last = middle
        return Place(first, (article.date is None, day, *own))


class Standing:
    """Where all stand that were added: kept in their order, so that one more costs little."""

    def __init__(self) -> None:
        self._order: list[tuple[_Key, str]] = []
        """Of each article its key and its id, rising."""
        self._known: dict[str, tuple[Place, Sequence[int]]] = {}

    def __contains__(self, id_: object) -> bool:
        return id_ in self._known

    def add(self, id_: str, place: Place, rows: Sequence[int]) -> None:
        """Take in an article; `rows` of its quotations in order of their places in it."""
        bisect.insort(self._order, (place.key, id_))
        self._known[id_] = place, rows

    def pop(self, id_: str) -> Sequence[int]:
        """Leave an article out; gives the rows of its quotations."""
        place, rows = self._known.pop(id_)
        del self._order[bisect.bisect_left(self._order, (place.key, id_))]
        return rows

    def places(self) -> tuple[Ids, Ids]:
        """The rows of all that was added, and the place of each."""
        known = [self._known[id_] for _, id_ in self._order]
        rows = np.fromiter(chain.from_iterable(rows for _, rows in known), np.int64)
        before = np.array([place.before for place, _ in known], np.int64)
        before = np.repeat(before, [len(rows) for _, rows in known])
        # Those between the same two of the generation: BETWEEN is more than there ever are.
        return rows, before * BETWEEN + np.arange(1, len(rows) + 1)
