"""Quotation marks, paired paragraph by paragraph.

Double marks (curly, straight, ``doubled''), guillemets and low-high marks are paired wherever they stand; single
ones only in an article that has no double ones (the British way), because an apostrophe looks the same. A mark
inside another pair is part of that pair's content. A mark that is never closed runs to the end of its paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_MARK = re.compile(r"``|''|[\"“”„«»]")
_OPENERS = frozenset(("“", "``", "„", "«"))
_CLOSERS = frozenset(("”", "''", "»"))
_SINGLE_OPEN = re.compile(r"(?:(?<=^)|(?<=[\s(\[—–―-]))[‘'](?=[\w“\"\[(…£$€])")
_SINGLE_CLOSE = re.compile(r"(?<=[^\s(\[])[’'](?!\w)")
_ELIDED = re.compile(r"[‘’'](?:\d0s|em|til|tis|twas|cause|round|bout|n)\b", re.IGNORECASE)


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


def pair_marks(text: str, start: int, end: int, *, singles: bool) -> tuple[Quoted, ...]:
    """The outermost quoted stretches of the paragraph `text[start:end]`, in order, never overlapping."""
    pairs = list(_doubles(text, start, end))
    if singles and not pairs:
        pairs = list(_singles(text, start, end))
    found = []
    for left, right in pairs:
        opened, closed = left.end, right.start if right else end
        while opened < closed and text[opened].isspace():
            opened += 1
        while closed > opened and text[closed - 1].isspace():
            closed -= 1
        if any(c.isalnum() for c in text[opened:closed]):
            found.append(Quoted(left.start, right.end if right else end, opened, closed, right is not None))
    return tuple(found)


def uses_singles(text: str) -> bool:
    """Whether single marks are this article's own: it has some, and hardly any double ones beside them."""
    singles = len(_SINGLE_OPEN.findall(text)) - len(_ELIDED.findall(text))
    return singles > 2 * len(_MARK.findall(text))


def _doubles(text: str, start: int, end: int) -> Iterator[tuple[_Mark, _Mark | None]]:
    stack: list[_Mark] = []
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
    if stack:
        yield stack[0], None


def _marks(text: str, start: int, end: int) -> Iterator[_Mark]:
    straight = 0
    for match in _MARK.finditer(text, start, end):
        sign, at, after = match.group(), match.start(), match.end()
        before = text[at - 1] if at > start else " "
        follows = text[after] if after < end else " "
        if sign == '"' and before.isdigit() and not follows.isalnum() and straight % 2 == 0:
            continue  # inches
        straight += sign == '"'
        if sign == "''" and before.isalnum() and follows.isalnum():
            continue
        if sign == "»" and before.isspace() and follows.isalnum():
            yield _Mark(at, after, "open")  # »German guillemets«
        elif sign == "«" and not before.isspace() and at > start and not follows.isalnum():
            yield _Mark(at, after, "close")
        elif sign == "“" and not before.isspace() and before.isalnum() and not follows.isalnum():
            yield _Mark(at, after, "close")  # „low-high“
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


def _singles(text: str, start: int, end: int) -> Iterator[tuple[_Mark, _Mark | None]]:
    position = start
    while opened := _SINGLE_OPEN.search(text, position, end):
        position = opened.end()
        if _ELIDED.match(text, opened.start()):
            continue
        following = _SINGLE_OPEN.search(text, position, end)
        limit = following.start() if following else end
        closings = list(_SINGLE_CLOSE.finditer(text, position, limit))
        sure = [m for m in closings if text[m.start() - 1] in ".,?!…—"]
        # A plural possessive ("workers' rights") closes nothing while a surer closing is at hand.
        likely = [m for m in closings if text[m.start() - 1] != "s"]
        chosen = next(iter(sure or likely or closings), None)
        if chosen is None:
            if opened.group() == "‘" and opened.start() == start:
                yield _Mark(opened.start(), opened.end(), "open"), None
            continue
        yield _Mark(opened.start(), opened.end(), "open"), _Mark(chosen.start(), chosen.end(), "close")
        position = chosen.end()
