"""One line a request on standard error, and whatever else the program has to say, in one form: for people, or JSON.

Every request has an id: the one it came with in X-Request-ID, where that is well formed, or a new one. It goes back in
X-Request-ID, and in the body where the service failed (`request_id`), and stands in each line that is logged while the
request is worked: what a reader reports is found.

A line holds no question unless the settings say so: of an address only its path, of a body nothing, of a traceback no
values. Assets and health are logged where they fail.
"""

from __future__ import annotations

import functools
import logging
import re
import sys
import time
import uuid
from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any, TextIO
from urllib.parse import quote

import orjson
import structlog
from flask import Flask, Response, g, has_request_context, request

from service.operation import access
from service.settings import LogForm

HEADER = "X-Request-ID"
BEGAN = "attributed.began"
"""Where a WSGI environment holds the `time.perf_counter` of its beginning."""
LONGEST = 200
"""Characters of a path, a method or a question that a line shows."""

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")

_log: Any = None
"""What writes the lines of requests; None where they are left out. By itself, without the standard library's logging in
between, a line takes 12 µs of processor time as JSON and 35 for the console."""


def configure(form: LogForm, stream: TextIO | None = None) -> None:
    """Let everything that the process logs go to `stream`, standard error unless given: for the `console` or as `json`.

    `off` leaves out the requests; what fails is said still, as on the console.
    """
    global _log
    out = stream or sys.stderr
    render: list[Any]
    if form == "json":
        render = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(serializer=_serialised)]
    else:
        # Its own tracebacks show the values of local variables, among them questions.
        plain = structlog.dev.plain_traceback
        colors = out.isatty()
        render = [
            structlog.dev.ConsoleRenderer(pad_event_to=0, colors=colors, sort_keys=False, exception_formatter=plain)
        ]
    about: list[Any] = [structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *about, _add_request_id],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    for name in ("index", "service"):
        logging.getLogger(name).setLevel(logging.INFO)
    _log = None
    if form != "off":
        logger = structlog.WriteLogger(out)
        _log = structlog.wrap_logger(
            logger, [*about, *render], structlog.make_filtering_bound_logger(logging.INFO)
        ).bind()


def install(app: Flask, *, addresses: bool, questions: bool) -> None:
    """Give every request of the application its id and its line.

    `addresses`: whether a line says where a request came from; `questions`: what it asked.
    """
    application = app.wsgi_app

    def stamped(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ[BEGAN] = time.perf_counter()
        return application(environ, start_response)

    app.wsgi_app = stamped  # type: ignore[method-assign]  # Flask's own way to wrap one
    app.before_request(_identify)
    app.after_request(functools.partial(_finish, addresses, questions))


def request_id() -> str | None:
    """The id of the request that is being worked; None outside of one."""
    found: str | None = g.get("request_id") if has_request_context() else None
    return found


def new_id() -> str:
    """An id for a request that came without one."""
    return uuid.uuid4().hex


def refused(status: int, detail: str, address: str | None, id_: str) -> None:
    """Log what the server refused by itself, before the application saw it. `address`: None where it is left out."""
    if _log is not None:
        from_where = {} if address is None else {"address": address}
        _log.info("refused", request_id=id_, status=status, detail=_shown(detail), **from_where)


def _identify() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _WELL_FORMED.fullmatch(given) else new_id()


def _finish(addresses: bool, questions: bool, response: Response) -> Response:
    response.headers[HEADER] = g.request_id
    if _log is None or (request.endpoint in access.OPEN and response.status_code < 400):
        return response
    # 503 is an answer that is foreseen: the model loads, there is no index yet, an export has to wait.
    failed = response.status_code >= 500 and response.status_code != 503
    level = logging.ERROR if failed else logging.WARNING if response.status_code == 503 else logging.INFO
    line: dict[str, Any] = {
        "request_id": g.request_id,
        "method": _shown(request.method),
        "path": quote(request.path[:LONGEST], safe="/:@!$&()*+,;=-._~"),
        "status": response.status_code,
    }
    if (key := access.key()) is not None:
        line["key"] = key.id
    if addresses:
        line["address"] = _shown(request.remote_addr or "")
    if questions and "q" in request.args:
        line["question"] = _shown(request.args["q"])
    began = request.environ[BEGAN]
    length = response.content_length
    if length is None and response.is_streamed:
        sent = [0]
        response.response = _counted(response.iter_encoded(), sent, g.request_id)
        response.call_on_close(lambda: _write(level, line, began, sent[0]))
    else:
        _write(level, line, began, length if length is not None else response.calculate_content_length() or 0)
    return response


def _write(level: int, line: dict[str, Any], began: float, sent: int) -> None:
    _log.log(level, "request", **line, bytes=sent, ms=round((time.perf_counter() - began) * 1000, 1))


def _counted(parts: Iterable[bytes], sent: list[int], id_: str) -> Iterator[bytes]:
    """What is streamed, its bytes counted as they go; what fails on the way is logged: its status has gone out."""
    try:
        for part in parts:
            sent[0] += len(part)
            yield part
    except Exception:
        if _log is not None:
            _log.exception("answer broken off", request_id=id_)
        raise


def _shown(text: str) -> str:
    """Text of a client as a line shows it: cut, and without what a terminal would obey."""
    return "".join(one if one.isprintable() else "�" for one in text[:LONGEST])


def _add_request_id(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if (found := request_id()) is not None:
        event["request_id"] = found
    return event


def _serialised(event: dict[str, Any], **_options: object) -> str:
    return orjson.dumps(event, default=str).decode()
