"""What filters and orders ask of every quotation, held in memory: one comparison of arrays for all rows.

Asked in SQL, a filter to a thousandth of 100,000 rows takes 75 ms, every row looked at one by one; here .3 ms.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, chain

import numpy as np
from numpy.typing import NDArray
from orjson import loads

from index.agencies import agency_named
from index.labels import Labels
from index.places import Places
from index.types import QUOTATION_KINDS, Article, Passage

Ids = NDArray[np.int64]
Chosen = NDArray[np.bool_]

FEW = 4
"""Values that are compared one by one, 13 µs each of 100,000 rows; `np.isin` takes 80 for any number."""
NOBODY = -1
"""The number of the speaker where nobody can be named."""
BETWEEN = 1 << 24
"""How far apart the places of neighbours are where others may come between them."""
NO_DAY = -1
"""The day of an article without a date; others count from the year 1, as `date.toordinal` does."""
TOLD = ("author", "section", "agency")
"""What an article says of itself that few filters ask for: kept by value, not by row."""
_KINDS = {kind: number for number, kind in enumerate(QUOTATION_KINDS)}
NO_SOURCE = -1
"""The code of the source where the article gives none."""


class Columns:
    """The rows of one store, rising, and of each place, speaker, kind, day, source and article: about 30 bytes a row.

    `sources`: the names of all sources, in the order in which articles first give them.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        kinds = " ".join(f"WHEN '{kind}' THEN {number}" for number, kind in enumerate(QUOTATION_KINDS))
        known = np.fromiter(
            chain.from_iterable(
                db.execute(
                    f"SELECT row, place, coalesce(speaker, {NOBODY}), CASE kind {kinds} END, article FROM quotation"
                    " ORDER BY row"
                )
            ),
            np.int64,
        ).reshape(-1, 5)
        self.rows: Ids = known[:, 0].copy()
        self._by_row = Places(self.rows)
        self._places: NDArray[np.int32] | Ids = known[:, 1].astype(np.int32)
        self._speakers = known[:, 2].astype(np.int32)
        self._kinds = known[:, 3].astype(np.int8)
        unnamed = [NOBODY, *(number for (number,) in db.execute("SELECT row FROM speaker WHERE kind = 'unnamed'"))]
        self._named: Chosen = ~np.isin(self._speakers, np.array(unnamed, np.int32))
        self._codes: dict[str, int] = {}
        articles: list[int] = []
        days, sources = [], []
        told = {field: Labels() for field in TOLD}
        for article, date, source, authors, section, agency in db.execute(
            "SELECT row, date, source, authors, section, agency FROM article ORDER BY row"
        ):
            if authors != "[]":
                told["author"].add(len(articles), loads(authors))
            if section is not None:
                told["section"].add(len(articles), [section])
            if agency is not None:
                told["agency"].add(len(articles), [agency])
            articles.append(article)
            days.append(NO_DAY if date is None else dt.date.fromisoformat(date).toordinal())
            sources.append(self._code(source))
        of_row = np.searchsorted(np.array(articles, np.int64), known[:, 4])
        self._days, self._sources = (np.array(values, np.int32)[of_row] for values in (days, sources))
        self.sources: tuple[str, ...] = tuple(self._codes)
        self._articles = of_row.astype(np.int32)
        self._number = len(articles)
        self._told: list[tuple[int, Mapping[str, Labels]]] = [(0, told)]

    @classmethod
    def held(cls, articles: Sequence[tuple[Article, Sequence[int], Sequence[Passage]]]) -> Columns:
        """Articles with the rows of their passages, rising, that are to be joined to others.

        Places and speakers, which are told over all of them, are none: `joined` gives them.
        """
        own = cls.__new__(cls)
        own.rows = np.array([row for _, rows, _ in articles for row in rows], np.int64)
        own._by_row = Places(own.rows)
        own._places = np.zeros(len(own.rows), np.int32)
        own._speakers = np.full(len(own.rows), NOBODY, np.int32)
        own._named = np.zeros(len(own.rows), np.bool_)
        kinds = [_KINDS[one.attribution.quotation.kind] for _, _, passages in articles for one in passages]
        own._kinds = np.array(kinds, np.int8)
        own._codes = {}
        told = {field: Labels() for field in TOLD}
        days, sources = [], []
        for number, (article, _, _) in enumerate(articles):
            told["author"].add(number, article.authors)
            told["section"].add(number, [] if article.section is None else [article.section])
            told["agency"].add(number, [] if article.agency is None else [article.agency])
            days.append(NO_DAY if article.date is None else article.date.toordinal())
            sources.append(own._code(article.source))
        of_row = np.repeat(np.arange(len(articles), dtype=np.int32), [len(rows) for _, rows, _ in articles])
        own._days, own._sources = (np.array(values, np.int32)[of_row] for values in (days, sources))
        own.sources = tuple(own._codes)
        own._articles = of_row
        own._number = len(articles)
        own._told = [(0, told)]
        return own

    @classmethod
    def joined(
        cls,
        parts: Sequence[Columns],
        hidden: Ids,
        speakers: Mapping[int, int],
        unnamed: Collection[int],
        places: tuple[Ids, Ids],
    ) -> Columns:
        """The rows of several stores, rising from one to the next, as those of one; without those that are `hidden`.

        `speakers`: row → number of its speaker, where not as the first of `parts` has it; `unnamed`: the numbers of
        those among them who are known by a description alone. `places`: rows and the place of each, of all
        that are not hidden but those of the first; these keep their own, BETWEEN apart from each other.
        """
        own = cls.__new__(cls)
        rows = np.concatenate([part.rows for part in parts])
        kept = ~np.isin(rows, hidden)
        own.rows = rows[kept]
        own._by_row = Places(own.rows)
        later = np.concatenate([np.zeros(0, np.int64), *(part.rows for part in parts[1:])])
        own._places = np.concatenate([parts[0]._places.astype(np.int64) * BETWEEN, np.zeros(len(later), np.int64)])[
            kept
        ]
        own._places[own._by_row.of(places[0])] = places[1]
        own._speakers = np.concatenate([parts[0]._speakers, np.full(len(later), NOBODY, np.int32)])[kept]
        changed = np.fromiter(speakers, np.int64, len(speakers))
        numbers = np.fromiter(speakers.values(), np.int32, len(speakers))
        there = np.isin(changed, own.rows)
        at = own._by_row.of(changed[there])
        own._speakers[at] = numbers[there]
        own._named = np.concatenate([part._named for part in parts])[kept]
        own._named[at] = ~np.isin(numbers[there], np.fromiter(unnamed, np.int32))
        own._kinds = np.concatenate([part._kinds for part in parts])[kept]
        own._days = np.concatenate([part._days for part in parts])[kept]
        own._codes = {}
        own._sources = np.concatenate([own._coded(part) for part in parts])[kept]
        own.sources = tuple(own._codes)
        before = list(accumulate((part._number for part in parts), initial=0))
        own._number = before[-1]
        own._articles = np.concatenate(
            [part._articles + np.int32(first) for first, part in zip(before, parts, strict=False)]
        )[kept]
        own._told = [(first + at, told) for first, part in zip(before, parts, strict=False) for at, told in part._told]
        return own

    def _code(self, source: str | None) -> int:
        """The place of a source in `sources`, a new one where it is none of them yet."""
        return NO_SOURCE if source is None else self._codes.setdefault(source, len(self._codes))

    def _coded(self, part: Columns) -> NDArray[np.int32]:
        """The sources of a part by the codes of this whole."""
        codes = [self._codes.setdefault(source, len(self._codes)) for source in part.sources]
        # The last one stands for NO_SOURCE.
        return np.array([*codes, NO_SOURCE], np.int32)[part._sources]

    def places(self, rows: Ids) -> Ids:
        """The place of each row in the one order that breaks ties: newest first, then article id, then start."""
        return self._places[self._at(rows)].astype(np.int64)

    def speakers(self, rows: Ids) -> Ids:
        """The number of the speaker of each row, NOBODY where nobody can be named."""
        return self._speakers[self._at(rows)].astype(np.int64)

    def named_speakers(self, rows: Ids) -> Ids:
        """The numbers of the speakers of those of `rows` whose speaker has a name, in their order."""
        at = self._at(rows)
        return self._speakers[at[self._named[at]]].astype(np.int64)

    def kinds(self, rows: Ids) -> Ids:
        """The kind of each row, as a place in QUOTATION_KINDS."""
        return self._kinds[self._at(rows)].astype(np.int64)

    def days(self, rows: Ids) -> Ids:
        """The day of publication of each row as `date.toordinal` counts, NO_DAY where there is none."""
        return self._days[self._at(rows)].astype(np.int64)

    def source_codes(self, rows: Ids) -> Ids:
        """The source of each row as a place in `sources`, NO_SOURCE where there is none."""
        return self._sources[self._at(rows)].astype(np.int64)

    def of_speakers(self, numbers: Iterable[int]) -> Chosen:
        """Which rows are of one of these speakers."""
        return _among(self._speakers, numbers)

    def of_kinds(self, kinds: Collection[str]) -> Chosen:
        """Which rows are of one of these kinds."""
        return _among(self._kinds, (number for number, kind in enumerate(QUOTATION_KINDS) if kind in kinds))

    def of_sources(self, sources: Collection[str]) -> Chosen:
        """Which rows are of articles of one of these sources."""
        return _among(self._sources, (self._codes[source] for source in sources if source in self._codes))

    def of_told(self, field: str, values: Collection[str]) -> Chosen:
        """Which rows are of articles that say any of `values` of themselves; `field` is one of TOLD.

        An agency goes by any of its names.
        """
        wanted = [agency_named(value) or value for value in values] if field == "agency" else values
        has = np.zeros(self._number, np.bool_)
        for first, told in self._told:
            has[first + told[field].of(wanted)] = True
        chosen: Chosen = has[self._articles]
        return chosen

    def of_days(self, since: dt.date | None, until: dt.date | None) -> Chosen:
        """Which rows are of articles published between two days, both included; none without a date."""
        first = 0 if since is None else since.toordinal()
        last = dt.date.max.toordinal() if until is None else until.toordinal()
        chosen: Chosen = (self._days >= first) & (self._days <= last)
        return chosen

    def _at(self, rows: Ids) -> Ids:
        return self._by_row.of(rows)


def _among(column: NDArray[np.int32] | NDArray[np.int8], wanted: Iterable[int]) -> Chosen:
    values = np.fromiter(wanted, column.dtype)
    if len(values) > FEW:
        chosen: Chosen = np.isin(column, values)
    else:
        chosen = np.zeros(len(column), np.bool_)
        for value in values:
            chosen |= column == value
    return chosen
