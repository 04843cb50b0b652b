"""Articles, quotations, speakers and passages in SQLite: with schema.sql the only SQL. Rows become types at its door.

The integer `row` of a quotation is the id of its vector and of its words.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from index.columns import Columns
from index.copied import SAID
from index.copies import Folding
from index.database import in_parts
from index.errors import DamagedIndexError
from index.queries import Filters
from index.rows import ARTICLE, FOUND, SERVED, WORKED, article_of, found_of, is_copied, passage_of
from index.speaker_tables import SpeakerTables
from index.types import Article, Passage, Span


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as an earlier run worked it: its passages, and the versions that made them."""

    article: Article
    passages: tuple[Passage, ...]
    passages_version: str
    extractor: str


@dataclass(frozen=True, slots=True)
class Searchable:
    """A row to be made searchable by its `texts`. `first`: the first row that has the very same ones."""

    row: int
    first: int
    hash: str
    texts: tuple[str, ...]


class Store(SpeakerTables):
    """A finished store, opened read-only. Thread safe: every call takes a connection of its own from a pool."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with self._reading() as db:
            try:
                self.columns = Columns(db)
            except (ValueError, TypeError) as error:
                raise DamagedIndexError(
                    f"{path}: a row is not as it was written ({error}); run `attributed rebuild`"
                ) from error
            copies = db.execute("SELECT first, place, row FROM copy ORDER BY first, place").fetchall()
        self.copies = Folding([(first, row) for first, _, row in copies])

    def everything(self) -> Iterator[bytes]:
        """Every row of every table, always in the same order."""
        with self._reading() as db:
            tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
            for (table,) in tables:
                for row in db.execute(f"SELECT * FROM {table} ORDER BY 1, 2"):
                    yield f"{table} {row!r}\n".encode("utf-8", "backslashreplace")

    def _reading_texts(
        self, rows: Sequence[int], article: str | None = None
    ) -> AbstractContextManager[sqlite3.Connection]:
        """A connection whose `quotation` and `article` hold the texts of these rows and their articles, at least.

        `article`: the id of one that is wanted though it may have no quotation. Here every text is at hand.
        """
        del rows, article
        return self._reading()

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
        with self._reading_texts(self.rows_of(id_), id_) as db:
            found = db.execute(f"SELECT {ARTICLE}, extractor, passages FROM article WHERE id = ?", (id_,)).fetchone()
            if found is None:
                return None
            rows = db.execute(f"{selected} WHERE article.id = ? ORDER BY quotation.row", (id_,)).fetchall()
        return StoredArticle(article_of(found), tuple(passage_of(row) for row in rows), found[-1], found[-2])

    def reusable(self, extractor: str, passages: str) -> dict[str, tuple[str, bool]]:
        """Article id → fingerprint, of those that this version of the extractor worked; whether `passages` did, too."""
        asked = "SELECT id, fingerprint, passages = ? FROM article WHERE extractor = ?"
        with self._reading() as db:
            return {id_: (found, bool(same)) for id_, found, same in db.execute(asked, (passages, extractor))}

    def passages(self, rows: Sequence[int]) -> list[tuple[Passage, Article, tuple[str, ...]]]:
        """In order of `rows`: passage, article, ids of the other articles that carry a copy, the earliest first."""
        with self._reading_texts(rows) as db:
            known: dict[int, Article] = {}
            found = {
                row[0]: (*found_of(row, known), _copies(db, row[0]) if is_copied(row) else ())
                for row in in_parts(db, f"{FOUND} WHERE quotation.row IN", rows)
            }
        return [found[row] for row in rows]

    def copied_from(self, rows: Sequence[int]) -> dict[int, str]:
        """Of those of `rows` that are copies, row → id of the earliest quotation of their group."""
        asked = (
            "SELECT copy.row, quotation.id FROM copy JOIN quotation ON quotation.row = copy.first"
            " WHERE copy.row <> copy.first AND copy.row IN"
        )
        with self._reading() as db:
            return dict(in_parts(db, asked, rows))

    def agencies(self, ids: Collection[str]) -> dict[str, str]:
        """Article id → agency, of those of `ids` that say to be an agency's."""
        if not ids:
            return {}
        with self._reading() as db:
            asked = "SELECT id, agency FROM article WHERE agency IS NOT NULL AND id IN"
            return dict(in_parts(db, asked, sorted(ids)))

    def has_article(self, id_: str) -> bool:
        """Whether there is an article with this id."""
        with self._reading() as db:
            return db.execute("SELECT 1 FROM article WHERE id = ?", (id_,)).fetchone() is not None

    def addressed(self, part: str) -> list[tuple[str, str]]:
        """Id and web address of the articles whose address holds `part`, in any capitals of ASCII."""
        with self._reading() as db:
            return db.execute("SELECT id, url FROM article WHERE instr(lower(url), lower(?)) > 0", (part,)).fetchall()

    def rows_of(self, id_: str) -> list[int]:
        """The rows of the quotations of an article, in order of their places."""
        asked = "SELECT quotation.row FROM quotation JOIN article ON article.row = article WHERE article.id = ?"
        with self._reading() as db:
            return [row for (row,) in db.execute(f"{asked} ORDER BY quotation.row", (id_,))]

    def article_of(self, row: int) -> str:
        """The id of the article of a quotation (KeyError: there is no such row)."""
        asked = "SELECT article.id FROM quotation JOIN article ON article.row = article WHERE quotation.row = ?"
        with self._reading() as db:
            found = db.execute(asked, (row,)).fetchone()
        if found is None:
            raise KeyError(row)
        return str(found[0])

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
            return dict(in_parts(db, "SELECT search_hash, row FROM quotation WHERE search_hash IN", sorted(hashes)))

    def lexical_rows(self, rows: Sequence[int] | None = None) -> Iterator[tuple[int, str]]:
        """Row and text for the words of these quotations (rising), of all of them without `rows`; rising."""
        with self._reading() as db:
            if rows is None:
                yield from db.execute("SELECT row, search_text FROM quotation ORDER BY row")
            else:
                found = dict(in_parts(db, "SELECT row, search_text FROM quotation WHERE row IN", rows))
                yield from ((row, found[row]) for row in rows)

    def contents(self, rows: Sequence[int] | None = None) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """Row and content of these quotations, of all of them without `rows`."""
        chosen = self.columns.rows.tolist() if rows is None else rows
        with self._reading_texts(chosen) as db:
            for row, spans in in_parts(db, "SELECT row, spans FROM quotation WHERE row IN", chosen):
                yield row, tuple(Span(*span) for span in orjson.loads(spans))

    def said(self, rows: Sequence[int]) -> Iterator[Any]:
        """Row, article, date, kind and pieces of these quotations, name and roles of who said them (None: nobody)."""
        with self._reading_texts(rows) as db:
            yield from in_parts(
                db,
                f"{SAID} WHERE quotation.row IN",
                rows,
            )

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
        for field, told in (("author", filters.authors), ("section", filters.sections), ("agency", filters.agencies)):
            if told:
                chosen.append(self.columns.of_told(field, told))
        if filters.since is not None or filters.until is not None:
            chosen.append(self.columns.of_days(filters.since, filters.until))
        return self.columns.rows[np.logical_and.reduce(chosen)] if chosen else None


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


def _copies(db: sqlite3.Connection, row: int) -> tuple[str, ...]:
    # Of all articles: `db` may have some of them in front of its own.
    found = db.execute(
        "SELECT article.id FROM copy AS this JOIN copy AS other ON other.first = this.first JOIN main.quotation AS"
        " quotation ON quotation.row = other.row JOIN main.article AS article ON article.row = quotation.article"
        " WHERE this.row = ? AND article.row <> (SELECT article FROM main.quotation WHERE row = this.row)"
        " ORDER BY other.place",
        (row,),
    )
    return tuple(dict.fromkeys(id_ for (id_,) in found))
