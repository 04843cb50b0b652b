"""Each group of copies is shown once."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.copies import Folding

GROUPS = Folding([(2, 2), (2, 9), (2, 4), (5, 5), (5, 1)])


def _folded(rows: list[int], scores: list[float], allowed: list[int] | None = None) -> list[tuple[int, float]]:
    may = None if allowed is None else np.array(allowed, np.int64)
    found, best = GROUPS.folded(np.array(rows, np.int64), np.array(scores, np.float32), may)
    return list(zip(found.tolist(), best.tolist(), strict=True))


def test_a_group_is_its_earliest_row_with_its_best_score() -> None:
    assert _folded([1, 3, 4, 9], [0.5, 0.25, 0.125, 0.75]) == [(2, 0.75), (3, 0.25), (5, 0.5)]


def test_a_group_is_its_earliest_row_among_the_allowed_found_or_not() -> None:
    assert _folded([4], [0.5], [3, 4, 9]) == [(9, 0.5)]
    assert _folded([1, 4], [0.5, 0.25], [1, 4]) == [(1, 0.5), (4, 0.25)]


def test_without_copies_and_without_rows_nothing_changes() -> None:
    rows, scores = Folding([]).folded(np.array([3, 7]), np.array([1, 2], np.float32), None)
    assert (rows.tolist(), scores.tolist()) == ([3, 7], [1, 2])
    assert _folded([], []) == []
    assert Folding([]).groups() == []


def test_groups_are_given_back_the_earliest_first() -> None:
    assert GROUPS.groups() == [(2, 9, 4), (5, 1)]


@given(st.data())
def test_folding_shows_every_group_once_and_folds_nothing_twice(data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(1, 13)))
    cuts = sorted(data.draw(st.sets(st.integers(1, 11), max_size=5)))
    groups = [list(order[a:b]) for a, b in zip([0, *cuts], [*cuts, 12], strict=True)]
    copies = [group for group in groups if len(group) > 1]
    folding = Folding(sorted(((group[0], row) for group in copies for row in group), key=lambda pair: pair[0]))
    allowed = np.array(sorted(data.draw(st.sets(st.integers(1, 12), min_size=1))), np.int64)
    rows = np.array(sorted(data.draw(st.sets(st.sampled_from(allowed.tolist()), min_size=1))), np.int64)
    scores = (rows * 7 % 5).astype(np.float32)
    shown, best = folding.folded(rows, scores, allowed)
    expected = {
        next(row for row in group if row in allowed): max(scores[rows == row][0] for row in group if row in rows)
        for group in groups
        if set(group) & set(rows.tolist())
    }
    assert dict(zip(shown.tolist(), best.tolist(), strict=True)) == expected
    assert shown.tolist() == sorted(expected)
    again, same = folding.folded(shown, best, allowed)
    assert (again.tolist(), same.tolist()) == (shown.tolist(), best.tolist())
