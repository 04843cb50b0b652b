"""Where added articles stand in the one order that breaks ties: newest first, then by article id, then by place.

The quotations of a generation keep their places, `index.columns.BETWEEN` apart; what is added comes between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.columns import BETWEEN, NO_DAY
from index.recorder import natural
from index.store import Store
from index.types import Article

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """`before`: how many quotations of the generation stand in front of an article; `key` orders what is added."""

    before: int
    key: tuple[bool, int, str, str]


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


def places(order: Mapping[str, Place], rows: Mapping[str, Sequence[int]]) -> dict[int, int]:
    """Row → place of all that was added; `rows` of each article in order of their places in it."""
    found: dict[int, int] = {}
    for id_ in sorted(rows, key=lambda id_: order[id_].key):
        for row in rows[id_]:
            # Those between the same two of the generation: BETWEEN is more than there ever are.
            found[row] = order[id_].before * BETWEEN + len(found) + 1
    return found
