"""Between requests and questions, and between answers and bytes: pure functions that know nothing of Flask.

The shapes of the answers are those of `index.payloads`, which the commands speak too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import orjson
from pydantic import ValidationError

from index.payloads import Payload
from index.queries import MAX_LIMIT, Filters, Query
from service import models, verifying
from service.errors import ProblemError
from service.models import (
    ExportParameters,
    FeedParameters,
    Paged,
    SearchExportParameters,
    SearchParameters,
    Sorted,
    shown,
)

_REQUESTS = models.REQUESTS | verifying.REQUESTS

MAY_REPEAT = frozenset({"speaker", "kind", "source", "author", "section", "agency", "ignore"})
"""The parameters that may be given more than once; any of their values counts."""


def filters(parameters: ExportParameters) -> Filters:
    """The filters of a request."""
    return Filters(
        speakers=tuple(parameters.speaker),
        kinds=tuple(parameters.kind),
        sources=tuple(parameters.source),
        since=parameters.since,
        until=parameters.until,
        authors=tuple(parameters.author),
        sections=tuple(parameters.section),
        agencies=tuple(parameters.agency),
    )


def query(parameters: FeedParameters | SearchExportParameters | SearchParameters) -> Query:
    """The question of a request, with its filters, and with order and page where it has these: a feed is by date.

    QueryError where it is not valid.
    """
    limit, offset = (parameters.limit, parameters.offset) if isinstance(parameters, Paged) else (MAX_LIMIT, 0)
    return Query(
        text=parameters.q,
        filters=filters(parameters),
        limit=limit,
        offset=offset,
        mode=parameters.mode,
        sort=parameters.sort if isinstance(parameters, Sorted) else "date",
        per_speaker=parameters.per_speaker,
        ignore=tuple(parameters.ignore),
        today=parameters.today,
    )


def as_json(payload: Payload) -> bytes:
    """JSON in UTF-8, nothing escaped that need not be: the very bytes that the standard library's would be.

    A page of ten hits costs .02 ms, .24 ms with the standard library's. TypeError: half a surrogate pair. What is not
    a number would go out as null; `index.payloads` raises before.
    """
    return orjson.dumps(payload)


def problem(error: ProblemError) -> Payload:
    """An error as RFC 9457 shapes it; `parameter`, `nearest` and `request_id` only where there are any."""
    body: Payload = {"type": "about:blank", "title": error.title, "status": error.status, "detail": error.detail}
    if error.parameter is not None:
        body["parameter"] = error.parameter
    if error.nearest is not None:
        body["nearest"] = list(error.nearest)
    if error.request_id is not None:
        body["request_id"] = error.request_id
    return body


def check_encoding(raw: bytes, where: str, right: str = "percent-encode the UTF-8 bytes of each character") -> None:
    """Check that bytes are UTF-8 without NUL; ProblemError 400 names `where` they stand.

    Lone surrogates (the bytes ED A0 80) are no UTF-8.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(400, f"{where} is not UTF-8; {right}") from None
    if "\0" in text:
        raise ProblemError(400, f"{where} holds NUL (%00); leave it out")


def check_object(raw: bytes, *, is_json: bool, like: str = '{"quote": "..."}') -> dict[str, object]:
    """A body that is one JSON object in UTF-8. ProblemError 400 says what would be right.

    `is_json`: whether its Content-Type says so. `like`: an object that would be right.
    """
    right = f"send one JSON object, {like}, with Content-Type: application/json"
    if not is_json:
        raise ProblemError(400, f"the body is not said to be JSON; {right}")
    check_encoding(raw, "the body", right)
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise ProblemError(400, f"the body is not JSON; {right}") from None
    if not isinstance(value, dict):
        raise ProblemError(400, f"the body is JSON, but no object; {right}")
    return value


def check_repeats(given: Mapping[str, Sequence[str]]) -> None:
    """Check that no parameter is given with two values unless it may repeat. ProblemError 400 names it."""
    for name, values in given.items():
        distinct = list(dict.fromkeys(values))
        if name not in MAY_REPEAT and len(distinct) > 1:
            listed = ", ".join(shown(value, 40) for value in distinct[:3])
            raise ProblemError(400, f"{shown(name)} is given with different values ({listed}); give it once", name[:80])


def refusal(error: ValidationError) -> ProblemError:
    """What pydantic found wrong in a request, as one problem in plain words: every fault, the first one named.

    400; 404 where the request is right, and names days between which there is none.
    """
    status = 400
    faults: list[tuple[str | None, str]] = []
    for fault in error.errors(include_url=False, include_input=False):
        name = str(fault["loc"][0]) if fault["loc"] else None
        if fault["type"] == models.NO_DAYS:
            status = 404
        if fault["type"] == "missing":
            faults.append((name, f"{name} is missing; it must be given"))
        elif fault["type"] == "extra_forbidden":
            known = _REQUESTS[error.title].names()
            right = f"the known ones are {', '.join(known)}" if known else "none is taken here"
            faults.append((name, f"{shown(name)} is not a parameter; {right}"))
        else:
            faults.append((name, fault["msg"]))
    parameter = next((name for name, _ in faults if name), None)
    return ProblemError(status, "; ".join(dict.fromkeys(text for _, text in faults[:5])), parameter and parameter[:80])
