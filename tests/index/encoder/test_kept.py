"""Exported models kept on disk: made once, whole or not at all, made again where damaged."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.encoder import SentenceTransformerEncoder, default_encoder, kept
from index.encoder.export import FLOORS, export
from index.encoder.exported import ExportedEncoder
from index.encoder.kept import kept_encoder
from index.encoder.manifest import Export
from index.errors import ModelError
from tests.index.encoder.conftest import save_model

ROOT = Path(__file__).parents[3]

Make = Callable[[str | None, Path], object]


def folders(models: Path) -> list[Path]:
    return sorted(path for path in models.iterdir() if path.is_dir())


def test_a_model_is_exported_once(
    tiny: Path, tmp_path: Path, make: Make, made: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    first = kept_encoder(tmp_path / "models", str(tiny), make)
    assert capsys.readouterr().err == "attributed: exporting the model for fast encoding, once; this takes a moment\n"
    second = kept_encoder(tmp_path / "models", str(tiny), make)
    assert capsys.readouterr().err == ""
    assert isinstance(first, ExportedEncoder)
    assert isinstance(second, ExportedEncoder)
    assert made == [str(tiny)]
    assert (first.name, first.fingerprint, first.dimension) == (second.name, second.fingerprint, second.dimension)
    assert np.array_equal(first.encode(["the ferry"]), second.encode(["the ferry"]))


def test_models_lie_side_by_side_and_a_changed_folder_is_another_model(
    tmp_path: Path, make: Make, made: list[Any]
) -> None:
    one, other = (save_model(tmp_path / name, seed=seed) for name, seed in (("a", 1), ("b", 2)))
    fingerprints = {kept_encoder(tmp_path / "models", str(model), make).fingerprint for model in (one, other)}
    for path in other.rglob("model.safetensors"):
        path.write_bytes(next(one.rglob("model.safetensors")).read_bytes())
    fingerprints.add(kept_encoder(tmp_path / "models", str(other), make).fingerprint)
    assert len(made) == len(folders(tmp_path / "models")) == 3
    assert len(fingerprints) == 2


@pytest.mark.parametrize("name", ["model.onnx", "weights.bin", "tokenizer.json", "export.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_a_damaged_model_is_exported_again(
    tiny: Path, tmp_path: Path, make: Make, made: list[Any], exported_folder: Path, name: str, damage: str
) -> None:
    before = kept_encoder(tmp_path, str(tiny), make)
    (folder,) = folders(tmp_path)
    path = folder / name
    content = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        content[0] ^= 0xFF
        path.write_bytes(content)
    after = kept_encoder(tmp_path, str(tiny), make)
    assert len(made) == 2
    assert after.fingerprint == before.fingerprint
    assert isinstance(kept_encoder(tmp_path, str(tiny), make), ExportedEncoder)
    assert len(made) == 2


def test_a_process_that_dies_while_exporting_leaves_nothing_that_is_taken_for_a_model(
    tiny: Path, tmp_path: Path, make: Make
) -> None:
    left = tmp_path / ".making-dead"
    left.mkdir()
    (left / "model.onnx").write_bytes(b"half")

    def die(model: str | None, folder: Path) -> None:
        make(model, folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept_encoder(tmp_path, str(tiny), die)
    assert folders(tmp_path) == []
    assert isinstance(kept_encoder(tmp_path, str(tiny), make), ExportedEncoder)


def test_two_that_need_the_model_at_once_export_it_once(
    tiny: Path, tmp_path: Path, make: Make, made: list[Any]
) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(kept_encoder(tmp_path, str(tiny), make).fingerprint))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == len(made) == 1


def test_a_model_that_cannot_be_exported_runs_under_sentence_transformers_and_is_tried_once(
    tiny: Path, tmp_path: Path, made: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    def make(model: str | None, folder: Path) -> None:
        made.append(model)
        export(model, folder, dict.fromkeys(FLOORS, 1.1))

    for _ in range(2):
        encoder = kept_encoder(tmp_path, str(tiny), make)
        last = capsys.readouterr().err.splitlines()[-1]
        assert isinstance(encoder, SentenceTransformerEncoder)
        assert last.startswith(
            "attributed: the model runs under sentence-transformers, several times slower: its exported vectors"
        )
    assert len(made) == 1


def test_a_folder_that_cannot_be_written_leaves_sentence_transformers(
    tiny: Path, tmp_path: Path, make: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "models").write_text("a file")
    assert isinstance(kept_encoder(tmp_path / "models", str(tiny), make), SentenceTransformerEncoder)
    (line,) = capsys.readouterr().err.splitlines()
    assert "several times slower" in line
    assert f"it was not exported into {tmp_path / 'models'}" in line


def test_a_model_that_cannot_be_loaded_is_an_error_told_by_the_process_that_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nothing").mkdir()
    monkeypatch.setenv("ATTRIBUTED_MODEL", str(tmp_path / "nothing"))
    with pytest.raises(ModelError, match=rf"{tmp_path}.*cannot be loaded: .*; check ATTRIBUTED_MODEL"):
        default_encoder(tmp_path / "data")
    assert folders(tmp_path / "data" / "models") == []


def test_the_default_encoder_lies_where_the_environment_says(
    tiny: Path, tmp_path: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "in_its_own_process", make)
    monkeypatch.setenv("ATTRIBUTED_MODEL", str(tiny))
    monkeypatch.setenv("ATTRIBUTED_DATA", str(tmp_path / "index"))
    name = default_encoder().name
    monkeypatch.delenv("ATTRIBUTED_DATA")
    monkeypatch.chdir(tmp_path)
    default_encoder()
    for data in ("index", "var"):
        (folder,) = folders(tmp_path / data / "models")
        assert Export.read(folder).name == name == "model"


ALONE = """
import sys
from pathlib import Path
from index.encoder import default_encoder
rows = default_encoder(Path(sys.argv[1]), sys.argv[2]).encode(["the ferry is late", "no one asked"])
heavy = [name for name in ("torch", "transformers", "sentence_transformers", "onnx") if name in sys.modules]
print(rows.shape, heavy)
"""


def test_exporting_and_encoding_import_no_torch_and_leave_no_files_elsewhere(tiny: Path, tmp_path: Path) -> None:
    for number, says in enumerate(
        ["attributed: exporting the model for fast encoding, once; this takes a moment\n", ""]
    ):
        home = tmp_path / str(number)
        home.mkdir()
        environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "TMPDIR": str(home)}
        done = subprocess.run(
            [sys.executable, "-c", ALONE, str(tmp_path / "data"), str(tiny)],
            capture_output=True,
            text=True,
            env=environment,
            cwd=home,
            check=True,
        )
        assert (done.stdout, done.stderr) == ("(2, 32) []\n", says)
        # Nothing of onnxruntime's telemetry; what torch leaves of an export is torch's.
        assert [path for path in home.rglob("*") if not path.name.startswith("torchinductor")] == []


def test_a_process_that_dies_while_exporting_leaves_sentence_transformers(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert isinstance(kept_encoder(tmp_path, str(tiny)), SentenceTransformerEncoder)
    assert "the process ended with status 1: no word why" in capsys.readouterr().err
    assert folders(tmp_path) == []
