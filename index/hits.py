"""Rows → hits: what is shown of each quotation, read from the store, a page at once or all of them batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.highlights import highlights
from index.lexical import LexicalIndex
from index.queries import Exported
from index.store import Store
from index.types import Article, Highlights, Hit, Passage

Ids = NDArray[np.int64]

BATCH = 200
"""Quotations that are read at once where all are wanted: with their articles some 1 MB."""


class Hits:
    """What of one generation is shown."""

    def __init__(self, store: Store, words: LexicalIndex) -> None:
        self._store = store
        self._words = words

    def at(
        self, rows: Ids, scores: Sequence[float | None], first: int, asked: Sequence[str] | None = None
    ) -> tuple[Hit, ...]:
        """The hits at `rows`, ranks from `first` on; where terms are `asked` for, with what answers in each."""
        found = self._store.passages(rows.tolist())
        marked = [None] * len(found) if asked is None else self._highlights([one for one, _, _ in found], asked)
        agencies = self._store.agencies({id_ for _, _, also_in in found for id_ in also_in})
        return tuple(
            Hit(first + place, score, passage, article, also_in, highlighted, _agency(article, also_in, agencies))
            for place, ((passage, article, also_in), score, highlighted) in enumerate(
                zip(found, scores, marked, strict=True)
            )
        )

    def exported(
        self,
        rows: Ids,
        scores: Sequence[float] | None = None,
        asked: Sequence[str] | None = None,
        *,
        holding: object = None,
    ) -> Iterator[Exported]:
        """All of `rows`, BATCH of them in memory at once. Between two of them nothing of the store is in use.

        `holding` lives as long as they are read: the Searcher, which holds the files against removal.
        """
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            scored = [None] * len(batch) if scores is None else scores[start : start + BATCH]
            firsts = self._store.copied_from(batch.tolist())
            for row, hit in zip(batch.tolist(), self.at(batch, scored, start + 1, asked), strict=True):
                yield Exported(hit, firsts.get(row))
        del holding  # not before

    def _highlights(self, passages: Sequence[Passage], asked: Sequence[str]) -> list[Highlights | None]:
        """What of each passage answers who asks for these terms."""
        weights = dict(zip(asked, self._words.weights(asked), strict=True))
        return [highlights(passage, self._words.words(passage.span.text), weights) for passage in passages]


def _agency(article: Article, also_in: Sequence[str], agencies: Mapping[str, str]) -> str | None:
    """The one agency that an article and its copies name; None where they name none or several, or there is no copy."""
    named = {article.agency, *map(agencies.get, also_in)} - {None} if also_in else set()
    return named.pop() if len(named) == 1 else None
