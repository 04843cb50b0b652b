"""A question cut into words with their places, and the words of English that are looked for in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from index.lexicon import HONORIFICS
from index.queries import folded

LONGEST_QUESTION = 120
"""Words that are looked at; names stand near the front of a question."""

AUXILIARIES = "can could did do does had has have is might was will would"
PREPOSITIONS = """about against among at between by concerning for from in into like of on over regarding than to
toward towards upon with"""
FIRST_WORDS = frozenset(
    f"{AUXILIARIES} {PREPOSITIONS} what why how when where which who according and or but the".split()
)

_MARK = re.compile('[“„«"‘]')
_QUOTED = re.compile(r"“([^“”]+)[”\"]|„([^„“”]+)[“”]|«([^«»]+)»|\"([^\"]+)\"|(?<!\w)‘([^‘’]+)’(?!\w)")
_TOKEN = re.compile(r"[^\W_]+|[’',:;.?!]")


class Token(NamedTuple):
    """A word or a mark of a question: as written, folded (never empty), and where it stands."""

    raw: str
    word: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.raw[0].isupper()


def tokens_of(question: str) -> list[Token]:
    """The first words and marks of a question, in order."""
    tokens: list[Token] = []
    last = 0
    for match in _TOKEN.finditer(question):
        raw = match[0]
        start, end = match.span()
        if start == last and tokens and _goes_on(tokens[-1], raw):
            continue
        word = raw.lower() if raw.isascii() else folded(raw) or raw
        tokens.append(Token(raw, word, start, end))
        if len(tokens) == LONGEST_QUESTION:
            break
        last = end
    return tokens


def _goes_on(token: Token, mark: str) -> bool:
    """Whether a mark behind this word is part of a name: "J. Khan", "Gov. Khan", "U.S.", "O’Dell"."""
    letter = len(token.raw) == 1 and token.raw.isalpha()
    if mark == ".":
        return token.capital and (letter or token.word in HONORIFICS)
    return mark in "’'" and letter


def capitals_tell(tokens: Sequence[Token]) -> bool:
    """Whether a capital letter tells a name from a word: not in a headline, where most words have one."""
    first = [token.raw[0] for token in tokens[1:]]
    words = sum(map(str.isalpha, first))
    capitals = sum(map(str.isupper, filter(str.isalpha, first)))
    return capitals > 0 and (capitals * 2 <= words or words <= 2)


def quoted(question: str) -> list[tuple[int, int]]:
    """Where a question puts words between marks: start and end of each stretch, without the marks, in order.

    Straight single marks are none: they are apostrophes too.
    """
    if _MARK.search(question) is None:
        return []
    return [match.span(match.lastindex or 0) for match in _QUOTED.finditer(question)]
