"""Vectors of words before their neighbours are looked at: each word form is worked out once.

The first layer of a spaCy vector model hashes a word's form, prefix, suffix and shape to a vector and mixes these. An
article has some thousand words and a corpus says most of them again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from spacy.tokens import Doc

MOST_KEPT = 50_000
"""Words that are remembered (384 bytes each); beyond it begins anew, so that memory does not grow with the corpus."""
_TOGETHER = 64
"""Words that are worked out together, always as many: to the bit a vector hangs on the size of the matrix it was in."""


class WordVectors:
    """The embedding layer of a vector model, remembered."""

    def __init__(self, embed: Any) -> None:
        extract, _, self._hash, self._mix, _ = embed.layers
        self._columns: list[Any] = extract.attrs["columns"]
        self._rows: dict[bytes, int] = {}
        self._table: Any = np.empty((0, 0), np.float32)

    def __call__(self, docs: Sequence[Doc]) -> list[Any]:
        """One array a doc: words × width."""
        features = [np.ascontiguousarray(doc.to_array(self._columns), np.uint64) for doc in docs]
        keys = [[row.tobytes() for row in rows] for rows in features]
        if len(self._rows) > MOST_KEPT:
            self._rows.clear()
        unknown = {key: row for key, row in zip(_flat(keys), _flat(features), strict=True) if key not in self._rows}
        if unknown:
            self._learn(unknown)
        return [self._table[[self._rows[key] for key in words]] for words in keys]

    def _learn(self, words: dict[bytes, Any]) -> None:
        features = np.array(list(words.values()))
        padding = -len(features) % _TOGETHER
        padded = np.concatenate([features, np.zeros((padding, features.shape[1]), np.uint64)])
        blocks = [padded[at : at + _TOGETHER] for at in range(0, len(padded), _TOGETHER)]
        vectors = np.concatenate([self._mix.predict(self._hash.predict(block)) for block in blocks])[: len(features)]
        known = len(self._rows)
        if known + len(vectors) > len(self._table):
            grown = np.empty((2 * (known + len(vectors)), vectors.shape[1]), np.float32)
            grown[:known] = self._table[:known] if known else grown[:0]
            self._table = grown
        self._table[known : known + len(vectors)] = vectors
        self._rows |= {key: known + i for i, key in enumerate(words)}


def remember_words(model: Any) -> None:
    """Put WordVectors in place of the embedding layers of a thinc model; for prediction only."""
    from thinc.api import Model

    for parent in model.walk():
        for i, layer in enumerate(parent.layers):
            if layer.name.startswith("extract_features>>") and "with_array(residual" not in layer.name:
                parent.layers[i] = Model("word_vectors", _forward, attrs={"vectors": WordVectors(layer)})


def _forward(model: Any, docs: Sequence[Doc], is_train: bool) -> tuple[list[Any], Callable[[Any], Any]]:
    del is_train
    return model.attrs["vectors"](docs), lambda gradient: gradient


def _flat(parts: Iterable[Iterable[Any]]) -> list[Any]:
    return [one for part in parts for one in part]
