"""`check` finds what is wrong with an index, one line a fault."""

from __future__ import annotations

import dataclasses
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.check import check
from index.errors import NoIndexError
from index.generation import Generation, current, seal
from index.vectors import FlatIndex


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
        if name != "manifest.json":
            assert any(name in line for line in check(data_dir)), f"bit flipped at {at} of {name}"
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
    ],
    ids=["fewer", "longer", "shorter"],
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
