"""A few articles as a small index of their own: what a generation is made of, in memory, by the code that makes one.

SQLite alone has a file, which goes with the store. Its rows go on from those of the generation and never change, so
that whatever is known of a quotation by its row stays true when parts are put together.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.earlier import fingerprint
from index.lexical import LexicalIndex
from index.live.worked import Made, Worked
from index.recorder import Recorder
from index.store import Store
from index.vectors import SpokenVectors
from index.vectors.flat import FlatIndex
from index.wording import WordingIndex

_held: dict[Path, Path] = {}
"""Folder → where the parts of this process lie in it."""


def room(folder: Path) -> Path:
    """Where the parts of this process lie inside `folder`, until it ends (OSError: nothing can be written there)."""
    if folder not in _held:
        folder.mkdir(parents=True, exist_ok=True)
        own = Path(tempfile.mkdtemp(prefix="of-", dir=folder))
        # Held until the process ends, however it does: the lock says that it lives.
        fcntl.flock(os.open(own / "LOCK", os.O_WRONLY | os.O_CREAT), fcntl.LOCK_EX)
        _held[folder] = own
    return _held[folder]


def tidy(folder: Path) -> None:
    """Remove the parts of processes that are gone."""
    for left in folder.glob("of-*"):
        with contextlib.suppress(OSError), (left / "LOCK").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Placed:
    """An article worked, and the row of its first quotation."""

    first: int
    worked: Worked


@dataclass(frozen=True, eq=False)
class Part:
    """One small index. `articles`: the ids of its articles, in their order."""

    store: Store
    vectors: FlatIndex
    spoken: SpokenVectors
    words: LexicalIndex
    wording: WordingIndex
    articles: tuple[str, ...]
    first: int
    """The first row that it may hold."""
    model: str

    @classmethod
    def made(cls, folder: Path, placed: Sequence[Placed], mean: float | None) -> Part:
        """A part of these, one at least, rows rising; texts are scored beside those of a `mean` length.

        `folder`: where its file lies (OSError: it cannot be written).
        """
        folder.mkdir(parents=True, exist_ok=True)
        own = Path(tempfile.mkdtemp(prefix="part-", dir=folder))
        path = own / "store.sqlite"
        with contextlib.closing(Recorder(path)) as recorder:
            for one in placed:
                worked = one.worked
                recorder.add(
                    worked.article,
                    worked.passages,
                    fingerprint=fingerprint(worked.article),
                    extractor=worked.made.extractor,
                    version=worked.made.passages,
                    first=one.first,
                )
            recorder.finish(copies=False)
        store = Store(path)
        # Whoever answers from it may open the file once more.
        weakref.finalize(store, shutil.rmtree, own, ignore_errors=True)
        passages = [(one.first + at, passage) for one in placed for at, passage in enumerate(one.worked.passages)]
        both = np.concatenate([one.worked.vectors for one in placed])
        vectors = FlatIndex(both.shape[-1])
        vectors.add(store.rows(), both[:, 0])
        return cls(
            store=store,
            vectors=vectors,
            spoken=SpokenVectors.in_memory(store.rows(), both[:, 1]),
            words=LexicalIndex.made(((row, passage.search_text) for row, passage in passages), mean),
            wording=WordingIndex.made((row, passage.attribution.quotation.spans) for row, passage in passages),
            articles=tuple(one.worked.article.id for one in placed),
            first=placed[0].first,
            model=placed[0].worked.made.model,
        )

    def placed(self, without: Iterable[str] = ()) -> Iterator[Placed]:
        """What it was made of, but for these articles."""
        gone = set(without)
        for id_ in self.articles:
            stored = None if id_ in gone else self.store.article(id_)
            if stored is not None:
                rows = np.array(self.store.rows_of(id_), np.int64)
                vectors = np.stack([self.vectors.vectors(rows), self.spoken.vectors(rows)], axis=1)
                made = Made(stored.extractor, stored.passages_version, self.model)
                first = int(rows[0]) if len(rows) else self.first
                yield Placed(first, Worked(stored.article, stored.passages, vectors, made))
