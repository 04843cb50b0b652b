"""An index checked from end to end: every file against its manifest, and the parts against each other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import generation as folders
from index.earlier import corpus_hash
from index.errors import DamagedIndexError
from index.generation import Generation
from index.lexical import LexicalIndex
from index.live.reading import faults
from index.manifest import Manifest
from index.store import Store, passage_faults
from index.vectors import SpokenVectors, VectorIndex, open_vectors
from index.wording import WordingIndex

Ids = NDArray[np.int64]

LENGTH_TOLERANCE = {32: 1e-3, 16: 1e-3, 12: 1e-3, 5: 4e-2}
"""How far the length of a vector may lie from 1, by the bits of its numbers; float32 arithmetic stays within 1e-6, of
100,000 real vectors those of 12 bits within .0001, those of 5 within .02."""
BLOCK = 16_384
"""Vectors that are read at once."""


def check(data: Path) -> list[str]:
    """One line for every fault of the index that answers, and of the journal; empty where both are whole.

    Raises:
        NoIndexError: there is no index to check.
    """
    posted = list(faults(data))
    try:
        generation = folders.current(data)
        manifest = generation.read_manifest()
    except DamagedIndexError as error:
        return [str(error), *posted]
    damaged = list(generation.faults(manifest)) + posted
    if damaged:
        # What does not read back as it was written is not opened: a library may crash on it.
        return damaged
    try:
        return list(_disagreements(generation, manifest))
    except DamagedIndexError as error:
        return [str(error)]


def _disagreements(generation: Generation, manifest: Manifest) -> Iterator[str]:
    with contextlib.closing(Store(generation.store)) as store:
        broken = [f"{generation.store}: {line}" for line in store.integrity()]
        if broken:
            yield from broken
            return
        yield from _counts(generation, manifest, store)
        found = corpus_hash(store.corpus())
        if found != manifest.corpus:
            yield f"{generation.store}: corpus hash {found}, the manifest says {manifest.corpus}"
        yield from (f"{generation.store}: {line}" for line in store.contradictions())
        yield from _articles(generation, store)


def _counts(generation: Generation, manifest: Manifest, store: Store) -> Iterator[str]:
    vectors = open_vectors(generation.vectors, store.rows())
    words = LexicalIndex.open(generation.lexical)
    wording = WordingIndex.open(generation.wording)
    counts = manifest.counts
    for what, found, expected in (
        (f"{generation.store}: articles", store.count("article"), counts.articles),
        (f"{generation.store}: speakers", store.count("speaker"), counts.speakers),
        (f"{generation.store}: quotations", store.count("quotation"), counts.quotations),
        (f"{generation.vectors}: vectors", len(vectors), counts.passages),
        (f"{generation.vectors}: dimensions", vectors.dimension, manifest.model.dimension),
        (f"{generation.lexical}: documents", len(words), counts.passages),
        (f"{generation.wording}: documents", len(wording), counts.passages),
    ):
        if found != expected:
            yield f"{what}: {found}, the manifest says {expected}"
    for path, ids in (
        (generation.vectors, vectors.ids()),
        (generation.lexical, words.ids()),
        (generation.wording, wording.ids()),
    ):
        if not np.array_equal(ids, store.rows()):
            yield f"{path}: its ids are not the rows of {generation.store}"
    ids = vectors.ids()
    yield from _lengths(generation.vectors, vectors, ids)
    try:
        spoken = SpokenVectors.open(generation.spoken, ids)
    except DamagedIndexError as error:  # the lines before it count too
        yield str(error)
    else:
        yield from _lengths(generation.spoken, spoken, ids)


def _lengths(path: Path, vectors: VectorIndex | SpokenVectors, ids: Ids) -> Iterator[str]:
    wrong: list[int] = []
    for at in range(0, len(ids), BLOCK):
        some = ids[at : at + BLOCK]
        lengths = np.linalg.norm(vectors.vectors(some), axis=1)
        # A vector with a NaN or an infinity has no length that is near to anything.
        wrong += some[~(np.abs(lengths - 1) <= LENGTH_TOLERANCE[vectors.bits])].tolist()
    if wrong:
        yield f"{path}: {len(wrong)} vectors are not of length 1, id {wrong[0]} first"


def _articles(generation: Generation, store: Store) -> Iterator[str]:
    for id_ in store.article_ids():
        try:
            stored = store.article(id_)
        except ValueError as error:
            yield f"{generation.store}: article {id_!r}: {error}"
            continue
        if stored is None:
            continue
        for passage in stored.passages:
            for fault in passage_faults(stored.article, passage):
                yield f"{generation.store}: article {id_!r}: {fault}"
