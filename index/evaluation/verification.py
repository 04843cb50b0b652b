"""How often the verdict on a pasted quotation is right: over mutations of the quotations of an index made for it."""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.build import QuoteExtractor, rebuild
from index.document.layout import lay_out
from index.evaluation.mutations import FEWEST, Mutation, Said, mutations
from index.searcher import Searcher, Verification
from index.types import Article, Attribution
from index.verdicts import MAX_QUOTE

LEFT_OUT = 0.15
"""Share of the articles that are left out of the index; what is said in them is not on record."""


class NoEncoder:
    """Vectors that mean nothing: verification asks for none."""

    name = "none"
    fingerprint = "0" * 64
    dimension = 1

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Ones, of shape (len(texts), 1)."""
        return np.ones((len(texts), 1), np.float32)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A mutation with another verdict than the right one."""

    mutation: Mutation
    verification: Verification


@dataclass(frozen=True, slots=True)
class Result:
    """Right verdicts and all of them by kind of mutation; those that were wrong; milliseconds of each."""

    right: Counter[str]
    all: Counter[str]
    wrong: tuple[Wrong, ...]
    stitched: tuple[int, int]
    """Of the stitched quotations called altered: how many were said to be stitched, of how many."""
    milliseconds: tuple[float, ...]

    @property
    def share(self) -> float:
        """Share of the verdicts that are right."""
        return self.right.total() / self.all.total()

    @property
    def changed_verbatim(self) -> int:
        """Quotations with a changed, missing or added word that were called verbatim; there must be none."""
        return sum(one.mutation.verdict == "altered" and one.verification.verdict == "verbatim" for one in self.wrong)

    def as_json(self) -> dict[str, object]:
        """The figures by name."""
        kinds = {name: {"right": self.right[name], "of": self.all[name]} for name in self.all}
        p50, p95 = np.percentile(self.milliseconds, (50, 95)).tolist()
        return {
            "mutations": self.all.total(),
            "right": round(self.share, 4),
            "changed words called verbatim": self.changed_verbatim,
            "stitched said so": f"{self.stitched[0]} of {self.stitched[1]}",
            "p50 ms": round(p50, 2),
            "p95 ms": round(p95, 2),
            "kinds": kinds,
        }


def evaluate(
    articles: Sequence[Article], extractor: QuoteExtractor, each: int, seed: int = 0, always: Sequence[Article] = ()
) -> Result:
    """Index most of `articles`, and all of `always`; then verify at most `each` mutations of every kind."""
    shuffled = random.Random(seed).sample(articles, len(articles))
    count = round(len(shuffled) * LEFT_OUT)
    left_out, indexed = shuffled[:count], [*always, *shuffled[count:]]
    unsaid = [
        attribution.quotation.text
        for attributions in extractor.extract(left_out)
        for attribution in attributions
        if len(attribution.quotation.text.split()) >= FEWEST
    ]
    unsaid += [text for article in left_out for text in _narrated(article, ())]
    with tempfile.TemporaryDirectory() as folder:
        rebuild(indexed, Path(folder), extractor=extractor, encoder=NoEncoder())
        with Searcher.open(Path(folder)) as searcher:
            known = [searcher.article(article.id) for article in indexed]
            said = [_said(one) for _, attributions in known for one in attributions]
            unsaid += [text for article, attributions in known for text in _narrated(article, attributions)]
            return measure(searcher, list(mutations(said, unsaid, each, seed)))


def measure(searcher: Searcher, made: Sequence[Mutation]) -> Result:
    """Verify every mutation."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    wrong, stitched, told, taken = [], 0, 0, []
    for mutation in made:
        started = time.perf_counter()
        found = searcher.verify(mutation.quote, mutation.speaker)
        taken.append((time.perf_counter() - started) * 1000)
        every[mutation.name] += 1
        if found.verdict == mutation.verdict:
            right[mutation.name] += 1
            stitched += mutation.stitched
            told += mutation.stitched and found.stitched
        else:
            wrong.append(Wrong(mutation, found))
    return Result(right, every, tuple(wrong), (told, stitched), tuple(taken))


def printed(result: Result, errors: int = 0) -> str:
    """Right verdicts by kind, then over all; with `errors` the first of each kind that were wrong."""
    lines = [
        f"{name:32s} {result.right[name]:5d} of {count:5d}  {result.right[name] / count:7.1%}"
        for name, count in result.all.items()
    ]
    lines += ["", f"{'all':32s} {result.right.total():5d} of {result.all.total():5d}  {result.share:7.2%}"]
    figures = result.as_json()
    lines += [f"{name:32s} {figures[name]}" for name in list(figures)[2:6]]
    shown: Counter[str] = Counter()
    for one in result.wrong:
        shown[one.mutation.name] += 1
        if shown[one.mutation.name] <= errors:
            lines.append(f"{one.mutation.name}: {one.verification.verdict}: {one.mutation.quote!r}")
    return "\n".join(lines)


def _said(attribution: Attribution) -> Said:
    speaker = attribution.speaker
    if speaker is None or speaker.kind == "unnamed":
        return Said(attribution.quotation.text, None)
    return Said(attribution.quotation.text, speaker.id, speaker.name if speaker.kind == "person" else None)


def _narrated(article: Article, attributions: Sequence[Attribution]) -> Iterator[str]:
    """The sentences of an article in which nobody is quoted."""
    layout = lay_out(article)
    for paragraph, first, last in layout.sentences():
        start, end = layout.bounds(paragraph, first, last)
        text = article.text[start:end]
        quoted = any(span.start < end and start < span.end for one in attributions for span in one.quotation.spans)
        if not quoted and len(text.split()) >= FEWEST and len(text) <= MAX_QUOTE and any(map(str.isalpha, text)):
            yield text
