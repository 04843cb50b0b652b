"""A reader opens the newest whole generation, names what it passes over, and changes nothing."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import whole as module
from index.build import BuildReport
from index.check import check
from index.errors import DamagedIndexError, FormatError, ModelError, NoIndexError
from index.generation import Generation, Layout, current, hold, switch, writing
from index.manifest import FORMAT
from index.queries import Query
from index.searcher import Searcher
from index.types import Article

Build = Callable[..., BuildReport]


@pytest.fixture
def two(build: Build, articles: list[Article], tmp_path: Path) -> tuple[Generation, Generation]:
    """The older and the newer generation of `tmp_path`."""
    older = build(articles[:2], tmp_path).generation
    newer = build(articles, tmp_path).generation
    return Layout(tmp_path).generation(older), Layout(tmp_path).generation(newer)


def _flip(path: Path, at: int = -20) -> None:
    whole = bytearray(path.read_bytes())
    whole[at] ^= 1
    path.write_bytes(whole)


DAMAGE: dict[str, Callable[[Generation], object]] = {
    "a missing file": lambda one: one.vectors.unlink(),
    "a wrong size": lambda one: one.store.write_bytes(one.store.read_bytes()[:-1]),
    "a wrong hash": lambda one: _flip(one.vectors),
    "a manifest that is none": lambda one: one.manifest.write_text("{}"),
    "a manifest with a flipped bit": lambda one: _flip(one.manifest),
    "no manifest": lambda one: one.manifest.unlink(),
    "a missing folder of words": lambda one: [path.unlink() for path in one.wording.iterdir()],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_generation_is_named_and_the_one_before_it_answers(
    two: tuple[Generation, Generation],
    encoder: Any,
    tmp_path: Path,
    damage: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    older, newer = two
    DAMAGE[damage](newer)
    left = sorted(path for path in tmp_path.rglob("*"))
    with Searcher.open(tmp_path, encoder) as searcher:
        assert searcher.generation == older.name
        assert searcher.search(Query("ferry", limit=100)).total == 7
        (line,) = searcher.passed
    assert newer.name in line
    assert "attributed rebuild" in line
    assert [record.getMessage() for record in caplog.records] == [f"set aside: {line}; generation {older.name} answers"]
    assert sorted(path for path in tmp_path.rglob("*")) == left, "a reader changes nothing"


@pytest.mark.parametrize("content", ["", "20260101T000000000000Z\n", "{newest}"])
def test_where_the_pointer_names_nothing_the_newest_answers(
    two: tuple[Generation, Generation], encoder: Any, tmp_path: Path, content: str
) -> None:
    (tmp_path / "CURRENT").write_text(content.format(newest=two[1].name))
    with Searcher.open(tmp_path, encoder) as searcher:
        assert searcher.generation == two[1].name
        assert "CURRENT: " in searcher.passed[0]


def test_where_none_is_whole_the_newest_is_named(two: tuple[Generation, Generation], tmp_path: Path) -> None:
    for generation in two:
        _flip(generation.store)
    with pytest.raises(DamagedIndexError, match=rf"{two[1].name}.*store\.sqlite: sha256 .*attributed rebuild"):
        Searcher.open(tmp_path)


def test_what_was_never_switched_to_is_not_opened(
    two: tuple[Generation, Generation], encoder: Any, tmp_path: Path
) -> None:
    older = two[0]
    with writing(tmp_path) as layout:
        switch(layout, older)
    _flip(older.store)
    with pytest.raises(DamagedIndexError, match=older.name):
        Searcher.open(tmp_path, encoder)


def test_without_falling_back_only_the_current_one_will_do(two: tuple[Generation, Generation], tmp_path: Path) -> None:
    _flip(two[1].store)
    with pytest.raises(DamagedIndexError, match=two[1].name):
        Searcher.open(tmp_path, fall_back=False)


def test_what_is_known_to_be_damaged_is_not_opened_again(two: tuple[Generation, Generation], tmp_path: Path) -> None:
    with Searcher.open(tmp_path, aside={two[1].name: "vectors.faiss: bad"}) as searcher:
        assert searcher.generation == two[0].name
        assert searcher.passed == ("vectors.faiss: bad; run `attributed rebuild`",)


def _reformat(generation: Generation, format_: int) -> None:
    fields = dataclasses.replace(generation.read_manifest(), format=format_)
    generation.manifest.write_text(fields.to_json())


@pytest.mark.parametrize(
    ("format_", "said"), [(FORMAT - 1, "run `attributed rebuild` to make it anew"), (FORMAT + 1, "use attributed ")]
)
def test_another_format_is_refused_although_an_older_generation_could_answer(
    two: tuple[Generation, Generation], build: Build, articles: list[Article], tmp_path: Path, format_: int, said: str
) -> None:
    _reformat(two[1], format_)
    with pytest.raises(FormatError, match=f"its format is {format_}, this program reads {FORMAT}; {said}"):
        Searcher.open(tmp_path)
    (line,) = check(tmp_path)
    assert said in line
    build(articles, tmp_path)
    assert check(tmp_path) == []


def test_an_older_generation_of_another_format_or_model_is_passed_over(
    two: tuple[Generation, Generation], encoder: Any, tmp_path: Path
) -> None:
    _flip(two[1].store)
    made_by = two[0].read_manifest()
    _reformat(two[0], FORMAT - 1)
    with pytest.raises(DamagedIndexError, match=two[1].name):
        Searcher.open(tmp_path, encoder)
    other = dataclasses.replace(made_by.model, name="other")
    two[0].manifest.write_text(dataclasses.replace(made_by, model=other).to_json())
    with pytest.raises(DamagedIndexError, match=two[1].name):
        Searcher.open(tmp_path, encoder)


def test_another_model_is_an_error_of_its_own(data_dir: Path, encoder: Any) -> None:
    encoder.fingerprint = "0" * 64
    with pytest.raises(ModelError):
        Searcher.open(data_dir, encoder)


def test_no_index_is_no_damage(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError):
        Searcher.open(tmp_path)


def test_small_files_are_hashed_on_opening_and_the_others_later(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Searcher.open(data_dir) as searcher:
        assert searcher.verified == "hashes"
    manifest = current(data_dir).read_manifest()
    largest = max(manifest.files, key=lambda name: manifest.files[name].size)
    monkeypatch.setattr(
        module, "HASHED_AT_ONCE", sum(one.size for name, one in manifest.files.items() if name != largest)
    )
    with Searcher.open(data_dir) as searcher:
        assert (searcher.verified, searcher.held and searcher.held.unverified) == ("sizes", (largest,))
        assert searcher.held is not None
        assert searcher.held.verify(lambda: True) is None
        assert searcher.verified == "sizes"
        _flip(current(data_dir).folder / largest)
        assert largest in str(searcher.held.verify())
        assert searcher.verified == "sizes"
        _flip(current(data_dir).folder / largest)
        assert searcher.held.verify() is None
        assert searcher.verified == "hashes"


def _late(rebuilds: Callable[[], list[str]]) -> tuple[Callable[[Generation], Any], list[str]]:
    """A `hold` before whose first call these rebuilds are done, and the generations that they make."""
    names: list[str] = []

    def hold_late(generation: Generation) -> Any:
        if not names:
            names.extend(rebuilds())
        return hold(generation)

    return hold_late, names


def test_a_reader_that_has_read_the_pointer_can_still_open_what_it_names(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rebuilds in the moment between reading CURRENT and holding the generation."""
    build(articles[:1], tmp_path)
    hold_late, names = _late(lambda: [build(articles[:count], tmp_path).generation for count in (2, 3)])
    monkeypatch.setattr(module.folders, "hold", hold_late)
    with Searcher.open(tmp_path, encoder) as searcher:
        assert searcher.generation == names[-1]
        assert searcher.passed == ()


def test_a_reader_that_comes_too_late_does_not_fall_back_to_one_that_another_reader_holds(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest is held, so it is still there; the next one, which the pointer named a moment ago, is not."""
    build(articles[:1], tmp_path)
    hold_late, names = _late(lambda: [build(articles[:count], tmp_path).generation for count in (3, 4)])
    with Searcher.open(tmp_path, encoder) as oldest:
        build(articles[:2], tmp_path)
        monkeypatch.setattr(module.folders, "hold", hold_late)
        with Searcher.open(tmp_path, encoder) as searcher:
            assert oldest.generation in {path.name for path in (tmp_path / "generations").iterdir()}
            assert searcher.generation == names[-1]
            assert searcher.passed == ()


def test_a_reader_keeps_its_files_over_many_rebuilds(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path
) -> None:
    build(articles, tmp_path)
    with Searcher.open(tmp_path, encoder) as searcher:
        before = searcher.search(Query("ferry", limit=100)).hits
        for _ in range(4):
            build(articles[:1], tmp_path)
        searcher._store.close()  # every connection is opened anew
        assert searcher.search(Query("ferry", limit=100)).hits == before
        assert len(list((tmp_path / "generations").iterdir())) == 3
    build(articles[:1], tmp_path)
    assert len(list((tmp_path / "generations").iterdir())) == 2


def test_fifty_flips_and_truncations_never_give_a_wrong_answer(
    two: tuple[Generation, Generation], encoder: Any, tmp_path: Path
) -> None:
    older, newer = two
    chance = random.Random(7)
    right = {older.name: 7, newer.name: 9}
    files = sorted(path for path in tmp_path.rglob("*") if path.is_file() and older.name not in str(path))
    files = [path for path in files if path.name != "LOCK" and not path.name.startswith(".tantivy")]
    seen = set()
    for number in range(50):
        path = files[number % len(files)]
        whole = path.read_bytes()
        at = chance.randrange(len(whole))
        torn = whole[:at]
        path.write_bytes(torn if number % 2 else torn + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        with Searcher.open(tmp_path, encoder) as searcher:
            assert searcher.search(Query("ferry", limit=100)).total == right[searcher.generation], path
            assert searcher.passed != (), path
            seen.add(searcher.generation)
        path.write_bytes(whole)
    assert seen == {older.name, newer.name}, "a damaged pointer leaves the newer one whole"
