"""A rebuild killed at any point leaves the old generation, or the whole new one, answering."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.build import BuildReport
from index.check import check
from index.generation import current
from index.queries import Query
from index.searcher import Searcher
from index.types import Article

Build = Callable[..., BuildReport]
ROOT = Path(__file__).parents[2]

KILLED = """
import os, signal, sys
from multiprocessing import active_children
from pathlib import Path
sys.path[:0] = [sys.argv[3], sys.argv[3] + "/tests"]
import conftest
from index import build, copied, generation, lexical, recorder, vectors, wording
from index.workers.processes import Processes

def die(*_, **__):
    print(*(child.pid for child in active_children()), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

def then_die(call):
    def called(*given, **named):
        call(*given, **named)
        die()
    return called

POINTS = {
    "at the first article": lambda: setattr(recorder.Recorder, "add", die),
    "before the store is finished": lambda: setattr(recorder.Recorder, "finish", die),
    "after the store is written": lambda: setattr(recorder.Recorder, "finish", then_die(recorder.Recorder.finish)),
    "in the middle of encoding": lambda: setattr(conftest.FakeEncoder, "encode", die),
    "after the vectors are written": lambda: setattr(vectors.VectorWriter, "save", then_die(vectors.VectorWriter.save)),
    "after the words are written": lambda: setattr(
        lexical.LexicalIndex, "build", staticmethod(then_die(lexical.LexicalIndex.build))
    ),
    "in the middle of the words": lambda: setattr(wording.WordingIndex, "build", die),
    "after the wordings are written": lambda: setattr(
        wording.WordingIndex, "build", staticmethod(then_die(wording.WordingIndex.build))
    ),
    "before the copies are folded": lambda: setattr(copied, "grouped", die),
    "before the manifest is written": lambda: setattr(generation, "seal", die),
    "after the manifest is written": lambda: setattr(generation, "_sync", die),
    "after everything is on the disk": lambda: setattr(generation, "seal", then_die(generation.seal)),
    "before CURRENT is replaced": lambda: setattr(os, "replace", die),
    "after CURRENT is replaced": lambda: setattr(os, "replace", then_die(os.replace)),
    "after the switch, before old ones are removed": lambda: setattr(
        generation, "switch", then_die(generation.switch)
    ),
}
worked = conftest.marked_articles()
beside = sys.argv[4] == "beside"
build.WORTH_A_HAND = 1
POINTS[sys.argv[2]]()
build.rebuild(
    [article for article, _ in worked],
    Path(sys.argv[1]),
    extractor=conftest.FakeExtractor({article.id: found for article, found in worked}),
    encoder=conftest.FakeEncoder(),
    passages=conftest.PASSAGES,
    full=not beside,
    mapper=Processes(2) if beside else None,
)
"""
OLD = [
    "at the first article",
    "before the store is finished",
    "after the store is written",
    "in the middle of encoding",
    "after the vectors are written",
    "after the words are written",
    "in the middle of the words",
    "after the wordings are written",
    "before the copies are folded",
    "before the manifest is written",
    "after the manifest is written",
    "after everything is on the disk",
    "before CURRENT is replaced",
]
BESIDE = [
    "at the first article",
    "before the store is finished",
    "after the store is written",
    "in the middle of encoding",
    "after the vectors are written",
    "before the copies are folded",
    "before the manifest is written",
    "before CURRENT is replaced",
]
NEW = ["after CURRENT is replaced", "after the switch, before old ones are removed"]


def _kill(data: Path, point: str, how: str = "full") -> list[int]:
    """Give the processes that were beside the one that was killed."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(data), point, str(ROOT), how], capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    return [int(process) for process in done.stdout.split()]


def _is_gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _articles_on_record(data: Path, encoder: Any) -> set[str]:
    with Searcher.open(data, encoder) as searcher:
        hits = searcher.search(Query("ferry", limit=100)).hits
        return {id_ for hit in hits for id_ in (hit.article.id, *hit.also_in)}


@pytest.mark.parametrize("point", OLD + NEW)
def test_a_rebuild_killed_at_a_point_leaves_a_whole_generation_and_the_next_one_succeeds(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path, point: str
) -> None:
    before = build(articles[:2], tmp_path).generation
    _kill(tmp_path, point)
    assert (current(tmp_path).name == before) == (point in OLD)
    assert check(tmp_path) == []
    everything = {"bridge", "border", "ferry", "copy"}
    assert _articles_on_record(tmp_path, encoder) == ({"bridge", "border"} if point in OLD else everything)

    answering = current(tmp_path).name
    after = build(articles, tmp_path).generation
    assert _articles_on_record(tmp_path, encoder) == everything
    assert sorted(folder.name for folder in (tmp_path / "generations").iterdir()) == [answering, after]


@pytest.mark.parametrize("point", BESIDE)
def test_a_rebuild_killed_while_another_process_works_beside_it_leaves_the_old_generation_and_no_process(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path, point: str
) -> None:
    before = build(articles[:2], tmp_path).generation
    (other,) = _kill(tmp_path, point, "beside")
    until = time.monotonic() + 20
    while not _is_gone(other) and time.monotonic() < until:
        time.sleep(0.02)
    assert _is_gone(other)
    assert (current(tmp_path).name, check(tmp_path)) == (before, [])
    build(articles, tmp_path)
    assert _articles_on_record(tmp_path, encoder) == {"bridge", "border", "ferry", "copy"}


@pytest.mark.parametrize("point", ["after the store is written", "before CURRENT is replaced"])
def test_a_first_rebuild_that_was_killed_leaves_no_index_and_no_obstacle(
    build: Build, articles: list[Article], tmp_path: Path, point: str
) -> None:
    _kill(tmp_path, point)
    assert not (tmp_path / "CURRENT").exists()
    name = build(articles, tmp_path).generation
    assert [folder.name for folder in (tmp_path / "generations").iterdir()] == [name]
