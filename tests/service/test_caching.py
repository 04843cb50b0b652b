"""Tags by generation: what a client has is not sent again, and nothing is taken for what it no longer is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import keys
from index.errors import NoIndexError
from service import Settings, caching, create_app

SEARCH = "/api/search?q=peak"
QUOTATION = "/api/quotations/b928f172dcf38209"
ARTICLE = f"/api/articles/{quote('https://example.org//a b?<i>', safe='')}"
TAGGED = [
    SEARCH,
    QUOTATION,
    ARTICLE,
    "/api/speakers",
    "/api/speakers/Bahiss",
    "/api/speakers/Bahiss/quotations",
    "/openapi.json",
    "/",
    "/?q=peak",
    "/quotations/b928f172dcf38209",
]


@pytest.mark.parametrize("address", TAGGED)
def test_what_a_client_has_is_not_sent_again(client: FlaskClient, holder: Any, address: str) -> None:
    first = client.get(address)
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    asked = len(holder.standing.asked)
    for tag in (first.headers["ETag"], f'"other", {first.headers["ETag"]}'):
        again = client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert again.headers["Cache-Control"] == "no-cache"
        assert "Content-Type" not in again.headers
    assert len(holder.standing.asked) == asked  # nothing was looked for
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_tags_are_strong_where_every_byte_follows_from_the_record(client: FlaskClient) -> None:
    weak = [address for address in TAGGED if client.get(address).headers["ETag"].startswith("W/")]
    assert weak == [SEARCH, "/", "/?q=peak", "/quotations/b928f172dcf38209"]


def _tag(client: FlaskClient, address: str = QUOTATION, **environment: Any) -> str:
    return client.get(address, **environment).headers["ETag"]


def test_tags_differ_by_address_query_and_host(client: FlaskClient) -> None:
    tags = [
        _tag(client, "/api/speakers/Bahiss"),
        _tag(client, "/api/speakers/Khan"),
        _tag(client, "/api/speakers"),
        _tag(client, "/api/speakers?limit=1"),
        _tag(client, "/api/speakers?limit=1&offset=0"),
        _tag(client, "/api/speakers", base_url="http://elsewhere.example/"),
        _tag(client, "/api/speakers", base_url="http://localhost/under/"),
        _tag(client, "/api/speakers", headers={"HX-Request": "true"}),
    ]
    assert len(set(tags)) == len(tags)


def test_another_generation_is_another_answer(client: FlaskClient, holder: Any) -> None:
    before = _tag(client)
    holder.standing.generation = "20260301T000000000000Z"
    answer = client.get(QUOTATION, headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != before


def test_another_day_is_another_answer(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(dt.date):
        @classmethod
        def today(cls) -> dt.date:  # type: ignore[override]
            return dt.date(2100, 1, 1)

    before = _tag(client, SEARCH)
    monkeypatch.setattr(caching.dt, "date", Tomorrow)
    assert _tag(client, SEARCH) != before


def test_another_program_is_another_answer(holder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def tag() -> str:
        app = create_app(Settings(data=tmp_path), encoder=object(), holder=holder, testing=True)  # type: ignore[arg-type]
        return _tag(app.test_client())

    before = tag()
    assert tag() == before
    monkeypatch.setattr(caching, "program", lambda: "another")
    assert tag() != before


def test_the_program_is_named_by_what_its_files_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "__file__", str(tmp_path / "service" / "caching.py"))
    monkeypatch.setattr(caching.index, "__file__", str(tmp_path / "index" / "__init__.py"))
    names = []
    for path, text in (("service/a.py", "1"), ("index/b.sql", "1"), ("index/b.sql", "2"), ("index/c/d.html", "")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
        names.append(caching.program())
    assert len(set(names)) == 4
    (tmp_path / "index" / "__pycache__").mkdir()
    (tmp_path / "index" / "__pycache__" / "b.pyc").write_text("x")
    assert caching.program() == names[-1]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/search", 400),
        ("/api/quotations/none", 404),
        ("/nowhere", 404),
        ("/livez", 200),
        ("/readyz", 200),
    ],
)
def test_errors_and_what_tells_of_this_moment_are_kept_by_nobody(
    client: FlaskClient, address: str, status: int
) -> None:
    for headers in ({}, {"If-None-Match": "*"}):
        answer = client.get(address, headers=headers)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")
        assert "ETag" not in answer.headers


def test_what_is_sent_is_kept_by_nobody(client: FlaskClient) -> None:
    answer = client.post("/api/verify", json={"quote": ""}, headers={"If-None-Match": "*"})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (400, "no-store")


def test_without_an_index_nothing_is_unchanged(client: FlaskClient, holder: Any) -> None:
    tag = _tag(client)
    holder.fault = NoIndexError("there is no index")
    answer = client.get(QUOTATION, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (503, "no-store")
    assert "ETag" not in client.get("/openapi.json").headers


def test_any_tag_stands_for_what_there_is(client: FlaskClient) -> None:
    assert client.get(QUOTATION, headers={"If-None-Match": "*"}).status_code == 304


def test_where_a_key_was_sent_or_needed_no_shared_cache_keeps_the_answer(
    data_dir: Path, encoder: Any, holder: Any, client: FlaskClient
) -> None:
    app = create_app(Settings(data=data_dir), encoder=encoder, holder=holder, testing=True)
    _, text = keys.add(data_dir, "reader", ("read",))
    answer = app.test_client().get(QUOTATION, headers={"X-API-Key": text})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")
    closed = create_app(Settings(data=data_dir, anonymous_read=False), encoder=encoder, holder=holder, testing=True)
    headers = {"Authorization": f"Bearer {text}"}
    answer = closed.test_client().get(QUOTATION, headers=headers)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-cache")
    known = {"If-None-Match": answer.headers["ETag"]}
    assert closed.test_client().get(QUOTATION, headers=headers | known).status_code == 304
    assert closed.test_client().get(QUOTATION, headers=known).status_code == 401


def test_one_request_asks_one_searcher(app: Flask, client: FlaskClient, holder: Any) -> None:
    given: list[Any] = []
    ask: Callable[[], Any] = holder.searcher

    class Counting:
        def searcher(self) -> Any:
            given.append(ask())
            return given[-1]

    app.extensions["attributed"].holder = Counting()
    assert client.get("/api/speakers/Bahiss").status_code == 200
    assert len(given) == 1


@pytest.mark.parametrize("address", TAGGED)
def test_head_gives_the_headers_of_get(client: FlaskClient, address: str) -> None:
    got, asked = client.get(address), client.head(address)
    assert (asked.status_code, asked.data) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control", "Vary"):
        assert asked.headers[name] == got.headers[name], name


@pytest.mark.parametrize(
    ("address", "allowed"),
    [(SEARCH, "GET, HEAD, OPTIONS"), ("/api/verify", "OPTIONS, POST"), ("/", "GET, HEAD, OPTIONS")],
)
def test_options_tells_the_methods(client: FlaskClient, address: str, allowed: str) -> None:
    answer = client.options(address)
    assert (answer.status_code, answer.data) == (200, b"")
    assert ", ".join(sorted(answer.headers["Allow"].split(", "))) == allowed
