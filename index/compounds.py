"""Words in one, in two or with a hyphen, "airstrikes", "air strikes", "air-strikes" → as the record writes them."""

from __future__ import annotations

import re

from index.lexical import LexicalIndex
from index.queries import folded
from index.questions.lists import is_common
from index.wording import WordingIndex

SHORTEST = 3
"""Letters of each half of a word that is written in one or in two."""
LONGEST = 24
"""Letters of such a word."""
LOOKED_FOR = 6
"""Pairs of words at most that are looked for in a row, 13 µs each, and on a server a request."""
REMEMBERED = 8
"""Texts whose reading is kept: a search asks for that of its question two or three times."""

_HYPHEN = re.compile("[-\u2010\u2011]")
_HYPHENATED = re.compile(r"[^\W\d_]{2,}(?:[-\u2010\u2011][^\W\d_]{2,})+")
_STOPS = '.!?:;“"‘('


class Compounds:
    """What one generation tells of how words are written. Thread safe.

    Whether a word is on record is asked of the very words of quotations, 40 µs for a question of 17 words and 170 for a
    tweet of 40. nDCG@10 of fact-checked claims asked by tweets, hashtags among them, rises from .861 to .880 by words
    alone and from .914 to .920 with both sides; that of arguments stays. Of 128 tweets of which a compound was written
    the other way: from .810 to .858, and from .887 to .902.
    """

    def __init__(self, words: LexicalIndex, wording: WordingIndex) -> None:
        self._words = words
        self._wording = wording
        self._read: dict[str, str] = {}

    def as_recorded(self, text: str) -> str:
        """The text with its compounds as the record writes them; as it stands where the record does not tell."""
        read = self._read.get(text)
        if read is None:
            read = self._spaced(_HYPHENATED.sub(self._joined, text) if _HYPHEN.search(text) else text)
            if len(self._read) >= REMEMBERED:
                self._read = {}
            self._read[text] = read
        return read

    def _joined(self, found: re.Match[str]) -> str:
        """A word without its hyphens where the record, or else English, writes it as one: "cease-fire"."""
        whole = _HYPHEN.sub("", found[0])
        apart, joined = (min(self._words.frequencies(self._words.terms(one)), default=0) for one in (found[0], whole))
        return whole if joined > apart or (not apart and is_common(folded(whole))) else found[0]

    def _spaced(self, text: str) -> str:
        """Two words as one that is on record where they stand in a row nowhere; one that is not as two that do."""
        told = [word for word in self._words.words(text) if word[2] is not None and text[word[0] : word[1]].isalpha()]
        counts = self._words.frequencies([term for _, _, term in told if term is not None])
        words = [(start, end) for start, end, _ in told]
        following = [*words[1:], (len(text), len(text))][: len(words)]
        changes: list[tuple[int, int, str]] = []
        looks, done = LOOKED_FOR, 0
        for (start, end), after, count in zip(words, following, counts, strict=True):
            if start < done:
                continue
            halves = text[start:end], text[slice(*after)]
            if text[end : after[0]] == " " and self._is_whole(*halves) and looks:
                looks -= 1
                if not self._in_a_row(*halves):
                    changes.append((start, after[1], "".join(halves)))
                    done = after[1]
            elif not count and not _is_name(text, start, end):
                for halves in self._halves(text[start:end])[:looks]:
                    looks -= 1
                    if self._in_a_row(*halves):
                        changes.append((start, end, " ".join(halves)))
                        break
        for start, end, instead in reversed(changes):
            text = text[:start] + instead + text[end:]
        return text

    def _is_whole(self, first: str, second: str) -> bool:
        """Whether the two are on record as one word, in either number."""
        short = min(len(first), len(second)) < SHORTEST or len(first) + len(second) > LONGEST
        return not short and any(map(self._wording.knows, _numbers(f"{first}{second}".lower())))

    def _halves(self, word: str) -> list[tuple[str, str]]:
        """The pairs of words on record that a word can be cut into, those of the most equal length first."""
        if len(word) > LONGEST:
            return []
        known = self._wording.knows
        cuts = ((word[:at], word[at:]) for at in range(SHORTEST, len(word) - SHORTEST + 1))
        found = [halves for halves in cuts if known(halves[0].lower()) and any(map(known, _numbers(halves[1].lower())))]
        return sorted(found, key=lambda halves: abs(len(halves[0]) - len(halves[1])))

    def _in_a_row(self, first: str, second: str) -> bool:
        """Whether a quotation holds the two words one after the other, the second in either number."""
        wanted = [other for other in _numbers(second.lower()) if self._wording.knows(other)]
        return any(len(self._wording.phrase([first.lower(), other])[0]) for other in wanted)


def _numbers(word: str) -> tuple[str, str]:
    """A word, and the same in the other number as far as an s tells."""
    return word, word[:-1] if word.endswith("s") else f"{word}s"


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether a word is likelier a name: a capital in mid-sentence and none inside, and no tag (#Airstrikes)."""
    word, before = text[start:end], text[:start].rstrip()
    return (
        word[0].isupper()
        and word[1:].islower()
        and bool(before)
        and before[-1] not in _STOPS
        and before[-1] not in "#@"
    )
