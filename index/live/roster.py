"""Who is who over a generation and what was added: the very rules of a rebuild, asked again of whom additions touch.

An addition touches those with its keys (`index.live.known`), and whoever is joined with them. These are brought
together anew, with everybody of the generation among them; all others stay as the generation has them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from index.joining import Joined, forms
from index.live.known import Key, Known, Said, together
from index.queries import SpeakerRecord
from index.speakers.across import bring_together
from index.speakers.userfile import UserFile
from index.store import Store
from index.types import Speaker


@dataclass(frozen=True, slots=True)
class Entry:
    """A speaker as he, she or it is now.

    `forms`: folded form → whether it is the whole name. `given`: the roles that the user gives.
    """

    number: int
    record: SpeakerRecord
    forms: Mapping[str, bool]
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Roster:
    """What differs from a generation. `numbers`: row of a quotation → number of its speaker, where not as there.

    `entries`: number → the speaker as now, None for one of whom nothing is left on record.
    """

    numbers: Mapping[int, int]
    entries: Mapping[int, Entry | None]

    @property
    def standing(self) -> list[Entry]:
        """Those who are on record."""
        return [entry for entry in self.entries.values() if entry is not None]


@dataclass(frozen=True, slots=True)
class Listed:
    """Speakers of a roster as questions read them (`index.questions.Record`)."""

    entries: Collection[Entry]
    first: dt.date | None = None

    def names(self) -> list[tuple[str, Speaker]]:
        """Every folded form with each who goes by it."""
        found = []
        for entry in self.entries:
            one = entry.record.speaker
            bare = Speaker(one.id, one.name, one.kind)
            found += [(form, bare) for form in entry.forms]
        return found

    def roles(self) -> list[tuple[str, str]]:
        """Ids of speakers with each of their roles."""
        return [(one.record.speaker.id, role) for one in self.entries for role in one.record.speaker.roles]

    def earliest(self) -> dt.date | None:
        """The first day of publication."""
        return self.first


class Register:
    """The roster in the making; one writer."""

    def __init__(self, store: Store, user: UserFile) -> None:
        self._store = store
        self._user = user
        self._together = together(user)
        self._known: Known | None = None
        self._added: defaultdict[Key, dict[str, list[Said]]] = defaultdict(dict)
        """Key → id of an article → its speakers with this key."""
        self._keys: dict[str, set[Key]] = {}
        self._hidden: set[str] = set()
        self._numbers: dict[int, int] = {}
        self._entries: dict[int, Entry | None] = {}
        self._of_key: defaultdict[Key, set[int]] = defaultdict(set)
        """Key → numbers of those whom `entries` has and who have it."""
        self._own: dict[str, int] = {}
        """Id → number of a speaker whom the generation does not know."""
        self._first = store.count("speaker") + 1

    def change(self, added: Mapping[str, Iterable[Said]], hidden: Collection[str], gone: Collection[str]) -> None:
        """Take in articles by their ids, each with its speakers.

        `hidden`: articles of the generation that no longer count; `gone`: those that were taken in before and do not.
        """
        touched: set[Key] = set()
        for id_ in gone:
            for key in self._keys.pop(id_, ()):
                touched.add(key)
                for said in self._added[key].pop(id_, ()):
                    for row in said.rows:
                        self._numbers.pop(row, None)
        if hidden:
            known = self._read()
            for id_ in set(hidden) - self._hidden:
                touched |= {said.key for said in known.said(known.of_article(id_))}
            self._hidden |= set(hidden)
        for id_, speakers in added.items():
            keys = self._keys.setdefault(id_, set())
            for said in speakers:
                self._added[said.key].setdefault(id_, []).append(said)
                keys.add(said.key)
            touched |= keys
        if touched:
            self._bring_together(touched)

    def roster(self) -> Roster:
        """As it is now."""
        return Roster(dict(self._numbers), dict(self._entries))

    def _read(self) -> Known:
        if self._known is None:
            self._known = Known(self._store)
        return self._known

    def _bring_together(self, touched: set[Key]) -> None:
        known = self._read()
        keys: set[Key] = set()
        numbers: set[int] = set()
        rows = known.of_keys(())
        while True:
            more = touched | {other for key in touched for other in self._together.get(key, ())}
            # Whoever was one with these until now is looked at too, whatever the name.
            now = known.numbers(known.of_keys(more)) | numbers
            rows = known.of_numbers(now)
            found = {said.key for said in known.said(rows)} | more
            if found == keys and now == numbers:
                break
            keys, numbers, touched = found, now, found
        said = [one for one in known.said(rows) if one.one.article_id not in self._hidden]
        said += [one for key in sorted(keys) for some in self._added.get(key, {}).values() for one in some]
        for number in numbers.union(*(self._of_key.pop(key, ()) for key in keys)):
            self._entries[number] = None
        result = bring_together([one.one for one in said], self._user)
        joined: dict[str, Joined] = {}
        for place, id_ in enumerate(result.ids):
            joined.setdefault(id_, Joined(id_, result.given.get(id_))).add(place, said[place].one)
        for id_, one in joined.items():
            number = self._number(id_, numbers)
            speaker = one.speaker()
            given = () if one.given is None else tuple(role for role in speaker.roles if role in one.given.roles)
            record = SpeakerRecord(speaker, one.quotations, len(one.articles))
            self._entries[number] = Entry(number, record, forms(speaker), given)
            for place in one.rows:
                self._of_key[said[place].key].add(number)
                for row in said[place].rows:
                    if said[place].number == number:
                        self._numbers.pop(row, None)
                    else:
                        self._numbers[row] = number

    def _number(self, id_: str, among: Collection[int]) -> int:
        """The number that the generation has for an id, or one of its own."""
        number = self._store.speaker_number(id_)
        if number is not None and number in among:
            return number
        return self._own.setdefault(id_, self._first + len(self._own))
