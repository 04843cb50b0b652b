"""The parts of one index that are asked together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.lexical import LexicalIndex
from index.store import Store
from index.vectors import SpokenVectors, VectorIndex
from index.wording import WordingIndex


@dataclass(frozen=True, slots=True)
class Sides:
    """What is asked together. `encode`: text → vector of length 1, shape (d,)."""

    store: Store
    vectors: VectorIndex
    spoken: SpokenVectors
    words: LexicalIndex
    wording: WordingIndex
    encode: Callable[[str], NDArray[np.float32]]
