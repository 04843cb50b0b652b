"""A store that holds all articles → its speakers, its copies, its vectors and its words: all but the manifest.

Where all is new, each of them takes all cores there are, one after another. Where little is, all are short, and the
ones that share nothing are made side by side: speakers and copies here, vectors in a thread, as FAISS learns their
codes without holding up Python, and words in a process of their own.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.carried import Carried, list_words
from index.copied import copies_of, groups_of, record_copies
from index.copies import Memory
from index.earlier import Earlier
from index.embedding import Embedding
from index.encoder import Encoder
from index.generation import Generation
from index.lexical import LexicalIndex
from index.recorder import Identities, Recorder
from index.store import Store
from index.types import ArticleSpeaker
from index.unfinished import Unfinished
from index.wording import WordingIndex
from index.workers.beside import Hand, beside
from index.workers.work import Mapper

if TYPE_CHECKING:
    from index.build import Progress

MUCH_NEW = 20_000
"""New quotations from which nothing is side by side but copies, which are looked for in a process of their own."""


@dataclass(slots=True)
class Finishing:
    """One store to be finished; `recorder` has all that comes. `stage` times what is done within."""

    generation: Generation
    recorder: Recorder
    earlier: Earlier | None
    unfinished: Unfinished
    encoder: Encoder
    identify: Callable[[Sequence[ArticleSpeaker]], Identities]
    mapper: Mapper
    hand: Hand | None
    progress: Progress
    stage: Callable[[str], AbstractContextManager[None]]
    total: int = field(init=False)
    """All quotations."""
    memory: Memory = field(init=False)
    """What the run before knows of copies."""
    much: bool = field(init=False)
    """Whether much is new."""

    def __post_init__(self) -> None:
        self.total = self.recorder.quotations
        self.memory = Memory(None if self.earlier is None else self.earlier.copies, tuple(self.recorder.kept))
        self.much = self.total - self.memory.count >= MUCH_NEW

    def run(self) -> None:
        """Make all of it (OSError: it cannot be written)."""
        if self.earlier is None or self.much:
            self._one_after_another()
        else:
            self._side_by_side(self.earlier)

    def _one_after_another(self) -> None:
        self._join()
        with self._looking_for_copies(), contextlib.closing(Store(self.generation.store)) as store:
            embedding = self._embedding(store)
            self._embed(embedding)
            with self.stage("words"), ThreadPoolExecutor(1, "save-vectors") as thread:
                saved = thread.submit(embedding.save)
                count = self._list_words(store)
                WordingIndex.build(self.generation.wording, store.contents())
                saved.result()
                self.progress("words", count, count)

    def _side_by_side(self, earlier: Earlier) -> None:
        # While speakers are joined in the store nobody may read it, so what is new in it is read before.
        self.recorder.settle()
        with contextlib.closing(Store(self.generation.store)) as store:
            carried = Carried.of(self.generation.store, earlier.store.path, self.recorder.kept)
            begin = functools.partial if self.hand is None else self.hand.begin
            listed = begin(list_words, carried, self.generation, earlier.lexical)
            embedding = self._embedding(store)
            if embedding.read(self.recorder.kept):
                make: Callable[[], None] = functools.partial(self._embed_and_save, embedding)
            else:  # by another model than before: that takes all cores for long
                self._embed(embedding)
                make = embedding.save
        with ThreadPoolExecutor(1, "save-vectors") as thread:
            saved = thread.submit(make)
            self._join()
            with self.stage("words"):
                count = listed()
                saved.result()
                self.progress("words", count, count)

    def _join(self) -> None:
        """Speakers over all articles; copies, unless they are looked for in a process of their own."""
        with self.stage("extract"):
            self.recorder.finish(
                self.identify, None if self.much else lambda db: groups_of(db, self.memory, self.generation.copies)
            )

    @contextlib.contextmanager
    def _looking_for_copies(self) -> Iterator[None]:
        """Look for copies in the store meanwhile, where that was left out, and record them at the end."""
        if not self.much:
            yield
            return
        with beside(copies_of, self.generation.store, self.memory, self.generation.copies) as found:
            yield
            with self.stage("copies"):
                record_copies(self.generation.store, found())

    def _embedding(self, store: Store) -> Embedding:
        return Embedding(
            store,
            self.encoder,
            self.mapper,
            self.earlier,
            self.unfinished,
            self.generation.vectors,
            self.generation.spoken,
            self.total,
        )

    def _embed(self, embedding: Embedding) -> None:
        """Passages → vectors, which are still to be saved."""
        with self.stage("embed"):
            for done in embedding.run(self.recorder.kept):
                self.progress("embed", done, self.total)

    def _embed_and_save(self, embedding: Embedding) -> None:
        self._embed(embedding)
        embedding.save()

    def _list_words(self, store: Store) -> int:
        if self.earlier is None or self.earlier.lexical is None:
            return LexicalIndex.build(self.generation.lexical, store.lexical_rows())
        return LexicalIndex.build_again(
            self.generation.lexical,
            self.earlier.lexical,
            self.recorder.kept,
            store.rows(),
            lambda some: store.lexical_rows(some.tolist()),
        )
