"""The parts of a generation in its folder: SQLite, FAISS and mapped arrays, in this process."""

from __future__ import annotations

from pathlib import Path

from index.encoder import Encoder
from index.engine.sides import Sides
from index.errors import DamagedIndexError
from index.lexical import LexicalIndex
from index.loading import QuestionVectors, same_model
from index.manifest import REMEDY
from index.store import Store
from index.vectors import SpokenVectors, open_vectors
from index.whole import Held
from index.wording import WordingIndex


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
