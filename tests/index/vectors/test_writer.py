"""VectorWriter and the ladder: how many vectors get which index, and which numbers may be used again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder import normalised
from index.vectors import RUNGS, VectorWriter, open_vectors, reusable
from index.vectors.coded import CodedIndex
from index.vectors.flat import FlatIndex
from index.vectors.ladder import rung
from index.vectors.spoken import BITS


@pytest.mark.parametrize(
    ("count", "dimension", "finder", "bits"),
    [
        (0, 384, "flat", 32),
        (19_999, 384, "flat", 32),
        (20_000, 384, "scan", 16),
        (250_000, 384, "scan", 12),
        (3_000_000, 384, "lists", 12),
        (3_000_000, 23, "flat", 32),
    ],
)
def test_the_rung_is_chosen_by_number_and_dimension(count: int, dimension: int, finder: str, bits: int) -> None:
    chosen = rung(count, dimension)
    assert (chosen.finder, chosen.bits) == (finder, bits)


def test_a_million_passages_take_less_than_900_bytes_each() -> None:
    chosen = rung(1_000_000, 384)
    codes = chosen.share * 384 / 2
    assert codes + 384 * chosen.bits / 8 + 4 + 384 * BITS / 8 + 4 < 900


@pytest.mark.parametrize(("at", "kind"), [(0, FlatIndex), (1, CodedIndex), (2, CodedIndex), (3, CodedIndex)])
def test_vectors_in_the_making_read_as_those_that_are_opened(tmp_path: Path, at: int, kind: type) -> None:
    rows = normalised(np.random.default_rng(1).normal(size=(700, 32)))
    ids = np.arange(1, 701)
    rungs = (RUNGS[at].__class__(0, *_rest(at)),)
    writer = VectorWriter(tmp_path / "v.faiss", 32, 700, rungs)
    writer.add(ids[:600], rows[:600])
    before = writer.vectors(np.array([600, 3]))
    writer.add(ids[600:], rows[600:])
    writer.save()
    opened = open_vectors(tmp_path / "v.faiss", ids, rungs)
    assert type(opened) is kind
    assert opened.bits == RUNGS[at].bits
    assert np.array_equal(opened.vectors(np.array([600, 3])), before)
    np.testing.assert_allclose(before, rows[[599, 2]], atol=2e-3)
    assert opened.ids().tolist() == ids.tolist()


def _rest(at: int) -> tuple[object, ...]:
    one = RUNGS[at]
    return one.bits, one.finder, one.share, one.fetched


def test_numbers_are_used_again_only_where_a_full_rebuild_has_the_same() -> None:
    assert reusable(16, 16)
    assert reusable(32, 12)
    assert not reusable(16, 12)
    assert not reusable(16, 32)
