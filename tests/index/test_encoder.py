"""The one place of normalising, and the packaged model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import encoder as module
from index.encoder import PACKAGED_SHA256, SentenceTransformerEncoder, default_encoder, normalised
from index.errors import ModelError


def test_normalised_rows_have_length_one_and_keep_their_direction() -> None:
    rows = normalised(np.array([[3.0, 4.0], [0.0, -2.0]]))
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, -1.0]], rtol=1e-6)


def test_normalised_leaves_a_row_of_zeros() -> None:
    assert normalised(np.zeros((1, 3))).tolist() == [[0.0, 0.0, 0.0]]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_normalised_refuses_what_is_not_finite(value: float) -> None:
    with pytest.raises(ModelError, match="not finite"):
        normalised(np.array([[1.0, value]]))


def test_weights_that_are_not_those_expected_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(module, "_packaged_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=rf"model\.safetensors: sha256 is 53959f[0-9a-f]+, expected {PACKAGED_SHA256}"):
        SentenceTransformerEncoder()


def test_missing_weights_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_packaged_folder", lambda: tmp_path)
    with pytest.raises(ModelError, match=r"model\.safetensors: No such file"):
        SentenceTransformerEncoder()


def test_a_folder_that_is_no_model_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ATTRIBUTED_MODEL", str(tmp_path))
    with pytest.raises(ModelError, match=rf"{tmp_path}.*cannot be loaded"):
        default_encoder()


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
    folder = module._packaged_folder()
    other = SentenceTransformerEncoder(str(folder))
    assert (other.name, other.dimension, len(other.fingerprint)) == (folder.name, 384, 64)
    assert np.array_equal(other.encode(["The ferry is late."]), packaged.encode(["The ferry is late."]))
