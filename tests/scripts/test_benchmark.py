from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path

import pytest

from index.corpus import read_articles
from index.errors import QuoteIndexError
from index.evaluation import encoding
from index.types import Article
from scripts import benchmark, seeded

ROOT = Path(__file__).parents[2]

FIGURES = seeded.Figures(
    seeded.Rebuild(1, 42, 1.5, {"extract": 2.0, "embed": 0.456}),
    4.25,
    seeded.Searches(200, 50.0, 12.34, 20.0),
    512.4,
    seeded.Extraction(12, 34567, whole=1.5, parsing=4.0),
    encoding.Encoding(512, 200, encoding.Speed(420.4, 2.04, 3.16), encoding.Speed(105.1, 15.3, 18.96), 0.9812),
)

REPORT = benchmark.Report("Some CPU, 2 cores", "python scripts/benchmark.py", "2026-11-28", FIGURES)


def test_summary_takes_the_first_apart_and_ranks_the_others() -> None:
    times = [99.0, *map(float, range(200, 0, -1))]
    assert seeded.summary(times) == seeded.Searches(200, 99.0, 100.0, 190.0)


def test_questions_are_different_and_of_all_lengths() -> None:
    text = " ".join(f"w{n}" for n in range(300))
    asked = seeded.questions([text], 201)
    assert len(set(asked)) == 201
    assert {len(question.split()) for question in asked[:11]} == set(range(4, 15))


def test_questions_of_too_little_text_are_refused() -> None:
    with pytest.raises(QuoteIndexError, match="201 are needed"):
        seeded.questions(["a few words"], 201)


def test_seeds_give_enough_questions() -> None:
    texts = [article.text for article in read_articles([ROOT / "seeds"]) if isinstance(article, Article)]
    asked = seeded.questions(texts, seeded.SEARCHES + 1)
    assert len(set(asked)) == 201
    assert max(map(len, asked)) <= 2000


def test_printed_figures_name_machine_and_command() -> None:
    assert benchmark.printed(REPORT).splitlines() == [
        "machine   Some CPU, 2 cores",
        "command   python scripts/benchmark.py",
        "rebuild   1 articles, 42 passages: models 1.50, extract 2.00, embed 0.46 (s)",
        "ready     4.25 s from the start of the process",
        "search    p50 12.3 ms, p95 20.0 ms over 200 different questions; the first 50.0 ms",
        "memory    512 MiB resident",
        "extract   12 articles, 34567 characters: 1.50 s of processor time,"
        " 0.38 of what parsing every word takes (4.00 s)",
        "encode    420 texts/s of 38 words, 4.0 times sentence-transformers on torch (105);"
        " one query p50 2.0 ms, p95 3.2 ms (15.3, 19.0); cosine at least 0.981",
    ]


def test_json_file_holds_all_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(seeded, "measure", lambda *_, **__: FIGURES)
    monkeypatch.setattr(benchmark, "machine", lambda: "Some CPU, 2 cores")
    file = tmp_path / "new" / "b.json"
    assert benchmark.main(["--json", str(file)]) == 0
    written = json.loads(file.read_text())
    assert written["extraction"].pop("ratio") == 1.5 / 4.0
    assert written["encoding"].pop("ratios") == {"texts_per_second": 4.0, "query_p50": 7.5, "query_p95": 6.0}
    assert (written.pop("machine"), written.pop("command")) == (REPORT.machine, f"{REPORT.command} --json {file}")
    assert dt.date.fromisoformat(written.pop("day"))
    assert (written.pop("sizes"), written.pop("peers"), written.pop("rungs")) == ([], [], None)
    assert written == json.loads(json.dumps(asdict(FIGURES)))
    assert capsys.readouterr().out.splitlines()[2:] == benchmark.printed(REPORT).splitlines()[2:]


def test_command_is_shown_as_it_was_given(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(benchmark, "measure_sizes", lambda *_: [])
    monkeypatch.setattr(benchmark, "measure_rungs", lambda *_: None)
    assert benchmark.main(["--only", "--size", "10,20", "--rungs", "--vectors", "2000"]) == 0
    shown = "command   python scripts/benchmark.py --size 10,20 --rungs --vectors 2000 --only"
    assert capsys.readouterr().out.splitlines()[1:] == [shown]


def test_peers_are_measured_at_their_own_size_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(benchmark, "measure_sizes", lambda *given: asked.append(given) or [])
    assert benchmark.main(["--only", "--peers", "--txtai", "/some/python"]) == 0
    assert benchmark.main(["--only", "--size", "10"]) == 0
    assert asked == [((100_000,), "/some/python", None), ((10,), None, None)]


def test_files_go_with_table_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "b.json"
    file.write_text(json.dumps(REPORT.payload()), encoding="utf-8")
    assert benchmark.main([str(file)]) == 2
    assert benchmark.main(["--table"]) == 2
    assert benchmark.main(["--table", str(file)]) == 0
    assert capsys.readouterr().out == ("- b.json: `python scripts/benchmark.py` on Some CPU, 2 cores, 2026-11-28\n")


def test_articles_of_the_extraction_are_those_of_the_file_or_of_the_tests(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "a", "text": "It rained."}\n{"id": "b", "text": "It snowed."}\n', encoding="utf-8")
    assert benchmark.extracted(file) == [Article("a", "It rained."), Article("b", "It snowed.")]
    assert len(benchmark.extracted(None)) >= 50


def test_unreadable_article_of_the_extraction_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text('{"id": "a", "text": "It rained."}\n{"id": "b"}\n', encoding="utf-8")
    assert benchmark.main(["--articles", str(file)]) == 1
    assert "a.jsonl:2" in capsys.readouterr().err


def test_extract_times_both_on_the_same_articles() -> None:
    found = seeded.extract([Article("a", "“We lost,” Mara Lind said."), Article("b", "It rained.")])
    assert (found.articles, found.characters) == (2, 36)
    assert min(found.whole, found.parsing) > 0


@pytest.mark.model
def test_measure_builds_serves_and_asks() -> None:
    figures = seeded.measure([ROOT / "seeds"], searches=3)
    assert (figures.rebuild.articles, figures.searches.count) == (1, 3)
    assert figures.rebuild.passages >= 28
    assert figures.extraction.articles == 1
    assert figures.encoding.cosine > 0.97
    assert min(figures.ready, figures.searches.p50, figures.memory, *figures.rebuild.stages.values()) > 0
