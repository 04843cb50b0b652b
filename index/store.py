"""Articles, quotations, speakers and passages in SQLite: with schema.sql the only SQL. Rows become types at its door.

The integer `row` of a quotation is the id of its vector and of its words.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import weakref
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.copies import Folding
from index.errors import DamagedIndexError
from index.queries import Filters, SpeakerRecord, folded
from index.types import QUOTATION_KINDS, Article, Attribution, Passage, Quotation, Span, Speaker

MANY = 500
"""Values in one IN (...): SQLite takes 32766, smaller lists keep its statement cache useful."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as an earlier run worked it: its passages, and the versions that made them."""

    article: Article
    passages: tuple[Passage, ...]
    passages_version: str


@dataclass(frozen=True, slots=True)
class Searchable:
    """A row to be made searchable by its `texts`. `first`: the first row that has the very same ones."""

    row: int
    first: int
    hash: str
    texts: tuple[str, ...]


class Store:
    """A finished store, opened read-only. Thread safe: every call takes a connection of its own from a pool."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._finalise = weakref.finalize(self, _close_all, self._idle)
        with self._reading() as db:
            known = db.execute("SELECT row, place, coalesce(speaker, -1), kind FROM quotation ORDER BY row").fetchall()
            copies = db.execute("SELECT first, place, row FROM copy ORDER BY first, place").fetchall()
        columns = [(*numbers, QUOTATION_KINDS.index(kind)) for *numbers, kind in known]
        self._rows, self._places, self._speakers, self._kinds = np.array(columns, np.int64).reshape(-1, 4).T.copy()
        self.copies = Folding([(first, row) for first, _, row in copies])

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            db = self._idle.pop()
        except IndexError:
            db = self._connect()
        try:
            yield db
        except sqlite3.DatabaseError as error:
            db.close()
            raise DamagedIndexError(
                f"{self.path}: SQLite cannot read it ({error}); run `attributed rebuild`"
            ) from error
        except BaseException:
            db.close()
            raise
        self._idle.append(db)
        if self._closed:
            _close_all(self._idle)

    def _connect(self) -> sqlite3.Connection:
        try:
            # immutable: a finished generation never changes, so no locks and no files beside it are needed.
            return sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise DamagedIndexError(f"{self.path}: cannot be opened ({error}); run `attributed rebuild`") from error

    def close(self) -> None:
        """Close every connection; one that is in use is closed as soon as it comes back."""
        self._closed = True
        _close_all(self._idle)

    # Counting and checking

    def count(self, table: str) -> int:
        """How many rows `article`, `speaker` or `quotation` has."""
        if table not in ("article", "speaker", "quotation"):
            raise ValueError(f"no such table: {table}")
        with self._reading() as db:
            return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def integrity(self) -> list[str]:
        """What SQLite's own integrity and foreign key checks find; empty when all is well."""
        with self._reading() as db:
            lines = [str(line) for (line,) in db.execute("PRAGMA integrity_check")]
            broken = [
                f"{table} row {row}: refers to a missing {parent}"
                for table, row, parent, _ in db.execute("PRAGMA foreign_key_check")
            ]
        return [line for line in lines if line != "ok"] + broken

    def corpus(self) -> list[str]:
        """The fingerprints of all articles, sorted."""
        with self._reading() as db:
            return [line for (line,) in db.execute("SELECT fingerprint FROM article ORDER BY fingerprint")]

    # Articles and passages

    def rows(self) -> NDArray[np.int64]:
        """The rows of all quotations, rising."""
        return self._rows

    def places(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The place of each row in the one order that breaks ties: newest first, then article id, then start."""
        return self._places[np.searchsorted(self._rows, rows)]

    def speaker_numbers(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """A number for the speaker of each row, the same for the same one; -1 where nobody can be named."""
        return self._speakers[np.searchsorted(self._rows, rows)]

    def kind_weights(self, rows: NDArray[np.int64], weights: Mapping[str, float]) -> NDArray[np.float32]:
        """The weight of each row by the kind of its quotation."""
        by_kind = np.array([weights[kind] for kind in QUOTATION_KINDS], np.float32)
        return by_kind[self._kinds[np.searchsorted(self._rows, rows)]]

    def article_ids(self) -> list[str]:
        """The ids of all articles, in the order in which they were read."""
        with self._reading() as db:
            return [id_ for (id_,) in db.execute("SELECT id FROM article ORDER BY row")]

    def article(self, id_: str, *, served: bool = False) -> StoredArticle | None:
        """An article with its passages in order of their places; None where there is none.

        As it went in; with `served` every speaker is under the id, name and kind of the whole corpus.
        """
        selected = _SERVED if served else _WORKED
        with self._reading() as db:
            found = db.execute(f"SELECT {_ARTICLE}, passages FROM article WHERE id = ?", (id_,)).fetchone()
            if found is None:
                return None
            rows = db.execute(f"{selected} WHERE article.id = ? ORDER BY quotation.row", (id_,)).fetchall()
        return StoredArticle(_article(found), tuple(_passage(row) for row in rows), found[-1])

    def reusable(self, extractor: str) -> dict[str, str]:
        """Article id → fingerprint, of those that this version of the extractor worked."""
        with self._reading() as db:
            return dict(db.execute("SELECT id, fingerprint FROM article WHERE extractor = ?", (extractor,)))

    def passages(self, rows: Sequence[int]) -> list[tuple[Passage, Article, tuple[str, ...]]]:
        """In order of `rows`: passage, article, ids of the other articles that carry a copy, the earliest first."""
        with self._reading() as db:
            found = {row[0]: row for row in _in_parts(db, f"{_SERVED} WHERE quotation.row IN", rows)}
            keys = {row[1] for row in found.values()}
            articles = {
                article[0]: _article(article)
                for article in _in_parts(db, f"SELECT {_ARTICLE} FROM article WHERE id IN", sorted(keys))
            }
            copies = {row: _copies(db, row) for row in found}
        return [(_passage(found[row]), articles[found[row][1]], copies[row]) for row in rows]

    def quotation_row(self, id_: str) -> int | None:
        """The row of a quotation by its id."""
        with self._reading() as db:
            found = db.execute("SELECT row FROM quotation WHERE id = ?", (id_,)).fetchone()
        return None if found is None else int(found[0])

    # What is to be made searchable

    def searchable(self, after: int, limit: int) -> list[Searchable]:
        """The next `limit` rows beyond `after`, rising."""
        with self._reading() as db:
            found = db.execute(
                "SELECT row, (SELECT min(same.row) FROM quotation AS same WHERE same.search_hash ="
                " quotation.search_hash), search_hash, search_text, spoken_text FROM quotation WHERE row > ?"
                " ORDER BY row LIMIT ?",
                (after, limit),
            )
            return [
                Searchable(row, first, hash_, tuple(text for text in texts if text is not None))
                for row, first, hash_, *texts in found
            ]

    def rows_by_hash(self, hashes: Collection[str]) -> dict[str, int]:
        """A row for each hash of embedded texts that stands here."""
        with self._reading() as db:
            return dict(_in_parts(db, "SELECT search_hash, row FROM quotation WHERE search_hash IN", sorted(hashes)))

    def lexical_rows(self) -> Iterator[tuple[int, str]]:
        """Row and text for the words, rising."""
        with self._reading() as db:
            yield from db.execute("SELECT row, search_text FROM quotation ORDER BY row")

    def lexical_texts(self, rows: Sequence[int]) -> list[str]:
        """The text for the words of each row, as `lexical_rows` gives it."""
        with self._reading() as db:
            found = dict(_in_parts(db, "SELECT row, search_text FROM quotation WHERE row IN", rows))
        return [found[row] for row in rows]

    def contents(self, rows: Sequence[int] | None = None) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """Row and content of these quotations, of all of them without `rows`."""
        chosen = self._rows.tolist() if rows is None else rows
        with self._reading() as db:
            for row, spans in _in_parts(db, "SELECT row, spans FROM quotation WHERE row IN", chosen):
                yield row, tuple(Span(*span) for span in json.loads(spans))

    # Filters

    def allowed(self, filters: Filters, speakers: Sequence[Collection[str]]) -> NDArray[np.int64] | None:
        """The rows that may answer, rising; None where all may.

        `filters.speakers` is not read: `speakers` holds sets of ids, any of one set, all sets together.
        """
        wheres: list[str] = []
        values: list[str] = []
        fields: list[tuple[str, Collection[str]]] = [("speaker.id", ids) for ids in speakers]
        fields += [
            (column, given)
            for column, given in (
                ("quotation.kind", filters.quotation_kinds),
                ("speaker.kind", filters.speaker_kinds),
                ("article.source", filters.sources),
            )
            if given
        ]
        for column, given in fields:
            wheres.append(f"{column} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(sorted(given)))
        for comparison, day in ((">=", filters.since), ("<=", filters.until)):
            if day is not None:
                wheres.append(f"article.date {comparison} ?")
                values.append(day.isoformat())
        if not wheres:
            return None
        with self._reading() as db:
            found = db.execute(
                "SELECT quotation.row FROM quotation JOIN article ON article.row = quotation.article LEFT JOIN speaker"
                f" ON speaker.row = quotation.speaker WHERE {' AND '.join(wheres)} ORDER BY quotation.row",
                values,
            )
            return np.array([row for (row,) in found], np.int64)

    # Speakers

    def speakers_named(self, key: str) -> list[str]:
        """The ids of those who go by an id, a name or an alias; an id before a name, a name before an alias."""
        form = folded(key)
        with self._reading() as db:
            if db.execute("SELECT 1 FROM speaker WHERE id = ?", (key,)).fetchone():
                return [key]
            found = db.execute(
                "SELECT speaker.id, full FROM speaker_name JOIN speaker ON speaker.row = speaker_name.speaker"
                " WHERE folded = ? AND folded <> '' ORDER BY speaker.id",
                (form,),
            ).fetchall()
        return [id_ for id_, full in found if full] or [id_ for id_, _ in found]

    def names(self) -> list[tuple[str, Speaker]]:
        """Every folded form (whole name, alias, surname) with each who goes by it, without aliases and roles."""
        with self._reading() as db:
            people = {row: Speaker(*rest) for row, *rest in db.execute("SELECT row, id, name, kind FROM speaker")}
            return [(form, people[row]) for form, row in db.execute("SELECT folded, speaker FROM speaker_name")]

    def roles(self) -> list[tuple[str, str]]:
        """Ids of speakers with each of their roles."""
        with self._reading() as db:
            return db.execute("SELECT id, role FROM speaker_role JOIN speaker ON row = speaker ORDER BY row").fetchall()

    def earliest(self) -> dt.date | None:
        """The first day of publication; None where no article has a date."""
        with self._reading() as db:
            first = db.execute("SELECT min(date) FROM article").fetchone()[0]
        return None if first is None else dt.date.fromisoformat(first)

    def speaker_names(self) -> list[str]:
        """The names of all speakers, sorted; nobody asks for "a man" by a name."""
        with self._reading() as db:
            return [
                name
                for (name,) in db.execute("SELECT DISTINCT name FROM speaker WHERE kind <> 'unnamed' ORDER BY name")
            ]

    def speaker(self, id_: str) -> SpeakerRecord | None:
        """One speaker over the whole corpus."""
        with self._reading() as db:
            found = db.execute(f"SELECT {_SPEAKER} FROM speaker WHERE id = ?", (id_,)).fetchone()
            return None if found is None else _speaker_record(db, found)

    def speakers(self, part: str | None, limit: int, offset: int) -> tuple[int, tuple[SpeakerRecord, ...]]:
        """How many speakers have `part` in id, name or an alias; a page of them, most quoted first, then by name."""
        where = ""
        values: tuple[str, ...] = ()
        if part is not None:
            where = " WHERE id = ? OR row IN (SELECT speaker FROM speaker_name WHERE instr(folded, ?))"
            values = (part, folded(part) or "\0")
        with self._reading() as db:
            total = int(db.execute(f"SELECT count(*) FROM speaker{where}", values).fetchone()[0])
            found = db.execute(
                f"SELECT {_SPEAKER} FROM speaker{where} ORDER BY quotations DESC, name, id LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
            return total, tuple(_speaker_record(db, row) for row in found)


def passage_faults(article: Article, passage: Passage) -> list[str]:
    """Every span of a passage that does not read back its text from the article, one line each."""
    quotation = passage.attribution.quotation
    faults = [] if quotation.article_id == article.id else [f"a quotation is of article {quotation.article_id!r}"]
    spans = [*quotation.spans, quotation.cue, quotation.source, passage.span]
    return faults + [
        f"span {span.start}:{span.end} says {span.text[:40]!r},"
        f" the article {article.text[span.start : span.end][:40]!r}"
        for span in spans
        if span is not None and not article.holds(span)
    ]


_ARTICLE = "article.id, article.text, article.title, article.date, article.source, article.url, article.body"
_SPEAKER = "row, id, name, kind, aliases, quotations, articles"
_QUOTATION = (
    "SELECT quotation.row, article.id, quotation.kind, spans, cue, quotation.source, step, method, confidence, passage,"
    " search_text, spoken_text, {} FROM quotation JOIN article ON article.row = quotation.article LEFT JOIN"
    " article_speaker ON article_speaker.row = quotation.article_speaker LEFT JOIN speaker"
    " ON speaker.row = quotation.speaker"
)
_WORKED = _QUOTATION.format(
    "article_speaker.id, article_speaker.name, article_speaker.kind, article_speaker.aliases, roles, gender"
)
# Roles are the article's own; where it has none, those that the user gives.
_SERVED = _QUOTATION.format(
    "speaker.id, speaker.name, speaker.kind, article_speaker.aliases, CASE roles WHEN '[]' THEN (SELECT"
    " json_group_array(role) FROM (SELECT role FROM speaker_role WHERE speaker = speaker.row AND given ORDER BY place))"
    " ELSE roles END, gender"
)


def _close_all(connections: deque[sqlite3.Connection]) -> None:
    with contextlib.suppress(IndexError):
        while True:
            connections.pop().close()


def _in_parts(db: sqlite3.Connection, statement: str, values: Iterable[Any]) -> Iterator[Any]:
    listed = list(values)
    for start in range(0, len(listed), MANY):
        part = listed[start : start + MANY]
        yield from db.execute(f"{statement} ({','.join('?' * len(part))})", part)


def _copies(db: sqlite3.Connection, row: int) -> tuple[str, ...]:
    found = db.execute(
        "SELECT article.id FROM copy AS this JOIN copy AS other ON other.first = this.first JOIN quotation ON"
        " quotation.row = other.row JOIN article ON article.row = quotation.article WHERE this.row = ? AND"
        " article.row <> (SELECT article FROM quotation WHERE row = this.row) ORDER BY other.place",
        (row,),
    )
    return tuple(dict.fromkeys(id_ for (id_,) in found))


def _article(row: Sequence[Any]) -> Article:
    id_, text, title, date, source, url, body = row[:7]
    day = None if date is None else dt.date.fromisoformat(date)
    return Article(id=id_, text=text, title=title, date=day, source=source, url=url, body=body)


def _span(column: str | None) -> Span | None:
    return None if column is None else Span(*json.loads(column))


def _passage(row: Sequence[Any]) -> Passage:
    _, article_id, kind, spans, cue, source, step, method, confidence, passage, search_text, spoken_text, *said = row
    id_, name, speaker_kind, aliases, roles, gender = said
    quotation = Quotation(
        article_id=article_id,
        kind=kind,
        spans=tuple(Span(*span) for span in json.loads(spans)),
        cue=_span(cue),
        source=_span(source),
        step=step,
    )
    speaker = None
    if id_ is not None:
        speaker = Speaker(id_, name, speaker_kind, tuple(json.loads(aliases)), tuple(json.loads(roles)), gender)
    attribution = Attribution(quotation, speaker, method, confidence)
    return Passage(attribution, Span(*json.loads(passage)), search_text, spoken_text)


def _speaker_record(db: sqlite3.Connection, row: Sequence[Any]) -> SpeakerRecord:
    key, id_, name, kind, aliases, quotations, articles = row
    roles = tuple(
        role for (role,) in db.execute("SELECT role FROM speaker_role WHERE speaker = ? ORDER BY place", (key,))
    )
    return SpeakerRecord(Speaker(id_, name, kind, tuple(json.loads(aliases)), roles), quotations, articles)
