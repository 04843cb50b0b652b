"""The words of a store in the making, read from the store before and from what is new."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest

from index import carried as module
from index.carried import Carried, list_words
from index.generation import current
from index.lexical import LexicalIndex
from index.store import Store
from index.wording import WordingIndex


@pytest.fixture
def carried(data_dir: Path) -> Carried:
    """Rows 2 to 4 of the small index are 1 to 3, its rows 6 and 7 are 5 and 6; 4 and 7 are new."""
    new = [
        (4, "somebody: A new bridge", '[[0, 12, "A new bridge"]]'),
        (7, "The last", '[[3, 6, "The"], [7, 11, "last"]]'),
    ]
    return Carried(current(data_dir).store, ((1, 2, 3), (5, 6, 2)), 7, new)


def test_texts_and_contents_are_those_of_the_rows_before_and_the_new_ones(
    carried: Carried, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TOGETHER", 3)
    with contextlib.closing(Store(current(data_dir).store)) as store:
        before = dict(store.lexical_rows())
        contents = dict(store.contents())
    texts = {1: before[2], 2: before[3], 3: before[4], 4: carried.new[0][1], 5: before[6], 6: before[7], 7: "The last"}
    assert list(carried.texts(np.arange(1, 8))) == list(texts.items())
    assert list(carried.texts(np.array([2, 4, 6]))) == [(row, texts[row]) for row in (2, 4, 6)]
    found = dict(carried.contents())
    assert list(found) == [1, 2, 3, 4, 5, 6, 7]
    assert (found[3], found[5]) == (contents[4], contents[6])
    assert [[span.text for span in found[row]] for row in (4, 7)] == [["A new bridge"], ["The", "last"]]


def test_what_is_new_is_what_was_not_kept(data_dir: Path) -> None:
    store = current(data_dir).store
    whole = Carried.of(store, store, ())
    assert [row for row, _, _ in whole.new] == list(range(1, whole.count + 1)) == list(range(1, 11))
    some = Carried.of(store, store, ((2, 5, 3), (8, 1, 2)))
    assert [row for row, _, _ in some.new] == [1, 5, 6, 7, 10]
    with contextlib.closing(Store(store)) as opened:
        assert [text for _, text, _ in some.new] == [text for _, text in opened.lexical_rows([1, 5, 6, 7, 10])]


def test_words_are_listed_over_what_a_process_that_died_has_left(carried: Carried, data_dir: Path) -> None:
    generation = current(data_dir)  # its folders of words stand already
    assert list_words(carried, generation, None) == 7
    assert LexicalIndex.open(generation.lexical).ids().tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert WordingIndex.open(generation.wording).ids().tolist() == [1, 2, 3, 4, 5, 6, 7]
