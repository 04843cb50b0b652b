"""Errors → HTTP: which type is which status, one shape for all, one handler.

    QueryError                          400   the request is wrong
    UnknownSpeakerError, NotFoundError  404   it is right; whom or what it names is not on record
    NoIndexError, DamagedIndexError,    503   the request is right; it cannot be answered now
    BusyError, ModelError, SpeakersFileError,
    KeysFileError, unreadable files
    anything else                       500   no details go out; the log has them

The shape is RFC 9457, `application/problem+json`; pages show the same error as HTML.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import quote

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from index.errors import (
    BusyError,
    DamagedIndexError,
    EngineAwayError,
    EngineError,
    KeysFileError,
    ModelError,
    NoIndexError,
    NotFoundError,
    QueryError,
    QuoteIndexError,
    SpeakersFileError,
    UnknownSpeakerError,
)

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[QuoteIndexError], int] = {
    QueryError: 400,
    UnknownSpeakerError: 404,
    NotFoundError: 404,
    NoIndexError: 503,
    DamagedIndexError: 503,
    EngineError: 503,
    BusyError: 503,
    ModelError: 503,
    SpeakersFileError: 503,
    KeysFileError: 503,
}
"""The status of each kind of error; a subclass has that of its nearest parent."""

UNEXPECTED = "the service failed on this request; what happened is in its log"
UNREADABLE = "the index cannot be read; `attributed check` names the fault and `attributed rebuild` makes it anew"


class ProblemError(Exception):
    """An error that is ready to go out.

    `status`: 400 to 599. `detail`: what was wrong and what would be right. `parameter`: the one at fault.
    `nearest`: names that come near one that nobody goes by. `allow`: the methods of a 405. `retry_after`: seconds
    after which a 503 may be over. `challenge`: the credentials that a 401 asks for.
    `request_id`: the id of the request that failed, once it goes out.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        parameter: str | None = None,
        *,
        nearest: tuple[str, ...] | None = None,
        allow: str | None = None,
        retry_after: int | None = None,
        challenge: str | None = None,
    ) -> None:
        self.status = status
        self.detail = detail
        self.parameter = parameter
        self.nearest = nearest
        self.request_id: str | None = None
        self.headers: dict[str, str] = {}
        if allow is not None:
            self.headers["Allow"] = allow
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)
        if challenge is not None:
            self.headers["WWW-Authenticate"] = challenge
        super().__init__(f"{status}: {detail}")

    @property
    def title(self) -> str:
        """The words of the status, as HTTP has them."""
        return HTTPStatus(self.status).phrase


def unknown_in_path(error: UnknownSpeakerError) -> ProblemError:
    """A speaker whom nobody knows, named by the path: no parameter is at fault."""
    return ProblemError(404, str(error), nearest=error.nearest)


def as_problem(error: Exception, method: str, path: str, allowed_bytes: int) -> ProblemError:
    """Any error as the problem that goes out. `method` and `path` are the request's.

    `allowed_bytes` is the size of a body that would be taken. An error that nobody foresaw gives away nothing.
    """
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, QuoteIndexError):
        return _of_index(error)
    if isinstance(error, HTTPException) and error.code is not None and error.code != 500:
        return _of_http(error, error.code, method, path, allowed_bytes)
    if isinstance(error, (sqlite3.Error, OSError)):
        return ProblemError(503, UNREADABLE)
    return ProblemError(500, UNEXPECTED)


def _of_index(error: QuoteIndexError) -> ProblemError:
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)
    if status == 500:
        return ProblemError(500, UNEXPECTED)
    return ProblemError(
        status,
        str(error),
        error.parameter if isinstance(error, QueryError) else None,
        nearest=error.nearest if isinstance(error, UnknownSpeakerError) else None,
        retry_after=error.seconds if isinstance(error, (EngineAwayError, BusyError)) else None,
    )


def _of_http(error: HTTPException, code: int, method: str, path: str, allowed_bytes: int) -> ProblemError:
    shown = repr(path if len(path) <= 120 else path[:120] + "…")
    allowed = None
    if isinstance(error, NotFound):
        detail = f"there is nothing at {shown}; /openapi.json lists what there is"
    elif isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        detail = f"{method} is not allowed on {shown}; allowed are {allowed}"
    elif isinstance(error, RequestEntityTooLarge):
        detail = f"the body is too large; at most {allowed_bytes:,} bytes are taken"
    else:
        detail = error.description or HTTPStatus(code).phrase
    return ProblemError(code, detail, allow=allowed)


def install(
    app: Flask, render: Callable[[ProblemError], Response], request_id: Callable[[], str | None] = lambda: None
) -> None:
    """Let every error of the application go out through `render`; what nobody foresaw is logged with its traceback.

    `request_id` gives the id of the request that is being worked.
    """

    def handle(error: Exception) -> Response:
        largest = request.max_content_length or app.config["MAX_CONTENT_LENGTH"]
        problem = as_problem(error, request.method, request.path, largest)
        g.fault = type(error).__name__
        if problem.status >= 500:  # its cause stands in the log under this id
            problem.request_id = request_id()
        if problem.status == 500 or problem.detail == UNREADABLE:
            app.logger.error("%s %s failed", request.method, quote(request.path), exc_info=error)
        response = render(problem)
        response.headers.update(problem.headers)
        return response

    app.register_error_handler(Exception, handle)
