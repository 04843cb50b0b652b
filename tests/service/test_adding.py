"""Adding and removing over HTTP: who may, what is taken, what is answered, and that the next answer knows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import keys
from index.live.working import OwnWorker, Refused, Worked
from index.live.writer import Live
from index.standing import Standing
from service import Settings, create_app, engine
from service.adding import LONGEST, MOST
from tests.conftest import PASSAGES

FERRY = "Ferry starts\n\n“The ferry carries six hundred people a day,” Khan said."


class Grudging(OwnWorker):
    """Takes no text that says so."""

    def work(self, articles: Any) -> Iterator[Worked | Refused]:
        for article in articles:
            if "too long" in article.text:
                yield Refused(article.id, "it took more than 60 s; post a shorter text")
            else:
                yield from super().work([article])


@pytest.fixture
def live(data_dir: Path, encoder: Any, extractor: Any) -> Iterator[Live]:
    standing = Standing(data_dir, encoder)
    made = Live(data_dir, standing, Grudging(extractor, encoder, PASSAGES))
    yield made
    made.close()
    standing.close()


@pytest.fixture
def app(live: Live, data_dir: Path, encoder: Any) -> Flask:
    made = create_app(
        Settings(data=data_dir, articles_mib=2, limit_write=None),
        encoder=encoder,
        holder=live,  # type: ignore[arg-type]
        testing=True,
    )
    made.extensions["attributed"].adder = live
    return made


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture
def key(data_dir: Path) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.add(data_dir, 'desk', ('write',))[1]}"}


def _ids(client: FlaskClient) -> set[str]:
    answer = client.get("/api/search?q=ferry&limit=100").get_json()
    return {id_ for hit in answer["hits"] for id_ in (hit["article"]["id"], *hit["also_in"])}


def test_one_article_is_added_and_found_by_the_next_request(client: FlaskClient, key: Any, extractor: Any) -> None:
    extractor.known["new"] = ()
    before = client.get("/readyz").get_json()["generation"]
    answer = client.post(
        "/api/articles",
        json={"id": "new", "text": FERRY, "title": "Ferry", "date": "2026-03-04T10:00:00+02:00", "source": "Post"},
        headers=key,
    )
    assert answer.status_code == 200
    assert answer.get_json() == {
        "generation": f"{before}+1",
        "articles": [{"id": "new", "status": "added", "reason": None, "instead": [], "quotations": []}],
    }
    found = client.get("/api/articles/new").get_json()["article"]
    assert {name: value for name, value in found.items() if name != "language"} == {
        "id": "new", "title": "Ferry", "date": "2026-03-04", "source": "Post", "url": None, "text": FERRY,
        "authors": [], "section": None, "agency": None, "date_certainty": "day", "summary_only": False,
    }  # fmt: skip
    assert client.get("/readyz").get_json()["generation"] == f"{before}+1"


def test_author_section_and_agency_are_kept_and_a_change_of_them_is_one(
    client: FlaskClient, key: Any, extractor: Any
) -> None:
    extractor.known["told"] = ()
    sent: dict[str, Any] = {"id": "told", "text": FERRY, "date": "2026-03-01", "date_certainty": "month"}
    sent |= {"authors": ["Ada Holm"], "section": "Harbour"}
    text = "OSLO, Norway (AP) — The ferry stays in port."
    changes: list[tuple[dict[str, str], str, str | None]] = [
        ({}, "added", None),
        ({}, "unchanged", None),
        ({"agency": "Skarv Wire"}, "replaced", "Skarv Wire"),
        ({"agency": "The Associated Press"}, "replaced", "AP"),
        ({"text": text}, "replaced", "AP"),
    ]
    for more, status, agency in changes:
        (one,) = client.post("/api/articles", json=sent | more, headers=key).get_json()["articles"]
        assert one["status"] == status
        found = client.get("/api/articles/told").get_json()["article"]
        assert (found["authors"], found["section"], found["agency"]) == (["Ada Holm"], "Harbour", agency)
        assert (found["date"], found["date_certainty"]) == ("2026-03-01", "month")
    refused = client.post("/api/articles", json=sent | {"date_certainty": "hour"}, headers=key)
    assert refused.status_code == 400
    assert "date_certainty" in refused.get_json()["detail"]


def test_what_articles_say_of_themselves_narrows_what_is_found(client: FlaskClient, key: Any) -> None:
    from tests.conftest import marked_articles

    ferry = next(article for article, _ in marked_articles() if article.id == "ferry")
    sent: dict[str, Any] = {"id": "ferry", "text": ferry.text, "authors": ["Ada Holm"], "section": "Harbour"}
    client.post("/api/articles", json={**sent, "agency": "AP"}, headers=key)

    def found(query: str) -> set[str]:
        hits = client.get(f"/api/search?q=ferry&{query}").get_json()["hits"]
        return {hit["article"]["id"] for hit in hits}

    for query in ("author=ada+holm", "section=harbour", "agency=Associated+Press", "author=Ada+Holm&agency=AP"):
        assert found(query) == {"ferry"}
    assert found("author=Nobody") == found("author=Ada+Holm&section=Money") == set()
    assert "written by Ada Holm" in client.get("/?q=ferry&author=Ada+Holm").get_data(as_text=True)
    assert client.get("/api/search?q=ferry&author=").status_code == 400
    page = client.get("/articles/ferry").get_data(as_text=True)
    for shown in ("by <bdi>Ada Holm</bdi>", "<bdi>AP</bdi>", "<bdi>Harbour</bdi>"):
        assert shown in page


@pytest.mark.parametrize(
    ("own", "copy", "told"), [("AP", None, "AP"), (None, "AP", "AP"), ("AP", "AP", "AP"), ("AP", "Reuters", None)]
)
def test_hit_with_copies_names_the_one_agency_whose_story_they_tell(
    client: FlaskClient, key: Any, own: str | None, copy: str | None, told: str | None
) -> None:
    from tests.conftest import marked_articles

    for id_, agency in (("ferry", own), ("copy", copy)):
        article = next(article for article, _ in marked_articles() if article.id == id_)
        sent = {"id": id_, "text": article.text, "date": article.date and article.date.isoformat(), "agency": agency}
        assert client.post("/api/articles", json=sent, headers=key).status_code == 200
    hits = client.get("/api/search?q=six+hundred+people&mode=lexical").get_json()["hits"]
    copied = {(one["article"]["id"], *one["also_in"]): one["agency"] for one in hits if one["also_in"]}
    assert copied == {("ferry", "copy"): told}
    assert all(one["agency"] is None for one in hits if not one["also_in"])


def test_quotations_are_answered_as_the_article_has_them(client: FlaskClient, key: Any) -> None:
    client.delete("/api/articles/ferry", headers=key)
    assert "ferry" not in _ids(client)
    from tests.conftest import marked_articles

    ferry = next(article for article, _ in marked_articles() if article.id == "ferry")
    sent = {"id": "ferry", "text": ferry.text, "title": ferry.title, "date": "2026-03-01", "source": ferry.source}
    (added,) = client.post("/api/articles", json={"articles": [sent]}, headers=key).get_json()["articles"]
    assert added["status"] == "added"
    assert added["quotations"] == client.get("/api/articles/ferry").get_json()["quotations"]
    assert len(added["quotations"]) == 2
    assert "ferry" in _ids(client)
    (again,) = client.post("/api/articles", json=sent, headers=key).get_json()["articles"]
    assert again == {**added, "status": "unchanged"}


def test_an_article_without_an_id_is_known_by_its_text(client: FlaskClient, key: Any) -> None:
    ids = [client.post("/api/articles", json={"text": text}, headers=key).get_json()["articles"][0] for text in
           ("One.", "Two.", "One.")]  # fmt: skip
    assert [one["status"] for one in ids] == ["added", "added", "unchanged"]
    assert ids[0]["id"] == ids[2]["id"] != ids[1]["id"]


def test_removed_is_gone_and_then_there_is_none(client: FlaskClient, key: Any) -> None:
    answer = client.delete("/api/articles/bridge", headers=key)
    assert (answer.status_code, answer.get_json()["removed"]) == (200, "bridge")
    assert client.get("/api/articles/bridge").status_code == 404
    again = client.delete("/api/articles/bridge", headers=key)
    assert again.status_code == 404
    assert again.mimetype == "application/problem+json"


@pytest.mark.parametrize("method", ["post", "delete"])
def test_nobody_adds_without_a_key_that_writes(client: FlaskClient, data_dir: Path, method: str) -> None:
    where = "/api/articles" if method == "post" else "/api/articles/ferry"
    read = {"X-API-Key": keys.add(data_dir, "reader", ("read",))[1]}
    for headers, status in (({}, 401), ({"X-API-Key": "att_no_such"}, 401), (read, 403)):
        # Not even the body is looked at.
        answer = getattr(client, method)(where, headers=headers, **({"data": b"{"} if method == "post" else {}))
        assert answer.status_code == status
        assert answer.mimetype == "application/problem+json"
    assert client.get("/api/articles/ferry").status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "text is missing"),
        ({"text": " \n"}, "text is blank"),
        ({"text": 5}, "text must be text, not int"),
        ({"text": "a\0"}, "NUL"),
        ({"text": "x", "date": "2026-02-30"}, "date must be a day"),
        ({"text": "x", "date": "20260227"}, "date must be a day"),
        ({"text": "x", "autor": "y"}, "'autor' is not known; an article has text, id, title, date, source, url"),
        ({"text": "x", "id": "i" * 1001}, "id has 1001 characters"),
        ({"articles": []}, "articles must hold 1 to 100 articles"),
        ({"articles": [{"text": "x"}] * (MOST + 1)}, "articles must hold 1 to 100 articles"),
        ({"text": "x", "title": "a\0"}, "title holds NUL"),
        ({"articles": [{"text": "x"}, {"id": "b"}]}, "articles[1].text is missing"),
        ({"articles": [{"text": "x"}], "text": "y"}, "'text' is not known"),
        ({"articles": {"text": "x"}}, "valid list"),
        ([], "no object"),
        ("x" * 10, "no object"),
    ],
)
def test_what_is_not_of_the_shape_is_refused_whole(client: FlaskClient, key: Any, body: Any, said: str) -> None:
    before = client.get("/readyz").get_json()["generation"]
    answer = client.post("/api/articles", json=body, headers=key)
    assert answer.status_code == 400
    assert said in answer.get_json()["detail"]
    assert client.get("/readyz").get_json()["generation"] == before


@pytest.mark.parametrize("others", [{"id": "a", "text": "y"}, {"id": "a", "text": "x"}])
def test_an_id_that_is_given_twice_is_refused_whole(client: FlaskClient, key: Any, others: Any) -> None:
    before = client.get("/readyz").get_json()["generation"]
    answer = client.post("/api/articles", json={"articles": [{"text": "x", "id": "a"}, others]}, headers=key)
    assert answer.status_code == 409
    assert "'a' is given 2 times" in answer.get_json()["detail"]
    assert client.get("/readyz").get_json()["generation"] == before


def test_a_parameter_is_not_taken(client: FlaskClient, key: Any) -> None:
    answer = client.post("/api/articles?dry=1", json={"text": "x"}, headers=key)
    assert answer.status_code == 400


def test_a_text_that_is_too_long_is_refused_and_a_body_that_is_too_large(client: FlaskClient, key: Any) -> None:
    answer = client.post("/api/articles", json={"text": "a" * (LONGEST + 1)}, headers=key)
    assert answer.status_code == 400
    assert f"{LONGEST + 1} characters" in answer.get_json()["detail"]
    answer = client.post("/api/articles", data=b" " * (2 << 20 | 1), headers=key, content_type="application/json")
    assert answer.status_code == 413
    assert "2,097,152 bytes" in answer.get_json()["detail"]
    assert client.post("/api/verify", data=b" " * (1 << 20 | 1)).status_code == 413


def test_what_cannot_be_worked_is_refused_and_the_others_are_added(client: FlaskClient, key: Any) -> None:
    bad, good = {"id": "bad", "text": "too long"}, {"id": "good", "text": "Short."}
    answer = client.post("/api/articles", json={"articles": [bad, good]}, headers=key).get_json()
    assert [(one["id"], one["status"], one["reason"]) for one in answer["articles"]] == [
        ("bad", "refused", "it took more than 60 s; post a shorter text"),
        ("good", "added", None),
    ]
    assert client.get("/api/articles/bad").status_code == 404
    before = client.get("/readyz").get_json()["generation"]
    answer = client.post("/api/articles", json=bad, headers=key)
    assert answer.status_code == 422
    assert answer.get_json()["detail"] == (
        "article 'bad': it took more than 60 s; post a shorter text; nothing was added"
    )
    assert client.get("/readyz").get_json()["generation"] == before


def test_where_nothing_can_be_added_the_answer_says_so(app: Flask, client: FlaskClient, key: Any) -> None:
    app.extensions["attributed"].adder = None
    assert client.post("/api/articles", json={"text": "x"}, headers=key).status_code == 503


def test_an_answer_that_was_kept_is_asked_for_again_once_something_was_added(client: FlaskClient, key: Any) -> None:
    first = client.get("/api/speakers")
    unchanged = client.get("/api/speakers", headers={"If-None-Match": first.headers["ETag"]})
    assert unchanged.status_code == 304
    client.post("/api/articles", json={"text": "Nobody said a word."}, headers=key)
    assert client.get("/api/speakers", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_engine_has_no_adder_unless_it_is_given() -> None:
    assert engine.Engine(None, None).adder is None  # type: ignore[arg-type]
