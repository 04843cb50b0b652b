"""What is searched → rows, the best first: both sides asked, every candidate scored by both, copies folded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import ranking
from index.lexical import LexicalIndex
from index.queries import Filters, Mode, Understood
from index.questions import SPEECH
from index.spoken import SpokenVectors
from index.store import Store
from index.types import QUOTATION_KINDS
from index.vectors import VectorIndex

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

KIND_WEIGHTS = np.array([ranking.KIND_WEIGHTS[kind] for kind in QUOTATION_KINDS], np.float32)

DEPTH = 500
"""Candidates from each side. It does not depend on the page, so that all pages are cut from one ranking."""
ENOUGH = 100
"""Hits that are looked for, where copies take the places of other words; a page has no more."""
DEEPER = 8
"""How many times more candidates are looked at then."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows, the best first, with their scores (1 at most), and by how much the best pass the floor of `answered`."""

    rows: Ids
    scores: Scores
    bearing: float


class Ranker:
    """The sides of one generation, asked together. `encode`: text → vector of length 1, shape (d,)."""

    def __init__(
        self,
        store: Store,
        vectors: VectorIndex,
        spoken: SpokenVectors,
        words: LexicalIndex,
        encode: Callable[[str], Scores],
    ) -> None:
        self._store = store
        self._vectors = vectors
        self._spoken = spoken
        self._words = words
        self._encode = encode

    def ranked(self, text: str, mode: Mode, understood: Understood, allowed: Ids | None) -> Ranked:
        """Rank what may answer (`allowed`, all where None) for a question `text` that was taken to mean `understood`.

        ModelError: the model is missing or is not the one that made the index (never in mode lexical).
        """
        searched = understood.searched or text
        vector = None if mode == "lexical" else self._encode(searched)
        depth = DEPTH
        while True:
            rows, dense, lexical, cut_off = self._candidates(searched, mode, vector, allowed, depth)
            scores = self._scores(mode, vector, rows, dense, lexical, understood)
            shown, shown_scores = self._store.copies.folded(rows, scores, allowed)
            if not cut_off or len(shown) >= min(ENOUGH, depth):
                break
            depth *= DEEPER
        best = ranking.order(scores, self._store.columns.places(rows))
        among = len(self._vectors) if allowed is None else len(allowed)
        bearing = self._bearing(understood, text, vector, rows[best], dense[best], among)
        best = ranking.order(shown_scores, self._store.columns.places(shown))
        return Ranked(shown[best], shown_scores[best], bearing)

    def asked_for(self, text: str, understood: Understood) -> list[str]:
        """The terms of a question, each once, without the names of those whose words are asked for."""
        speakers = understood.speakers
        terms = list(dict.fromkeys(self._words.terms(understood.searched if speakers else text)))
        if speakers:
            records = [record.speaker for record in map(self._store.speaker, speakers) if record is not None]
            names = " ".join(name for speaker in records for name in (speaker.name, *speaker.aliases))
            dropped = {*self._words.terms(names), *self._words.terms(SPEECH)}
            terms = [term for term in terms if term not in dropped]
        return terms

    def _candidates(
        self, text: str, mode: Mode, vector: Scores | None, allowed: Ids | None, depth: int
    ) -> tuple[Ids, Scores, Scores, bool]:
        """Rows that either side offers, rising; their cosines and BM25 scores; whether there may be more of them."""
        near = worded = np.zeros(0, np.int64)
        bm25 = np.zeros(0, np.float32)
        if vector is not None:
            near = self._vectors.search(vector, depth, allowed)[0]
        if mode != "semantic":
            worded, bm25 = self._words.search(text, depth, allowed)
        rows = np.union1d(near, worded)
        dense = np.zeros(len(rows), np.float32) if vector is None else self._vectors.scores(vector, rows)
        lexical = np.zeros(len(rows), np.float32)
        lexical[np.searchsorted(rows, worded)] = bm25
        if len(worded) == depth:  # what the vectors offered may share words too
            missing = np.flatnonzero(~np.isin(rows, worded))
            lexical[missing] = self._words.scores(text, rows[missing])
        return rows, dense, lexical, depth in (len(near), len(worded))

    def _scores(
        self, mode: Mode, vector: Scores | None, rows: Ids, dense: Scores, lexical: Scores, understood: Understood
    ) -> Scores:
        """One score a row, 1 at most."""
        if mode == "semantic":
            return np.minimum(dense, 1)
        if mode == "lexical" or vector is None:
            return ranking.over_maximum(lexical)
        blended = ranking.blend(self._apart(vector, rows, dense, lexical), lexical)
        scores: Scores = blended * KIND_WEIGHTS[self._store.columns.kinds(rows)]
        if understood.likely:
            likely = self._store.allowed(Filters(), [understood.likely])
            scores = ranking.raised(scores, np.isin(rows, () if likely is None else likely))
        return scores

    def _apart(self, vector: Scores, rows: Ids, dense: Scores, lexical: Scores) -> Scores:
        """The cosines of `rows` without what the nearest of them share with each other (see `ranking.apart`)."""
        alike = self._vectors.vectors(rows[ranking.nearest(dense, lexical)])
        if not len(alike):
            return dense
        centre: Scores = alike.mean(axis=0)
        return ranking.apart(
            dense, self._vectors.scores(centre, rows), float(centre @ vector), ranking.alikeness(alike)
        )

    def _bearing(
        self, understood: Understood, text: str, vector: Scores | None, rows: Ids, dense: Scores, among: int
    ) -> float:
        """How well anything on record bears on the question; `rows` are the best first, `among` could answer."""
        terms = self.asked_for(text, understood)
        weights = self._words.weights(terms)
        texts = self._store.lexical_texts(rows[: ranking.LOOKED_AT].tolist())
        carrying = [set(self._words.terms(text)) for text in texts]
        cosine = None
        if vector is not None:
            looked_at = slice(ranking.WEIGHED)
            said = self._spoken.scores(vector, rows[looked_at])
            cosine = float(((dense[looked_at] + said) / 2).max(initial=-1.0))
        return ranking.bearing(
            ranking.Evidence(
                cosine=cosine,
                among=among,
                named=bool(understood.speakers),
                terms=len(terms),
                share=ranking.carried(terms, weights, carrying),
                unknown=ranking.unknown(weights, self._words.frequencies(terms)),
            )
        )
