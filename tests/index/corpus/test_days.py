from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.days import day_of


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-07", "2026-02-07T23:30:00Z", "2026-02-07T00:10:00+05:00", "20260207", "2026/2/7", "2026.02.07 10:00",
        "7 February 2026", "7 Feb. 2026", "Saturday, 7th February, 2026", "February 7, 2026", "Feb 7th 2026, 10:15 AM",
        "Sat, 07 Feb 2026 23:30:00 -0500", "Sat, 07 Feb 2026 23:30 GMT", " 2026-02-07 ",
    ],
)  # fmt: skip
def test_day_of_publication_in_every_form_that_means_one_day(written: str) -> None:
    assert day_of(written) == dt.date(2026, 2, 7)


def test_day_and_month_as_figures_are_taken_where_only_one_can_be_the_month() -> None:
    assert day_of("27/02/2026") == day_of("02/27/2026") == day_of("27.2.2026 10:00") == dt.date(2026, 2, 27)
    assert day_of("02/02/2026") == dt.date(2026, 2, 2)


@pytest.mark.parametrize(
    "written", ["03/04/2026", "27 February", "2026", "2026-02-30", "30 Feb 2026", "last week", "", "7 Foo 2026"]
)
def test_what_may_be_two_days_or_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="is no ISO date; write YYYY-MM-DD"):
        day_of(written)


@given(st.text() | st.from_regex(r"\A[\w ,.:/+-]{0,40}\Z"))
def test_any_text_is_a_day_or_refused(written: str) -> None:
    refused = pytest.raises(ValueError, match="is no ISO date")
    try:
        day = day_of(written)
    except ValueError:
        with refused:
            day_of(written)
    else:
        assert day_of(day.isoformat()) == day
