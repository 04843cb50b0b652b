"""FlatIndex: its scores are numpy's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.encoder import normalised
from index.errors import DamagedIndexError
from index.vectors.flat import FlatIndex

IDS = np.array([3, 4, 9, 20, 21], np.int64)


@pytest.fixture
def rows() -> NDArray[np.float32]:
    return normalised(np.random.default_rng(1).normal(size=(5, 8)))


@pytest.fixture
def asked() -> NDArray[np.float32]:
    return normalised(np.random.default_rng(2).normal(size=(1, 8)))[0]


@pytest.fixture
def index(rows: NDArray[np.float32]) -> FlatIndex:
    flat = FlatIndex(8)
    flat.add(IDS[:2], rows[:2])
    flat.add(IDS[2:], rows[2:])
    return flat


def test_search_gives_numpys_inner_products_best_first(
    index: FlatIndex, rows: NDArray[np.float32], asked: NDArray[np.float32]
) -> None:
    ids, scores, _ = index.search(asked, 3)
    expected = rows @ asked
    best = np.argsort(-expected)[:3]
    assert ids.tolist() == IDS[best].tolist()
    np.testing.assert_allclose(scores, expected[best], atol=1e-6)


def test_search_never_fills_up_with_empty_places(index: FlatIndex, asked: NDArray[np.float32]) -> None:
    ids, scores, _ = index.search(asked, 100)
    assert sorted(ids.tolist()) == IDS.tolist()
    assert scores.min() >= -1.0001


def test_search_under_a_filter_is_exact(
    index: FlatIndex, rows: NDArray[np.float32], asked: NDArray[np.float32]
) -> None:
    allowed = np.array([4, 20], np.int64)
    ids, scores, _ = index.search(asked, 5, allowed)
    expected = {4: rows[1] @ asked, 20: rows[3] @ asked}
    assert ids.tolist() == sorted(expected, key=lambda id_: -expected[id_])
    np.testing.assert_allclose(scores, [expected[id_] for id_ in ids.tolist()], atol=1e-6)


def test_search_under_a_filter_that_allows_nothing_gives_nothing(index: FlatIndex, asked: NDArray[np.float32]) -> None:
    ids, scores, _ = index.search(asked, 5, np.zeros(0, np.int64))
    assert (len(ids), len(scores)) == (0, 0)


def test_scores_and_vectors_keep_the_order_that_was_asked(
    index: FlatIndex, rows: NDArray[np.float32], asked: NDArray[np.float32]
) -> None:
    wanted = np.array([21, 3, 9], np.int64)
    np.testing.assert_allclose(index.scores(asked, wanted), rows[[4, 0, 2]] @ asked, atol=1e-6)
    assert np.array_equal(index.vectors(wanted), rows[[4, 0, 2]])


@pytest.mark.parametrize("id_", [1, 10, 22])
def test_an_unknown_id_is_named(index: FlatIndex, asked: NDArray[np.float32], id_: int) -> None:
    with pytest.raises(KeyError, match=f"id {id_}"):
        index.scores(asked, np.array([3, id_], np.int64))


@pytest.mark.parametrize(("ids", "shape"), [([21], (1, 8)), ([30, 29], (2, 8)), ([30], (1, 7)), ([30], (2, 8))])
def test_add_takes_only_rising_ids_and_fitting_rows(index: FlatIndex, ids: list[int], shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"ids"):
        index.add(np.array(ids, np.int64), np.ones(shape, np.float32))
    assert len(index) == 5


def test_save_then_open_gives_the_same_hits(index: FlatIndex, asked: NDArray[np.float32], tmp_path: Path) -> None:
    index.save(tmp_path / "v.faiss")
    again = FlatIndex.open(tmp_path / "v.faiss")
    for before, after in zip(index.search(asked, 5), again.search(asked, 5), strict=True):
        assert np.array_equal(before, after)
    assert again.ids().tolist() == IDS.tolist()
    assert (len(again), again.dimension) == (5, 8)


def test_an_empty_index_is_saved_opened_and_asked(asked: NDArray[np.float32], tmp_path: Path) -> None:
    FlatIndex(8).save(tmp_path / "v.faiss")
    empty = FlatIndex.open(tmp_path / "v.faiss")
    assert len(empty) == 0
    assert empty.search(asked, 3)[0].tolist() == []


@pytest.mark.parametrize("content", [None, b"", b"no index at all"], ids=["missing", "empty", "foreign"])
def test_a_file_that_is_no_index_is_damaged(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "v.faiss"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedIndexError, match=r"v\.faiss.*attributed rebuild"):
        FlatIndex.open(path)


def test_another_kind_of_index_is_damaged(tmp_path: Path) -> None:
    import faiss

    faiss.write_index(faiss.IndexFlatL2(8), str(tmp_path / "v.faiss"))
    with pytest.raises(DamagedIndexError, match="another kind, IndexFlatL2"):
        FlatIndex.open(tmp_path / "v.faiss")


def test_save_to_a_place_that_cannot_be_written_is_an_os_error(index: FlatIndex, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="FAISS cannot write it"):
        index.save(tmp_path / "none" / "v.faiss")


def test_vectors_come_along_with_what_is_found(index: FlatIndex, asked: NDArray[np.float32]) -> None:
    for found in (index.search(asked, 3), index.search(asked, 3, np.array([4, 9, 20], np.int64))):
        assert np.array_equal(found.vectors, index.vectors(found.ids))
        np.testing.assert_allclose(found.vectors @ asked, found.scores, atol=1e-6)


def test_open_refuses_vectors_that_are_kept_another_way(tmp_path: Path) -> None:
    import faiss

    other = faiss.IndexIDMap2(faiss.IndexScalarQuantizer(8, faiss.ScalarQuantizer.QT_8bit))
    faiss.write_index(other, str(tmp_path / "v.faiss"))
    with pytest.raises(DamagedIndexError, match="another kind"):
        FlatIndex.open(tmp_path / "v.faiss")
