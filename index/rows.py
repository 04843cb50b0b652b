"""Rows of the store as types: which columns are asked for, and what is made of them."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Sequence
from typing import Any

# Seven columns a quotation are JSON: 2 µs for all of them, 20 with the standard library's reader.
from orjson import loads

from index.queries import RoleRecord, SpeakerRecord
from index.types import Article, Attribution, Passage, Quotation, Span, Speaker

ARTICLE = (
    "article.id, article.text, article.title, article.date, article.source, article.url, article.body,"
    " article.language, article.authors, article.section, article.agency, article.date_certainty, article.summary_only"
)
SPEAKER = "row, id, name, kind, aliases, quotations, articles"
_QUOTATION = (
    "SELECT quotation.row, article.id, quotation.kind, spans, cue, quotation.source, step, method, confidence, passage,"
    " search_text, spoken_text, sentences, {} FROM quotation JOIN article ON article.row = quotation.article LEFT JOIN"
    " article_speaker ON article_speaker.row = quotation.article_speaker LEFT JOIN speaker"
    " ON speaker.row = quotation.speaker"
)
WORKED = _QUOTATION.format(
    "article_speaker.id, article_speaker.name, article_speaker.kind, article_speaker.aliases, roles, gender"
)
# Roles are the article's own; where it has none, those that the user gives. These come first: where the first one is
# not the user's, none is, and the others need not be read.
_SERVED = (
    "speaker.id, speaker.name, speaker.kind, article_speaker.aliases, CASE WHEN roles = '[]' AND (SELECT given FROM"
    " speaker_role WHERE speaker = speaker.row AND place = 0) THEN (SELECT json_group_array(role) FROM (SELECT role"
    " FROM speaker_role WHERE speaker = speaker.row AND given ORDER BY place)) ELSE roles END, gender"
)
SERVED = _QUOTATION.format(_SERVED)
FOUND = _QUOTATION.format(
    f"{_SERVED}, EXISTS (SELECT 1 FROM copy WHERE copy.row = quotation.row), article.row, {ARTICLE}"
)
"""SERVED, then whether it has a copy, which article it is, and ARTICLE."""
ROLES_GIVEN = (
    # By way of the quotations, of which there is an index; an article gives no speaker without one.
    "SELECT role, min(date), max(date), count(DISTINCT article) FROM (SELECT given.value AS role, article.date,"
    " article.row AS article FROM quotation JOIN speaker ON speaker.row = quotation.speaker JOIN article_speaker ON"
    " article_speaker.row = quotation.article_speaker JOIN json_each(article_speaker.roles) AS given JOIN article ON"
    " article.row = quotation.article WHERE speaker.id = ?1 UNION ALL SELECT role, NULL, NULL FROM speaker_role JOIN"
    " speaker ON speaker.row = speaker_role.speaker WHERE speaker.id = ?1 AND given)"
    " GROUP BY role ORDER BY min(date) IS NULL, min(date), max(date), role"
)
"""Role, first and last day, number of articles, of one speaker by id; of what the user gives none is an article."""
_COLUMNS = 19
"""Of WORKED and of SERVED."""


def article_of(row: Sequence[Any]) -> Article:
    """A row of ARTICLE."""
    id_, text, title, date, source, url, body, language, authors, section, agency, certainty, summary = row[:13]
    return Article(
        id=id_,
        text=text,
        title=title,
        date=None if date is None else dt.date.fromisoformat(date),
        source=source,
        url=url,
        body=body,
        language=language,
        authors=() if authors == "[]" else tuple(loads(authors)),
        section=section,
        agency=agency,
        date_certainty=certainty,
        summary_only=bool(summary),
    )


def _span(column: str | None) -> Span | None:
    return None if column is None else Span(*loads(column))


def _pairs(column: str) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in loads(column))


def passage_of(row: Sequence[Any]) -> Passage:
    """A row of WORKED, SERVED or FOUND."""
    _, article_id, kind, spans, cue, source, step, method, confidence = row[:9]
    around, search_text, spoken_text, sentences, id_, name, speaker_kind, aliases, roles, gender = row[9:_COLUMNS]
    quotation = Quotation(
        article_id=article_id,
        kind=kind,
        spans=tuple(Span(*span) for span in loads(spans)),
        cue=_span(cue),
        source=_span(source),
        step=step,
    )
    speaker = None
    if id_ is not None:
        speaker = Speaker(id_, name, speaker_kind, tuple(loads(aliases)), tuple(loads(roles)), gender)
    attribution = Attribution(quotation, speaker, method, confidence)
    return Passage(attribution, Span(*loads(around)), search_text, spoken_text, _pairs(sentences))


def found_of(row: Sequence[Any], articles: dict[int, Article]) -> tuple[Passage, Article]:
    """A row of FOUND; its article is taken from `articles`, by number, or put there."""
    key = row[_COLUMNS + 1]
    article = articles.get(key)
    if article is None:
        article = articles[key] = article_of(row[_COLUMNS + 2 :])
    return passage_of(row), article


def is_copied(row: Sequence[Any]) -> bool:
    """Whether the quotation of a row of FOUND has a copy."""
    return bool(row[_COLUMNS])


def record_of(db: sqlite3.Connection, row: Sequence[Any]) -> SpeakerRecord:
    """A row of SPEAKER, and the roles beside it."""
    key, id_, name, kind, aliases, quotations, articles = row
    roles = tuple(
        role for (role,) in db.execute("SELECT role FROM speaker_role WHERE speaker = ? ORDER BY place", (key,))
    )
    return SpeakerRecord(Speaker(id_, name, kind, tuple(loads(aliases)), roles), quotations, articles)


def role_of(row: Sequence[Any]) -> RoleRecord:
    """A row of ROLES_GIVEN."""
    role, first, last, articles = row
    first, last = (None if day is None else dt.date.fromisoformat(day) for day in (first, last))
    return RoleRecord(role, first, last, articles)
