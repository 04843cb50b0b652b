"""Days of publication as files write them: only what can mean one day alone is taken."""

from __future__ import annotations

import datetime as dt
import email.utils
import re

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
