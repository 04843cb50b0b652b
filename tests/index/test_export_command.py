from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import cli, exports
from index.queries import Filters, Query
from index.searcher import Searcher

Run = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def run(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, encoder: Any, data_dir: Path
) -> Run:
    monkeypatch.setattr("index.encoder.default_encoder", lambda _: encoder)

    def run_command(*argv: object) -> tuple[int, bytes, str]:
        status = cli.main(["export", "--data", str(data_dir), *map(str, argv)])
        printed = capsysbinary.readouterr()
        return status, printed.out, printed.err.decode()

    return run_command


@pytest.fixture
def searcher(data_dir: Path, encoder: Any) -> Iterator[Searcher]:
    with Searcher.open(data_dir, encoder) as opened:
        yield opened


def test_export_prints_everything_on_record_as_csv(run: Run, searcher: Searcher) -> None:
    status, out, err = run("--link-base", "https://quotes.example/")
    assert (status, err) == (0, "")
    expected = exports.csv_chunks(
        searcher.everything(Filters()).quotations, "https://quotes.example/quotations/".__add__, ranked=False
    )
    assert out == b"".join(expected)
    assert len(list(csv.reader(io.StringIO(out.decode("utf-8-sig"), newline="")))) == 11


def test_export_links_by_the_path_alone_where_no_base_is_given(run: Run) -> None:
    _, out, _ = run()
    rows = csv.DictReader(io.StringIO(out.decode("utf-8-sig"), newline=""))
    assert all(row["link"] == f"/quotations/{row['quotation_id']}" for row in rows)


def test_export_takes_the_filters(run: Run) -> None:
    status, out, _ = run(
        *("--format", "jsonl", "--speaker", "River Council", "--kind", "indirect", "--source", "Herald"),
        *("--from", "2026-02-20", "--to", "2026-02-20"),
    )
    assert status == 0
    assert [json.loads(line)["article"]["id"] for line in out.splitlines()] == ["border"]


def test_export_takes_what_articles_say_of_themselves(run: Run) -> None:
    for option, value in (("--author", "Ada Holm"), ("--section", "Harbour"), ("--agency", "AP")):
        status, out, _ = run("--format", "jsonl", option, value)
        assert (status, out) == (0, b"")


def test_export_of_a_question_prints_all_that_it_finds(run: Run, searcher: Searcher) -> None:
    status, out, _ = run("free ferry ticket", "--format", "jsonl", "--per-speaker", 1)
    assert status == 0
    expected = searcher.matches(Query("free ferry ticket", per_speaker=1))
    assert out == b"".join(exports.json_chunks(expected.quotations, ranked=True))
    assert [json.loads(line)["rank"] for line in out.splitlines()] == list(range(1, 7))


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--format", "atom"], "'atom' is not one of 'csv', 'jsonl'"),
        (["--sort", "date"], "--today are about a QUESTION; give one"),
        ([" "], "QUESTION is blank"),
        (["--from", "2026-03-02", "--to", "2026-03-01"], "lies after to"),
        (["--from", "yesterday"], "'yesterday' does not match the format"),
        (["--kind", "said"], "'said' is not one of"),
        (["--speaker", ""], "speaker is blank"),
    ],
)
def test_wrong_usage_exits_2_and_prints_no_row(run: Run, argv: list[str], message: str) -> None:
    status, out, err = run(*argv)
    assert (status, out) == (2, b"")
    assert message in err


def test_an_unknown_speaker_exits_1_and_prints_no_row(run: Run) -> None:
    status, out, err = run("--speaker", "Tarik Kan")
    assert (status, out) == (1, b"")
    assert "Tariq Khan" in err


def test_without_an_index_the_command_that_makes_one_is_named(run: Run, tmp_path: Path) -> None:
    status, out, err = run("--data", tmp_path / "nothing")
    assert (status, out) == (1, b"")
    assert "attributed rebuild" in err
