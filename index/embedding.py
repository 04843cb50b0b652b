"""Passages → vectors: what the run before has, what this run has had, and the rest encoded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.earlier import Earlier
from index.embedded import readings, windows
from index.encoder import Encoder, normalised
from index.store import Searchable, Store
from index.unfinished import Unfinished
from index.vectors import SpokenVectors, VectorIndex, Vectors, VectorWriter, reusable

Ids = NDArray[np.int64]

EMBED_BATCH = 512
"""Rows that are looked up and encoded together; the encoder cuts them into its own batches, sorted by length."""

COPY_BATCH = 16_384
"""Rows whose vectors are copied together, 50 MB of them."""


class Embedding:
    """The vectors of one store in the making: under `vectors` those of its passages, at `spoken` of its quotations.

    `earlier`: the run before, of which nothing is used where it was made by another model. `unfinished`: a run that was
    cut off, whose vectors are used and with which those made now are kept.
    """

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        earlier: Earlier | None,
        unfinished: Unfinished,
        vectors: Path,
        spoken: Path,
        total: int,
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._unfinished = unfinished
        self._before: tuple[Store, VectorIndex, SpokenVectors] | None = None
        self._vectors = VectorWriter(vectors, encoder.dimension, total)
        if (
            earlier is not None
            and earlier.vectors is not None
            and earlier.spoken is not None
            # Otherwise they would not be those of a full rebuild.
            and reusable(earlier.vectors.bits, self._vectors.rung.bits)
        ):
            self._before = earlier.store, earlier.vectors, earlier.spoken
        self._total = total
        self._spoken = SpokenVectors.create(spoken, total, encoder.dimension)

    def run(self, kept: Sequence[tuple[int, int, int]]) -> Iterator[int]:
        """Make all of them; yields how many rows are done. `kept` as `Recorder.kept`: runs of rows as they were."""
        done = 0
        for new, old, count in [*(kept if self._before is not None else []), (self._total + 1, 0, 0)]:
            while batch := self._store.searchable(done, EMBED_BATCH, new - 1):
                self._add(np.array([one.row for one in batch], np.int64), self._both(batch))
                done = batch[-1].row
                yield done
            for at in range(0, count if self._before is not None else 0, COPY_BATCH):
                assert self._before is not None
                rows, (_, vectors, spoken) = np.arange(at, min(at + COPY_BATCH, count)), self._before
                self._add(rows + new, np.stack([vectors.vectors(rows + old), spoken.vectors(rows + old)], axis=1))
                done = new + int(rows[-1])
                yield done

    def save(self) -> None:
        """Bring everything to its files (OSError: it cannot be written)."""
        self._spoken.close()
        self._vectors.save()

    def _add(self, rows: Ids, both: Vectors) -> None:
        place = len(self._vectors)
        self._vectors.add(rows, both[:, 0])
        self._spoken.write(place, both[:, 1])

    def _both(self, batch: Sequence[Searchable]) -> Vectors:
        """Of each row the vector of its passage and that of its quotation, shape (n, 2, d).

        Those of the same text before in this run, else from the run before, else encoded.
        """
        start = batch[0].row
        texts = {one.hash: one.texts for one in batch if one.first >= start}
        by_hash: dict[str, Vectors] = {}
        if self._before is not None:
            store, earlier, earlier_spoken = self._before
            found = store.rows_by_hash(texts)
            rows = np.array(list(found.values()), np.int64)
            both = np.stack([earlier.vectors(rows), earlier_spoken.vectors(rows)], axis=1)
            by_hash |= zip(found, both, strict=True)
        wanted = [hash_ for hash_ in texts if hash_ not in by_hash]
        by_hash |= self._unfinished.vectors(wanted, self._encoder.dimension)
        wanted = [hash_ for hash_ in wanted if hash_ not in by_hash]
        new = encoded(self._encoder, [texts[hash_] for hash_ in wanted])
        self._unfinished.keep_vectors(wanted, new)
        by_hash |= zip(wanted, new, strict=True)
        repeated = {one.hash: one.first for one in batch if one.first < start}
        rows = np.array(list(repeated.values()), np.int64)
        both = np.stack([self._vectors.vectors(rows), self._spoken.read(self._vectors.places(rows))], axis=1)
        by_hash |= zip(repeated, both, strict=True)
        return np.stack([by_hash[one.hash] for one in batch])


def encoded(encoder: Encoder, groups: Sequence[tuple[str, ...]]) -> Vectors:
    """Of each passage, given as its texts, its vector and that of its words alone, shape (n, 2, d)."""
    if not groups:
        return np.zeros((0, 2, encoder.dimension), np.float32)
    read = [readings(texts[0], texts[1] if len(texts) > 1 else None) for texts in groups]
    vectors = normalised(encoder.encode([text for texts in read for text in texts]))
    starts = np.cumsum([0, *map(len, read)])
    whole = normalised(np.add.reduceat(vectors, starts[:-1], axis=0))
    for place, texts in enumerate(read):
        if parts := windows(texts[0]):
            whole[place] = normalised(whole[place] + _mean(encoder.encode(parts)))[0]
    return np.stack([whole, vectors[starts[1:] - 1]], axis=1)


def _mean(vectors: Vectors) -> Vectors:
    """The mean of vectors of shape (n, d) as one of length 1, shape (1, d)."""
    return normalised(normalised(vectors).mean(axis=0, keepdims=True))
