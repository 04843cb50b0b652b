"""Headers of every answer: what a browser may do with it, and which other sites may read it.

A view that sets one of them itself keeps its own: a page that needs more says so in one place.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

from flask import Flask, Response, request

SECURITY: Mapping[str, str] = {
    # Nothing but what this service sends itself, no inline script or style, framed by nobody. Trusted types are not
    # asked for: htmx, like most libraries, makes elements of text, and its texts are this service's own pages.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # An address may hold a question, and an article's publisher is not to learn what was asked.
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(),"
        " midi=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every answer, errors and what the server refuses by itself included."""

SENT = "Authorization, X-API-Key, Content-Type, If-None-Match, X-Request-ID"
"""Headers that other sites may send."""
SHOWN = "ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID, Content-Disposition, Link"
"""Headers that they may read, besides those that everybody may."""


def install(app: Flask, *, hsts: int, cors: tuple[str, ...]) -> None:
    """Send them with every answer of the application.

    `hsts`: seconds for which browsers are to come by https alone, told to those who do; 0 tells nobody. `cors`: origins
    whose pages may read the JSON interface, or `*` for all; never with what a browser sends by itself, so that they see
    no more than anybody.
    """
    if cors:
        app.before_request(functools.partial(_preflight, cors))
        app.after_request(functools.partial(_share, cors))
    app.after_request(functools.partial(_secure, hsts))


def _secure(hsts: int, response: Response) -> Response:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
    if hsts and request.scheme == "https":
        response.headers.setdefault("Strict-Transport-Security", f"max-age={hsts}")
    return response


def _shared(cors: tuple[str, ...]) -> str | None:
    """The value of Access-Control-Allow-Origin for this request; None where it is not for other sites to read."""
    origin = request.headers.get("Origin")
    if origin is None or not request.path.startswith(("/api/", "/openapi.json")):
        return None
    return "*" if "*" in cors else origin if origin in cors else None


def _preflight(cors: tuple[str, ...]) -> Response | None:
    """Answer what a browser asks before it lets another site send headers, before any key is asked for."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers or not _shared(cors):
        return None
    response = Response(status=204)
    adapter = request.routing_exception is None and request.url_rule
    methods = (adapter.methods or set()) - {"OPTIONS"} if adapter else {"GET"}
    response.headers["Access-Control-Allow-Methods"] = ", ".join(sorted(methods))
    response.headers["Access-Control-Allow-Headers"] = SENT
    response.headers["Access-Control-Max-Age"] = "600"
    return response


def _share(cors: tuple[str, ...], response: Response) -> Response:
    if not request.path.startswith(("/api/", "/openapi.json")):
        return response
    if "*" not in cors:
        response.vary.add("Origin")
    if shared := _shared(cors):
        response.headers["Access-Control-Allow-Origin"] = shared
        response.headers["Access-Control-Expose-Headers"] = SHOWN
    return response
