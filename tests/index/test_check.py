"""`check` finds what is wrong with an index, one line a fault."""

from __future__ import annotations

import dataclasses
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.check import check
from index.errors import NoIndexError
from index.generation import Generation, current, seal
from index.lexical import LexicalIndex
from index.vectors.flat import FlatIndex
from index.wording import WordingIndex


def _reseal(generation: Generation, **counts: int) -> None:
    """Make the manifest fit the files again, so that only what they hold can be at fault."""
    manifest = generation.read_manifest()
    changed = dataclasses.replace(manifest.counts, **counts)
    generation.manifest.unlink()
    seal(generation, dataclasses.replace(manifest, files=generation.files(), counts=changed))


def _sql(generation: Generation, statement: str) -> None:
    with sqlite3.connect(generation.store) as db:
        db.execute(statement)
    db.close()


def test_a_whole_index_has_no_fault(data_dir: Path) -> None:
    assert check(data_dir) == []


def test_without_an_index_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError):
        check(tmp_path)


def test_a_pointer_to_nowhere_is_a_fault(data_dir: Path) -> None:
    (data_dir / "CURRENT").write_text("gone\n")
    (line,) = check(data_dir)
    assert "CURRENT: names 'gone'" in line


def test_every_damaged_file_is_a_line(data_dir: Path) -> None:
    generation = current(data_dir)
    generation.vectors.unlink()
    generation.store.write_bytes(b"x")
    lines = check(data_dir)
    assert len(lines) == 2
    assert "store.sqlite: 1 bytes, the manifest says " in lines[0]
    assert "vectors.faiss: No such file or directory" in lines[1]


def test_every_flipped_bit_is_found(data_dir: Path) -> None:
    generation = current(data_dir)
    names = [*generation.read_manifest().files, "manifest.json"]
    chance = random.Random(1)
    for name in names * 4:
        path = generation.folder / name
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        assert any(name in line for line in check(data_dir)), f"bit flipped at {at} of {name}"
        path.write_bytes(whole)
    assert check(data_dir) == []


@pytest.mark.parametrize("seed", range(2))
def test_two_hundred_flips_and_truncations_over_all_files_are_found(data_dir: Path, seed: int) -> None:
    """Files by turns, the pointer among them: small ones are hit as often as large ones."""
    generation = current(data_dir)
    paths = [data_dir / "CURRENT", *(generation.folder / name for name in generation.read_manifest().files)]
    paths.append(generation.manifest)
    chance = random.Random(seed)
    for number in range(100):
        path = paths[number % len(paths)]
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        flipped = whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :]
        path.write_bytes(whole[:at] if number % 5 == 4 else flipped)
        lines = check(data_dir)
        assert any(path.name in line for line in lines), f"{path.name}, at {at}, {number}"
        assert all("\n" not in line for line in lines)
        path.write_bytes(whole)
    assert check(data_dir) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE quotation SET spans = '[[40, 45, \"wrong\"]]' WHERE row = 1", "span 40:45 says 'wrong'"),
        ("UPDATE quotation SET passage = '[0, 2, \"no fit\"]' WHERE row = 1", "article 'bridge': span 0:2"),
        ("UPDATE article SET text = upper(text) WHERE id = 'copy'", "article 'copy': span"),
        ("DELETE FROM quotation WHERE row = 1", "quotations: 9, the manifest says 10"),
        ("DELETE FROM quotation WHERE row = 1", "its ids are not the rows"),
        ("UPDATE quotation SET speaker = 99 WHERE row = 1", "refers to a missing speaker"),
        ("UPDATE article SET fingerprint = 'x'", "corpus hash"),
        ("DELETE FROM quotation WHERE row = 10", "copy row 10: refers to a missing quotation"),
        ("DELETE FROM speaker", "refers to a missing speaker"),
        ("UPDATE quotation SET place = 1", "the places of quotations are not 1 to 10"),
        ("UPDATE quotation SET place = place + 1", "the places of quotations are not 1 to 10"),
        ("UPDATE copy SET place = place + 1", "the copies of row 8 have no places from 0 on, itself the first"),
        ("UPDATE copy SET place = 0", "the copies of row 8 have no places from 0 on, itself the first"),
        ("DELETE FROM copy WHERE place = 1", "the copies of row 8 have no places from 0 on, itself the first"),
        ("UPDATE speaker SET quotations = 9 WHERE id = 'tariq-khan'", "tariq-khan has 2 quotations in 1 articles"),
        ("UPDATE quotation SET speaker = NULL WHERE row = 1", "row 1 has another speaker than its article gives it"),
    ],
)
def test_a_store_that_disagrees_with_itself_is_named(data_dir: Path, statement: str, said: str) -> None:
    generation = current(data_dir)
    _sql(generation, statement)
    _reseal(generation)
    assert any(said in line for line in check(data_dir)), check(data_dir)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[:9], "vectors: 9, the manifest says 10"),
        (lambda rows: rows * 2, "10 vectors are not of length 1, id 1 first"),
        (lambda rows: rows[:, :5], "dimensions: 5, the manifest says 23"),
        (lambda rows: np.where(np.arange(10)[:, None] == 3, np.nan, rows), "1 vectors are not of length 1, id 4 first"),
        (lambda rows: np.where(np.arange(10)[:, None] == 2, np.inf, rows), "1 vectors are not of length 1, id 3 first"),
    ],
    ids=["fewer", "longer", "shorter", "NaN", "infinite"],
)
def test_vectors_that_disagree_are_named(data_dir: Path, change: Callable[[np.ndarray], np.ndarray], said: str) -> None:
    generation = current(data_dir)
    index = FlatIndex.open(generation.vectors)
    rows = change(index.vectors(index.ids()))
    other = FlatIndex(rows.shape[1])
    other.add(index.ids()[: len(rows)], rows)
    other.save(generation.vectors)
    _reseal(generation)
    assert any(said in line for line in check(data_dir)), check(data_dir)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"articles": 5}, "articles: 4, the manifest says 5"),
        ({"speakers": 6}, "speakers: 5, the manifest says 6"),
        ({"passages": 11}, "documents: 10, the manifest says 11"),
    ],
)
def test_counts_that_disagree_with_the_manifest_name_both(data_dir: Path, counts: dict[str, int], said: str) -> None:
    _reseal(current(data_dir), **counts)
    assert any(said in line for line in check(data_dir))


@pytest.mark.parametrize("part", ["lexical", "wording"])
def test_words_of_other_rows_are_named(data_dir: Path, part: str) -> None:
    generation = current(data_dir)
    rows = range(11, 21)
    shutil.rmtree(generation.folder / part)
    if part == "lexical":
        LexicalIndex.build(generation.lexical, ((row, "word") for row in rows))
    else:
        WordingIndex.build(generation.wording, ((row, ()) for row in rows))
    _reseal(generation)
    assert check(data_dir) == [f"{generation.folder / part}: its ids are not the rows of {generation.store}"]
