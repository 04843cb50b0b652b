"""Errors: as a page where a person reads them, else as problem+json."""

from __future__ import annotations

from flask import Response, render_template, request

from service import payloads
from service.errors import MEDIA_TYPE, ProblemError
from service.pages.links import unseen


def wants_page() -> bool:
    """Whether an error is to be read by a person: on a page, and wherever HTML is asked for by name outside the API."""
    accepted = request.accept_mimetypes
    if request.blueprint == "pages":
        html = accepted["text/html"] if accepted else 1
        return bool(html and html >= max(accepted["application/json"], accepted[MEDIA_TYPE]))
    elsewhere = request.endpoint is None and not request.path.startswith("/api/")
    return elsewhere and any(media_type == "text/html" for media_type, _ in accepted)


def render_problem(problem: ProblemError) -> Response:
    """An error as HTML on a page, else as problem+json."""
    if wants_page():
        try:
            carried = unseen(*filter(None, [problem.parameter]))
        except UnicodeDecodeError:
            carried = []
        return Response(render_template("error.html", problem=problem, unseen=carried), problem.status)
    return Response(payloads.as_json(payloads.problem(problem)), problem.status, content_type=MEDIA_TYPE)
