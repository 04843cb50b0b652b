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
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from index.columns import Columns
from index.copies import Folding
from index.errors import DamagedIndexError
from index.queries import Filters, RoleRecord, SpeakerRecord, folded
from index.rows import (
    ARTICLE,
    FOUND,
    ROLES_GIVEN,
    SERVED,
    SPEAKER,
    WORKED,
    article_of,
    found_of,
    is_copied,
    passage_of,
    record_of,
    role_of,
)
from index.types import Article, Passage, Span, Speaker

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
            try:
                self.columns = Columns(db)
            except (ValueError, TypeError) as error:
                raise DamagedIndexError(
                    f"{path}: a row is not as it was written ({error}); run `attributed rebuild`"
                ) from error
            copies = db.execute("SELECT first, place, row FROM copy ORDER BY first, place").fetchall()
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

    def contradictions(self) -> list[str]:
        """What one table says and another does not, one line each: places, copies, counts of speakers, hashes."""
        with self._reading() as db:
            return [line for (line,) in db.execute("SELECT line FROM contradiction")]

    def corpus(self) -> list[str]:
        """The fingerprints of all articles, sorted."""
        with self._reading() as db:
            return [line for (line,) in db.execute("SELECT fingerprint FROM article ORDER BY fingerprint")]

    # Articles and passages

    def rows(self) -> NDArray[np.int64]:
        """The rows of all quotations, rising."""
        return self.columns.rows

    def article_ids(self) -> list[str]:
        """The ids of all articles, in the order in which they were read."""
        with self._reading() as db:
            return [id_ for (id_,) in db.execute("SELECT id FROM article ORDER BY row")]

    def article(self, id_: str, *, served: bool = False) -> StoredArticle | None:
        """An article with its passages in order of their places; None where there is none.

        As it went in; with `served` every speaker is under the id, name and kind of the whole corpus.
        """
        selected = SERVED if served else WORKED
        with self._reading() as db:
            found = db.execute(f"SELECT {ARTICLE}, passages FROM article WHERE id = ?", (id_,)).fetchone()
            if found is None:
                return None
            rows = db.execute(f"{selected} WHERE article.id = ? ORDER BY quotation.row", (id_,)).fetchall()
        return StoredArticle(article_of(found), tuple(passage_of(row) for row in rows), found[-1])

    def reusable(self, extractor: str, passages: str) -> dict[str, tuple[str, bool]]:
        """Article id → fingerprint, of those that this version of the extractor worked; whether `passages` did, too."""
        asked = "SELECT id, fingerprint, passages = ? FROM article WHERE extractor = ?"
        with self._reading() as db:
            return {id_: (found, bool(same)) for id_, found, same in db.execute(asked, (passages, extractor))}

    def passages(self, rows: Sequence[int]) -> list[tuple[Passage, Article, tuple[str, ...]]]:
        """In order of `rows`: passage, article, ids of the other articles that carry a copy, the earliest first."""
        with self._reading() as db:
            known: dict[int, Article] = {}
            found = {
                row[0]: (*found_of(row, known), _copies(db, row[0]) if is_copied(row) else ())
                for row in _in_parts(db, f"{FOUND} WHERE quotation.row IN", rows)
            }
        return [found[row] for row in rows]

    def copied_from(self, rows: Sequence[int]) -> dict[int, str]:
        """Of those of `rows` that are copies, row → id of the earliest quotation of their group."""
        asked = (
            "SELECT copy.row, quotation.id FROM copy JOIN quotation ON quotation.row = copy.first"
            " WHERE copy.row <> copy.first AND copy.row IN"
        )
        with self._reading() as db:
            return dict(_in_parts(db, asked, rows))

    def quotation_row(self, id_: str) -> int | None:
        """The row of a quotation by its id."""
        with self._reading() as db:
            found = db.execute("SELECT row FROM quotation WHERE id = ?", (id_,)).fetchone()
        return None if found is None else int(found[0])

    # What is to be made searchable

    def searchable(self, after: int, limit: int, last: int = 1 << 62) -> list[Searchable]:
        """The next `limit` rows beyond `after`, rising, none beyond `last`."""
        with self._reading() as db:
            found = db.execute(
                "SELECT row, (SELECT min(same.row) FROM quotation AS same WHERE same.search_hash ="
                " quotation.search_hash), search_hash, search_text, spoken_text FROM quotation"
                " WHERE row > ? AND row <= ? ORDER BY row LIMIT ?",
                (after, last, limit),
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

    def contents(self, rows: Sequence[int] | None = None) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """Row and content of these quotations, of all of them without `rows`."""
        chosen = self.columns.rows.tolist() if rows is None else rows
        with self._reading() as db:
            for row, spans in _in_parts(db, "SELECT row, spans FROM quotation WHERE row IN", chosen):
                yield row, tuple(Span(*span) for span in json.loads(spans))

    # Filters

    def allowed(self, filters: Filters, speakers: Sequence[Collection[str]]) -> NDArray[np.int64] | None:
        """The rows that may answer, rising; None where all may.

        `filters.speakers` is not read: `speakers` holds sets of ids, any of one set, all sets together.
        """
        chosen = [self.columns.of_speakers(self._numbers("id", ids)) for ids in speakers]
        if filters.speaker_kinds:
            chosen.append(self.columns.of_speakers(self._numbers("kind", filters.speaker_kinds)))
        if filters.quotation_kinds:
            chosen.append(self.columns.of_kinds(filters.quotation_kinds))
        if filters.sources:
            chosen.append(self.columns.of_sources(filters.sources))
        if filters.since is not None or filters.until is not None:
            chosen.append(self.columns.of_days(filters.since, filters.until))
        return self.columns.rows[np.logical_and.reduce(chosen)] if chosen else None

    def _numbers(self, column: Literal["id", "kind"], values: Collection[str]) -> list[int]:
        """The numbers of the speakers with one of `values`."""
        with self._reading() as db:
            found = db.execute(
                f"SELECT row FROM speaker WHERE {column} IN (SELECT value FROM json_each(?))",
                [json.dumps(sorted(values))],
            )
            return [row for (row,) in found]

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
            found = db.execute(f"SELECT {SPEAKER} FROM speaker WHERE id = ?", (id_,)).fetchone()
            return None if found is None else record_of(db, found)

    def roles_given(self, id_: str) -> tuple[RoleRecord, ...]:
        """The roles of one speaker with their days, the one that is given first in front, then those without days."""
        with self._reading() as db:
            return tuple(role_of(row) for row in db.execute(ROLES_GIVEN, (id_,)))

    def called(self, numbers: Sequence[int]) -> list[tuple[str, str]]:
        """Id and name of each speaker, in order of `numbers`, each of which there is."""
        with self._reading() as db:
            found = _in_parts(db, "SELECT row, id, name FROM speaker WHERE row IN", numbers)
            known = {row: (id_, name) for row, id_, name in found}
        return [known[number] for number in numbers]

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
                f"SELECT {SPEAKER} FROM speaker{where} ORDER BY quotations DESC, name, id LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
            return total, tuple(record_of(db, row) for row in found)


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
