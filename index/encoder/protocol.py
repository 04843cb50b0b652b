"""What turns texts into vectors. Every vector that enters an index or asks one passes through `normalised`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """What turns texts into vectors.

    `name` and `fingerprint` (64 hex digits) go into the manifest: an index is asked only with vectors of the model
    that made it. The same weights under another arithmetic have another fingerprint. `dimension`: length of a vector.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102
    @property
    def dimension(self) -> int: ...  # noqa: D102

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), each of length 1."""
        ...


def normalised(vectors: NDArray[Any]) -> Vectors:
    """Rows of length 1 as C-ordered float32, shape (n, d); a row of zeros stays zeros.

    Raises:
        ModelError: a row holds NaN or infinity.
    """
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if not np.isfinite(rows).all():
        raise ModelError("the model gave a vector that is not finite; its weights are damaged, install it anew")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return unit


def cores() -> int:
    """As many as this process may use: in a container the libraries count the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
