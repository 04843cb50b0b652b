"""What many quotations have in common, counted: by speaker, source, kind and year, or by month.

Counted are arrays of numbers, one a row; only the values that are shown are looked up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.columns import NO_DAY, NO_SOURCE
from index.queries import MAX_VALUE, Activity, Count, Facets, is_readable
from index.store import Store
from index.types import QUOTATION_KINDS

MOST = 20
"""Values of one facet at most: what a reader looks through beside the answer. A filter takes the others."""
KIND_LABELS = {"direct": "direct", "mixed": "mixed", "indirect": "reported"}

_1970 = dt.date(1970, 1, 1).toordinal()

Ids = NDArray[np.int64]


def facets(store: Store, rows: Ids) -> Facets:
    """Count `rows`, the best or the newest first; among values counted alike the one that stands first is first."""
    columns = store.columns
    speakers = _counted(columns.named_speakers(rows), MOST)
    called = store.called([number for number, _ in speakers])
    sources = ((columns.sources[code], n) for code, n in _counted(_without(NO_SOURCE, columns.source_codes(rows))))
    kinds = ((QUOTATION_KINDS[kind], n) for kind, n in _counted(columns.kinds(rows)))
    years = _counted(_since_1970(columns.days(rows), "Y"), MOST)
    return Facets(
        speaker=tuple(Count(*called, count) for called, (_, count) in zip(called, speakers, strict=True)),
        source=tuple(Count(name, name, n) for name, n in islice(filter(_can_be_asked, sources), MOST)),
        kind=tuple(Count(kind, KIND_LABELS[kind], n) for kind, n in kinds),
        year=_by_time(sorted(years, reverse=True), _year),
    )


def activity(store: Store, rows: Ids) -> Activity:
    """When `rows`, in any order, were published."""
    days = store.columns.days(rows)
    return Activity(
        months=_by_time(sorted(_counted(_since_1970(days, "M"))), _month),
        years=_by_time(sorted(_counted(_since_1970(days, "Y"))), _year),
        undated=int(np.count_nonzero(days == NO_DAY)),
    )


def _can_be_asked(source: tuple[str, int]) -> bool:
    """Whether a filter takes this name."""
    name, _ = source
    return bool(name.strip()) and len(name) <= MAX_VALUE and is_readable(name)


def _without(nothing: int, numbers: Ids) -> Ids:
    kept: Ids = numbers[numbers != nothing]
    return kept


def _counted(numbers: Ids, most: int | None = None) -> list[tuple[int, int]]:
    """Each number with how often it stands there, most often first, then the one that stands first.

    `np.unique` tells the same; of the 600 rows that a question ranks it takes twice the time.
    """
    if not len(numbers):
        return []
    order = np.argsort(numbers, kind="stable")
    ranged = numbers[order]
    begins = np.flatnonzero(ranged[1:] != ranged[:-1]) + 1
    ends = np.empty(len(begins) + 2, np.int64)
    ends[0], ends[1:-1], ends[-1] = 0, begins, len(ranged)
    counts = ends[1:] - ends[:-1]
    first = order[ends[:-1]]
    best = np.argsort(first - counts * len(ranged))[:most]
    return list(zip(numbers[first[best]].tolist(), counts[best].tolist(), strict=True))


def _since_1970(days: Ids, unit: Literal["M", "Y"]) -> Ids:
    """The month or year of each day that there is, counted from the first of 1970."""
    dates = (_without(NO_DAY, days) - _1970).astype("datetime64[D]")
    since: Ids = dates.astype(f"datetime64[{unit}]").astype(np.int64)
    return since


def _by_time(counted: Iterable[tuple[int, int]], shown: Callable[[int], str]) -> tuple[Count, ...]:
    return tuple(Count(shown(number), shown(number), count) for number, count in counted)


def _year(number: int) -> str:
    return f"{1970 + number:04}"


def _month(number: int) -> str:
    return f"{1970 + number // 12:04}-{number % 12 + 1:02}"
