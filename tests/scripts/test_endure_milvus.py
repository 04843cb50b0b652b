"""What its clients see, judged; the server itself is killed by the command."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event, Thread

import pytest

from scripts import endure_milvus
from scripts.endure_milvus import LONGEST, Seen
from scripts.endured import Report


class Away(BaseHTTPRequestHandler):
    """Says that it is away, once without saying for how long."""

    said = 0

    def do_GET(self) -> None:
        self.send_response(503)
        if type(self).said:
            self.send_header("Retry-After", "1")
        type(self).said += 1
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def away() -> Iterator[str]:
    Away.said = 0
    with HTTPServer(("127.0.0.1", 0), Away) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _faults(seen: Seen) -> list[str]:
    report = Report()
    endure_milvus._judge(report, seen)
    return report.faults


def test_refusals_that_say_when_to_ask_again_are_no_fault(away: str) -> None:
    seen = Seen()
    assert [endure_milvus._request(away, "search", "/", seen) for _ in range(3)] == [(503, "")] * 3
    seen.ready[503] += 1
    assert seen.statuses == {"search 503": 3}
    assert _faults(seen) == ["503 without Retry-After: search: "]


def test_other_answers_and_long_ones_are_faults() -> None:
    seen = Seen()
    seen.add("search", 500, 0.1, None)
    seen.add("search", 200, LONGEST["search"] + 1, None)
    seen.add("post", 0, 0.1, None)
    assert _faults(seen) == [
        "1 times search 500",
        "1 times post 0",
        "a search took 16.0 s",
        "/readyz never said that the server was away",
    ]


def test_where_nobody_listens_no_answer_is_counted() -> None:
    seen = Seen()
    assert endure_milvus._request("http://127.0.0.1:9", "search", "/", seen) == (0, "")
    assert seen.statuses == {"search 0": 1}


def test_readyz_is_looked_at_until_the_end(away: str) -> None:
    seen, done = Seen(), Event()
    watching = Thread(target=endure_milvus._watch, args=(away, seen, done))
    watching.start()
    while not seen.ready[503]:
        done.wait(0.01)
    done.set()
    watching.join()
    assert set(seen.ready) == {503}
