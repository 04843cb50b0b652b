"""What was fetched before, beside the index: asked again it costs a few bytes, and stands in where it cannot be had.

<data>/fetched.sqlite    a row an address, and for feeds and other lists a row an article; written by who rebuilds
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import orjson

from index.types import Article

_T = TypeVar("_T")

FORGOTTEN_AFTER = dt.timedelta(days=90)
"""How long an address is remembered that no run asks for."""

_TABLES = """
CREATE TABLE IF NOT EXISTS page (
    address TEXT PRIMARY KEY,  -- as the user names it, in one form
    final TEXT NOT NULL,       -- where redirects led
    etag TEXT, modified TEXT,  -- as the server gave them (RFC 9110, 8.8)
    fetched TEXT NOT NULL,     -- when the body came, UTC
    asked TEXT NOT NULL,       -- when a run last named it, UTC
    body BLOB NOT NULL         -- zlib, which tells damage
) STRICT;
CREATE TABLE IF NOT EXISTS listed (
    number INTEGER PRIMARY KEY, -- in the order in which they came
    address TEXT NOT NULL,      -- of the list
    id TEXT NOT NULL,
    article BLOB NOT NULL,      -- JSON, zlib
    UNIQUE (address, id)
) STRICT;
"""
_LIST = """
INSERT INTO listed (address, id, article) VALUES (?, ?, ?)
ON CONFLICT (address, id) DO UPDATE SET article = excluded.article
"""


@dataclass(frozen=True, slots=True)
class Version:
    """A page as it was fetched: from which address in the end, its body, when, and by what to know it again."""

    final: str
    body: bytes
    fetched: dt.datetime
    etag: str | None = None
    modified: str | None = None


class Kept:
    """The file is opened when it is first asked, and made where there is none.

    A damaged one is moved aside (`fetched.sqlite.damaged`) and begun anew: it may hold what is gone elsewhere.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db: sqlite3.Connection | None = None

    def version(self, address: str, now: dt.datetime) -> Version | None:
        """What was fetched under an address last; None where nothing was. It counts as asked for `now`."""
        query = "SELECT final, body, fetched, etag, modified FROM page WHERE address = ?"

        def read(db: sqlite3.Connection) -> tuple[Any, ...] | None:
            db.execute("UPDATE page SET asked = ? WHERE address = ?", [_said(now), address])
            row: tuple[Any, ...] | None = db.execute(query, [address]).fetchone()
            return row

        row = self._with(read, now)
        if row is None:
            return None
        try:
            return Version(row[0], zlib.decompress(row[1]), dt.datetime.fromisoformat(row[2]), row[3], row[4])
        except zlib.error:
            return None

    def keep(self, address: str, version: Version, now: dt.datetime) -> None:
        """Remember what was fetched under an address, in the place of what came before."""
        body = zlib.compress(version.body)
        row = [address, version.final, version.etag, version.modified, _said(version.fetched), _said(now), body]
        self._with(lambda db: db.execute("REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?, ?)", row), now)

    def keep_listed(self, address: str, articles: Iterable[Article], now: dt.datetime) -> None:
        """Remember what an address lists, beside what it listed before; each article in its latest version."""
        rows = [[address, article.id, zlib.compress(orjson.dumps(article))] for article in articles]

        def write(db: sqlite3.Connection) -> None:
            with db:
                db.execute("BEGIN")
                db.executemany(_LIST, rows)

        self._with(write, now)

    def listed(self, address: str, now: dt.datetime) -> Iterator[Article]:
        """All articles that were ever listed under an address, in the order in which they came first.

        One that was kept in a form that this program does not know is left out.
        """
        query = "SELECT article FROM listed WHERE address = ? ORDER BY number"
        for (article,) in self._with(lambda db: db.execute(query, [address]).fetchall(), now):
            with contextlib.suppress(ValueError, zlib.error):
                yield _form().validate_json(zlib.decompress(article))

    def close(self) -> None:
        """Close the file, where it was opened."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _with(self, work: Callable[[sqlite3.Connection], _T], now: dt.datetime) -> _T:
        try:
            return work(self._open(now))
        except sqlite3.OperationalError:  # no room, no right to write
            raise
        except sqlite3.DatabaseError:
            self.close()
            self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
        return work(self._open(now))

    def _open(self, now: dt.datetime) -> sqlite3.Connection:
        if self._db is None:
            self._db = sqlite3.connect(self.path, isolation_level=None)
            self._db.executescript(_TABLES)
            self._db.execute("DELETE FROM page WHERE asked < ?", [_said(now - FORGOTTEN_AFTER)])
            self._db.execute("DELETE FROM listed WHERE address NOT IN (SELECT address FROM page)")
        return self._db


# Reading types back from JSON is what pydantic is for; made when used, .01 s.
@functools.cache
def _form() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Article)


def _said(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
