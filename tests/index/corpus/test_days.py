from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.days import dated, day_in_address, day_in_name, day_of


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


@pytest.mark.parametrize(
    ("value", "day", "certainty"),
    [
        ("2026-02-27", "2026-02-27", "day"),
        ("27 February 2026", "2026-02-27", "day"),
        ("2026-02", "2026-02-01", "month"),
        ("2026/2", "2026-02-01", "month"),
        ("February 2026", "2026-02-01", "month"),
        ("Feb. 2026", "2026-02-01", "month"),
        ("2026", "2026-01-01", "year"),
    ],
)
def test_date_tells_how_sure_it_is(value: str, day: str, certainty: str) -> None:
    assert dated(value) == (dt.date.fromisoformat(day), certainty)


@pytest.mark.parametrize("value", ["2026-13", "1426", "Fenuary 2026", "03/04/2026", "soon"])
def test_what_is_no_day_month_or_year_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="is no ISO date"):
        dated(value)


@given(st.dates(dt.date(1600, 1, 1), dt.date(2199, 12, 31)))
def test_date_of_any_certainty_is_the_first_day_of_what_is_known(day: dt.date) -> None:
    assert dated(day.isoformat()) == (day, "day")
    assert dated(f"{day:%Y-%m}") == (day.replace(day=1), "month")
    assert dated(f"{day:%B %Y}") == (day.replace(day=1), "month")
    assert dated(f"{day.year}") == (day.replace(month=1, day=1), "year")


@given(st.text(max_size=40))
def test_any_text_gives_a_date_or_is_refused(value: str) -> None:
    try:
        day, certainty = dated(value)
    except ValueError:
        return
    assert certainty in ("day", "month", "year")
    assert certainty == "day" or day.day == 1


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://courier.example/2026/03/03/slipway", "2026-03-03"),
        ("https://courier.example/world/2026/mar/3/slipway", "2026-03-03"),
        ("https://courier.example/2026-03-03/slipway.html", "2026-03-03"),
        ("https://courier.example/2026/03/slipway", None),
        ("https://courier.example/2026/02/30/slipway", None),
        ("https://courier.example/2026/abc/03/slipway", None),
        ("https://courier.example/id/20260303123", None),
        (None, None),
    ],
)
def test_address_tells_a_day_where_all_of_it_stands_there(url: str | None, day: str | None) -> None:
    assert day_in_address(url) == (None if day is None else dt.date.fromisoformat(day))


@pytest.mark.parametrize(
    ("stem", "day"), [("2026-03-03-slipway", "2026-03-03"), ("2026-03-03", "2026-03-03"), ("a-2026-03-03", None),
                      ("2026-03-031", None), ("2026-13-03", None)]
)  # fmt: skip
def test_name_of_a_file_tells_the_day_with_which_it_begins(stem: str, day: str | None) -> None:
    assert day_in_name(stem) == (None if day is None else dt.date.fromisoformat(day))
