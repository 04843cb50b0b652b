"""Figures that a script measured, as they are kept: JSON in a file that is named, or none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def as_json(figures: Mapping[str, Any]) -> str:
    """As they are printed and kept."""
    return json.dumps(figures, indent=2)


def keep(figures: Mapping[str, Any], path: Path | None) -> None:
    """Write them where a path is given; its folder is made (OSError: it cannot be written)."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_json(figures) + "\n", encoding="utf-8")
