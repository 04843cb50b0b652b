from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from index import cli, rebuild_command
from index.build import PassageMaker
from index.content import content_hash
from index.generation import current
from index.types import Article, Attribution, Passage, Quotation, Speaker

ROOT = Path(__file__).parents[2]
MAYOR = Speaker("ana-diaz", "Ana Diaz", "person", (), ("the mayor",))
PAGE = (
    "<html><body><article><p>{}</p><p>“We stay,” said Ana Diaz, the mayor of the old town on the river.</p></article>"
)
LONG = (
    "The council met for three hours on Friday and came to no end, while the square before the hall filled with people."
)


class Marks:
    """Gives whatever stands in curly marks to the mayor; reads two articles ahead, as a batching parser does."""

    version = "marks 1"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        ahead: list[Article] = []
        for article in articles:
            ahead.append(article)
            if len(ahead) > 2:
                yield self._of(ahead.pop(0))
        for article in ahead:
            yield self._of(article)

    def _of(self, article: Article) -> tuple[Attribution, ...]:
        spans = (article.span(*match.span(1)) for match in re.finditer("“([^”]+)”", article.text))
        return tuple(Attribution(Quotation(article.id, "direct", (span,)), MAYOR, "marks", 1.0) for span in spans)


def passages(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
    return tuple(
        Passage(one, article.span(one.quotation.start, one.quotation.end), one.quotation.text) for one in attributions
    )


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run_command(*argv: object) -> tuple[int, str, str]:
        status = cli.main([str(argument) for argument in argv])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run_command


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch, encoder: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(rebuild_command, "extractor", Marks)
    monkeypatch.setattr(rebuild_command, "encoder", lambda _: encoder)
    monkeypatch.setattr("index.build.default_passages", lambda: PassageMaker("words 1", passages))
    monkeypatch.delenv("ATTRIBUTED_DATA", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "a.txt").write_text("“The bridge stays shut,” she said.", encoding="utf-8")
    (folder / "b.jsonl").write_text('{"id": "b1", "text": "“The ferry runs.”"}\n{broken\n', encoding="utf-8")
    return folder


# Wrong usage


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["nonsense"], "No such command 'nonsense'"),
        (["ask"], "Missing argument 'QUESTION'"),
        (["ask", " "], "QUESTION is blank; give 1 to 2000 characters"),
        (["ask", "x" * 2001], "QUESTION has 2001 characters; at most 2000"),
        (["ask", "x", "--limit", "0"], "0 is not in the range 1<=x<=100"),
        (["ask", "x", "--limit", "101"], "101 is not in the range 1<=x<=100"),
        (["ask", "x", "--speaker", ""], "--speaker is blank"),
        (["ask", "x", "--per-speaker", "0"], "0 is not in the range 1<=x<=100"),
        (["ask", "x", "--sort", "rank"], "'rank' is not one of 'relevance', 'date'"),
        (["ask", "caf\udce9"], "QUESTION holds NUL or half a surrogate pair"),
        (["speakers", ""], "NAME is blank"),
        (["serve", "--port", "65536"], "65536 is not in the range"),
        (["extract"], "Missing argument 'FILE...'"),
        (["rebuild", "--nonsense"], "No such option"),
        (["watch", "https://me:word@news.test/"], "https://news.test/: files and folders alone are followed"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_is_wrong(run: Run, argv: list[str], message: str) -> None:
    status, out, err = run(*argv)
    assert status == 2
    assert out == ""
    assert message in err


# rebuild


def test_rebuild_names_what_it_sets_aside_and_closes_with_counts(run: Run, source: Path, tmp_path: Path) -> None:
    status, out, err = run("rebuild", source, "--data", tmp_path / "data")
    assert status == 0
    assert f"set aside: {source}/b.jsonl:2: broken JSON at column 2" in err
    assert err.count("set aside") == 1
    assert "extract: 2 of 2\n" in err
    assert "embed: 2 of 2\n" in err
    assert re.match(
        r"generation \S+: 2 articles \(0 unchanged\), 2 quotations \(2 attributed\), 1 speaker, 2 passages, 1 set aside"
        r"\n"
        r"\d+\.\d s \(extract \d+\.\d, embed \d+\.\d, words \d+\.\d, publish \d+\.\d\)\n\Z",
        out,
    )


def test_rebuild_again_works_only_what_changed_unless_full(run: Run, source: Path) -> None:
    run("rebuild", source)
    assert "2 articles (2 unchanged)" in run("rebuild", source)[1]
    assert "2 articles (0 unchanged)" in run("rebuild", source, "--full")[1]


def test_rebuild_strict_fails_names_the_fault_and_switches_nothing(run: Run, source: Path) -> None:
    run("rebuild", source)
    current = Path("var/CURRENT").read_bytes()
    status, out, err = run("rebuild", source, "--strict")
    assert (status, out) == (1, "")
    assert f"{source}/b.jsonl:2" in err
    assert "nothing is switched" in err.splitlines()[-1]
    assert Path("var/CURRENT").read_bytes() == current


def test_rebuild_names_file_and_line_of_an_id_that_comes_again_with_another_text(run: Run, tmp_path: Path) -> None:
    rows = tmp_path / "same.jsonl"
    rows.write_text('{"id": "1", "text": "“One.”"}\n{"id": "1", "text": "“Two.”"}\n', encoding="utf-8")
    status, out, err = run("rebuild", rows)
    assert status == 0
    assert f"set aside: {rows}:2: the id '1' stood with another text before; give each its own\n" in err
    assert "1 article (0 unchanged)" in out
    assert "1 set aside" in out


def test_rebuild_of_a_missing_source_fails_in_one_line_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    assert run("rebuild", tmp_path / "gone") == (
        1,
        "",
        f"attributed: there is no file or folder {tmp_path}/gone; check the name\n",
    )
    assert not Path("var").exists()


def test_rebuild_without_sources_reads_seeds(run: Run) -> None:
    status, _, err = run("rebuild")
    assert (status, err) == (1, "attributed: there is no file or folder seeds; check the name\n")


def test_rebuild_of_no_article_leaves_the_index_as_it_was(run: Run, source: Path, tmp_path: Path) -> None:
    run("rebuild", source)
    current = Path("var/CURRENT").read_bytes()
    empty = tmp_path / "empty"
    empty.mkdir()
    status, _, err = run("rebuild", empty)
    assert status == 1
    assert "no article could be read" in err
    assert Path("var/CURRENT").read_bytes() == current


# ask, speakers


def test_ask_prints_the_quotation_with_its_speaker(run: Run, data_dir: Path) -> None:
    status, out, _ = run("ask", "ferry people", "--limit", 1, "--data", data_dir)
    assert status == 0
    assert out.startswith(
        " 1. “The ferry carries six hundred people a day”\n    — Imran Khan, the mayor of Lodora (direct)\n"
    )


def test_ask_json_is_the_answer_of_the_service(run: Run, data_dir: Path, encoder: Any) -> None:
    status, out, _ = run("ask", "ferry people", "--json", "--limit", 2, "--data", data_dir)
    assert status == 0
    given = json.loads(out)
    assert " ".join(given) == "question answered total took_ms generation understood facets hits"
    assert [hit["rank"] for hit in given["hits"]] == [1, 2]
    assert given["hits"][0]["quotation"]["speaker"]["id"] == "imran-khan"


def test_ask_speaker_filters(run: Run, data_dir: Path) -> None:
    _, out, _ = run("ask", "ferry", "--speaker", "Ilmar", "--json", "--data", data_dir)
    assert {hit["quotation"]["speaker"]["id"] for hit in json.loads(out)["hits"]} == {"siobhan-ilmar"}


def test_ask_bounds_the_hits_of_one_speaker_and_lists_by_date(run: Run, data_dir: Path) -> None:
    _, out, _ = run("ask", "ferry", "--per-speaker", 1, "--json", "--data", data_dir)
    speakers = [hit["quotation"]["speaker"]["id"] for hit in json.loads(out)["hits"] if hit["quotation"]["speaker"]]
    assert len(speakers) == len(set(speakers)) == 5
    _, out, _ = run("ask", "ferry", "--sort", "date", "--json", "--data", data_dir)
    dates = [hit["article"]["date"] for hit in json.loads(out)["hits"]]
    assert dates == ["2026-03-01", "2026-03-01", "2026-01-10"], "the newest first"


def test_ask_guesses_relative_to_today_and_not_what_is_ignored(run: Run, data_dir: Path) -> None:
    asked = ["ask", "What did Imlar say last month?", "--json", "--data", data_dir]
    _, out, _ = run(*asked, "--today", "2026-02-11")
    understood = json.loads(out)["understood"]
    assert (understood["from"], understood["to"], understood["searched"]) == ("2026-01-01", "2026-01-31", "")
    assert understood["corrections"] == [{"given": "Imlar", "taken": "Ilmar"}]
    _, out, _ = run(*asked, "--ignore", "spelling", "--ignore", "dates")
    understood = json.loads(out)["understood"]
    assert (understood["speakers"], understood["from"], understood["guesses"]) == ([], None, [])


@pytest.mark.parametrize("wrong", [("--ignore", "names"), ("--today", "yesterday"), ("--today", "1776-07-04")])
def test_ask_with_a_wrong_guess_or_day_is_wrong_usage(run: Run, data_dir: Path, wrong: tuple[str, str]) -> None:
    status, out, err = run("ask", "ferry", "--data", data_dir, *wrong)
    assert (status, out) == (2, "")
    assert wrong[1] in err


def test_ask_of_an_unknown_speaker_fails_with_the_nearest(run: Run, data_dir: Path) -> None:
    status, out, err = run("ask", "ferry", "--speaker", "Siobhan Ilmor", "--data", data_dir)
    assert (status, out) == (1, "")
    assert re.fullmatch(
        r"attributed: no speaker is known as 'Siobhan Ilmor'; the nearest names are: Siobhán Ilmar.*\n", err
    )


def test_data_folder_may_come_from_the_environment(run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTRIBUTED_DATA", str(data_dir))
    assert run("ask", "ferry")[0] == 0


@pytest.mark.parametrize("argv", [["ask", "x"], ["speakers"], ["speakers", "Khan"], ["check"], ["serve"]])
def test_without_an_index_one_line_names_the_command_that_makes_one(run: Run, argv: list[str]) -> None:
    status, out, err = run(*argv)
    assert (status, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "attributed rebuild" in err


def test_speakers_lists_all_most_quoted_first(run: Run, data_dir: Path) -> None:
    status, out, _ = run("speakers", "--data", data_dir)
    assert status == 0
    assert out.splitlines()[0].split()[:2] == ["3", "imran-khan"]
    listed = json.loads(run("speakers", "--json", "--data", data_dir)[1])
    assert listed["total"] == len(listed["speakers"]) == len(out.splitlines())


def test_speakers_of_one_name_prints_every_quotation(run: Run, data_dir: Path) -> None:
    status, out, _ = run("speakers", "tariq-khan", "--data", data_dir)
    assert status == 0
    assert out.startswith("Tariq Khan (tariq-khan, person): 2 quotations in 1 article\n")
    assert "A war of attrition" in out
    assert "The ceasefire holds" in out
    listed = json.loads(run("speakers", "tariq-khan", "--json", "--data", data_dir)[1])
    assert listed["total"] == len(listed["hits"]) == 2
    assert listed["speaker"]["id"] == "tariq-khan"


def test_speakers_goes_through_all_pages(run: Run, tmp_path: Path) -> None:
    rows = tmp_path / "many.jsonl"
    rows.write_text(
        "".join(json.dumps({"id": f"{n}", "text": f"“Word {n}.”"}) + "\n" for n in range(230)), encoding="utf-8"
    )
    run("rebuild", rows)
    listed = json.loads(run("speakers", "ana-diaz", "--json")[1])
    assert [hit["rank"] for hit in listed["hits"]] == list(range(1, 231))


# extract


def test_extract_prints_one_line_an_article_in_order(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Nothing said.", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(
        '{"id": "b1", "text": "x “Two.” “Three.”"}\n{"id": "b2", "text": "y"}\n', encoding="utf-8"
    )
    (tmp_path / "c.html").write_text(PAGE.format(LONG), encoding="utf-8")
    status, out, err = run("extract", "a.txt", "b.jsonl", "c.html")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [line["id"][:2] for line in lines] == ["a-", "b1", "b2", "c-"]
    assert [[quote["text"] for quote in line["quotes"]] for line in lines] == [[], ["Two.", "Three."], [], ["We stay,"]]
    assert ["text" in line for line in lines] == [False, False, False, True]
    quote = lines[3]["quotes"][0]
    assert lines[3]["text"][quote["start"] : quote["end"]] == "We stay,"


def test_extract_prints_what_comes_before_an_unreadable_article_then_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text(
        '{"id": "1", "text": "“One.”"}\n{"id": "2"}\n{"id": "3", "text": "z"}\n', encoding="utf-8"
    )
    status, out, err = run("extract", "b.jsonl")
    assert status == 1
    assert [json.loads(line)["id"] for line in out.splitlines()] == ["1"]
    assert err == 'attributed: b.jsonl:2: no "text"; a line needs "id" and "text"\n'


@pytest.mark.parametrize(("name", "message"), [("gone.txt", "there is no file"), (".", "is a folder")])
def test_extract_of_a_wrong_file_fails_before_anything_is_printed(
    run: Run, tmp_path: Path, name: str, message: str
) -> None:
    (tmp_path / "a.txt").write_text("“One.”", encoding="utf-8")
    status, out, err = run("extract", "a.txt", name)
    assert (status, out) == (1, "")
    assert message in err


# check, serve


def test_check_of_a_whole_index_finds_nothing(run: Run, data_dir: Path) -> None:
    status, out, err = run("check", "--data", data_dir)
    assert (status, err) == (0, "")
    assert out == f"{data_dir}: no fault found\ncontent {content_hash(current(data_dir))}\n"


def test_check_of_a_damaged_index_prints_a_line_a_fault_and_exits_1(run: Run, data_dir: Path) -> None:
    (file,) = data_dir.glob("generations/*/vectors.faiss")
    file.write_bytes(file.read_bytes()[:-1])
    status, out, err = run("check", "--data", data_dir)
    assert status == 1
    assert str(file) in out
    assert re.fullmatch(
        rf"attributed: \d+ faults? in {re.escape(str(data_dir))}; run `attributed rebuild --full`\n", err
    )


def test_serve_starts_the_service_with_what_was_given(
    run: Run, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Any] = []
    server = SimpleNamespace(serve=started.append)
    real = importlib.import_module
    monkeypatch.setattr(importlib, "import_module", lambda name: server if name == "service.server" else real(name))
    config = data_dir / "attributed.toml"
    config.write_text(f"data = '{data_dir}'\nport = 8\nhost = '::1'\n")
    assert run("serve", "--port", 9, "--config", config)[0] == 0
    (settings,) = started
    assert (settings.host, settings.port, settings.data) == ("::1", 9, data_dir)


def test_serve_names_a_wrong_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTRIBUTED_PROT", "80")
    assert run("serve") == (
        1,
        "",
        "attributed: ATTRIBUTED_PROT in the environment is no setting; the nearest is ATTRIBUTED_PORT\n",
    )


# What goes wrong


def failing(error: BaseException) -> Callable[[Path], object]:
    def fail(_data: Path) -> object:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (OSError(28, "No space left on device"), 1, "OSError: [Errno 28] No space left on device"),
        (RuntimeError("odd\nthing"), 1, "RuntimeError: odd thing; ATTRIBUTED_DEBUG=1 shows where"),
        (RuntimeError(), 1, "RuntimeError: no reason given"),
    ],
)
def test_failure_is_one_line_and_no_traceback(
    run: Run, source: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, status: int, message: str
) -> None:
    monkeypatch.setattr(rebuild_command, "encoder", failing(error))
    found, out, err = run("rebuild", source)
    assert (found, out) == (status, "")
    assert len(err.splitlines()) == 1
    assert message in err


def test_unforeseen_failure_shows_where_when_asked(run: Run, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuild_command, "encoder", failing(RuntimeError("odd")))
    monkeypatch.setenv("ATTRIBUTED_DEBUG", "1")
    with pytest.raises(RuntimeError, match="odd"):
        run("rebuild", source)


def test_closed_pipe_is_quiet() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "index.cli", "--help"], stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_commands_load_no_model_before_they_need_one() -> None:
    heavy = ("torch", "faiss", "spacy", "nltk", "tantivy", "trafilatura")
    code = f"import sys, index.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"
