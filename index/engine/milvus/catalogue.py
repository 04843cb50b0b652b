"""The store without its texts, as a file of each reader, and a row's texts as a record.

What filters, facets, names and counts ask is answered by the very statements of an embedded store, over this file:
some 250 bytes a quotation. Texts come from the server, and stand in for the empty ones while a call reads them.
"""

from __future__ import annotations

import contextlib
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from index.database import in_parts
from index.errors import DamagedIndexError
from index.recorder import SCHEMA

TEXTS: Mapping[str, tuple[str, ...]] = {
    "quotation": ("spans", "cue", "source", "passage", "search_text", "spoken_text", "sentences", "search_hash"),
    "article": ("text",),
}
"""Table → the columns that a catalogue does not have."""
LETTER: Mapping[str, str] = {"quotation": "q", "article": "a"}
"""Table → what the key of a row's record begins with, in front of the row."""


def columns_of(db: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table, in order."""
    return [name for _, name, *_ in db.execute(f"PRAGMA main.table_info({table})")]


def write_catalogue(store: Path, path: Path) -> None:
    """Write the catalogue of a store into a new file (OSError or sqlite3.Error: it cannot be written)."""
    with contextlib.closing(sqlite3.connect(path.resolve().as_uri(), uri=True, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(SCHEMA.read_text("utf-8"))
        db.execute("DROP INDEX quotation_search_hash")
        db.execute("ATTACH ? AS whole", (f"{store.resolve().as_uri()}?mode=ro&immutable=1",))
        db.execute("BEGIN")
        for (table,) in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            left_out = TEXTS.get(table, ())
            chosen = ", ".join("''" if name in left_out else name for name in columns_of(db, table))
            db.execute(f"INSERT INTO main.{table} SELECT {chosen} FROM whole.{table}")
        db.execute("COMMIT")
        db.execute("ANALYZE main")


def texts_of(store: Path, table: str) -> Iterator[tuple[str, bytes]]:
    """The record of each row of a table."""
    db = sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    with contextlib.closing(db):
        for row, *texts in db.execute(f"SELECT row, {', '.join(TEXTS[table])} FROM {table} ORDER BY row"):
            yield f"{LETTER[table]}{row}", packed(texts)


def packed(texts: Sequence[str | None]) -> bytes:
    """The texts of a row as its record has them."""
    return zlib.compress(orjson.dumps(texts), 6)


def unpacked(key: str, record: bytes) -> list[str | None]:
    """What `packed` made one (DamagedIndexError: it is none)."""
    try:
        found: list[str | None] = orjson.loads(zlib.decompress(record))
    except (zlib.error, ValueError) as error:
        raise DamagedIndexError(f"record {key} cannot be read ({error}); run `attributed rebuild`") from error
    return found


class Overlay:
    """A connection to a catalogue in which some rows have their texts: tables of the same names in front of its own."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        db.execute("PRAGMA temp_store = MEMORY")
        self._put: dict[str, str] = {}
        for table, texts in TEXTS.items():
            names = columns_of(db, table)
            db.execute(f"CREATE TEMP TABLE {table} AS SELECT * FROM main.{table} WHERE 0")
            db.execute(f"CREATE INDEX temp.{table}_overlaid ON {table} (row)")
            chosen = ", ".join(f"?{texts.index(name) + 2}" if name in texts else name for name in names)
            self._put[table] = f"INSERT INTO temp.{table} SELECT {chosen} FROM main.{table} WHERE row = ?1"

    def fill(self, table: str, texts: Mapping[int, Sequence[str | None]]) -> None:
        """Let a table have these rows, and no others."""
        self.db.execute(f"DELETE FROM temp.{table}")
        self.db.executemany(self._put[table], ((row, *found) for row, found in texts.items()))


def articles_of(db: sqlite3.Connection, rows: Sequence[int]) -> list[int]:
    """The rows of the articles of quotations, each once."""
    found = (row for (row,) in in_parts(db, "SELECT DISTINCT article FROM main.quotation WHERE row IN", rows))
    return list(dict.fromkeys(found))


def restore(catalogue: Path, path: Path, texts: Mapping[str, Iterator[tuple[int, Sequence[str | None]]]]) -> None:
    """Write the whole store again: a catalogue, and of each table of TEXTS (row, texts) of all rows."""
    with contextlib.closing(sqlite3.connect(path.resolve().as_uri(), uri=True, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(SCHEMA.read_text("utf-8"))
        db.execute("ATTACH ? AS catalogue", (f"{catalogue.resolve().as_uri()}?mode=ro&immutable=1",))
        db.execute("BEGIN")
        for (table,) in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            if table not in texts:
                db.execute(f"INSERT INTO main.{table} SELECT * FROM catalogue.{table}")
                continue
            names = columns_of(db, table)
            left_out = TEXTS[table]
            chosen = ", ".join(f"?{left_out.index(name) + 2}" if name in left_out else name for name in names)
            statement = f"INSERT INTO main.{table} SELECT {chosen} FROM catalogue.{table} WHERE row = ?1"
            values: Iterator[tuple[Any, ...]] = ((row, *found) for row, found in texts[table])
            db.executemany(statement, values)
        db.execute("COMMIT")
        db.execute("ANALYZE main")
