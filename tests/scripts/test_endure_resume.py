from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from index.build import BuildReport
from index.types import Article
from scripts import endure_resume


def test_made_articles_are_written_paragraphs_and_no_two_are_alike(tmp_path: Path) -> None:
    path = tmp_path / "made.jsonl"
    characters = endure_resume.write_mixed(path, 40, seed=3)
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert characters == sum(len(row["text"]) for row in rows)
    assert len({row["text"] for row in rows}) == len({row["id"] for row in rows}) == 40
    assert all(4 <= len(row["text"].split("\n\n")) <= 14 for row in rows)
    assert endure_resume.write_mixed(tmp_path / "again.jsonl", 40, seed=3) == characters


def test_contents_tell_two_indexes_apart(
    build: Callable[..., BuildReport], articles: list[Article], tmp_path: Path
) -> None:
    for name, given in (("one", articles), ("two", articles), ("less", articles[:3])):
        build(given, tmp_path / name)
    assert endure_resume._contents(tmp_path / "one") == endure_resume._contents(tmp_path / "two")
    assert endure_resume._contents(tmp_path / "one") != endure_resume._contents(tmp_path / "less")


def test_nothing_is_kept_where_no_rebuild_was_cut_off(tmp_path: Path) -> None:
    assert endure_resume.kept_of(tmp_path) == {"articles": 0, "passages": 0}
