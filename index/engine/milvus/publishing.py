"""A generation in its folder → two collections, and the alias moved to them, last.

Whatever the moment it ends: before the alias is moved the old generation answers, after it the new one, and both are
whole. What a run that was cut off has left has no seal, and the next one removes it. The generation that answered
before is kept, an older one for GRACE seconds after the next was made: readers have moved on by then.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import itertools
import tempfile
import time
import uuid
import zlib
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from index import generation as folders
from index.engine.milvus import records as recorded
from index.engine.milvus import vectors as searched
from index.engine.milvus.arrays import Kind, blocks
from index.engine.milvus.catalogue import texts_of, write_catalogue
from index.engine.milvus.connection import Connection
from index.engine.milvus.records import Records
from index.engine.milvus.tried import SOME, try_out
from index.engine.milvus.wording import make_lists
from index.errors import DamagedIndexError, EngineError
from index.generation import Generation, Layout
from index.manifest import FileRecord, Manifest
from index.postings import Postings
from index.store import Store
from index.vectors import SpokenVectors, VectorIndex, open_vectors

SEAL = "seal"
"""The record that is written last; a generation without it is none."""
VERSION = 1
"""Of what is written here; a reader of another refuses it."""
BATCH = 2_000
"""Rows with their vectors in one call: 4 MB."""
GRACE = 600
"""Seconds that a generation stays after the next one was made."""
COUNTED = 60.0
"""Seconds until all that was written must be counted: 2.3.5 says that it is done while rows are pending."""

Progress = Callable[[str, int, "int | None"], None]


@dataclass(frozen=True, slots=True)
class Seal:
    """What a reader has to know of a generation on a server.

    `origin`: which data folder it was made in, whose journal `manifest.journal` counts. `files`: the files of a reader,
    each a record under `f:` and its name, packed by zlib. `arrays`: those in blocks. `spoken`: numpy's description of
    the vectors of the quotations alone. `rows`: how many there are in `passages` and in `records`, the seal included.
    """

    manifest: Manifest
    origin: str
    files: dict[str, FileRecord]
    arrays: dict[str, Kind]
    spoken: Any
    bits: int
    mean: float | None
    rows: tuple[int, int]

    def to_bytes(self) -> bytes:
        """As it stands in its record."""
        fields = {
            "version": VERSION,
            "manifest": self.manifest.to_json(),
            "origin": self.origin,
            "files": {name: [one.size, one.sha256] for name, one in self.files.items()},
            "arrays": [[one.name, one.dtype, one.length] for one in self.arrays.values()],
            "spoken": self.spoken,
            "bits": self.bits,
            "mean": self.mean,
            "rows": list(self.rows),
        }
        return orjson.dumps(fields)

    @classmethod
    def from_bytes(cls, told: str, text: bytes) -> Seal:
        """Read what `to_bytes` wrote (EngineError: another version did; DamagedIndexError: nobody did)."""
        try:
            fields = orjson.loads(text)
            if fields["version"] != VERSION:
                raise EngineError(
                    f"{told}: written by another version of this program ({fields['version']}, this one reads"
                    f" {VERSION}); run `attributed rebuild` with this one, or use that one"
                )
            return cls(
                Manifest.from_json(fields["manifest"]),
                fields["origin"],
                {name: FileRecord(*one) for name, one in fields["files"].items()},
                {one[0]: Kind(*one) for one in fields["arrays"]},
                fields["spoken"],
                fields["bits"],
                fields["mean"],
                (fields["rows"][0], fields["rows"][1]),
            )
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DamagedIndexError(f"{told}: its seal cannot be read ({error}); run `attributed rebuild`") from error


def passages_of(name: str, generation: str) -> str:
    """The collection with the vectors of a generation."""
    return f"{name}_{generation}_passages"


def records_of(name: str, generation: str) -> str:
    """The collection with everything else."""
    return f"{name}_{generation}_records"


def generation_in(name: str, collection: str) -> str | None:
    """The generation that a collection is of; None where it is none of this index."""
    for end in ("_passages", "_records"):
        if collection.startswith(f"{name}_") and collection.endswith(end):
            found = collection[len(name) + 1 : -len(end)]
            return found if folders.is_name(found) else None
    return None


def origin_of(data: Path) -> str:
    """What tells this data folder from all others; made when it is first asked for."""
    path = data / "engine" / "origin"
    with contextlib.suppress(OSError):
        return path.read_text("ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f"origin-{uuid.uuid4().hex}")
    aside.write_text(f"{uuid.uuid4().hex}\n", "ascii")
    aside.rename(path)
    return path.read_text("ascii").strip()


def publish(connection: Connection, data: Path, progress: Progress) -> None:
    """Let the generation that stands in a data folder answer (see `index.engine.Engine.take`)."""
    name = connection.address.name
    with folders.writing(data) as layout:
        generation = folders.current(data)
        with folders.hold(generation):
            manifest = generation.read_manifest()
            fault = next(generation.faults(manifest), None)
            if fault is not None:
                raise DamagedIndexError(f"{fault}; run `attributed rebuild`")
            answering = connection.behind(name)
            _remove_unsealed(connection, answering)
            if answering != records_of(name, generation.name):
                _write(connection, layout, generation, manifest, origin_of(data), progress)
                connection.switch(name, records_of(name, generation.name))
        _prune(connection, {generation.name, generation_in(name, answering or "")})


def _write(
    connection: Connection,
    layout: Layout,
    generation: Generation,
    manifest: Manifest,
    origin: str,
    progress: Progress,
) -> None:
    name = connection.address.name
    passages, records = passages_of(name, generation.name), records_of(name, generation.name)
    connection.drop(passages)  # sealed once and left by the alias: it is written anew
    connection.drop(records)
    connection.create(records, recorded.fields, "none", "FLAT")
    connection.create(
        passages, lambda schema: searched.fields(schema, manifest.model.dimension), "vector", connection.address.index
    )
    into = Records(connection, records)
    with contextlib.closing(Store(generation.store)) as store, tempfile.TemporaryDirectory(dir=layout.data) as folder:
        rows = store.rows()
        spoken = SpokenVectors.open(generation.spoken, rows)
        vectors = open_vectors(generation.vectors, rows)
        total = len(rows)
        _put_passages(connection, passages, store, vectors, spoken, progress)
        tried = rows[:SOME], vectors.vectors(rows[:SOME])
        count = into.put(texts_of(generation.store, "article"))
        count += into.put(_counted(texts_of(generation.store, "quotation"), total, progress))
        files, lists = Path(folder), Postings.open(generation.lexical)
        write_catalogue(generation.store, files / "store.sqlite")
        (files / "lexical").mkdir()
        np.save(files / "lexical" / "terms.npy", lists.vocabulary)
        np.save(files / "lexical" / "starts.npy", lists.starts)
        arrays: dict[str, NDArray[Any]] = {"lexical.places": lists.listed, "lexical.parts": lists.parts}
        arrays["wording.places"], arrays["wording.positions"] = make_lists(files / "wording", store.contents())
        kinds = {one: Kind(one, values.dtype.str, len(values)) for one, values in arrays.items()}
        for one, values in arrays.items():
            count += into.put(blocks(kinds[one], values))
        written = Generation(files).files()
        count += into.put((f"f:{one}", zlib.compress((files / one).read_bytes(), 6)) for one in written)
        seal = Seal(
            # The files are those of a reader; what the folder had besides has no place here.
            replace(manifest, files=written),
            origin,
            written,
            kinds,
            spoken.dtype.descr,
            vectors.bits,
            lists.mean,
            (total, count + 1),
        )
    for collection in (passages, records):
        connection.flush(collection)
    _count(connection, passages, total)
    _count(connection, records, count)
    try_out(connection, passages, *tried)
    sealed = into.put([(SEAL, seal.to_bytes())])
    if sealed != 1:
        raise EngineError(f"{connection.address.shown}: the description of generation {generation.name} is too long")
    connection.flush(records)
    _count(connection, records, count + 1)
    Records(connection, records).get([SEAL])


def _put_passages(
    connection: Connection,
    collection: str,
    store: Store,
    vectors: VectorIndex,
    spoken: SpokenVectors,
    progress: Progress,
) -> None:
    rows, columns = store.rows(), store.columns
    for at in range(0, len(rows), BATCH):
        some = rows[at : at + BATCH]
        both = zip(
            some.tolist(),
            vectors.vectors(some),
            spoken.raw(some),
            *(ask(some).tolist() for ask in (columns.speakers, columns.kinds, columns.days, columns.source_codes)),
            strict=True,
        )
        connection.put(
            collection,
            (
                {
                    "row": row,
                    "vector": vector,
                    "spoken": base64.b64encode(raw).decode("ascii"),
                    "speaker": speaker,
                    "kind": kind,
                    "day": day,
                    "source": source,
                }
                for row, vector, raw, speaker, kind, day, source in both
            ),
        )
        progress("send", at + len(some), 2 * len(rows))


def _counted(texts: Iterator[tuple[str, bytes]], total: int, progress: Progress) -> Iterator[tuple[str, bytes]]:
    for done, one in enumerate(texts, 1):
        if done % BATCH == 0 or done == total:
            progress("send", total + done, 2 * total)
        yield one


def _count(connection: Connection, collection: str, expected: int) -> None:
    """Wait until so many rows are counted (EngineError: they are not)."""
    until = time.monotonic() + COUNTED
    while (found := connection.count(collection)) != expected:
        if time.monotonic() > until:
            raise EngineError(
                f"{connection.address.shown}: {collection} has {found} rows, {expected} were written; the index that"
                " answered goes on; run `attributed rebuild` again"
            )
        time.sleep(0.5)


def _remove_unsealed(connection: Connection, answering: str | None) -> None:
    """Remove what runs that were cut off have left."""
    name = connection.address.name
    found: dict[str, list[str]] = {}
    for collection in connection.collections():
        generation = generation_in(name, collection)
        if generation is not None:
            found.setdefault(generation, []).append(collection)
    for generation, collections in found.items():
        records = records_of(name, generation)
        if records != answering and not (len(collections) == 2 and is_sealed(connection, records)):
            for collection in sorted(collections, reverse=True):  # the records, and with them the seal, first
                connection.drop(collection)


def is_sealed(connection: Connection, records: str) -> bool:
    """Whether all that belongs to a generation was written."""
    connection.load(records)
    return bool(connection.rows(records, "key", [SEAL], []))


def _prune(connection: Connection, kept: Container[str | None]) -> None:
    """Remove the generations whose next one was made GRACE seconds ago, but for those that are kept."""
    name = connection.address.name
    names = {generation_in(name, collection) for collection in connection.collections()} - {None}
    known = sorted(one for one in names if one is not None)
    now = dt.datetime.now(dt.UTC)
    for before, after in itertools.pairwise(known):
        made = dt.datetime.strptime(after[:15], "%Y%m%dT%H%M%S").replace(tzinfo=dt.UTC)
        if before not in kept and (now - made).total_seconds() > GRACE:
            connection.drop(records_of(name, before))
            connection.drop(passages_of(name, before))


def clear(connection: Connection) -> None:
    """Remove every generation of an index, and what stands for the one that answers."""
    name = connection.address.name
    connection.forget(name)
    for collection in sorted(connection.collections(), reverse=True):
        if generation_in(name, collection) is not None:
            connection.drop(collection)
