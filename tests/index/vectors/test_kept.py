"""Numbers of few bits: how far they lie from the truth, and that writing what was read changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from index.encoder import normalised
from index.errors import DamagedIndexError
from index.vectors.kept import Bits, KeptVectors

ERRORS: dict[Bits, float] = {16: 1e-5, 12: 2e-4, 5: 0.02}


def _kept(path: Path, rows: Any, bits: Bits) -> KeptVectors:
    kept = KeptVectors.create(path, len(rows), rows.shape[1], bits)
    kept.write(0, rows)
    kept.close()
    return KeptVectors.open(path, len(rows))


@pytest.mark.parametrize("bits", [16, 12, 5])
def test_inner_products_are_as_near_as_the_bits_allow(tmp_path: Path, bits: Bits) -> None:
    rows = normalised(np.random.default_rng(1).normal(size=(400, 384)))
    kept = _kept(tmp_path / "k.npy", rows, bits)
    assert (len(kept), kept.dimension, kept.bits) == (400, 384, bits)
    asked = rows[:50]
    errors = np.abs(kept.read(slice(0, 400)) @ asked.T - rows @ asked.T)
    assert errors.max() < ERRORS[bits]
    places = np.array([399, 0, 7])
    assert np.array_equal(kept.read(places), kept.read(slice(0, 400))[places])


@pytest.mark.parametrize(("bits", "size"), [(16, 772), (12, 580), (5, 244)])
def test_bytes_of_a_vector_are_its_bits_and_a_scale(tmp_path: Path, bits: Bits, size: int) -> None:
    _kept(tmp_path / "k.npy", np.ones((100, 384), np.float32), bits)
    assert (tmp_path / "k.npy").stat().st_size == pytest.approx(100 * size, abs=256)


@pytest.mark.parametrize("dimension", [1, 2, 3, 5, 8, 23])
@pytest.mark.parametrize("bits", [16, 12, 5])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_what_is_read_and_written_again_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, bits: Bits, dimension: int, data: st.DataObject
) -> None:
    numbers = st.floats(-1, 1, width=32).filter(lambda number: abs(number) > 1e-20 or number == 0)
    rows = data.draw(arrays.arrays(np.float32, (3, dimension), elements=numbers))
    folder = tmp_path_factory.mktemp("kept")
    first = _kept(folder / "one.npy", rows, bits).read(slice(0, 3))
    again = _kept(folder / "two.npy", first, bits).read(slice(0, 3))
    assert np.array_equal(first, again)
    assert (folder / "one.npy").read_bytes() == (folder / "two.npy").read_bytes()
    step = np.abs(rows).max(axis=1, keepdims=True) / ((1 << bits - 1) - 1)
    assert (np.abs(first - rows) <= step * 0.51 + 1e-7).all()


def test_zeros_stay_zeros(tmp_path: Path) -> None:
    assert not _kept(tmp_path / "k.npy", np.zeros((2, 8), np.float32), 12).read(slice(0, 2)).any()


def test_nothing_at_all_is_kept_and_opened(tmp_path: Path) -> None:
    for bits in (16, 12, 5):
        kept = _kept(tmp_path / f"{bits}.npy", np.zeros((0, 6), np.float32), bits)
        assert (len(kept), kept.dimension) == (0, 6)


def test_a_file_of_another_kind_is_damage(tmp_path: Path) -> None:
    np.save(tmp_path / "k.npy", np.zeros(3, np.dtype([("unit", "<f4"), ("steps", "<i4", (4,))])))
    with pytest.raises(DamagedIndexError, match=r"k\.npy.*3 vectors are expected; run `attributed rebuild`"):
        KeptVectors.open(tmp_path / "k.npy", 3)


def test_a_disk_without_room_is_an_os_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, start: int, length: int) -> None:
        assert length > 3 * 36
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.posix_fallocate", full)
    with pytest.raises(OSError, match="No space left"):
        KeptVectors.create(tmp_path / "k.npy", 3, 16, 16)
