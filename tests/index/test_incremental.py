"""A rebuild that works only what changed writes, row for row, what a full one writes."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import random
import sqlite3
from collections.abc import Callable, Sequence
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.build import BuildReport, PassageMaker
from index.check import check
from index.content import content_hash
from index.generation import current
from index.recorder import Recorder
from index.searcher import Filters, Query, Searcher
from index.store import Store
from index.types import Article, Attribution, Passage
from index.vectors import RUNGS, Rung, VectorWriter, numbers_of, open_vectors
from index.workers.processes import Processes

Build = Callable[..., BuildReport]


@pytest.fixture
def many(articles: list[Article], extractor: Any) -> list[Article]:
    """Every article three times under other ids; a dull one without quotations beside each."""
    made = []
    for number in range(3):
        for article in articles:
            id_ = f"{article.id}-{number}"
            extractor.known[id_] = tuple(
                dataclasses.replace(one, quotation=dataclasses.replace(one.quotation, article_id=id_))
                for one in extractor.known[article.id]
            )
            made += [dataclasses.replace(article, id=id_), Article(f"dull-{id_}", "Nobody said a word.")]
    return made


def _rows(data: Path) -> list[str]:
    with sqlite3.connect(current(data).store) as db:
        lines = list(db.iterdump())
    db.close()
    return lines


def _vectors(data: Path) -> tuple[list[int], Any]:
    with contextlib.closing(Store(current(data).store)) as store:
        index = open_vectors(current(data).vectors, store.rows())
    return index.ids().tolist(), index.vectors(index.ids())


def _answers(data: Path, encoder: Any) -> list[object]:
    queries = [
        Query(text, filters, limit=100, mode=mode)  # type: ignore[arg-type]
        for text in ("ferry crossing", "What did Khan say about the war of attrition?", "tonight")
        for filters in (Filters(), Filters(sources=("Gazette",)))
        for mode in ("hybrid", "semantic", "lexical")
    ]
    with Searcher.open(data, encoder) as searcher:
        answers = [searcher.search(query) for query in queries]
        found = searcher.verify("The ferry carries six hundred people a day")
    answered = [(one.total, one.answered, one.understood, one.hits, one.bearing) for one in answers]
    return [*answered, found.total, found.matches]


class Wider:
    """The fake encoder with one dimension more, which codes divide evenly."""

    def __init__(self, fake: Any) -> None:
        self.name, self.fingerprint, self.dimension = fake.name, fake.fingerprint, fake.dimension + 1
        self._fake = fake

    def encode(self, texts: Sequence[str]) -> Any:
        return np.pad(self._fake.encode(texts), ((0, 0), (0, 1)))


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: f"from {rung.at}")
def test_any_run_of_changes_comes_to_the_store_vectors_and_answers_of_a_full_rebuild(
    build: Build, many: list[Article], encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rung: Rung
) -> None:
    encoder = Wider(encoder)
    build = functools.partial(build, encoder=encoder)
    rungs = (dataclasses.replace(rung, at=0),)
    monkeypatch.setattr(VectorWriter.__init__, "__defaults__", (rungs,))
    monkeypatch.setattr(open_vectors, "__defaults__", (rungs,))
    monkeypatch.setattr("index.embedding.COPY_BATCH", 4)
    chance = random.Random(11)
    some = many[:15]
    build(some, tmp_path / "steps")
    reused = 0
    for step in range(12):
        for _ in range(chance.randrange(3)):
            some.pop(chance.randrange(len(some)))
        for _ in range(chance.randrange(3)):
            at = chance.randrange(len(some))
            some[at] = dataclasses.replace(some[at], source=f"Paper {step}")
        there = {article.id for article in some}
        for article in [one for one in many if one.id not in there][: chance.randrange(4)]:
            some.insert(chance.randrange(len(some) + 1), article)
        if step % 5 == 4:
            chance.shuffle(some)
        report = build(some, tmp_path / "steps")
        full = build(some, tmp_path / "full", full=True)
        reused += report.reused
        assert dataclasses.replace(full, generation="", seconds={}, reused=0) == dataclasses.replace(
            report, generation="", seconds={}, reused=0
        )
        assert _rows(tmp_path / "steps") == _rows(tmp_path / "full"), step
        assert content_hash(current(tmp_path / "steps")) == content_hash(current(tmp_path / "full")), step
        ids, vectors = _vectors(tmp_path / "steps")
        same_ids, same_vectors = _vectors(tmp_path / "full")
        assert ids == same_ids
        assert np.array_equal(vectors, same_vectors)
        assert _answers(tmp_path / "steps", encoder) == _answers(tmp_path / "full", encoder)
    assert reused > 90
    assert check(tmp_path / "steps") == []
    assert numbers_of(current(tmp_path / "steps").vectors).exists() == (rung.finder != "flat")


def test_a_process_beside_this_one_makes_no_difference(
    build: Build, many: list[Article], extractor: Any, encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.build.WORTH_A_HAND", 1)
    build(many, tmp_path / "steps")
    changed = [*many[:2], dataclasses.replace(many[2], title="Anew"), *many[3:16], *many[18:]]
    extractor.asked.clear()
    report = build(changed, tmp_path / "steps", mapper=Processes(2))
    assert (report.reused, extractor.asked) == (21, [])  # another process was asked
    build(changed, tmp_path / "full", full=True)
    assert _rows(tmp_path / "steps") == _rows(tmp_path / "full")
    assert content_hash(current(tmp_path / "steps")) == content_hash(current(tmp_path / "full"))
    assert _answers(tmp_path / "steps", encoder) == _answers(tmp_path / "full", encoder)
    assert check(tmp_path / "steps") == []
    assert active_children() == []


def test_where_it_fails_nothing_is_left_of_what_was_begun(
    build: Build, many: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.build.WORTH_A_HAND", 1)
    before = build(many, tmp_path).generation
    monkeypatch.setattr(Recorder, "finish", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build(many[1:], tmp_path, mapper=Processes(2))
    assert [folder.name for folder in (tmp_path / "generations").iterdir()] == [before]
    assert active_children() == []


def test_unchanged_neighbours_are_copied_at_one_stroke(
    build: Build, many: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(many, tmp_path)
    added: list[str] = []
    kept: list[tuple[int, int, int]] = []
    add, finish = Recorder.add, Recorder.finish

    def adding(self: Recorder, article: Article, *given: Any, **named: Any) -> None:
        added.append(article.id)
        add(self, article, *given, **named)

    def finishing(self: Recorder, *given: Any, **named: Any) -> None:
        finish(self, *given, **named)
        kept.extend(self.kept)

    monkeypatch.setattr(Recorder, "add", adding)
    monkeypatch.setattr(Recorder, "finish", finishing)
    changed = [*many[:2], dataclasses.replace(many[2], title="Anew"), *many[3:16], *many[18:]]
    report = build(changed, tmp_path)
    assert (report.reused, added) == (21, ["border-0"])
    # bridge-0 has rows 1 to 4, border-0 5 to 7; bridge-2, rows 21 to 24, is gone.
    assert kept == [(1, 1, 4), (8, 8, 13), (21, 25, 6)]


def test_an_encoder_that_changed_works_every_vector_but_no_row(
    build: Build, many: list[Article], encoder: Any, extractor: Any, tmp_path: Path
) -> None:
    build(many, tmp_path)
    before = _rows(tmp_path)
    encoder.fingerprint = "0" * 64
    encoder.asked.clear()
    extractor.asked.clear()
    build(many, tmp_path)
    assert (len(encoder.asked), extractor.asked) == (9, [])
    assert _rows(tmp_path) == before


def test_passages_of_another_version_are_made_anew_and_no_row_is_copied(
    build: Build, many: list[Article], extractor: Any, encoder: Any, tmp_path: Path
) -> None:
    def bare(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
        return tuple(Passage(one, one.quotation.spans[0], one.quotation.text) for one in attributions)

    build(many, tmp_path / "steps")
    extractor.asked.clear()
    other = PassageMaker("other", bare)
    build(many, tmp_path / "steps", passages=other)
    assert extractor.asked == []
    build(many, tmp_path / "full", passages=other)
    assert _rows(tmp_path / "steps") == _rows(tmp_path / "full")
