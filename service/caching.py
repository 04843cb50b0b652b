"""What a client has already is not sent again: a tag for each answer, and who may keep it.

An answer follows from the index, the program, the address and the day ("last week"). Their hash is its tag, so that a
request with If-None-Match is answered (304) without looking for anything. `no-cache` lets whoever holds an answer use
it only after asking again, and a key is checked each time. Where a key was needed or sent, no shared cache keeps it.

The tag is strong (RFC 9110, 8.8.1) where the bytes follow from these alone; weak where an answer tells how long it
took, and for pages. Errors, and what tells of this moment, are `no-store`. A view that sets Cache-Control itself is
left alone.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from pathlib import Path

from flask import Flask, Response, request

import index
from index.errors import QuoteIndexError
from service.engine import searcher

MOMENTARY = frozenset({"health.livez", "health.readyz", "metrics.show"})
"""Endpoints that tell of this moment."""
TIMED = frozenset({"api.search"})
"""Endpoints whose JSON tells how long it took."""
VARYING = ("HX-Request", "HX-Target", "HX-Boosted", "HX-History-Restore-Request")
"""Headers by which a page sends a part of itself: htmx asks at the same address for what the reader sees change."""
_CODED = (":zstd", ":br", ":gzip")
"""What flask-compress puts behind a strong tag: other bytes, another tag."""


def program() -> str:
    """The hash of all files of the program: a checkout changes and keeps its version."""
    found = hashlib.sha256()
    for package in (Path(__file__).parent, Path(index.__file__).parent):
        for file in sorted(package.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(f"{file.relative_to(package.parent)}\0".encode())
                found.update(file.read_bytes())
    return found.hexdigest()


def install(app: Flask, version: str, *, private: bool) -> None:
    """Tag what the application answers. `version` names the program; `private`: every answer needed a key."""
    app.before_request(functools.partial(_unchanged, version, private))
    app.after_request(functools.partial(_tagged, version, private))


def _unchanged(version: str, private: bool) -> Response | None:
    """304 where the client has the very answer that this request would get."""
    if not request.if_none_match or request.if_none_match.star_tag or not _is_taggable():
        return None
    tag = _tag(version)
    tags = () if tag is None else (tag + coded for coded in ("", *_CODED))
    held = next(filter(request.if_none_match.contains_weak, tags), None)
    if held is None:
        return None
    response = Response(status=304)
    response.set_etag(held, weak=request.if_none_match.is_weak(held))
    response.headers["Cache-Control"] = _kept(private)
    return response


def _tagged(version: str, private: bool, response: Response) -> Response:
    if "Cache-Control" in response.headers:
        return response
    tag = _tag(version) if response.status_code == 200 and _is_taggable() else None
    if tag is None:
        response.headers["Cache-Control"] = "no-store"
        return response
    exact = response.mimetype == "application/json" and request.endpoint not in TIMED
    response.set_etag(tag, weak=not exact)
    response.headers["Cache-Control"] = _kept(private)
    if request.if_none_match.star_tag:  # any answer that there is; known only now
        response.make_conditional(request)
    return response


def _is_taggable() -> bool:
    return request.method in ("GET", "HEAD") and request.endpoint is not None and request.endpoint not in MOMENTARY


def _tag(version: str) -> str | None:
    """The tag of the answer to this request; None where there is no index to answer from."""
    try:
        generation = searcher().generation
    except QuoteIndexError:
        return None
    query = request.query_string.decode("latin-1")
    varying = repr([request.headers.get(name) for name in VARYING])
    # The parts of `request.root_url`, which takes ten times as long to be read as one.
    root = (request.scheme, request.host, request.root_path)
    parts = (version, generation, dt.date.today().isoformat(), *root, request.path, query, varying)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _kept(private: bool) -> str:
    keyed = private or "Authorization" in request.headers or "X-API-Key" in request.headers
    return "private, no-cache" if keyed else "no-cache"
