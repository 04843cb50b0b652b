"""Two collections → a generation in a data folder, as a rebuild would have made it: no text is worked, none encoded.

Rows, texts and vectors are brought; what finds them (FAISS, BM25, the very words) is made of these by the code of a
rebuild. The numbers of the vectors are those that the embedded index kept, so that they are kept as the same bytes.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from index import generation as folders
from index.earlier import versions
from index.engine.milvus.catalogue import LETTER, TEXTS, restore, unpacked
from index.engine.milvus.publishing import BATCH, Progress, Seal
from index.engine.milvus.records import Records
from index.errors import DamagedIndexError, QuoteIndexError
from index.generation import Generation, Layout
from index.lexical import LexicalIndex
from index.store import Store
from index.vectors import SpokenVectors, VectorWriter
from index.wording import WordingIndex

AT_ONCE = 500
"""Records that are read in one go."""


def bring(layout: Layout, cached: Generation, seal: Seal, records: Records, passages: str, progress: Progress) -> None:
    """Make the generation and switch to it (DamagedIndexError: what is on the server is not whole)."""
    try:
        before: str | None = folders.current(layout.data).name
    except QuoteIndexError:
        before = None
    generation = folders.begin(layout)
    try:
        with contextlib.closing(Store(cached.store)) as catalogue:
            rows = {"quotation": catalogue.rows().tolist(), "article": _articles(catalogue)}
        restore(cached.store, generation.store, {one: _texts(records, one, rows[one], progress) for one in TEXTS})
        with contextlib.closing(Store(generation.store)) as store:
            _vectors(generation, store, seal, records, passages, progress)
            LexicalIndex.build(generation.lexical, store.lexical_rows())
            WordingIndex.build(generation.wording, store.contents())
        # The lists were made here and now, whatever cut the texts into words where the collections come from.
        made = {**seal.manifest.versions, "words": versions()["words"]}
        manifest = replace(seal.manifest, generation=generation.name, previous=before, versions=made)
        folders.seal(generation, replace(manifest, files=generation.files()))
        folders.switch(layout, generation)
    except BaseException:
        folders.discard(layout, generation)
        raise
    folders.prune(layout, {generation.name, *([] if before is None else [before])})


def _articles(catalogue: Store) -> list[int]:
    with catalogue._reading() as db:
        return [row for (row,) in db.execute("SELECT row FROM article ORDER BY row")]


def _texts(
    records: Records, table: str, rows: Sequence[int], progress: Progress
) -> Iterator[tuple[int, list[str | None]]]:
    for at in range(0, len(rows), AT_ONCE):
        keys = {f"{LETTER[table]}{row}": row for row in rows[at : at + AT_ONCE]}
        found = records.get(list(keys))
        yield from ((row, unpacked(key, found[key])) for key, row in keys.items())
        progress(table, min(at + AT_ONCE, len(rows)), len(rows))


def _vectors(
    generation: Generation, store: Store, seal: Seal, records: Records, passages: str, progress: Progress
) -> None:
    rows, dimension = store.rows(), seal.manifest.model.dimension
    writer = VectorWriter(generation.vectors, dimension, len(rows))
    spoken = SpokenVectors.create(generation.spoken, len(rows), dimension)
    for at in range(0, len(rows), BATCH):
        some = rows[at : at + BATCH]
        found = {
            one["row"]: (one["vector"], base64.b64decode(one["spoken"]))
            for one in records.connection.rows(passages, "row", some.tolist(), ["vector", "spoken"])
        }
        missing = next((row for row in some.tolist() if row not in found), None)
        if missing is not None:
            raise DamagedIndexError(f"{records.connection.address.shown}: {passages} has no row {missing}")
        writer.add(some, np.array([found[row][0] for row in some.tolist()], np.float32))
        spoken.write_raw(at, b"".join(found[row][1] for row in some.tolist()))
        progress("vector", at + len(some), len(rows))
    spoken.close()
    writer.save()
