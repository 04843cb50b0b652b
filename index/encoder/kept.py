"""Exported models kept in the folder of the index: made once, whole or not at all, made again where damaged.

<data>/models/LOCK      held by the one process that exports
<data>/models/<key>/    export.json and the files that it names; the key tells models and recipes apart

A model that cannot be exported has an export.json too, which says why: it is not tried again at every start.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from index.child import inherited
from index.encoder.exported import ExportedEncoder
from index.encoder.manifest import NO_MODEL, RECIPE, Export
from index.encoder.models import asked_model, file_sha256, source
from index.encoder.protocol import Encoder
from index.encoder.reference import SentenceTransformerEncoder
from index.errors import ModelError

DATA_VARIABLE = "ATTRIBUTED_DATA"
DEFAULT_DATA = "var"

Maker = Callable[[str | None, Path], object]
"""Exports a model into an empty folder; ModelError where the model itself cannot be loaded."""


def default_encoder(data: Path | None = None, model: str | None = None) -> Encoder:
    """The encoder of `model`, else of the model in ATTRIBUTED_MODEL, else of the packaged one.

    It runs without torch, on the model exported in `data`/models (ATTRIBUTED_DATA or var, where none is given); where
    none lies there it is exported first, once. A model that cannot be exported runs under sentence-transformers.

    Raises:
        ModelError: the model is missing or cannot be loaded.
    """
    folder = Path(os.environ.get(DATA_VARIABLE) or DEFAULT_DATA) if data is None else data
    return kept_encoder(folder / "models", model or asked_model())


def kept_encoder(models: Path, model: str | None, make: Maker | None = None) -> Encoder:
    """The encoder kept in the folder `models`, exported by `make` where there is none that is whole."""
    folder = models / hashlib.sha256(f"{RECIPE} {source(model)}".encode()).hexdigest()[:16]
    opened = _opened(folder)
    if opened is None:
        try:
            opened = _made(folder, model, make or in_its_own_process)
        except (OSError, subprocess.SubprocessError) as error:
            opened = f"it was not exported into {folder} ({error})"
    if isinstance(opened, ExportedEncoder):
        return opened
    _say(f"the model runs under sentence-transformers, several times slower: {opened}")
    return SentenceTransformerEncoder(model)


def in_its_own_process(model: str | None, folder: Path) -> None:
    """Export in another process, so that this one never imports torch.

    Raises:
        ModelError: the model cannot be loaded.
        subprocess.SubprocessError: the process died.
    """
    command = [sys.executable, "-m", "index.encoder.export", str(folder), *([] if model is None else [model])]
    done = subprocess.run(command, env=inherited(), capture_output=True, text=True, check=False)
    last = (done.stderr.strip().splitlines() or ["no word why"])[-1]
    if done.returncode == NO_MODEL:
        raise ModelError(last)
    if done.returncode != 0:
        raise subprocess.SubprocessError(f"the process ended with status {done.returncode}: {last}")


def _opened(folder: Path) -> ExportedEncoder | str | None:
    """The encoder of a folder, or why its model has none; None where nothing whole lies there."""
    try:
        export = Export.read(folder)
        if export.reason:
            return export.reason
        if any(file_sha256(folder / name) != sha256 for name, sha256 in export.files.items()):
            return None
        return export.encoder(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Damaged in one way or another. The remedy is the same for all: it is made again.
        return None


def _made(folder: Path, model: str | None, make: Maker) -> ExportedEncoder | str:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / "LOCK").open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Who waited for the lock finds what its holder made.
        opened = _opened(folder)
        if opened is not None:
            return opened
        for left in folder.parent.glob(".making-*"):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        _say("exporting the model for fast encoding, once; this takes a moment")
        aside = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
        try:
            make(model, aside)
            for path in [*aside.iterdir(), aside]:
                _sync(path)
            if folder.exists():
                shutil.rmtree(folder)
            aside.rename(folder)
            _sync(folder.parent)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return _opened(folder) or f"{folder} does not read back as it was written"


def _say(line: str) -> None:
    print(f"attributed: {line}", file=sys.stderr, flush=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
