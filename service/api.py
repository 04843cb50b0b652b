"""The JSON side: each view parses, asks, serialises."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request
from flask_openapi.blueprint import APIBlueprint
from flask_openapi.models.tag import Tag

from index import payloads as shapes
from index.payloads import Payload
from service import answers, models, payloads, verifying
from service.engine import engine, searcher, speaker_in_path
from service.errors import MEDIA_TYPE, ProblemError
from service.routing import checked, is_posting

PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
ALWAYS: dict[int | str, Any] = {
    400: {"description": "The request is wrong; `detail` says what would be right.", **PROBLEM},
    405: {"description": "Another method than the one described.", **PROBLEM},
    413: {"description": "The body is too large.", **PROBLEM},
    431: {"description": "The address and the headers are too long.", **PROBLEM},
    500: {"description": "The service failed.", **PROBLEM},
}
INDEX: dict[int | str, Any] = {503: {"description": "There is no index to answer from now.", **PROBLEM}}
KEY: dict[int | str, Any] = {
    401: {"description": "A key is needed, or the one that was sent is not in force.", **PROBLEM},
    403: {"description": "The key lacks the scope.", **PROBLEM},
    421: {"description": "The host is not served here.", **PROBLEM},
    429: {"description": "Too many requests; `Retry-After` says when to ask again.", **PROBLEM},
}
ID: dict[int | str, Any] = {404: {"description": "Whom or what the request names is not on record.", **PROBLEM}}
SAME: dict[int | str, Any] = {304: {"description": "If-None-Match names what the answer would be; it has no body."}}

api = APIBlueprint(
    "api",
    __name__,
    url_prefix="/api",
    abp_tags=[Tag(name="record", description="What is on record, and who said it.")],
    abp_responses={**ALWAYS, **KEY, **INDEX},
)
health = APIBlueprint(
    "health", __name__, abp_tags=[Tag(name="service", description="The service itself.")], abp_responses=ALWAYS
)


def respond(payload: Payload) -> Response:
    """200 with this JSON."""
    return Response(payloads.as_json(payload), mimetype="application/json")


@api.before_request
def check_request() -> None:
    """Refuse what no view looks at: a body where none is taken, and one parameter with two values."""
    if is_posting():
        pass  # the view reads it, and says which article is at fault
    elif request.method == "POST":
        payloads.check_object(request.get_data(), is_json=request.is_json)
    elif request.content_length:
        raise ProblemError(400, "this request takes no body; put the parameters into the address, as in ?q=")
    payloads.check_repeats(dict(request.args.lists()))


@api.get(
    "/search",
    operation_id="search",
    summary="Passages for a question",
    responses={200: answers.SearchAnswer, **ID, **SAME},
)
@checked
def search(query: models.SearchParameters) -> Response:
    """Best first, or newest first with `sort=date`: then only what is near the best, and `total` counts that.

    `answered` is false where nothing on record bears on the question; the nearest are listed still.
    """
    return respond(shapes.answer(searcher().search(payloads.query(query))))


@api.get(
    "/speakers",
    operation_id="speakers",
    summary="Speakers with counts, by name or alias",
    responses={200: answers.SpeakersAnswer, **SAME},
)
@checked
def speakers(query: models.SpeakersParameters) -> Response:
    """Most quoted first, then by name."""
    return respond(shapes.speaker_page(searcher().speakers(query.q, query.limit, query.offset)))


@api.get(
    "/speakers/<id>",
    operation_id="speaker",
    summary="One speaker: name, aliases, roles as the articles give them, quotations by month and year",
    responses={200: answers.SpeakerAnswer, **ID, **SAME},
)
@checked
def speaker(path: models.SpeakerPath, query: models.NoParameters) -> Response:  # noqa: ARG001  checked, none is taken
    """By id, name or alias; a 404 holds the nearest names."""
    asked = searcher()
    known = speaker_in_path(asked, path.id)
    active, roles = asked.activity(known.speaker.id), asked.roles(known.speaker.id)
    return respond({**shapes.whole_speaker(known, active, roles), "generation": asked.generation})


@api.get(
    "/speakers/<id>/quotations",
    operation_id="speaker_quotations",
    summary="Everything that one speaker said",
    responses={200: answers.SpeakerQuotationsAnswer, **ID, **SAME},
)
@checked
def speaker_quotations(path: models.SpeakerPath, query: models.FilterParameters) -> Response:
    """Newest first."""
    asked = searcher()
    known = speaker_in_path(asked, path.id)
    listing = asked.speaker_quotations(known.speaker.id, payloads.filters(query), query.limit, query.offset)
    return respond(shapes.speaker_quotations(known, listing))


@api.get(
    "/quotations/<id>",
    operation_id="quotation",
    summary="One quotation in context",
    responses={200: answers.QuotationAnswer, **ID, **SAME},
)
@checked
def quotation(path: models.QuotationPath, query: models.NoParameters) -> Response:  # noqa: ARG001  checked, none is taken
    """Ids are stable across rebuilds of the same text."""
    asked = searcher()
    return respond(shapes.record_in_context(asked.quotation(path.id), asked.context(path.id)))


@api.get(
    "/articles/<any_id:id>",
    operation_id="article",
    summary="One article with its quotations",
    responses={200: answers.ArticleAnswer, **ID, **SAME},
)
@checked
def article(path: models.ArticlePath, query: models.NoParameters) -> Response:  # noqa: ARG001  checked, none is taken
    """Quotations in the order of the text; offsets are characters of it."""
    return respond(shapes.whole_article(*searcher().article(path.id)))


@api.post(
    "/verify",
    operation_id="verify",
    summary="Whether a quotation is on record, and who said it",
    responses={200: verifying.VerifyAnswer, **ID},
)
def verify(body: verifying.VerifyRequest, query: models.NoParameters) -> Response:  # noqa: ARG001  none is taken
    """Marks, dashes, spacing and capitals do not count; a changed, missing or added word always does."""
    return respond(shapes.verification(searcher().verify(body.quote, body.speaker)))


@health.get("/livez", operation_id="livez", summary="Whether the process answers", responses={200: answers.Alive})
def livez() -> Response:
    """It looks at nothing else."""
    return respond({"status": "alive"})


@health.get(
    "/readyz",
    operation_id="readyz",
    summary="Whether questions are answered",
    responses={200: answers.Ready, **INDEX},
)
def readyz() -> Response:
    """503 while the model loads or there is no index; `detail` says what to do.

    `verified` is `sizes` until the hashes of all files are compared, then `hashes`; answers do not wait for it.
    """
    ready = engine().ready()
    ready.reach()
    payload: Payload = {"status": "ready", "generation": ready.generation, "verified": ready.verified}
    return respond({**payload, "set_aside": list(ready.passed)})


@health.get(
    "/openapi.json",
    operation_id="openapi",
    summary="This description",
    responses={200: answers.Description, **KEY, **SAME},
)
def openapi() -> Response:
    """Made from the models that check the requests."""
    # Under a path prefix the addresses in it begin there.
    return respond({**current_app.api_doc, "servers": [{"url": request.script_root or "/"}]})  # type: ignore[attr-defined]
