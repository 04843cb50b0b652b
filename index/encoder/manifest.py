"""export.json: what an exported model is, where it comes from, and how near it is to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from index.encoder.exported import ExportedEncoder

RECIPE = 2
"""Of all in the export that bears on the vectors; raised when a change there changes them."""
MANIFEST = "export.json"
NO_MODEL = 3
"""Exit status of the process that exports, where the model itself cannot be loaded."""


@dataclass(frozen=True, slots=True)
class Export:
    """What export.json says. `files`: name → SHA-256; empty where the model cannot be exported, as `reason` says.

    `source`: SHA-256 of the weights. `fingerprint` tells the vectors of this arithmetic from those of any other.
    `cosine`: least and mean of those with sentence-transformers. `together`: whether a text has the same bits alone and
    in one run with others.
    """

    name: str
    source: str
    fingerprint: str
    dimension: int
    precision: Literal["int8", "fp32", "none"]
    prompt: str
    cosine: tuple[float, float]
    versions: Mapping[str, str]
    files: Mapping[str, str]
    reason: str = ""
    together: bool = False

    @classmethod
    def read(cls, folder: Path) -> Export:
        """What stands in `folder` (OSError, ValueError, KeyError or TypeError where it is no export)."""
        fields: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        least, mean = fields.pop("cosine")
        return cls(**fields, cosine=(float(least), float(mean)))

    def write(self, folder: Path) -> None:
        """Write export.json."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", "utf-8")

    def encoder(self, folder: Path) -> ExportedEncoder:
        """The encoder of `folder`."""
        return ExportedEncoder(
            folder,
            name=self.name,
            fingerprint=self.fingerprint,
            dimension=self.dimension,
            prompt=self.prompt,
            together=self.together,
        )
