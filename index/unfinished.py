"""What a rebuild has worked so far: one that is cut off goes on where it was, at the next call.

    <data>/unfinished.sqlite    gone as soon as the new generation answers

Extraction and embedding are all but a hundredth of a rebuild's time, so their results alone are kept: passages by the
fingerprint of their article, vectors by the hash of their texts. Nothing is used that other versions or another model
made. Every entry carries a checksum: it is not waited until it is on the disk, and a power failure may leave less.
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3
import zlib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from index.types import Passage
from index.vectors import Vectors

AT_ONCE = 500
"""Values in one IN (...)."""
COMMIT_EVERY = 8
"""Articles after which what they gave is committed: a parcel of the processes that work them."""
WORTH_KEEPING = 48
"""Articles from which anything is written: so many are under way, and lost in any case, with two processes."""
WORTH_KEEPING_VECTORS = 1024
"""Passages from which vectors are: two seconds' work."""

_TABLES = """
CREATE TABLE IF NOT EXISTS made (by TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS worked (fingerprint TEXT PRIMARY KEY, passages BLOB, sum INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS encoded (hash TEXT PRIMARY KEY, vectors BLOB, sum INTEGER) STRICT;
"""


class Unfinished:
    """The one writer's. `extracted_by`, `encoded_by`: versions and model; what others made is dropped.

    `anew`: use nothing of an earlier run.
    """

    def __init__(self, path: Path, extracted_by: str, encoded_by: str, *, anew: bool = False) -> None:
        self.path = path
        self._made = extracted_by, encoded_by
        self._known: set[str] = set()
        self._worked: list[tuple[str, bytes, int]] = []
        self._encoded: list[tuple[str, bytes, int]] = []
        self._db: sqlite3.Connection | None = None
        if anew:
            self.remove()
        if path.exists():
            self._open()

    def _open(self) -> sqlite3.Connection:
        """The file, with what may be used of it; anew where it cannot be read, since it only saves time."""
        try:
            return self._opened()
        except sqlite3.DatabaseError:
            self.remove()
        try:
            return self._opened()
        except sqlite3.Error:
            self.remove()
            raise

    def _opened(self) -> sqlite3.Connection:
        self._db = db = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        db.create_function("crc32", 1, zlib.crc32, deterministic=True)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = OFF")
        db.executescript(_TABLES)
        before = {by for (by,) in db.execute("SELECT by FROM made")}
        tables = list(zip(("worked", "encoded"), self._made, strict=True))
        for table, by in tables:
            if f"{table} {by}" not in before:
                db.execute(f"DELETE FROM {table}")
        db.execute("DELETE FROM made")
        db.executemany("INSERT INTO made VALUES (?)", [[f"{table} {by}"] for table, by in tables])
        db.execute("DELETE FROM worked WHERE crc32(passages) <> sum")
        self._known = {fingerprint for (fingerprint,) in db.execute("SELECT fingerprint FROM worked")}
        return db

    def holds(self, fingerprint: str) -> bool:
        """Whether an article with this fingerprint was worked."""
        return fingerprint in self._known

    def passages(self, fingerprint: str) -> tuple[Passage, ...]:
        """The passages of an article that it holds."""
        assert self._db is not None
        (payload,) = self._db.execute("SELECT passages FROM worked WHERE fingerprint = ?", [fingerprint]).fetchone()
        return tuple(_passages().validate_python(orjson.loads(payload)))

    def keep_passages(self, fingerprint: str, passages: Sequence[Passage]) -> None:
        """Keep the passages of an article."""
        payload = orjson.dumps(passages)
        self._worked.append((fingerprint, payload, zlib.crc32(payload)))
        if len(self._worked) >= (WORTH_KEEPING if self._db is None else COMMIT_EVERY):
            self._write()

    def vectors(self, hashes: Collection[str], dimension: int) -> dict[str, Vectors]:
        """Of each hash that was encoded the vectors of passage and quotation, shape (2, dimension)."""
        found: dict[str, Vectors] = {}
        if self._db is None:
            return found
        listed = list(hashes)
        for start in range(0, len(listed), AT_ONCE):
            part = listed[start : start + AT_ONCE]
            marks = ",".join("?" * len(part))
            for hash_, payload, sum_ in self._db.execute(f"SELECT * FROM encoded WHERE hash IN ({marks})", part):
                if zlib.crc32(payload) == sum_ and len(payload) == 8 * dimension:
                    found[hash_] = np.frombuffer(payload, "<f4").reshape(2, dimension)
        return found

    def keep_vectors(self, hashes: Iterable[str], vectors: Iterable[Vectors]) -> None:
        """Keep a pair of vectors, shape (2, d), for each hash."""
        pairs = zip(hashes, (both.astype("<f4").tobytes() for both in vectors), strict=True)
        self._encoded += ((hash_, both, zlib.crc32(both)) for hash_, both in pairs)
        if self._db is not None or len(self._encoded) >= WORTH_KEEPING_VECTORS:
            self._write()

    def _write(self) -> None:
        """Let everything kept so far outlive this process."""
        db = self._db or self._open()
        db.execute("BEGIN")
        db.executemany("REPLACE INTO worked VALUES (?, ?, ?)", self._worked)
        db.executemany("REPLACE INTO encoded VALUES (?, ?, ?)", self._encoded)
        db.execute("COMMIT")
        self._worked, self._encoded = [], []

    def close(self) -> None:
        """Keep what is there, for another run."""
        if self._db is not None:
            with contextlib.suppress(sqlite3.Error):
                self._write()
            self._db.close()

    def remove(self) -> None:
        """Forget everything."""
        if self._db is not None:
            self._db.close()
            self._db = None
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + ending).unlink(missing_ok=True)


# Reading types back from JSON is what pydantic is for; made when used, .01 s.
@functools.cache
def _passages() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(list[Passage])
