"""Bodies are compressed for whom it helps, and are what they are without it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import brotli
import pytest
from backports import zstd
from flask import Flask, Response
from flask.testing import FlaskClient

from service import compression


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("deflate, br", "br"),
        ("*", "zstd"),
        ("identity", None),
        ("", None),
        ("deflate", None),
        ("gzip;q=0", None),
        ("br;q=0, gzip", None),
    ],
)
def test_the_client_says_what_it_takes(client: FlaskClient, accepted: str, coding: str | None) -> None:
    plain = client.get("/openapi.json")
    answer = client.get("/openapi.json", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    unpack = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstd.decompress, None: bytes}
    assert unpack[coding](answer.data) == plain.data
    assert (len(answer.data) < len(plain.data)) == (coding is not None)


def test_other_bytes_have_another_strong_tag_and_are_known_by_it(client: FlaskClient) -> None:
    address = "/openapi.json"
    tags = {client.get(address, headers={"Accept-Encoding": one}).headers["ETag"] for one in ("", "gzip", "br", "zstd")}
    assert len(tags) == 4
    for tag in tags:
        again = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": tag})
        assert (again.status_code, again.headers["ETag"], again.headers["Vary"]) == (304, tag, "Accept-Encoding")


def test_what_is_short_goes_out_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/livez", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_pages_and_what_they_are_made_of_are_compressed(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(page.data) == client.get("/").data


@pytest.fixture
def streaming() -> tuple[FlaskClient, list[int]]:
    """An application that streams 1,000 lines, and how many it was asked for so far."""
    app, asked = Flask(__name__), []
    compression.install(app)

    @app.get("/lines")
    def lines() -> Response:
        def made() -> Iterator[bytes]:
            for number in range(1000):
                asked.append(number)
                yield f"{number},{hash(str(number))}\n".encode() * 10

        return Response(made(), mimetype="text/csv")

    return app.test_client(), asked


def test_a_stream_is_compressed_as_it_goes(streaming: tuple[FlaskClient, list[int]]) -> None:
    client, asked = streaming
    answer = client.get("/lines", headers={"Accept-Encoding": "gzip"}, buffered=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Content-Length" not in answer.headers
    first = next(answer.iter_encoded())
    assert len(first) > 0
    assert len(asked) < 1000
    rest = b"".join(answer.iter_encoded())
    assert gzip.decompress(first + rest).count(b"\n") == 10_000


def test_a_part_of_a_file_is_not_compressed() -> None:
    app = Flask(__name__)
    compression.install(app)

    @app.get("/part")
    def part() -> Response:
        return Response("x" * 5000, 206, {"Content-Range": "bytes 0-4999/9000"}, mimetype="text/plain")

    answer = app.test_client().get("/part", headers={"Accept-Encoding": "gzip"})
    assert (answer.data, answer.headers["Vary"]) == (b"x" * 5000, "Accept-Encoding")
