"""When two quotations are the same words: letters and digits compared, marks, spaces and punctuation left out."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index.types import QuotationKind

Characters = frozenset[int]
"""Offsets of the letters and digits of some stretch of an article."""

DIRECT_SHARE = 0.95
"""Share of a quotation's characters inside marks from which it is direct: a dropped mark at an edge may be missed."""

_PARAGRAPH = re.compile(r"[^\n]+")
_MARK = re.compile(r"``|''|[“”\"]")


def inside_marks(text: str) -> Characters:
    """Offsets of everything between double marks, paragraph by paragraph; a mark left open runs to its paragraph's end.

    A second opening mark inside an open one changes nothing; straight marks open and close in turn.
    """
    inside: set[int] = set()
    for paragraph in _PARAGRAPH.finditer(text):
        opened: int | None = None
        for mark in _MARK.finditer(text, *paragraph.span()):
            closes = mark[0] not in ("“", "``")
            if opened is None and mark[0] != "”":
                opened = mark.start()
            elif opened is not None and closes:
                inside.update(range(opened, mark.end()))
                opened = None
        if opened is not None:
            inside.update(range(opened, paragraph.end()))
    return frozenset(inside)


def characters(text: str, spans: Iterable[tuple[int, int]]) -> Characters:
    """Offsets of the letters and digits within the spans; what lies outside the text is left out."""
    return frozenset(
        place for start, end in spans for place in range(max(0, start), min(end, len(text))) if text[place].isalnum()
    )


def kind(content: Characters, marked: Characters) -> QuotationKind:
    """What the marks make of a content: direct (95 % inside or more), indirect (none inside), else mixed."""
    share = len(content & marked) / max(1, len(content))
    if share >= DIRECT_SHARE:
        return "direct"
    return "mixed" if share else "indirect"


def segments(text: str, spans: Iterable[tuple[int, int]]) -> list[Characters]:
    """Cut a content at paragraph breaks and where narration stands between its pieces; in order of place."""
    lines = [
        characters(text, [(start + line.start(), start + line.end())])
        for start, end in spans
        for line in _PARAGRAPH.finditer(text[start:end])
    ]
    cut: list[Characters] = []
    for line in sorted((line for line in lines if line), key=min):
        if cut and not _narrated(text[max(cut[-1]) + 1 : min(line)]):
            cut[-1] |= line
        else:
            cut.append(line)
    return cut


def _narrated(gap: str) -> bool:
    return "\n" in gap or any(letter.isalnum() for letter in gap)


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs of a one-to-one matching. `found`: gold index → (predicted index, IoU)."""

    found: Mapping[int, tuple[int, float]]

    @property
    def used(self) -> Mapping[int, int]:
        """Predicted index → gold index."""
        return {predicted: gold for gold, (predicted, _) in self.found.items()}


def match(gold: Sequence[Characters], predicted: Sequence[Characters], threshold: float) -> Matching:
    """Pair off by IoU = |A ∩ B| / |A ∪ B| of at least `threshold`, the best pairs first; ties by place."""
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for number, content in enumerate(predicted):
        for place in content:
            holders[place].append(number)
    pairs = []
    for number, content in enumerate(gold):
        shared = Counter(holder for place in content for holder in holders.get(place, ()))
        for holder, common in shared.items():
            iou = common / (len(content) + len(predicted[holder]) - common)
            if iou >= threshold:
                pairs.append((-iou, number, holder))
    found: dict[int, tuple[int, float]] = {}
    used: set[int] = set()
    for negative, number, holder in sorted(pairs):
        if number not in found and holder not in used:
            found[number] = (holder, -negative)
            used.add(holder)
    return Matching(found)
