"""Lists of the run before taken again: byte for byte those of a run that cuts every text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.postings import LENGTHS, Postings
from index.relisted import relisted

WORDS = ["tide", "ferry", "bridge", "été", "n" * 80, "toll", "mayor", "a"]
Texts = dict[int, list[str]]

texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=12), max_size=30)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _again(folder: Path, before: Texts, kept: list[tuple[int, int, int]], after: Texts) -> list[int]:
    """Both ways come to the same files; gives the ids whose texts were asked for."""
    asked: list[int] = []
    Postings.build(folder / "before", before.items())
    Postings.build(folder / "full", after.items())

    def documents(ids: np.ndarray) -> list[tuple[int, list[str]]]:  # type: ignore[type-arg]
        asked.extend(ids.tolist())
        return [(id_, after[id_]) for id_ in ids.tolist()]

    relisted(folder / "before", kept, np.array(list(after), np.int64), documents).write(folder / "again")
    assert _files(folder / "again") == _files(folder / "full")
    return asked


@settings(max_examples=150, deadline=None)
@given(before=texts, new=texts, data=st.data())
def test_any_change_comes_to_the_lists_of_all_texts_cut_anew(
    tmp_path_factory: pytest.TempPathFactory, before: list[list[str]], new: list[list[str]], data: st.DataObject
) -> None:
    chosen = data.draw(st.lists(st.integers(0, max(0, len(before) - 1)), unique=True)) if before else []
    # New texts and those of the run before in any order.
    order = data.draw(st.permutations([*((None, place) for place in range(len(new))), *((at, at) for at in chosen)]))
    after: Texts = {}
    kept: list[tuple[int, int, int]] = []
    for id_, (old, place) in enumerate(order, 1):
        after[id_] = new[place] if old is None else before[old]
        if old is None:
            continue
        if kept and kept[-1][0] + kept[-1][2] == id_ and kept[-1][1] + kept[-1][2] == old + 1:
            kept[-1] = (*kept[-1][:2], kept[-1][2] + 1)
        else:
            kept.append((id_, old + 1, 1))
    asked = _again(tmp_path_factory.mktemp("lists"), dict(enumerate(before, 1)), kept, after)
    assert asked == [id_ for id_, (old, _) in enumerate(order, 1) if old is None]


def test_a_text_that_repeats_a_word_too_often_to_be_told_is_cut_anew(tmp_path: Path) -> None:
    before = {1: ["tide"], 2: ["toll"] * 30_000 + ["tide"], 3: ["ferry"] * 9}
    assert _again(tmp_path, before, [(1, 1, 2), (4, 3, 1)], {1: before[1], 2: before[2], 3: [], 4: before[3]}) == [2, 3]


@pytest.mark.parametrize("damage", ["missing", "shorter", "foreign"])
def test_lists_without_lengths_are_made_anew(tmp_path: Path, damage: str) -> None:
    before = {1: ["tide", "ferry"], 2: ["toll"]}
    Postings.build(tmp_path / "lexical", before.items())
    path = tmp_path / "lexical" / LENGTHS
    if damage == "missing":
        path.unlink()
    elif damage == "shorter":
        np.save(path, np.load(path)[:-1])
    else:
        path.write_bytes(b"no array")
    asked: list[list[int]] = []

    def documents(ids: np.ndarray) -> list[tuple[int, list[str]]]:  # type: ignore[type-arg]
        asked.append(ids.tolist())
        return list(before.items())

    relisted(tmp_path / "lexical", [(1, 1, 2)], np.array([1, 2]), documents).write(tmp_path / "again")
    Postings.build(tmp_path / "full", before.items())
    assert asked == [[1, 2]]
    assert _files(tmp_path / "again") == _files(tmp_path / "full")
