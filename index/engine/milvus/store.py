"""A store of which a file here has the catalogue and a server the texts."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.engine.milvus.catalogue import LETTER, Overlay, articles_of, unpacked
from index.engine.milvus.records import Records
from index.errors import DamagedIndexError
from index.store import Store


class ServedStore(Store):
    """Thread safe, as any store; every call that reads texts may raise EngineAwayError."""

    def __init__(self, catalogue: Path, records: Records) -> None:
        super().__init__(catalogue)
        self._records = records
        self._overlays: deque[Overlay] = deque()

    def fingerprints(self) -> dict[str, str]:
        """Article id → SHA-256 over the article."""
        with self._reading() as db:
            return dict(db.execute("SELECT id, fingerprint FROM article").fetchall())

    def hashes_of(self, id_: str) -> list[tuple[str, str]]:
        """Of each passage of an article, in order of their rows: the id of its quotation, a hash of where its words
        stand, as the catalogue has it; and SHA-256 over what is embedded of it.
        """
        with self._reading_texts(self.rows_of(id_), id_) as db:
            return db.execute("SELECT id, search_hash FROM quotation ORDER BY row").fetchall()

    def close(self) -> None:
        """Close every connection to the catalogue; that to the server is of whoever opened this."""
        super().close()
        with contextlib.suppress(IndexError):
            while True:
                self._overlays.pop().db.close()

    @contextlib.contextmanager
    def _reading_texts(self, rows: Sequence[int], article: str | None = None) -> Iterator[sqlite3.Connection]:
        with self._reading() as db:
            articles = articles_of(db, rows)
            if article is not None:
                found = db.execute("SELECT row FROM article WHERE id = ?", (article,)).fetchall()
                articles = list(dict.fromkeys([*articles, *(row for (row,) in found)]))
        keys = {f"{LETTER['quotation']}{row}": row for row in dict.fromkeys(rows)}
        article_keys = {f"{LETTER['article']}{row}": row for row in articles}
        records = self._records.get([*keys, *article_keys])
        try:
            overlay = self._overlays.pop()
        except IndexError:
            overlay = Overlay(self._connect())
        try:
            overlay.fill("quotation", {row: unpacked(key, records[key]) for key, row in keys.items()})
            overlay.fill("article", {row: unpacked(key, records[key]) for key, row in article_keys.items()})
            yield overlay.db
        except sqlite3.DatabaseError as error:
            overlay.db.close()
            raise DamagedIndexError(
                f"{self.path}: SQLite cannot read it ({error}); run `attributed rebuild`"
            ) from error
        except BaseException:
            overlay.db.close()
            raise
        if self._closed:
            overlay.db.close()
        else:
            self._overlays.append(overlay)
