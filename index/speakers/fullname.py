"""A person's name taken apart for comparison over articles: given name, what stands between, surname, suffix.

Case, accents, punctuation, hyphens and titles do not count. "Tariq Khan" is full, "Khan", "T. Khan", "de Blasio" and
"Mr Khan" are lone: they tell who is meant within their article only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from index.lexicon import TITLES
from index.queries import folded

SUFFIXES = {"jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr", "ii": "ii", "iii": "iii", "iv": "iv"}
"""Behind a surname: how it is written → what it says."""
_SURNAMES_TOO = frozenset(("junior", "senior"))
_PARTICLES = frozenset(
    "bin bint ibn abu al el de del della di da dos das du la le van von der den ter ten ben ul ud st".split()
)
"""Words that belong to the name behind them."""
_DROPPED = frozenset(("al", "el"))
"""The Arabic article inside a name: some outlets write it, some leave it out ("Bashar al-Assad", "Bashar Assad")."""
_GIVEN_TOO = frozenset("al ben van della".split())
"""Particles that are given names where they open a name in a capital: "Al Gore", "Ben Carson"."""
_OFFICES = frozenset("pope king queen emperor empress sultan prince princess saint".split())
"""With one of these a single name is known everywhere: "Pope Francis"; "Sister Mary" is not."""
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_JOINTS = re.compile(r"[-‐‑–]")
_INITIALS = re.compile(r"[A-Z][B-DF-HJ-NP-TV-XZ]{1,2}")
"""Initials written in one, as they open a name: "JD"; some outlets write surnames in capitals ("LI Wei")."""


@dataclass(frozen=True, slots=True)
class FullName:
    """`words`: every word as compared, suffix left out. `bound`: places of words that a hyphen binds to the next."""

    words: tuple[str, ...]
    bound: frozenset[int]
    suffix: str | None
    lower: bool = False
    """Whether the first word is written small: then a particle in front is one ("al-Assad", "de Blasio")."""
    units: tuple[str, ...] = field(init=False, compare=False, repr=False)
    """The words, those in one that a hyphen or a particle binds together."""

    def __post_init__(self) -> None:
        # Names are compared pair by pair, and each is asked for its parts many times.
        object.__setattr__(self, "units", _units(self.words, self.bound, self.lower))

    @property
    def given(self) -> str:
        """The first name."""
        return self.units[0]

    @property
    def middles(self) -> tuple[str, ...]:
        """Names and initials between the first and the last."""
        return self.units[1:-1]

    @property
    def surname(self) -> str:
        """The last name."""
        return self.units[-1]

    @property
    def full(self) -> bool:
        """Whether there is a given name and a surname; a lone initial is no given name."""
        units = self.units
        return len(units) > 1 and len(units[-1]) > 1 and (len(units[0]) > 1 or len(units) > 2)


def _units(words: tuple[str, ...], bound: frozenset[int], lower: bool) -> tuple[str, ...]:
    units: list[str] = []
    open_ = False
    for place, word in enumerate(words):
        if open_:
            units[-1] += f" {word}"
        else:
            units.append(word)
        given = place == 0 and not lower and word in _GIVEN_TOO
        open_ = place in bound or (word in _PARTICLES and not given)
    return tuple(_without_article(unit) for unit in units)


@lru_cache(maxsize=1 << 16)
def read_name(name: str) -> FullName:
    """Take a person's name apart; any text gives one, without words where it has no letters and figures."""
    written = [word for word in _APOSTROPHES.sub("", name).split() if _word(word)]
    while len(written) > 1 and _is_title(written):
        written.pop(0)
    suffix = None
    while len(written) > 1 and _word(written[-1]) in SUFFIXES:
        if _word(written[-1]) in _SURNAMES_TOO and len(written) == 2:
            break
        suffix = SUFFIXES[_word(written.pop())]
    capitals = all(word.isupper() for word in written)
    words: list[str] = []
    bound: set[int] = set()
    for word in written:
        if not words and _INITIALS.fullmatch(word) and not capitals:
            words += word.lower()  # "JD" is "J.D."
            continue
        parts = [_word(part) for part in _JOINTS.split(word) if _word(part)]
        for part in parts:
            words += part.split()
            bound.add(len(words) - 1)
        bound.discard(len(words) - 1)
    return FullName(tuple(words), frozenset(bound), suffix, bool(written) and written[0][0].islower())


def fits(one: FullName, other: FullName) -> bool:
    """Whether both may be one person's: nothing in one speaks against the other.

    A middle name may be left out or stand as an initial; given name, surname and suffix must be the same.
    """
    if (one.given, one.surname, one.suffix) != (other.given, other.surname, other.suffix):
        return False
    return all(
        a == b or (1 in (len(a), len(b)) and a[0] == b[0]) for a, b in zip(one.middles, other.middles, strict=False)
    )


@lru_cache(maxsize=1 << 14)
def _word(written: str) -> str:
    """A word of a name as it is compared; given names and surnames repeat."""
    return folded(written)


def _is_title(written: list[str]) -> bool:
    first = _word(written[0])
    if first in _OFFICES:
        named = [word for word in written[1:] if _word(word) not in SUFFIXES]
        return len(named) > 1 and first != "pope"
    return first in TITLES or first == "mullah"


def _without_article(unit: str) -> str:
    if " " not in unit:
        return unit
    words = unit.split()
    kept = [word for word in words[:-1] if word not in _DROPPED] + words[-1:]
    return " ".join(kept)
