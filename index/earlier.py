"""What the generations before a rebuild offer: one to use again, and those to leave; which articles are the same."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index import generation as folders
from index.copies.words import VERSION
from index.encoder import Encoder
from index.errors import DamagedIndexError, FormatError, NoIndexError
from index.generation import Generation
from index.lexical import ANALYSIS
from index.manifest import Model
from index.store import Store
from index.types import Article
from index.vectors import SpokenVectors, VectorIndex, open_vectors
from index.whole import in_order


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the generation before offers for use again; no `vectors` and no `spoken` where another model made them.

    `lexical`, `copies`: the folder of its words, and of what copies were looked for by; None where another version
    made it.
    """

    store: Store
    vectors: VectorIndex | None
    spoken: SpokenVectors | None
    lexical: Path | None = None
    copies: Path | None = None


def standing(data: Path) -> tuple[Generation | None, set[str]]:
    """The newest generation of which every byte is as it was written, and the names of those to keep.

    Nothing of a damaged one is used again, but it stays where it is until the new one answers: somebody may be
    looking into it.
    """
    keep: set[str] = set()
    current: Generation | None = None
    try:
        current = folders.current(data)
        keep.add(current.name)
    except NoIndexError:
        # Nothing answers, but where the pointer was lost this is what is left of the index until a new one stands.
        return None, {generation.name for generation in folders.sealed(data)}
    except DamagedIndexError:
        keep.update(generation.name for generation in folders.sealed(data))
    for generation in in_order(data, current):
        try:
            manifest = generation.read_manifest()
        except DamagedIndexError:
            continue
        if next(generation.faults(manifest), None) is None:
            return generation, {*keep, generation.name, *([] if manifest.previous is None else [manifest.previous])}
    return None, keep


def held(data: Path) -> int:
    """How many quotations the index there says to hold; 0 where there is none that can be read."""
    try:
        return folders.current(data).read_manifest().counts.quotations
    except (NoIndexError, DamagedIndexError, FormatError):
        return 0


def open_earlier(generation: Generation, encoder: Encoder) -> Earlier | None:
    """A generation that is whole opened; None where it cannot be, damage must not be carried over."""
    try:
        manifest = generation.read_manifest()
        made, now = manifest.versions, versions()
        lexical = generation.lexical if made.get("words") == now["words"] else None
        copies = generation.copies if made.get("copies") == now["copies"] else None
        if manifest.model != Model(encoder.name, encoder.fingerprint, encoder.dimension):
            return Earlier(Store(generation.store), None, None, lexical, copies)
        store = Store(generation.store)
        try:
            rows = store.rows()
            vectors = open_vectors(generation.vectors, rows)
            return Earlier(store, vectors, SpokenVectors.open(generation.spoken, rows), lexical, copies)
        except BaseException:
            store.close()
            raise
    except DamagedIndexError:
        return None


def versions() -> dict[str, str]:
    """Those of program and libraries, of what cuts texts into terms, and of what reads and compares wordings."""
    return {
        "words": f"{ANALYSIS} {_version_of('tantivy')}",
        "copies": f"{VERSION} {_version_of('text2num')}",
        "program": _version_of("attributed"),
        "faiss": _version_of("faiss-cpu"),
        "tantivy": _version_of("tantivy"),
    }


def _version_of(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:  # a bare checkout is not installed
        return "unknown"


def fingerprint(article: Article) -> str:
    """SHA-256 over everything that an article says of itself: two articles with the same are the same."""
    day = None if article.date is None else article.date.isoformat()
    fields = [
        *(article.id, article.text, article.title, day, article.source, article.url, article.body),
        *(article.authors, article.section, article.agency, article.date_certainty, article.summary_only),
    ]
    return hashlib.sha256(json.dumps(fields).encode("ascii")).hexdigest()


def corpus_hash(fingerprints: Iterable[str]) -> str:
    """SHA-256 over the fingerprints of all articles, whatever their order."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode("ascii")).hexdigest()
