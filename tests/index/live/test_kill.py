"""A writer killed at any point: what was acknowledged is there once, what was not is there whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.build import BuildReport
from index.check import check
from index.live import journal
from index.live.working import OwnWorker
from index.live.writer import Live
from index.standing import Standing
from index.types import Article
from tests.conftest import PASSAGES

Build = Callable[..., BuildReport]
ROOT = Path(__file__).parents[3]

KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [sys.argv[3], sys.argv[3] + "/tests"]
import conftest
from index.live import additions, folding, journal, parts, writer
from index.live.working import OwnWorker
from index.standing import Standing

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def then_die(call):
    def called(*given, **named):
        call(*given, **named)
        die()
    return called

POINTS = {
    "before anything is written": lambda: setattr(journal.Journal, "append", die),
    "before it is on the disk": lambda: setattr(os, "fdatasync", die),
    "once it is on the disk": lambda: setattr(os, "fdatasync", then_die(os.fdatasync)),
    "while it is taken in": lambda: setattr(parts.Part, "made", die),
    "before the answer": lambda: setattr(additions.Additions, "snapshot", die),
    "before the journal is compacted": lambda: setattr(journal.Journal, "compact", die),
    "before the compacted one takes its place": lambda: setattr(os, "replace", die),
    "once it has": lambda: setattr(os, "replace", then_die(os.replace)),
}
worked = conftest.marked_articles()
data, encoder = Path(sys.argv[1]), conftest.FakeEncoder()
extractor = conftest.FakeExtractor({article.id: found for article, found in worked})
articles = {article.id: article for article, _ in worked}
live = writer.Live(data, Standing(data, encoder), OwnWorker(extractor, encoder, conftest.PASSAGES))
live.add([articles["border"]])
live.remove("bridge")
if "compacted" in sys.argv[2] or sys.argv[2] == "once it has":
    folding.fold(data, extractor, encoder, conftest.PASSAGES)
    POINTS[sys.argv[2]]()
    live._look()
POINTS[sys.argv[2]]()
live.add([articles["ferry"]])
"""
NOT_THERE = ["before anything is written"]
EITHER = ["before it is on the disk"]
THERE = ["once it is on the disk", "while it is taken in", "before the answer"]
COMPACTING = ["before the journal is compacted", "before the compacted one takes its place", "once it has"]


@pytest.mark.parametrize("point", NOT_THERE + EITHER + THERE + COMPACTING)
def test_a_writer_killed_at_a_point_loses_nothing_that_was_acknowledged(
    build: Build, articles: list[Article], encoder: Any, extractor: Any, tmp_path: Path, point: str
) -> None:
    build(articles[:1], tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), point, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert check(tmp_path) == []
    standing = Standing(tmp_path, encoder)
    live = Live(tmp_path, standing, OwnWorker(extractor, encoder, PASSAGES))
    ids = live.searcher().sides.store.article_ids()
    expected = {"border", "ferry"} if point in THERE else {"border"}
    assert len(ids) == len(set(ids))
    assert set(ids) == expected or (point in EITHER and set(ids) == {"border", "ferry"})
    # And the next one is taken.
    (again,) = live.add([articles[2]])
    assert again.status == ("unchanged" if "ferry" in ids else "added")
    assert not (journal.folder_of(tmp_path) / "parts").exists()
    live.close()
    standing.close()
