"""Roles in a question ("the defence minister", "which analysts", "Taliban spokesman") and who holds them on record.

A role is held by those of whom the articles give one with the same noun and all its other words: "the defence
minister" by "Pakistan’s Defence Minister", not by "a deputy minister". Bodies and unnamed sources are known by their
names: "the ministry" by "Health Ministry", "officials" by "a senior official".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from index.lexicon import GROUP_NOUNS, TITLES, is_person_noun
from index.queries import folded
from index.questions.names import BEFORE_A_ROLE, Mark, Unit
from index.questions.patterns import FORMS
from index.types import Speaker

FEW = 3
"""Holders of a definite role at most for it to filter."""

_BEHIND = frozenset("of for at in from with on to who which that and".split())
"""What ends the noun phrase of a role; the words behind it still tell which one."""
_DETERMINERS = frozenset(
    "the a an any some which what this that these those his her their its all every each no".split()
)
_OPEN = frozenset("a an any some which what these those all every each".split())
"""Determiners that ask for whoever holds it."""
_LOWER = frozenset("deputy vice assistant shadow under junior".split())
"""The deputy of somebody is somebody else."""
_BEFORE = BEFORE_A_ROLE | _DETERMINERS | frozenset(FORMS)
"""What stands before the noun phrase of a role."""
_LONGEST = 4
"""Words on either side of the noun."""
_SAME = {
    "defense": "defence",
    "spokesman": "spokesperson",
    "chairman": "chair",
    "chairwoman": "chair",
    "chairperson": "chair",
    "adviser": "advisor",
    "organizer": "organiser",
    "neighbor": "neighbour",
    "labor": "labour",
    "center": "centre",
    "councilor": "councillor",
    "counselor": "counsellor",
}
_NOT_A_ROLE = frozenset(
    """side report time press state people call post power study head poll news source man woman group mother father
    son daughter""".split()
)
"""Nouns that a question means otherwise more often than not."""


@cache
def singular(word: str) -> str:
    """The form of a folded word by which roles are compared: singular, without gender, in British spelling."""
    if word.endswith("people") and len(word) > 6:
        word = word[:-6] + "person"
    elif word.endswith("men") and len(word) > 4:
        word = word[:-2] + "an"
    elif word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "ches", "shes", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        word = word[:-1]
    word = _SAME.get(word, word)
    for end in ("woman", "man"):
        if word.endswith(end) and len(word) > len(end) + 2:
            return _SAME.get(word, word[: -len(end)] + "person")
    return word


@dataclass(frozen=True, slots=True)
class _Held:
    """`needed`: what must be asked for with the noun, the secretary of a secretary-general."""

    words: frozenset[str]
    needed: frozenset[str]
    speaker: Speaker


class Roles:
    """Every role on record by its noun, with who holds it."""

    def __init__(self, rows: Iterable[tuple[Speaker, str]]) -> None:
        self._held: dict[str, list[_Held]] = {}
        self._words: dict[str, set[str]] = {}
        for speaker, role in rows:
            words = [singular(word) for word in folded(role).split() if word != "s"]
            for noun in _nouns(words, speaker):
                held = _Held(frozenset(words), _joined(role, noun), speaker)
                self._held.setdefault(noun, []).append(held)
                self._words.setdefault(noun, set()).update(words)

    def __contains__(self, noun: object) -> bool:
        """Whether anybody on record holds a role with this noun."""
        return noun in self._held

    def tells(self, noun: str, word: str) -> bool:
        """Whether some role with this noun has this word too."""
        return word in self._words[noun]

    def holders(self, noun: str, words: Sequence[str]) -> tuple[Speaker, ...]:
        """Those who hold a role with this noun and all these words."""
        asked = {*words, noun}
        lower = _LOWER - asked
        found = {
            held.speaker.id: held.speaker
            for held in self._held.get(noun, ())
            if asked <= held.words and held.needed <= asked and not lower & held.words
        }
        return tuple(found.values())

    def narrowed(self, speakers: Sequence[Speaker], words: Sequence[str]) -> tuple[Speaker, ...]:
        """Those of `speakers` who hold the role in front of their name; all of them where none does."""
        plain = [singular(word) for word in words if word not in _DETERMINERS and word.isalpha()]
        if len(speakers) < 2 or not plain:
            return tuple(speakers)
        ids = {holder.id for holder in self.holders(plain[-1], plain[:-1])}
        return tuple(one for one in speakers if one.id in ids) or tuple(speakers)


def _nouns(words: Sequence[str], speaker: Speaker) -> set[str]:
    """The nouns of a role: the last word of each of its parts before the first preposition."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word == "and":
            parts.append([])
        elif word in _BEHIND and parts[-1]:
            break
        else:
            parts[-1].append(word)
    nouns = {part[-1] for part in parts if part}
    if speaker.kind == "organisation":
        return nouns & GROUP_NOUNS
    if speaker.kind == "person":
        return nouns
    return {noun for noun in nouns if is_person_noun(noun) or noun in TITLES | GROUP_NOUNS}


def _joined(role: str, noun: str) -> frozenset[str]:
    """The words that a hyphen joins in front of the noun; "ex-minister" and "co-founder" need none."""
    for word in role.split():
        parts = [singular(part) for part in folded(word).split() if part != "s"]
        if "-" in word and len(parts) > 1 and parts[-1] == noun:
            return frozenset(part for part in parts[:-1] if part not in ("ex", "co"))
    return frozenset()


def is_role(word: str, roles: Roles) -> bool:
    """Whether somebody on record holds a role with this folded word as its noun."""
    noun = singular(word)
    return noun in roles and noun not in _NOT_A_ROLE


def mark_roles(units: list[Unit], roles: Roles, raw: Sequence[str]) -> None:
    """Make one unit of each role that somebody on record holds; `raw`: the words of the question as written."""
    place = 0
    while place < len(units):
        unit = units[place]
        if unit.mark is None and is_role(unit.word, roles):
            place = _mark(units, roles, raw, place, singular(unit.word))
        place += 1


def _mark(units: list[Unit], roles: Roles, raw: Sequence[str], place: int, noun: str) -> int:
    first, words, whose = _left(units, raw, place)
    last, behind = _right(units, roles, raw, place, noun)
    speakers = roles.holders(noun, [*words, *behind])
    if last == place and place + 1 < len(units) and units[place + 1].word == "of":
        return place
    told = speakers != ()
    if not told:  # "the Afghan spokesman", where only a Taliban spokesman is on record
        speakers = roles.holders(noun, words[whose:]) if whose else ()
        speakers = speakers or roles.holders(noun, [word for word in (*words, *behind) if roles.tells(noun, word)])
        speakers = tuple(one for one in speakers if one.kind in ("person", "unnamed"))  # Belgian police are not ours
    if not speakers:
        return place
    determiner = units[first - 1].word if first and units[first - 1].word in _DETERMINERS else None
    plural = units[place].word != noun and units[place].word.endswith(("s", "men", "people"))
    sure = told and not plural and determiner not in _OPEN and bool(words or behind) and len(speakers) <= FEW
    start = first - 1 if determiner and determiner not in ("which", "what") else first
    mark = Mark(speakers, units[start].first, units[last].last, sure=sure, role=True)
    units[start : last + 1] = [Unit("@", mark.first, mark.last, mark)]
    return start


def _left(units: Sequence[Unit], raw: Sequence[str], place: int) -> tuple[int, list[str], int]:
    """Where the noun phrase begins, its words before the noun, and how many of them stand before an apostrophe."""
    first = place
    words: list[str] = []
    behind: int | None = None
    while first and place - first < _LONGEST:
        before = units[first - 1]
        if before.word in ("’", "'", "s"):
            behind = len(words)
            first -= 1
            continue
        if before.mark is None and before.word in _BEFORE:
            break
        whose = first < place and units[first].word in ("’", "'")
        if before.mark is not None and not whose and any(one.kind == "person" for one in before.mark.speakers):
            break
        words = _plain(before, raw) + words
        first -= 1
    return first, words, 0 if behind is None else len(words) - behind


def _right(units: Sequence[Unit], roles: Roles, raw: Sequence[str], place: int, noun: str) -> tuple[int, list[str]]:
    """Where what follows the noun ends ("of Lodora", "at the Health Ministry"), and its words; `place` where none."""
    if place + 1 >= len(units) or units[place + 1].word not in _BEHIND:
        return place, []
    words: list[str] = []
    last = place
    for at in range(place + 2, min(place + 2 + _LONGEST, len(units))):
        parts = _plain(units[at], raw)
        if not all(roles.tells(noun, part) for part in parts):
            break
        if parts:
            words, last = words + parts, at
    return last, words


def _plain(unit: Unit, raw: Sequence[str]) -> list[str]:
    """The words of a unit as roles are compared."""
    words = folded(" ".join(raw[unit.first : unit.last + 1])).split()
    return [singular(word) for word in words if word != "s" and word not in _DETERMINERS]
