"""The very words, in their order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.errors import DamagedIndexError
from index.types import Span
from index.wording import GrowingWording, WordingIndex

ROWS = [
    (3, "To be, or not to be"),
    (5, "“Not to be seen!”"),
    (8, "…"),
    (9, "a be not or to and many other words that make it long: $½"),
]


def pieces(text: str) -> tuple[Span, ...]:
    """A text as two pieces of a split quotation, where it has a comma."""
    cut = text.find(",") + 1
    return tuple(Span(start, end, text[start:end]) for start, end in ((0, cut), (cut, len(text))) if start < end)


@pytest.fixture
def wording(tmp_path: Path) -> WordingIndex:
    assert WordingIndex.build(tmp_path / "wording", ((id_, pieces(text)) for id_, text in ROWS)) == len(ROWS)
    return WordingIndex.open(tmp_path / "wording")


def test_phrase_is_words_one_after_another(wording: WordingIndex) -> None:
    def ids(*words: str) -> list[int]:
        return sorted(wording.phrase(words)[0].tolist())

    assert len(wording) == 4
    assert ids("to", "be") == [3, 5]
    assert ids("not", "to", "be", "seen") == [5]
    assert ids("be", "to") == []
    assert ids("be") == [3, 5, 9]
    assert ids("$", "½") == [9]
    assert ids("unknown") == ids("unknown", "word") == []


def test_phrase_gives_how_many_words_each_has(wording: WordingIndex) -> None:
    ids, counts = wording.phrase(["or"])
    assert dict(zip(ids.tolist(), counts.tolist(), strict=True)) == {3: 6, 9: 15}


def test_rare_words_weigh_most(wording: WordingIndex) -> None:
    assert wording.weight("unknown") > wording.weight("seen") > wording.weight("or") > wording.weight("be") > 0
    assert wording.knows("seen")
    assert not wording.knows("unknown")


def test_sharing_adds_the_weights_whatever_the_length(wording: WordingIndex) -> None:
    looked_for = {("or",): 1.0, ("be",): 0.5, ("not", "to"): 3.0, ("words",): 2.0}
    assert wording.sharing(looked_for, 10) == [3, 5, 9]  # 4.5, then 3.5 and 3.5 as they were written
    assert wording.sharing(looked_for, 1) == [3]
    assert wording.sharing(looked_for, 10, np.array([5], np.int64)) == [5]
    assert wording.sharing(looked_for, 10, np.zeros(0, np.int64)) == []
    assert wording.sharing({}, 10) == []


def test_no_rows_are_an_index_too(tmp_path: Path) -> None:
    assert WordingIndex.build(tmp_path / "none", []) == 0
    empty = WordingIndex.open(tmp_path / "none")
    assert (len(empty), empty.phrase(["a"])[0].tolist(), empty.sharing({("a",): 1.0}, 5)) == (0, [], [])
    assert empty.weight("a") > 0


def test_a_folder_without_an_index_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(DamagedIndexError, match="attributed rebuild"):
        WordingIndex.open(tmp_path)


def test_a_growing_index_holds_what_was_there_when_it_was_given() -> None:
    growing = GrowingWording()
    first = growing.add([(3, pieces("the tide is out"))])
    second = growing.add([(4, pieces("the tide, is in")), (9, pieces("no ferry"))])
    assert (first.ids().tolist(), second.ids().tolist()) == ([3], [3, 4, 9])
    assert (first.frequency("tide"), second.frequency("tide")) == (1, 2)
    ids, counts = second.phrase(["tide", "is", "in"])
    assert (ids.tolist(), counts.tolist()) == ([4], [4])
    assert growing.add([]).ids().tolist() == [3, 4, 9]
