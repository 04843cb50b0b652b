"""The blend, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.ranking import (
    Evidence,
    alikeness,
    apart,
    bearing,
    blend,
    bounded,
    carried,
    nearest,
    order,
    over_maximum,
    strangeness,
    unknown,
)


def test_blend_weighs_each_side_over_its_maximum() -> None:
    scores = blend(np.array([0.8, 0.4, 0.2], np.float32), np.array([0.0, 10.0, 5.0], np.float32))
    assert scores.tolist() == pytest.approx([0.68, 0.34 + 0.32, 0.17 + 0.16])


def test_blend_is_one_where_both_sides_agree() -> None:
    assert blend(np.array([0.3], np.float32), np.array([2.0], np.float32)).tolist() == pytest.approx([1.0])


def test_blend_without_a_word_in_common_keeps_the_dense_order() -> None:
    scores = blend(np.array([0.1, 0.5], np.float32), np.zeros(2, np.float32))
    assert scores.tolist() == pytest.approx([0.136, 0.68])


def test_blend_scores_low_where_nothing_is_near() -> None:
    scores = blend(np.array([0.01, -0.1, -0.3], np.float32), np.zeros(3, np.float32))
    assert scores.tolist() == pytest.approx([0.68 * 0.04, 0.68 * -0.4, 0.68 * -1.2])


@given(st.lists(st.floats(-50, 1, width=32), min_size=2, max_size=9))
def test_bounded_scores_keep_their_order_between_minus_one_and_one(listed: list[float]) -> None:
    scores = np.array(listed, np.float32)
    found = bounded(scores)
    assert (found > -1).all()
    assert (found <= 1).all()
    assert found[scores >= 0].tolist() == scores[scores >= 0].tolist()
    assert (np.diff(found[np.argsort(scores)]) >= 0).all()


def test_scores_that_are_all_negative_keep_their_order() -> None:
    scores = over_maximum(np.array([-0.1, -0.3], np.float32))
    assert scores.tolist() == pytest.approx([-0.1, -0.3])


def test_nothing_is_ranked_where_there_is_nothing() -> None:
    assert blend(np.zeros(0, np.float32), np.zeros(0, np.float32)).tolist() == []


def test_order_breaks_ties_by_place_and_sees_no_seventh_decimal() -> None:
    scores = np.array([0.5, 0.9, 0.50000001, 0.5], np.float64).astype(np.float32)
    assert order(scores, np.array([7, 9, 3, 5])).tolist() == [1, 2, 3, 0]


def test_carried_is_the_heaviest_share_of_one_passage() -> None:
    share = carried(["ferri", "zebra"], [1.0, 3.0], [{"ferri"}, {"bridg"}])
    assert share == pytest.approx(0.25)


@pytest.mark.parametrize(("terms", "weights"), [([], []), (["ferri"], [0.0])])
def test_carried_is_nothing_for_a_question_without_weight(terms: list[str], weights: list[float]) -> None:
    assert carried(terms, weights, [{"ferri"}]) == 0.0


@pytest.mark.parametrize(
    ("evidence", "answered"),
    [
        (Evidence(0.12, 20, named=False, terms=3, share=0.0), True),
        (Evidence(0.1, 20, named=False, terms=3, share=0.0), False),
        (Evidence(0.2, 20, named=False, terms=3, share=0.0, unknown=0.7), True),
        (Evidence(0.2, 20, named=False, terms=3, share=0.0, unknown=0.95), False),
        (Evidence(0.37, 10_000, named=False, terms=3, share=0.0), False),
        (Evidence(0.39, 10_000, named=False, terms=3, share=0.0), True),
        (Evidence(0.39, 1_000_000, named=False, terms=3, share=0.0), True),
        (Evidence(0.01, 24, named=False, terms=2, share=0.95), True),
        (Evidence(0.01, 24, named=False, terms=1, share=1.0), False),
        (Evidence(0.02, 2, named=True, terms=1, share=0.0), False),
        (Evidence(0.01, 2, named=True, terms=0, share=0.0), True),
        (Evidence(None, 24, named=False, terms=3, share=0.1), True),
        (Evidence(None, 24, named=False, terms=3, share=0.05), False),
        (Evidence(1.0, 0, named=True, terms=0, share=1.0), False),
    ],
)
def test_evidence_bears_from_its_floor_on(evidence: Evidence, answered: bool) -> None:
    assert (bearing(evidence) >= 0) is answered


def test_bearing_is_what_the_evidence_has_beyond_its_floor() -> None:
    assert bearing(Evidence(0.5, 20, named=False, terms=3, share=0.2)) == pytest.approx(0.5 - 0.11)
    assert bearing(Evidence(0.5, 20, named=True, terms=3, share=0.0, unknown=1.0)) == pytest.approx(0.5 - 0.1 - 0.11)
    assert bearing(Evidence(0.0, 20, named=False, terms=2, share=1.0)) == pytest.approx(0.1)
    assert bearing(Evidence(None, 20, named=False, terms=2, share=0.3)) == pytest.approx(0.2)


def test_what_only_others_speak_of_must_come_nearer() -> None:
    found = Evidence(0.5, 20, named=True, terms=3, share=0.0)
    assert bearing(found) == pytest.approx(0.5 - 0.11 - 0.05)
    assert bearing(replace(found, unknown=0.5)) == pytest.approx(0.5 - 0.11 - 0.05 - 0.025)
    assert bearing(replace(found, share=0.01)) == bearing(replace(found, named=False)) == pytest.approx(0.5 - 0.11)


def test_words_that_nothing_carries_speak_against_a_question_to_a_small_record_by_how_rare_they_are() -> None:
    def asked(strange: float, passages: int = 58, among: int | None = None) -> float:
        found = Evidence(0.5, among or passages, named=False, terms=3, share=0.0, strange=strange, passages=passages)
        return bearing(found) - bearing(replace(found, passages=0))

    assert asked(32.0) == pytest.approx(-0.04)
    assert asked(12.0) == asked(0.0) == pytest.approx(0.04)
    assert asked(99.0) == asked(40.0) == pytest.approx(-0.072)
    assert asked(32.0, 20) == pytest.approx(-0.04 * 0.5)
    assert asked(32.0, 700) == asked(32.0, 5) == asked(32.0, 58, among=7) == 0.0


def test_very_words_that_are_on_record_answer_and_those_of_others_do_not() -> None:
    found = Evidence(0.1, 58, named=True, terms=3, share=0.2)
    assert bearing(replace(found, quoted=True)) == 1.0
    assert bearing(replace(found, quoted=False)) == -1.0
    assert bearing(replace(found, cosine=None, share=1.0, quoted=False)) == -1.0


def test_a_record_of_one_subject_is_asked_for_more() -> None:
    found = Evidence(0.5, 58, named=False, terms=3, share=0.0, strange=22.0, passages=58)
    assert bearing(replace(found, alike=0.3)) == bearing(found)
    assert bearing(found) - bearing(replace(found, alike=0.55)) == pytest.approx(0.05)


def test_strangeness_is_what_rare_words_tell() -> None:
    assert strangeness([]) == 0.0
    assert strangeness([1.0]) == pytest.approx(0.0)
    assert strangeness([1e-6]) == pytest.approx(9.72, abs=0.01)
    assert strangeness([1e-6, 1e-6]) == pytest.approx(2 * strangeness([1e-6]))


def test_unknown_is_the_share_of_the_weight_that_no_passage_carries() -> None:
    assert unknown([1.0, 3.0, 4.0], [2, 0, 7]) == pytest.approx(0.375)
    assert unknown([], []) == 0.0


@pytest.mark.parametrize(
    ("vectors", "mean"),
    [
        ([[1.0, 0.0]], 0.0),
        ([[1.0, 0.0], [1.0, 0.0]], 1.0),
        ([[1.0, 0.0], [0.0, 1.0]], 0.0),
        ([[1.0, 0.0], [-1.0, 0.0]], 0.0),
        ([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]], (0.6 + 0.0 + 0.8) / 3),
    ],
)
def test_alikeness_is_the_mean_cosine_of_pairs(vectors: list[list[float]], mean: float) -> None:
    assert alikeness(np.array(vectors, np.float32)) == pytest.approx(mean, abs=1e-6)


def test_apart_takes_off_what_the_nearest_share_by_how_alike_they_are() -> None:
    dense, common = np.array([0.8, 0.7], np.float32), np.array([0.9, 0.5], np.float32)
    assert apart(dense, common, asked=0.6, alike=0.0).tolist() == pytest.approx([0.8, 0.7])
    assert apart(dense, common, asked=0.6, alike=1.0).tolist() == pytest.approx([0.5, 0.8])
    assert apart(dense, common, asked=0.6, alike=0.25).tolist() == pytest.approx([0.8 - 0.3 / 64, 0.7 + 0.1 / 64])


def test_nearest_are_the_best_of_both_sides_together() -> None:
    dense = np.linspace(0.1, 0.9, 30).astype(np.float32)
    lexical = np.zeros(30, np.float32)
    lexical[0] = 9.0
    found = nearest(dense, lexical).tolist()
    assert found == [*range(29, 15, -1), 0, *range(15, 10, -1)], "0.68 * 0.1 / 0.9 + 0.32 is .3956, the next .3882"
    lexical[25] = 9.0
    assert nearest(dense, lexical)[0] == 25
