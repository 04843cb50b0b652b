"""CodedIndex: what its codes propose is scored as numpy does, and nothing is lost under a filter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.encoder import normalised
from index.errors import DamagedIndexError
from index.vectors import RUNGS, Rung, VectorIndex, VectorWriter, open_vectors
from index.vectors.coded import FEW, CodedIndex

COUNT = 6_000
DIMENSION = 32
RUNG = {
    "scan of 16 bits": Rung(0, 16, "scan", 0.5, 1.5),
    "scan of 12 bits": Rung(0, 12, "scan", 0.25, 3.0),
    "lists": Rung(0, 12, "lists", 0.25, 3.0),
}
Rows = NDArray[np.float32]


def _rows(count: int, seed: int) -> Rows:
    """Vectors in bundles, as those of the news are."""
    chance = np.random.default_rng(seed)
    middles = np.random.default_rng(0).normal(size=(40, DIMENSION))
    return normalised(middles[chance.integers(0, 40, count)] + chance.normal(size=(count, DIMENSION)))


ROWS = _rows(COUNT, 1)
ASKED = _rows(30, 2)
IDS = np.arange(5, 5 + 2 * COUNT, 2, dtype=np.int64)


@pytest.fixture(scope="module", params=RUNG)
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    path = tmp_path_factory.mktemp("coded") / "v.faiss"
    writer = VectorWriter(path, DIMENSION, COUNT, (RUNG[request.param],))
    for at in range(0, COUNT, 999):
        writer.add(IDS[at : at + 999], ROWS[at : at + 999])
    assert len(writer) == COUNT
    writer.save()
    return open_vectors(path, IDS, (RUNG[request.param],))


def _best(allowed: NDArray[np.int64], asked: Rows, k: int) -> list[int]:
    scores = ROWS[np.searchsorted(IDS, allowed)] @ asked
    found: list[int] = allowed[np.argsort(-scores, kind="stable")[:k]].tolist()
    return found


def test_scores_are_numpys_and_best_first(index: VectorIndex) -> None:
    assert (len(index), index.dimension) == (COUNT, DIMENSION)
    for asked in ASKED:
        ids, scores, vectors = index.search(asked, 50)
        np.testing.assert_allclose(scores, ROWS[np.searchsorted(IDS, ids)] @ asked, atol=0.001)
        assert (np.diff(scores) <= 0).all()
        assert np.array_equal(vectors, index.vectors(ids))
        assert len(set(ids.tolist())) == 50


def test_the_best_ten_are_found(index: VectorIndex) -> None:
    found = [len({*index.search(asked, 50).ids[:10].tolist()} & {*_best(IDS, asked, 10)}) for asked in ASKED]
    assert sum(found) >= 0.985 * 10 * len(ASKED)


@pytest.mark.parametrize("rows", [0, 1, 7, 300, FEW, FEW + 1, 3_000, COUNT])
def test_a_filter_loses_nothing(index: VectorIndex, rows: int) -> None:
    allowed = np.sort(np.random.default_rng(rows).choice(IDS, rows, replace=False))
    for asked in ASKED[:10]:
        ids, scores, _ = index.search(asked, 100, allowed)
        assert len(ids) == min(100, rows)
        expected = _best(allowed, asked, 10)
        # Rows whose scores are as near as the numbers are exact may change places.
        np.testing.assert_allclose(scores[:10], ROWS[np.searchsorted(IDS, expected)] @ asked, atol=0.001)
        assert {*ids.tolist()} <= {*allowed.tolist()}


def test_a_filter_whose_rows_lie_far_from_the_question_loses_nothing(index: VectorIndex) -> None:
    asked = ASKED[0]
    allowed = np.sort(IDS[np.argsort(ROWS @ asked)[: COUNT // 2]])
    ids, scores, _ = index.search(asked, 20, allowed)
    np.testing.assert_allclose(scores[:10], np.sort((ROWS @ asked)[:COUNT])[: COUNT // 2][::-1][:10], atol=0.001)
    assert len(ids) == 20


def test_more_than_there_is_gives_all(index: VectorIndex) -> None:
    assert sorted(index.search(ASKED[0], 2 * COUNT).ids.tolist()) == IDS.tolist()
    assert len(index.search(ASKED[0], 0).ids) == 0


def test_an_unknown_id_is_named(index: VectorIndex) -> None:
    with pytest.raises(KeyError, match="6 here"):
        index.vectors(np.array([5, 6], np.int64))


def test_codes_of_another_number_of_vectors_are_damage(tmp_path: Path) -> None:
    for name, count in (("one", 200), ("two", 300)):
        writer = VectorWriter(tmp_path / f"{name}.faiss", DIMENSION, count, (RUNG["scan of 16 bits"],))
        writer.add(IDS[:count], ROWS[:count])
        writer.save()
    (tmp_path / "two.faiss").replace(tmp_path / "one.faiss")
    with pytest.raises(DamagedIndexError, match="300 codes of 32 dimensions, 200 of 32 are expected"):
        open_vectors(tmp_path / "one.faiss", IDS[:200], (RUNG["scan of 16 bits"],))
    (tmp_path / "one.faiss").write_bytes(b"no index")
    with pytest.raises(DamagedIndexError, match="FAISS cannot read it"):
        open_vectors(tmp_path / "one.faiss", IDS[:200], (RUNG["scan of 16 bits"],))


def test_the_same_vectors_make_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        writer = VectorWriter(tmp_path / f"{name}.faiss", DIMENSION, COUNT, (RUNG["scan of 12 bits"],))
        writer.add(IDS, ROWS)
        writer.save()
    for suffix in (".faiss", ".npy"):
        assert (tmp_path / f"one{suffix}").read_bytes() == (tmp_path / f"two{suffix}").read_bytes()


def test_where_nothing_is_sure_more_is_looked_at(index: VectorIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.vectors.coded.ALMOST_SURE", 1e6)
    ids = index.search(ASKED[0], 100).ids
    assert isinstance(index, CodedIndex)
    assert ids[:10].tolist() == index.search(ASKED[0], 100, IDS).ids[:10].tolist()


def test_rungs_rise_and_the_first_is_for_any_number() -> None:
    assert [one.at for one in RUNGS] == sorted(one.at for one in RUNGS)
    assert RUNGS[0].at == 0
