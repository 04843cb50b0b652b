"""The exported tiny model under onnxruntime."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.encoder import SentenceTransformerEncoder
from index.encoder.exported import TOGETHER, ExportedEncoder, _runs
from index.encoder.manifest import Export

TEXTS = [
    "the ferry is late",
    "no",
    "",
    "“the bridge is closed”, said the mayor . she asked no one ?",
    "river guard",
] * 5


@pytest.fixture(scope="module")
def encoder(exported_folder: Path) -> ExportedEncoder:
    return Export.read(exported_folder).encoder(exported_folder)


def test_vectors_are_near_those_of_sentence_transformers(
    encoder: ExportedEncoder, reference: SentenceTransformerEncoder
) -> None:
    found, expected = encoder.encode(TEXTS), reference.encode(TEXTS)
    assert found.shape == expected.shape == (25, 32)
    assert found.dtype == np.float32
    assert np.einsum("ij,ij->i", found, expected).min() > 0.97


def test_a_text_has_the_same_bits_alone_and_in_any_batch(encoder: ExportedEncoder) -> None:
    together = encoder.encode(TEXTS)
    backwards = encoder.encode(TEXTS[::-1])[::-1]
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    assert np.array_equal(together, alone)
    assert np.array_equal(backwards, alone)


def test_texts_of_one_length_share_a_run_up_to_its_tokens(encoder: ExportedEncoder) -> None:
    assert _runs([3, 5, 3, 0, 5, 3, 900], 10) == [[6], [1, 4], [0, 2, 5]]
    assert _runs([3, 3, 3], 7) == [[0, 1], [2]]
    assert _runs([3, 3], 1) == [[0], [1]]
    assert _runs([], 10) == []
    assert encoder._tokens == TOGETHER


def test_threads_that_encode_at_once_get_their_own_vectors(encoder: ExportedEncoder) -> None:
    expected = {text: encoder.encode([text])[0] for text in set(TEXTS)}
    wrong: list[str] = []

    def ask() -> None:
        wrong.extend(text for text in TEXTS * 4 if not np.array_equal(encoder.encode([text])[0], expected[text]))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_texts_give_no_rows(encoder: ExportedEncoder) -> None:
    assert encoder.encode([]).shape == (0, 32)


def test_text_without_a_token_has_a_row_of_zeros(encoder: ExportedEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_ids", lambda text: [2, 7, 3] if text else [])
    rows = encoder.encode(["", "ferry"])
    assert not rows[0].any()
    assert np.linalg.norm(rows[1]) == pytest.approx(1, abs=1e-6)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=200), max_size=4))
@example([""])
@example(["🚢" * 50])
@example(["\0\a\x1b[31m\u202e"])
@example(["\ud83d"])
@example(["ferry " * 17_000])
def test_any_text_gives_a_vector_of_length_one(encoder: ExportedEncoder, texts: list[str]) -> None:
    rows = encoder.encode(texts)
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), np.ones(len(texts)), atol=1e-5)


@pytest.mark.parametrize("name", ["model.onnx", "weights.bin", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe nonsense", None])
def test_files_that_are_no_model_are_refused(
    exported_folder: Path, tmp_path: Path, name: str, content: bytes | None
) -> None:
    for path in exported_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises((OSError, ValueError), match=r"no exported model|No such file|utf-8"):
        Export.read(tmp_path).encoder(tmp_path)
