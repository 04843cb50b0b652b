"""Which of the ranked passages are shown, and in which order: the bound per speaker, and the order by time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.queries import Sort

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

NEAR_THE_BEST = 0.65
"""Share of the best score from which a passage is listed by its day. By hybrid scores, 60 questions over 1,500
passages: with many answers each (ArgKP) the mean F1 of what is kept is .457 (.448 at .5, .459 at .6, .445 at .7, .356
at .8), with one each (CheckThat 2020) .734 and none is lost (.523, .684, .776, .852)."""


def arranged(scores: Scores, places: Ids, speakers: Ids, sort: Sort, per_speaker: int | None) -> Ids:
    """The positions of a ranking that are listed, in their order.

    `scores`, `places`, `speakers`: of each passage, best first; a place is smaller the newer its article, a speaker
    below 0 is nobody that can be named. By date only what is near the best is listed: by time alone, what hardly bears
    on the question would come first. Of each speaker the best ones are kept, whatever the order.
    """
    kept = np.arange(len(scores))
    if sort == "date":
        kept = kept[bearing(scores)]
    if per_speaker is not None:
        kept = kept[nth_of_its_own(speakers[kept]) < per_speaker]
    if sort == "date":
        kept = kept[np.argsort(places[kept])]
    return kept


def bearing(scores: Scores) -> NDArray[np.bool_]:
    """Whether each score is near enough to the best one; all of them are where none is above 0."""
    best = scores.max(initial=0.0)
    near: NDArray[np.bool_] = scores >= (NEAR_THE_BEST * best if best > 0 else -np.inf)
    return near


def nth_of_its_own(speakers: Ids) -> Ids:
    """How many of the same speaker stand before each; 0 throughout for nobody."""
    order = np.argsort(speakers, kind="stable")
    _, first, counts = np.unique(speakers[order], return_index=True, return_counts=True)
    before = np.empty(len(speakers), np.int64)
    before[order] = np.arange(len(speakers)) - np.repeat(first, counts)
    before[speakers < 0] = 0
    return before
