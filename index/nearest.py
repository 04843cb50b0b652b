"""Names that come near to one that nobody goes by."""

from __future__ import annotations

from collections.abc import Sequence

NEAREST = 5
"""Names that are offered for one that nobody knows."""
NEAREST_FROM = 45
"""Similarity (0 to 100, rapidfuzz's WRatio) below which a name is no help."""


def nearest_names(key: str, names: Sequence[str]) -> tuple[str, ...]:
    """At most NEAREST of `names` that are like `key`, the most alike first."""
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        key,
        names,
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        limit=NEAREST,
        score_cutoff=NEAREST_FROM,
    )
    return tuple(name for name, _, _ in found)
