"""Whether one text is a copy of a fuller one: their words aligned, and every difference one that a desk makes.

A desk trims front and back, leaves out with three dots or by whole sentences, puts a name into brackets, drops a
filler, changes an article. It never changes a number, a name, a negation or any other word: then something else is
said, and the texts are not copies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from index.copies.wording import CLAUSE, EDITED, GAP, SEAM, SENTENCE, Wording

HELD = 0.75
"""Share of the shorter text that the fuller one must hold; the rest may only be a front or a back that sticks out."""
EDITS = 10
"""A text may carry one small edit, and one more for every so many words."""
ALIGNED = 200_000
"""Pairs of equal words beyond which two texts are not aligned, a second's work. News of 3,000 words has fewer; a chant
of 1,000 words has more, and is a copy only of what holds it whole."""
DOTTED = 3
"""Words, a negation among them, that dots may stand for: dots that stand for "not" alone turn what is said."""
ENDING = 3
"""Words behind a cut, the first a negation, that turn what is said."""
BRACKETS = 8
"""Words that a bracket may stand for."""

_EDITED_ONES = bytes(1 if mark & EDITED else 0 for mark in range(256))
NEGATIONS = frozenset("not no never nobody nothing neither nor none without hardly unless nowhere".split())
FILLERS = frozenset(
    "a an the um uh er ah oh well look listen okay yeah now so and but just really actually that mr mrs ms".split()
)
SWAPS = (
    frozenset({"a", "an", "the"}),
    frozenset({"that", "which", "who"}),
    frozenset({"on", "upon"}),
    frozenset({"to", "with"}),  # "compared to"
    frozenset({"till", "until"}),
    frozenset({"toward", "to"}),
    frozenset({"dr", "doctor"}),
    frozenset({"st", "saint"}),
    frozenset({"versus", "vs"}),
)
"""Words that desks put for each other."""


class Shared(NamedTuple):
    """What a text shares with a fuller one: words, 0 where it is no copy; and small edits of a desk."""

    words: int
    edits: int


_NONE = Shared(0, 0)


def shared(less: Wording, fuller: Wording) -> Shared:
    """How many words of `less` stand in `fuller` as a copy, and after how many small edits.

    `less` must not have more words. The same for texts that hold one another.
    """
    if f" {less.key} " in f" {fuller.key} " and not _turned_within(less, fuller):
        return Shared(len(less.words), 0)
    edited = less.marks[:-1].translate(_EDITED_ONES).count(1)
    least = max(1, round(HELD * (len(less.words) - edited)))
    if LCSseq.similarity(less.words, fuller.words, score_cutoff=least) < least:
        return _NONE
    return _aligned(less, fuller, least)


def _turned_within(less: Wording, fuller: Wording) -> bool:
    """Whether at every place of `less` in `fuller` a negation is cut off, so that the words say the opposite."""
    first, count, words = less.words[0], len(less.words), fuller.words
    return all(
        words[at : at + count] != less.words or _negated(fuller, 0, at) or _negated_behind(fuller, at + count)
        for at in range(len(words) - count + 1)
        if words[at] == first
    )


def _negated(text: Wording, start: int, end: int) -> bool:
    """Whether the clause that `end` cuts off from the words behind it carries a negation."""
    if text.marks[end] & CLAUSE:
        return False
    for place in range(end - 1, start - 1, -1):
        if text.words[place] in NEGATIONS:
            return True
        if text.marks[place] & CLAUSE:
            return False
    return False


def _negated_behind(text: Wording, end: int) -> bool:
    """Whether all that is cut off behind is a negation in the same clause ("there he was | not any more").

    Where more follows, the cut shows that the sentence goes on, and desks do cut there.
    """
    left = len(text.words) - end
    return 0 < left <= ENDING and text.words[end] in NEGATIONS and not text.marks[end] & CLAUSE


def _aligned(less: Wording, fuller: Wording, least: int) -> Shared:
    if len(less.words) * len(fuller.words) > ALIGNED:
        often = Counter(fuller.words)
        if sum(often[word] for word in less.words) > ALIGNED:
            return _NONE
    # By the longest common run first: an alignment of most words would pick single words from far apart.
    blocks = SequenceMatcher(None, less.words, fuller.words, autojunk=False).get_opcodes()
    held = edits = 0
    for number, (_, i, i_end, j, j_end) in enumerate(blocks):
        if blocks[number][0] == "equal":
            held += i_end - i
            continue
        front, back = number == 0, number == len(blocks) - 1
        cut = _bracketed(less, i, i_end) and not _bracketed(fuller, j, j_end)
        if (front or back) and (i == i_end or j == j_end or cut):
            text, start, end = (less, i, i_end) if j == j_end else (fuller, j, j_end)
            if (front and _negated(text, start, end)) or (back and _negated_behind(text, start)):
                return _NONE
        elif not _left_out(less, i, i_end, fuller, j, j_end):
            small = _edits(less.words[i:i_end], fuller.words[j:j_end])
            if small is None:
                return _NONE
            edits += small
    return Shared(held, edits) if held >= least and edits <= 1 + len(less.words) // EDITS else _NONE


def _left_out(less: Wording, i: int, i_end: int, fuller: Wording, j: int, j_end: int) -> bool:
    """Whether what differs here is shown to be left out, or put in, by an editor."""
    if i == i_end:
        return any(_gone(less, i + by, fuller, j + by, j_end + by) for by in _slides(less, i, fuller, j, j_end))
    if j == j_end:
        return any(_gone(fuller, j + by, less, i + by, i_end + by) for by in _slides(fuller, j, less, i, i_end))
    edited = _bracketed(less, i, i_end)
    if edited == _bracketed(fuller, j, j_end):  # both: they differ in what the brackets hold
        return False
    if edited and (less.marks[i] | less.marks[i_end]) & GAP:
        return True
    differing = (*less.words[i:i_end], *fuller.words[j:j_end])
    return len(differing) <= BRACKETS and NEGATIONS.isdisjoint(differing)


def _slides(text: Wording, at: int, other: Wording, start: int, end: int) -> Iterator[int]:
    """By how many words what only `other` has may lie further front or back: "not the" is as good as "the not"."""
    yield 0
    by = 0
    while (
        at + by < len(text.words) and end + by < len(other.words) and other.words[start + by] == other.words[end + by]
    ):
        by += 1
        yield by
    by = 0
    while min(at, start) + by > 0 and other.words[start + by - 1] == other.words[end + by - 1]:
        by -= 1
        yield by


def _gone(text: Wording, at: int, other: Wording, start: int, end: int) -> bool:
    """Whether what only `other` has is gone from before `at` of `text` in a way that texts show."""
    words = other.words[start:end]
    turned = not NEGATIONS.isdisjoint(words)
    return (
        bool(text.marks[at] & GAP and (len(words) >= DOTTED or not turned))
        or bool(text.marks[at] & SEAM and not turned and not any(word[0].isdigit() for word in words))
        or bool(other.marks[start] & SENTENCE and other.marks[end] & SENTENCE)
        or (_bracketed(other, start, end) and not turned)
    )


def _bracketed(text: Wording, start: int, end: int) -> bool:
    return start < end and all(mark & EDITED for mark in text.marks[start:end])


def _edits(less: Sequence[str], fuller: Sequence[str]) -> int | None:
    """How many small edits of a desk make the one the other; None where it takes more than those."""
    if "".join(less) == "".join(fuller):  # written apart: "cease fire"
        return 0
    if not less or not fuller:
        added = less or fuller
        return 1 if set(added) <= FILLERS or tuple(added) in _PHRASES else None
    if len(less) != len(fuller):
        return None
    pairs = list(zip(less, fuller, strict=True))
    changed = [pair for pair in pairs if pair[0] != pair[1]]
    return len(changed) if all(any(set(pair) <= some for some in SWAPS) for pair in changed) else None


_PHRASES = frozenset({("you", "know"), ("i", "mean")})
