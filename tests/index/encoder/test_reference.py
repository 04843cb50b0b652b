from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder import PACKAGED_SHA256, SentenceTransformerEncoder, reference
from index.errors import ModelError


def test_weights_that_are_not_those_expected_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(reference, "packaged_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=rf"model\.safetensors: sha256 is 53959f[0-9a-f]+, expected {PACKAGED_SHA256}"):
        SentenceTransformerEncoder()


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(reference, "packaged_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"model\.safetensors: No such file"):
        SentenceTransformerEncoder()


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=rf"{tmp_path}.*cannot be loaded: .*; check ATTRIBUTED_MODEL"):
        SentenceTransformerEncoder(str(tmp_path))


@pytest.mark.model
def test_the_packaged_model_gives_unit_vectors_that_know_what_is_near() -> None:
    encoder = SentenceTransformerEncoder()
    assert (encoder.name, encoder.dimension, encoder.fingerprint) == ("all-MiniLM-L6-v2", 384, PACKAGED_SHA256)
    rows = encoder.encode(["The ferry is late.", "The boat has not arrived on time.", "Sourdough needs salt."])
    assert rows.shape == (3, 384)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert rows[0] @ rows[1] > 0.5 > 0.2 > rows[0] @ rows[2]
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.model
def test_a_folder_gives_the_same_vectors_under_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = SentenceTransformerEncoder()
    folder = reference.packaged_folder()
    other = SentenceTransformerEncoder(str(folder))
    assert (other.name, other.dimension, len(other.fingerprint)) == (folder.name, 384, 64)
    assert np.array_equal(other.encode(["The ferry is late."]), packaged.encode(["The ferry is late."]))
