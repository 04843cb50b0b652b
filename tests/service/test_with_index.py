"""The service over a real index: the small one of the tests, with its encoder that is worked out by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index import payloads
from index.queries import Query
from index.searcher import Searcher
from index.types import Article
from service import Settings, create_app


@pytest.fixture
def real(data_dir: Path, encoder: Any) -> Iterator[FlaskClient]:
    app = create_app(Settings(data=data_dir), encoder=encoder, testing=True)
    yield app.test_client()
    app.extensions["attributed"].holder.close()


def test_search_answers_what_the_searcher_answers(real: FlaskClient, data_dir: Path, encoder: Any) -> None:
    answer: Any = real.get("/api/search?q=How+long+does+the+ceasefire+hold%3F&limit=2").json
    with Searcher.open(data_dir, encoder) as searcher:
        expected = payloads.answer(searcher.search(Query("How long does the ceasefire hold?", limit=2)))
    assert {**answer, "took_ms": 0} == {**expected, "took_ms": 0}
    first = answer["hits"][0]["quotation"]
    assert first["text"] == "The ceasefire holds only while both capitals are tired"
    assert first["speaker"] == {"id": "tariq-khan", "name": "Tariq Khan", "role": "a retired general", "kind": "person"}


def test_speaker_quotations_are_newest_first_and_filtered(real: FlaskClient) -> None:
    everything: Any = real.get("/api/speakers/river-council/quotations").json
    assert [hit["article"]["date"] for hit in everything["hits"]] == ["2026-03-01", "2026-02-20"]
    early: Any = real.get("/api/speakers/river-council/quotations?to=2026-02-20").json
    assert [hit["quotation"]["text"] for hit in early["hits"]] == ["the ferry crossing at the border stays shut"]


def test_unknown_speaker_comes_with_the_nearest_names(real: FlaskClient) -> None:
    answer: Any = real.get("/api/speakers/tarik%20kahn").json
    assert (answer["status"], answer["nearest"][0]) == (404, "Tariq Khan")
    answer = real.get("/api/search?q=x&speaker=tarik+kahn").json
    assert (answer["status"], answer["nearest"][0]) == (404, "Tariq Khan")


def test_name_of_two_speakers_is_told_apart(real: FlaskClient) -> None:
    answer: Any = real.get("/api/speakers/Khan").json
    assert answer["status"] == 400
    assert "Imran Khan (imran-khan)" in answer["detail"]


def test_every_page_and_every_link_on_it_is_there(real: FlaskClient) -> None:
    seen: set[str] = set()
    waiting = ["/", "/?q=ferry"]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        with real.get(address) as answer:
            assert answer.status_code == 200, address
            if answer.mimetype == "text/html":
                found = re.findall(r'href="(/[^"]*)"', answer.get_data(as_text=True))
                waiting += [one for one in found if one not in seen and one not in waiting]
    assert {address.split("/")[1] for address in seen} >= {"speakers", "articles", "quotations", "api", "static"}


def test_new_generation_is_taken_up_without_a_restart(
    real: FlaskClient, data_dir: Path, articles: list[Article], build: Callable[..., Any]
) -> None:
    before: Any = real.get("/readyz").json
    assert real.get("/api/articles/ferry").status_code == 200
    report = build([article for article in articles if article.id != "ferry"], data_dir)
    after: Any = real.get("/readyz").json
    assert before["generation"] != after["generation"] == report.generation
    assert real.get("/api/articles/ferry").status_code == 404


def test_readyz_says_what_is_verified_and_what_was_set_aside(
    data_dir: Path, encoder: Any, articles: list[Article], build: Callable[..., Any]
) -> None:
    before = (data_dir / "CURRENT").read_text("utf-8").strip()
    after = build(articles[:1], data_dir).generation
    file = data_dir / "generations" / after / "vectors.faiss"
    file.write_bytes(file.read_bytes()[:-1])
    app = create_app(Settings(data=data_dir), encoder=encoder, testing=True)
    ready: Any = app.test_client().get("/readyz").json
    (line,) = ready.pop("set_aside")
    assert ready == {"status": "ready", "generation": before, "verified": "hashes"}
    assert line.startswith(f"{file}: ")
    assert line.endswith("; run `attributed rebuild`")
    app.extensions["attributed"].holder.close()


def test_service_without_index_says_so_and_takes_up_the_first_one(
    tmp_path: Path, encoder: Any, articles: list[Article], build: Callable[..., Any]
) -> None:
    app = create_app(Settings(data=tmp_path / "var"), encoder=encoder, testing=True)
    client = app.test_client()
    for address in ("/readyz", "/api/search?q=x", "/api/speakers"):
        answer: Any = client.get(address)
        assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
        assert "attributed rebuild" in answer.json["detail"]
    page = client.get("/")
    assert page.status_code == 503
    assert f"<code>attributed rebuild --data {tmp_path / 'var'}</code>" in page.get_data(as_text=True)
    build(articles, tmp_path / "var")
    assert client.get("/readyz").status_code == 200
    assert client.get("/?q=ferry").status_code == 200
    app.extensions["attributed"].holder.close()


def test_index_of_another_model_is_told_with_the_remedy(data_dir: Path, encoder: Any) -> None:
    encoder.fingerprint = "0" * 64
    answer: Any = create_app(Settings(data=data_dir), encoder=encoder, testing=True).test_client().get("/readyz")
    assert answer.status_code == 503
    assert "the index was made by fake" in answer.json["detail"]


@pytest.mark.parametrize("part", ["store.sqlite", "vectors.faiss"])
def test_damaged_index_is_told_with_the_remedy(data_dir: Path, encoder: Any, part: str) -> None:
    name = (data_dir / "CURRENT").read_text("utf-8").strip()
    file = data_dir / "generations" / name / part
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-10])
    answer: Any = create_app(Settings(data=data_dir), encoder=encoder, testing=True).test_client().get("/api/speakers")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert part in answer.json["detail"]
    assert "attributed rebuild" in answer.json["detail"]
