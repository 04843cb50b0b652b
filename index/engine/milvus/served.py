"""The engine over one Milvus server: which generation answers there, opened, taken in, brought back, checked."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import threading
import time
import weakref
import zlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from index import generation as folders
from index.encoder import Encoder
from index.engine.milvus import bringing, checking, publishing
from index.engine.milvus.address import Address
from index.engine.milvus.arrays import Arrays
from index.engine.milvus.connection import Connection
from index.engine.milvus.publishing import SEAL, Progress, Seal, generation_in, passages_of, records_of
from index.engine.milvus.records import Records
from index.engine.milvus.store import ServedStore
from index.engine.milvus.vectors import ServedSpoken, ServedVectors
from index.engine.milvus.wording import ServedWording
from index.engine.milvus.words import ServedPostings
from index.engine.protocol import Open
from index.engine.sides import Sides
from index.errors import DamagedIndexError, EngineAwayError, NoIndexError, QuoteIndexError
from index.generation import Generation, Layout
from index.lexical import LexicalIndex
from index.loading import QuestionVectors, Vector, same_model
from index.manifest import REMEDY
from index.whole import Verified

LOOKING = 2.0
"""Seconds between two looks at the alias: one call of some ms each."""
SAMPLED = 40
"""Articles that a reader compares with their hashes when it has opened a generation."""


class Milvus:
    """An index at one address. Its connection is made when it is first needed."""

    looking = LOOKING

    def __init__(self, address: Address) -> None:
        self._address = address
        self.connection = Connection(address)
        weakref.finalize(self, self.connection.close)
        self._looked = 0.0
        self._seen: str | None = None
        self._looking = threading.Lock()

    def __str__(self) -> str:
        return self._address.shown

    def close(self) -> None:
        """End the connection."""
        self.connection.close()

    def named(self, data: Path) -> str:
        """The address."""
        del data
        return str(self)

    def content(self, data: Path) -> str | None:
        """None: moved into a folder, it is told."""
        del data
        return None

    def clear(self) -> None:
        """Remove every generation at this address."""
        publishing.clear(self.connection)
        self._looked, self._seen = 0.0, None

    def require(self, data: Path) -> None:
        """Say so where there is no index at all (NoIndexError)."""
        if self.connection.behind(self._address.name) is None:
            raise NoIndexError(f"{self} holds no index yet; run `attributed rebuild --engine {self} --data {data}`")

    def pointer(self, data: Path) -> Hashable | None:
        """The collection that answers; while the server is away, that of before."""
        del data
        if time.monotonic() - self._looked >= LOOKING and self._looking.acquire(blocking=False):
            try:
                self._seen = self.connection.behind(self._address.name)
            except EngineAwayError:
                pass  # who asks is told; what is open stays so
            finally:
                self._looked = time.monotonic()
                self._looking.release()
        return self._seen

    def open(self, data: Path, encoder: Encoder | None, *, aside: Mapping[str, str], fall_back: bool) -> Open:
        """Open the generation behind the alias or, where that is damaged, the newest sealed one before it."""
        first: DamagedIndexError | None = None
        passed: list[str] = []
        current = self._current(data)
        for name in [current, *(self._before(current) if fall_back else [])]:
            try:
                if name in aside:
                    raise DamagedIndexError(f"{aside[name]}; {REMEDY}")
                return self._open(data, name, encoder, tuple(passed))
            except DamagedIndexError as error:
                first = first or error
                passed.append(str(error))
        assert first is not None
        raise first

    def take(self, data: Path, progress: Progress) -> None:
        """Let the generation that stands in the folder `data` answer."""
        publishing.publish(self.connection, data, progress)
        self._looked = 0.0

    def bring(self, data: Path, progress: Progress) -> None:
        """Let the folder `data` hold the generation that answers, as a rebuild would have left it there."""
        generation, seal, records = self._read(self._current(data))
        with folders.writing(data) as layout:
            with contextlib.suppress(QuoteIndexError):
                if folders.current(data).read_manifest().corpus == seal.manifest.corpus and (
                    folders.current(data).name == generation
                ):
                    return
            cached = _fetched(self._layout(data), generation, seal, records)
            with cached:
                bringing.bring(
                    layout, cached.generation, seal, records, passages_of(self._address.name, generation), progress
                )

    def check(self, data: Path) -> list[str]:
        """One line for every fault of the index that answers (NoIndexError: there is none)."""
        name = self._current(data)
        try:
            generation, seal, records = self._read(name)
            with _fetched(self._layout(data), generation, seal, records) as cached:
                return list(
                    checking.faults(cached.generation, seal, records, passages_of(self._address.name, generation))
                )
        except DamagedIndexError as error:
            return [str(error)]

    def _encoding(self, encode: Callable[[str], Vector]) -> Callable[[str], Vector]:
        """The same while the server may be asked: a question that will be refused is not worth a vector."""

        def encoded(text: str) -> Vector:
            self.connection.breaker.expect()
            return encode(text)

        return encoded

    def _current(self, data: Path) -> str:
        collection = self.connection.behind(self._address.name)
        if collection is None:
            self.require(data)
        name = generation_in(self._address.name, collection or "")
        if name is None:
            raise DamagedIndexError(f"{self}: the alias stands for {collection}, which is no index; {REMEDY}")
        return name

    def _before(self, name: str) -> list[str]:
        names = {generation_in(self._address.name, one) for one in self.connection.collections()}
        return sorted((one for one in names if one is not None and one < name), reverse=True)

    def _read(self, name: str) -> tuple[str, Seal, Records]:
        records = Records(self.connection, records_of(self._address.name, name))
        for collection in (records.collection, passages_of(self._address.name, name)):
            self.connection.load(collection)
        return name, Seal.from_bytes(f"{self}: generation {name}", records.get([SEAL])[SEAL]), records

    def _layout(self, data: Path) -> Layout:
        """Where this reader keeps its files of generations at this address."""
        return Layout(data / "engine" / f"{zlib.crc32(self._address.shown.encode()):08x}")

    def _open(self, data: Path, name: str, encoder: Encoder | None, passed: tuple[str, ...]) -> Open:
        _, seal, records = self._read(name)
        # Whose journal it counts is another folder's: of its own nothing is part of it for sure.
        own = seal.origin == publishing.origin_of(data)
        manifest = seal.manifest if own else replace(seal.manifest, journal=0)
        if encoder is not None:
            same_model(manifest.model, encoder)
        passages = passages_of(self._address.name, name)
        for collection, expected in zip((passages, records.collection), seal.rows, strict=True):
            found = self.connection.count(collection)
            if found != expected:
                raise DamagedIndexError(f"{self}: {collection} has {found} rows, its seal says {expected}; {REMEDY}")
        cached = _fetched(self._layout(data), name, seal, records)
        try:
            folder = cached.generation
            store = ServedStore(folder.store, records)
            try:
                ids, dimension, arrays = store.rows(), manifest.model.dimension, Arrays(records)
                kinds = seal.arrays
                postings = ServedPostings(
                    folder.lexical, ids, seal.mean, arrays, kinds["lexical.places"], kinds["lexical.parts"]
                )
                sides = Sides(
                    store,
                    ServedVectors(self.connection, passages, ids, dimension, seal.bits),
                    ServedSpoken(self.connection, passages, dimension, len(ids), _dtype(seal)),
                    LexicalIndex(postings),
                    ServedWording(folder.wording, ids, arrays, kinds["wording.places"], kinds["wording.positions"]),
                    self._encoding(QuestionVectors(manifest.model, encoder, data)),
                )
            except BaseException:
                store.close()
                raise
        except BaseException:
            cached.release()
            raise
        return Open(manifest, sides, ServedHeld(self, cached, seal, records, passages, passed))


class ServedHeld:
    """A generation on a server, with the files of this reader held against removal."""

    def __init__(
        self, engine: Milvus, cached: Cached, seal: Seal, records: Records, passages: str, passed: tuple[str, ...]
    ) -> None:
        self._engine = engine
        self._cached = cached
        self._seal = seal
        self._records = records
        self._passages = passages
        self._sampled = False
        self.passed = passed

    @property
    def name(self) -> str:
        """That of the generation."""
        return self._cached.generation.name

    @property
    def verified(self) -> Verified:
        """How far it is checked; `hashes`: those of its files, and of a sample of its texts."""
        return "hashes" if self._sampled else "sizes"

    def verify(self, stopped: Callable[[], bool] = lambda: False) -> str | None:
        """Compare a sample with its hashes; the first fault, None where there is none or the server is away."""
        if not self._sampled and not stopped():
            with contextlib.suppress(EngineAwayError):
                fault = next(
                    checking.sampled(self._cached.generation, self._seal, self._records, self._passages, SAMPLED), None
                )
                if fault is not None:
                    return fault
                self._sampled = True
        return None

    def reach(self) -> None:
        """Make sure that the server answers of both collections (EngineAwayError: it does not, or loads them still)."""
        self._records.connection.rows(self._records.collection, "key", [SEAL], [])
        self._records.connection.rows(self._passages, "row", [0], [])

    def release(self) -> None:
        """Hold the files no longer."""
        self._cached.release()


class Cached:
    """A generation's files of this reader, held against removal until `release`."""

    def __init__(self, generation: Generation, lock: BinaryIO) -> None:
        self.generation = generation
        self._lock = lock

    def release(self) -> None:
        """Hold them no longer."""
        self._lock.close()

    def __enter__(self) -> Cached:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _fetched(layout: Layout, name: str, seal: Seal, records: Records) -> Cached:
    """The files of a generation, fetched where they are not here or not as they should be; older ones are removed."""
    generation = layout.generation(name)
    manifest = seal.manifest
    try:
        with contextlib.suppress(DamagedIndexError):
            lock = folders.hold(generation)
            if next(generation.faults(manifest), None) is None:
                return Cached(generation, lock)
            lock.close()
        layout.generations.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix="fetching-", dir=layout.data))
        try:
            for file, expected in seal.files.items():
                path = aside / file
                path.parent.mkdir(parents=True, exist_ok=True)
                key = f"f:{file}"
                path.write_bytes(zlib.decompress(records.get([key])[key]))
                if folders.record(path) != expected:
                    raise DamagedIndexError(
                        f"{records.connection.address.shown}: {key} is not as its hash says; {REMEDY}"
                    )
            folders.seal(Generation(aside), manifest)
            shutil.rmtree(generation.folder, ignore_errors=True)
            with contextlib.suppress(OSError):  # another reader of this folder was faster
                os.rename(aside, generation.folder)  # noqa: PTH104  a whole folder at once
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        folders.prune(layout, {name})
        return Cached(generation, folders.hold(generation))
    except (OSError, zlib.error) as error:
        raise QuoteIndexError(f"{layout.data}: the files of {name} cannot be kept there ({error})") from error


def _dtype(seal: Seal) -> list[tuple[object, ...]]:
    return [tuple(tuple(part) if isinstance(part, list) else part for part in field) for field in seal.spoken]
