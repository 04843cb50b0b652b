"""Quotation marks, paired paragraph by paragraph.

Double marks (curly, straight, ``doubled''), guillemets and low-high marks are paired wherever they stand; single
ones only in an article that quotes with them (the British way), because an apostrophe looks the same. A mark inside
another pair is part of that pair's content. A mark that is never closed runs to the words that tell who spoke, where
the paragraph has some (“It was dark, he said), else to the end of its paragraph; one that is never
opened, before such words, from the beginning of its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from index.document.singles import Pair, pair_singles
from index.lexicon import SAY_FORMS

_MARK = re.compile(r"``|''|[\"“”„«»]")
_OPENERS = frozenset(("“", "``", "„", "«"))
_CLOSERS = frozenset(("”", "''", "»"))
_LINE = re.compile(r"[^\n]+")
_SPEAKER = r"(?:he|she|they|I|we|(?:[A-Z][\w.'’-]*)(?: [A-Z][\w.'’-]*){0,4})"
_SAID = "|".join(sorted(SAY_FORMS))
_BEHIND = rf"(?:{_SAID}) {_SPEAKER}(?=[,.;:]|\s[a-z])"
_BEFORE = rf"{_SPEAKER} (?:{_SAID})(?=[.,;:]|$| [a-z])"
_TOLD = re.compile(rf"(?<=[,?!…])\s(?={_BEHIND}|{_BEFORE})")
_TOLD_BY_NAME = re.compile(rf"(?<=[,?!…])\s(?=(?:{_SAID}) [A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*)+[,.])")
_TELLS = re.compile(rf"\s(?:{_BEHIND}|{_BEFORE})")


@dataclass(frozen=True, slots=True)
class Quoted:
    """What one pair of marks holds.

    `start:end` takes in the marks, `inner_start:inner_end` is the content without white space at its ends
    (offsets into the article). `closed` is False where the paragraph ended before a closing mark.
    """

    start: int
    end: int
    inner_start: int
    inner_end: int
    closed: bool = True


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    role: Literal["open", "close", "either"]


def pair_marks(text: str, start: int, end: int, *, singles: bool, goes_on: bool = False) -> tuple[Quoted, ...]:
    """The outermost quoted stretches of the paragraph `text[start:end]`, in order, never overlapping.

    `singles`: single marks quote here too. `goes_on`: the next paragraph opens with a mark, so that one left open here
    is no slip but the custom of quoting over paragraphs.
    """
    pairs = _pairs(text, start, end)
    if singles:
        pairs = _outermost([*pairs, *pair_singles(text, start, end)])
    found = []
    for left, opened, right, after in pairs:
        closed = end if right is None else right
        if right is None and (told := (_TOLD_BY_NAME if goes_on else _TOLD).search(text, opened, end)):
            closed = after = told.start()
        while opened < closed and text[opened].isspace():
            opened += 1
        while closed > opened and text[closed - 1].isspace():
            closed -= 1
        if any(c.isalnum() for c in text[opened:closed]):
            found.append(Quoted(left, after, opened, closed, right is not None or after < end))
    return tuple(found)


def uses_singles(text: str) -> bool:
    """Whether single marks are this article's own: more is quoted in them alone than in double ones alone."""
    outer_singles = outer_doubles = 0
    for line in _LINE.finditer(text):
        start, end = line.span()
        for pair in _outermost([*_pairs(text, start, end), *pair_singles(text, start, end)]):
            if text[pair[0]] in "‘'’" and pair[1] - pair[0] == 1:
                outer_singles += 1
            else:
                outer_doubles += 1
    return outer_singles > outer_doubles


def _pairs(text: str, start: int, end: int) -> list[Pair]:
    return [(m.start, m.end, c.start if c else None, c.end if c else end) for m, c in _doubles(text, start, end)]


def _outermost(pairs: list[Pair]) -> list[Pair]:
    """The pairs that lie in no other and cross none before them."""
    found: list[Pair] = []
    for pair in sorted(pairs, key=lambda pair: (pair[0], -pair[3])):
        if not found or pair[0] >= found[-1][3]:
            found.append(pair)
    return found


def _doubles(text: str, start: int, end: int) -> Iterator[tuple[_Mark, _Mark | None]]:
    stack: list[_Mark] = []
    first = True
    for mark in _marks(text, start, end):
        if _opens(mark, bool(stack)):
            if stack and not _nests(text, mark, end):
                # A second opening with too few closings left: the first was never closed.
                yield stack[0], _missing(text, stack[0], mark)
                stack = []
            stack.append(mark)
        elif stack:
            opened = stack.pop()
            if not stack:
                yield opened, mark
        elif first and mark.start > start and text[mark.start - 1] in ",?!" and _TELLS.match(text, mark.end, end):
            yield _Mark(start, start, "open"), mark  # the opening mark is missing
        first = False
    if stack:
        yield stack[0], None


def _marks(text: str, start: int, end: int) -> Iterator[_Mark]:
    straight, low = 0, False
    for match in _MARK.finditer(text, start, end):
        sign, at, after = match.group(), match.start(), match.end()
        before = text[at - 1] if at > start else " "
        follows = text[after] if after < end else " "
        if sign == '"' and before.isdigit() and not follows.isalnum() and straight % 2 == 0:
            continue  # inches
        straight += sign == '"'
        if low and sign in "“”" and not before.isspace():
            low = False
            yield _Mark(at, after, "close")  # „low-high“, whatever stands before the mark
            continue
        low = low or sign == "„"
        if sign == "''" and before.isalnum() and follows.isalnum():
            continue
        if sign == "»" and before.isspace() and follows.isalnum():
            yield _Mark(at, after, "open")  # »German guillemets«
        elif not follows.isalnum() and ((sign == "«" and not before.isspace()) or (sign == "“" and before.isalnum())):
            yield _Mark(at, after, "close")
        elif sign in _OPENERS:
            yield _Mark(at, after, "open")
        elif sign in _CLOSERS and not (sign == "''" and _opening_side(before, follows)):
            yield _Mark(at, after, "close")
        elif _opening_side(before, follows):
            yield _Mark(at, after, "open")
        elif _closing_side(before, follows):
            yield _Mark(at, after, "close")
        else:
            yield _Mark(at, after, "either")


def _opening_side(before: str, follows: str) -> bool:
    return (before.isspace() or before in "([{—–-/") and not follows.isspace()


def _closing_side(before: str, follows: str) -> bool:
    return not before.isspace() and (follows.isspace() or follows in ".,;:?!)]}—–-…")


def _opens(mark: _Mark, is_open: bool) -> bool:
    return mark.role == "open" or (mark.role == "either" and not is_open)


def _nests(text: str, mark: _Mark, end: int) -> bool:
    """Whether a mark that opens inside an open pair has its own closing: two closings before a third opening."""
    closings = 0
    for later in _marks(text, mark.end, end):
        if later.role == "open":
            return closings >= 2
        closings += 1
    return closings >= 2


def _missing(text: str, opened: _Mark, before: _Mark) -> _Mark:
    """Where a pair ends whose closing mark is missing: after the first sentence end or comma before `before`."""
    stop = re.compile(r"[.,?!](?=\s)").search(text, opened.end, before.start)
    at = stop.end() if stop else before.start
    return _Mark(at, at, "close")
