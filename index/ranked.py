"""What is searched → rows, the best first: both sides asked, every candidate scored by both, copies folded."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import beside, ranking, stages
from index.comparison import forms
from index.compounds import Compounds
from index.engine import Sides
from index.postings import Asked
from index.queries import Filters, Mode, Understood, folded
from index.questions import SPEECH
from index.questions.lists import frequency
from index.questions.words import quoted
from index.types import QUOTATION_KINDS
from index.vectors import Found, inner_products

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

KIND_WEIGHTS = np.array([ranking.KIND_WEIGHTS[kind] for kind in QUOTATION_KINDS], np.float32)

DEPTH = 300
"""Candidates from each side. It does not depend on the page, so that all pages are cut from one ranking."""
ENOUGH = 100
"""Hits that are looked for, where copies take the places of other words; a page has no more."""
DEEPER = 8
"""How many times more candidates are looked at then."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows, the best first, with their scores (-1 to 1), and by how much the best pass the floor of `answered`.

    `asked`: the terms that the question asks for, see `Ranker.asked_for`.
    """

    rows: Ids
    scores: Scores
    bearing: float
    asked: Sequence[str]


Blocks = tuple[Scores, Scores]
"""Vectors in two arrays of shape (n, d): gathered into one they would be copied, and each is only multiplied."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that either side offers, rising; their cosines and BM25 scores.

    `blocks`: their vectors, those that the vectors offered and those of the others, None where vectors are not asked;
    `order`: which of these, counted through, is that of each row. `cut_off`: whether there may be more rows.
    """

    rows: Ids
    dense: Scores
    lexical: Scores
    blocks: Blocks | None
    order: Ids
    cut_off: bool


class Ranker:
    """The sides of one generation, asked together."""

    def __init__(self, sides: Sides) -> None:
        self._store = sides.store
        self._vectors = sides.vectors
        self._spoken = sides.spoken
        self._words = sides.words
        self._wording = sides.wording
        self._encode = sides.encode
        self._as_recorded = Compounds(sides.words, sides.wording).as_recorded

    def ranked(self, text: str, mode: Mode, understood: Understood, allowed: Ids | None) -> Ranked:
        """Rank what may answer (`allowed`, all where None) for a question `text` that was taken to mean `understood`.

        ModelError: the model is missing or is not the one that made the index (never in mode lexical).
        """
        searched = understood.corrected or understood.searched or text
        depth = DEPTH
        very, held = self._quoted(text, allowed)
        worded = functools.partial(self._worded, self._as_recorded(searched), mode, allowed, very)
        with beside.search():
            # The model takes a third of a search, and nothing of Python's lock: the words can be asked meanwhile.
            work = functools.partial(worded, depth)
            of_words = beside.begun(work) if mode == "hybrid" else work
            vector = None if mode == "lexical" else self._encode(searched)
            stages.lap("encode")
            found = self._candidates(vector, of_words, allowed, depth)
        while True:
            rows, dense = found.rows, found.dense
            scores, alike = self._scores(mode, vector, found, understood)
            if len(very) and mode != "semantic":
                scores = ranking.raised(scores, np.isin(rows, very), ranking.QUOTED_BONUS)
            shown, shown_scores = self._store.copies.folded(rows, scores, allowed)
            if not found.cut_off or len(shown) >= min(ENOUGH, depth):
                break
            depth *= DEEPER
            found = self._candidates(vector, functools.partial(worded, depth), allowed, depth)
        best = ranking.order(scores, self._store.columns.places(rows))
        among = len(self._vectors) if allowed is None else len(allowed)
        asked = self.asked_for(text, understood)
        strange = self._strange(self._as_recorded(understood.corrected or text), asked)
        bearing = self._bearing(understood, asked, vector, rows[best], dense[best], among, alike, strange, held)
        best = ranking.order(shown_scores, self._store.columns.places(shown))
        stages.lap("blend")
        shown_scores = shown_scores if mode == "semantic" else ranking.bounded(shown_scores)
        return Ranked(shown[best], shown_scores[best], bearing, asked)

    def asked_for(self, text: str, understood: Understood) -> list[str]:
        """The terms of a question, each once, without the names of those whose words are asked for."""
        speakers = understood.speakers
        about = understood.corrected or (understood.searched if speakers else text)
        terms = list(dict.fromkeys(self._words.terms(self._as_recorded(about))))
        if speakers:
            records = [record.speaker for record in map(self._store.speaker, speakers) if record is not None]
            names = " ".join(name for speaker in records for name in (speaker.name, *speaker.aliases))
            dropped = {*self._words.terms(names), *self._words.terms(SPEECH)}
            terms = [term for term in terms if term not in dropped]
        return terms

    def _quoted(self, question: str, allowed: Ids | None) -> tuple[Ids, bool | None]:
        """Rows of the quotations that hold the very words which the question puts between marks, two at least.

        Of several stretches any; DEPTH rows at most. And whether there are any; None where none at all is on record.
        """
        stretches = [forms(question[start:end]) for start, end in quoted(question)]
        found = [self._wording.phrase(words)[0] for words in stretches if len(words) > 1]
        if not found:
            return np.zeros(0, np.int64), None
        rows = np.unique(np.concatenate(found))
        kept = rows if allowed is None else rows[np.isin(rows, allowed)]
        return kept[:DEPTH], bool(len(kept)) if len(rows) else None

    def _worded(self, text: str, mode: Mode, allowed: Ids | None, very: Ids, depth: int) -> tuple[Asked | None, Ids]:
        """What is asked of the words, and what they offer, best first; `very` are offered as well."""
        if mode == "semantic":
            return None, np.zeros(0, np.int64)
        asked = self._words.ask(text)
        best = self._words.best(asked, depth, allowed)[0]
        return asked, np.concatenate([best, _without(very, best)]) if len(very) else best

    def _candidates(
        self,
        vector: Scores | None,
        of_words: Callable[[], tuple[Asked | None, Ids]],
        allowed: Ids | None,
        depth: int,
    ) -> Candidates:
        """What either side offers."""
        near = Found(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros((0, self._vectors.dimension), np.float32))
        if vector is not None:
            near = self._vectors.search(vector, depth, allowed)
        stages.lap("vectors")
        asked, worded = of_words()
        stages.lap("words")
        others = _without(worded, near.ids)
        ids = np.concatenate([near.ids, others])
        order = np.argsort(ids)
        rows = ids[order]
        blocks: Blocks | None = None
        dense = np.zeros(len(rows), np.float32)
        if vector is not None:
            blocks = near.vectors, self._vectors.vectors(others)
            dense = np.concatenate([near.scores, inner_products(blocks[1], vector)])[order]
        stages.lap("vectors")
        # What the vectors offer may share words too.
        lexical = np.zeros(len(rows), np.float32) if asked is None else self._words.of(asked, rows)
        stages.lap("words")
        return Candidates(rows, dense, lexical, blocks, order, len(near.ids) == depth or len(worded) >= depth)

    def _scores(
        self, mode: Mode, vector: Scores | None, found: Candidates, understood: Understood
    ) -> tuple[Scores, float]:
        """One score a row, 1 at most; and how alike the nearest are, where both sides are asked."""
        if mode == "semantic":
            return np.minimum(found.dense, 1), 0.0
        if mode == "lexical" or vector is None or found.blocks is None:
            return ranking.over_maximum(found.lexical), 0.0
        dense, alike = _apart(vector, found, found.blocks)
        blended = ranking.blend(dense, found.lexical)
        scores: Scores = blended * KIND_WEIGHTS[self._store.columns.kinds(found.rows)]
        if understood.likely:
            likely = self._store.allowed(Filters(), [understood.likely])
            scores = ranking.raised(scores, np.isin(found.rows, () if likely is None else likely))
        return scores, alike

    def _strange(self, text: str, terms: Sequence[str]) -> float:
        """How unlikely in English the words of the question are that nothing on a small record carries."""
        if len(self._vectors) >= ranking.BROAD:
            return 0.0
        unknown = {term for term, count in zip(terms, self._words.frequencies(terms), strict=True) if not count}
        words = {term: text[start:end] for start, end, term in self._words.words(text) if term in unknown}
        return ranking.strangeness([frequency(folded(word)) for word in words.values()])

    def _bearing(
        self,
        understood: Understood,
        terms: Sequence[str],
        vector: Scores | None,
        rows: Ids,
        dense: Scores,
        among: int,
        alike: float,
        strange: float,
        held: bool | None,
    ) -> float:
        """How well anything on record bears on the question; `rows` are the best first, `among` could answer."""
        weights = self._words.weights(terms)
        carried = self._words.carried(terms, rows[: ranking.LOOKED_AT])
        carrying = [[term for term, there in zip(terms, row, strict=True) if there] for row in carried.tolist()]
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
                strange=strange,
                alike=alike,
                passages=len(self._vectors),
                quoted=held,
            )
        )


def _without(ids: Ids, taken: Ids) -> Ids:
    """Those of `ids` that are not among `taken`: of 300 beside 300 in 10 µs, 64 by `np.isin`."""
    if not len(taken):
        return ids
    ranged = np.sort(taken)
    at = np.minimum(np.searchsorted(ranged, ids), len(ranged) - 1)
    left: Ids = ids[ranged[at] != ids]
    return left


def _apart(vector: Scores, found: Candidates, blocks: Blocks) -> tuple[Scores, float]:
    """The cosines of the candidates without what the nearest of them share with each other (see `ranking.apart`).

    And how alike these are.
    """
    nearest = found.order[ranking.nearest(found.dense, found.lexical)]
    if not len(nearest):
        return found.dense, 0.0
    near, others = blocks
    offered = nearest < len(near)
    alike = np.concatenate([near[nearest[offered]], others[nearest[~offered] - len(near)]])
    centre: Scores = alike.mean(axis=0)
    common = np.concatenate([inner_products(block, centre) for block in blocks])[found.order]
    alikeness = ranking.alikeness(alike)
    return ranking.apart(found.dense, common, float(centre @ vector), alikeness), alikeness
