from __future__ import annotations

import pytest

from index.evaluation import metrics


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((3, 4, 3, 6), (50.0, 75.0, 60.0)),
        ((2, 3, 1, 3), (33.3, 66.7, 44.4)),
        ((0, 4, 0, 0), (0.0, 0.0, 0.0)),
        ((0, 0, 0, 5), (0.0, 0.0, 0.0)),
        ((5, 5, 5, 5), (100.0, 100.0, 100.0)),
    ],
)
def test_precision_recall_f1_by_hand(counts: tuple[int, int, int, int], expected: tuple[float, ...]) -> None:
    assert metrics.precision_recall_f1(*counts) == expected


def test_percentage_of_nothing_is_none() -> None:
    assert metrics.percentage(0, 0) is None
    assert metrics.percentage(1, 3) == 33.3


def test_dcg_by_hand() -> None:
    # 3 / log2(2) + 0 / log2(3) + 1 / log2(4), the fourth cut off
    assert metrics.dcg([2, 0, 1, 2], 3) == pytest.approx(3.5)


def test_ndcg_by_hand() -> None:
    # ranked 1, 2 where 2, 1 is best: (1 + 3 / log2 3) / (3 + 1 / log2 3)
    relevance = {"a": 2, "b": 1}
    assert metrics.ndcg(["b", "a"], relevance, 10) == pytest.approx(2.892789 / 3.630930, abs=1e-6)
    assert metrics.ndcg(["a", "b"], relevance, 10) == 1.0
    assert metrics.ndcg(["c"], relevance, 10) == 0.0
    assert metrics.ndcg(["a"], {}, 10) == 0.0


def test_ndcg_ideal_is_cut_at_k_too() -> None:
    assert metrics.ndcg(["a"], {"a": 1, "b": 1, "c": 1}, 1) == 1.0


def test_recall_counts_relevant_ones_among_the_first_k() -> None:
    relevance = {"a": 2, "b": 1, "c": 0, "d": 1}
    assert metrics.recall(["x", "a", "c", "b"], relevance, 3) == pytest.approx(1 / 3)
    assert metrics.recall(["a"], {"a": 0}, 3) == 0.0


def test_reciprocal_rank_of_the_first_relevant_one() -> None:
    assert metrics.reciprocal_rank(["x", "y", "a"], {"a": 1}, 10) == pytest.approx(1 / 3)
    assert metrics.reciprocal_rank(["x", "y", "a"], {"a": 1}, 2) == 0.0
    assert metrics.reciprocal_rank(["c", "a"], {"a": 1, "c": 0}, 10) == 0.5


def test_mean_of_nothing_is_zero() -> None:
    assert metrics.mean([]) == 0.0
    assert metrics.mean([1.0, 0.5]) == 0.75


@pytest.mark.parametrize(
    ("positives", "negatives", "area"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1, 0.2], [0.9, 0.8], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        # over .5 stands 1 of 3, level with .4 one, so (3 + 2 + 1.5) of nine
        ([0.9, 0.5, 0.4], [0.4, 0.6, 0.1], 6.5 / 9),
        ([0.5], [], None),
        ([], [0.5], None),
    ],
)
def test_area_under_the_roc_curve_by_hand(positives: list[float], negatives: list[float], area: float | None) -> None:
    assert metrics.roc_area(positives, negatives) == (None if area is None else pytest.approx(area))


@pytest.mark.parametrize(
    ("misses", "alarms"),
    [
        (0.0, 0.75),  # the threshold is .1: .3, .1 and .5 are at or above it
        (0.19, 0.75),  # no fifth of five may be missed yet
        (0.2, 0.5),  # .1 is missed, the threshold is .2: .3 and .5
        (0.6, 0.25),  # the threshold is .4: .5
        (1.0, 0.0),  # one positive is always left
    ],
)
def test_alarms_at_misses_by_hand(misses: float, alarms: float) -> None:
    positives, negatives = [0.6, 0.1, 0.3, 0.4, 0.2], [0.3, 0.1, 0.05, 0.5]
    assert metrics.alarms_at_misses(positives, negatives, misses) == alarms


def test_alarms_of_nothing_are_none() -> None:
    assert metrics.alarms_at_misses([], [0.1], 0.5) is None
    assert metrics.alarms_at_misses([0.1], [], 0.5) is None
