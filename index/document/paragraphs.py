"""The paragraphs of an article, told apart as header, heading and body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import median
from typing import Literal

from index.types import Article

ParagraphKind = Literal["header", "heading", "body"]

_LINE = re.compile(r"[^\n]+")
_BLOCK = re.compile(r"[^\n]+(?:\n[ \t]*[^\s][^\n]*)*")
_CLOSED = re.compile(r"[.:;,…]['\"”’»)\]]*$")
_PLACE = r"[A-Z][\w.’'-]*(?:[ ,]+[A-Z][\w.’'-]*){0,5}"
_DATELINE = re.compile(
    rf"{_PLACE}(?:,? \(?\w+\.? \d{{1,2}}\)?)?(?: \([^()\n]{{2,30}}\))? [–—-]{{1,2}}\s+(?=[A-Z“\"‘'(])"
)
_LABELLED = re.compile(r"[A-Z][^\s:]*(?: [^\s:]+){0,4}: \S")
_TURN = re.compile(r"[*_]{0,3}[QA][*_]{0,3}(?:[.):]|[ \t\xa0]{2}|\t)|[-–—―]{1,2}\s?[A-Z@]")
_MARKS = frozenset('"“”«»„')

HEADING_WORDS = 12
"""A line of its own with more words than this is a paragraph, whatever it ends with."""

HARD_WRAP = 90
"""Lines broken by hand are shorter than this; agency and plain-text mail wrap at 60 to 80."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`text[start:end]` of the article, without white space at either end; `start < end`."""

    start: int
    end: int
    kind: ParagraphKind


def split_paragraphs(article: Article) -> tuple[Paragraph, ...]:
    """All paragraphs in order. A line is a paragraph, except where the text is wrapped by hand at a column."""
    text = article.text
    found: list[tuple[int, int]] = []
    for match in (_BLOCK if _wrapped_by_hand(text) else _LINE).finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if start < end:
            found.append((start, end))
    last = len(found) - 1
    return tuple(
        Paragraph(
            start,
            end,
            _kind(
                text[start:end],
                start < article.body or (i == 0 and i != last and text[start:end] == article.title),
                at_end=i == last,
            ),
        )
        for i, (start, end) in enumerate(found)
    )


def narration_start(text: str, paragraph: Paragraph) -> int:
    """Where the paragraph's own words begin, behind a dateline ("Islamabad, Pakistan – ", "KABUL (Reuters) - ")."""
    dateline = _DATELINE.match(text, paragraph.start, paragraph.end)
    return dateline.end() if dateline and paragraph.kind == "body" else paragraph.start


def _kind(line: str, in_header: bool, *, at_end: bool) -> ParagraphKind:
    if in_header:
        return "header"
    words = line.split()
    if _TURN.match(line):
        return "body"  # "Q. Did you see it?" is a turn, "— Ola Berg, Mayor" tells whose words stand above
    if not at_end and _title_case(words) and _MARKS.isdisjoint(line):
        return "heading"
    if _LABELLED.match(line):
        return "body"  # "BERG: Did you see the ship?" is a turn, however short
    if at_end or len(words) > HEADING_WORDS or _CLOSED.search(line) or not _MARKS.isdisjoint(line):
        return "body"
    return "heading" if line[0].isupper() or line[0].isdigit() or line[0] == "#" else "body"


def _title_case(words: list[str]) -> bool:
    """Whether the line is a headline in capitals (“Lynch Agrees to a Meeting.”), whatever it ends with."""
    long = [word for word in words if len(word) > 3 and word[0].isalpha()]
    return 4 <= len(long) <= 2 * HEADING_WORDS and all(word[0].isupper() for word in long)


def _wrapped_by_hand(text: str) -> bool:
    blocks = [block.split("\n") for block in re.split(r"\n[ \t]*\n", text) if block.strip()]
    inner = [line for block in blocks for line in block[:-1] if line.strip()]
    if len(blocks) < 2 or len(inner) < 2 * len(blocks):
        return False
    full = [line for line in inner if not _CLOSED.search(line.rstrip())]
    return len(full) > 0.8 * len(inner) and median(map(len, inner)) >= 40 and max(map(len, inner)) <= HARD_WRAP
