"""Sources that stand apart from any sentence: a name behind a dash or in brackets, or on a line below the quotation."""

from __future__ import annotations

import re

from index.document import Block
from index.lexicon import TITLES, is_person_noun
from index.quotations.pieces import Finding, Piece
from index.types import Article, Span

LONGEST = 14
"""Words of a signature at most, whatever it tells of who it is."""
_LONGEST_LINE = 200

_DASHES = " \t\xa0-—–―~"
_BRACKETED = re.compile(r"\s*\((?P<signature>[^()\n]{3,100})\)[.\s]*")
_STOPS = re.compile(r"[,;(|]|\.$|\s[-–—]\s")
_PARTICLES = "(?:(?:de|da|di|du|van|von|der|den|bin|bint|al|ibn|la|le)[ \xa0]){0,2}"
_NAME = re.compile(rf"@\w+|[A-Z][\w.’'-]*(?:[ \xa0]{_PARTICLES}[A-Z][\w.’'-]*)*")
_PREPOSITION = re.compile(r"\s(?:of|from|at|in|for|on|with|to|via)\s")
_ROLE = re.compile(r"(?:er|or|ist|ian|ant|ent|eer|ee|man|woman|son)$")


def dash(article: Article, piece: Piece) -> Finding | None:
    """A name behind a dash, or in brackets, that closes the paragraph ("“...” — Tariq Khan, mayor")."""
    start, end = piece.quoted.end, piece.block.paragraph.end
    bracketed = _BRACKETED.fullmatch(article.text, start, end)
    if bracketed is not None and piece.block.quoted[0].start - piece.block.paragraph.start < 4:
        found = _signature(article, *bracketed.span("signature"))
        return Finding("dash", found) if found is not None and " " in found.text else None
    while start < end and article.text[start].isspace():
        start += 1
    if start == end or article.text[start] not in _DASHES:
        return None
    found = _signature(article, start, end)
    return Finding("dash", found) if found is not None else None


def signed(article: Article, block: Block) -> Finding | None:
    """The line that tells whose the quotation above it is: "— Tariq Khan, mayor", "Tariq Khan, mayor of Swat"."""
    if block.quoted or block.paragraph.kind == "header":
        return None
    start, end = block.paragraph.start, block.paragraph.end
    while start < end and article.text[start] in "> ":
        start += 1
    if start == end or end - start > _LONGEST_LINE:
        return None
    line = article.text[start:end]
    dashed = line[0] in _DASHES
    if dashed and line[:1] in "-*" and line[1:2] == " " and not _STOPS.search(line):
        return None  # an item of a list
    if not dashed and not re.match(r"[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){1,3}, [^.:;!?]+$", line):
        return None
    found = _signature(article, start, end)
    return Finding("signed", found) if found is not None and (dashed or " " in found.text) else None


def is_bare(article: Article, block: Block) -> bool:
    """Whether the paragraph is a quotation and nothing else, as one with a signature below is."""
    stretches = [(q.start, q.end) for q in block.quoted]
    if not stretches:
        return False
    edges = [block.paragraph.start, *(edge for stretch in stretches for edge in stretch), block.paragraph.end]
    return not any(c.isalpha() for i in range(0, len(edges), 2) for c in article.text[edges[i] : edges[i + 1]])


def _signature(article: Article, start: int, end: int) -> Span | None:
    """The name in a signature, without role and place round it; None where it is no signature."""
    while start < end and article.text[start] in _DASHES + "*_":
        start += 1
    while end > start and article.text[end - 1] in " \t\xa0*_])":
        end -= 1
    if end - start > _LONGEST_LINE:
        return None
    line = article.text[start:end]
    if not 0 < len(line.split()) <= LONGEST or line[-1] in "?!:":
        return None
    stop = _STOPS.search(line)
    told = line[: stop.start() if stop else len(line)]
    prepositions = _PREPOSITION.search(told)
    told = told[: prepositions.start()] if prepositions else told
    names = list(_NAME.finditer(told))
    if not names or names[-1].end() != len(told.rstrip()):
        return None
    before = told[: names[-1].start()].split()
    # "captain Mara Lind": what stands before a name is a role.
    if before and not _is_role(before[-1]):
        return None
    return article.span(start + names[-1].start(), start + names[-1].end())


def _is_role(word: str) -> bool:
    lower = word.lower()
    return lower in TITLES or is_person_noun(lower) or _ROLE.search(lower) is not None
