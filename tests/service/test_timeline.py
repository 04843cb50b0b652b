from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.queries import Activity, Count
from service.pages.timeline import FEWEST, HEIGHT, MOST_MONTHS, timeline


def activity(*months: tuple[str, int], undated: int = 0) -> Activity:
    years: dict[str, int] = {}
    for month, count in months:
        years[month[:4]] = years.get(month[:4], 0) + count
    return Activity(
        tuple(Count(month, month, count) for month, count in months),
        tuple(Count(year, year, count) for year, count in years.items()),
        undated,
    )


def test_nothing_dated_has_no_timeline() -> None:
    assert timeline(activity(undated=3)) is None


def test_months_without_a_quotation_stand_as_gaps() -> None:
    found = timeline(activity(("2024-01", 2), ("2026-03", 4), undated=1))
    assert found is not None
    assert (len(found.bars), found.monthly, found.most, found.undated) == (27, True, 4, 1)
    assert [(bar.name, bar.count, bar.height, bar.top) for bar in found.counted] == [
        ("January 2024", 2, HEIGHT // 2, HEIGHT // 2),
        ("March 2026", 4, HEIGHT, 0),
    ]
    assert (found.bars[1].first, found.bars[1].last) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))


def test_few_months_stand_at_the_end_of_two_years() -> None:
    found = timeline(activity(("2026-02", 1)))
    assert found is not None
    assert len(found.bars) == FEWEST
    assert (found.bars[0].name, found.bars[-1].name) == ("March 2024", "February 2026")


def test_more_than_ten_years_are_shown_by_year() -> None:
    found = timeline(activity(("1999-12", 3), ("2010-01", 1), ("2010-05", 1)))
    assert found is not None
    assert [(bar.name, bar.count) for bar in (found.bars[0], found.bars[-1])] == [("1999", 3), ("2010", 2)]
    assert (len(found.bars), found.monthly) == (12, False)
    assert found.bars[0].last == dt.date(1999, 12, 31)


@pytest.mark.parametrize("month", ["0001-01", "9999-12"])
def test_ends_of_the_calendar(month: str) -> None:
    found = timeline(activity((month, 1)))
    assert found is not None
    assert found.counted[0].name.endswith(str(int(month[:4])))


@given(st.lists(st.tuples(st.integers(1, 9999), st.integers(1, 12)), min_size=1, max_size=5, unique=True))
def test_every_quotation_is_in_one_bar(dates: list[tuple[int, int]]) -> None:
    found = timeline(activity(*((f"{year:04}-{month:02}", 1) for year, month in sorted(dates))))
    assert found is not None
    assert sum(bar.count for bar in found.bars) == len(dates)
    assert all(2 <= bar.height <= HEIGHT for bar in found.counted)
    assert not found.monthly or len(found.bars) <= MOST_MONTHS
    for before, after in zip(found.bars, found.bars[1:], strict=False):
        assert before.last + dt.timedelta(1) == after.first
