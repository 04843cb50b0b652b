"""What a rebuild knows of copies from the run before changes nothing but the work."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.copies import Memory, Said, grouped, words
from index.copies.alike import Shared, shared
from index.copies.wording import Wording, wording

LONG = "We have lost six hundred people in one night and nobody came to help us at all"
TEXTS = [
    LONG,
    LONG[:60],
    LONG.upper() + "!",
    LONG.replace("six hundred", "600"),
    LONG.replace("in one night and nobody", "... nobody"),
    LONG.replace("six", "seven"),
    "No comment",
    "We will see in May",
    "",
]
_SAID = st.builds(
    lambda text, speaker, article, as_: Said(0, f"a{article}", None, 0, (text,), speaker, as_),
    st.sampled_from(TEXTS) | st.text("ab .é", max_size=30),
    st.sampled_from([None, 1, 2]),
    st.integers(0, 4),
    st.sampled_from(["", "the minister", "a soldier"]),
)


def _rows(said: Sequence[Said]) -> list[Said]:
    return [dataclasses.replace(one, row=row, start=10 * row) for row, one in enumerate(said, 1)]


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@settings(max_examples=100, deadline=None)
@given(before=st.lists(_SAID, max_size=14), new=st.lists(_SAID, max_size=5), data=st.data())
def test_groups_and_what_is_kept_are_those_of_a_run_that_knows_nothing(
    tmp_path_factory: pytest.TempPathFactory, before: list[Said], new: list[Said], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("copies")
    first = Memory()
    grouped(_rows(before), first)
    first.write(folder / "before")
    staying = data.draw(st.lists(st.integers(0, len(before) - 1), unique=True)) if before else []
    order = data.draw(st.permutations([*((None, one) for one in new), *((at + 1, before[at]) for at in staying)]))
    after = _rows([one for _, one in order])
    kept = tuple((row, old, 1) for row, (old, _) in enumerate(order, 1) if old is not None)
    memory, nothing = Memory(folder / "before", kept), Memory()
    assert grouped(after, memory) == grouped(after, nothing)
    memory.write(folder / "again")
    nothing.write(folder / "full")
    assert _files(folder / "again") == _files(folder / "full")


def test_what_stays_is_neither_read_nor_compared_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = _rows([Said(0, f"a{at}", None, 0, (text,), 1) for at, text in enumerate(TEXTS)])
    first = Memory()
    groups = grouped(said, first)
    first.write(tmp_path / "copies")
    read: list[tuple[str, ...]] = []
    compared: list[tuple[str, str]] = []

    def reading(pieces: Sequence[str]) -> Wording:
        read.append(tuple(pieces))
        return wording(pieces)

    def comparing(less: Wording, fuller: Wording) -> Shared:
        compared.append((less.key, fuller.key))
        return shared(less, fuller)

    monkeypatch.setattr(words, "wording", reading)
    monkeypatch.setattr(words, "shared", comparing)
    assert grouped(said, Memory(tmp_path / "copies", ((1, 1, len(said)),))) == groups
    assert compared == []
    assert len(read) < len(said)  # only what has other marks than its copies
    added = dataclasses.replace(said[0], row=len(said) + 1, article="new", pieces=(f"{LONG} tonight",))
    assert grouped([*said, added], Memory(tmp_path / "copies", ((1, 1, len(said)),))) == grouped([*said, added])
    assert added.pieces in read


@pytest.mark.parametrize("name", [*words.NAMES, "pairs"])
@pytest.mark.parametrize("damage", ["missing", "shorter", "foreign"])
def test_what_cannot_be_read_is_found_out_anew(tmp_path: Path, name: str, damage: str) -> None:
    said = _rows([Said(0, f"a{at}", None, 0, (text,), 1) for at, text in enumerate(TEXTS)])
    first = Memory()
    groups = grouped(said, first)
    first.write(tmp_path / "copies")
    path = tmp_path / "copies" / f"{name}.npy"
    if damage == "missing":
        path.unlink()
    elif damage == "shorter":
        np.save(path, np.load(path)[:-1])
    else:
        path.write_bytes(b"no array")
    assert grouped(said, Memory(tmp_path / "copies", ((1, 1, len(said)),))) == groups
