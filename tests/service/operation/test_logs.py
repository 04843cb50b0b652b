from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from index import keys
from service import Settings, create_app
from service.operation import logs

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What stands in for standard error; the loggers are put back as they were."""
    monkeypatch.setattr(logs, "_log", None)
    root, *named = (logging.getLogger(name) for name in ("root", "index", "service"))
    handlers, levels = root.handlers[:], [one.level for one in (root, *named)]
    yield io.StringIO()
    root.handlers = handlers
    for one, level in zip((root, *named), levels, strict=True):
        one.setLevel(level)


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    logs.configure("json", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def served(holder: object, **given: object) -> Flask:
    return create_app(Settings(**given), encoder=object(), holder=holder, testing=True)  # type: ignore[arg-type]


def test_a_request_is_one_line_without_its_question(client: FlaskClient, lines: Lines) -> None:
    answer = client.get("/api/search?q=who+struck+first&limit=2")
    (line,) = lines()
    assert line.pop("ms") > 0
    assert re.fullmatch(r"2\d{3}-\d\d-\d\dT[\d:.]+Z", line.pop("timestamp"))
    assert line == {
        "event": "request",
        "level": "info",
        "request_id": answer.headers["X-Request-ID"],
        "method": "GET",
        "path": "/api/search",
        "status": 200,
        "bytes": len(answer.data),
        "address": "127.0.0.1",
    }


def test_question_is_logged_and_address_left_out_where_told_to(holder: object, lines: Lines) -> None:
    client = served(holder, log_addresses=False, log_questions=True).test_client()
    client.get("/api/search?q=who+struck%0Afirst")
    (line,) = lines()
    assert line["question"] == "who struck�first"
    assert "address" not in line


def test_key_is_named_by_its_id_alone(holder: object, tmp_path: Path, lines: Lines, stream: io.StringIO) -> None:
    key, text = keys.add(tmp_path, "desk", ["read"])
    served(holder, data=tmp_path).test_client().get("/api/speakers", headers={"Authorization": f"Bearer {text}"})
    assert lines()[0]["key"] == key.id
    assert text.rpartition("_")[2] not in stream.getvalue()


@pytest.mark.parametrize("given", ["a", "0f3b.Z_-9", "x" * 64])
def test_id_that_a_request_came_with_goes_back(client: FlaskClient, lines: Lines, given: str) -> None:
    answer = client.get("/api/none", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given == lines()[0]["request_id"]


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a;b", "é", "<script>"])
def test_id_that_is_not_well_formed_is_not_taken(client: FlaskClient, given: str) -> None:
    first, second = (client.get("/api/speakers", headers={"X-Request-ID": given}) for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first.headers["X-Request-ID"])
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


@given(st.text())
def test_whatever_a_path_holds_is_one_line(text: str) -> None:
    for shown in (logs._shown(text), logs._shown(text * 300)):
        assert len(shown) <= logs.LONGEST
        assert shown.isprintable()


def test_path_is_logged_as_it_was_sent(client: FlaskClient, lines: Lines, stream: io.StringIO) -> None:
    client.get("/api/speakers/a%0Ab%1B%5B31m%20%C3%A9")
    assert lines()[0]["path"] == "/api/speakers/a%0Ab%1B%5B31m%20%C3%A9"
    assert len(stream.getvalue().splitlines()) == 1


def test_health_and_assets_are_logged_where_they_fail(client: FlaskClient, holder: Any, lines: Lines) -> None:
    for address in ("/livez", "/readyz", "/static/style.css"):
        client.get(address).close()
    assert lines() == []
    holder.fault = OSError("gone")
    client.get("/readyz")
    client.get("/static/none.css")
    assert [line["status"] for line in lines() if line["event"] == "request"] == [503, 404]


def test_what_nobody_foresaw_is_found_by_its_id(client: FlaskClient, holder: Any, lines: Lines) -> None:
    holder.fault = KeyError("nobody foresaw this")
    answer = client.get("/api/search?q=secret+question", headers={"X-Request-ID": "found-by-this"})
    assert answer.status_code == 500
    assert answer.json is not None
    assert answer.json["request_id"] == answer.headers["X-Request-ID"] == "found-by-this"
    failed, line = lines()
    assert (failed["level"], failed["event"]) == ("error", "GET /api/search failed")
    assert failed["request_id"] == line["request_id"] == "found-by-this"
    assert failed["exception"].startswith("Traceback")
    assert "nobody foresaw this" in failed["exception"]
    assert (line["level"], line["status"]) == ("error", 500)
    assert "secret" not in json.dumps(failed)


def test_console_shows_a_traceback_without_values(client: FlaskClient, holder: Any, stream: io.StringIO) -> None:
    logs.configure("console", stream)
    holder.fault = KeyError("nobody foresaw this")
    client.get("/api/search?q=secret+question")
    written = stream.getvalue()
    assert "Traceback (most recent call last)" in written
    assert "secret" not in written
    assert "\x1b" not in written


def test_console_line_is_read_at_a_glance(client: FlaskClient, stream: io.StringIO) -> None:
    logs.configure("console", stream)
    client.get("/api/speakers", headers={"X-Request-ID": "one"})
    assert re.fullmatch(
        r"\S+ \[info +\] request +request_id=one method=GET path=/api/speakers status=200 address=127.0.0.1"
        r" bytes=\d+ ms=[\d.]+\n",
        stream.getvalue(),
    )


def test_off_leaves_out_requests_and_says_what_fails(client: FlaskClient, holder: Any, stream: io.StringIO) -> None:
    logs.configure("off", stream)
    client.get("/api/speakers")
    client.get("/api/none")
    assert stream.getvalue() == ""
    holder.fault = KeyError("nobody foresaw this")
    client.get("/api/speakers")
    assert "GET /api/speakers failed" in stream.getvalue()


def test_other_loggers_speak_in_the_same_form(lines: Lines) -> None:
    logging.getLogger("index.standing").warning("set aside: %s", "a generation")
    logging.getLogger("some.library").info("chatter")
    (line,) = lines()
    assert (line["event"], line["level"], line["logger"]) == ("set aside: a generation", "warning", "index.standing")


@pytest.fixture
def streaming(holder: object) -> FlaskClient:
    app = served(holder)

    @app.get("/api/streamed")
    def streamed() -> Response:
        return Response(iter(["é" * 10, "b" * 5]), mimetype="application/octet-stream")

    @app.get("/api/torn")
    def torn() -> Response:
        def parts() -> Iterator[str]:
            yield "a"
            raise RuntimeError("the disk is gone")

        return Response(parts(), mimetype="application/octet-stream")

    return app.test_client()


def test_what_is_streamed_is_counted_to_its_end(streaming: FlaskClient, lines: Lines) -> None:
    with streaming.get("/api/streamed", buffered=False) as answer:
        assert lines() == []
        assert answer.data == ("é" * 10 + "b" * 5).encode()
    (line,) = lines()
    assert (line["status"], line["bytes"]) == (200, 25)


def test_what_breaks_off_is_logged_with_its_id(streaming: FlaskClient, lines: Lines) -> None:
    with streaming.get("/api/torn", headers={"X-Request-ID": "torn"}) as answer, pytest.raises(RuntimeError):
        _ = answer.data
    broken, line = lines()
    assert (broken["event"], broken["request_id"], broken["level"]) == ("answer broken off", "torn", "error")
    assert "the disk is gone" in broken["exception"]
    assert (line["event"], line["bytes"]) == ("request", 1)
