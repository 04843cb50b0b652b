"""What was added lately, as a store without a file: articles and passages lie here as they were found.

SQLite took a third of what it costs to take an article in, and as much again whenever small parts are put together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

from index.columns import Columns
from index.copies import Folding
from index.live.worked import Made, Worked
from index.store import Store, StoredArticle
from index.types import Article, Passage, Span


@dataclass(frozen=True)
class Placed:
    """An article with its passages, and the row of its first quotation; the others follow."""

    first: int
    article: Article
    passages: tuple[Passage, ...]
    made: Made

    @classmethod
    def at(cls, first: int, worked: Worked) -> Placed:
        """An article as it was worked, its quotations from the row `first` on."""
        return cls(first, worked.article, worked.passages, worked.made)

    @property
    def rows(self) -> range:
        """The rows of its quotations."""
        return range(self.first, self.first + len(self.passages))

    @property
    def quoted(self) -> Iterator[tuple[int, Passage]]:
        """Every row with its passage."""
        return zip(self.rows, self.passages, strict=True)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of its quotations; each is a hash."""
        return tuple(passage.attribution.quotation.id for passage in self.passages)


class RecentStore(Store):
    """A few articles, rows rising: what `index.live.store` asks of a part, and nothing of speakers over the corpus."""

    def __init__(self, placed: Sequence[Placed]) -> None:
        self.placed = {one.article.id: one for one in placed}
        self._found: dict[int, tuple[Passage, Article]] = {}
        self._rows: dict[str, int] = {}
        for one in placed:
            self._found.update((row, (passage, one.article)) for row, passage in one.quoted)
            self._rows.update(zip(one.ids, one.rows, strict=True))
        self.columns = Columns.held([(one.article, one.rows, one.passages) for one in placed])
        self.copies = Folding(())

    def close(self) -> None:
        """Nothing is open."""

    def article_ids(self) -> list[str]:
        """The ids of all articles, in the order in which they came."""
        return list(self.placed)

    def article(self, id_: str, *, served: bool = False) -> StoredArticle | None:
        """An article with its passages as they were found; None where there is none."""
        del served
        one = self.placed.get(id_)
        return None if one is None else StoredArticle(one.article, one.passages, one.made.passages, one.made.extractor)

    def passages(self, rows: Sequence[int]) -> list[tuple[Passage, Article, tuple[str, ...]]]:
        """In order of `rows`: passage and article; copies are known over all parts alone."""
        return [(*self._found[row], ()) for row in rows]

    def agencies(self, ids: Collection[str]) -> dict[str, str]:
        """Article id → agency, of those of `ids` that say to be an agency's."""
        return {id_: agency for id_ in ids if (agency := self.placed[id_].article.agency) is not None}

    def has_article(self, id_: str) -> bool:
        """Whether there is an article with this id."""
        return id_ in self.placed

    def addressed(self, part: str) -> list[tuple[str, str]]:
        """Id and web address of the articles whose address holds `part`, in any capitals of ASCII."""
        wanted = _lower(part)
        return [
            (id_, one.article.url)
            for id_, one in self.placed.items()
            if one.article.url is not None and wanted in _lower(one.article.url)
        ]

    def rows_of(self, id_: str) -> list[int]:
        """The rows of the quotations of an article."""
        return list(self.placed[id_].rows) if id_ in self.placed else []

    def article_of(self, row: int) -> str:
        """The id of the article of a quotation (KeyError: there is no such row)."""
        return self._found[row][1].id

    def quotation_row(self, id_: str) -> int | None:
        """The row of a quotation by its id."""
        return self._rows.get(id_)

    def contents(self, rows: Sequence[int] | None = None) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """Row and content of these quotations, of all of them without `rows`."""
        for row in self._found if rows is None else rows:
            yield row, self._found[row][0].attribution.quotation.spans

    def said(self, rows: Sequence[int]) -> Iterator[Any]:
        """Row, article, date, kind and pieces of these quotations, name and roles of who said them (None: nobody)."""
        for row in rows:
            passage, article = self._found[row]
            quotation, speaker = passage.attribution.quotation, passage.attribution.speaker
            yield (
                row,
                article.id,
                None if article.date is None else article.date.isoformat(),
                quotation.kind,
                orjson.dumps([(span.start, span.end, span.text) for span in quotation.spans]),
                *((None, None) if speaker is None else (speaker.name, orjson.dumps(speaker.roles))),
            )

    def earliest(self) -> dt.date | None:
        """The first day of publication; None where no article has a date."""
        return min((one.article.date for one in self.placed.values() if one.article.date is not None), default=None)


def _lower(text: str) -> bytes:
    """As SQLite's lower() has it: letters of ASCII alone."""
    return text.encode("utf-8", "surrogatepass").lower()
