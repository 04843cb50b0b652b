"""The description of the interface to read and to try, at /docs: Swagger UI, whose files come with its package.

The page is this project's own: that of the package carries its script and its style inside, which the policy forbids.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, render_template, send_from_directory, url_for

_VENDORED = Path(str(files("flask_openapi_swagger") / "templates" / "swagger"))
"""Swagger UI (Apache-2.0) as flask-openapi-swagger brings it along."""

docs = Blueprint("docs", __name__, url_prefix="/docs", template_folder=".", static_folder="static")


@docs.get("")
def page() -> str:
    """Every request described, with a form to send it."""
    return render_template("docs.html", description=url_for("health.openapi"))


@docs.get("/vendor/swagger-ui.css")
def style() -> Response:
    """The style of Swagger UI."""
    return send_from_directory(_VENDORED, "css/swagger-ui.css")


@docs.get("/vendor/swagger-ui.js")
def script() -> Response:
    """The script of Swagger UI."""
    return send_from_directory(_VENDORED, "js/swagger-ui-bundle.js")
