"""The manifest of a generation: what it is made of, as it stands on the disk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from index.errors import FormatError

FORMAT = 8
"""Of the folder and of every file in it; raised when an older program could not read a newer index."""
REMEDY = "run `attributed rebuild`"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a generation: `size` in bytes, `sha256` in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """The encoder that made the vectors; `fingerprint` is the SHA-256 of its weights."""

    name: str
    fingerprint: str
    dimension: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each the generation holds; a passage is a row of the store, a vector and a lexical document."""

    articles: int
    quotations: int
    speakers: int
    passages: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of.

    `created`: UTC, ISO 8601. `previous`: the generation that answered before, None for the first. `corpus`:
    SHA-256 over the articles' fingerprints, sorted. `versions`: of program, extractor, passages and libraries.
    `files`: every file by its path inside the folder. `journal`: the number of the last record of the journal of what
    was posted (`index.live`) that is part of it.
    """

    format: int
    generation: str
    created: str
    previous: str | None
    model: Model
    counts: Counts
    corpus: str
    versions: Mapping[str, str]
    files: Mapping[str, FileRecord]
    journal: int = 0

    def to_json(self) -> str:
        """The manifest as it stands on disk: its fields, and the SHA-256 of them under `sha256`."""
        fields = asdict(self)
        return _json({**fields, "sha256": _sha256(fields)})

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read what `to_json` wrote.

        Raises:
            FormatError: it is of another format; the message says what to do.
            ValueError, KeyError or TypeError: it is something else.
        """
        fields: dict[str, Any] = json.loads(text)
        found = fields["format"]
        if found != FORMAT and isinstance(found, int):
            made_by = fields.get("versions", {}).get("program", "of another version")
            remedy = (
                f"{REMEDY} to make it anew" if found < FORMAT else f"use attributed {made_by} or newer, or {REMEDY}"
            )
            raise FormatError(f"its format is {found}, this program reads {FORMAT}; {remedy}")
        checksum = fields.pop("sha256")
        # Not only what is read has to agree, but every byte: a manifest is never edited.
        if checksum != _sha256(fields) or text != _json({**fields, "sha256": checksum}):
            raise ValueError("its own sha256 does not fit")
        return cls(
            format=fields["format"],
            generation=fields["generation"],
            created=fields["created"],
            previous=fields["previous"],
            model=Model(**fields["model"]),
            counts=Counts(**fields["counts"]),
            corpus=fields["corpus"],
            versions=dict(fields["versions"]),
            files={name: FileRecord(**record) for name, record in fields["files"].items()},
            journal=fields.get("journal", 0),
        )


def _json(fields: Mapping[str, object]) -> str:
    return json.dumps(fields, indent=2, sort_keys=True) + "\n"


def _sha256(fields: Mapping[str, object]) -> str:
    return hashlib.sha256(_json(fields).encode("utf-8")).hexdigest()
