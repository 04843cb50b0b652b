"""What was posted as a source of every rebuild: it stays on record until deleted, and what was deleted stays away.

An article that was posted goes before one of the same id from a file; one that was deleted is not taken from any file
until it is posted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import ArticleError
from index.live import journal
from index.live.worked import article_of
from index.types import Article


@dataclass(frozen=True, slots=True)
class Posted:
    """The journal as it was read: `number` of its last record, and of each id the number of the record that counts."""

    data: Path
    number: int
    added: dict[str, int]
    removed: frozenset[str]

    @classmethod
    def read(cls, data: Path) -> Posted:
        """What was posted and deleted up to now (DamagedIndexError: a record is not as it was written)."""
        number, added, removed = 0, {}, set()
        for record in journal.read(data):
            number = record.number
            if record.operation == "add":
                added[record.id] = number
                removed.discard(record.id)
            elif record.id:
                added.pop(record.id, None)
                removed.add(record.id)
        return cls(data, number, added, frozenset(removed))

    def articles(self) -> Iterator[Article]:
        """Every article that was posted and is not deleted."""
        for record in journal.read(self.data):
            if self.added.get(record.id) == record.number:
                yield article_of(record.payload)

    def with_all(self, sources: Iterable[Article | ArticleError]) -> Iterable[Article | ArticleError]:
        """What was posted, and of the sources what was neither posted nor deleted."""
        return sources if not self.added and not self.removed else _Both(self, sources)


class _Both:
    def __init__(self, posted: Posted, sources: Iterable[Article | ArticleError]) -> None:
        self._posted = posted
        self._sources = sources

    def __iter__(self) -> Iterator[Article | ArticleError]:
        yield from self._posted.articles()
        for one in self._sources:
            if isinstance(one, ArticleError) or not (one.id in self._posted.added or one.id in self._posted.removed):
                yield one
