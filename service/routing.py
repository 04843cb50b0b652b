"""What holds for every address: ids that may be anything, text in UTF-8, bodies of a bounded size."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.routing import BaseConverter

from service import payloads


class AnyId(BaseConverter):
    """An id that is its source's own: it may hold slashes, even an address with `//`."""

    regex = r"(?s:.+)"
    part_isolating = False


def check_address() -> None:
    """Check what comes before any view: size of the body, encoding of path and query. ProblemError 400 or 413."""
    largest = current_app.config["MAX_CONTENT_LENGTH"]
    if (request.content_length or 0) > largest:
        raise RequestEntityTooLarge
    # WSGI hands the path over decoded from its percent signs, each byte as one character.
    path = str(request.environ.get("PATH_INFO", "")).encode("latin-1")
    payloads.check_encoding(path, "the path")
    payloads.check_encoding(unquote_to_bytes(request.query_string), "the query")
