"""Vectors of the quotations alone: written once, mapped, looked up by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import DamagedIndexError
from index.vectors import SpokenVectors

IDS = np.array([3, 7, 8], np.int64)
ROWS = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]], np.float32)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = SpokenVectors.create(tmp_path / "spoken.npy", 3, 2)
    file.write(0, ROWS)
    file.close()
    return tmp_path / "spoken.npy"


def test_vectors_come_back_by_row_in_the_order_asked(path: Path) -> None:
    spoken = SpokenVectors.open(path, IDS)
    assert (len(spoken), spoken.bits) == (3, 5)
    np.testing.assert_allclose(spoken.vectors(np.array([8, 3])), ROWS[[2, 0]], atol=0.04)
    assert spoken.vectors(np.array([8, 3])).dtype == np.float32
    scores = spoken.scores(np.array([0.8, 0.6], np.float32), np.array([7, 3]))
    np.testing.assert_allclose(scores, [0.96, 0.8], atol=0.04)


def test_no_vectors_at_all(tmp_path: Path) -> None:
    assert len(SpokenVectors.create(tmp_path / "none.npy", 0, 2)) == 0
    assert len(SpokenVectors.open(tmp_path / "none.npy", IDS[:0])) == 0


def test_another_number_or_another_kind_is_damage(path: Path) -> None:
    with pytest.raises(DamagedIndexError, match=r"spoken\.npy: \(3,\) of .*, 2 vectors are expected"):
        SpokenVectors.open(path, IDS[:2])
    np.save(path, ROWS)
    with pytest.raises(DamagedIndexError, match="of float32"):
        SpokenVectors.open(path, IDS)
    path.write_bytes(b"no array")
    with pytest.raises(DamagedIndexError, match=r"cannot be read .* run `attributed rebuild`"):
        SpokenVectors.open(path, IDS)
    path.unlink()
    with pytest.raises(DamagedIndexError, match="cannot be read"):
        SpokenVectors.open(path, IDS)
