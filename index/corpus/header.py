"""The header of a plain text file: what its first lines say about the article below them.

The form of the seed article is one line, a word and its value, then an empty line:

     date 2026-02-27 Analysts warn escalation may embolden armed groups. What happens next?

After the date comes the standfirst. Further lines may give `title`, `source`, `url`, `author`, `section` and `agency`,
each with a colon (`source: Al Jazeera`). Behind a colon the date may be a month or a
year alone (`date: 2026-02`). Without such a header a first line that is clearly a headline gives the title.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from index.corpus.days import dated
from index.types import DateCertainty

BOM = "\ufeff"

HEADLINE_LENGTH = 120
"""Longest headline in characters; newspapers keep theirs under about 100, a first paragraph seldom fits."""

_DATE_LINE = re.compile(
    r"[^\S\n]*date[^\S\n]*:?[^\S\n]+(?P<date>\d{4}-\d{2}-\d{2})(?![\w-])[^\S\n]*(?P<rest>.*)", re.IGNORECASE
)
_LESS = re.compile(r"[^\S\n]*date[^\S\n]*:[^\S\n]*(?P<date>\d{4}(?:-\d{2})?)[^\S\n]*(?P<rest>)", re.IGNORECASE)
"""A line that gives no more than a month or a year."""
_FIELD_LINE = re.compile(
    r"[^\S\n]*(?P<name>title|source|url|author|byline|section|agency)[^\S\n]*:[^\S\n]*(?P<value>\S.*)", re.IGNORECASE
)
_OPEN_END = re.compile(r"[.,;:…”\"'’»-]$")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the narration. `body`: the offset of the first character of the narration."""

    title: str | None = None
    date: dt.date | None = None
    certainty: DateCertainty = "unknown"
    source: str | None = None
    url: str | None = None
    author: str | None = None
    section: str | None = None
    agency: str | None = None
    standfirst: str | None = None
    body: int = 0


def read_header(text: str) -> Header:
    """The header of a whole file, its `body` after it; a plain text's has no date and `body` 0 (1 after a BOM).

    ValueError where the date line names a day that no calendar has.
    """
    first = 1 if text.startswith(BOM) else 0
    header = _dated(text, first)
    if header is not None:
        return header
    return Header(title=_headline(text, first), body=first)


def _dated(text: str, first: int) -> Header | None:
    """The header where one of the lines before the first empty line is a date line and all are header lines."""
    date, fields = None, {}
    certainty: DateCertainty = "unknown"
    place = first
    while place < len(text):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        line = text[place:end].rstrip("\r")
        if not line.strip():
            break
        if date is None and (day := _DATE_LINE.fullmatch(line) or _LESS.fullmatch(line)):
            date, certainty = _day(day["date"])
            fields["standfirst"] = day["rest"].strip()
        elif field := _FIELD_LINE.fullmatch(line):
            fields[field["name"].lower()] = field["value"].strip()
        elif date is None:
            return None
        else:
            break
        place = end + 1
    narration = re.compile(r"\S").search(text, place)
    if date is None or narration is None:
        return None
    standfirst = fields.get("standfirst") or None
    return Header(
        title=fields.get("title") or standfirst,
        date=date,
        certainty=certainty,
        source=fields.get("source"),
        url=fields.get("url"),
        author=fields.get("author") or fields.get("byline"),
        section=fields.get("section"),
        agency=fields.get("agency"),
        standfirst=standfirst,
        body=narration.start(),
    )


def _day(value: str) -> tuple[dt.date, DateCertainty]:
    try:
        return dated(value)
    except ValueError as error:
        raise ValueError(f"the header's date {value} is no day of the calendar; write YYYY-MM-DD") from error


def _headline(text: str, first: int) -> str | None:
    """The first line where it is short, ends no sentence and stands alone above a paragraph."""
    line, _, rest = text[first:].partition("\n")
    line = line.strip()
    following, _, below = rest.partition("\n")
    alone = not following.strip() and bool(below.strip())
    if not alone or not 0 < len(line) <= HEADLINE_LENGTH or _OPEN_END.search(line):
        return None
    return line
