"""Articles → passages: those of the run before, those of a run that was cut off, and only what is left is worked."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from index.earlier import Earlier
from index.errors import DamagedIndexError, QuoteIndexError
from index.store import Store
from index.types import Article, Attribution, Passage
from index.unfinished import Unfinished

if TYPE_CHECKING:
    from index.build import PassageMaker, QuoteExtractor

_Before = Literal["earlier", "unfinished"]
_Waiting = deque[tuple[Article, _Before | None]]


class Working:
    """Finds the passages of articles; what is found anew is kept with what is `unfinished`.

    `fingerprints`: by the id of an article, known before it is asked for. `reused`: articles that are as they were in
    the run before; `taken_up`: that a run had worked which was cut off; both are counted as passages are given.
    """

    def __init__(
        self,
        extractor: QuoteExtractor,
        maker: PassageMaker,
        earlier: Earlier | None,
        unfinished: Unfinished,
        fingerprints: Mapping[str, str],
    ) -> None:
        self._extractor = extractor
        self._maker = maker
        self._store = None if earlier is None else earlier.store
        self._unfinished = unfinished
        self._fingerprints = fingerprints
        self._known = {} if self._store is None else self._store.reusable(extractor.version, maker.version)
        self.reused = 0
        self.taken_up = 0

    def passages(self, articles: Iterable[Article]) -> Iterator[tuple[Article, tuple[Passage, ...] | None]]:
        """Every article, in order, with its passages; None where they stay as the run before has them.

        QuoteIndexError: the extractor did not give one answer an article.
        """
        # An extractor may read ahead of what it gives back, so the articles wait here in their order.
        waiting: _Waiting = deque()
        for attributions in self._extractor.extract(self._unknown(articles, waiting)):
            yield from self._known_ones(waiting)
            if not waiting:
                raise QuoteIndexError("the extractor gave more answers than it was given articles")
            article, _ = waiting.popleft()
            passages = self._maker.make(article, _once(attributions))
            self._unfinished.keep_passages(self._fingerprints[article.id], passages)
            yield article, passages
        yield from self._known_ones(waiting)
        if waiting:
            raise QuoteIndexError(
                f"the extractor gave no answer for {len(waiting)} articles, {waiting[0][0].id!r} first"
            )

    def _unknown(self, articles: Iterable[Article], waiting: _Waiting) -> Iterator[Article]:
        for article in articles:
            before = self._before(article.id)
            waiting.append((article, before))
            if before is None:
                yield article

    def _before(self, id_: str) -> _Before | None:
        fingerprint = self._fingerprints[id_]
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
        return self._maker.make(article, [passage.attribution for passage in stored.passages])


def _once(attributions: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """One attribution a quotation, the first of each."""
    first: dict[str, Attribution] = {}
    for attribution in attributions:
        first.setdefault(attribution.quotation.id, attribution)
    return tuple(first.values())
