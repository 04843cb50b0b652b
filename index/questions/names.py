"""Names in a question: those on record, and those that are one letter away from one on record."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from index.lexicon import TITLES, is_person_noun
from index.queries import folded
from index.questions.lists import is_common, is_personal_name
from index.questions.spelling import Near
from index.questions.words import AUXILIARIES, FIRST_WORDS, PREPOSITIONS, Token, capitals_tell
from index.types import Speaker

LONGEST_NAME = 6
"""Words in a name that is looked up."""
MOST_NEAR = 3
"""Names that a misspelt word may stand for; of more, none is guessed."""

BEFORE_A_ROLE = frozenset(f"{AUXILIARIES} {PREPOSITIONS} and or that what why how when , ; : . ? !".split())
_ROLE_WORDS = 4
"""Words of a role in front of its title: "the former three-star general"."""
_STOPS = frozenset(".?!:;")
_DETERMINERS = frozenset("a an the this that these those my your his her our their".split())
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of the question, by its number, and what it was taken for."""

    at: int
    taken: str


@dataclass(slots=True)
class Mark:
    """A name or a role in the question: words `first` to `last` by number, and who it may be.

    `sure`: whether it filters where it is asked for its words; otherwise it only raises. `before`: the words of a
    role in front of a name ("the retired general Khan").
    """

    speakers: tuple[Speaker, ...]
    first: int
    last: int
    sure: bool = True
    role: bool = False
    before: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(slots=True)
class Unit:
    """A word of the text that the patterns read, made of words `first` to `last` of the question."""

    word: str
    first: int
    last: int
    mark: Mark | None = field(default=None)


class Names:
    """Every form of a name on record with those who go by it."""

    def __init__(self, rows: Iterable[tuple[str, Speaker]]) -> None:
        self._forms: dict[str, list[Speaker]] = {}
        words: set[str] = set()
        self._longest: dict[str, int] = {}
        for form, speaker in rows:
            length = min(form.count(" ") + 1, LONGEST_NAME)
            for also in (form, *_with_particle(form, speaker)):
                first = also.split(" ", 1)[0]
                self._longest[first] = max(length, self._longest.get(first, 0))
                self._forms.setdefault(also, []).append(speaker)
            if can_be_asked(speaker):
                words.update(form.split())
        self._words = frozenset(words)
        self._near = Near(word for word in words if not word.isdigit())

    def __contains__(self, word: object) -> bool:
        """Whether a folded word is part of a name on record."""
        return word in self._words

    def longest(self, first: str) -> int:
        """How many words the longest form has that begins with this word; 0 where none does."""
        return self._longest.get(first, 0)

    def near(self, word: str) -> list[str]:
        """The words of names nearest to a folded word."""
        return self._near.nearest(word)

    def going_by(self, form: str) -> list[Speaker]:
        """Those who go by this form."""
        return self._forms.get(form, [])

    def askable(self, form: str) -> list[Speaker]:
        """Those who go by this form and may be asked for their words."""
        return [one for one in self._forms.get(form, ()) if can_be_asked(one)]

    def known(self, form: str) -> bool:
        """Whether anybody goes by this form."""
        return form in self._forms


def _with_particle(form: str, speaker: Speaker) -> list[str]:
    """The surname of Siobhán O’Dell is "o dell" too."""
    words = form.split()
    short = speaker.kind == "person" and len(words) > 2 and words[-2] in ("o", "d", "l")
    return [" ".join(words[-2:])] if short else []


def can_be_asked(speaker: Speaker) -> bool:
    """No unnamed source, and no group that is a mere description ("analysts")."""
    return speaker.kind != "unnamed" and (speaker.kind != "group" or speaker.name != speaker.name.lower())


Count = Callable[[str], int]
"""In how many passages on record a word, or another of its stem, stands."""


def misspelt(question: str, tokens: Sequence[Token], names: Names, count: Count) -> dict[int, list[str]]:
    """Number of a word → the words of names that it may stand for.

    None of a word that is on record, that is short for something (NASA), a plural (the Khans) or a handle, or that is
    spelt as a common word of English, unless a capital in mid-sentence says that it is a name all the same.
    """
    telling = capitals_tell(tokens)
    found: dict[int, list[str]] = {}
    for at, token in enumerate(tokens):
        word = token.word
        if len(word) < 4 or word in names:
            continue
        if is_common(word) and (
            word in FIRST_WORDS or not (telling and at > 0 and token.capital and tokens[at - 1].word not in _STOPS)
        ):
            continue
        if (telling and token.raw.isupper()) or question[max(token.start - 1, 0)] in "@#":
            continue
        # Asked before the nearest names are looked for: 3 µs for 30, and most words are on record.
        if not _LETTERS.fullmatch(word) or count(word):
            continue
        near = [other for other in names.near(word) if word != f"{other}s" or other.endswith("s")]
        if 0 < len(near) <= MOST_NEAR:
            found[at] = near
    return found


def marked(tokens: Sequence[Token], names: Names, wrong: Mapping[int, list[str]]) -> list[Unit]:
    """The question as units, one for each name (longest first) and one for each other word."""
    units: list[Unit] = []
    place = 0
    telling = capitals_tell(tokens)
    while place < len(tokens):
        begins = place in wrong or names.longest(tokens[place].word)  # two words in three begin no name
        mark = _name_at(tokens, names, wrong, place) if begins else None
        if mark is not None and _is_another(tokens, wrong, mark, telling=telling):
            mark = None
        if mark is None:
            units.append(Unit(tokens[place].word, place, place))
            place += 1
            continue
        place = mark.last + 1
        mark.before = _dropped(units)
        mark.first -= len(mark.before)
        units.append(Unit("@", mark.first, mark.last, mark))
    return units


def _name_at(tokens: Sequence[Token], names: Names, wrong: Mapping[int, list[str]], place: int) -> Mark | None:
    """The longest name that begins here: spelt as on record rather than misspelt, where both are as long."""
    most = max(map(names.longest, [tokens[place].word, *wrong.get(place, ())]))
    for end in range(min(place + most, len(tokens)), place, -1):
        form = " ".join([token.word for token in tokens[place:end]])
        if names.known(form):
            who = names.askable(form)
            return Mark(tuple(who), place, end - 1) if who else None
        at_fault = [at for at in range(place, end) if at in wrong]
        if 0 < len(at_fault) <= 2 and (mark := _misspelt_name(tokens, names, wrong, place, end, at_fault)):
            return mark
    return None


def _misspelt_name(
    tokens: Sequence[Token], names: Names, wrong: Mapping[int, list[str]], place: int, end: int, at_fault: Sequence[int]
) -> Mark | None:
    who: dict[str, Speaker] = {}
    taken: dict[int, str] = {}
    for choice in itertools.product(*(wrong[at] for at in at_fault)):
        right = dict(zip(at_fault, choice, strict=True))
        found = names.askable(" ".join(right.get(at, tokens[at].word) for at in range(place, end)))
        who |= {one.id: one for one in found}
        if found:
            taken |= {at: _written(word, found) for at, word in right.items() if at not in taken}
    if not who:
        return None
    sure = end > place + 1 or not any(
        is_common(tokens[at].word) or is_personal_name(tokens[at].word) for at in at_fault
    )
    corrections = tuple(Correction(at, word) for at, word in taken.items())
    return Mark(tuple(who.values()), place, end - 1, sure=sure, corrections=corrections)


def _written(word: str, speakers: Sequence[Speaker]) -> str:
    """A folded word of a name as the name writes it."""
    for speaker in speakers:
        for written in speaker.name.split():
            if folded(written) == word:
                return written
    return word


def _is_another(tokens: Sequence[Token], wrong: Mapping[int, list[str]], mark: Mark, *, telling: bool) -> bool:
    """Whether a lone surname is a word like any other here, or part of a name that is not on record.

    Sadiq Khan, where only Tariq Khan is; a priest, where somebody is called Priest.
    """
    first = tokens[mark.first]
    if mark.last > mark.first + (len(first.word) == 1):
        return False
    if not any(one.kind == "person" for one in mark.speakers):
        return False
    last = tokens[mark.last]
    if not last.capital and telling and is_common(last.word):
        return True
    if mark.last + 1 < len(tokens) and telling and last.capital:
        behind = tokens[mark.last + 1]
        if behind.capital and mark.last + 1 not in wrong and not (is_common(behind.word) or behind.raw.isupper()):
            return True
    if mark.first == 0:
        return False
    before = tokens[mark.first - 1]
    if before.word in _DETERMINERS:
        return True
    if before.word in FIRST_WORDS or _is_title(before.word) or not before.raw[0].isalpha():
        return False
    if first.capital:
        return before.capital and (mark.first > 1 or not is_common(before.word) or is_personal_name(before.word))
    return mark.first - 1 not in wrong and is_personal_name(before.word) and not is_common(before.word)


def _is_title(word: str) -> bool:
    """Whether the word says what somebody is: "general", "spokeswoman", "member"."""
    return word in TITLES or is_person_noun(word)


def _dropped(units: list[Unit]) -> tuple[str, ...]:
    """Take a role or an article off the end and give its words: "did the former general" → "did"."""
    words: list[str] = []
    if units and _is_title(units[-1].word):
        words.append(units.pop().word)
        for _ in range(_ROLE_WORDS):
            if not units or units[-1].word in BEFORE_A_ROLE or units[-1].mark is not None:
                break
            words.append(units.pop().word)
    elif units and units[-1].word == "the":
        words.append(units.pop().word)
    return tuple(reversed(words))
