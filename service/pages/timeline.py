"""When a speaker is quoted, as bars: one a month, or one a year where the months would be too many."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.queries import Activity

MOST_MONTHS = 120
"""Months from the first to the last that are shown as such; a bar of more would be under three pixels on a phone."""
FEWEST = 24
"""Bars at least: alone, one would fill the whole width and say nothing of when."""
HEIGHT = 60
"""Height of the tallest bar; the others are as high in proportion, and 2 at least, so that one quotation is seen."""

_FIRST_MONTH, _LAST_MONTH = dt.MINYEAR * 12, dt.MAXYEAR * 12 + 12


@dataclass(frozen=True, slots=True)
class Bar:
    """A month or a year: its first and last day, its name, how many quotations, and how high that is (0 to HEIGHT)."""

    first: dt.date
    last: dt.date
    name: str
    count: int
    height: int

    @property
    def top(self) -> int:
        """Where the bar begins, from above."""
        return HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars from the oldest to the newest without a gap, whether they are months, and quotations without a day."""

    bars: tuple[Bar, ...]
    monthly: bool
    undated: int

    @property
    def most(self) -> int:
        """The tallest bar's quotations."""
        return max(bar.count for bar in self.bars)

    @property
    def counted(self) -> tuple[Bar, ...]:
        """The bars with quotations."""
        return tuple(bar for bar in self.bars if bar.count)


def timeline(activity: Activity) -> Timeline | None:
    """The bars of a speaker's `activity`; None where no article has a day."""
    if not activity.months:
        return None
    first, last = _months(activity.months[0].value), _months(activity.months[-1].value)
    monthly = last - first < MOST_MONTHS
    if monthly:
        counts = {_months(month.value): month.count for month in activity.months}
        units = range(max(min(first, last - FEWEST + 1), _FIRST_MONTH), last + 1)
        starts = [_month(unit) for unit in [*units, last + 1] if unit < _LAST_MONTH]
    else:
        counts = {int(year.value): year.count for year in activity.years}
        units = range(min(counts), max(counts) + 1)
        starts = [dt.date(year, 1, 1) for year in [*units, units[-1] + 1] if year <= dt.MAXYEAR]
    if len(starts) == len(units):  # nothing follows the last year that there is
        starts.append(dt.date.max)
    return Timeline(tuple(_bars(starts, [counts.get(unit, 0) for unit in units], monthly)), monthly, activity.undated)


def _months(value: str) -> int:
    year, month = value.split("-")
    return int(year) * 12 + int(month) - 1


def _month(number: int) -> dt.date:
    return dt.date(number // 12, number % 12 + 1, 1)


def _bars(starts: Sequence[dt.date], counts: Sequence[int], monthly: bool) -> list[Bar]:
    most = max(counts)
    return [
        Bar(
            first=start,
            last=end - dt.timedelta(1),
            name=f"{start:%B} {start.year}" if monthly else str(start.year),
            count=count,
            height=max(2, round(HEIGHT * count / most)) if count else 0,
        )
        for (start, end), count in zip(pairwise(starts), counts, strict=True)
    ]
