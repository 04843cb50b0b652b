"""A service of its own process that is told to end while it works."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from service import server

SCRIPT = """
import sys, time
from pathlib import Path
from service import Settings, engine, server
engine.LateEncoder._run = lambda self, load: None  # the model is not asked for here
made = server.create_app
def create_app(settings):
    app = made(settings)
    def slow(seconds):
        Path(settings.data, "begun").touch()
        time.sleep(seconds)
        return "done " * 100_000
    app.add_url_rule("/slow/<int:seconds>", view_func=slow)
    return app
server.create_app = create_app
server.serve(Settings(port=0, data=Path(sys.argv[1]), stop_seconds=int(sys.argv[2]), log="off"))
"""


class Service:
    """The process, and one slow request to it whose answer is waited for in a thread."""

    def __init__(self, data: Path, patience: int) -> None:
        root = Path(server.__file__).parents[1]
        self.data = data
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(data), str(patience)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        place = urlsplit(self.process.stdout.readline().split()[-1])
        self.address = (str(place.hostname), int(place.port or 0))
        self.answered: list[Any] = []

    def begin(self, seconds: int) -> threading.Thread:
        waiting = threading.Thread(target=self._ask, args=(seconds,))
        waiting.start()
        while not (self.data / "begun").exists():
            time.sleep(0.01)
        return waiting

    def _ask(self, seconds: int) -> None:
        connection = http.client.HTTPConnection(*self.address, timeout=60)
        try:
            connection.request("GET", f"/slow/{seconds}")
            answer = connection.getresponse()
            self.answered.append((answer.status, answer.read()))
        except (OSError, http.client.HTTPException) as error:
            self.answered.append(error)
        finally:
            connection.close()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path


def served(data: Path, patience: int) -> Iterator[Service]:
    service = Service(data, patience)
    try:
        yield service
    finally:
        service.process.kill()
        service.process.wait(30)
        assert service.process.stdout is not None
        service.process.stdout.close()


@pytest.fixture
def patient(data: Path) -> Iterator[Service]:
    yield from served(data, 60)


@pytest.fixture
def hasty(data: Path) -> Iterator[Service]:
    yield from served(data, 0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_begun_is_answered_and_nothing_more_is_taken(patient: Service, number: signal.Signals) -> None:
    with socket.create_connection(patient.address, timeout=30) as idle:
        waiting = patient.begin(2)
        patient.process.send_signal(number)
        assert idle.recv(1) == b""  # a connection on which nothing is worked is closed
        with pytest.raises(OSError):  # noqa: PT011  refused or reset: nobody listens
            socket.create_connection(patient.address, timeout=30).close()
    waiting.join(30)
    assert patient.answered == [(200, b"done " * 100_000)]
    assert patient.process.wait(30) == 0


def test_what_takes_too_long_is_not_waited_for(hasty: Service) -> None:
    waiting = hasty.begin(600)
    hasty.process.send_signal(signal.SIGTERM)
    assert hasty.process.wait(30) == 0
    waiting.join(30)
    assert isinstance(hasty.answered[0], (OSError, http.client.HTTPException))


def test_a_second_signal_ends_it_at_once(patient: Service) -> None:
    waiting = patient.begin(600)
    while patient.process.poll() is None:
        patient.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
    assert patient.process.returncode == -signal.SIGTERM
    waiting.join(30)
