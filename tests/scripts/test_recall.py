from __future__ import annotations

import json

import numpy as np
import pytest

from index.vectors import RUNGS
from scripts import recall

TRUTH = np.array([0.9, 0.8, 0.8 - 1e-7, 0.5], np.float32)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([1, 2], (1.0, 1.0, 0.0)),
        ([1, 3], (1.0, 0.5, 1e-7)),
        ([2, 1, 4], (1.0, 1.0, 0.0)),
        ([1, 4], (0.5, 0.5, 0.3)),
        ([1, 1], (0.5, 0.5, 0.0)),
        ([], (0.0, 0.0, 0.0)),
    ],
    ids=["the best", "one as near", "in any order", "one worse", "one twice", "nothing"],
)
def test_found_are_counted_by_score_and_by_row(found: list[int], expected: tuple[float, float, float]) -> None:
    assert recall.found_of(np.array(found, np.int64), TRUTH, 2) == pytest.approx(expected, abs=1e-6)


def test_a_row_that_may_not_answer_is_not_right() -> None:
    truth = np.array([-np.inf, 0.8, -np.inf, 0.5], np.float32)
    assert recall.found_of(np.array([2, 4]), truth, 10) == (1.0, 1.0, 0.0)
    assert recall.found_of(np.array([1, 2]), truth, 10)[:2] == (0.5, 0.5)


def test_questions_are_held_back_evenly() -> None:
    vectors = np.arange(10, dtype=np.float32).reshape(10, 1)
    kept, questions = recall.hold_back(vectors, 4)
    assert questions[:, 0].tolist() == [0, 3, 6, 9]
    assert kept[:, 0].tolist() == [1, 2, 4, 5, 7, 8]


@pytest.fixture(scope="module")
def rungs() -> recall.Rungs:
    rows = np.random.default_rng(1).standard_normal((1_220, 32), np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return recall.measure(*recall.hold_back(rows, 20), "random numbers")


def test_every_rung_is_measured_with_what_stands_beside_it(rungs: recall.Rungs) -> None:
    assert (rungs.vectors, rungs.questions, rungs.dimension) == (1_200, 20, 32)
    assert [one.name for one in rungs.ways] == [
        *map(recall.named, RUNGS),
        "numpy, 32 bits",
        "FAISS IndexFlatIP",
        "FAISS HNSW32_SQ8, efSearch 512",
    ]
    assert json.loads(json.dumps(rungs.payload()))["ways"][0]["filters"][0]["rows"] == 1


def test_exact_ways_lose_nothing(rungs: recall.Rungs) -> None:
    for one in rungs.ways:
        if "32 bits" in one.name or "Flat" in one.name:
            assert (one.recall_10, one.recall_300, one.strict_10) == (1, 1, 1)
            assert one.off < 1e-5
            assert {under.recall_10 for under in one.filters} == {1}


def test_rungs_lose_no_more_under_a_filter_than_their_numbers_are_off(rungs: recall.Rungs) -> None:
    for one in rungs.ways[: len(RUNGS)]:
        assert max(under.short for under in one.filters) <= 2 * one.off + 1e-6


def test_a_graph_of_many_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recall, "GRAPH_UP_TO", 100)
    monkeypatch.setattr(recall, "RUNGS", RUNGS[:1])
    rows = np.eye(120, 8, dtype=np.float32) + 0.1
    found = recall.measure(*recall.hold_back(rows, 2), "few")
    assert [one.name for one in found.ways][-1] == "FAISS IndexFlatIP"
    assert recall.printed(found).splitlines()[0].startswith("118 vectors of few, 2 questions, 300 wanted")
