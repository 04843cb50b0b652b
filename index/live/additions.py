"""All that came after one generation: articles added, in parts of growing size, and what they replace or were removed.

One writer calls `add` and `remove`; each `snapshot` is a Searcher of its own that never changes. The path without any
additions is the generation's own Searcher.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index.columns import Columns
from index.engine import Sides
from index.live.asking import Asking
from index.live.folds import Folds
from index.live.known import Said
from index.live.lexical import JoinedWords
from index.live.parts import Part
from index.live.places import Order, Standing
from index.live.recent import Placed
from index.live.roster import Register, Roster
from index.live.split import Split
from index.live.store import JoinedStore, Shelves
from index.live.vectors import JoinedSpoken, JoinedVectors
from index.live.wording import JoinedWording
from index.live.worked import Worked
from index.manifest import Counts
from index.searcher import Searcher
from index.speakers.userfile import UserFile
from index.types import ArticleSpeaker, Speaker
from index.vectors import Vectors
from index.vocabulary import Vocabulary
from index.wording import GrowingWording, WordingIndex

Ids = NDArray[np.int64]

GROWTH = 2
"""How many times as large as the part behind it a part must be; else the two become one. So there are few parts, and an
article is put into a new one few times."""


class Additions:
    """What came after `base`."""

    def __init__(self, base: Searcher, user: UserFile) -> None:
        store = base.sides.store
        self.base = base
        self._parts: list[Part] = []
        self._where: dict[str, Part] = {}
        """Id of an article that was added → the part that has it."""
        self._standing = Standing()
        self._hidden: set[int] = set()
        self._dropped: set[int] = set()
        """Rows that are in no part any longer; the wording has them still."""
        self._gone: set[str] = set()
        self._first = self._next = int(store.rows()[-1]) + 1 if len(store.rows()) else 1
        self._order: Order | None = None
        self._growing: GrowingWording | None = None
        self._wording: WordingIndex | None = None
        self._register = Register(store, user)
        self._folds = Folds(store.copies)
        self._asking = Asking(base.questions, store, Vocabulary(base.sides.words, store))
        self._now: tuple[Roster, Columns] | None = None
        """Who is who, and what filters ask of every row, after the last change."""

    def __bool__(self) -> bool:
        return bool(self._where or self._gone)

    @property
    def changes(self) -> int:
        """How many articles were added, or are no longer those of the generation."""
        return len(self._where.keys() | self._gone)

    def holds(self, id_: str) -> bool:
        """Whether an article is on record."""
        return id_ in self._where or self._in_base(id_)

    def change(self, added: Sequence[Worked], removed: Collection[str] = ()) -> None:
        """Take in articles, each id once, and leave out those with the ids in `removed`, which are none of them.

        An article that is on record is replaced.
        """
        if not added and not removed:
            return
        replaced = {one.article.id for one in added}
        hidden = [id_ for id_ in [*removed, *replaced] if self._in_base(id_)]
        gone = [id_ for id_ in [*removed, *replaced] if id_ in self._where]
        rows = [row for id_ in hidden for row in self.base.sides.store.rows_of(id_)]
        for id_ in gone:
            rows += self._standing.pop(id_)
            del self._where[id_]
        self._hidden.update(rows)
        self._folds.leave_out(rows)
        self._gone.update(hidden)
        placed = self._placed(added)
        if added:
            self._take_in(placed, np.concatenate([one.vectors for one in added]))
        self._register.change({one.article.id: list(_said(one)) for one in placed}, hidden, gone)
        roster = self._register.roster()
        self._now = roster, self._columns(roster)
        if added:
            self._folds.add(self._store(), self._joined_wording(), [one for some in placed for one in some.quoted])
            self._put_together()

    def snapshot(self, number: int) -> Searcher:
        """What answers now; `number`: of the last change, which tells this state from others."""
        if not self:
            return self.base
        assert self._now is not None
        base, parts = self.base.sides, self._parts
        split, hidden = self._split(), self._hidden_rows()
        roster, store = self._now[0], self._store()
        words = JoinedWords([base.words, *(part.words for part in parts)], split, hidden)
        passages = len(store.rows())
        manifest = replace(
            self.base.manifest,
            generation=f"{self.base.generation}+{number}",
            counts=Counts(store.count("article"), passages, store.count("speaker"), passages),
        )
        sides = Sides(
            store=store,
            vectors=JoinedVectors([base.vectors, *(part.vectors for part in parts)], split, hidden),
            spoken=JoinedSpoken([base.spoken, *(part.spoken for part in parts)], split),
            words=words,
            wording=self._joined_wording(),
            encode=base.encode,
        )
        questions = self._asking.questions(roster, store, Vocabulary(words, store))
        return Searcher(manifest, sides, base=self.base, questions=questions)

    def _in_base(self, id_: str) -> bool:
        return id_ not in self._gone and self.base.sides.store.has_article(id_)

    def _placed(self, added: Iterable[Worked]) -> list[Placed]:
        placed = []
        for worked in added:
            placed.append(Placed.at(self._next, worked))
            self._next += len(worked.passages)
        return placed

    def _take_in(self, placed: Sequence[Placed], both: Vectors) -> None:
        part = Part.made(placed, both, self.base.sides.words.mean)
        self._parts.append(part)
        self._order = self._order or Order(self.base.sides.store)
        for one in placed:
            self._where[one.article.id] = part
            starts = sorted((passage.attribution.quotation.start, row) for row, passage in one.quoted)
            self._standing.add(one.article.id, self._order.place(one.article), [row for _, row in starts])
        self._growing = self._growing or GrowingWording()
        self._wording = self._growing.add(
            (row, passage.attribution.quotation.spans) for one in placed for row, passage in one.quoted
        )

    def _split(self) -> Split:
        return Split([0, *(part.first for part in self._parts)])

    def _hidden_rows(self) -> Ids:
        return np.array(sorted(self._hidden), np.int64)

    def _columns(self, roster: Roster) -> Columns:
        unnamed = [entry.number for entry in roster.standing if entry.record.speaker.kind == "unnamed"]
        columns = [self.base.sides.store.columns, *(part.store.columns for part in self._parts)]
        return Columns.joined(columns, self._hidden_rows(), roster.numbers, unnamed, self._standing.places())

    def _store(self) -> JoinedStore:
        assert self._now is not None
        roster, columns = self._now
        stores = [self.base.sides.store, *(part.store for part in self._parts)]
        numbers = {part: number for number, part in enumerate(self._parts, 1)}
        shelves = Shelves({id_: numbers[part] for id_, part in self._where.items()}, frozenset(self._gone))
        return JoinedStore(stores, self._split(), shelves, roster, columns, self._folds.folding())

    def _joined_wording(self) -> JoinedWording:
        base, more = self.base.sides.wording, [] if self._wording is None else [self._wording]
        hidden = np.array(sorted(self._hidden | self._dropped), np.int64)
        return JoinedWording([base, *more], Split([0, self._first]), hidden)

    def _put_together(self) -> None:
        """Make one of the last two parts, as long as the one before is not GROWTH times as large."""
        while len(self._parts) > 1:
            last = self._parts[-2:]
            if len(last[0]) > GROWTH * len(last[1]):
                return
            gone = [{id_ for id_ in part.store.placed if self._where.get(id_) is not part} for part in last]
            part = Part.together(last, gone)
            left_out = {
                row for one, ids in zip(last, gone, strict=True) for id_ in ids for row in one.store.rows_of(id_)
            }
            self._hidden -= left_out
            self._dropped |= left_out
            self._parts[-2:] = [] if part is None else [part]
            if part is not None:
                self._where |= dict.fromkeys(part.store.placed, part)


def _said(placed: Placed) -> Iterable[Said]:
    """The speakers of an article with what they said."""
    article = placed.article
    rows: dict[Speaker, list[int]] = {}
    for row, passage in placed.quoted:
        if passage.attribution.speaker is not None:
            rows.setdefault(passage.attribution.speaker, []).append(row)
    for speaker, said in rows.items():
        yield Said(ArticleSpeaker(speaker, article.id, article.source, len(said)), tuple(said))
