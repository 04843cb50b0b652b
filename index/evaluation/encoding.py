"""How fast texts are encoded: the exported model beside sentence-transformers on torch, in the same run."""

from __future__ import annotations

import math
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from index.encoder import Encoder

WORDS = 38
"""Of a text: the mean of the passages that are indexed."""
ROUND = 256
"""Texts that one encodes before the other takes its turn, so that what else the machine does falls on both. A rebuild
hands over some 300 at once; both sort them by length, and of 64 few have as many tokens (3.8 times for 4.3)."""
ROUNDS = 4
QUERIES = 200


@dataclass(frozen=True, slots=True)
class Speed:
    """Texts a second, the median of the rounds; milliseconds a query, one at a time."""

    texts_per_second: float
    query_p50: float
    query_p95: float


@dataclass(frozen=True, slots=True)
class Encoding:
    """Both, on the same texts; `cosine`: the least between their vectors. A ratio above 1: the exported is faster."""

    texts: int
    queries: int
    exported: Speed
    reference: Speed
    cosine: float

    @property
    def ratios(self) -> dict[str, float]:
        """How many times faster the exported one is, figure by figure."""
        here, there = self.exported, self.reference
        return {
            "texts_per_second": here.texts_per_second / there.texts_per_second,
            "query_p50": there.query_p50 / here.query_p50,
            "query_p95": there.query_p95 / here.query_p95,
        }


def compare(
    exported: Encoder, reference: Encoder, sources: Sequence[str], queries: Sequence[str], rounds: int = ROUNDS
) -> Encoding:
    """Let both encode the same `rounds` × ROUND texts cut from `sources`, in turn, then every query in turn."""
    both = (exported, reference)
    texts = stretches(sources, rounds * ROUND)
    seconds: tuple[list[float], list[float]] = ([], [])
    waits: tuple[list[float], list[float]] = ([], [])
    least = 1.0
    for encoder in both:
        encoder.encode(texts[:ROUND])
    for start in range(0, len(texts), ROUND):
        found = []
        for encoder, times in zip(both, seconds, strict=True):
            started = time.perf_counter()
            found.append(encoder.encode(texts[start : start + ROUND]))
            times.append(time.perf_counter() - started)
        least = min(least, float((found[0] * found[1]).sum(axis=1).min()))
    for encoder, times in zip(both, waits, strict=True):
        encoder.encode(queries[:1])
        for query in queries:
            started = time.perf_counter()
            encoder.encode([query])
            times.append((time.perf_counter() - started) * 1000)
    speeds = [
        Speed(ROUND / statistics.median(one), _rank(times, 0.5), _rank(times, 0.95))
        for one, times in zip(seconds, waits, strict=True)
    ]
    return Encoding(len(texts), len(queries), speeds[0], speeds[1], least)


def stretches(sources: Sequence[str], count: int) -> list[str]:
    """`count` different texts of WORDS words, each from another place; where the sources end they begin again."""
    words = re.findall(r"\S+", " ".join(sources))
    step = max(1, len(words) // count)
    texts = []
    for number in range(count):
        place = number * step % len(words)
        turned = words[place:] + words[:place] if place + WORDS > len(words) else words[place : place + WORDS]
        texts.append(f"{number} " + " ".join(turned[: WORDS - 1]))
    return texts


def printed(found: Encoding) -> str:
    """The figures in one line."""
    here, there, ratios = found.exported, found.reference, found.ratios
    return (
        f"encode    {here.texts_per_second:.0f} texts/s of {WORDS} words, {ratios['texts_per_second']:.1f} times"
        f" sentence-transformers on torch ({there.texts_per_second:.0f}); one query p50 {here.query_p50:.1f} ms,"
        f" p95 {here.query_p95:.1f} ms ({there.query_p50:.1f}, {there.query_p95:.1f}); cosine at least"
        f" {found.cosine:.3f}"
    )


def _rank(times: Sequence[float], share: float) -> float:
    return sorted(times)[math.ceil(share * len(times)) - 1]
