"""A running service takes up a new generation, and never loses the one that answers."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index import standing as module
from index import whole
from index.build import BuildReport
from index.errors import DamagedIndexError, NoIndexError
from index.generation import current
from index.queries import Query
from index.standing import Standing
from index.types import Article

Build = Callable[..., BuildReport]


def test_without_an_index_each_call_says_so_until_there_is_one(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path
) -> None:
    standing = Standing(tmp_path, encoder)
    for _ in range(2):
        with pytest.raises(NoIndexError):
            standing.searcher()
    name = build(articles, tmp_path).generation
    assert standing.searcher().generation == name
    standing.close()


def test_a_new_generation_is_taken_up_and_the_old_one_finishes_its_requests(
    build: Build, articles: list[Article], encoder: Any, data_dir: Path
) -> None:
    standing = Standing(data_dir, encoder)
    old = standing.searcher()
    assert standing.searcher() is old
    build(articles[:1], data_dir)
    new = standing.searcher()
    assert new is not old
    assert new.generation == current(data_dir).name
    assert {hit.article.id for hit in new.search(Query("ferry", limit=100)).hits} == {"bridge"}
    assert old.search(Query("ferry", limit=100)).total == 9
    standing.close()


def test_a_damaged_new_generation_leaves_the_old_one_answering(
    build: Build, articles: list[Article], encoder: Any, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    standing = Standing(data_dir, encoder)
    old = standing.searcher()
    build(articles[:1], data_dir)
    path = current(data_dir).vectors
    whole = path.read_bytes()
    path.write_bytes(b"damaged")
    assert standing.searcher() is old
    assert standing.searcher() is old
    assert len(caplog.records) == 1, "it is opened once, not at every request"
    assert "set aside: " in caplog.text
    assert f"generation {old.generation} goes on answering" in caplog.text
    path.write_bytes(whole)
    build(articles[:2], data_dir)
    assert standing.searcher().generation == current(data_dir).name
    standing.close()


def test_a_pointer_that_is_gone_leaves_the_old_one_answering(encoder: Any, data_dir: Path) -> None:
    standing = Standing(data_dir, encoder)
    old = standing.searcher()
    (data_dir / "CURRENT").unlink()
    assert standing.searcher() is old
    standing.close()


def test_swaps_under_load_mix_no_answer_and_fail_no_request(
    build: Build, articles: list[Article], encoder: Any, data_dir: Path
) -> None:
    standing = Standing(data_dir, encoder)
    expected = {standing.searcher().generation: 9}
    done = threading.Event()

    def ask() -> set[tuple[str, int]]:
        seen = set()
        while not done.is_set():
            answer = standing.searcher().search(Query("ferry", limit=100))
            seen.add((answer.generation, answer.total))
            assert len(answer.hits) == answer.total
        return seen

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            for count in (1, 4, 2, 4, 3):
                report = build(articles[:count], data_dir)
                # All four hold one copy, which is no hit of its own.
                expected[report.generation] = report.passages - (count == 4)
        finally:
            done.set()
        seen = set().union(*(one.result() for one in asking))
    assert seen <= set(expected.items())
    assert standing.searcher().generation == current(data_dir).name
    standing.close()


def _until(condition: Callable[[], object]) -> None:
    """Wait for what another thread does; half a minute is for a machine that is asleep."""
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    pytest.fail("it never came")


@pytest.fixture
def watched(encoder: Any, data_dir: Path) -> Iterator[Standing]:
    standing = Standing(data_dir, encoder)
    standing.watch()
    yield standing
    standing.close()


def test_a_watched_index_is_opened_and_taken_up_without_any_request(
    build: Build, articles: list[Article], data_dir: Path, watched: Standing
) -> None:
    _until(lambda: watched._searcher)
    report = build(articles[:1], data_dir)
    _until(lambda: watched._searcher and watched._searcher.generation == report.generation)
    assert watched.searcher().generation == report.generation
    assert watched.searcher().questions._known is not None, "no request waits for names and roles"


def test_an_index_that_comes_later_is_found_and_said_to_be_missing_once(
    build: Build,
    articles: list[Article],
    encoder: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(module, "TRYING", 0.01)
    standing = Standing(tmp_path, encoder)
    standing.watch()
    _until(lambda: caplog.records)
    report = build(articles, tmp_path)
    _until(lambda: standing._searcher)
    assert standing.searcher().generation == report.generation
    assert len(caplog.records) == 1
    standing.close()


def test_swaps_under_load_of_a_watched_index(
    build: Build, articles: list[Article], data_dir: Path, watched: Standing
) -> None:
    expected = {watched.searcher().generation: (9, frozenset({"bridge", "border", "ferry", "copy"}))}
    done = threading.Event()

    def ask() -> set[tuple[str, int, frozenset[str]]]:
        seen = set()
        while not done.is_set():
            searcher = watched.searcher()
            answer = searcher.search(Query("ferry", limit=100))
            shown = frozenset(id_ for hit in answer.hits for id_ in (hit.article.id, *hit.also_in))
            assert answer.generation == searcher.generation
            seen.add((answer.generation, answer.total, shown))
        return seen

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        try:
            for count in (1, 4, 2, 4, 3):
                report = build(articles[:count], data_dir)
                total = report.passages - (count == 4)
                expected[report.generation] = total, frozenset(article.id for article in articles[:count])
                _until(lambda name=report.generation: watched.searcher().generation == name)  # type: ignore[misc]
        finally:
            done.set()
        seen = set().union(*(one.result() for one in asking))
    assert seen <= {(name, *what) for name, what in expected.items()}


def _open_files() -> list[str]:
    return sorted(str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink())


def _mapped(data: Path) -> int:
    return Path("/proc/self/maps").read_text().count(str(data))


def test_a_hundred_swaps_leave_no_file_open(
    build: Build, articles: list[Article], encoder: Any, data_dir: Path
) -> None:
    standing = Standing(data_dir, encoder)
    standing.searcher().search(Query("ferry"))
    files, mapped = len(_open_files()), _mapped(data_dir)
    names = [current(data_dir).name, build(articles[:3], data_dir).generation]
    pointer = data_dir / "CURRENT"
    gc.disable()  # what goes, goes with its last request, not when the collector comes round
    try:
        for number in range(100):
            aside = data_dir / "CURRENT.new"
            aside.write_text(f"{names[number % 2]}\n")
            aside.replace(pointer)
            searcher = standing.searcher()
            assert searcher.generation == names[number % 2]
            searcher.search(Query("ferry"))
            searcher.verify("every ferry ticket is free")
        del searcher
        assert (len(_open_files()), _mapped(data_dir)) == (files, mapped)
    finally:
        gc.enable()
    standing.close()


def test_an_old_searcher_goes_with_its_last_request(
    build: Build, articles: list[Article], encoder: Any, data_dir: Path
) -> None:
    standing = Standing(data_dir, encoder)
    in_flight = standing.searcher()
    gone = weakref.ref(in_flight)
    in_flight.search(Query("What did Khan say about the ferry?"))
    build(articles[:1], data_dir)
    standing.searcher()
    gc.disable()
    try:
        assert in_flight.search(Query("ferry", limit=100)).total == 9
        del in_flight
        assert gone() is None
    finally:
        gc.enable()
    standing.close()


# Hashes in the background


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is hashed on opening."""
    monkeypatch.setattr(whole, "HASHED_AT_ONCE", 0)


def _damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)


@pytest.mark.usefixtures("late")
def test_all_hashes_are_compared_in_the_background(encoder: Any, data_dir: Path) -> None:
    standing = Standing(data_dir, encoder)
    _until(lambda: standing.searcher().verified == "hashes")
    standing.close()


@pytest.mark.usefixtures("late")
def test_damage_found_in_the_background_lets_the_generation_before_answer(
    build: Build, articles: list[Article], encoder: Any, data_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = current(data_dir).name
    after = build(articles[:1], data_dir).generation
    _damage(current(data_dir).vectors)
    standing = Standing(data_dir, encoder)
    _until(lambda: standing.searcher().generation == before)
    assert [line.split("; ")[-1] for line in standing.searcher().passed] == ["run `attributed rebuild`"]
    assert f"{after}/vectors.faiss: sha256 " in standing.searcher().passed[0]
    assert caplog.records[0].levelname == "ERROR"
    assert "set aside: " in caplog.text
    _until(lambda: standing.searcher().verified == "hashes")
    report = build(articles[:2], data_dir)
    assert standing.searcher().generation == report.generation
    assert standing.searcher().passed == ()
    standing.close()


@pytest.mark.usefixtures("late")
def test_damage_of_the_only_generation_is_told_to_each_request(encoder: Any, data_dir: Path) -> None:
    _damage(current(data_dir).vectors)
    standing = Standing(data_dir, encoder)

    def refusal() -> str:
        try:
            standing.searcher()
        except DamagedIndexError as error:
            return str(error)
        return ""

    _until(refusal)
    assert "vectors.faiss: sha256" in refusal()
    standing.close()
