"""A finished SQLite file, opened read-only: connections for whoever asks, and what is checked of it."""

from __future__ import annotations

import contextlib
import sqlite3
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from index.errors import DamagedIndexError

MANY = 500
"""Values in one IN (...): SQLite takes 32766, smaller lists keep its statement cache useful."""


class Database:
    """Thread safe: every call takes a connection of its own from a pool."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False
        self._finalise = weakref.finalize(self, _close_all, self._idle)

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


def in_parts(db: sqlite3.Connection, statement: str, values: Iterable[Any]) -> Iterator[Any]:
    """The rows of a statement that ends in IN, MANY values at a time."""
    listed = list(values)
    for start in range(0, len(listed), MANY):
        part = listed[start : start + MANY]
        yield from db.execute(f"{statement} ({','.join('?' * len(part))})", part)


def _close_all(connections: deque[sqlite3.Connection]) -> None:
    with contextlib.suppress(IndexError):
        while True:
            connections.pop().close()
