"""An index on a server, checked: counts against its seal, the files of a reader by their hashes, texts by theirs."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator

import numpy as np

from index.check import LENGTH_TOLERANCE
from index.earlier import corpus_hash, fingerprint
from index.engine.milvus.publishing import Seal
from index.engine.milvus.records import Records
from index.engine.milvus.store import ServedStore
from index.errors import DamagedIndexError
from index.generation import Generation
from index.store import passage_faults

CHECKED = 1_000
"""Articles whose texts and vectors are read by `attributed check`, spread evenly; of fewer, all."""


def faults(cached: Generation, seal: Seal, records: Records, passages: str) -> Iterator[str]:
    """One line for every fault."""
    connection = records.connection
    for collection, expected in zip((passages, records.collection), seal.rows, strict=True):
        found = connection.count(collection)
        if found != expected:
            yield f"{connection.address.shown}: {collection} has {found} rows, its seal says {expected}"
    yield from cached.faults(seal.manifest)
    yield from sampled(cached, seal, records, passages, CHECKED)


def sampled(cached: Generation, seal: Seal, records: Records, passages: str, most: int) -> Iterator[str]:
    """One line for every fault of the catalogue, and of the texts and vectors of some articles."""
    told = records.connection.address.shown
    try:
        with contextlib.closing(ServedStore(cached.store, records)) as store:
            counts = seal.manifest.counts
            for what, found, expected in (
                ("articles", store.count("article"), counts.articles),
                ("speakers", store.count("speaker"), counts.speakers),
                ("quotations", store.count("quotation"), counts.quotations),
            ):
                if found != expected:
                    yield f"{told}: {found} {what} in the catalogue, the manifest says {expected}"
            corpus = corpus_hash(store.corpus())
            if corpus != seal.manifest.corpus:
                yield f"{told}: corpus hash {corpus}, the manifest says {seal.manifest.corpus}"
            ids = store.article_ids()
            chosen = sorted(set(np.linspace(0, len(ids) - 1, min(most, len(ids))).astype(int).tolist()))
            known = store.fingerprints()
            for id_ in (ids[at] for at in chosen):
                yield from _article(told, store, id_, known[id_])
                yield from _lengths(told, store, seal, records, passages, id_)
    except DamagedIndexError as error:
        yield str(error)


def _article(told: str, store: ServedStore, id_: str, expected: str) -> Iterator[str]:
    try:
        stored = store.article(id_)
    except (ValueError, DamagedIndexError) as error:
        yield f"{told}: article {id_!r}: {error}"
        return
    assert stored is not None
    if fingerprint(stored.article) != expected:
        yield f"{told}: article {id_!r} is not the one whose hash the catalogue has"
    for passage, (own, kept) in zip(stored.passages, store.hashes_of(id_), strict=True):
        if passage.attribution.quotation.id != own:
            yield f"{told}: article {id_!r}: the words of quotation {own} are others than its hash says"
        yield from (f"{told}: article {id_!r}: {fault}" for fault in passage_faults(stored.article, passage))
        if hashlib.sha256("\0".join(passage.embedded).encode("utf-8")).hexdigest() != kept:
            yield f"{told}: article {id_!r}: a passage is not the one that was embedded"


def _lengths(told: str, store: ServedStore, seal: Seal, records: Records, passages: str, id_: str) -> Iterator[str]:
    rows = store.rows_of(id_)
    found = records.connection.rows(passages, "row", rows, ["vector"]) if rows else []
    if len(found) != len(rows):
        yield f"{told}: {len(found)} vectors of article {id_!r}, {len(rows)} are expected"
    for one in found:
        length = float(np.linalg.norm(np.array(one["vector"], np.float32)))
        if not abs(length - 1) <= LENGTH_TOLERANCE[seal.bits]:
            yield f"{told}: the vector of row {one['row']} is of length {length:.4f}, not 1"
