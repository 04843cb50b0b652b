"""The store of a generation and of what was added, asked as one.

Rows tell by themselves which store holds them. Speakers are those of the roster, whatever a single store says of them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from index.columns import NOBODY, Columns
from index.copies import Folding
from index.live.roster import Entry, Listed, Roster
from index.live.split import Split
from index.queries import RoleRecord, SpeakerRecord, folded
from index.store import Store, StoredArticle
from index.types import Article, Passage, Span, Speaker, SpeakerKind


@dataclass(frozen=True, slots=True)
class Shelves:
    """Where articles are: `places`, id → number of the store, of all that was added; `gone`: those of the first store
    that no longer count.
    """

    places: Mapping[str, int]
    gone: frozenset[str]


class JoinedStore(Store):
    """Several stores as one; the first is that of the generation."""

    def __init__(
        self, stores: Sequence[Store], split: Split, shelves: Shelves, roster: Roster, columns: Columns, copies: Folding
    ) -> None:
        self.path = stores[0].path
        self.columns = columns
        self.copies = copies
        self._stores = stores
        self._base = stores[0]
        self._split = split
        self._shelves = shelves
        self._roster = roster
        self._changed = frozenset(roster.entries)
        self._standing = roster.standing
        self._by_id = {entry.record.speaker.id: entry for entry in self._standing}

    def close(self) -> None:
        """Nothing: the stores are those of others."""

    # Counting

    def count(self, table: str) -> int:
        """How many rows `article`, `speaker` or `quotation` has."""
        if table == "article":
            return self._base.count(table) - len(self._shelves.gone) + len(self._shelves.places)
        if table == "quotation":
            return len(self.columns.rows)
        base = self._base.count(table)
        return base - sum(number <= base for number in self._changed) + len(self._standing)

    # Articles and passages

    def article_ids(self) -> list[str]:
        """The ids of all articles, those of the generation first."""
        ids = [id_ for id_ in self._base.article_ids() if id_ not in self._shelves.gone]
        return ids + list(self._shelves.places)

    def article(self, id_: str, *, served: bool = False) -> StoredArticle | None:
        """An article with its passages in order of their places; None where there is none."""
        place = self._place(id_)
        found = None if place is None else self._stores[place].article(id_, served=served)
        if found is None or not served or place is None:
            return found
        rows = self._stores[place].rows_of(id_)
        return replace(found, passages=tuple(self._served(rows, found.passages)))

    def passages(self, rows: Sequence[int]) -> list[tuple[Passage, Article, tuple[str, ...]]]:
        """In order of `rows`: passage, article, ids of the other articles that carry a copy, the earliest first."""
        known: dict[int, tuple[Passage, Article]] = {}
        for place, at in self._split.apart(np.array(rows, np.int64)):
            own = [rows[one] for one in at.tolist()]
            for row, (passage, article, _) in zip(own, self._stores[place].passages(own), strict=True):
                known[row] = passage, article
        served = self._served(rows, [known[row][0] for row in rows])
        return [
            (passage, known[row][1], self._also_in(row, known[row][1].id))
            for row, passage in zip(rows, served, strict=True)
        ]

    def agencies(self, ids: Collection[str]) -> dict[str, str]:
        """Article id → agency, of those of `ids` that say to be an agency's."""
        found: dict[str, str] = {}
        by_place: dict[int, list[str]] = {}
        for id_ in ids:
            if (place := self._place(id_)) is not None:
                by_place.setdefault(place, []).append(id_)
        for place, some in by_place.items():
            found |= self._stores[place].agencies(some)
        return found

    def has_article(self, id_: str) -> bool:
        """Whether there is an article with this id."""
        return id_ in self._shelves.places or (id_ not in self._shelves.gone and self._base.has_article(id_))

    def is_added(self, id_: str) -> bool:
        """Whether an article on record was added, and is not one of the generation."""
        return id_ in self._shelves.places

    def addressed(self, part: str) -> list[tuple[str, str]]:
        """Id and web address of the articles whose address holds `part`, in any capitals of ASCII."""
        return [
            found
            for place, store in enumerate(self._stores)
            for found in store.addressed(part)
            if self._place(found[0]) == place
        ]

    def rows_of(self, id_: str) -> list[int]:
        """The rows of the quotations of an article, in order of their places."""
        place = self._place(id_)
        return [] if place is None else self._stores[place].rows_of(id_)

    def article_of(self, row: int) -> str:
        """The id of the article of a quotation."""
        return self._stores[self._split.of(row)].article_of(row)

    def quotation_row(self, id_: str) -> int | None:
        """The row of a quotation by its id."""
        for store in reversed(self._stores):
            row = store.quotation_row(id_)
            if row is not None and self._is_here(row):
                return row
        return None

    def contents(self, rows: Sequence[int] | None = None) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """Row and content of these quotations, of all of them without `rows`."""
        chosen = self.columns.rows if rows is None else np.array(rows, np.int64)
        for place, at in self._split.apart(chosen):
            yield from self._stores[place].contents(chosen[at].tolist())

    def _place(self, id_: str) -> int | None:
        place = self._shelves.places.get(id_)
        if place is None and id_ not in self._shelves.gone:
            return 0
        return place

    def _is_here(self, row: int) -> bool:
        rows = self.columns.rows
        at = int(np.searchsorted(rows, row))
        return at < len(rows) and int(rows[at]) == row

    def _also_in(self, row: int, own: str) -> tuple[str, ...]:
        others = (self.article_of(other) for other in self.copies.members(row) if other != row)
        return tuple(dict.fromkeys(id_ for id_ in others if id_ != own))

    def _served(self, rows: Sequence[int], passages: Sequence[Passage]) -> Iterator[Passage]:
        """Passages with their speakers as the roster has them."""
        numbers = self.columns.speakers(np.array(rows, np.int64)).tolist()
        for number, passage in zip(numbers, passages, strict=True):
            entry = self._roster.entries.get(number)
            speaker = passage.attribution.speaker
            if entry is None or speaker is None or number == NOBODY:
                yield passage
                continue
            now = entry.record.speaker
            roles = speaker.roles or entry.given
            shown = replace(speaker, id=now.id, name=now.name, kind=now.kind, roles=roles)
            yield replace(passage, attribution=replace(passage.attribution, speaker=shown))

    # Speakers

    def _numbers(self, column: Literal["id", "kind"], values: Collection[str]) -> list[int]:
        """The numbers of the speakers with one of `values`."""
        known = [number for number in self._base._numbers(column, values) if number not in self._changed]
        wanted = set(values)
        return known + [one.number for one in self._standing if getattr(one.record.speaker, column) in wanted]

    def speaker_number(self, id_: str) -> int | None:
        """The number of a speaker by the id."""
        entry = self._by_id.get(id_)
        if entry is not None:
            return entry.number
        number = self._base.speaker_number(id_)
        return None if number in self._changed else number

    def going_by(self, form: str) -> list[tuple[int, str, bool]]:
        """Number and id of those who go by a folded form, and whether it is the whole name."""
        known = [one for one in self._base.going_by(form) if one[0] not in self._changed]
        return known + [
            (entry.number, entry.record.speaker.id, entry.forms[form])
            for entry in self._standing
            if form and form in entry.forms
        ]

    def names(self) -> list[tuple[str, Speaker]]:
        """Every folded form with each who goes by it."""
        gone = self.changed_ids()
        known = [one for one in self._base.names() if one[1].id not in gone]
        return known + Listed(self._standing).names()

    def roles(self) -> list[tuple[str, str]]:
        """Ids of speakers with each of their roles."""
        gone = self.changed_ids()
        return [one for one in self._base.roles() if one[0] not in gone] + Listed(self._standing).roles()

    def said(self, rows: Sequence[int]) -> Iterator[Any]:
        """Row, article, date, kind and pieces of these quotations, and name and roles of who said them."""
        chosen = np.array(rows, np.int64)
        for place, at in self._split.apart(chosen):
            yield from self._stores[place].said(chosen[at].tolist())

    def speakers_by_number(self, numbers: Collection[int]) -> dict[int, tuple[str, SpeakerKind, int]]:
        """Number → name, kind and number of articles."""
        found = self._base.speakers_by_number([number for number in numbers if number not in self._changed])
        for number in numbers:
            entry = self._roster.entries.get(number)
            if entry is not None:
                one = entry.record
                found[number] = one.speaker.name, one.speaker.kind, one.articles
        return found

    def earliest(self) -> dt.date | None:
        """The first day of publication; None where no article has a date."""
        days = [store.earliest() for store in self._stores]
        return min((day for day in days if day is not None), default=None)

    def speaker_names(self) -> list[str]:
        """The names of all speakers, sorted; nobody asks for "a man" by a name."""
        gone = {entry.name for entry in self._base_speakers()}
        named = {one.record.speaker.name for one in self._standing if one.record.speaker.kind != "unnamed"}
        return sorted({name for name in self._base.speaker_names() if name not in gone} | named)

    def speaker(self, id_: str) -> SpeakerRecord | None:
        """One speaker over the whole corpus."""
        entry = self._by_id.get(id_)
        if entry is not None:
            return entry.record
        return None if self.speaker_number(id_) is None else self._base.speaker(id_)

    def speakers(
        self, part: str | None, limit: int, offset: int, without: Collection[int] = ()
    ) -> tuple[int, tuple[SpeakerRecord, ...]]:
        """How many speakers have `part` in id, name or an alias; a page of them, most quoted first, then by name."""
        total, known = self._base.speakers(part, offset + limit, 0, self._changed.union(without))
        more = [entry.record for entry in self._standing if _has(entry, part)]
        both = sorted([*known, *more], key=lambda one: (-one.quotations, one.speaker.name, one.speaker.id))
        return total + len(more), tuple(both[offset : offset + limit])

    def called(self, numbers: Sequence[int]) -> list[tuple[str, str]]:
        """Id and name of each speaker, in order of `numbers`."""
        known = [number for number in numbers if number not in self._changed]
        found = dict(zip(known, self._base.called(known), strict=True))
        for number in numbers:
            entry = self._roster.entries.get(number)
            if entry is not None:
                found[number] = entry.record.speaker.id, entry.record.speaker.name
        return [found[number] for number in numbers]

    def roles_given(self, id_: str) -> tuple[RoleRecord, ...]:
        """The roles of one speaker with their days, the one that is given first in front, then those without days."""
        entry = self._by_id.get(id_)
        if entry is None:
            return () if self.speaker_number(id_) is None else self._base.roles_given(id_)
        rows = self.columns.rows[self.columns.of_speakers([entry.number])].tolist()
        articles: dict[str, set[str]] = {role: set() for role in entry.given}
        days: dict[str, set[str]] = {role: set() for role in entry.given}
        for _, article, date, _, _, _, roles in self.said(rows):
            for role in () if roles is None else json.loads(roles):
                articles.setdefault(role, set()).add(article)
                days.setdefault(role, set()).update([] if date is None else [date])
        records = [
            RoleRecord(
                role,
                dt.date.fromisoformat(min(days[role])) if days[role] else None,
                dt.date.fromisoformat(max(days[role])) if days[role] else None,
                len(articles[role]),
            )
            for role in articles
        ]
        first = dt.date.max
        return tuple(
            sorted(records, key=lambda one: (one.first is None, one.first or first, one.last or first, one.role))
        )

    def copied_from(self, rows: Sequence[int]) -> dict[int, str]:
        """Of those of `rows` that are copies, row → id of the earliest quotation of their group."""
        firsts = {row: self.copies.members(row)[0] for row in rows}
        copied = {row: first for row, first in firsts.items() if row != first}
        distinct = list(dict.fromkeys(copied.values()))
        ids = {
            row: passage.attribution.quotation.id
            for row, (passage, _, _) in zip(distinct, self.passages(distinct), strict=True)
        }
        return {row: ids[first] for row, first in copied.items()}

    def changed_ids(self) -> frozenset[str]:
        """Ids of the speakers of the generation who are not as it has them."""
        return frozenset(one.id for one in self._base_speakers())

    def _base_speakers(self) -> list[Speaker]:
        """Those speakers, without aliases and roles."""
        return self._base.numbered(self._changed)


def _has(entry: Entry, part: str | None) -> bool:
    if part is None:
        return True
    inside = folded(part) or "\0"
    return entry.record.speaker.id == part or any(inside in form for form in entry.forms)
