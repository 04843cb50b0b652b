"""Additions are folded into a generation without the files of its articles; the journal keeps articles alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.build import BuildReport
from index.check import check
from index.generation import current
from index.live import journal
from index.live.folding import Folding, fold
from index.live.working import OwnWorker
from index.live.writer import Live
from index.standing import Standing
from index.types import Article
from tests.conftest import PASSAGES
from tests.index.live.conftest import answers

Build = Callable[..., BuildReport]


@pytest.fixture
def live(tmp_path: Path, build: Build, many: list[Article], encoder: Any, extractor: Any) -> Any:
    build(many[:24], tmp_path)
    standing = Standing(tmp_path, encoder)
    made = Live(tmp_path, standing, OwnWorker(extractor, encoder, PASSAGES))
    yield made
    made.close()
    standing.close()


def test_a_fold_answers_as_before_and_works_nothing_again(
    live: Live, tmp_path: Path, many: list[Article], encoder: Any, extractor: Any
) -> None:
    live.add(many[24:])
    live.remove(many[1].id)
    live.remove(many[31].id)
    before = answers(live.searcher())
    extractor.asked.clear()
    report = fold(tmp_path, extractor, encoder, PASSAGES)
    assert extractor.asked == []
    assert (report.articles, report.reused) == (38, 23)
    searcher = live.searcher()
    assert searcher.generation == report.generation
    assert answers(searcher) == before
    assert check(tmp_path) == []


def test_what_comes_while_a_fold_runs_stays_added(
    live: Live, tmp_path: Path, many: list[Article], encoder: Any, extractor: Any
) -> None:
    live.add(many[24:30])
    extractor.version = "fake 2"  # so that the fold asks for something

    class Meanwhile:
        version = extractor.version

        def extract(self, articles: Any) -> Any:
            live.add(many[30:])
            live.remove(many[24].id)
            return extractor.extract(articles)

    fold(tmp_path, Meanwhile(), encoder, PASSAGES)
    assert current(tmp_path).read_manifest().journal == 6
    searcher = live.searcher()
    assert searcher.generation.endswith("Z+17")
    assert set(searcher.sides.store.article_ids()) == {one.id for one in many} - {many[24].id}


def test_the_journal_is_compacted_and_stays_a_source(
    live: Live, tmp_path: Path, many: list[Article], encoder: Any, extractor: Any, build: Build
) -> None:
    for article in many[24:28]:
        live.add([article])
    live.remove(many[25].id)
    live.remove(many[1].id)
    path = journal.folder_of(tmp_path) / "journal"
    before = path.stat().st_size
    fold(tmp_path, extractor, encoder, PASSAGES)
    live._look()
    assert path.stat().st_size < before / 2
    kept = [(record.number, record.operation, record.id) for record in journal.read(tmp_path)]
    assert kept == [
        (1, "add", many[24].id),
        (3, "add", many[26].id),
        (4, "add", many[27].id),
        (5, "remove", many[25].id),
        (6, "remove", many[1].id),
    ]
    assert live.add([many[28]])[0].status == "added"
    build(many[:2], tmp_path)
    ids = set(live.searcher().sides.store.article_ids())
    assert ids == {many[0].id, many[24].id, many[26].id, many[27].id, many[28].id}


def test_folding_is_due_by_number_and_by_age(tmp_path: Path) -> None:
    folding = Folding(tmp_path, None, articles=10, seconds=60)
    assert [folding.due(9, 59), folding.due(10, 0), folding.due(1, 60), folding.due(0, 1000)] == [
        False, True, True, False,
    ]  # fmt: skip
