"""A model under sentence-transformers and torch: what the exported one is checked against, and the fallback."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder.models import MODEL_VARIABLE, PACKAGED_MODEL, PACKAGED_SHA256, checked_sha256, packaged_folder
from index.encoder.protocol import Vectors, cores, normalised
from index.errors import ModelError

BATCH = 32


class SentenceTransformerEncoder:
    """A sentence-transformers model; without a name the packaged all-MiniLM-L6-v2, its weights checked.

    `model`: name or folder of another one. A folder or the packaged model is read without any network. `fingerprint`
    is the SHA-256 of the weights. The attribute `model` is sentence-transformers' own object.

    Raises:
        ModelError: the model is missing, cannot be loaded, or the packaged weights are not those expected.
    """

    def __init__(self, model: str | None = None) -> None:
        # One thread at a time: the fast tokenizers change their padding in place and fail under two threads.
        self._lock = threading.Lock()
        if model is None:
            folder = packaged_folder()
            self.name = PACKAGED_MODEL
            self.fingerprint = checked_sha256(folder / "model.safetensors", PACKAGED_SHA256)
            self.model = _load(str(folder), local=True)
        else:
            is_folder = Path(model).is_dir()
            self.name = Path(model).resolve().name if is_folder else model
            self.model = _load(model, local=is_folder)
            self.fingerprint = _weights_sha256(self.model)
        self.dimension = int(self.model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), each of length 1. Longer texts are cut at the model's limit."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        import torch

        with self._lock:
            # Measured on two cores: a batch gains (97 → 175 texts/s), a single question does not (12 ms), and with
            # anything else running its two threads wait for each other for up to 480 ms.
            torch.set_num_threads(cores() if len(texts) > 1 else 1)
            vectors = self.model.encode(list(texts), batch_size=BATCH, convert_to_numpy=True, show_progress_bar=False)
        return normalised(vectors)


def _load(model: str, *, local: bool) -> Any:
    if local:
        # Read when huggingface_hub is imported, so it is set before that.
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelError(f"sentence-transformers cannot be imported ({error}); run make run") from error
    hub_logging: Any = logging
    hub_logging.disable_progress_bar()
    hub_logging.set_verbosity_error()
    try:
        return SentenceTransformer(model, device="cpu", local_files_only=local)
    except Exception as error:  # the library raises OSError, ValueError, RuntimeError and its own for a bad model
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(f"model {model!r} cannot be loaded: {reason}; check {MODEL_VARIABLE}") from error


def _weights_sha256(model: Any) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        rows = tensor.detach().cpu().contiguous()
        digest.update(f"{name} {rows.dtype} {tuple(rows.shape)}\0".encode())
        digest.update(rows.float().numpy().tobytes())
    return digest.hexdigest()
