"""What a parser finds of an article, before it is one; and the article made of it."""

from __future__ import annotations

import datetime as dt

from index.agencies import agency_named, agency_of
from index.corpus.byline import authors_of, byline_in
from index.corpus.days import dated, day_in_address, day_in_name
from index.corpus.files import File, article_id, refuse_odd_characters
from index.types import Article, DateCertainty

Fields = dict[str, str | None]
"""Of one article: text, and id, title, date, source, url, author, section, agency where it has them; `summary_only`
(anything but empty) where the text is no more than a summary; `fault` alone where it cannot be read."""


def article_of(file: File, fields: Fields, *, alone: bool = False) -> Article:
    """The fields as an article; without an id of its own it has the file's name and its text's hash.

    `alone`: it is the only one of its file, of which the name may then tell the day. ValueError says what is wrong with
    the fields.
    """
    if fields.get("fault"):
        raise ValueError(fields["fault"])
    text = fields.get("text") or ""
    if not text.strip():
        raise ValueError("no article text was found; save its text as .txt")
    for name, value in fields.items():
        refuse_odd_characters(value or "", f"the {name}")
    own, source, url = fields.get("id"), _line(fields.get("source")), _line(fields.get("url"))
    date, certainty = _date(fields, url, file if alone else None)
    authors, agency = written_by(text, 0, fields.get("author"), fields.get("agency"), source)
    return Article(
        id=own if own and own.strip() else article_id(file.stem, text),
        text=text,
        title=_line(fields.get("title")),
        date=date,
        source=source,
        url=url,
        authors=authors,
        section=section_of(fields.get("section")),
        agency=agency,
        date_certainty=certainty,
        summary_only=bool(fields.get("summary_only")),
    )


def written_by(
    text: str, body: int, byline: str | None, agency: str | None, source: str | None
) -> tuple[tuple[str, ...], str | None]:
    """The authors of an article and the agency whose it is, as its source gives them or it says itself.

    `byline`, `agency` and `source`: as the source gives them, None where it does not; `body`: where the narration
    begins, with a byline of its own as it may be.
    """
    own = byline_in(text, body)
    lines = [line for line in (byline, own) if line]
    given = _line(agency)
    named = agency_of(text, body, lines, source) if given is None else agency_named(given) or given
    return authors_of(byline) or authors_of(own), named


def section_of(value: str | None) -> str | None:
    """A section as its source gives it; of several the first."""
    return next((line for one in (value or "").split("\n") if (line := _line(one))), None)


def told_elsewhere(url: str | None, file: File | None) -> tuple[dt.date | None, DateCertainty]:
    """The day that an address tells or, of an article alone in its file, the file's name."""
    day = day_in_address(url) or (None if file is None else day_in_name(file.stem))
    return day, "unknown" if day is None else "address"


def _date(fields: Fields, url: str | None, file: File | None) -> tuple[dt.date | None, DateCertainty]:
    written = (fields.get("date") or "").strip()
    if not written:
        return told_elsewhere(url, file)
    date, certainty = dated(written)
    return date, "address" if fields.get("date_certainty") == "address" else certainty


def _line(value: str | None) -> str | None:
    return " ".join((value or "").split()) or None
