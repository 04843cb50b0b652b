"""sentence-transformers → an exported model, on tiny models."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest

from index.encoder import SentenceTransformerEncoder
from index.encoder import export as module
from index.encoder.export import CHECKED, export, main
from index.encoder.manifest import Export
from index.errors import ModelError
from tests.index.encoder.conftest import LIMIT, save_model


def test_a_model_is_exported_as_int8_and_says_what_it_is(
    exported_folder: Path, reference: SentenceTransformerEncoder
) -> None:
    names = ["export.json", "model.onnx", "tokenizer.json", "weights.bin"]
    assert sorted(path.name for path in exported_folder.iterdir()) == names
    found = Export.read(exported_folder)
    assert (found.name, found.source, found.dimension) == (reference.name, reference.fingerprint, 32)
    assert (found.precision, found.prompt, found.reason, found.together) == ("int8", "", "", True)
    assert 0.97 <= found.cosine[0] <= found.cosine[1] <= 1.0001
    assert set(found.files) == {"model.onnx", "tokenizer.json", "weights.bin"}


def test_large_weights_lie_in_a_file_of_their_own_that_is_mapped(exported_folder: Path) -> None:
    graph = onnx.load(exported_folder / "model.onnx", load_external_data=False).graph
    outside = {one.name: len(one.external_data) > 0 for one in graph.initializer}
    (words,) = (name for name in outside if "word_embeddings" in name)
    assert outside[words]
    assert any(not away for away in outside.values())
    assert all(len(one.raw_data) < module.LARGE for one in graph.initializer)
    modes = {(exported_folder / name).stat().st_mode for name in ("model.onnx", "weights.bin")}
    assert len(modes) == 1
    encoder = Export.read(exported_folder).encoder(exported_folder)
    encoder.encode(["the ferry"])
    if (maps := Path("/proc/self/maps")).exists():
        assert str(exported_folder / "weights.bin") in maps.read_text("utf-8")


@pytest.mark.parametrize("pooling", ["mean", "cls", "max"])
def test_fp32_gives_the_vectors_of_sentence_transformers_whatever_the_pooling(pooling: str, tmp_path: Path) -> None:
    model = save_model(tmp_path, pooling=pooling)
    reference = SentenceTransformerEncoder(str(model))
    (tmp_path / "out").mkdir()
    found = export(str(model), tmp_path / "out", {"int8": 1.1, "fp32": 0.9999})
    assert (found.precision, found.together) == ("fp32", False)
    encoder = found.encoder(tmp_path / "out")
    np.testing.assert_allclose(encoder.encode(CHECKED), reference.encode(CHECKED), atol=2e-3)
    assert not np.allclose(encoder.encode(["the ferry is late"]), encoder.encode(["ferry late the is"]), atol=1e-4)


def test_every_arithmetic_and_every_model_has_a_fingerprint_of_its_own(
    tiny: Path, exported_folder: Path, reference: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    for name in ("fp32", "other"):
        (tmp_path / name).mkdir()
    other = save_model(tmp_path / "source", seed=2)
    fingerprints = {
        reference.fingerprint,
        Export.read(exported_folder).fingerprint,
        export(str(tiny), tmp_path / "fp32", {"int8": 1.1, "fp32": 0.9}).fingerprint,
        export(str(other), tmp_path / "other").fingerprint,
    }
    assert len(fingerprints) == 4
    assert {len(one) for one in fingerprints} == {64}


def test_a_model_exported_twice_keeps_its_fingerprint(tiny: Path, exported_folder: Path, tmp_path: Path) -> None:
    assert export(str(tiny), tmp_path).fingerprint == Export.read(exported_folder).fingerprint


def test_a_model_whose_export_goes_wrong_is_left_out_with_the_reason(tiny: Path, tmp_path: Path) -> None:
    found = export(str(tiny), tmp_path, {"int8": 1.1, "fp32": 1.1})
    assert [path.name for path in tmp_path.iterdir()] == ["export.json"]
    assert (found.precision, found.fingerprint, found.files) == ("none", "", {})
    assert found.reason.startswith("its exported vectors are not those of sentence-transformers, cosines of {'int8'")
    assert Export.read(tmp_path) == found


def test_a_model_that_torch_cannot_trace_is_left_out_with_the_reason(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no such operator\nat line 5")

    monkeypatch.setattr(module, "_trace", fail)
    assert export(str(tiny), tmp_path).reason == "no such operator"
    assert [path.name for path in tmp_path.iterdir()] == ["export.json"]


def test_texts_are_cut_at_the_limit_of_the_model(exported_folder: Path) -> None:
    encoder = Export.read(exported_folder).encoder(exported_folder)
    words = ["ferry"] * (LIMIT - 2)
    assert len(encoder._ids(" ".join(words))) == LIMIT
    assert encoder._ids(" ".join([*words, "bridge", "late"])) == encoder._ids(" ".join(words))


def test_the_prompt_of_a_model_goes_before_every_text(tiny: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    shutil.copytree(tiny, copied)
    path = copied / "config_sentence_transformers.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "prompts": {"query": "the mayor "}, "default_prompt_name": "query"}))
    (tmp_path / "out").mkdir()
    found = export(str(copied), tmp_path / "out")
    assert (found.prompt, found.reason) == ("the mayor ", "")
    encoder = found.encoder(tmp_path / "out")
    assert encoder._ids("said no") == Export.read(tmp_path / "out").encoder(tmp_path / "out")._ids(" said no ")
    assert len(encoder._ids("said no")) == 6


def test_the_process_that_exports_says_in_one_line_what_cannot_be_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "out").mkdir()
    assert main([str(tmp_path / "out"), str(tmp_path / "model")]) == 3
    assert "cannot be loaded" in capsys.readouterr().err.splitlines()[-1]
    assert list((tmp_path / "out").iterdir()) == []
    with pytest.raises(ModelError, match="cannot be loaded"):
        export(str(tmp_path / "model"), tmp_path / "out")
