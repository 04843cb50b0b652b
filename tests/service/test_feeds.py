from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import pytest
from flask.testing import FlaskClient

from index.queries import Filters
from service import Settings, create_app


def read(client: FlaskClient, address: str) -> Any:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    found = feedparser.parse(answer.data)
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_a_search_as_a_feed_is_by_date_and_says_where_it_and_its_page_are(client: FlaskClient, holder: Any) -> None:
    found = read(client, "/api/search.atom?q=peace+%26+war&speaker=Khan&from=2026-01-01")
    asked = holder.standing.asked[-1]
    assert (asked.text, asked.sort, asked.limit, asked.offset) == ("peace & war", "date", 100, 0)
    assert asked.filters.speakers == ("Khan",)
    assert [(link.rel, link.href) for link in found.feed.links] == [
        ("self", "http://localhost/api/search.atom?q=peace+%26+war&speaker=Khan&from=2026-01-01"),
        ("alternate", "http://localhost/?q=peace+%26+war&speaker=Khan&from=2026-01-01&sort=date"),
    ]
    assert found.feed.title == "“peace & war” · attributed"
    assert found.feed.updated == "2026-02-27T10:11:12+00:00"
    assert [entry.author for entry in found.entries] == ["Tariq Khan"]


def test_an_alert_says_nothing_while_nothing_bears_on_the_question(client: FlaskClient) -> None:
    assert client.get("/api/search?q=cake").json["total"] == 5  # type: ignore[index]
    assert read(client, "/api/search.atom?q=cake").entries == []


def test_a_speaker_as_a_feed_is_named_and_takes_filters(client: FlaskClient, holder: Any) -> None:
    found = read(client, "/api/speakers/%C3%A9mine-%C5%9Fahin/quotations.atom?kind=direct")
    assert holder.standing.exported[-1] == (Filters(kinds=("direct",)), "émine-şahin", True)
    assert found.feed.title == "Émine Şahin · attributed"
    assert [link.href for link in found.feed.links] == [
        "http://localhost/api/speakers/%C3%A9mine-%C5%9Fahin/quotations.atom?kind=direct",
        "http://localhost/speakers/%C3%A9mine-%C5%9Fahin?kind=direct",
    ]


def test_everything_as_a_feed_leaves_out_copies(client: FlaskClient, holder: Any) -> None:
    assert len(read(client, "/api/quotations.atom").entries) == 4
    assert holder.standing.exported[-1] == (Filters(), None, True)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/search.atom", 400),
        ("/api/search.atom?q=x&sort=date", 400),
        ("/api/search.atom?q=x&limit=5", 400),
        ("/api/quotations.atom?q=x", 400),
        ("/api/speakers/Nobody/quotations.atom", 404),
    ],
)
def test_what_is_wrong_is_a_problem(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_the_order_of_parameters_makes_no_other_feed(client: FlaskClient) -> None:
    ids = {
        read(client, f"/api/search.atom?{given}").feed.id
        for given in ("q=x&speaker=Khan&kind=direct", "kind=direct&speaker=Khan&q=x")
    }
    assert len(ids) == 1
    assert read(client, "/api/search.atom?q=x&speaker=Khan").feed.id not in ids


@pytest.fixture
def real(data_dir: Path, encoder: Any) -> Iterator[FlaskClient]:
    app = create_app(Settings(data=data_dir), encoder=encoder, testing=True)
    yield app.test_client()
    app.extensions["attributed"].holder.close()


def test_entries_are_the_newest_first(real: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    found = read(real, "/api/quotations.atom")
    dates = [entry.updated[:10] for entry in found.entries]
    assert dates == ["2026-03-01"] * 2 + ["2026-02-20"] * 3 + ["2026-01-10"] * 4
    monkeypatch.setattr("service.feeds.ENTRIES", 3)
    assert [entry.id for entry in read(real, "/api/quotations.atom").entries] == [
        entry.id for entry in found.entries[:3]
    ]
