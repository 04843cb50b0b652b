"""A small made index measured in every way, with vectors that only look random. No time is asserted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from index import payloads
from index.queries import GUESSES, MAX_VALUES, Filters, Query
from index.searcher import Searcher
from scripts import filtered, peers, readme_tables, sized
from scripts.benchmark import Report, known_articles
from scripts.fakes import RandomEncoder

SIZE = 400
EFFORT = sized.Effort(4, 8, filtered.Effort(2, 4, 2), verified=4, staged=2, encoded=50)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> sized.Built:
    return sized.build(SIZE, known_articles(), RandomEncoder(), tmp_path_factory.mktemp("sized"), 50)


@pytest.fixture(scope="module")
def measured(built: sized.Built) -> sized.Sized:
    return sized.measure(built, known_articles(), EFFORT)


@pytest.fixture
def truth(built: sized.Built) -> Iterator[filtered.Truth]:
    opened = filtered.Truth(built.data, built.encoder)
    yield opened
    opened.close()


def page(built: sized.Built, filters: Filters) -> dict[str, Any]:
    with Searcher.open(built.data, built.encoder) as searcher:
        answer = searcher.search(Query("a bridge", filters=filters, limit=10, mode="semantic", ignore=GUESSES))
        found: dict[str, Any] = json.loads(json.dumps(payloads.answer(answer)))
        return found


def test_every_filter_is_measured_and_loses_nothing(measured: sized.Sized) -> None:
    assert measured.passages == SIZE
    assert measured.unfiltered.latency.count == 2
    assert {name.split()[0] for name in measured.filters} == {"speaker", "source", "days"}
    assert {name.split()[1] for name in measured.filters} == {"0.01%", "0.1%", "1%", "10%", "50%"}
    for name, one in measured.filters.items():
        assert (one.full, one.exact, one.checked) == (1, 1, 2), name
    assert measured.filters["days 50%"].rows >= SIZE / 2


def test_the_ceiling_is_of_the_questions_asked_together(measured: sized.Sized) -> None:
    assert measured.ceiling.count == measured.together.count == 8
    assert "by" in sized.printed(measured)


def test_tables_are_made_of_what_was_written(measured: sized.Sized, tmp_path: Path) -> None:
    report = Report("Some CPU", "python scripts/benchmark.py --size 400", "2026-11-28", sizes=(measured,))
    file = tmp_path / "400.json"
    file.write_text(json.dumps(report.payload()), encoding="utf-8")
    parts = readme_tables.tables([readme_tables.read(file)]).split("\n\n")
    assert parts[0] == "- 400.json: `python scripts/benchmark.py --size 400` on Some CPU, 2026-11-28"
    assert parts[1].startswith("| passages | 400 |\n| --- | --- |\n| start to `/readyz` | ")
    assert [line.split(" | ")[1] for line in parts[2].splitlines()[2:]] == [
        "all", "0.01 %", "0.1 %", "1 %", "10 %", "50 %"
    ]  # fmt: skip


def test_the_page_that_is_served_is_exact(built: sized.Built, truth: filtered.Truth) -> None:
    source, _ = built.corpus.counted["source"].most_common(1)[0]
    answer = page(built, Filters(sources=(source,)))
    assert truth.right([answer], {"source": [source]}) == 1


@pytest.mark.parametrize("fault", ["short", "twice", "another", "swapped"])
def test_a_page_with_a_fault_is_not_exact(built: sized.Built, truth: filtered.Truth, fault: str) -> None:
    answer = page(built, Filters())
    hits = answer["hits"]
    assert truth.right([answer], {}) == 1
    if fault == "short":
        hits.pop()
    elif fault == "twice":
        hits[1] = hits[0]
    elif fault == "another":
        source, _ = built.corpus.counted["source"].most_common(1)[0]
        known = {hit["quotation"]["id"] for hit in hits}
        others = page(built, Filters(sources=(source,)))["hits"]
        hits[-1] = next(hit for hit in reversed(others) if hit["quotation"]["id"] not in known)
    else:
        hits[0], hits[-1] = hits[-1], hits[0]
    assert truth.right([answer], {}) == 0


def test_rows_under_a_filter_are_those_that_were_counted(built: sized.Built, truth: filtered.Truth) -> None:
    for name, (parameters, rows) in filtered.narrowed(built.corpus).items():
        assert len(truth.allowed(parameters)) == rows, name


def test_a_filter_of_too_many_values_is_left_out() -> None:
    counted = {
        "speaker": Counter({f"s{number}": 1 for number in range(200)}),
        "source": Counter({"a": 150, "b": 50}),
        "day": Counter({"2020-01-01": 40, "2020-01-02": 60, "2020-01-03": 100}),
    }
    corpus: Any = SimpleNamespace(size=200, counted=counted)
    found = filtered.narrowed(corpus, [0.1, 0.5])
    assert list(found) == ["speaker 10%", "source 10%", "days 10%", "source 50%", "days 50%"]
    assert len(found["speaker 10%"][0]["speaker"]) == 20 <= MAX_VALUES
    assert found["source 50%"] == ({"source": ["b"]}, 50)
    assert found["days 10%"] == ({"since": "2020-01-02", "until": "2020-01-02"}, 60)


def test_days_before_the_middle_are_taken_where_those_behind_are_too_few() -> None:
    counts = Counter({"2020-01-01": 40, "2020-01-02": 1, "2020-01-03": 1})
    corpus: Any = SimpleNamespace(size=42, counted={"speaker": counts, "source": counts, "day": counts})
    assert filtered.narrowed(corpus, [0.5])["days 50%"][0] == {"since": "2020-01-01", "until": "2020-01-03"}


def test_peers_have_the_passages_and_vectors_of_the_index(built: sized.Built, tmp_path: Path) -> None:
    import sqlite3

    import numpy as np

    peers.prepare(built.data, tmp_path)
    with sqlite3.connect(tmp_path / "passages.db") as db:
        rows = db.execute("SELECT id, text, speaker, source, day FROM passage ORDER BY id").fetchall()
    db.close()
    assert len(rows) == len(np.load(tmp_path / "vectors.npy")) == SIZE
    assert all(all(row) for row in rows)


@pytest.mark.model
def test_peers_are_asked_the_same(built: sized.Built) -> None:
    found = peers.measure(built, known_articles(), "/bin/false", peers.Effort(2, 8, 3))
    assert [one.name for one in found.peers] == ["attributed", "floor", "naive"]
    assert found.missing == {"txtai": "not installed"}
    assert [(one.alone.count, one.together.count, one.filtered.count) for one in found.peers] == [(2, 8, 3)] * 3
    assert [one.full for one in found.peers[:2]] == [1, 1]
    assert "not installed" in peers.printed(found)
    report = Report("Some CPU", "python", "2026-11-28", peers=(found,))
    table = readme_tables.tables([{"file": "a.json", **json.loads(json.dumps(report.payload()))}])
    assert table.splitlines()[-1].startswith("| txtai, hybrid | not installed |")


def test_a_page_that_a_guess_narrows_further_is_not_counted() -> None:
    def answer(hits: int, *guesses: str) -> dict[str, Any]:
        return {"hits": [{}] * hits, "understood": {"guesses": list(guesses)}}

    assert filtered.full([answer(10), answer(3, "dates")], 50) == 1
    assert filtered.full([answer(10), answer(3)], 50) == 0.5
    assert filtered.full([answer(3)], 3) == 1
