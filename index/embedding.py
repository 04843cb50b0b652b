"""Passages → vectors: what the run before has, what this run has had, and the rest encoded."""

from __future__ import annotations

from bisect import bisect
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.earlier import Earlier
from index.embedded import readings, windows
from index.encoder import Encoder, normalised
from index.errors import QuoteIndexError
from index.store import Searchable, Store
from index.unfinished import Unfinished
from index.vectors import SpokenVectors, VectorIndex, Vectors, VectorWriter, reusable
from index.workers.work import Failed, Mapper

Ids = NDArray[np.int64]
Kept = Sequence[tuple[int, int, int]]
"""Rows that are as they were: the first, the first before, how many; rising."""

EMBED_BATCH = 128
"""Rows that are looked up and encoded together: some two seconds of one core."""

COPY_BATCH = 16_384
"""Rows whose vectors are copied together, 50 MB of them."""


class _Texts(Protocol):
    """What gives the rows that are to be made searchable, as `index.store.Store` does."""

    def searchable(self, after: int, limit: int, last: int) -> Sequence[Searchable]: ...


class _NewTexts:
    """Those of a store that are not as they were, read at once."""

    def __init__(self, texts: _Texts, kept: Kept, total: int) -> None:
        self._found: list[Searchable] = []
        done = 0
        for first, _, count in [*kept, (total + 1, 0, 0)]:
            self._found += texts.searchable(done, first - done - 1, first - 1)
            done = first + count - 1
        self._rows = [one.row for one in self._found]

    def searchable(self, after: int, limit: int, last: int) -> Sequence[Searchable]:
        start = bisect(self._rows, after)
        return self._found[start : min(start + limit, bisect(self._rows, last))]


@dataclass(slots=True)
class _Looked:
    """Rows that were looked up: `known` vectors by the hash of their texts, and the hashes that are `wanted`."""

    batch: Sequence[Searchable]
    known: dict[str, Vectors]
    wanted: list[str]


@dataclass(frozen=True, slots=True)
class _Copied:
    """So many rows that are as they were before: from `new` on, there from `old` on."""

    new: int
    old: int
    count: int


class Embedding:
    """The vectors of one store in the making: under `vectors` those of its passages, at `spoken` of its quotations.

    `texts`: what they are made of, a store. `mapper`: where passages are encoded. `earlier`: the run before, of which
    nothing is used where it was made by another model. `unfinished`: a run that was cut off, whose vectors are used and
    with which those made now are kept.
    """

    def __init__(
        self,
        texts: _Texts,
        encoder: Encoder,
        mapper: Mapper,
        earlier: Earlier | None,
        unfinished: Unfinished,
        vectors: Path,
        spoken: Path,
        total: int,
    ) -> None:
        self._texts: _Texts = texts
        self._encoder = encoder
        self._mapper = mapper
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

    def read(self, kept: Kept) -> bool:
        """Read at once what is to be encoded, so that the store is not asked again; False where that is all of it."""
        if self._before is None:
            return False
        self._texts = _NewTexts(self._texts, kept, self._total)
        return True

    def run(self, kept: Kept) -> Iterator[int]:
        """Make all of them; yields how many rows are done. `kept` as `Recorder.kept`.

        Raises:
            QuoteIndexError: a passage cannot be encoded; what else `Mapper.map` raises.
        """
        from index.workers.encoding import Encoding

        # Rows are looked up ahead of what comes back, so they wait here in their order.
        waiting: deque[_Looked | _Copied] = deque()
        work = Encoding(self._encoder)
        for answers in self._mapper.map(work, self._wanted(kept, waiting)):
            step = waiting.popleft()
            if isinstance(step, _Copied):
                yield from self._copy(step)
                continue
            new = []
            for vectors in answers:
                if isinstance(vectors, Failed):
                    # The texts stand in the store already: nothing can be left out here.
                    raise QuoteIndexError(f"the texts of a passage cannot be encoded: one {vectors.reason}")
                new.append(vectors)
            self._unfinished.keep_vectors(step.wanted, new)
            self._add_batch(step.batch, {**step.known, **dict(zip(step.wanted, new, strict=True))})
            yield step.batch[-1].row

    def save(self) -> None:
        """Bring everything to its files (OSError: it cannot be written)."""
        self._spoken.close()
        self._vectors.save()

    def _wanted(self, kept: Kept, waiting: deque[_Looked | _Copied]) -> Iterator[list[tuple[str, ...]]]:
        """The texts that are to be encoded, of EMBED_BATCH rows at a time; none where rows are copied."""
        done = 0
        for new, old, count in [*(kept if self._before is not None else []), (self._total + 1, 0, 0)]:
            while batch := self._texts.searchable(done, EMBED_BATCH, new - 1):
                # A text that stands in earlier rows has its vector by then.
                texts = {one.hash: one.texts for one in batch if one.first >= batch[0].row}
                known = self._known(texts)
                step = _Looked(batch, known, [hash_ for hash_ in texts if hash_ not in known])
                waiting.append(step)
                yield [texts[hash_] for hash_ in step.wanted]
                done = batch[-1].row
            if count:
                waiting.append(_Copied(new, old, count))
                yield []
                done = new + count - 1

    def _known(self, texts: Mapping[str, tuple[str, ...]]) -> dict[str, Vectors]:
        """What the run before has of these, else a run that was cut off, shape (2, d) each."""
        known: dict[str, Vectors] = {}
        if self._before is not None:
            store, earlier, earlier_spoken = self._before
            found = store.rows_by_hash(texts)
            rows = np.array(list(found.values()), np.int64)
            both = np.stack([earlier.vectors(rows), earlier_spoken.vectors(rows)], axis=1)
            known |= zip(found, both, strict=True)
        return known | self._unfinished.vectors([one for one in texts if one not in known], self._encoder.dimension)

    def _copy(self, step: _Copied) -> Iterator[int]:
        assert self._before is not None
        _, vectors, spoken = self._before
        for at in range(0, step.count, COPY_BATCH):
            rows = np.arange(at, min(at + COPY_BATCH, step.count))
            self._spoken.copy(len(self._vectors), *spoken.kept(rows + step.old))
            self._vectors.copy(rows + step.new, vectors, rows + step.old)
            yield step.new + int(rows[-1])

    def _add_batch(self, batch: Sequence[Searchable], by_hash: dict[str, Vectors]) -> None:
        """Add rows, each with its vector and that of its quotation; those of the same text before in this run."""
        start = batch[0].row
        repeated = {one.hash: one.first for one in batch if one.first < start}
        rows = np.array(list(repeated.values()), np.int64)
        both = np.stack([self._vectors.vectors(rows), self._spoken.read(self._vectors.places(rows))], axis=1)
        by_hash |= zip(repeated, both, strict=True)
        self._add(np.array([one.row for one in batch], np.int64), np.stack([by_hash[one.hash] for one in batch]))

    def _add(self, rows: Ids, both: Vectors) -> None:
        place = len(self._vectors)
        self._vectors.add(rows, both[:, 0])
        self._spoken.write(place, both[:, 1])


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
