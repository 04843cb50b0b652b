from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest

from index.evaluation import commands

ROOT = Path(__file__).parents[3]


class Nothing:
    version = "nothing"

    def extract(self, articles: Any) -> Any:
        for _ in articles:
            yield ()


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(
        json.dumps(
            {"id": "a", "text": "“One two,” he said.", "quotes": [{"start": 1, "end": 9, "speaker_text": "he"}]}
        ),
        encoding="utf-8",
    )
    return path


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch, encoder: Any) -> None:
    monkeypatch.setattr(commands, "SieveExtractor", Nothing)
    monkeypatch.setattr(commands, "default_encoder", lambda: encoder)


def test_attribution_prints_the_table_and_the_first_errors(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["attribution", str(gold), "--errors", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "direct span P/R/F1                         (0.0, 0.0, 0.0)"
    assert lines[10:] == ["missed    a" + " " * 40 + "gold='he' predicted=None", "          'One two'"]


def test_attribution_json_is_the_table(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["attribution", str(gold), "--json"]) == 0
    table = json.loads(capsys.readouterr().out)
    assert table["direct e2e P/R/F1"] == [0.0, 0.0, 0.0]
    assert table["gold direct segments / reported"] == [1, 0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.toml").write_text(
        "form = 'curly marks'\ntext = '“One two,” he said.'\n"
        "[[quotation]]\ntext = 'One two,'\nkind = 'direct'\nmention = 'he'\n",
        encoding="utf-8",
    )
    return tmp_path


def test_articles_prints_figures_forms_and_faults(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["articles", str(folder), "--by-form", "--errors"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "direct span P                              0.0"
    assert any(line.startswith("curly marks ") for line in lines)
    assert "  a: gold='he' predicted=None 'One two'" in lines


def test_articles_json_is_the_figures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["articles", str(folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["direct e2e F1"] == 0.0
    assert commands.main(["articles", str(folder), "--json", "--by-form"]) == 0
    assert json.loads(capsys.readouterr().out)["forms"]["curly marks"]["direct span R"] == 0.0


def test_articles_pins_and_lowers_only_when_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    floors = folder / "floors.toml"
    assert commands.main(["articles", str(folder), "--pin"]) == 0
    assert '"direct span F1" = 0\n' in floors.read_text(encoding="utf-8")
    before = '"direct span F1" = 50\n'
    floors.write_text(before, encoding="utf-8")
    assert commands.main(["articles", str(folder), "--pin"]) == 1
    assert "direct span F1: 0, its floor is 50" in capsys.readouterr().err
    assert floors.read_text(encoding="utf-8") == before
    assert commands.main(["articles", str(folder), "--pin", "--lower"]) == 0
    assert '"direct span F1" = 0\n' in floors.read_text(encoding="utf-8")
    assert commands.main(["articles", str(folder), "--lower"]) == 2


def test_articles_of_a_folder_without_any_fails_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["articles", str(tmp_path)]) == 1
    assert re.fullmatch(r"evaluate\.py: folder .* holds no article \(\.toml\)\n", capsys.readouterr().err)


@pytest.fixture
def asked(folder: Path) -> Path:
    path = folder / "questions"
    path.mkdir()
    for name, published, question in (
        ("tune", "a = 2026-01-01", 'text = "one"\nclass = "plain"\nanswers = ["a 1: One two"]'),
        ("report", "", 'text = "three"\nclass = "far"'),
    ):
        text = f"[published]\n{published}\n\n[[question]]\n{question}\n"
        (path / f"{name}.toml").write_text(text, encoding="utf-8")
    return path


def test_questions_prints_figures_curve_and_faults_of_tune(
    folder: Path, asked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["questions", str(asked), "--articles", str(folder)]
    assert commands.main([*given, "--split", "tune", "--curve", "--errors"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "hybrid    all" + " " * 20 + "1           0.0           0.0           0.0             -" in lines
    assert "misses" + " " * 20 + "100.0" in lines
    assert "   5        -" in lines
    assert lines[-2].startswith("nDCG@10 0.00 plain, ")
    assert lines[-1].endswith("tune.toml:4: one")
    assert lines[-1].startswith("miss, bearing -1.000, plain, ")


def test_questions_json_is_rankings_answered_and_curve(
    folder: Path, asked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["questions", str(asked), "--articles", str(folder), "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)
    assert whole["rankings"]["lexical"]["all"]["questions"] == 1
    assert (whole["answered"]["area"], whole["answered"]["false alarms"]) == (0.5, 0.0)
    assert whole["curve"]["0"] == 100.0


def test_questions_pins_and_lowers_only_when_told(
    folder: Path, asked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, floors = ["questions", str(asked), "--articles", str(folder), "--pin"], asked / "floors.toml"
    assert commands.main(given) == 0
    assert '"tune hybrid ndcg@10" = 0\n' in floors.read_text(encoding="utf-8")
    floors.write_text('"tune misses" = 50\n', encoding="utf-8")
    assert commands.main(given) == 1
    assert "tune misses: 100, its ceiling is 50" in capsys.readouterr().err
    assert commands.main([*given, "--lower"]) == 0
    assert '"tune misses" = 100\n' in floors.read_text(encoding="utf-8")
    assert commands.main(["questions", "--lower"]) == 2


def test_missing_gold_fails_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert commands.main(["attribution", str(tmp_path / "gone")]) == 1
    assert re.fullmatch(r"evaluate\.py: gold file .*gone cannot be read: .*\n", capsys.readouterr().err)


def test_retrieval_of_a_folder_without_a_collection_fails_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["retrieval", str(tmp_path)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("name", sorted(commands.evaluate.commands))
def test_measure_has_help_and_is_documented_in_the_readme(name: str) -> None:
    command = commands.evaluate.commands[name]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert command.help
    assert f"`python scripts/evaluate.py {name}" in readme
    assert all(option.help for option in command.params if isinstance(option, click.Option))
