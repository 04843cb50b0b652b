"""The parts of a generation in its folder: SQLite, FAISS and mapped arrays, in this process."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from pathlib import Path

from index import generation as folders
from index.encoder import Encoder
from index.engine.protocol import Open
from index.engine.sides import Sides
from index.errors import DamagedIndexError
from index.lexical import LexicalIndex
from index.loading import QuestionVectors, same_model
from index.manifest import REMEDY
from index.store import Store
from index.vectors import SpokenVectors, open_vectors
from index.whole import Held, first_whole
from index.wording import WordingIndex

LOOKING = 0.2
"""Seconds between two looks at CURRENT: one stat each."""


class Embedded:
    """The folder itself: what a rebuild switches to answers."""

    looking = LOOKING

    def __str__(self) -> str:
        return "embedded"

    def named(self, data: Path) -> str:
        """The folder."""
        return str(data)

    def content(self, data: Path) -> str | None:
        """A hash of what the index holds."""
        from index.content import content_hash

        return content_hash(folders.current(data))

    def require(self, data: Path) -> None:
        """Say so where there is no index at all (NoIndexError); a damaged one is for whoever opens it."""
        folders.require(data)

    def pointer(self, data: Path) -> Hashable | None:
        """What changes whenever CURRENT is replaced."""
        try:
            found = folders.Layout(data).current.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def open(self, data: Path, encoder: Encoder | None, *, aside: Mapping[str, str], fall_back: bool) -> Open:
        """Open the generation that CURRENT names or, where that is damaged, the newest whole one before it."""

        def opened(held: Held) -> Open:
            return Open(held.manifest, open_sides(held, data, encoder), held)

        return first_whole(data, opened, aside=aside, fall_back=fall_back)

    def take(self, data: Path, progress: Callable[[str, int, int | None], None]) -> None:
        """Nothing: it stands there."""
        del data, progress

    def bring(self, data: Path, progress: Callable[[str, int, int | None], None]) -> None:
        """Nothing: it stands there."""
        del data, progress

    def check(self, data: Path) -> list[str]:
        """One line for every fault of the index that answers (NoIndexError: there is none)."""
        from index.check import check

        return check(data)


def open_sides(held: Held, data: Path, encoder: Encoder | None) -> Sides:
    """Open a generation that is held; without an `encoder` the default one is loaded, out of `data`, when needed.

    Raises:
        DamagedIndexError: a part cannot be opened, or holds another number than the manifest says.
        ModelError: the encoder is not the one that made the index.
    """
    generation, manifest = held.generation, held.manifest
    store = Store(generation.store)
    try:
        vectors = open_vectors(generation.vectors, store.rows())
        spoken = SpokenVectors.open(generation.spoken, store.rows())
        words = LexicalIndex.open(generation.lexical)
        wording = WordingIndex.open(generation.wording)
        expected = manifest.counts
        for path, what, found, said in (
            (generation.store, "passages", len(store.rows()), expected.passages),
            (generation.store, "articles", store.count("article"), expected.articles),
            (generation.store, "speakers", store.count("speaker"), expected.speakers),
            (generation.vectors, "passages", len(vectors), expected.passages),
            (generation.vectors, "dimensions", vectors.dimension, manifest.model.dimension),
            (generation.lexical, "passages", len(words), expected.passages),
            (generation.wording, "passages", len(wording), expected.passages),
        ):
            if found != said:
                raise DamagedIndexError(f"{path}: {found} {what}, the manifest says {said}; {REMEDY}")
        if encoder is not None:
            same_model(manifest.model, encoder)
        encode = QuestionVectors(manifest.model, encoder, data)
        return Sides(store, vectors, spoken, words, wording, encode)
    except BaseException:
        store.close()
        raise
