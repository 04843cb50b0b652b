"""When a question asks about: "since March", "last week", "between 3 and 10 May" → days of publication.

A small grammar of our own: dateparser reads a phrase as one moment, not as a stretch of days, takes "may" and "the 2015
deal" for dates, and costs .6 ms a phrase and 4 ms a question; this costs 20 µs.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.questions.words import Token

_MONTHS = """january february march april may june july august september october november december""".split()
_MONTH = {name: at for at, name in enumerate(_MONTHS, 1)} | {name[:3]: at for at, name in enumerate(_MONTHS, 1)}
_MONTH |= {"sept": 9}
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_UNITS = {unit + ending: unit for unit in ("day", "week", "month", "year") for ending in ("", "s")}
_NUMBERS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
} | {"a": 1, "an": 1, "couple": 2, "few": 3}
_WITHIN = frozenset("in on during over within for from of".split())
"""Prepositions of a stretch of days; "from" alone is "since"."""
_SINCE, _AFTER = frozenset(("since", "from")), frozenset(("after",))
_BEFORE, _UNTIL = frozenset(("before",)), frozenset(("until", "till", "through"))
_STARTS = (
    _WITHIN | _SINCE | _AFTER | _BEFORE | _UNTIL | _NUMBERS.keys() | _MONTH.keys() | frozenset(_WEEKDAYS)
) | frozenset("between the last past previous this current yesterday today early late mid".split())
"""What the words of a date begin with, figures aside."""
NAMED = frozenset([*_MONTHS, *_WEEKDAYS])
"""Months and days, in small letters."""
WORDS = NAMED | frozenset([*_UNITS, *"yesterday today last since between until".split()])
"""Words that tell days, and their like."""
_TOLD = frozenset("say says said saying tell tells told warn warned announce announced comment commented".split())
_TELLING = frozenset(
    [
        *_MONTH,
        *_WEEKDAYS,
        *_UNITS,
        *"yesterday today morning afternoon evening night".split(),
        *map(str, range(1900, 2100)),
    ]
)
"""What every date has one of; the quick way past most questions, 2 µs."""
FARTHEST = 6
"""Words of a stretch of days up to the one that tells it: "the last a couple of days"."""


@dataclass(frozen=True, slots=True)
class Dates:
    """Days of publication, both inclusive, None where open; and the words that say so, by number."""

    since: dt.date | None
    until: dt.date | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class _Period:
    """A stretch of days. `dated`: its year stands in the question; `fixed`: it needs a preposition to be a date."""

    start: dt.date
    end: dt.date
    unit: str
    dated: bool = False
    fixed: bool = True


class _Reader:
    """The words of one question, read for dates relative to `today`."""

    def __init__(self, tokens: Sequence[Token], today: dt.date) -> None:
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.today = today
        self._telling = [word in _TELLING for word in self.words]

    def at(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else ""

    def period(self, at: int) -> tuple[_Period, int] | None:
        """The stretch of days whose words begin here, and where they end."""
        if True not in self._telling[at : at + FARTHEST]:
            return None
        for read in (self._iso, self._day, self._month, self._year, self._relative, self._ago):
            if found := read(at):
                return found
        return None

    def _iso(self, at: int) -> tuple[_Period, int] | None:
        if not (re.fullmatch(r"(?:19|20)\d\d", self.at(at)) and re.fullmatch(r"\d\d", self.at(at + 1))):
            return None
        if not re.fullmatch(r"\d\d", self.at(at + 2)):
            return None
        day = _date(int(self.at(at)), int(self.at(at + 1)), int(self.at(at + 2)))
        return (_Period(day, day, "day", dated=True), at + 3) if day else None

    def _day(self, at: int) -> tuple[_Period, int] | None:
        """27 February, the 27th of February 2026, February 27, 2026."""
        start = at
        at += self.at(at) == "the"
        number = _ordinal(self.at(at))
        if number:
            then = at + 1 + (self.at(at + 1) == "of")
            month, end = _MONTH.get(self.at(then)), then + 1
            if month and not (self.at(then) in ("may", "march") and not self.tokens[then].capital and start != at):
                return self._of_year(month, number, end)
            return None
        month = _MONTH.get(self.at(start))
        number = _ordinal(self.at(start + 1))
        if month and number and (self.tokens[start].capital or len(self.at(start)) > 3):
            return self._of_year(month, number, start + 2)
        return None

    def _of_year(self, month: int, number: int, end: int) -> tuple[_Period, int] | None:
        comma = self.at(end) == ","
        if year := _year(self.at(end + comma)):
            day = _date(year, month, number)
            return (_Period(day, day, "day", dated=True), end + comma + 1) if day else None
        for year in range(self.today.year, self.today.year - 8, -1):  # 29 February comes every eight years at worst
            day = _date(year, month, number)
            if day and day <= self.today:
                return _Period(day, day, "day"), end
        return None

    def _month(self, at: int) -> tuple[_Period, int] | None:
        if self.at(at) in ("early", "late", "mid"):
            at += 1
        month = _MONTH.get(self.at(at))
        if not month:
            return None
        comma = self.at(at + 1) in (",", "of")
        if year := _year(self.at(at + 1 + comma)):
            return _month_of(year, month, dated=True), at + 2 + comma
        if self.at(at) in ("mar", "may", "march", "jun", "sun", "dec", "sep") and not self.tokens[at].capital:
            if self.at(at) != "may" and self.at(at) != "march":
                return None
            if self.at(at - 1) not in ("in", "since", "until", "during", "between", "and", "to"):
                return None
        year = self.today.year - (month > self.today.month)
        return _month_of(year, month), at + 1

    def _year(self, at: int) -> tuple[_Period, int] | None:
        at += 2 * (self.at(at) == "the" and self.at(at + 1) == "year")
        if year := _year(self.at(at)):
            return _Period(dt.date(year, 1, 1), dt.date(year, 12, 31), "year", dated=True), at + 1
        return None

    def _relative(self, at: int) -> tuple[_Period, int] | None:
        """Yesterday, last week, this month, the past three days, on Friday."""
        word = self.at(at)
        one = dt.timedelta(days=1)
        if word == "yesterday" or (word, self.at(at + 1)) == ("last", "night"):
            return _span(self.today - one, self.today - one, "day"), at + 1 + (word == "last")
        if word == "today" or (word == "this" and self.at(at + 1) in ("morning", "afternoon", "evening")):
            return _span(self.today, self.today, "day"), at + 1 + (word == "this")
        if word in _WEEKDAYS:
            back = (self.today.weekday() - _WEEKDAYS.index(word)) % 7
            day = self.today - back * one
            return _Period(day, day, "day"), at + 1
        past = word == "the"
        at += past
        word, noun = self.at(at), self.at(at + 1)
        if word in ("last", "past", "previous") and (found := self._counted(at + 1)):
            number, counted, end = found
            return _span(_back(self.today, number, counted), self.today, counted), end
        if noun in _WEEKDAYS and word in ("last", "this"):
            back = (self.today.weekday() - _WEEKDAYS.index(noun) - (word == "last")) % 7 + (word == "last")
            return _span(self.today - back * one, self.today - back * one, "day"), at + 2
        if noun in _MONTH and word == "last":
            ago = self.today.year - (_MONTH[noun] >= self.today.month)
            return replace(_month_of(ago, _MONTH[noun]), fixed=False), at + 2
        unit = _UNITS.get(noun) if noun in ("week", "month", "year") else None
        if unit is None or word not in ("last", "past", "previous", "this", "current"):
            return None
        if word == "past" or (past and word == "last"):
            return _span(_back(self.today, 1, unit), self.today, unit), at + 2
        then = self.today if word in ("this", "current") else _whole(self.today, unit).start - one
        return _whole(then, unit), at + 2

    def _counted(self, at: int) -> tuple[int, str, int] | None:
        """Three days, a few weeks, couple of months: how many, of what, and where it ends."""
        at += self.at(at) == "a" and self.at(at + 1) in ("few", "couple")
        number = int(self.at(at)) if re.fullmatch(r"\d{1,3}", self.at(at)) else _NUMBERS.get(self.at(at), 0)
        at += 1 + (self.at(at + 1) == "of")
        unit = _UNITS.get(self.at(at))
        return (number, unit, at + 1) if number and unit else None

    def _ago(self, at: int) -> tuple[_Period, int] | None:
        found = self._counted(at)
        if not found or self.at(found[2]) != "ago":
            return None
        number, unit, end = found
        return _whole(_back(self.today, number, unit), unit), end + 1

    def both(self, at: int, joined: tuple[str, ...]) -> tuple[_Period, _Period, int] | None:
        """Two ends: 3 and 10 May, March and May 2026, 2019 to 2021."""
        number = _ordinal(self.at(at + (self.at(at) == "the")))
        then = at + 1 + (self.at(at) == "the")
        if number and (self.at(then) in joined or _ordinal(self.at(then))):
            found = self.period(then + (self.at(then) in joined))
            if found and found[0].unit == "day" and (day := _date(found[0].end.year, found[0].end.month, number)):
                return _Period(day, day, "day", dated=found[0].dated), found[0], found[1]
        first = self.period(at)
        if first is None or self.at(first[1]) not in joined:
            return None
        second = self.period(first[1] + 1)
        if second is None:
            return None
        early, late = first[0], second[0]
        if early.start > late.end or (late.dated and not early.dated):
            for year in (late.end.year, late.end.year - 1):
                if (moved := _moved(early, year)) and moved.start <= late.end:
                    early = moved
                    break
        return (early, late, second[1]) if early.start <= late.end else None


def dates_of(tokens: Sequence[Token], today: dt.date, earliest: dt.date | None) -> Dates | None:
    """The days that the question asks about; None where it tells none.

    `earliest`: the first day of publication on record, None where nothing is dated. A year of its own that lies
    before it ("in 1996", "since the 1990s") or after `today` is a subject, not a date, unless it says when something
    was said ("say in 2024") or opens the question.
    """
    if earliest is None or _TELLING.isdisjoint([token.word for token in tokens]):
        return None
    reader = _Reader(tokens, today)
    for place, token in enumerate(tokens):
        if token.word not in _STARTS and not token.word[0].isdigit():
            continue
        found = _phrase(reader, place)
        if found is None:
            continue
        dates, dated = found
        if reader.at(dates.last + 1) in ("’", "'") and reader.at(dates.last + 2) == "s":
            continue
        said = place == 0 or reader.at(place - 1) in _TOLD
        beyond = (dates.until is not None and dates.until < earliest) or (
            dates.since is not None and dates.since > today
        )
        useless = dates.until is None and dates.since is not None and dates.since <= earliest
        if dated and not said and (beyond or useless):
            continue
        return dates
    return None


def _phrase(reader: _Reader, place: int) -> tuple[Dates, bool] | None:
    """The dates whose words begin here, and whether their year stands there too."""
    word = reader.at(place)
    if word in ("between", "from"):
        both = reader.both(place + 1, ("and",) if word == "between" else ("to", "until", "till", "through"))
        if both:
            early, late, end = both
            return Dates(early.start, late.end, place, end - 1), early.dated or late.dated
    if word == "on" and (both := reader.both(place + 1, ("and", "to"))) and both[0].unit == "day":
        return Dates(both[0].start, both[1].end, place, both[2] - 1), both[0].dated
    found = None
    if word in _WITHIN | _SINCE | _AFTER | _BEFORE | _UNTIL:
        found = reader.period(place + 1)
        if found and found[0].fixed and word == "on" and found[0].unit != "day":
            return None
        if found and found[0].fixed and found[0].unit == "day" and word in ("over", "within", "for", "of"):
            return None
        if found and found[0].fixed and word in ("for", "of"):
            return None
    elif (bare := reader.period(place)) and not _is_subject(reader, bare, place):
        found, word = bare, "in"
    if found is None:
        return None
    period, end = found
    since: dt.date | None = period.start
    until: dt.date | None = period.end
    one = dt.timedelta(days=1)
    if word in _SINCE:
        until = None
    elif word in _AFTER:
        since, until = period.end + one, None
    elif word in _BEFORE:
        since, until = None, period.start - one
    elif word in _UNTIL:
        since = None
    return Dates(since, until, place, end - 1), period.dated


def _is_subject(reader: _Reader, found: tuple[_Period, int], place: int) -> bool:
    """Whether days without a preposition are spoken about: "the 27 February attack", "March", "Ukraine today"."""
    period, end = found
    if not period.fixed:
        today = reader.at(place) in ("today", "this") and period.start == period.end
        of = reader.at(end) == "of" or reader.at(place - 1) in ("the", "’", "'")
        return of or (today and not _TOLD.intersection(reader.words[:place]))
    alone = end >= len(reader.words) or reader.at(end) in tuple(",;:.?!")
    before = reader.at(place - 1) not in ("the", "a", "s", "this", "that") and reader.at(place) != "the"
    return not (period.unit == "day" and period.dated | _has_digit(reader, place, end) and alone and before)


def _has_digit(reader: _Reader, place: int, end: int) -> bool:
    return any(word[0].isdigit() for word in reader.words[place:end])


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _year(word: str) -> int | None:
    return int(word) if re.fullmatch(r"(?:19|20)[0-9]{2}", word) else None


def _ordinal(word: str) -> int | None:
    found = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th)?", word)
    return int(found[1]) if found and 1 <= int(found[1]) <= 31 else None


def _month_of(year: int, month: int, *, dated: bool = False) -> _Period:
    start = dt.date(year, month, 1)
    return _Period(start, _next_month(start) - dt.timedelta(days=1), "month", dated=dated)


def _next_month(day: dt.date) -> dt.date:
    return dt.date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _span(start: dt.date, end: dt.date, unit: str) -> _Period:
    return _Period(start, end, unit, fixed=False)


def _whole(day: dt.date, unit: str) -> _Period:
    """The week (from Monday), month or year that holds this day."""
    if unit == "week":
        start = day - dt.timedelta(days=day.weekday())
        return _span(start, start + dt.timedelta(days=6), unit)
    if unit == "month":
        return replace(_month_of(day.year, day.month), fixed=False)
    if unit == "year":
        return _span(dt.date(day.year, 1, 1), dt.date(day.year, 12, 31), unit)
    return _span(day, day, unit)


def _back(day: dt.date, number: int, unit: str) -> dt.date:
    """So many days, weeks, months or years before this day; the last day of a month that is too short."""
    if unit in ("day", "week"):
        return day - dt.timedelta(days=number * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 - number * (12 if unit == "year" else 1)
    start = dt.date(max(months // 12, 1), months % 12 + 1, 1)
    return min(start.replace(day=1) + dt.timedelta(days=day.day - 1), _next_month(start) - dt.timedelta(days=1))


def _moved(period: _Period, year: int) -> _Period | None:
    if period.unit == "month":
        return _month_of(year, period.start.month)
    day = _date(year, period.start.month, period.start.day)
    return _Period(day, day, "day") if day and period.unit == "day" else None
