"""Searches under filters: how long they take beside those without one, and whether the page holds the best rows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import Encoder
from index.evaluation.made import MadeCorpus
from index.generation import current
from index.queries import GUESSES, MAX_VALUES, Filters
from index.store import Store
from index.vectors import Ids, Vectors, open_vectors
from scripts.serving import Asked, Latency, ask, ask_all, search

SHARES = (0.0001, 0.001, 0.01, 0.1, 0.5)
"""Of the rows, that a filter leaves."""
PAGE = 10
TIE = 1e-6
"""Sums of 384 products of 32-bit numbers differ by less with their order."""
BLOCK = 16_384
"""Vectors read at once."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """`rows` that the filter leaves. One client's latency, that of several and their requests a second.

    `ratio_p50`, `ratio_p95`, `ratio_per_second`: to the same sort of questions without a filter. `full`: share of the
    pages with ten hits, or as many as there are, where nothing else narrows. `exact`: share of `checked` semantic pages
    with exactly the best rows.
    """

    rows: int
    latency: Latency
    together: Latency
    per_second: float
    ratio_p50: float
    ratio_p95: float
    ratio_per_second: float
    full: float
    exact: float
    checked: int


@dataclass(frozen=True, slots=True)
class Unfiltered:
    """Questions of the same sort, naming nobody, without a filter."""

    latency: Latency
    together: Latency
    per_second: float


@dataclass(frozen=True, slots=True)
class Effort:
    """How many questions are asked of each filter: by one client, by several, and for the exact page."""

    alone: int = 100
    together: int = 200
    checked: int = 20


def count(effort: Effort) -> int:
    """Questions that `measure` asks at most."""
    return (len(SHARES) * 3 + 1) * (effort.alone + effort.together)


def measure(
    url: str, pid: int, corpus: MadeCorpus, asked: Iterator[str], effort: Effort, clients: int, truth: Truth
) -> tuple[Unfiltered, dict[str, Filtered]]:
    """Every filter of `narrowed` over the service at `url`.

    `asked` gives `count(effort)` questions that name nobody.
    """

    def both(parameters: Mapping[str, Any]) -> tuple[list[str], Asked, Asked]:
        questions = [next(asked) for _ in range(effort.alone)]
        alone = ask_all(url, pid, [search(question, **parameters) for question in questions])
        requests = [search(next(asked), **parameters) for _ in range(effort.together)]
        return questions, alone, ask_all(url, pid, requests, clients)

    _, alone, together = both({})
    plain = Unfiltered(alone.latency, together.latency, together.per_second)
    found = {}
    for name, (parameters, rows) in narrowed(corpus).items():
        questions, alone, together = both(parameters)
        # Nothing but the filter that is given narrows, so that the rows which may answer are known.
        semantic = [
            search(question, mode="semantic", ignore=GUESSES, **parameters) for question in questions[: effort.checked]
        ]
        _, pages = ask(url, semantic)
        found[name] = Filtered(
            rows=rows,
            latency=alone.latency,
            together=together.latency,
            per_second=together.per_second,
            ratio_p50=alone.latency.p50 / plain.latency.p50,
            ratio_p95=alone.latency.p95 / plain.latency.p95,
            ratio_per_second=together.per_second / plain.per_second,
            full=full(alone.answers, rows),
            exact=truth.right(pages, parameters) / len(pages),
            checked=len(pages),
        )
    return plain, found


def full(answers: Sequence[Mapping[str, Any]], rows: int) -> float:
    """The share of answers that have a whole page of hits, or as many as there are rows.

    Those of questions whose words narrow further do not count: in a stretch of an article nobody asks for "the mayor"
    and "last May", but a search takes them for it.
    """
    plain = [answer for answer in answers if not answer["understood"]["guesses"]] or answers
    return sum(len(answer["hits"]) >= min(PAGE, rows) for answer in plain) / len(plain)


def narrowed(corpus: MadeCorpus, shares: Sequence[float] = SHARES) -> dict[str, tuple[dict[str, Any], int]]:
    """Filters by what they narrow to: parameters, and the rows that they leave. Three kinds, each of `shares`.

    A kind that needs more values than a request may give is left out.
    """
    found: dict[str, tuple[dict[str, Any], int]] = {}
    for share in shares:
        wanted = max(1, round(share * corpus.size))
        for kind in ("speaker", "source"):
            values, rows = _adding_up(corpus.counted[kind], wanted)
            if len(values) <= MAX_VALUES:
                found[f"{kind} {share * 100:g}%"] = {kind: values}, rows
        since, until, rows = _days(corpus.counted["day"], wanted)
        found[f"days {share * 100:g}%"] = {"since": since, "until": until}, rows
    return found


def _adding_up(counts: Counter[str], wanted: int) -> tuple[list[str], int]:
    """Values that together have about `wanted` quotations: as few as possible, one at least."""
    chosen, rows = [], 0
    for value, of_it in counts.most_common():
        if rows + of_it <= wanted:
            chosen.append(value)
            rows += of_it
    if not chosen:
        ((value, rows),) = counts.most_common()[-1:]
        chosen = [value]
    return chosen, rows


def _days(counts: Counter[str], wanted: int) -> tuple[str, str, int]:
    """The fewest days from the middle of all on that have `wanted` quotations, and days before where these are few."""
    days = sorted(counts)
    first = last = len(days) // 2
    rows = counts[days[first]]
    while rows < wanted and (first > 0 or last + 1 < len(days)):
        if last + 1 < len(days):
            last += 1
            rows += counts[days[last]]
        else:
            first -= 1
            rows += counts[days[first]]
    return days[first], days[last], rows


class Truth:
    """The rows that are best by numpy over the vectors of the generation that answers.

    The numbers of a large index are kept in fewer than 32 bits; what is exact is the best by these.
    """

    def __init__(self, data: Path, encoder: Encoder) -> None:
        generation = current(data)
        self._store = Store(generation.store)
        self._vectors = open_vectors(generation.vectors, self._store.rows())
        self._encoder = encoder

    def right(self, answers: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]) -> int:
        """How many of these pages hold exactly the best rows under the filter, in order, each group of copies once."""
        allowed = self.allowed(parameters)
        texts = [str(answer["understood"]["searched"] or answer["question"]) for answer in answers]
        # One text at a time, as the service does: the very same vectors.
        questions = np.concatenate([self._encoder.encode([text]) for text in texts])
        return sum(
            self._right(answer, allowed, own)
            for answer, own in zip(answers, self._scores(allowed, questions), strict=True)
        )

    def allowed(self, parameters: Mapping[str, Any]) -> Ids:
        """The rows under a filter, as `scripts.serving.search` takes it."""
        speakers = [
            [id_ for name in names for id_ in self._store.speakers_named(name)]
            for names in [parameters.get("speaker")]
            if names is not None
        ]
        since, until = (
            None if given is None else dt.date.fromisoformat(given)
            for given in (parameters.get("since"), parameters.get("until"))
        )
        filters = Filters(sources=tuple(parameters.get("source", ())), since=since, until=until)
        found = self._store.allowed(filters, speakers)
        return self._store.rows() if found is None else found

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def _scores(self, allowed: Ids, questions: Vectors) -> Vectors:
        """Shape (questions, rows)."""
        starts = range(0, len(allowed), BLOCK)
        blocks = [questions @ self._vectors.vectors(allowed[at : at + BLOCK]).T for at in starts]
        return np.concatenate(blocks, axis=1)

    def _right(self, answer: Mapping[str, Any], allowed: Ids, scores: Vectors) -> bool:
        rows, folded = self._store.copies.folded(allowed, scores, allowed)
        best = -np.sort(-folded)[:PAGE]
        hits = [self._store.quotation_row(hit["quotation"]["id"]) for hit in answer["hits"]]
        if len(hits) != len(best) or len(set(hits)) != len(hits) or not set(hits) <= set(rows.tolist()):
            return False
        found = folded[np.searchsorted(rows, np.array(hits, np.int64))]
        return bool(np.abs(found - best).max(initial=0) <= TIE)
