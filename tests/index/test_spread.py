"""The bound per speaker and the order by time, over rankings written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.spread import arranged, bearing, nth_of_its_own

SCORES = np.array([1.0, 0.9, 0.8, 0.7, 0.6, 0.5], np.float32)
PLACES = np.array([4, 9, 1, 3, 2, 0])
SPEAKERS = np.array([7, 7, -1, 7, -1, 2])


def test_ranking_stays_as_it_is_where_nothing_is_asked() -> None:
    assert arranged(SCORES, PLACES, SPEAKERS, "relevance", None).tolist() == [0, 1, 2, 3, 4, 5]


def test_the_best_of_each_speaker_are_kept_and_nobody_is_not_counted() -> None:
    assert arranged(SCORES, PLACES, SPEAKERS, "relevance", 1).tolist() == [0, 2, 4, 5]
    assert arranged(SCORES, PLACES, SPEAKERS, "relevance", 2).tolist() == [0, 1, 2, 4, 5]


def test_by_date_only_what_is_near_the_best_is_listed_by_its_place() -> None:
    assert arranged(SCORES, PLACES, SPEAKERS, "date", None).tolist() == [2, 3, 0, 1]


def test_by_date_the_best_of_a_speaker_is_kept_not_the_newest() -> None:
    assert arranged(SCORES, PLACES, SPEAKERS, "date", 1).tolist() == [2, 0]


@pytest.mark.parametrize("scores", [[], [0.0, 0.0], [-0.1, -0.4]])
def test_all_are_near_the_best_where_no_score_is_above_zero(scores: list[float]) -> None:
    assert bearing(np.array(scores, np.float32)).tolist() == [True] * len(scores)


@pytest.mark.parametrize(("sort", "per_speaker"), [("relevance", 1), ("date", None), ("date", 3)])
def test_nothing_is_left_of_nothing(sort: object, per_speaker: int | None) -> None:
    none = np.zeros(0, np.int64)
    assert arranged(np.zeros(0, np.float32), none, none, sort, per_speaker).tolist() == []  # type: ignore[arg-type]


@given(st.lists(st.integers(-1, 3), max_size=20))
def test_count_before_is_that_of_a_loop(speakers: list[int]) -> None:
    expected = [0 if one < 0 else speakers[:at].count(one) for at, one in enumerate(speakers)]
    assert nth_of_its_own(np.array(speakers, np.int64)).tolist() == expected
