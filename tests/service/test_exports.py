"""CSV and JSON lines over HTTP: complete, named, told wrong before the first byte, never whole where they broke off."""

from __future__ import annotations

import csv
import http.client
import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from index import cli
from index.errors import DamagedIndexError
from index.queries import Export, Exported, Filters
from service import Settings, create_app, exports


def rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def lines(body: bytes) -> list[Any]:
    return [json.loads(line) for line in body.split(b"\n")[:-1]]


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        ("/api/search.csv?q=x", "text/csv; charset=utf-8; header=present"),
        ("/api/search.jsonl?q=x", "application/jsonl; charset=utf-8"),
        ("/api/quotations.csv", "text/csv; charset=utf-8; header=present"),
        ("/api/speakers/Khan/quotations.jsonl", "application/jsonl; charset=utf-8"),
    ],
)
def test_export_is_a_streamed_file_that_says_how_many_rows_it_has(
    client: FlaskClient, address: str, media_type: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, media_type)
    assert answer.is_streamed
    assert "Content-Length" not in answer.headers
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    found = rows(answer.data) if ".csv" in address else lines(answer.data)
    assert len(found) == int(answer.headers["Attributed-Total"]) >= 1


def test_search_as_csv_is_every_hit_with_rank_score_and_an_absolute_link(client: FlaskClient) -> None:
    hits: Any = client.get("/api/search?q=x").json
    found = rows(client.get("/api/search.csv?q=x").data)
    assert [(row["rank"], row["score"], row["quotation_id"], row["text"]) for row in found] == [
        (str(hit["rank"]), str(hit["score"]), hit["quotation"]["id"], hit["quotation"]["text"]) for hit in hits["hits"]
    ]
    assert all(row["link"] == f"http://localhost/quotations/{row['quotation_id']}" for row in found)


def test_search_as_json_lines_is_every_hit_as_the_search_gives_it(client: FlaskClient) -> None:
    hits: Any = client.get("/api/search?q=x").json
    assert lines(client.get("/api/search.jsonl?q=x").data) == [{**hit, "copy_of": None} for hit in hits["hits"]]


def test_search_takes_its_parameters_but_no_page(client: FlaskClient, holder: Any) -> None:
    assert client.get("/api/search.csv?q=x&speaker=Khan&sort=date&per_speaker=2&mode=lexical&ignore=dates").data
    asked = holder.standing.asked[-1]
    assert (asked.filters.speakers, asked.sort, asked.per_speaker) == (("Khan",), "date", 2)
    assert (asked.mode, asked.ignore) == ("lexical", ("dates",))
    for page in ("limit=5", "offset=5"):
        answer: Any = client.get(f"/api/search.csv?q=x&{page}").json
        assert (answer["status"], answer["parameter"]) == (400, page.split("=")[0])


def test_quotations_are_all_on_record_under_the_filters_copies_too(client: FlaskClient, holder: Any) -> None:
    address = "/api/quotations.jsonl?kind=direct&source=Haber&from=2026-01-01&to=2026-12-31"
    found = lines(client.get(address).data)
    ((filters, speaker, fold),) = holder.standing.exported
    assert (filters.kinds, filters.sources, speaker, fold) == (("direct",), ("Haber",), None, False)
    assert (str(filters.since), str(filters.until)) == ("2026-01-01", "2026-12-31")
    assert [line["copy_of"] for line in found] == [None, "0" * 16, None, None, None]
    assert list(found[0]) == ["quotation", "passage", "article", "also_in", "agency", "copy_of"]


def test_a_speaker_is_exported_by_any_name_under_filters(client: FlaskClient, holder: Any) -> None:
    found = rows(client.get("/api/speakers/Khan/quotations.csv?kind=direct").data)
    assert [row["speaker_name"] for row in found] == ["Tariq Khan"]
    assert holder.standing.exported[-1][:2] == (Filters(kinds=("direct",)), "tariq-khan")


@pytest.mark.parametrize(
    ("address", "status", "detail"),
    [
        ("/api/search.csv", 400, "q is missing"),
        ("/api/search.csv?q=", 400, "q is blank"),
        ("/api/search.csv?q=x&speaker=Nobody", 404, "Nobody"),
        (
            "/api/quotations.csv?q=x",
            400,
            "'q' is not a parameter; the known ones are speaker, kind, source, author, section, agency, from, to",
        ),
        ("/api/quotations.csv?from=2026-02-02&to=2026-02-01", 404, "swap them"),
        ("/api/quotations.csv?from=2026-02-02&from=2026-02-01", 400, "give it once"),
        ("/api/speakers/Nobody/quotations.csv", 404, "Nobody"),
        ("/api/search.xml?q=x", 404, "nothing at"),
        ("/api/quotations.xml", 404, "nothing at"),
        ("/api/quotations.CSV", 404, "nothing at"),
        ("/api/speakers/Khan/quotations.json", 404, "nothing at"),
    ],
)
def test_what_is_wrong_is_said_before_the_first_byte(
    client: FlaskClient, address: str, status: int, detail: str
) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert detail in answer.json["detail"]  # type: ignore[index]
    assert "Content-Disposition" not in answer.headers


def test_an_index_that_cannot_be_read_is_said_before_the_first_byte(client: FlaskClient, holder: Any) -> None:
    def damaged() -> Iterator[Exported]:
        raise DamagedIndexError("store.sqlite: SQLite cannot read it; run `attributed rebuild`")
        yield

    holder.standing.everything = lambda *_: Export(5, "g", None, damaged())
    answer = client.get("/api/quotations.csv")
    assert (answer.status_code, answer.content_type) == (503, "application/problem+json")


def test_only_get_and_head_are_allowed_and_head_has_no_body(client: FlaskClient) -> None:
    assert client.post("/api/quotations.csv", json={}).status_code == 405
    answer = client.head("/api/quotations.csv")
    assert (answer.status_code, answer.data, answer.headers["Attributed-Total"]) == (200, b"", "5")


@pytest.fixture
def real(data_dir: Path, encoder: Any) -> Iterator[FlaskClient]:
    app = create_app(Settings(data=data_dir), encoder=encoder, testing=True)
    yield app.test_client()
    app.extensions["attributed"].holder.close()


def test_where_filters_leave_nothing_a_csv_is_its_header_alone(real: FlaskClient) -> None:
    answer = real.get("/api/quotations.csv?from=2400-01-01")
    assert answer.headers["Attributed-Total"] == "0"
    assert answer.data.decode("utf-8-sig").count("\r\n") == 1
    assert real.get("/api/quotations.jsonl?from=2400-01-01").data == b""
    assert real.get("/api/search.jsonl?q=ferry&from=2400-01-01").data == b""


@pytest.mark.parametrize(
    ("address", "argv"),
    [
        ("/api/quotations.csv", []),
        ("/api/quotations.jsonl?kind=indirect", ["--format", "jsonl", "--kind", "indirect"]),
        ("/api/search.csv?q=free+ferry+ticket&sort=date", ["free ferry ticket", "--sort", "date"]),
        ("/api/search.jsonl?q=free+ferry+ticket", ["free ferry ticket", "--format", "jsonl"]),
        ("/api/speakers/imran-khan/quotations.csv", ["--speaker", "imran-khan"]),
    ],
)
def test_the_command_prints_the_same_bytes(
    real: FlaskClient,
    data_dir: Path,
    encoder: Any,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    argv: list[str],
) -> None:
    monkeypatch.setattr("index.encoder.default_encoder", lambda _: encoder)
    assert cli.main(["export", *argv, "--data", str(data_dir), "--link-base", "http://localhost"]) == 0
    printed = capsysbinary.readouterr().out
    assert printed == real.get(address).data
    assert printed.count(b"\n") > 1


def test_the_same_generation_gives_the_same_bytes(real: FlaskClient) -> None:
    assert real.get("/api/quotations.csv").data == real.get("/api/quotations.csv").data


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("air strikes?", 'attachment; filename="attributed-air-strikes.csv"'),
        (
            "Émine Şahin",
            'attachment; filename="attributed-Emine-Sahin.csv";'
            " filename*=UTF-8''attributed-%C3%89mine-%C5%9Eahin.csv",
        ),
        ("?!", 'attachment; filename="attributed.csv"'),
        ('../../etc "x"\r\nX: y', 'attachment; filename="attributed-etc-x-X-y.csv"'),
        ("x" * 200, f'attachment; filename="attributed-{"x" * 80}.csv"'),
    ],
)
def test_the_file_is_named_after_what_it_is_about(name: str, header: str) -> None:
    assert exports.disposition(name, "csv") == header


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_a_file_name_is_safe_whatever_it_is_about(name: str) -> None:
    header = exports.disposition(name, "csv")
    assert header.isascii()
    assert header.isprintable()
    kind, options = parse_options_header(header)
    assert kind == "attachment"
    assert options["filename"].startswith("attributed")
    assert options["filename"].endswith(".csv")
    assert not set(options["filename"]) & set('/\\"\r\n')


Listening = Callable[[Flask], AbstractContextManager[int]]


def test_what_breaks_off_is_logged_and_not_ended_as_if_it_were_whole(
    app: Flask, holder: Any, listening: Listening, caplog: pytest.LogCaptureFixture
) -> None:
    whole = list(holder.standing.everything(Filters()).quotations) * 500

    def broken() -> Iterator[Exported]:
        yield from whole
        raise DamagedIndexError("store.sqlite: SQLite cannot read it (disk I/O error); run `attributed rebuild`")

    holder.standing.everything = lambda *_: Export(9999, "g", None, broken())
    with listening(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/api/quotations.jsonl")
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Attributed-Total"]) == (200, "9999")
        with pytest.raises(http.client.IncompleteRead) as cut:
            answer.read()
        connection.close()
    assert 0 < len(lines(cut.value.partial)) <= len(whole)
    assert (
        "an export of 9999 quotations ended early: store.sqlite: SQLite cannot read it (disk I/O error)" in caplog.text
    )
