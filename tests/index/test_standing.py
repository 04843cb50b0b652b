"""A running service takes up a new generation, and never loses the one that answers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from index.build import BuildReport
from index.errors import NoIndexError
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
