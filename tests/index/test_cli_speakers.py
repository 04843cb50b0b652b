"""Speakers over articles from end to end: files → `attributed rebuild` with a speakers.toml → `attributed speakers`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index import cli, rebuild_command

GENERAL = "“The border is quiet tonight,” said Tariq Khan, a retired general.\n\n“It was not last week,” Khan said.\n"
ANALYST = "“War comes in winter,” said Tariq Khan, an analyst.\n"
MAYOR = "“The ferry is free,” said Imran Khan, the mayor.\n\n“It stays free,” Khan said.\n"
LAWYER = "“We appeal on Friday,” said Tariq Khan, a lawyer.\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, encoder: Any, tmp_path: Path) -> Run:
    monkeypatch.setattr(rebuild_command, "encoder", lambda _: encoder)
    monkeypatch.setenv("ATTRIBUTED_DATA", "data")
    monkeypatch.chdir(tmp_path)
    rows = [{"id": f"{number}", "text": text} for number, text in enumerate((GENERAL, ANALYST, MAYOR, LAWYER))]
    Path("news.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")

    def run_command(*argv: str) -> tuple[int, str, str]:
        status = cli.main(argv)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run_command


def _quoted(run: Run, name: str) -> tuple[str, list[tuple[str, str | None, str]]]:
    """Id of a speaker; article, role and words of every quotation."""
    status, out, err = run("speakers", name, "--json")
    assert status == 0, err
    found = json.loads(out)
    rows = [
        (hit["article"]["id"], hit["quotation"]["speaker"]["role"], hit["quotation"]["text"]) for hit in found["hits"]
    ]
    assert {hit["quotation"]["speaker"]["id"] for hit in found["hits"]} == {found["speaker"]["id"]}
    return found["speaker"]["id"], sorted(rows)


def test_one_person_of_three_articles_is_one_and_the_other_khan_is_another(run: Run) -> None:
    status, out, _ = run("rebuild", "news.jsonl")
    assert (status, ", 2 speakers, " in out) == (0, True)
    assert _quoted(run, "Tariq Khan") == (
        "tariq-khan",
        [
            ("0", "a retired general", "It was not last week,"),
            ("0", "a retired general", "The border is quiet tonight,"),
            ("1", "an analyst", "War comes in winter,"),
            ("3", "a lawyer", "We appeal on Friday,"),
        ],
    )
    assert [row[0] for row in _quoted(run, "imran-khan")[1]] == ["2", "2"]
    status, _, err = run("speakers", "Khan")
    assert (status, "may be any of Imran Khan (imran-khan), Tariq Khan (tariq-khan); ask by id" in err) == (1, True)


def test_the_users_file_splits_and_adds_at_the_next_rebuild(run: Run) -> None:
    run("rebuild", "news.jsonl")
    Path("data/speakers.toml").write_text(
        '[[speaker]]\nname = "Tariq Khan"\naliases = ["the old soldier"]\n\n'
        '[[split]]\nname = "Tariq Khan"\narticle = "3"\nid = "tariq-khan-lawyer"\nas = "Tariq Khan (lawyer)"\n\n'
        '[[speaker]]\nname = "Zoe Ray"\n',
        "utf-8",
    )
    status, out, _ = run("rebuild", "news.jsonl")
    assert status == 0
    assert "4 articles (4 unchanged)" in out
    assert out.splitlines()[-1] == (
        "warning: data/speakers.toml:11: nobody on record goes by 'Zoe Ray'; the entry waits for them"
    )
    assert [row[0] for row in _quoted(run, "the old soldier")[1]] == ["0", "0", "1"]
    assert [row[0] for row in _quoted(run, "tariq khan (lawyer)")[1]] == ["3"]
    listed = run("speakers", "--json")[1]
    assert run("rebuild", "news.jsonl", "--full")[0] == 0
    assert json.loads(run("speakers", "--json")[1])["speakers"] == json.loads(listed)["speakers"]


def test_a_faulty_line_fails_the_rebuild_and_is_named(run: Run) -> None:
    run("rebuild", "news.jsonl")
    current = Path("data/CURRENT").read_bytes()
    Path("who.toml").write_text('[[speaker]]\nname = "Tariq Khan"\nalias = ["x"]\n', "utf-8")
    status, out, err = run("rebuild", "news.jsonl", "--speakers", "who.toml")
    assert (status, out) == (1, "")
    assert err == (
        "attributed: who.toml:3: 'alias' is not known in [[speaker]]; name, id, aliases, roles, kind, join are\n"
    )
    assert Path("data/CURRENT").read_bytes() == current
