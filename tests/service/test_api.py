from __future__ import annotations

import datetime as dt
import json
import logging
import sqlite3
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from index.errors import (
    BusyError,
    DamagedIndexError,
    EngineAwayError,
    EngineError,
    ModelError,
    NoIndexError,
    SpeakersFileError,
)
from index.queries import Filters, Query

GENERATION = "20260227T101112000000Z"
BAHISS = {
    "id": "tameem-bahiss",
    "name": "Tameem Bahiss",
    "role": "a Kabul-based security analyst",
    "kind": "person",
    "roles": ["a Kabul-based security analyst"],
    "aliases": ["Bahiss"],
    "quotations": 1,
    "articles": 1,
}
UNTOLD: dict[str, Any] = {
    "authors": [],
    "section": None,
    "agency": None,
    "date_certainty": "unknown",
    "summary_only": False,
}
"""What an article says that tells nothing beside its text."""

RECORD = {
    "quotation": {
        "id": "b928f172dcf38209",
        "text": "Attacks will continue,",
        "kind": "direct",
        "start": 65,
        "end": 87,
        "spans": [[65, 87]],
        "speaker": {
            "id": "tameem-bahiss",
            "name": "Tameem Bahiss",
            "role": "a Kabul-based security analyst",
            "kind": "person",
        },
        "attribution": {
            "mention": "he",
            "mention_start": 89,
            "mention_end": 91,
            "cue": "said",
            "cue_start": 92,
            "cue_end": 96,
            "method": "pronoun",
            "confidence": 0.93,
        },
    },
    "passage": {
        "text": "Tameem Bahiss, a Kabul-based security analyst, spoke on Friday. “Attacks will continue,” he said.",
        "start": 0,
        "end": 97,
    },
    "article": {
        "id": "strikes-1",
        "title": "Strikes on Kabul",
        "date": "2026-02-27",
        "source": "Al Jazeera",
        "url": "https://example.org/strikes?a=1&b=2",
        "language": None,
        **UNTOLD,
        "date_certainty": "day",
    },
    "also_in": ["copy-1"],
    "agency": None,
}


def test_search_answers_in_the_shape_of_the_outside(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=What+does+Bahiss+expect%3F&limit=1")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    assert answer.json == {
        "question": "What does Bahiss expect?",
        "answered": True,
        "total": 5,
        "took_ms": 4.1,
        "generation": GENERATION,
        "understood": {
            "speakers": ["tameem-bahiss"],
            "likely": [],
            "from": None,
            "to": None,
            "searched": "",
            "corrected": "",
            "corrections": [],
            "guesses": [{"kind": "speakers", "text": "Bahiss", "start": 10, "end": 16, "speakers": ["tameem-bahiss"]}],
        },
        "facets": {
            "speaker": [
                {"value": "tameem-bahiss", "label": "Tameem Bahiss", "count": 1},
                {"value": "tariq-khan", "label": "Tariq Khan", "count": 1},
                {"value": "script", "label": "<script>alert('name')</script>", "count": 1},
                {"value": "émine-şahin", "label": "Émine Şahin", "count": 1},
            ],
            "source": [
                {"value": "Al Jazeera", "label": "Al Jazeera", "count": 3},
                {"value": "Haber", "label": "Haber", "count": 1},
            ],
            "kind": [{"value": "direct", "label": "direct", "count": 5}],
            "year": [{"value": "2026", "label": "2026", "count": 4}],
        },
        "hits": [{"rank": 1, "score": 0.9, **RECORD, "highlights": {"sentence": [64, 97], "words": [[65, 72]]}}],
    }


def test_search_says_when_nothing_answers(client: FlaskClient) -> None:
    answer: Any = client.get("/api/search?q=how+to+bake+a+cake").json
    assert answer["answered"] is False
    assert [hit["rank"] for hit in answer["hits"]] == [1, 2, 3, 4, 5]


def test_search_gives_null_where_nobody_can_be_named_and_the_pieces_of_a_split_quotation(client: FlaskClient) -> None:
    hits: Any = client.get("/api/search?q=x").json["hits"]  # type: ignore[index]
    assert hits[2]["quotation"]["speaker"] is None
    assert hits[2]["quotation"]["attribution"]["method"] is None
    assert hits[1]["quotation"]["spans"] == [[100, 126], [140, 171]]
    assert hits[1]["quotation"]["text"] == "We have not seen the peak, and there will be more to come."


def test_search_hands_every_parameter_to_the_searcher(client: FlaskClient, holder: Any) -> None:
    answer = client.get(
        "/api/search?q=x&speaker=Khan&speaker=Bahiss&kind=direct&kind=person&source=Al+Jazeera"
        "&from=2026-01-01&to=2026-12-31&limit=3&offset=1&mode=semantic&sort=date&per_speaker=2"
    )
    assert answer.status_code == 200
    filters = Filters(
        ("Khan", "Bahiss"), ("direct", "person"), ("Al Jazeera",), dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    )
    assert holder.standing.asked == [Query("x", filters, 3, 1, "semantic", "date", 2)]


def test_text_goes_out_as_utf8_unescaped(client: FlaskClient) -> None:
    body = client.get("/api/articles/istanbul").data
    assert "Émine Şahin told us 🙂: “Barış gelecek.”".encode() in body


def test_offsets_are_characters_of_the_articles_text(client: FlaskClient) -> None:
    answer: Any = client.get("/api/articles/istanbul").json
    (said,) = answer["quotations"]
    assert answer["article"]["text"][said["start"] : said["end"]] == said["text"] == "Barış gelecek."


def test_speakers_are_listed_and_found(client: FlaskClient) -> None:
    answer: Any = client.get("/api/speakers").json
    assert (answer["total"], answer["generation"], answer["speakers"][0]) == (4, GENERATION, BAHISS)
    found: Any = client.get("/api/speakers?q=Khan&limit=1&offset=0").json
    assert [one["id"] for one in found["speakers"]] == ["tariq-khan"]


@pytest.mark.parametrize("key", ["tameem-bahiss", "Tameem%20Bahiss", "Bahiss"])
def test_speaker_is_found_by_id_name_and_alias(client: FlaskClient, key: str) -> None:
    assert client.get(f"/api/speakers/{key}").json == {
        **BAHISS,
        "years": [{"year": 2026, "quotations": 1}],
        "months": [{"month": "2026-02", "quotations": 1}],
        "undated": 0,
        "roles_over_time": [
            {
                "role": "a Kabul-based security analyst",
                "first": "2026-02-27",
                "last": "2026-02-27",
                "articles": 1,
            }
        ],
        "generation": GENERATION,
    }


def test_speaker_with_a_unicode_slug_is_found_percent_encoded(client: FlaskClient) -> None:
    answer: Any = client.get("/api/speakers/%C3%A9mine-%C5%9Fahin").json
    assert answer["name"] == "Émine Şahin"


def test_speaker_quotations_list_without_scores(client: FlaskClient, holder: Any) -> None:
    answer = client.get("/api/speakers/Bahiss/quotations?kind=direct&limit=5")
    assert answer.json == {
        "speaker": BAHISS,
        "total": 1,
        "generation": GENERATION,
        "facets": {
            "speaker": [{"value": "tameem-bahiss", "label": "Tameem Bahiss", "count": 1}],
            "source": [{"value": "Al Jazeera", "label": "Al Jazeera", "count": 1}],
            "kind": [{"value": "direct", "label": "direct", "count": 1}],
            "year": [{"value": "2026", "label": "2026", "count": 1}],
        },
        "hits": [{"rank": 1, "score": None, **RECORD, "highlights": None}],
    }
    assert holder.standing.listed == [("tameem-bahiss", Filters(kinds=("direct",)), 5, 0)]


def test_quotation_stands_in_its_context(client: FlaskClient) -> None:
    after = "“We have not seen the peak,” Khan said, “and there will be more to come.”\n\nNobody expected it."
    assert client.get("/api/quotations/b928f172dcf38209").json == {
        **RECORD,
        "context": {"before": None, "after": {"text": after, "start": 99, "end": 99 + len(after)}},
    }


def test_article_ids_may_be_addresses(client: FlaskClient) -> None:
    whole: Any = client.get(f"/api/articles/{quote('https://example.org//a b?<i>', safe='')}").json
    assert whole["article"] == {
        "id": "https://example.org//a b?<i>",
        "title": "<script>alert('title')</script>",
        "date": None,
        "source": None,
        "url": "javascript:alert(3)",
        "language": None,
        **UNTOLD,
        "text": "Intro <script>alert(1)</script>. “<script>alert(2)</script> & more,” they said.",
    }
    assert [one["text"] for one in whole["quotations"]] == ["<script>alert(2)</script> & more,"]


FILTERS = "speaker, kind, source, author, section, agency, from, to, limit, offset"
SEARCH = f"{FILTERS}, mode, sort, per_speaker, ignore, today"


@pytest.mark.parametrize(
    ("address", "detail", "parameter"),
    [
        ("/api/search", "q is missing; it must be given", "q"),
        ("/api/search?q=", "q is blank; give 1 to 2000 characters", "q"),
        ("/api/search?q=%20%09", "q is blank; give 1 to 2000 characters", "q"),
        (f"/api/search?q={'x' * 2001}", "q has 2001 characters; at most 2000 are allowed", "q"),
        (
            "/api/search?q=x&page=2",
            f"'page' is not a parameter; the known ones are q, {SEARCH}",
            "page",
        ),
        (
            "/api/search?q=x&since=2026-01-01",
            f"'since' is not a parameter; the known ones are q, {SEARCH}",
            "since",
        ),
        ("/api/search?q=x&q=y", "'q' is given with different values ('x', 'y'); give it once", "q"),
        ("/api/search?q=x&limit=0", "limit must be a whole number from 1 to 100, not '0'", "limit"),
        ("/api/search?q=x&limit=101", "limit must be a whole number from 1 to 100, not '101'", "limit"),
        ("/api/search?q=x&limit=ten", "limit must be a whole number from 1 to 100, not 'ten'", "limit"),
        ("/api/search?q=x&limit=1_0", "limit must be a whole number from 1 to 100, not '1_0'", "limit"),
        ("/api/search?q=x&limit=", "limit must be a whole number from 1 to 100, not ''", "limit"),
        ("/api/search?q=x&offset=-1", "offset must be a whole number from 0 to 1000000, not '-1'", "offset"),
        (
            f"/api/search?q=x&offset={10**30}",
            f"offset must be a whole number from 0 to 1000000, not '{10**30}'",
            "offset",
        ),
        (
            "/api/search?q=x&from=27.02.2026",
            "from must be a day as YYYY-MM-DD, like 2026-02-27, not '27.02.2026'",
            "from",
        ),
        ("/api/search?q=x&to=20260227", "to must be a day as YYYY-MM-DD, like 2026-02-27, not '20260227'", "to"),
        ("/api/search?q=x&to=2026-02-30", "to must be a day as YYYY-MM-DD, like 2026-02-27, not '2026-02-30'", "to"),
        (
            "/api/search?q=x&kind=verbatim",
            "kind must be one of direct, mixed, indirect, person, organisation, group, unnamed, not 'verbatim'",
            "kind",
        ),
        (
            "/api/search?q=x&ignore=dates&ignore=names",
            "ignore must be one of speakers, roles, dates, spelling, not 'names'",
            "ignore",
        ),
        (
            "/api/search?q=x&today=yesterday",
            "today must be a day as YYYY-MM-DD, like 2026-02-27, not 'yesterday'",
            "today",
        ),
        ("/api/search?q=x&today=1776-07-04", "today must lie between 1900 and 2200, not 1776-07-04", "today"),
        ("/api/search?q=x&mode=fast", "mode must be one of hybrid, semantic, lexical, not 'fast'", "mode"),
        ("/api/search?q=x&sort=oldest", "sort must be one of relevance, date, not 'oldest'", "sort"),
        ("/api/search?q=x&sort=", "sort must be one of relevance, date, not ''", "sort"),
        (
            "/api/search?q=x&per_speaker=0",
            "per_speaker must be a whole number from 1 to 100, not '0'",
            "per_speaker",
        ),
        (
            "/api/search?q=x&per_speaker=1.5",
            "per_speaker must be a whole number from 1 to 100, not '1.5'",
            "per_speaker",
        ),
        (
            "/api/speakers/Khan/quotations?per_speaker=1",
            f"'per_speaker' is not a parameter; the known ones are {FILTERS}",
            "per_speaker",
        ),
        ("/api/search?q=x&speaker=", "speaker is blank; give 1 to 300 characters", "speaker"),
        (f"/api/search?q=x&source={'s' * 301}", "source has 301 characters; at most 300 are allowed", "source"),
        (
            "/api/search?q=x" + "".join(f"&source={at}" for at in range(51)),
            "source is given 51 times; at most 50 are taken",
            "source",
        ),
        ("/api/search?q=a%00b", "the query holds NUL (%00); leave it out", None),
        ("/api/search?q=%ED%A0%80", "the query is not UTF-8; percent-encode the UTF-8 bytes of each character", None),
        ("/api/search?q=%FF", "the query is not UTF-8; percent-encode the UTF-8 bytes of each character", None),
        ("/api/search?%FF=x", "the query is not UTF-8; percent-encode the UTF-8 bytes of each character", None),
        ("/api/speakers?q=%20", "q is blank; give 1 to 300 characters", "q"),
        ("/api/speakers?limit=1000", "limit must be a whole number from 1 to 100, not '1000'", "limit"),
        ("/api/speakers/Khan?q=x", "'q' is not a parameter; none is taken here", "q"),
        (
            "/api/speakers/Khan/quotations?mode=hybrid",
            f"'mode' is not a parameter; the known ones are {FILTERS}",
            "mode",
        ),
        ("/api/speakers/%00", "the path holds NUL (%00); leave it out", None),
        (f"/api/speakers/{'x' * 301}", "the id has 301 characters; at most 300 are allowed", "id"),
        (f"/api/speakers/{'x' * 301}/quotations", "the id has 301 characters; at most 300 are allowed", "id"),
        (f"/api/quotations/{'x' * 1001}", "the id has 1001 characters; at most 1000 are allowed", "id"),
        (f"/api/articles/{'x' * 1001}", "the id has 1001 characters; at most 1000 are allowed", "id"),
        ("/api/articles/%20", "the id is blank; give 1 to 1000 characters", "id"),
    ],
)
def test_hostile_request_is_told_what_would_be_right(
    client: FlaskClient, address: str, detail: str, parameter: str | None
) -> None:
    answer: Any = client.get(address)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"] == detail
    assert answer.json.get("parameter") == parameter


def test_query_bytes_that_were_never_encoded_are_refused(client: FlaskClient) -> None:
    answer: Any = client.get("/api/search", environ_overrides={"QUERY_STRING": "q=\xff"})
    assert (answer.status_code, answer.json["detail"][:22]) == (400, "the query is not UTF-8")


def test_path_that_is_no_utf8_is_refused(client: FlaskClient) -> None:
    answer: Any = client.get("/", environ_overrides={"PATH_INFO": "/api/speakers/\xed\xa0\x80"})
    assert answer.status_code == 400
    assert answer.json["detail"] == "the path is not UTF-8; percent-encode the UTF-8 bytes of each character"


def test_utf8_that_was_never_percent_encoded_is_taken(client: FlaskClient) -> None:
    raw = "q=Émine".encode().decode("latin-1")
    answer: Any = client.get("/api/search", environ_overrides={"QUERY_STRING": raw})
    assert answer.json["question"] == "Émine"


def test_days_between_which_there_is_none_are_not_there(client: FlaskClient) -> None:
    for address in ("/api/search?q=x&", "/api/speakers/Khan/quotations?", "/api/search.csv?q=x&", "/?q=x&"):
        answer = client.get(f"{address}from=2026-03-01&to=2026-02-01")
        assert answer.status_code == 404
        assert "lies after to (2026-02-01); swap them" in answer.text
    wrong: Any = client.get("/api/search?q=x&from=2026-03-01&to=2026-02-01&limit=0").json
    assert (wrong["status"], wrong["parameter"]) == (400, "limit")


def test_unknown_speaker_in_a_filter_is_not_there_with_the_nearest_names(client: FlaskClient) -> None:
    for address in ("/api/search?q=x&speaker=Kahn", "/api/speakers/Khan/quotations?speaker=Kahn"):
        answer = client.get(address)
        assert answer.json == {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "no speaker is known as 'Kahn'; the nearest names are: Tariq Khan, Tameem Bahiss",
            "parameter": "speaker",
            "nearest": ["Tariq Khan", "Tameem Bahiss"],
        }


@pytest.mark.parametrize("address", ["/api/speakers/Kahn", "/api/speakers/Kahn/quotations"])
def test_unknown_speaker_in_the_path_is_not_there_with_the_nearest_names(client: FlaskClient, address: str) -> None:
    assert client.get(address).json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "no speaker is known as 'Kahn'; the nearest names are: Tariq Khan, Tameem Bahiss",
        "nearest": ["Tariq Khan", "Tameem Bahiss"],
    }


@pytest.mark.parametrize(
    ("address", "detail"),
    [
        ("/api/quotations/none", "there is no quotation with the id 'none'"),
        ("/api/articles/none/at/all", "there is no article with the id 'none/at/all'"),
        ("/api/nothing", "there is nothing at '/api/nothing'; /openapi.json lists what there is"),
        ("/api//search?q=x", "there is nothing at '/api//search'; /openapi.json lists what there is"),
        ("/static/none.css", "there is nothing at '/static/none.css'; /openapi.json lists what there is"),
    ],
)
def test_what_is_not_there_is_named(client: FlaskClient, address: str, detail: str) -> None:
    answer: Any = client.get(address)
    assert (answer.status_code, answer.json["detail"]) == (404, detail)


def test_another_method_is_told_the_right_ones(client: FlaskClient) -> None:
    answer: Any = client.put("/api/articles/istanbul")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "DELETE, GET, HEAD, OPTIONS"
    assert answer.json["detail"] == (
        "PUT is not allowed on '/api/articles/istanbul'; allowed are DELETE, GET, HEAD, OPTIONS"
    )


def test_deeply_nested_json_never_fails_the_service(client: FlaskClient) -> None:
    nested = {"data": "[" * 20_000, "content_type": "application/json"}
    assert client.post("/api/search", **nested).status_code == 405  # type: ignore[arg-type]
    answer: Any = client.get("/api/search?q=x", **nested)  # type: ignore[arg-type]
    assert answer.status_code == 400
    assert answer.json["detail"] == "this request takes no body; put the parameters into the address, as in ?q="


def test_a_body_that_is_too_large_is_told_the_limit(client: FlaskClient) -> None:
    answer: Any = client.post("/api/search", data=b"x" * (1 << 20) + b"x")
    assert (answer.status_code, answer.json["detail"]) == (
        413,
        "the body is too large; at most 1,048,576 bytes are taken",
    )


def test_what_others_hold_is_named_with_when_to_ask_again(client: FlaskClient, holder: Any) -> None:
    holder.standing.fault = BusyError("other articles are being worked", 7)
    answer = client.get("/api/search?q=x")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")


@pytest.mark.parametrize("path", ["/api/search?q=x", "/api/speakers", "/readyz", "/?q=x"])
def test_a_server_that_keeps_the_index_and_is_away_is_named_with_when_to_ask_again(
    client: FlaskClient, holder: Any, path: str
) -> None:
    holder.fault = EngineAwayError("Milvus at host:19530 does not answer", 4)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "4")
    assert "Milvus at host:19530 does not answer" in answer.text


@pytest.mark.parametrize(
    ("fault", "status", "detail"),
    [
        (NoIndexError("no index; run `attributed rebuild`"), 503, "no index; run `attributed rebuild`"),
        (
            DamagedIndexError("5 rows, 6 vectors; run `attributed rebuild`"),
            503,
            "5 rows, 6 vectors; run `attributed rebuild`",
        ),
        (BusyError("locked; wait"), 503, "locked; wait"),
        (EngineError("milvus 2.1 cannot filter"), 503, "milvus 2.1 cannot filter"),
        (SpeakersFileError("speakers.toml", 3, "no such kind"), 503, "speakers.toml:3: no such kind"),
        (ModelError("another model; set ATTRIBUTED_MODEL"), 503, "another model; set ATTRIBUTED_MODEL"),
        (
            sqlite3.DatabaseError("disk image is malformed /secret"),
            503,
            "the index cannot be read; `attributed check` names the fault and `attributed rebuild` makes it anew",
        ),
        (
            OSError(5, "Input/output error", "/secret"),
            503,
            "the index cannot be read; `attributed check` names the fault and `attributed rebuild` makes it anew",
        ),
        (ZeroDivisionError("/secret"), 500, "the service failed on this request; what happened is in its log"),
        (RecursionError("/secret"), 500, "the service failed on this request; what happened is in its log"),
    ],
)
def test_failing_index_is_told_without_details(
    client: FlaskClient, holder: Any, fault: Exception, status: int, detail: str, caplog: pytest.LogCaptureFixture
) -> None:
    holder.standing.fault = fault
    with caplog.at_level(logging.ERROR):
        answer: Any = client.get("/api/search?q=x")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["detail"] == detail
    logged = [record.exc_info[1] for record in caplog.records if record.exc_info]
    assert logged == ([fault] if "/secret" in str(fault) else [])


def test_livez_looks_at_nothing_else(client: FlaskClient, holder: Any) -> None:
    holder.fault = NoIndexError("no index; run `attributed rebuild`")
    answer = client.get("/livez?now=1")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_readyz_says_the_generation_or_the_remedy(client: FlaskClient, holder: Any) -> None:
    ready = {"status": "ready", "generation": GENERATION, "verified": "hashes", "set_aside": []}
    assert client.get("/readyz").json == ready
    holder.fault = NoIndexError("no index; run `attributed rebuild`")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "no index; run `attributed rebuild`",
        "request_id": answer.headers["X-Request-ID"],
    }


def test_head_gives_the_headers_alone(client: FlaskClient) -> None:
    answer = client.head("/api/search?q=x")
    assert (answer.status_code, answer.content_type, answer.data) == (200, "application/json", b"")


def test_answers_are_those_of_the_one_json_shape(client: FlaskClient) -> None:
    answer = client.get("/api/quotations/b928f172dcf38209")
    assert answer.data == json.dumps(answer.json, ensure_ascii=False, separators=(",", ":")).encode()
