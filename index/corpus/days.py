"""Days of publication as files write them: only what can mean one day alone is taken."""

from __future__ import annotations

import datetime as dt
import email.utils
import re

from index.types import DateCertainty

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip
_DAY_FIRST = re.compile(r"(?:[a-z]+,? )?(\d{1,2})(?:st|nd|rd|th)? ([a-z]+)\.?,? (\d{4})(?:\D.*)?", re.IGNORECASE)
_MONTH_FIRST = re.compile(r"(?:[a-z]+,? )?([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})(?:\D.*)?", re.IGNORECASE)
_FIGURES = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:\D.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:\D.*)?")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_YEAR = r"((?:1[6-9]|20|21)\d\d)"
_YEAR_ALONE = re.compile(_YEAR)
_MONTH = re.compile(rf"{_YEAR}[-/.](\d\d?)")
_MONTH_WORD = re.compile(rf"([a-z]+)\.?,? {_YEAR}", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)(?:/(\d\d?|[a-z]{3})/(\d\d?)|-(\d\d)-(\d\d))/", re.IGNORECASE)
_IN_NAME = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)(?!\d)")


def dated(value: str) -> tuple[dt.date, DateCertainty]:
    """The day of a date, and how sure it is: a month or a year alone ("2026-02", "February 2026") is its first day.

    ValueError for what `day_of` does not take and what is neither.
    """
    text = " ".join(value.split())
    if match := _YEAR_ALONE.fullmatch(text):
        return dt.date(int(match[1]), 1, 1), "year"
    if (match := _MONTH.fullmatch(text)) and 1 <= int(match[2]) <= 12:
        return dt.date(int(match[1]), int(match[2]), 1), "month"
    if (match := _MONTH_WORD.fullmatch(text)) and (month := _MONTHS.get(match[1].lower())):
        return dt.date(int(match[2]), month, 1), "month"
    return day_of(text), "day"


def day_in_address(url: str | None) -> dt.date | None:
    """The day that stands in the path of a web address ("/2026/02/27/", "/2026/feb/27/", "/2026-02-27/")."""
    match = None if url is None else _IN_ADDRESS.search(url)
    if match is None:
        return None
    month = match[2] or match[4]
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
    return _date(int(match[1]), number, int(match[3] or match[5]))


def day_in_name(stem: str) -> dt.date | None:
    """The day with which the name of a file begins ("2026-02-27-open-war")."""
    match = _IN_NAME.match(stem)
    return None if match is None else _date(*map(int, match.groups()))


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def day_of(value: str) -> dt.date:
    """The day of a date or a time: ISO 8601, as mails and feeds have it (RFC 5322), or with the month in English words.

    A time's own offset is kept, so the day is the publisher's. Day and month as figures are taken where one of them
    alone can be the month; ValueError for all else: 03/04/2026 may be two days.
    """
    text = " ".join(value.split())
    try:
        return dt.datetime.fromisoformat(text).date()
    except ValueError:
        found = _worded(text)
    if found is None:
        raise ValueError(f'"date" {text[:40]!r} is no ISO date; write YYYY-MM-DD')
    return found


def _worded(text: str) -> dt.date | None:
    try:
        if match := _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text):
            return dt.date(*map(int, match.groups()))
        if match := _FIGURES.fullmatch(text):
            first, second, year_ = map(int, match.groups())
            if first <= 12 and second <= 12 and first != second:
                return None
            return dt.date(year_, min(first, second), max(first, second))
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year = match.groups()
        elif match := _MONTH_FIRST.fullmatch(text):
            month, day, year = match.groups()
        else:
            return email.utils.parsedate_to_datetime(text).date()
        number = _MONTHS.get(month.lower())
        return None if number is None else dt.date(int(year), number, int(day))
    except (ValueError, IndexError, TypeError):
        return None
