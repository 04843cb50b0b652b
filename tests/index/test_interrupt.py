"""Ctrl-C in the middle of a rebuild: it ends at once and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from index.build import BuildReport
from index.check import check
from index.generation import current
from index.types import Article

Build = Callable[..., BuildReport]
ROOT = Path(__file__).parents[2]

ENDLESS = """
import contextlib, os, sys, time
from pathlib import Path
sys.path[:0] = [{root!r}, {root!r} + "/tests"]
import conftest
from index import cli, rebuild_command
from index.types import Article
from index.workers.processes import Processes

class Endless:
    version = "endless"
    def extract(self, articles):
        for article in articles:
            Path({data!r}, f"at-work-{{os.getpid()}}").touch()
            time.sleep(600)
            yield ()

if __name__ == "__main__":
    rebuild_command.read_articles = lambda *_: (Article(str(n), "We stay.") for n in range(1000))
    rebuild_command.extractor = Endless
    rebuild_command.mapper = lambda *_given, **_named: contextlib.nullcontext(Processes(2, worth_starting=1))
    rebuild_command.encoder = lambda _: conftest.FakeEncoder()
    sys.exit(cli.main(["rebuild", "--data", {data!r}]))
"""


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_interrupted_rebuild_ends_its_processes_and_leaves_the_old_index_and_no_obstacle(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    before = build(articles[:2], tmp_path).generation
    program = tmp_path / "endless.py"
    program.write_text(ENDLESS.format(root=str(ROOT), data=str(tmp_path)), "utf-8")
    # A terminal's Ctrl-C goes to the whole group.
    running = subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        _wait_until(lambda: len(list(tmp_path.glob("at-work-*"))) == 2)
        workers = [int(path.name.rpartition("-")[2]) for path in tmp_path.glob("at-work-*")]
        assert all(map(_is_there, workers))
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate(timeout=120)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        with running:
            pass  # its pipes are closed, and it is waited for, where the test ends early too
    assert (running.returncode, out) == (130, "")
    assert [line for line in err.splitlines() if not line.startswith("read: ")] == ["attributed: interrupted"]
    assert not any(map(_is_there, workers))
    assert [folder.name for folder in (tmp_path / "generations").iterdir()] == [before]
    assert current(tmp_path).name == before
    assert check(tmp_path) == []
    assert build(articles, tmp_path).articles == 4
