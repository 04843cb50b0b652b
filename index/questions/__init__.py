"""What a question asks for: whose words ("What does Bahiss expect?"), of which days, and what about.

The words of a question are folded, every name or role that is on record becomes one mark, and a few patterns of speech
are looked for around the marks. Whatever fits no pattern is a subject like any other word: "Who is Bahiss?".
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from index.queries import Guess, Understood, folded
from index.questions import patterns
from index.questions.changed import JoinedNames, JoinedRoles
from index.questions.dates import Dates, dates_of
from index.questions.lists import is_common
from index.questions.names import Correction, Count, Mark, Names, Unit, marked, misspelt
from index.questions.patterns import SPEECH, asked
from index.questions.respelt import Written, respelt
from index.questions.roles import Roles, mark_roles
from index.questions.spelling import Near
from index.questions.words import AUXILIARIES, PREPOSITIONS, Token, tokens_of
from index.types import Speaker

__all__ = ["SPEECH", "Questions", "Record"]

MOST_LIKELY = 500
"""Speakers that are raised at most; a role that more hold ("officials") tells nobody apart."""
KEYWORDS = 6
"""Units of a question without a verb at most: "mcallister roads"."""

_CUES = Near([word for word in patterns.FORMS if len(word) > 2], shortest=3)
_ASKING = frozenset("what which whatever everything anything all wat waht".split())
"""Words in front of who is asked that say nothing of what about."""
_ABOUT = frozenset("about on regarding concerning that of".split())
_EMPTY = (
    frozenset(f"{AUXILIARIES} {PREPOSITIONS} what why how when where which who the a an it they".split())
    | patterns.NEUTRAL
)
"""Words that alone ask for nothing."""
_NO_KEYWORDS = frozenset(
    f"{AUXILIARIES} {PREPOSITIONS} what why how when where which who are were be been should , ; : . ? !".split()
)


def _nothing(_words: Sequence[str]) -> Sequence[str]:
    return ()


class Record(Protocol):
    """What is on record, as far as questions are understood by it; `index.store.Store` is one."""

    def names(self) -> Iterable[tuple[str, Speaker]]:
        """Every folded form of a name with each who goes by it."""
        ...

    def roles(self) -> Iterable[tuple[str, str]]:
        """Ids of speakers with each of their roles."""
        ...

    def earliest(self) -> dt.date | None:
        """The first day of publication."""
        ...


class Questions:
    """Understands the questions on one generation. Thread safe; names and roles are read at the first question.

    `count` says how many passages carry a word: one that they carry is not misspelt. `written` gives those of some
    words that they carry, as one of them writes each (see `index.vocabulary`).
    """

    def __init__(self, record: Record, count: Count, written: Written = _nothing) -> None:
        self._record = record
        self._count = count
        self._written = written
        self._reading = threading.Lock()
        self._known: tuple[Names, Roles, dt.date | None] | None = None

    def changed(self, record: Record, count: Count, written: Written, without: Collection[str]) -> Questions:
        """Questions on what changed a little: all that is known here but `without` these ids, and what `record` adds.

        So the names of a whole generation, .6 s of 46,000 speakers, are not read again for an article more.
        """
        return _Changed(self, record, count, written, without)

    def understand(
        self, question: str, today: dt.date | None = None, ignore: Collection[str] = frozenset()
    ) -> Understood:
        """What the question asks for; nothing is guessed of the kinds in `ignore` (`index.queries.GUESSES`).

        Days are told relative to `today`, by default the current day. A name that several go by means all of them. A
        body (an organisation, a group, a place that speaks) must be asked as one that says something.
        """
        names, roles, earliest = self._names_and_roles()
        tokens = tokens_of(question)
        spelling = "spelling" not in ignore
        units = [Unit(one.word, at, at) for at, one in enumerate(tokens)]
        if "speakers" not in ignore:
            wrong = misspelt(question, tokens, names, self._count) if spelling else {}
            units = marked(tokens, names, wrong)
        put_right: list[Correction] = []
        if spelling:
            put_right = respelt(question, tokens, units, names, roles, self._count, self._written)
        read = _with(tokens, units, put_right)
        dates = None if "dates" in ignore else dates_of(read, today or dt.date.today(), earliest)
        if dates is not None:
            kept = [unit for unit in units if unit.last < dates.first or unit.first > dates.last]
            if any(unit.mark and unit not in kept for unit in units):
                kept, dates = units, None  # a name on record rather than a month: "What did May say?"
            units = kept
        if "roles" not in ignore:
            mark_roles(units, roles, [token.raw for token in read])
        cues = _cue_corrections(units, names) if spelling and any(unit.mark for unit in units) else {}
        return _Reading(question, read, units, put_right, cues, roles, dates).understood()

    def names_in(self, text: str) -> list[Unit]:
        """The words of a text, each name on record as one, with who goes by it: spelt as on record, with a capital."""
        names, _, _ = self._names_and_roles()
        tokens = tokens_of(text)
        units = marked(tokens, names, {})
        for unit in units:
            own = tokens[unit.first : unit.last + 1]
            if unit.mark is not None and not any(token.capital for token in own[len(unit.mark.before) :]):
                unit.mark, unit.word = None, " ".join(token.word for token in own)
        return units

    def _names_and_roles(self) -> tuple[Names, Roles, dt.date | None]:
        known = self._known
        if known is None:
            with self._reading:
                if self._known is None:
                    self._known = self._read()
                known = self._known
        return known

    def _read(self) -> tuple[Names, Roles, dt.date | None]:
        names, roles = self._read_record()
        return names, roles, self._record.earliest()

    def _read_record(self) -> tuple[Names, Roles]:
        rows = list(self._record.names())
        people = {speaker.id: speaker for _, speaker in rows}
        held = [(people[id_], role) for id_, role in self._record.roles() if id_ in people]
        bodies = [(one, one.name) for one in people.values() if one.kind != "person"]
        return Names(rows), Roles([*held, *bodies])


class _Changed(Questions):
    def __init__(
        self, before: Questions, record: Record, count: Count, written: Written, without: Collection[str]
    ) -> None:
        super().__init__(record, count, written)
        self._before = before
        self._without = frozenset(without)

    def _read(self) -> tuple[Names, Roles, dt.date | None]:
        names, roles, earliest = self._before._names_and_roles()
        more, held = self._read_record()
        days = [day for day in (earliest, self._record.earliest()) if day is not None]
        return (
            JoinedNames(names, more, self._without),
            JoinedRoles(roles, held, self._without),
            min(days, default=None),
        )


def _with(tokens: Sequence[Token], units: Sequence[Unit], corrections: Sequence[Correction]) -> list[Token]:
    """The words with what they were taken for in their place; the units that are one of them are changed as well."""
    read = list(tokens)
    for correction in corrections:
        word = folded(correction.taken)
        read[correction.at] = read[correction.at]._replace(raw=correction.taken, word=word)
        for unit in units:
            if unit.first == correction.at and unit.mark is None:
                unit.word = word
    return read


def _cue_corrections(units: Sequence[Unit], names: Names) -> dict[int, str]:
    """Place of a unit → the word for speaking, or the auxiliary, that is one letter away."""
    found: dict[int, str] = {}
    for place, unit in enumerate(units):
        word = unit.word
        if unit.mark is not None or not word.isalpha() or word in names or is_common(word):
            continue
        if near := _CUES.nearest(word):
            found[place] = min(near, key=patterns.FORMS.index)
    return found


class _Reading:
    """One question with its marks, read for what it asks."""

    def __init__(
        self,
        question: str,
        tokens: Sequence[Token],
        units: Sequence[Unit],
        put_right: Sequence[Correction],
        cues: dict[int, str],
        roles: Roles,
        dates: Dates | None,
    ) -> None:
        self._question, self._tokens, self._units = question, tokens, units
        self._cues, self._roles, self._dates = cues, roles, dates
        self._put_right = {correction.at: correction for correction in put_right}
        self._marks = [unit.mark for unit in units if unit.mark is not None]
        self._cut: set[int] = set()
        self._telling: set[int] = set()
        self._sure: dict[str, None] = {}
        self._likely: dict[str, None] = {}
        self._guesses: list[Guess] = []

    def understood(self) -> Understood:
        """What it asks."""
        if self._marks:
            self._read_patterns()
            if not self._sure and not self._likely:
                self._read_keywords()
        dates = self._dates
        if dates is not None:
            self._guess("dates", dates.first, dates.last)
            self._cut.update(range(dates.first, dates.last + 1))
        for mark in self._marks:
            if mark.sure and not self._is_common(mark):  # a subject: "criticism of Bahis"
                self._put_right |= {one.at: one for one in mark.corrections if one.at not in self._cut}
        for correction in self._put_right.values():
            self._correct(correction)
        searched, corrected = self._searched()
        return Understood(
            speakers=tuple(self._sure),
            likely=tuple(one for one in self._likely if one not in self._sure),
            since=dates.since if dates else None,
            until=dates.until if dates else None,
            searched=searched,
            corrected=corrected,
            guesses=tuple(sorted(self._guesses, key=lambda guess: (guess.start, guess.kind))),
        )

    def _read_patterns(self) -> None:
        number = 0
        pieces, starts = [], []
        at = 0
        for place, unit in enumerate(self._units):
            piece = self._cues.get(place, unit.word)
            if unit.mark is not None:
                piece, number = f"@{number}", number + 1
            starts.append(at)
            pieces.append(piece)
            at += len(piece) + 1
        for found in asked(" ".join(pieces)):
            marks = [self._marks[one] for one in found.marks]
            if found.role and not all(mark.role for mark in marks):
                continue
            taken = [self._take(mark, body=found.body) for mark in marks]
            if any(taken):
                places = [place for place, start in enumerate(starts) if found.start <= start < found.end]
                self._cut_out(places, pieces, whole=all(mark.sure for mark in marks))

    def _read_keywords(self) -> None:
        """A few words without a verb, one of them a name: "mcallister roads"."""
        units = self._units
        if len(units) <= KEYWORDS and not any(unit.word in _NO_KEYWORDS for unit in units):
            for unit in units:
                if unit.mark is not None and not unit.mark.role and not self._is_common(unit.mark):
                    self._take(unit.mark, body=False, sure=False)

    def _is_common(self, mark: Mark) -> bool:
        return any(is_common(self._tokens[correction.at].word) for correction in mark.corrections)

    def _take(self, mark: Mark, *, body: bool, sure: bool = True) -> bool:
        """Take a mark for whose words are asked; whether anybody among it can be."""
        who = [one for one in mark.speakers if mark.role or (one.kind != "person") == body]
        who = list(self._roles.narrowed(who, mark.before)) if mark.before else who
        if not who or len(who) > MOST_LIKELY:
            return False
        (self._sure if sure and mark.sure else self._likely).update({one.id: None for one in who})
        ids = tuple(one.id for one in who)
        self._guess("roles" if mark.role else "speakers", mark.first, mark.last, speakers=ids)
        for correction in mark.corrections:
            self._correct(correction)
        return True

    def _correct(self, correction: Correction) -> None:
        self._guess("spelling", correction.at, correction.at, taken=correction.taken)

    def _guess(
        self, kind: str, first: int, last: int, speakers: tuple[str, ...] = (), taken: str | None = None
    ) -> None:
        start, end = self._tokens[first].start, self._tokens[last].end
        guess = Guess(kind, self._question[start:end], start, end, speakers, taken)
        known = [one for one in self._guesses if (one.kind, one.start, one.end) == (kind, start, end)]
        for one in known:
            self._guesses.remove(one)
            merged = tuple(dict.fromkeys((*one.speakers, *speakers)))
            guess = Guess(kind, guess.text, start, end, merged, taken)
        self._guesses.append(guess)

    def _cut_out(self, places: Sequence[int], pieces: Sequence[str], *, whole: bool) -> None:
        """Take who is asked, and the words for asking, off what is searched."""
        first, last = places[0], places[-1]
        while first and pieces[first - 1] in _ASKING:
            first -= 1
        for place in range(first, last + 1):
            if place in self._cues:
                self._correct(Correction(self._units[place].first, pieces[place]))
        if not whole:
            return
        if last + 1 < len(self._units) and self._units[last + 1].word in _ABOUT:
            last += 1
        for place in range(first, last + 1):
            if pieces[place] in patterns.TELLING:
                self._telling.update(range(self._units[place].first, self._units[place].last + 1))
            else:
                self._cut.update(range(self._units[place].first, self._units[place].last + 1))

    def _searched(self) -> tuple[str, str]:
        """The question without what was cut out, nothing where no word is left that tells what about; and put right.

        The second is empty where no word of the first was misspelt.
        """
        runs: list[list[int]] = []
        for at in range(len(self._tokens)):
            if at in self._cut:
                continue
            if runs and runs[-1][1] == at - 1:
                runs[-1][1] = at
            else:
                runs.append([at, at])
        left = [token.word for at, token in enumerate(self._tokens) if at not in self._cut | self._telling]
        if self._cut and all(word in _EMPTY or not word[0].isalnum() for word in left):
            runs = []
        wrong = any(first <= at <= last for at in self._put_right for first, last in runs)
        searched = self._joined(runs, {}) if self._cut else ""
        corrected = self._joined(runs, {at: one.taken for at, one in self._put_right.items()}) if wrong else ""
        return searched if self._cut else self._question, corrected

    def _joined(self, runs: Sequence[Sequence[int]], taken: Mapping[int, str]) -> str:
        """These runs of words as the question writes them, but for those that were taken for others."""
        parts = []
        for first, last in runs:
            at, end = self._tokens[first].start, self._tokens[last].end
            if last == len(self._tokens) - 1:
                end = len(self._question)  # what is beyond the words that are looked at stays
            part = ""
            for place in range(first, last + 1):
                if place in taken:
                    part += self._question[at : self._tokens[place].start] + taken[place]
                    at = self._tokens[place].end
            parts.append((part + self._question[at:end]).strip())
        return " ".join(part for part in parts if any(map(str.isalnum, part))).lstrip(" ,:;.?!’'")
