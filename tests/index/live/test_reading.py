"""A command that asks once knows what was added, and a check what of it is damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.build import BuildReport
from index.check import check
from index.live import journal, reading
from index.live.reading import Opened
from index.live.working import OwnWorker
from index.live.writer import Live
from index.standing import Standing
from index.types import Article
from tests.conftest import PASSAGES

Build = Callable[..., BuildReport]


@pytest.fixture
def added(tmp_path: Path, build: Build, articles: list[Article], encoder: Any, extractor: Any) -> Path:
    build(articles[:2], tmp_path)
    standing = Standing(tmp_path, encoder)
    live = Live(tmp_path, standing, OwnWorker(extractor, encoder, PASSAGES))
    live.add(articles[2:])
    live.remove("border")
    live.close()
    standing.close()
    return tmp_path


def test_a_command_knows_what_was_added(added: Path, encoder: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # The versions are those of the fakes, which are not those of the program.
    monkeypatch.setattr(reading._Late, "is_current", lambda *_: True)
    with Opened(added, encoder) as searcher:
        assert set(searcher.sides.store.article_ids()) == {"bridge", "ferry", "copy"}
    with Opened(added) as searcher:
        assert searcher.verify("The ferry carries six hundred people a day").total == 1


def test_a_check_names_a_damaged_record(added: Path) -> None:
    assert check(added) == []
    path = journal.folder_of(added) / "journal"
    whole = path.read_bytes()
    path.write_bytes(whole[:60] + b"?" + whole[61:])
    (fault,) = check(added)
    assert "record 1 at byte 8 is damaged" in fault


def test_a_check_names_a_record_of_another_article(added: Path, articles: list[Article]) -> None:
    records = list(journal.read(added))
    opened = journal.Journal.open(added)
    opened.append([("add", "other", records[0].payload)])
    opened.close()
    (fault,) = check(added)
    assert fault.endswith("record 4 is of another article")
