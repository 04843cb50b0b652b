"""Postings: BM25 as defined, over all passages, over some, and the best of them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import postings
from index.errors import DamagedIndexError
from index.postings import LENGTHS, NAMES, Postings

WORDS = ["tide", "ferry", "bridge", "été", "n" * 80, "toll", "mayor", "a"]
Documents = list[tuple[int, list[str]]]


def _made(path: Path, documents: Documents) -> Postings:
    assert Postings.build(path / "lexical", documents) == len(documents)
    return Postings.open(path / "lexical")


def _bm25(documents: Documents, weights: dict[str, float]) -> list[float]:
    mean = sum(len(words) for _, words in documents) / len(documents)
    scores = []
    for _, words in documents:
        tf = Counter(words)
        norm = 1.2 * (1 - 0.75 + 0.75 * len(words) / mean)
        scores.append(sum(weight * tf[term] * 2.2 / (tf[term] + norm) for term, weight in weights.items()))
    return scores


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.lists(st.sampled_from(WORDS), max_size=12), min_size=1, max_size=200),
    weights=st.dictionaries(st.sampled_from([*WORDS, "nobody", "n" * 99]), st.floats(0.1, 9), max_size=6),
    k=st.integers(0, 220),
    gap=st.integers(1, 3),
)
def test_scores_are_bm25_whatever_is_asked(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]], weights: dict[str, float], k: int, gap: int
) -> None:
    documents = [(7 + gap * place, words) for place, words in enumerate(texts)]
    ids = np.array([id_ for id_, _ in documents])
    lists = _made(tmp_path_factory.mktemp("postings"), documents)
    expected = np.array(_bm25(documents, weights)) if any(texts) else np.zeros(len(texts))
    some = ids[::3]
    np.testing.assert_allclose(lists.asked(weights).of(some), expected[::3], rtol=1e-3, atol=1e-3)
    for allowed, best in ((None, expected), (some, expected[::3])):
        found, scores = lists.asked(weights).best(k, allowed)
        np.testing.assert_allclose(scores, np.sort(best[best > 0])[::-1][:k], rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(scores, expected[np.searchsorted(ids, found)], rtol=1e-3, atol=1e-3)
        assert len(set(found.tolist())) == len(found)
    carried = lists.asked(weights).carried(ids)
    assert carried.tolist() == [[term in words for term in weights] for _, words in documents]
    assert lists.frequencies(list(weights)) == [sum(term in words for _, words in documents) for term in weights]


def test_the_mean_length_counts_passages_without_words(tmp_path: Path) -> None:
    documents: Documents = [(1, []), (2, ["tide"])]
    scores = _made(tmp_path, documents).asked({"tide": 1.0}).of(np.array([1, 2]))
    np.testing.assert_allclose(scores, [0, 2.2 / (1 + 1.2 * (0.25 + 0.75 * 1 / 0.5))], rtol=1e-4)


def test_a_few_rows_are_looked_up_and_many_are_added_up_to_the_same(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    documents = [(place + 1, [WORDS[at] for at in chance.integers(0, 8, 20)]) for place in range(3_000)]
    weights = {"tide": 2.0, "ferry": 1.0}
    lists = _made(tmp_path, documents)
    asked = lists.asked(weights)
    few = asked.of(np.array([5, 9]))
    assert asked._whole is None
    many = asked.of(np.arange(1, 3_001))
    assert asked._whole is not None
    np.testing.assert_allclose(few, many[[4, 8]], rtol=1e-6)
    ids, scores = asked.best(40)
    assert np.array_equal(scores, np.sort(many)[::-1][:40])
    assert np.array_equal(many[ids - 1], scores)


def test_lists_made_in_chunks_are_those_made_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = [(place + 1, [WORDS[place % 7], WORDS[place % 5], "tide"]) for place in range(50)]
    Postings.build(tmp_path / "once", documents)
    monkeypatch.setattr(postings, "CHUNK", 7)
    Postings.build(tmp_path / "chunks", documents)
    for name in NAMES:
        assert (tmp_path / "once" / f"{name}.npy").read_bytes() == (tmp_path / "chunks" / f"{name}.npy").read_bytes()


def test_terms_count_alike_however_many_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "REMEMBERED", 3)
    lists = _made(tmp_path, [(1, ["tide", "ferry"]), (2, ["tide", "toll"]), (3, ["mayor"])])
    for _ in range(2):
        assert lists.frequencies(["tide", "nobody"]) == [2, 0]
        assert lists.frequencies(["mayor", "tide", "ferry", "toll", "nobody", "tide"]) == [1, 2, 1, 1, 0, 2]
        assert lists.frequencies([]) == []


def test_no_documents_and_no_words_find_nothing(tmp_path: Path) -> None:
    for number, documents in enumerate([[], [(1, [])]]):
        (tmp_path / str(number)).mkdir()
        lists = _made(tmp_path / str(number), documents)  # type: ignore[arg-type]
        assert len(lists) == len(documents)
        assert lists.asked({"tide": 1.0}).best(5)[0].tolist() == []
        assert lists.frequencies(["tide"]) == [0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", ["missing", "empty", "foreign", "shorter"])
def test_a_file_that_is_not_as_written_is_damage(tmp_path: Path, name: str, damage: str) -> None:
    Postings.build(tmp_path / "lexical", [(1, ["tide", "ferry"]), (2, ["tide"])])
    path = tmp_path / "lexical" / f"{name}.npy"
    if damage == "missing":
        path.unlink()
    elif damage == "shorter":
        np.save(path, np.load(path)[:-1])
        if name == "ids":
            return  # how many passages there are is checked against the manifest
    else:
        path.write_bytes(b"" if damage == "empty" else b"no array")
    with pytest.raises(DamagedIndexError, match="run `attributed rebuild`"):
        Postings.open(tmp_path / "lexical")


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.lists(st.lists(st.sampled_from(WORDS), max_size=6), max_size=9), min_size=1, max_size=4),
    left_out=st.sets(st.integers(0, 35)),
)
def test_several_put_together_are_as_made_at_once(texts: list[list[list[str]]], left_out: set[int]) -> None:
    every = list(enumerate((words for some in texts for words in some), 3))
    starts = np.cumsum([0, *map(len, texts)]).tolist()
    apart = [Postings.made(every[start:end], 4.0) for start, end in pairwise(starts)]
    whole = Postings.together(apart, np.array(sorted(left_out), np.int64))
    right = Postings.made([one for one in every if one[0] not in left_out], 4.0)
    for name in ("_terms", "_starts", "_listed", "_parts"):
        assert getattr(whole, name).tolist() == getattr(right, name).tolist()
    assert (whole.places.ids.tolist(), whole.mean) == (right.places.ids.tolist(), 4.0)


def test_lengths_are_those_of_the_passages(tmp_path: Path) -> None:
    Postings.build(tmp_path / "lexical", [(1, ["tide", "ferry", "tide"]), (4, []), (5, ["toll"])])
    assert np.load(tmp_path / "lexical" / LENGTHS).tolist() == [3, 0, 1]
