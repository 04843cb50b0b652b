from __future__ import annotations

import base64
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index import keys
from service import Settings, create_app
from service.operation import access

READ = ("/", "/speakers", "/verify", "/api/search?q=x", "/api/speakers", "/openapi.json", "/no/such/thing")
OPEN = ("/livez", "/readyz", "/static/style.css")


@pytest.fixture
def texts(tmp_path: Path) -> dict[str, str]:
    """Keys by what they open; `revoked` could do both."""
    made = {
        "read": keys.add(tmp_path, "reader", ["read"]),
        "write": keys.add(tmp_path, "writer", ["write"]),
        "both": keys.add(tmp_path, "desk", ["read", "write"]),
        "revoked": keys.add(tmp_path, "gone", ["read", "write"]),
    }
    keys.revoke(tmp_path, "gone")
    wrong = f"att_{made['both'][0].id}_{'0' * 40}"
    return {**{name: text for name, (_, text) in made.items()}, "wrong": wrong, "empty": "", "foreign": "eyJhbGciOi"}


def served(holder: object, data: Path, **given: object) -> Flask:
    app = create_app(Settings(data=data, **given), encoder=object(), holder=holder, testing=True)  # type: ignore[arg-type]

    @app.post("/written")
    @access.require("write")
    def written() -> str:
        key = access.key()
        assert key is not None
        return f"written by {key.name}"

    return app


@pytest.fixture
def open_to_all(holder: object, tmp_path: Path) -> FlaskClient:
    return served(holder, tmp_path).test_client()


@pytest.fixture
def closed(holder: object, tmp_path: Path) -> FlaskClient:
    return served(holder, tmp_path, anonymous_read=False).test_client()


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def basic(text: str, user: str = "anybody") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{text}".encode()).decode()}


def refusal(answer: TestResponse) -> tuple[int, str | None, str]:
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    return answer.status_code, answer.headers.get("WWW-Authenticate"), answer.json["detail"]


@pytest.mark.parametrize("send", [bearer, lambda text: {"X-API-Key": text}])
def test_writing_takes_a_key_with_its_scope(open_to_all: FlaskClient, texts: dict[str, str], send: object) -> None:
    answers = {name: open_to_all.post("/written", headers=send(text)) for name, text in texts.items()}  # type: ignore[operator]
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "read": 403,
        "write": 200,
        "both": 200,
        "revoked": 401,
        "wrong": 401,
        "empty": 401,
        "foreign": 401,
    }
    assert answers["both"].text == "written by desk"
    assert refusal(answers["revoked"]) == refusal(answers["wrong"])
    _, challenge, detail = refusal(answers["wrong"])
    assert challenge == 'Bearer realm="attributed", error="invalid_token"'
    assert "was revoked; `attributed keys list` shows" in detail
    _, challenge, detail = refusal(answers["read"])
    assert challenge == 'Bearer realm="attributed", error="insufficient_scope", scope="write"'
    assert detail.endswith("has the scope read; this needs write")


def test_writing_without_a_key_asks_for_one(open_to_all: FlaskClient) -> None:
    assert refusal(open_to_all.post("/written")) == (
        401,
        'Bearer realm="attributed"',
        "this needs a key with the scope write; send it as Authorization: Bearer KEY",
    )


def test_no_page_of_others_writes_with_what_a_browser_sends_by_itself(
    open_to_all: FlaskClient, texts: dict[str, str]
) -> None:
    status, challenge, detail = refusal(open_to_all.post("/written", headers=basic(texts["both"])))
    assert (status, challenge) == (401, 'Bearer realm="attributed"')
    assert "not taken as a password where it writes" in detail


@pytest.mark.parametrize("address", READ)
def test_reading_is_open_unless_it_is_closed(open_to_all: FlaskClient, closed: FlaskClient, address: str) -> None:
    assert open_to_all.get(address).status_code in (200, 404)
    assert closed.get(address).status_code == 401


@pytest.mark.parametrize("address", OPEN)
def test_health_and_assets_are_open_always(closed: FlaskClient, texts: dict[str, str], address: str) -> None:
    for headers in ({}, bearer(texts["wrong"])):
        with closed.get(address, headers=headers) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize("address", READ[:-1])
@pytest.mark.parametrize("send", [bearer, basic, lambda text: {"X-API-Key": text}])
def test_where_reading_is_closed_a_key_opens_it(
    closed: FlaskClient, texts: dict[str, str], address: str, send: object
) -> None:
    answered = {name: closed.get(address, headers=send(text)).status_code for name, text in texts.items()}  # type: ignore[operator]
    assert answered == {
        "read": 200,
        "write": 403,
        "both": 200,
        "revoked": 401,
        "wrong": 401,
        "empty": 401,
        "foreign": 401,
    }


def test_a_browser_is_asked_for_a_password_on_pages_and_a_program_for_a_token(closed: FlaskClient) -> None:
    page = closed.get("/")
    assert page.headers["WWW-Authenticate"] == 'Basic realm="attributed", charset="UTF-8"'
    assert page.mimetype == "text/html"
    assert closed.get("/api/speakers").headers["WWW-Authenticate"] == 'Bearer realm="attributed"'


@pytest.mark.parametrize("address", ["/", "/api/speakers"])
def test_wrong_key_is_refused_where_none_is_needed(
    open_to_all: FlaskClient, texts: dict[str, str], address: str
) -> None:
    answered = {name: open_to_all.get(address, headers=bearer(text)).status_code for name, text in texts.items()}
    assert answered == {
        "read": 200,
        "write": 200,
        "both": 200,
        "revoked": 401,
        "wrong": 401,
        "empty": 401,
        "foreign": 401,
    }


def test_password_that_a_proxy_asked_for_is_no_key(open_to_all: FlaskClient, closed: FlaskClient) -> None:
    assert open_to_all.get("/", headers=basic("of-the-proxy")).status_code == 200
    assert closed.get("/", headers=basic("of-the-proxy")).status_code == 401
    assert open_to_all.get("/", headers={"Authorization": 'Digest username="x"'}).status_code == 200


def test_two_different_keys_are_refused(open_to_all: FlaskClient, texts: dict[str, str]) -> None:
    both = {**bearer(texts["both"]), "X-API-Key": texts["write"]}
    challenge = 'Bearer realm="attributed", error="invalid_request"'
    said = "two different keys were sent; send one"
    assert refusal(open_to_all.post("/written", headers=both)) == (401, challenge, said)
    same = {**bearer(texts["both"]), "X-API-Key": texts["both"]}
    assert open_to_all.post("/written", headers=same).status_code == 200


def test_key_is_checked_before_anything_else_of_a_request(open_to_all: FlaskClient) -> None:
    assert open_to_all.post("/written?a=b", data="{").status_code == 401


def test_service_learns_of_keys_while_it_runs(open_to_all: FlaskClient, tmp_path: Path) -> None:
    _, text = keys.add(tmp_path, "late", ["write"])
    assert open_to_all.post("/written", headers=bearer(text)).status_code == 200
    keys.revoke(tmp_path, "late")
    assert open_to_all.post("/written", headers=bearer(text)).status_code == 401


def test_damaged_file_of_keys_opens_nothing_and_is_named(
    open_to_all: FlaskClient, texts: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "keys.json").write_text("{}")
    status, _, detail = refusal(open_to_all.post("/written", headers=bearer(texts["both"])))
    assert (status, detail.split(";")[0]) == (503, f"{tmp_path}/keys.json is no file of keys (KeyError: 'format')")
    assert open_to_all.post("/written").status_code == 401
    assert open_to_all.get("/").status_code == 200
