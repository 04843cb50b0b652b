"""A question cut into words with their places, and the words of English that are looked for in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    tokens = []
    for match in _TOKEN.finditer(question):
        tokens.append(Token(match[0], folded(match[0]) or match[0], match.start(), match.end()))
        if len(tokens) == LONGEST_QUESTION:
            break
    return tokens


def capitals_tell(tokens: list[Token]) -> bool:
    """Whether a capital letter tells a name from a word: not in a headline, where most words have one."""
    words = [token for token in tokens[1:] if token.raw[0].isalpha()]
    return sum(token.capital for token in words) * 2 <= len(words) or len(words) <= 2
