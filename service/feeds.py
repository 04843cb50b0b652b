"""Feeds over HTTP: a search, a speaker, or everything, the newest ENTRIES of it as Atom.

A search as a feed is an alert: what bears on the question, by date, and nothing at all while nothing does.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from flask import Response, request, url_for

from index.queries import MAX_LIMIT, Export
from index.searcher import Searcher
from index.types import Hit
from service import models, payloads
from service.api import ID
from service.atom import Head, feed
from service.engine import searcher, speaker_in_path
from service.exports import files as files
from service.exports import quotation_link
from service.routing import checked

ENTRIES = MAX_LIMIT
MEDIA_TYPE = "application/atom+xml"
_DOCUMENTED: dict[int | str, Any] = {
    200: {
        "description": f"The newest {ENTRIES} as an Atom feed; of copies the earliest alone.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


@files.get(
    "/search.atom", operation_id="search_atom", summary="A question as an alert, an Atom feed", responses=_DOCUMENTED
)
@checked
def search_atom(query: models.FeedParameters) -> Response:
    """What bears on the question, the newest first; empty while nothing on record does."""
    asked = searcher()
    answer = asked.search(payloads.query(query))
    page = url_for("pages.front", **_given(), sort="date", _external=True)
    return _respond(asked, f"search {query.q}", f"“{query.q}”", page, answer.hits if answer.answered else ())


@files.get(
    "/quotations.atom",
    operation_id="quotations_atom",
    summary="The newest on record, an Atom feed",
    responses=_DOCUMENTED,
)
@checked
def quotations_atom(query: models.ExportParameters) -> Response:
    """The newest first."""
    asked = searcher()
    found = asked.everything(payloads.filters(query), fold=True)
    return _respond(asked, "quotations", "Quotations on record", url_for("pages.front", _external=True), _newest(found))


@files.get(
    "/speakers/<id>/quotations.atom",
    operation_id="speaker_quotations_atom",
    summary="What one speaker said last, an Atom feed",
    responses={**_DOCUMENTED, **ID},
)
@checked
def speaker_quotations_atom(path: models.SpeakerPath, query: models.ExportParameters) -> Response:
    """The newest first."""
    asked = searcher()
    known = speaker_in_path(asked, path.id).speaker
    found = asked.everything(payloads.filters(query), known.id, fold=True)
    page = url_for("pages.speaker", id=known.id, **_given(), _external=True)
    return _respond(asked, f"speaker {known.id}", known.name, page, _newest(found))


def _newest(found: Export) -> Iterable[Hit]:
    return (one.hit for one in itertools.islice(found.quotations, ENTRIES))


def _given() -> dict[str, Any]:
    """The parameters of this request, all of them checked: name → values."""
    return dict(request.args.lists())


def _respond(asked: Searcher, about: str, title: str, page: str, hits: Iterable[Hit]) -> Response:
    own = url_for(str(request.endpoint), **(request.view_args or {}), **_given(), _external=True)
    narrowed = sorted((name, value) for name, values in _given().items() if name != "q" for value in values)
    head = Head(repr((about, narrowed)), f"{title} · attributed", own, page, asked.manifest.created)
    return Response(feed(head, hits, quotation_link()), content_type=f"{MEDIA_TYPE}; charset=utf-8")
