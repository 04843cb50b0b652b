"""Words one letter away: misspelt names and misspelt words for speaking.

A word is compared only with those that share its first or its last letter, which one wrong letter always leaves one
of: some hundred of the tens of thousands of names, 20 µs instead of 2 ms.
"""

from __future__ import annotations

import bisect
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar, cast

from rapidfuzz import process
from rapidfuzz.distance import OSA

from index.queries import folded

SHORTEST = 4
"""Letters of a word that may be misspelt: of three letters one wrong leaves too little."""
LONG = 9
"""Letters from which two may be wrong."""
SEEN = 50
"""How often pyspellchecker's corpus must have a word for it to be a common one; its rare ones all stand at 50."""

_loading = threading.Lock()


class _Words:
    """Which words there are, each as 8 bytes: as a set 111,000 take 25 MB more. A word is looked up in .4 µs.

    Two words have the same hash of 64 bits with a chance of one in a thousand million.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._hashes = array("q", sorted(map(hash, set(words))))

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, word: str) -> bool:
        return self._place(word) is not None

    def _place(self, word: str) -> int | None:
        at = bisect.bisect_left(self._hashes, hash(word))
        return at if at < len(self._hashes) and self._hashes[at] == hash(word) else None


class _Counted(_Words):
    """The same, with how often a text has each."""

    def __init__(self, times: Mapping[str, int]) -> None:
        super().__init__(times)
        self._times = array("f", bytes(4 * len(self)))
        for word, count in times.items():
            self._times[self._place(word) or 0] = count
        self.total = sum(times.values())

    def times(self, word: str) -> float:
        """How often; SEEN of one that is not among them."""
        at = self._place(word)
        return SEEN if at is None else self._times[at]


Read = TypeVar("Read", bound=_Words)

_read: dict[Callable[[], _Words], _Words] = {}


class Near:
    """Words that a misspelt one may stand for."""

    def __init__(self, words: Iterable[str], shortest: int = SHORTEST) -> None:
        self._shortest = shortest
        self._words: dict[tuple[int, str, bool], list[str]] = {}
        for word in sorted({word for word in words if len(word) >= shortest - 1}):
            for letter, first in ((word[0], True), (word[-1], False)):
                self._words.setdefault((len(word), letter, first), []).append(word)

    def nearest(self, word: str) -> list[str]:
        """The words with the fewest wrong letters (substituted, left out, doubled or put in, two swapped).

        One is allowed, two from 9 letters on; none for words of fewer than `shortest` letters, and never itself.
        """
        return _fewest(self._near(word))

    def _near(self, word: str) -> dict[str, int]:
        """Words that are near enough, with how many letters are wrong."""
        if len(word) < self._shortest:
            return {}
        most = 2 if len(word) >= LONG else 1
        found: dict[str, int] = {}
        for length in range(len(word) - most, len(word) + most + 1):
            for letter, first in ((word[0], True), (word[-1], False)):
                if among := self._words.get((length, letter, first)):
                    near = process.extract(word, among, scorer=OSA.distance, score_cutoff=most, limit=None)
                    found |= {other: int(wrong) for other, wrong, _ in near if other != word}
        return found


class JoinedNear(Near):
    """Two sets of words as one."""

    def __init__(self, before: Near, more: Near) -> None:
        self._before = before
        self._more = more

    def _near(self, word: str) -> dict[str, int]:
        return self._before._near(word) | self._more._near(word)


def _fewest(found: dict[str, int]) -> list[str]:
    least = min(found.values(), default=0)
    return sorted(other for other, wrong in found.items() if wrong == least)


def is_common(word: str) -> bool:
    """Whether the folded word is one of the 57,000 common ones of English: spelt as it is meant."""
    return word in _kept(_read_common)


def frequency(word: str) -> float:
    """The share of all words of English text that this folded one is, rounded up for rare ones; above 0."""
    common = _kept(_read_common)
    return common.times(word) / common.total


def is_personal_name(word: str) -> bool:
    """Whether the folded word is a given or a family name somewhere: as likely somebody else's as a misspelt one."""
    return word in _kept(_read_personal_names)


def _kept(read: Callable[[], Read]) -> Read:
    """What `read` reads, read once. A lock for every word asked would cost as much as looking it up."""
    if read not in _read:
        with _loading:
            if read not in _read:
                _read[read] = read()
    return cast("Read", _read[read])


def _read_common() -> _Counted:
    from spellchecker import SpellChecker

    words = SpellChecker(language="en").word_frequency
    return _Counted({word: times for word, times in words.items() if times > SEEN})


def _read_personal_names() -> _Words:
    import importlib
    import pkgutil

    import faker.providers.person as person

    names: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for kind in ("last_names", "first_names_female", "first_names_male"):
            names.update(getattr(provider, kind, ()))
    return _Words(map(folded, names))
