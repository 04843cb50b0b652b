"""Articles worked in a child process: here one that does as a text tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import BusyError, QuoteIndexError
from index.live.working import ChildWorker, Refused
from index.types import Article
from tests.conftest import FakeEncoder

PROGRAM = """
import os, pathlib, signal, sys, time
from multiprocessing.connection import Connection
from index.live.worked import article_of

line, folder = Connection(int(sys.argv[1])), pathlib.Path(sys.argv[2])
while not (folder / "begin").exists():
    time.sleep(0.01)
line.send_bytes(b"ready")
for number in range(100):
    article = article_of(line.recv_bytes())
    while article.text != "short" and not (folder / "go on").exists():
        time.sleep(0.01)
    if article.text == "endless":
        os.kill(os.getpid(), signal.SIGPROF)
    if article.text == "huge":
        os._exit(1)
    line.send_bytes(b"-" + f"{article.id} {number}".encode())
"""

Start = Callable[..., ChildWorker]


@pytest.fixture
def start(tmp_path: Path, encoder: FakeEncoder) -> Iterator[Start]:
    started = []

    def make(program: str = PROGRAM, patience: float = 60.0, *, begin: bool = True) -> ChildWorker:
        if begin:
            (tmp_path / "begin").touch()
        started.append(ChildWorker(tmp_path, encoder, patience=patience, program=program))
        return started[-1]

    yield make
    for one in started:
        one.close()


def work(worker: ChildWorker, text: str, id_: str = "it") -> str:
    (answer,) = worker.work([Article(id_, text)])
    assert isinstance(answer, Refused)
    return answer.reason


def test_one_after_another_is_worked_by_one_process(start: Start) -> None:
    worker = start()
    assert [work(worker, "short", id_) for id_ in ("one", "two")] == ["one 0", "two 1"]


def test_who_is_not_waited_for_is_answered_when_sent_again(start: Start, tmp_path: Path) -> None:
    worker = start()
    work(worker, "short")
    worker._patience = 0.05
    with pytest.raises(BusyError, match="it is being worked") as caught:
        work(worker, "slow", "first")
    assert caught.value.seconds == 5
    with pytest.raises(BusyError, match="another article is being worked"):
        work(worker, "short", "second")
    (tmp_path / "go on").touch()
    worker._patience = 60.0
    assert work(worker, "slow", "first") == "first 1"
    assert work(worker, "short", "second") == "second 2"


def test_what_nobody_asks_for_again_is_passed_over(start: Start, tmp_path: Path) -> None:
    worker = start()
    work(worker, "short")
    worker._patience = 0.05
    with pytest.raises(BusyError):
        work(worker, "slow", "first")
    (tmp_path / "go on").touch()
    worker._patience = 60.0
    assert work(worker, "short", "second") == "second 2"


@pytest.mark.parametrize(("text", "reason"), [("endless", "60 s of processor time"), ("huge", "2048 MB of memory")])
def test_a_text_that_takes_too_much_costs_itself_alone(start: Start, tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "go on").touch()
    worker = start()
    assert f"it took more than {reason}" in work(worker, text)
    assert work(worker, "short") == "it 0"


def test_one_that_nobody_waited_for_is_told_why_later(start: Start, tmp_path: Path) -> None:
    worker = start()
    work(worker, "short")
    worker._patience = 0.05
    with pytest.raises(BusyError):
        work(worker, "endless", "first")
    (tmp_path / "go on").touch()
    worker._patience = 60.0
    assert work(worker, "short", "second") == "second 0"
    assert "processor time" in work(worker, "endless", "first")
    assert work(worker, "short", "third") == "third 1"


def test_a_process_that_starts_is_waited_for_by_the_next(start: Start, tmp_path: Path) -> None:
    worker = start(patience=0.05, begin=False)
    with pytest.raises(BusyError, match="is still starting; send it again in 5 seconds"):
        work(worker, "short")
    (tmp_path / "begin").touch()
    worker._patience = 60.0
    assert work(worker, "short") == "it 0"


def test_one_that_cannot_start_is_an_error(start: Start) -> None:
    with pytest.raises(QuoteIndexError, match="did not start"):
        work(start("raise SystemExit(3)"), "short")
