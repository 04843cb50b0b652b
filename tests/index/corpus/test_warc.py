from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from index.errors import ArticleError
from index.types import Article
from tests.index.corpus.conftest import read, reason

WORDS = "The minister spoke for an hour on Friday in the old town hall, and few of those who had come left early. " * 2


def record(url: str, body: bytes, media: str = "text/html", status: str = "200 OK") -> bytes:
    answer = f"HTTP/1.1 {status}\r\nContent-Type: {media}; charset=utf-8\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-02-27T10:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


PAGES = (
    record("https://paper.example/a", f"<html><body><article><p>{WORDS}</p></article></body></html>".encode()),
    record("https://paper.example/logo.png", b"\x89PNG", "image/png"),
    record("https://paper.example/gone", b"<p>Not found</p>", status="404 Not Found"),
    record("https://paper.example/b.txt", b"Plain words.", "text/plain"),
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.warc", b"".join(PAGES)),
        ("noise", b"".join(PAGES)),
        ("a.warc.gz", b"".join(map(gzip.compress, PAGES))),
        ("b.gz", b"".join(map(gzip.compress, PAGES))),
    ],
)
def test_capture_gives_pages_and_texts_under_their_address(tmp_path: Path, name: str, content: bytes) -> None:
    first, second = read(tmp_path, content, name)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.text, first.url) == (WORDS.strip(), "https://paper.example/a")
    assert (second.text, second.url, second.id[:2]) == ("Plain words.", "https://paper.example/b.txt", "b-")


def test_page_without_an_article_is_named_by_file_and_address(tmp_path: Path) -> None:
    (error,) = read(tmp_path, record("https://paper.example/x", b"<html></html>"), "a.warc")
    assert isinstance(error, ArticleError)
    assert error.path.endswith("a.warc!https://paper.example/x")


def test_capture_without_pages_is_named(tmp_path: Path) -> None:
    assert "nothing in it that is read" in reason(tmp_path, b"WARC/1.0\r\nnonsense\r\n\r\n" * 3, "a.warc")
    assert "it is no .warc file" in reason(tmp_path, b"nonsense", "a.warc")
