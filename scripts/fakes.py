"""Articles, an extractor and an encoder made for measuring the index itself: nothing is parsed, no model is run.

The articles are those of tests/articles/ with words exchanged for others of the same length, so that spans stay and no
two are alike; gold stands for the extractor and random vectors for the model.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.evaluation.articles import read_articles
from index.evaluation.attribution import GoldArticle, Quote
from index.types import Article, Attribution, Passage, Quotation, Speaker

ROOT = Path(__file__).resolve().parents[1]
WORD = re.compile(r"[^\W\d_]{4,}")
Worked = tuple[Article, tuple[Attribution, ...]]


@dataclass
class RandomEncoder:
    """A vector that looks random and is the same for the same text."""

    name: str = "random"
    fingerprint: str = "0" * 64
    dimension: int = 384

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `index.encoder.Encoder`."""
        seeds = (int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) for text in texts)
        rows = np.stack([np.random.default_rng(seed).standard_normal(self.dimension, np.float32) for seed in seeds])
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


@dataclass
class Known:
    """An extractor that was told everything: (id, text) of an article → what is said in it."""

    known: dict[tuple[str, str], tuple[Attribution, ...]] = field(default_factory=dict)
    version: str = "known"

    def learn(self, worked: Iterable[Worked]) -> None:
        """Know these too."""
        self.known.update(((article.id, article.text), found) for article, found in worked)

    def prepare(self) -> None:
        """Nothing is to be loaded."""

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        """As `index.build.QuoteExtractor`."""
        for article in articles:
            yield self.known[article.id, article.text]


class Maker:
    """Makes articles; `words` are those that are exchanged."""

    def __init__(self) -> None:
        self._gold = gold()
        self.words = sorted({word for one in self._gold for word in WORD.findall(one.article.text)})
        self._by_shape: dict[tuple[int, bool], list[str]] = {}
        for word in self.words:
            self._by_shape.setdefault(_shape(word), []).append(word)

    def article(self, number: int, seed: int) -> Worked:
        """Article `number`, its words other ones for each number and seed, and what is said in it."""
        one = self._gold[number % len(self._gold)]
        chance = random.Random(seed * 1_000_003 + number)
        other: dict[str, str] = {}

        def exchanged(found: re.Match[str]) -> str:
            alike = self._by_shape[_shape(found[0])]
            return other.setdefault(found[0], chance.choice(alike) if chance.random() < 0.5 else found[0])

        text = WORD.sub(exchanged, one.article.text)
        day = dt.date(2020, 1, 1) + dt.timedelta(chance.randrange(2000))
        made = Article(id=f"article-{number}", text=text, date=day, source=f"Paper {number % 40}")

        def attribution(quote: Quote) -> Attribution:
            spans = tuple(made.span(start, end) for start, end in quote.spans)
            quotation = Quotation(made.id, quote.kind or "direct", spans)
            if quote.speaker_name is None:
                return Attribution(quotation)
            name = WORD.sub(exchanged, quote.speaker_name)
            return Attribution(quotation, Speaker(name.lower().replace(" ", "-"), name, "person"), "gold", 0.9)

        return made, tuple(attribution(quote) for quote in one.quotes)


@functools.cache
def gold() -> list[GoldArticle]:
    """The written articles of tests/articles/."""
    return [one.gold for one in read_articles(ROOT / "tests" / "articles")]


def _shape(word: str) -> tuple[int, bool]:
    return len(word), word[0].isupper()


def passages(made: Article, found: Sequence[Attribution]) -> tuple[Passage, ...]:
    """Each quotation with what stands around it."""
    cut = (made.span(max(0, one.quotation.start - 80), min(len(made.text), one.quotation.end + 80)) for one in found)
    return tuple(Passage(one, span, span.text) for one, span in zip(found, cut, strict=True))
