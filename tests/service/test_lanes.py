"""Exports in a lane of their own: who reads nothing of one holds up nobody."""

from __future__ import annotations

import http.client
import io
import json
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from index.queries import Export, Exported, Filters
from service import lanes, server

Listening = Callable[[Flask], AbstractContextManager[int]]


@pytest.mark.parametrize(
    ("path", "export"),
    [
        ("/api/search.csv", True),
        ("/under/a/prefix/api/quotations.jsonl", True),
        ("/api/speakers/émine/quotations.csv", True),
        ("/api/search", False),
        ("/api/search.atom", False),
        ("/api/articles/table.csv", False),
        ("/articles/search.csv", False),
    ],
)
def test_an_export_is_told_by_its_path(path: str, export: bool) -> None:
    assert lanes.is_export(SimpleNamespace(path=path)) is export


@pytest.mark.parametrize(
    ("method", "path", "writing"),
    [
        ("POST", "/api/articles", True),
        ("DELETE", "/api/articles/https://example.org//a\nb", True),
        ("DELETE", "/under/a/prefix/api/articles/one", True),
        ("GET", "/api/articles/one", False),
        ("POST", "/api/verify", False),
    ],
)
def test_what_adds_waits_for_threads_of_its_own(method: str, path: str, writing: bool) -> None:
    request = SimpleNamespace(command=method, path=path, error=None)
    assert lanes.is_writing(request) is writing
    made = lanes.Lanes()  # without threads whatever is given waits
    channel = SimpleNamespace(requests=[request])
    made.add_task(channel)
    assert (list(made.writers.queue), list(made.others.queue)) == (([channel], []) if writing else ([], [channel]))


@pytest.fixture
def endless(holder: Any) -> Exported:
    """Everything on record is so much that no socket holds it: some 40 MB."""
    one = next(holder.standing.everything(Filters()).quotations)

    def many() -> Iterator[Exported]:
        for _ in range(50_000):
            yield one

    holder.standing.everything = lambda *_, **__: Export(50_000, "g", None, many())
    return one  # type: ignore[no-any-return]


def asked(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=30)
    client.sendall(b"GET /api/quotations.jsonl HTTP/1.1\r\nHost: x\r\n\r\n")
    return client


def answered(client: socket.socket) -> http.client.HTTPResponse:
    answer = http.client.HTTPResponse(client)
    answer.begin()
    return answer


@pytest.mark.usefixtures("endless")
def test_clients_that_read_nothing_hold_up_neither_others_nor_each_other(
    app: Flask, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "cores", lambda: 1)
    with listening(app) as port, ExitStack() as stack:
        waiting = [stack.enter_context(asked(port)) for _ in range(4)]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/api/search?q=x")
        assert connection.getresponse().status == 200
        connection.close()
        # What they left lying is all there when they read it at last, to the last line.
        for client in waiting:
            assert answered(client).read().count(b"\n") == 50_000


@pytest.mark.usefixtures("endless")
def test_one_export_too_many_is_told_when_to_ask_again(
    app: Flask, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "LONGEST", 2)
    with listening(app) as port:
        with asked(port) as first, asked(port) as second:
            assert answered(first).status == answered(second).status == 200
            with asked(port) as third:
                refused = answered(third)
                assert (refused.status, refused.headers["Retry-After"]) == (503, "10")
                assert refused.headers["Content-Type"] == "application/problem+json"
                assert json.loads(refused.read())["detail"] == "2 exports are under way; ask again in 10 seconds"
        for _ in range(100):  # the closed ones are seen as soon as the loop looks at them
            with asked(port) as again:
                if answered(again).status == 200:
                    break
            time.sleep(0.05)
        else:
            pytest.fail("the place of a client that went is never given to another")


@pytest.mark.usefixtures("endless")
def test_what_a_client_has_taken_is_held_no_longer(
    app: Flask, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []
    write_soon = server._Channel.write_soon

    def watched(channel: Any, data: Any) -> Any:
        files = [one.getfile() for one in channel.outbufs if one.buf is not None]
        held.append(sum(len(file.getvalue()) for file in files if isinstance(file, io.BytesIO)))
        return write_soon(channel, data)

    monkeypatch.setattr(server._Channel, "write_soon", watched)
    with listening(app) as port, asked(port) as client:
        body = answered(client).read()
    assert len(body) > 8 * lanes.LET_GO
    assert max(held) < 2 * lanes.LET_GO
