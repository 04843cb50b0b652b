"""BM25: scores worked out by hand, filters, and text that looks like a query language."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DamagedIndexError
from index.lexical import LexicalIndex

TEXTS = {
    1: "The ferry carries people",
    2: "Ferries and more ferries carried nobody",
    5: "The café was closed",
    8: "US strikes on the bridge",
}


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    path = tmp_path_factory.mktemp("words") / "lexical"
    assert LexicalIndex.build(path, TEXTS.items()) == 4
    return LexicalIndex.open(path)


def test_words_are_cut_as_the_analyser_cuts_them(words: LexicalIndex) -> None:
    assert words.words("The cafés aren’t free-ish.") == [
        (0, 3, None),
        (4, 9, "cafe"),
        (10, 14, None),
        (15, 16, None),
        (17, 21, "free"),
        (22, 25, "ish"),
    ]


@pytest.mark.parametrize("wide", ["", " 橋"])
def test_words_of_any_alphabet_are_cut_alike(words: LexicalIndex, wide: str) -> None:
    every = "".join(map(chr, range(256))) + "“It’s a ‘café’,” — said… €5 Œuvre naïve_x ¹½ªº"
    found = words.words(every + wide)
    assert found[: len(words.words(every))] == words.words(every)
    assert [every[start:end] for start, end, _ in words.words(every)] == [
        (every + wide)[start:end] for start, end, _ in found if end <= len(every)
    ]


@given(st.text(st.characters(codec="cp1252")))
def test_words_of_one_byte_a_letter_are_cut_as_any_others(words: LexicalIndex, text: str) -> None:
    assert words.words(text) == words.words(text + " 橋")[: len(words.words(text))]
    assert len(words.words(text + " 橋")) == len(words.words(text)) + 1


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_words_lie_where_they_stand_and_their_terms_are_those_of_the_text(words: LexicalIndex, text: str) -> None:
    found = words.words(text)
    assert [term for _, _, term in found if term is not None] == words.terms(text)
    assert all(start < end <= len(text) for start, end, _ in found)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    for start, end, term in found:
        assert words.terms(text[start:end]) == ([] if term is None else [term])


def _bm25(words: LexicalIndex, term: str, id_: int) -> float:
    """BM25 with k1 = 1.2 and b = 0.75, summed up from the definition."""
    lengths = {key: len(words.terms(text)) for key, text in TEXTS.items()}
    frequency = words.terms(TEXTS[id_]).count(term)
    holding = sum(term in words.terms(text) for text in TEXTS.values())
    idf = math.log(1 + (len(TEXTS) - holding + 0.5) / (holding + 0.5))
    mean = sum(lengths.values()) / len(lengths)
    return idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * lengths[id_] / mean))


def test_scores_are_bm25_as_defined_with_rarer_words_counting_more(words: LexicalIndex) -> None:
    ids, scores = words.search("ferry carry, ferry", 10)
    more = {term: words.weights([term])[0] ** 0.15 for term in ("ferri", "carri")}
    expected = {id_: sum(more[term] * _bm25(words, term, id_) for term in more) for id_ in (1, 2)}
    assert ids.tolist() == sorted(expected, key=lambda id_: -expected[id_])
    np.testing.assert_allclose(scores, [expected[id_] for id_ in ids.tolist()], rtol=5e-4)  # 16 bits


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("What did the Ferries carry?", ["ferri", "carri"]),
        ("CAFÉ, Cafe; café", ["cafe", "cafe", "cafe"]),
        ("don't we're it's", []),
        ("the US and us", ["us", "us"]),
        ("12,000 people's long-running", ["12", "000", "peopl", "long", "run"]),
        ("!!! ???", []),
    ],
)
def test_terms_are_lower_folded_stemmed_and_without_stop_words(
    words: LexicalIndex, text: str, terms: list[str]
) -> None:
    assert words.terms(text) == terms


@pytest.mark.parametrize(
    "text", ["ferry; AND OR NOT", '"ferry" AND NOT (carries', "+ferry -people ferry~2 fer*", "id:5 ferry"]
)
def test_a_question_is_never_read_as_a_query_language(words: LexicalIndex, text: str) -> None:
    ids, _ = words.search(text, 10)
    assert set(ids.tolist()) == {1, 2}


def test_a_filter_keeps_the_scores(words: LexicalIndex) -> None:
    free = dict(zip(*(part.tolist() for part in words.search("ferry bridge", 10)), strict=True))
    ids, scores = words.search("ferry bridge", 10, np.array([2, 5, 8], np.int64))
    assert set(ids.tolist()) == {2, 8}
    assert scores.tolist() == [free[id_] for id_ in ids.tolist()]


def test_scores_are_given_in_the_order_that_was_asked(words: LexicalIndex) -> None:
    free = dict(zip(*(part.tolist() for part in words.search("ferry bridge", 10)), strict=True))
    assert words.scores("ferry bridge", np.array([8, 5, 1], np.int64)).tolist() == [free[8], 0.0, free[1]]


@pytest.mark.parametrize("text", ["zebra", "the of and", "؟"])
def test_a_text_that_shares_no_word_finds_nothing(words: LexicalIndex, text: str) -> None:
    ids, scores = words.search(text, 10)
    assert (ids.tolist(), scores.tolist()) == ([], [])
    assert words.scores(text, np.array([1, 2], np.int64)).tolist() == [0.0, 0.0]


def test_weights_are_the_larger_the_rarer_the_term(words: LexicalIndex) -> None:
    two, one, none = words.weights(["ferri", "bridg", "zebra"])
    assert (two, one, none) == pytest.approx((math.log(2), math.log(1 + 3.5 / 1.5), math.log(1 + 4.5 / 0.5)))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_asked(words: LexicalIndex, text: str) -> None:
    ids, scores = words.search(text, 10)
    assert set(ids.tolist()) <= set(TEXTS)
    assert (scores > 0).all()


def test_an_empty_index_is_built_opened_and_asked(tmp_path: Path) -> None:
    assert LexicalIndex.build(tmp_path / "lexical", []) == 0
    empty = LexicalIndex.open(tmp_path / "lexical")
    assert len(empty) == 0
    assert empty.search("ferry", 3)[0].tolist() == []
    assert empty.weights(["ferri"]) == [pytest.approx(math.log(2))]


def test_a_missing_folder_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedIndexError, match=r"lexical.*attributed rebuild"):
        LexicalIndex.open(tmp_path / "lexical")
