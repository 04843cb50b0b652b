"""The page that describes the interface: all of it served here, nothing inline, right under a path prefix."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize("prefix", ["", "/under/a/prefix"])
def test_the_page_and_all_that_it_loads_are_served_here(client: FlaskClient, prefix: str) -> None:
    base = f"http://localhost{prefix}/"
    page = client.get("/docs", base_url=base)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    loaded = re.findall(r'<(?:script|link)[^>]* (?:src|href)="([^"]+)"', page.text)
    assert [address for address in loaded if "/docs/" in address] == [
        f"{prefix}/docs/vendor/swagger-ui.css",
        f"{prefix}/docs/static/docs.css",
        f"{prefix}/docs/vendor/swagger-ui.js",
        f"{prefix}/docs/static/docs.js",
    ]
    (description,) = set(re.findall(r'data-description="([^"]+)"', page.text))
    assert description == f"{prefix}/openapi.json"
    for address in (*loaded, description):
        assert address.startswith(prefix + "/")
        kinds = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "json": "application/json"}
        with client.get(address.removeprefix(prefix), base_url=base) as answer:
            assert (answer.status_code, answer.mimetype) == (200, kinds[address.rpartition(".")[2]]), address


def test_nothing_on_the_page_runs_or_styles_inline(client: FlaskClient) -> None:
    page = client.get("/docs").text
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r"<style| style=| on\w+=|javascript:", page) == []
    policy = client.get("/docs").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")


def test_requests_that_are_tried_go_to_where_the_description_came_from(client: FlaskClient) -> None:
    for base, server in (("http://localhost/", "/"), ("http://localhost/under/", "/under")):
        described = client.get("/openapi.json", base_url=base).json
        assert described is not None
        assert described["servers"] == [{"url": server}]


def test_the_vendored_script_is_the_one_of_the_package(client: FlaskClient) -> None:
    with client.get("/docs/vendor/swagger-ui.js") as answer:
        assert "SwaggerUIBundle" in answer.text
    assert client.get("/docs/vendor/../__init__.py").status_code == 404
