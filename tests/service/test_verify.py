"""POST /api/verify and the page, over the small index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import payloads
from index.searcher import Searcher
from service import Settings, create_app

CLOSE = "We close the bridge tonight and open a ferry tomorrow"


@pytest.fixture
def real(data_dir: Path, encoder: Any) -> Iterator[FlaskClient]:
    app = create_app(Settings(data=data_dir), encoder=encoder, testing=True)
    yield app.test_client()
    app.extensions["attributed"].holder.close()


def seen(page: str) -> str:
    """The text of a page as a reader without style sheets has it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page[page.index("<main") :])).strip()


# The interface


def test_answer_is_what_the_searcher_answers(real: FlaskClient, data_dir: Path, encoder: Any) -> None:
    quote = "They close the bridge and never open a ferry tomorrow"
    encoder.asked.clear()
    answer: Any = real.post("/api/verify", json={"quote": quote, "speaker": "Imran Khan"}).json
    with Searcher.open(data_dir) as searcher:
        expected = payloads.verification(searcher.verify(quote, "Imran Khan"))
    assert {**answer, "took_ms": 0} == {**expected, "took_ms": 0}
    assert encoder.asked == [], "no model is needed"
    assert list(answer) == [
        *("quote", "verdict", "stitched", "summary", "asked", "attributed_to", "checked"),
        *("total", "took_ms", "generation", "matches"),
    ]
    assert (answer["verdict"], answer["stitched"], answer["total"]) == ("altered", False, 1)
    assert answer["summary"] == "Altered: 3 differences from what Imran Khan said."
    assert answer["asked"] == [
        {"id": "imran-khan", "name": "Imran Khan", "role": "the mayor of Lodora", "kind": "person"}
    ]
    (match,) = answer["matches"]
    assert list(match) == [
        *("quotation", "passage", "article", "also_in", "agency"),
        *("similarity", "whole", "speaker_agrees", "matched", "differences"),
    ]
    assert match["quotation"]["text"] == CLOSE
    start = match["quotation"]["start"]
    assert match["matched"] == {"quote_start": 0, "quote_end": 53, "spans": [[start, start + 53]]}
    assert (match["whole"], match["speaker_agrees"], match["similarity"]) == (True, True, 0.8)
    assert match["differences"][:2] == [
        {
            "kind": "changed",
            "quoted": "They",
            "quote_start": 0,
            "quote_end": 4,
            "recorded": "We",
            "spans": [[start, start + 2]],
        },
        {
            "kind": "missing",
            "quoted": "",
            "quote_start": 21,
            "quote_end": 21,
            "recorded": "tonight",
            "spans": [[start + 20, start + 27]],
        },
    ]


def test_paste_with_its_attribution_is_told_apart(real: FlaskClient) -> None:
    quote = f"“{CLOSE},” said Tariq Khan."
    answer: Any = real.post("/api/verify", json={"quote": quote}).json
    assert (answer["verdict"], answer["asked"], answer["checked"]) == ("misattributed", None, [[1, 55]])
    assert [one["id"] for one in answer["attributed_to"]] == ["tariq-khan"]
    assert [one["speaker_agrees"] for one in answer["matches"]] == [False]
    own: Any = real.post("/api/verify", json={"quote": quote, "speaker": "imran-khan"}).json
    assert (own["verdict"], own["attributed_to"], own["checked"]) == ("verbatim", None, [[1, 55]])
    page = real.post("/verify", data={"quote": quote}).get_data(as_text=True)
    assert "not who your text says" in page
    assert "Only what stands between the quotation marks is compared." in page


@pytest.mark.parametrize(
    ("body", "verdict"),
    [
        ({"quote": CLOSE.upper()}, "verbatim"),
        ({"quote": CLOSE, "speaker": None}, "verbatim"),
        ({"quote": CLOSE, "speaker": "tariq-khan"}, "misattributed"),
        ({"quote": "The moon is made of cheese"}, "not_found"),
    ],
)
def test_verdicts(real: FlaskClient, body: dict[str, Any], verdict: str) -> None:
    answer: Any = real.post("/api/verify", json=body)
    assert (answer.status_code, answer.json["verdict"]) == (200, verdict)
    assert (answer.json["asked"] is None) == (body.get("speaker") is None)


RIGHT = 'send one JSON object, {"quote": "..."}, with Content-Type: application/json'


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", f"the body is not JSON; {RIGHT}"),
        (b"{", f"the body is not JSON; {RIGHT}"),
        (b"[" * 20_000, f"the body is not JSON; {RIGHT}"),
        (b'["a"]', f"the body is JSON, but no object; {RIGHT}"),
        (b'"{\\"quote\\": \\"a\\"}"', f"the body is JSON, but no object; {RIGHT}"),
        (b"null", f"the body is JSON, but no object; {RIGHT}"),
        (b'{"quote": "\xff"}', f"the body is not UTF-8; {RIGHT}"),
        (b"{}", "quote is missing; it must be given"),
        (b'{"quote": 5}', "quote must be text, not int"),
        (b'{"quote": null}', "quote must be text, not NoneType"),
        (b'{"quote": " "}', "quote is blank; give 1 to 5000 characters"),
        (b'{"quote": "12 %"}', "quote holds no letters; paste the words that were said"),
        (b'{"quote": "a\\u0000b"}', "quote holds NUL or half a surrogate pair; give plain Unicode text"),
        (b'{"quote": "a\\ud800b"}', "quote holds NUL or half a surrogate pair; give plain Unicode text"),
        (b'{"quote": "%s"}' % (b"a" * 5001), "quote has 5001 characters; at most 5000 are allowed"),
        (b'{"quote": "a", "speaker": ""}', "speaker is blank; give 1 to 300 characters"),
        (b'{"quote": "a", "who": "b"}', "'who' is not a parameter; the known ones are quote, speaker"),
    ],
)
def test_wrong_body_is_told_what_would_be_right(real: FlaskClient, body: bytes, detail: str) -> None:
    answer: Any = real.post("/api/verify", data=body, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.json["detail"] == detail


def test_body_that_is_not_said_to_be_json_is_refused(real: FlaskClient) -> None:
    answer: Any = real.post("/api/verify", data={"quote": CLOSE})
    assert (answer.status_code, answer.json["detail"]) == (400, f"the body is not said to be JSON; {RIGHT}")


def test_unknown_speaker_comes_with_the_nearest_names(real: FlaskClient) -> None:
    answer: Any = real.post("/api/verify", json={"quote": CLOSE, "speaker": "Tarik Kahn"})
    assert (answer.status_code, answer.json["parameter"]) == (404, "speaker")
    assert answer.json["nearest"][0] == "Tariq Khan"


def test_only_post_is_answered_and_no_parameter_in_the_address(real: FlaskClient) -> None:
    answer: Any = real.get("/api/verify")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    answer = real.post("/api/verify?quote=x", json={"quote": CLOSE})
    assert (answer.status_code, answer.json["parameter"]) == (400, "quote")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_text_is_answered_or_refused(real: FlaskClient, text: str) -> None:
    assert real.post("/api/verify", json={"quote": text}).status_code in (200, 400)
    assert real.post("/verify", data={"quote": text}).status_code in (200, 400)


# The page


def test_page_without_a_quotation_asks_for_one(real: FlaskClient) -> None:
    page = real.get("/verify")
    assert page.status_code == 200
    assert '<a href="/verify" aria-current="page">Verify</a>' in page.text
    assert 'id="verdict"' not in page.text
    assert '<option value="Tariq Khan">' in page.text


def test_page_reads_without_colour(real: FlaskClient) -> None:
    page = real.post("/verify", data={"quote": "They close the bridge and open a ferry tomorrow", "speaker": ""}).text
    assert '<h2 id="verdict" class="verdict altered">Altered</h2>' in page
    assert '<p class="notice">2 differences from what Imran Khan said.</p>' in page
    assert (
        '<del><span class="vh">on record: </span>We</del> <ins><span class="vh">in your text: </span>They</ins>'
        ' <mark>close the bridge</mark> <del><span class="vh">on record: </span>tonight</del>'
        " <mark>and open a ferry tomorrow</mark>"
    ) in page
    assert "Struck out: on record, not in your text. Underlined: in your text, not on record." in seen(page)
    assert re.search(r'href="/quotations/[0-9a-f]{16}">Permanent link', page)
    assert "Lodora bridge closed" in seen(page)
    assert "10 January 2026" in seen(page)
    assert "They close the bridge and open a ferry tomorrow</textarea>" in page


def test_page_says_who_said_it_instead(real: FlaskClient) -> None:
    page = seen(real.post("/verify", data={"quote": CLOSE, "speaker": "Tariq Khan"}).text)
    assert "Said by somebody else" in page
    assert "but said by Imran Khan, not by Tariq Khan." in page
    assert "not who was asked for" in page


def test_link_may_carry_the_quotation(real: FlaskClient) -> None:
    page = seen(real.get("/verify", query_string={"quote": CLOSE}).text)
    assert "Verbatim On record word for word." in page
    assert "every word agrees" in page


def test_page_of_a_wrong_quotation_says_what_would_be_right(real: FlaskClient) -> None:
    page = real.post("/verify", data={"quote": "12 %"})
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "Quote holds no letters; paste the words that were said." in page.text


def test_misspelt_name_does_not_lose_what_was_pasted(real: FlaskClient) -> None:
    page = real.post("/verify", data={"quote": CLOSE, "speaker": "Tarik Kahn"})
    assert page.status_code == 400
    assert "the nearest names are: Tariq Khan" in page.text
    assert f"{CLOSE}</textarea>" in page.text
    assert 'value="Tarik Kahn"' in page.text


def test_without_an_index_both_say_how_to_make_one(tmp_path: Path, encoder: Any) -> None:
    client = create_app(Settings(data=tmp_path), encoder=encoder, testing=True).test_client()
    answer: Any = client.post("/api/verify", json={"quote": CLOSE})
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")
    assert "attributed rebuild" in answer.json["detail"]
    assert client.post("/verify", data={"quote": CLOSE}).status_code == 503


def test_page_escapes_what_was_pasted(real: FlaskClient) -> None:
    page = real.post("/verify", data={"quote": f"</textarea><script>alert(1)</script> {CLOSE}"}).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
