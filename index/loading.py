"""The encoder of an open index: loaded by the first question, and refused where it did not make the index."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, default_encoder, normalised
from index.errors import ModelError
from index.manifest import REMEDY, Model

Vector = NDArray[np.float32]


class QuestionVectors:
    """Text → vector; without an encoder the default one is loaded, out of the folder `data`, by the first text."""

    def __init__(self, model: Model, encoder: Encoder | None, data: Path) -> None:
        self._model = model
        self._data = data
        self._encoder = encoder
        self._loading = threading.Lock()

    def __call__(self, text: str) -> Vector:
        """The vector of a text, of length 1, shape (d,) (ModelError: the model is missing, or another)."""
        with self._loading:
            if self._encoder is None:
                encoder = default_encoder(self._data)
                same_model(self._model, encoder)
                self._encoder = encoder
        vector: Vector = normalised(self._encoder.encode([text]))[0]
        return vector


def same_model(made: Model, encoder: Encoder) -> None:
    """Refuse an encoder that did not make the index (ModelError)."""
    asked = Model(encoder.name, encoder.fingerprint, encoder.dimension)
    if made != asked:
        raise ModelError(
            f"the index was made by {made.name} ({made.fingerprint[:12]}, {made.dimension} dimensions), the encoder is"
            f" {asked.name} ({asked.fingerprint[:12]}, {asked.dimension} dimensions); set ATTRIBUTED_MODEL or"
            f" {REMEDY}"
        )
