"""What is done with articles: their quotations found, their passages made.

A process that starts loads this and little else, so that it takes little memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import QuoteIndexError
from index.types import Article, Attribution, Passage
from index.workers.work import Failed, Mapper, Work

if TYPE_CHECKING:
    from index.build import QuoteExtractor

PARCEL = 8
PARCEL_CHARACTERS = 60_000
"""Articles, and characters of them, that are worked together."""


@dataclass(frozen=True)
class Quotations(Work[Article, tuple[Attribution, ...]]):
    """Articles → what is said in each, and by whom."""

    extractor: QuoteExtractor
    name = "the extractor"

    def run(self, batch: Sequence[Article]) -> Iterable[tuple[Attribution, ...]]:
        """As `index.build.QuoteExtractor.extract`."""
        return self.extractor.extract(batch)

    def key(self, batch: Sequence[Article]) -> str:
        """The articles and the version of the extractor."""
        return key([self.extractor.version], batch)

    def weight(self, item: Article) -> int:
        """Its characters."""
        return len(item.text)

    def named(self, item: Article) -> str:
        """By its id."""
        return f"article {item.id!r}"


@dataclass(frozen=True)
class Passages(Work[Article, tuple[Passage, ...]]):
    """Articles → the passages of each, one a quotation. `version` and `make` as in `index.build.PassageMaker`."""

    extractor: QuoteExtractor
    version: str
    make: Callable[[Article, Sequence[Attribution]], tuple[Passage, ...]]
    name = "the extractor"

    def prepare(self) -> None:
        """Let the extractor load what it needs."""
        self.extractor.prepare()

    def run(self, batch: Sequence[Article]) -> Iterator[tuple[Passage, ...]]:
        """As `make` over what is extracted."""
        articles = iter(batch)
        for attributions in self.extractor.extract(batch):
            article = next(articles, None)
            # That there are too many answers is for whoever counts them to tell.
            yield () if article is None else self.make(article, once(attributions))

    def key(self, batch: Sequence[Article]) -> str:
        """The articles and both versions."""
        return key([self.extractor.version, self.version], batch)

    def weight(self, item: Article) -> int:
        """Its characters."""
        return len(item.text)

    def named(self, item: Article) -> str:
        """By its id."""
        return f"article {item.id!r}"


def once(attributions: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """One attribution a quotation, the first of each."""
    first: dict[str, Attribution] = {}
    for attribution in attributions:
        first.setdefault(attribution.quotation.id, attribution)
    return tuple(first.values())


def parcels(articles: Iterable[Article]) -> Iterator[list[Article]]:
    """Articles as they are worked together."""
    parcel: list[Article] = []
    characters = 0
    for article in articles:
        parcel.append(article)
        characters += len(article.text)
        if len(parcel) == PARCEL or characters >= PARCEL_CHARACTERS:
            yield parcel
            parcel, characters = [], 0
    if parcel:
        yield parcel


def quotations(
    mapper: Mapper, extractor: QuoteExtractor, articles: Iterable[Article]
) -> Iterator[tuple[Attribution, ...]]:
    """The attributions of each article, in order; reads ahead of what it gives back.

    Raises:
        QuoteIndexError: an article cannot be worked, and is named; process after process died.
    """
    waiting: list[list[Article]] = []

    def noted() -> Iterator[list[Article]]:
        for parcel in parcels(articles):
            waiting.append(parcel)
            yield parcel

    for answers in mapper.map(Quotations(extractor), noted()):
        for article, found in zip(waiting.pop(0), answers, strict=True):
            if isinstance(found, Failed):
                raise QuoteIndexError(f"article {article.id!r} {found.reason}")
            yield found


def key(versions: Iterable[str], articles: Iterable[Article]) -> str:
    """SHA-256 over what makes a batch of articles what it is."""
    from index.earlier import fingerprint

    return hashlib.sha256("\n".join([*versions, *map(fingerprint, articles)]).encode()).hexdigest()
