"""Which quotations on record may be meant by pasted words: those that hold them, and those that share the most."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.comparison import Comparison, Piece, Token, compare, forms, runs, tokens, whole_words
from index.store import Store
from index.types import Span
from index.wording import WordingIndex

Rows = NDArray[np.int64]

READ = 200
"""Quotations with the very words that are read; where more have them, as with "yes", the rest are counted only."""
RARE = 24
"""Words of a quotation that look for candidates, the most telling first."""
PAIRS = 12
"""Pairs of neighbouring words that do: a quotation of common words is known by them alone."""
CANDIDATES = 40
"""Quotations that share the most words and pairs."""
ALIGNED = 8
"""Candidates that are aligned word by word: those with the longest common subsequence of words."""
LENGTH = 25
"""Words of a quotation in the mean, roughly; with the size of the corpus it tells how much agreement may be chance."""


@dataclass(frozen=True, slots=True)
class Record:
    """A quotation on record: its row, its pieces, and its words with their places in the article."""

    row: int
    spans: tuple[Span, ...]
    words: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the words pasted, explained by one record; `comparison` counts from the first word of both."""

    record: Record
    comparison: Comparison

    @property
    def whole(self) -> bool:
        """Whether the whole record is compared."""
        return self.comparison.record == (0, len(self.record.words))


class Candidates:
    """What one generation offers for one paste. What was read is kept, so make a new one for each."""

    def __init__(self, store: Store, wording: WordingIndex) -> None:
        self._store = store
        self._wording = wording
        self._spans: dict[int, tuple[Span, ...]] = {}
        self._forms: dict[int, list[str]] = {}
        self._records: dict[int, Record] = {}
        self._weights: dict[str, float] = {}
        self._near: dict[tuple[str, ...], list[Part]] = {}
        self.chance = math.log(len(wording) * LENGTH + 1)
        """Words of this weight together stand somewhere in the corpus by chance about once."""

    def knows(self, form: str) -> bool:
        """Whether any quotation holds this word."""
        return self._wording.knows(form)

    def verbatim(self, words: Sequence[Token], first: Rows | None) -> tuple[int, list[Part]]:
        """How many quotations hold these very words one after another, and those that are read, rows of `first` first.

        Whole quotations come before longer ones, then the newest.
        """
        wanted = [word.form for word in words]
        rows, counts = self._wording.phrase(wanted)
        others = np.zeros(len(rows), bool) if first is None else ~np.isin(rows, first)
        order = np.lexsort((self._store.columns.places(rows), counts != len(wanted), others))[:READ]
        parts = []
        for record in self._read(rows[order].tolist()):
            for start in runs(wanted, [word.form for word in record.words]):
                if whole_words(record.words, start, start + len(wanted)):
                    same = Piece("same", (0, len(wanted)), (start, start + len(wanted)))
                    parts.append(Part(record, Comparison((same,))))
                    break
        return len(parts) if len(rows) <= READ else len(rows), parts

    def nearest(self, words: Sequence[Token], among: Rows | None = None) -> list[Part]:
        """The quotations that share the most with these words, each with its alignment."""
        from rapidfuzz.distance import LCSseq

        wanted = tuple(word.form for word in words)
        if among is None and wanted in self._near:
            return self._near[wanted]
        rows = self._wording.sharing(self._looked_for(wanted), CANDIDATES, among)
        self._fetch(rows)
        shared = {row: LCSseq.similarity(wanted, self._forms[row]) for row in rows}
        rows.sort(key=lambda row: -shared[row])
        compared = [(record, compare(words, record.words)) for record in self._read(rows[:ALIGNED])]
        parts = [Part(record, comparison) for record, comparison in compared if comparison is not None]
        if among is None:
            self._near[wanted] = parts
        return parts

    def telling(self, words: Sequence[Token], comparison: Comparison) -> float:
        """The weight of all words that agree."""
        return sum(self._weight(word.form) for piece in comparison.same for word in words[slice(*piece.quote)])

    def _looked_for(self, wanted: Sequence[str]) -> dict[tuple[str, ...], float]:
        weights = {form: self._weight(form) for form in wanted}
        pairs = {pair: weights[pair[0]] + weights[pair[1]] for pair in itertools.pairwise(wanted)}
        looked_for: dict[tuple[str, ...], float] = {}
        for form in sorted(weights, key=lambda form: -weights[form])[:RARE]:
            looked_for[(form,)] = weights[form]
        for pair in sorted(pairs, key=lambda pair: -pairs[pair])[:PAIRS]:
            looked_for[pair] = pairs[pair]
        return looked_for

    def _weight(self, form: str) -> float:
        if form not in self._weights:
            self._weights[form] = self._wording.weight(form)
        return self._weights[form]

    def _fetch(self, rows: Sequence[int]) -> None:
        for row, spans in self._store.contents([row for row in rows if row not in self._spans]):
            self._spans[row] = spans
            self._forms[row] = [form for span in spans for form in forms(span.text)]

    def _read(self, rows: Sequence[int]) -> Iterator[Record]:
        self._fetch(rows)
        for row in rows:
            if row not in self._records:
                spans = self._spans[row]
                words = tuple(word for span in spans for word in tokens(span.text, span.start))
                self._records[row] = Record(row, spans, words)
            yield self._records[row]
