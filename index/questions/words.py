"""A question cut into words with their places, and the words of English that are looked for in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

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

_TOKEN = re.compile(r"[^\W_]+|[’',:;.?!]")


@dataclass(frozen=True, slots=True)
class Token:
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
    for match in _TOKEN.finditer(question):
        if match[0] == "." and tokens and tokens[-1].end == match.start() and _is_short_for(tokens[-1]):
            continue
        raw = match[0]
        word = raw.lower() if raw.isascii() else folded(raw) or raw
        tokens.append(Token(raw, word, match.start(), match.end()))
        if len(tokens) == LONGEST_QUESTION:
            break
    return tokens


def _is_short_for(token: Token) -> bool:
    """Whether a full stop behind this word ends no sentence: "J. Khan", "Gov. Khan", "U.S."."""
    return (len(token.raw) == 1 and token.capital) or (token.capital and token.word in HONORIFICS)


def capitals_tell(tokens: list[Token]) -> bool:
    """Whether a capital letter tells a name from a word: not in a headline, where most words have one."""
    words = [token for token in tokens[1:] if token.raw[0].isalpha()]
    return sum(token.capital for token in words) * 2 <= len(words) or len(words) <= 2
