"""All that came after one generation: articles added, in parts of growing size, and what they replace or were removed.

One writer calls `add` and `remove`; each `snapshot` is a Searcher of its own that never changes. The path without any
additions is the generation's own Searcher.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.columns import Columns
from index.engine import Sides
from index.live.folds import Folds
from index.live.known import Said
from index.live.lexical import JoinedWords
from index.live.parts import Part, Placed
from index.live.places import Order, Place, places
from index.live.roster import Register, Roster
from index.live.split import Split
from index.live.store import Added, JoinedStore, Shelves
from index.live.vectors import JoinedSpoken, JoinedVectors
from index.live.wording import JoinedWording
from index.live.worked import Worked
from index.manifest import Counts
from index.searcher import Searcher
from index.speakers.userfile import UserFile
from index.types import ArticleSpeaker, Speaker
from index.vocabulary import Vocabulary

GROWTH = 2
"""How many times as large as the part behind it a part must be; else the two become one. So there are few parts, and an
article is put into a new one few times."""


class Additions:
    """What came after `base`; `folder` says where files may lie, once there are any."""

    def __init__(self, base: Searcher, folder: Callable[[], Path], user: UserFile) -> None:
        store = base.sides.store
        self.base = base
        self._folder = folder
        self._parts: list[Part] = []
        self._where: dict[str, Part] = {}
        """Id of an article that was added → the part that has it."""
        self._rows: dict[str, list[int]] = {}
        """The same → the rows of its quotations, in order of their places in it."""
        self._places: dict[str, Place] = {}
        self._hidden: set[int] = set()
        self._gone: set[str] = set()
        self._next = int(store.rows()[-1]) + 1 if len(store.rows()) else 1
        self._order: Order | None = None
        self._register = Register(store, user)
        self._folds = Folds(store.copies)

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
            rows += self._rows.pop(id_)
            del self._where[id_], self._places[id_]
        self._hidden.update(rows)
        self._folds.leave_out(rows)
        self._gone.update(hidden)
        new: dict[str, list[Said]] = {}
        if added:
            placed = self._placed(added)
            part = Part.made(self._folder(), placed, self.base.sides.words.mean)
            self._parts.append(part)
            self._order = self._order or Order(self.base.sides.store)
            for one in placed:
                article = one.worked.article
                self._where[article.id] = part
                self._places[article.id] = self._order.place(article)
                starts = [(p.attribution.quotation.start, one.first + at) for at, p in enumerate(one.worked.passages)]
                self._rows[article.id] = [row for _, row in sorted(starts)]
                new[article.id] = list(_said(one))
        self._register.change(new, hidden, gone)
        if added:
            store, wording = self._joined_to_fold()
            quoted = [(one.first + at, p) for one in placed for at, p in enumerate(one.worked.passages)]
            self._folds.add(store, wording, quoted)
        self._put_together()

    def snapshot(self, number: int) -> Searcher:
        """What answers now; `number`: of the last change, which tells this state from others."""
        if not self:
            return self.base
        base, parts = self.base.sides, self._parts
        split, hidden = self._split(), self._hidden_rows()
        roster = self._register.roster()
        store = self._store(split, roster)
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
            wording=JoinedWording([base.wording, *(part.wording for part in parts)], split, hidden),
            encode=base.encode,
        )
        known = Vocabulary(words, store)
        questions = self.base.questions.changed(Added(store), known.count, known.written, store.changed_ids())
        return Searcher(manifest, sides, base=self.base, questions=questions)

    def _in_base(self, id_: str) -> bool:
        return id_ not in self._gone and self.base.sides.store.has_article(id_)

    def _placed(self, added: Iterable[Worked]) -> list[Placed]:
        placed = []
        for worked in added:
            placed.append(Placed(self._next, worked))
            self._next += len(worked.passages)
        return placed

    def _split(self) -> Split:
        return Split([0, *(part.first for part in self._parts)])

    def _hidden_rows(self) -> np.ndarray:
        return np.array(sorted(self._hidden), np.int64)

    def _store(self, split: Split, roster: Roster) -> JoinedStore:
        stores = [self.base.sides.store, *(part.store for part in self._parts)]
        numbers = {part: number for number, part in enumerate(self._parts, 1)}
        order = places(self._places, self._rows)
        order |= dict.fromkeys(self._hidden - order.keys(), 0)
        unnamed = [entry.number for entry in roster.standing if entry.record.speaker.kind == "unnamed"]
        columns = Columns.joined(
            [store.columns for store in stores], self._hidden_rows(), roster.numbers, unnamed, order
        )
        shelves = Shelves({id_: numbers[part] for id_, part in self._where.items()}, frozenset(self._gone))
        return JoinedStore(stores, split, shelves, roster, columns, self._folds.folding())

    def _joined_to_fold(self) -> tuple[JoinedStore, JoinedWording]:
        split = self._split()
        wordings = [self.base.sides.wording, *(part.wording for part in self._parts)]
        return self._store(split, self._register.roster()), JoinedWording(wordings, split, self._hidden_rows())

    def _put_together(self) -> None:
        """Make one of the last two parts, as long as the one before is not GROWTH times as large."""
        while len(self._parts) > 1:
            before, last = self._parts[-2:]
            if self._size(before) > GROWTH * self._size(last):
                return
            placed = [
                one
                for part in (before, last)
                for one in part.placed([id_ for id_ in part.articles if self._where.get(id_) is not part])
            ]
            self._hidden -= {int(row) for part in (before, last) for row in part.store.rows()} - {
                one.first + at for one in placed for at in range(len(one.worked.passages))
            }
            self._parts[-2:] = []
            if placed:
                part = Part.made(self._folder(), placed, self.base.sides.words.mean)
                self._parts.append(part)
                self._where |= dict.fromkeys(part.articles, part)

    def _size(self, part: Part) -> int:
        return len(part.articles)


def _said(placed: Placed) -> Iterable[Said]:
    """The speakers of an article with what they said."""
    article = placed.worked.article
    rows: dict[Speaker, list[int]] = {}
    for at, passage in enumerate(placed.worked.passages):
        if passage.attribution.speaker is not None:
            rows.setdefault(passage.attribution.speaker, []).append(placed.first + at)
    for speaker, said in rows.items():
        yield Said(ArticleSpeaker(speaker, article.id, article.source, len(said)), tuple(said))
