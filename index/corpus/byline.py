"""Bylines: who wrote an article, as a source or the article's own first lines give it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.agencies import agency_in_byline, agency_named

MOST = 20
"""Authors of one article; a longer list is one of members, not of authors."""
LONGEST = 120
"""Characters of an author's name."""

_BY = re.compile(r"\s*(?:(?:words|story|report(?:ing)?|written|text)\s+)?by:?\s+(?=\S)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[;\n|]|\s/\s)\s*")
_LISTED = re.compile(r"\s*,\s*(?:and\s+|&\s*)?|\s+(?:and|&|with)\s+", re.IGNORECASE)
_PLACE = re.compile(r"\s+(?:in|at|from|for|of)\s+(?:the\s+)?[A-Z].*\Z")
_WORK = re.compile(
    r"\b(?:editors?|correspondents?|reporters?|writers?|journalists?|columnists?|bureaus?|staff|contributors?|"
    r"producers?|chief|agenc(?:y|ies)|newsroom|desk|photographers?|special|minutes?)\b",
    re.IGNORECASE,
)
"""What a piece of a byline says of somebody who is named beside it, or instead of a name."""
_ADDRESS = re.compile(r"\S*(?:@|https?://|www\.)\S*")
_NAME_WORD = r"(?:[^\W\d_]['’.\w-]*|(?:de|da|di|del|der|den|van|von|bin|ibn|al|el|la|le|du|dos)(?![\w]))"
_NAME = re.compile(rf"(?=[^\W\d_a-z]){_NAME_WORD}(?: {_NAME_WORD}){{1,4}}")
_LINE = re.compile(r"(?:By|BY)[ \t]+(?P<names>[^\n.!?“”\"]{3,140}(?:\.[^\n!?“”\"]{1,80})?)")
_FIRST = 4
"""Lines among which the article's own byline stands, below its headline."""


def authors_of(byline: str | None) -> tuple[str, ...]:
    """The names in a byline, each once and as it stands there; no agency, no office, no place.

    A list is taken apart where both sides of what stands between are names of two words and more, so that "Doe, Jane"
    and "Department of Health and Social Care" stay whole.
    """
    found: dict[str, None] = {}
    for part in _BETWEEN.split(byline or ""):
        for name in _names(_BY.sub("", _ADDRESS.sub("", part), count=1)):
            if name and len(name) <= LONGEST:
                found.setdefault(name)
    return tuple(found)[:MOST]


def byline_in(text: str, body: int = 0) -> str | None:
    """The line "By Jane Doe and John Roe" that stands alone among the first of an article; None where none does."""
    for line in text[body : body + 2000].split("\n")[: 3 * _FIRST]:
        match = _LINE.fullmatch(line.strip())
        if match is not None and _is_byline(match["names"]):
            return line.strip()
    return None


def _is_byline(names: str) -> bool:
    first = _LISTED.split(names)[0]
    return agency_in_byline(names) is not None or _is_name(_PLACE.sub("", first))


def _names(part: str) -> Iterator[str]:
    part = " ".join(part.split()).strip(" ,.-–—")
    pieces = [piece.strip() for piece in _LISTED.split(part)]
    told = [piece for piece in (_PLACE.sub("", one) for one in pieces if not _is_no_name(one)) if piece]
    if len(pieces) > 1 and told and all(_is_name(piece) for piece in told):
        yield from told
    elif part and not _is_no_name(part):
        yield _PLACE.sub("", part) if _is_name(_PLACE.sub("", part)) else part


def _is_no_name(piece: str) -> bool:
    return agency_named(piece) is not None or agency_in_byline(piece) is not None or bool(_WORK.search(piece))


def _is_name(piece: str) -> bool:
    return _NAME.fullmatch(piece) is not None
