from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from service import Settings, create_app
from service.operation.headers import SECURITY

EVERY = (
    "/",
    "/?q=x",
    "/no",
    "/api/search?q=x",
    "/api/search",
    "/api/no",
    "/livez",
    "/openapi.json",
    "/static/style.css",
)
TOOL = "https://tool.example.org"


def served(holder: object, **given: object) -> Flask:
    return create_app(Settings(**given), encoder=object(), holder=holder, testing=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", EVERY)
@pytest.mark.parametrize("method", ["GET", "DELETE", "OPTIONS"])
def test_every_answer_says_what_a_browser_may_do_with_it(client: FlaskClient, address: str, method: str) -> None:
    with client.open(address, method=method) as answer:
        assert {name: answer.headers.getlist(name) for name in SECURITY} == {n: [v] for n, v in SECURITY.items()}
        assert "Strict-Transport-Security" not in answer.headers
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


def test_policy_lets_nothing_in_but_what_the_service_sends() -> None:
    policy = dict(part.strip().split(" ", 1) for part in SECURITY["Content-Security-Policy"].split(";"))
    assert policy.pop("default-src") == "'none'"
    assert policy.pop("img-src") == "'self' data:"
    assert (policy.pop("base-uri"), policy.pop("frame-ancestors")) == ("'none'", "'none'")
    assert set(policy.values()) == {"'self'"}
    assert {"script-src", "style-src", "connect-src", "form-action", "font-src"} <= set(policy)


def test_view_that_needs_more_keeps_its_own(holder: object) -> None:
    app = served(holder)

    @app.get("/more")
    def more() -> Response:
        return Response("", headers={"Content-Security-Policy": "default-src 'self'"})

    assert app.test_client().get("/more").headers.getlist("Content-Security-Policy") == ["default-src 'self'"]


def test_https_is_asked_for_only_of_those_who_come_by_it(holder: object) -> None:
    client = served(holder, hsts=600, proxies=1).test_client()
    assert "Strict-Transport-Security" not in client.get("/livez").headers
    answer = client.get("/livez", headers={"X-Forwarded-Proto": "https"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=600"


@pytest.fixture
def shared(holder: object, tmp_path: Path) -> FlaskClient:
    app = served(holder, data=tmp_path, cors=TOOL, anonymous_read=False)
    return app.test_client()


def cross_origin(answer: object) -> dict[str, str]:
    headers = answer.headers  # type: ignore[attr-defined]
    return {name: value for name, value in headers.items() if name.startswith("Access-Control")}


@pytest.mark.parametrize(
    ("address", "methods"), [("/api/search?q=x", "GET, HEAD"), ("/api/verify", "POST"), ("/api/no/such/thing", "GET")]
)
def test_a_site_that_is_listed_may_ask_first(shared: FlaskClient, address: str, methods: str) -> None:
    asked = {"Origin": TOOL, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    answer = shared.options(address, headers=asked)
    assert (answer.status_code, answer.data) == (204, b"")
    found = cross_origin(answer)
    assert found.pop("Access-Control-Allow-Headers").startswith("Authorization, X-API-Key, Content-Type")
    assert found.pop("Access-Control-Expose-Headers")
    assert found == {
        "Access-Control-Allow-Origin": TOOL,
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Max-Age": "600",
    }


@pytest.mark.parametrize("address", ["/api/speakers", "/api/no", "/openapi.json"])
def test_a_site_that_is_listed_may_read_answers_and_errors(shared: FlaskClient, address: str) -> None:
    answer = shared.get(address, headers={"Origin": TOOL})
    assert answer.headers["Access-Control-Allow-Origin"] == TOOL
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Origin" in answer.vary


@pytest.mark.parametrize("origin", ["https://tool.example.org.evil.example", "http://tool.example.org", "null", ""])
def test_no_other_site_may(shared: FlaskClient, origin: str) -> None:
    for answer in (
        shared.get("/api/speakers", headers={"Origin": origin}),
        shared.options("/api/speakers", headers={"Origin": origin, "Access-Control-Request-Method": "GET"}),
    ):
        assert cross_origin(answer) == {}
        assert "Origin" in answer.vary


def test_pages_are_for_no_other_site(shared: FlaskClient) -> None:
    for answer in (shared.get("/", headers={"Origin": TOOL}), shared.get("/livez", headers={"Origin": TOOL})):
        assert cross_origin(answer) == {}


def test_all_sites_may_where_all_are_listed(holder: object) -> None:
    answer = served(holder, cors="*").test_client().get("/api/speakers", headers={"Origin": "https://any.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
