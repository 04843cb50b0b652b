"""Little or nothing on record, over HTTP: the smallest indexes still answer, and the page says what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.types import Article
from service import Settings, create_app

SILENT = Article("silent", "The river rose for a week.\n\nNobody spoke of it.", "A silent week")
SHORT = Article("short", "Short.")

Open = Callable[..., FlaskClient]


@pytest.fixture
def opened(tmp_path: Path, encoder: Any, build: Callable[..., Any]) -> Iterator[Open]:
    apps = []

    def open_index_of(*articles: Article) -> FlaskClient:
        build(articles, tmp_path / "few")
        apps.append(create_app(Settings(data=tmp_path / "few"), encoder=encoder, testing=True))
        return apps[-1].test_client()

    yield open_index_of
    for app in apps:
        app.extensions["attributed"].holder.close()


MODES = ("hybrid", "semantic", "lexical")
ORDERS = ("", "&sort=date", "&per_speaker=1", "&sort=date&per_speaker=2&limit=1&offset=3")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", ORDERS)
def test_index_without_a_passage_answers_with_nothing(opened: Open, mode: str, order: str) -> None:
    answer: Any = opened(SILENT, SHORT).get(f"/api/search?q=Who+closed+the+bridge%3F&mode={mode}{order}")
    assert answer.status_code == 200
    assert {key: answer.json[key] for key in ("answered", "total", "hits")} == {
        "answered": False,
        "total": 0,
        "hits": [],
    }


def test_pages_of_an_index_without_a_passage_say_so(opened: Open) -> None:
    client = opened(SILENT)
    assert "Nothing is on record yet" in client.get("/").get_data(as_text=True)
    page = client.get("/?q=bridge").get_data(as_text=True)
    assert "Nothing on record answers this" in page
    assert "the nearest are" not in page
    assert "Nobody is on record." in client.get("/speakers").get_data(as_text=True)
    assert client.get("/api/speakers").json == {
        "total": 0,
        "generation": client.get("/readyz").json["generation"],  # type: ignore[index]
        "speakers": [],
    }
    whole: Any = client.get("/api/articles/silent").json
    assert (whole["article"]["text"], whole["quotations"]) == (SILENT.text, [])
    assert client.get("/articles/silent").status_code == 200
    unknown: Any = client.get("/api/search?q=x&speaker=Khan")
    assert (unknown.status_code, unknown.json["nearest"]) == (404, [])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("order", ["", "&sort=date", "&per_speaker=1"])
def test_one_article_with_one_quotation_answers(opened: Open, articles: list[Article], mode: str, order: str) -> None:
    (copy,) = (article for article in articles if article.id == "copy")
    client = opened(copy)
    answer: Any = client.get(f"/api/search?q=How+many+people+does+the+ferry+carry%3F&mode={mode}{order}").json
    assert (answer["answered"], answer["total"], len(answer["hits"])) == (True, 1, 1)
    found = answer["hits"][0]["highlights"]
    assert [copy.text[start:end] for start, end in found["words"]] == ["ferry", "carries", "people"]
    assert copy.text[slice(*found["sentence"])] == copy.text.split("\n\n")[1]


def test_filters_that_leave_nothing_answer_with_nothing(opened: Open, articles: list[Article]) -> None:
    client = opened(*articles)
    answer: Any = client.get("/api/search?q=ferry&from=2030-01-01&sort=date&per_speaker=1").json
    assert (answer["answered"], answer["total"], answer["hits"]) == (False, 0, [])
    page = client.get("/?q=ferry&from=2030-01-01&sort=date").get_data(as_text=True)
    assert "Other words may find it, or fewer filters" in page


def test_page_beyond_the_last_is_empty_and_leads_back(opened: Open, articles: list[Article]) -> None:
    client = opened(*articles)
    first: Any = client.get("/api/search?q=ferry&per_speaker=1").json
    beyond: Any = client.get(f"/api/search?q=ferry&per_speaker=1&offset={first['total']}").json
    assert (beyond["answered"], beyond["total"], beyond["hits"]) == (first["answered"], first["total"], [])
    assert "There is no page this far on." in client.get("/?q=ferry&offset=100").get_data(as_text=True)


@pytest.mark.parametrize("order", ["", "&sort=date"])
def test_question_that_nothing_answers_says_so_over_the_nearest(
    opened: Open, articles: list[Article], order: str
) -> None:
    client = opened(*articles)
    answer: Any = client.get(f"/api/search?q=penguins{order}").json
    assert answer["answered"] is False
    assert answer["hits"]
    assert all(hit["highlights"]["words"] == [] for hit in answer["hits"])
    page = client.get(f"/?q=penguins{order}").get_data(as_text=True)
    assert "Nothing on record answers this; the nearest are" in page
    assert '<ol class="hits unanswered"' in page
