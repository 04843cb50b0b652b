"""Which gold quotations a hit stands for: those of which it holds most of the letters, each of them once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from index.evaluation.alignment import Characters, characters
from index.types import Hit

HELD = 0.8
"""Share of a gold quotation's letters and digits that a hit must hold to stand for it."""

Key = TypeVar("Key")


def grades_of(
    hits: Iterable[Hit], gold: Mapping[str, Mapping[Key, Characters]], relevant: Mapping[Key, int]
) -> list[int]:
    """The grade of each hit: the best of the gold quotations that it is the first to hold; 0 for any other.

    `gold`: id of an article → key of each quotation in it → its letters and digits. `relevant`: key → grade.
    """
    seen: set[Key] = set()
    grades = []
    for hit in hits:
        spans = [(span.start, span.end) for span in hit.passage.attribution.quotation.spans]
        content = characters(hit.article.text, spans)
        items = gold.get(hit.article.id, {}).items()
        held = {key for key, item in items if len(item & content) >= HELD * len(item)} - seen
        seen |= held
        grades.append(max((relevant.get(key, 0) for key in held), default=0))
    return grades
