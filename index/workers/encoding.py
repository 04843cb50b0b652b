"""Texts of passages → vectors, as a work that is done in batches."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.embedding import encoded
from index.encoder import Encoder
from index.encoder.exported import ExportedEncoder
from index.vectors import Vectors
from index.workers.work import Work

Texts = tuple[str, ...]


@dataclass(frozen=True)
class Encoding(Work[Texts, Vectors]):
    """The texts of each passage → its vector and that of its words alone, shape (2, d)."""

    encoder: Encoder
    name = "the encoder"
    threaded = True

    def run(self, batch: Sequence[Texts]) -> Iterable[Vectors]:
        """As `index.embedding.encoded`."""
        return encoded(self.encoder, batch)

    def key(self, batch: Sequence[Texts]) -> str:
        """The texts and the fingerprint of the model."""
        return key(self.encoder.fingerprint, batch)

    def weight(self, item: Texts) -> int:
        """The characters of its texts."""
        return sum(map(len, item))

    def named(self, item: Texts) -> str:
        """By its beginning."""
        return named(item)

    def elsewhere(self) -> Work[Texts, Vectors] | None:
        """By the model that was sent; a model that is not exported encodes on this machine alone."""
        from index.workers.shipped import ShippedEncoding

        return ShippedEncoding(self.encoder.fingerprint) if isinstance(self.encoder, ExportedEncoder) else None


def key(fingerprint: str, batch: Sequence[Texts]) -> str:
    """SHA-256 over what makes a batch of texts what it is."""
    digest = hashlib.sha256(fingerprint.encode())
    for texts in batch:
        for text in (*texts, ""):
            digest.update(text.encode("utf-8", "replace") + b"\0")
    return digest.hexdigest()


def named(item: Texts) -> str:
    """A passage as an error names it."""
    return f"the passage {item[0][:80]!r}"
