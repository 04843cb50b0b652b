"""Articles → passages: those of the run before, those of a run that was cut off, and only what is left is worked."""

from __future__ import annotations

import dataclasses
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from index.earlier import Earlier
from index.errors import ArticleError, DamagedIndexError
from index.language import language_of
from index.store import Store
from index.types import Article, Passage
from index.unfinished import Unfinished
from index.workers.jobs import PARCEL, PARCEL_CHARACTERS, Passages
from index.workers.work import Failed, Mapper

if TYPE_CHECKING:
    from index.build import PassageMaker, QuoteExtractor

KNOWN_TOGETHER = 256
"""Articles to a parcel at most, known ones too: where little changed, they would wait until it is full."""

_Before = Literal["earlier", "unfinished"]
_Waiting = deque[tuple[Article, _Before | None]]
_Made = tuple[Passage, ...] | ArticleError | None


class Working:
    """Finds the passages of articles; what is found anew is kept with what is `unfinished`.

    `fingerprints`: by the id of an article, known before it is asked for. `reused`: articles that are as they were in
    the run before; `taken_up`: that a run had worked which was cut off; both are counted as passages are given.
    """

    def __init__(
        self,
        extractor: QuoteExtractor,
        maker: PassageMaker,
        mapper: Mapper,
        earlier: Earlier | None,
        unfinished: Unfinished,
        fingerprints: Mapping[str, str],
    ) -> None:
        self.work = Passages(extractor, maker.version, maker.make)
        """What is done with an article that nobody knows."""
        self._mapper = mapper
        self._store = None if earlier is None else earlier.store
        self._unfinished = unfinished
        self._fingerprints = fingerprints
        self._known = {} if self._store is None else self._store.reusable(extractor.version, maker.version)
        self.reused = 0
        self.taken_up = 0

    def passages(self, articles: Iterable[Article]) -> Iterator[tuple[Article, _Made]]:
        """Every article, in order, with its passages; None where they stay as the run before has them.

        An ArticleError where it cannot be worked. An article whose passages are made has its language.

        Raises:
            QuoteIndexError: the extractor did not give one answer an article; what else `Mapper.map` raises.
        """
        # Parcels are given away ahead of what comes back, so the articles wait here in their order.
        waiting: _Waiting = deque()
        for answers in self._mapper.map(self.work, self._parcels(articles, waiting)):
            for made in answers:
                yield from self._known_ones(waiting)
                article, _ = waiting.popleft()
                if isinstance(made, Failed):
                    yield article, ArticleError(article.id, None, made.reason)
                    continue
                self._unfinished.keep_passages(self._fingerprints[article.id], made)
                yield article, made
            yield from self._known_ones(waiting)

    def _parcels(self, articles: Iterable[Article], waiting: _Waiting) -> Iterator[list[Article]]:
        parcel: list[Article] = []
        characters = together = 0
        for article in articles:
            before = self._before(article.id)
            together += 1
            if before is None:
                # Told here, where it is kept: what works the article need not tell it again.
                told = dataclasses.replace(article, language=language_of(article))
                waiting.append((told, before))
                parcel.append(told)
                characters += len(article.text)
            else:
                waiting.append((article, before))
            if len(parcel) == PARCEL or characters >= PARCEL_CHARACTERS or together == KNOWN_TOGETHER:
                yield parcel
                parcel, characters, together = [], 0, 0
        yield parcel

    def known(self, id_: str, fingerprint: str) -> bool:
        """Whether the passages of an article are known from a run before."""
        return self._from(id_, fingerprint) is not None

    def _before(self, id_: str) -> _Before | None:
        return self._from(id_, self._fingerprints[id_])

    def _from(self, id_: str, fingerprint: str) -> _Before | None:
        if id_ in self._known and self._known[id_][0] == fingerprint:
            return "earlier"
        return "unfinished" if self._unfinished.holds(fingerprint) else None

    def _known_ones(self, waiting: _Waiting) -> Iterator[tuple[Article, tuple[Passage, ...] | None]]:
        while waiting and (before := waiting[0][1]) is not None:
            article, _ = waiting.popleft()
            if before == "unfinished":
                self.taken_up += 1
                yield article, self._unfinished.passages(self._fingerprints[article.id])
            elif self._store is not None:
                self.reused += 1
                yield article, None if self._known[article.id][1] else self._made_anew(self._store, article)

    def _made_anew(self, store: Store, article: Article) -> tuple[Passage, ...]:
        stored = store.article(article.id)
        if stored is None:
            raise DamagedIndexError(f"{store.path}: article {article.id!r} is gone; run `attributed rebuild --full`")
        return self.work.make(article, [passage.attribution for passage in stored.passages])
