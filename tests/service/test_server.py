"""Over real sockets: what waitress itself answers, and the line that says where it listens."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from waitress.task import ThreadedTaskDispatcher

from service import SettingsError, server

Listening = Callable[[Flask], AbstractContextManager[int]]


@pytest.fixture
def port(app: Flask, listening: Listening) -> Iterator[int]:
    with listening(app) as port:
        yield port


def raw(port: int, request: bytes) -> tuple[int, dict[str, str], Any]:
    """Status, headers and JSON of the answer to the bytes of a request."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        connection.sendall(request)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, dict(answer.getheaders()), json.loads(answer.read())


def test_server_answers_over_http(port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/speakers/%C3%A9mine-%C5%9Fahin", timeout=30) as answer:
        assert json.load(answer)["name"] == "Émine Şahin"
        assert answer.headers["Server"] == "attributed"


@pytest.mark.usefixtures("port")
def test_request_that_waits_for_a_thread_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    without_threads = ThreadedTaskDispatcher()
    without_threads.add_task(object())
    assert (len(without_threads.queue), caplog.records) == (1, [])


@pytest.mark.parametrize(
    ("request_", "status", "detail"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 270_000 + b"\r\n\r\n", 431, "exceeds max_header of 262144"),
        (b"NONSENSE\r\n\r\n", 400, "the request cannot be read: Start line is invalid"),
        (b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "the path holds NUL (%00); leave it out"),
        (
            b"GET /api/speakers/\xed\xa0\x80 HTTP/1.1\r\nHost: x\r\n\r\n",
            400,
            "send HTTP/1.1 with a percent-encoded address",
        ),
        (b"GET /api/speakers/%ED%A0%80 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "the path is not UTF-8"),
        (b"GET /api/search?q=\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400, "send HTTP/1.1 with a percent-encoded address"),
        (b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", 413, "exceeds max_body of 16777216"),
    ],
)
def test_what_is_refused_before_any_view_has_the_one_shape(
    port: int, request_: bytes, status: int, detail: str
) -> None:
    answered, headers, problem = raw(port, request_)
    assert answered == status == problem["status"]
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-Id"])
    assert list(problem) == ["type", "title", "status", "detail"]
    assert detail in problem["detail"]


def test_client_that_never_ends_its_request_is_given_up(
    app: Flask, monkeypatch: pytest.MonkeyPatch, listening: Listening
) -> None:
    monkeypatch.setattr(server, "REQUEST_SECONDS", 1)
    monkeypatch.setattr(server, "CLEANUP_SECONDS", 1)
    with listening(app) as port, socket.create_connection(("127.0.0.1", port), timeout=0.2) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        given_up = False
        for _ in range(100):
            try:
                connection.sendall(b"x")
                given_up = connection.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                given_up = True
            break
        assert given_up


def test_taken_port_is_one_clear_error(port: int, app: Flask) -> None:
    with pytest.raises(
        SettingsError, match=rf"cannot listen on 127.0.0.1:{port}: .*in use; choose another --host or --port"
    ):
        server.listen(app, "127.0.0.1", port)


def test_address_brackets_what_has_colons() -> None:
    assert server.address("127.0.0.1", 8080) == "http://127.0.0.1:8080"
    assert server.address("::1", 80) == "http://[::1]:80"


def test_serve_says_where_it_listens_and_ends_on_sigterm(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from service import Settings, server, engine\n"
        "engine.LateEncoder._run = lambda self, load: None\n"  # the model is not asked for here
        "server.serve(Settings(port=0, data=Path(sys.argv[1])))\n"
    )
    root = Path(server.__file__).parents[1]
    started = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    with started, started.stdout:
        line = started.stdout.readline()
        where = line.rpartition(" ")[2].strip()
        assert line == f"attributed: serving {tmp_path} on {where}\n"
        with urllib.request.urlopen(f"{where}/livez", timeout=30) as answer:
            assert json.load(answer) == {"status": "alive"}
        started.send_signal(signal.SIGTERM)
        assert started.wait(30) == 0
        assert started.stdout.read() == ""
