from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.corpus import child, html
from index.corpus.files import Reading, on_disk
from index.errors import ArticleError
from index.types import Article

FIRST = "The minister spoke for an hour on Friday in the old town hall, and few of those who had come left early."
SECOND = "“We shall not go back to the plan of last year,” he said, “whatever our neighbours may think of it.”"
PAGE = f"""<!DOCTYPE html><html lang="en"><head><title>No way back | The Paper</title>
<link rel="canonical" href="https://paper.example/2026/no-way-back"><meta property="og:site_name" content="The Paper">
<meta property="article:published_time" content="2026-02-27T10:00:00Z"><script>var x = "a < b";</script></head>
<body><nav><a href="/">Home</a></nav><article><h1>No way back</h1><p>{FIRST}</p><p>{SECOND}</p></article>
<footer>All rights reserved</footer></body></html>"""


def read(folder: Path, page: str | bytes) -> Article | ArticleError:
    path = folder / "page.html"
    path.write_bytes(page if isinstance(page, bytes) else page.encode("utf-8"))
    (found,) = html.read_html(on_disk(path), Reading())
    return found


def test_page_gives_its_paragraphs_apart_by_an_empty_line_and_its_metadata(tmp_path: Path) -> None:
    found = read(tmp_path, PAGE)
    assert isinstance(found, Article)
    assert found.text == f"No way back\n\n{FIRST}\n\n{SECOND}"
    assert (found.title, found.date, found.source) == ("No way back", dt.date(2026, 2, 27), "The Paper")
    assert found.url == "https://paper.example/2026/no-way-back"
    assert found.id.startswith("page-")


def test_page_without_metadata_has_none_and_no_guessed_date(tmp_path: Path) -> None:
    page = f"<html><body><article><p>{FIRST}</p><p>{SECOND} That was in March 2019.</p></article></body></html>"
    found = read(tmp_path, page)
    assert isinstance(found, Article)
    assert (found.date, found.url, found.source) == (None, None, None)


def test_page_in_the_charset_that_it_declares_is_read(tmp_path: Path) -> None:
    page = PAGE.replace("<head>", '<head><meta charset="windows-1252">')
    found = read(tmp_path, page.encode("windows-1252"))
    assert isinstance(found, Article)
    assert SECOND in found.text


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (b"", "the file is empty"),
        (b"<p>a\0b</p>", "the page holds a NUL character at 4"),
        (b"<p>caf\xe9</p>", "not UTF-8: byte 0xe9 at 6"),
        (b'<meta charset="nonsense"><p>caf\xe9</p>', "neither UTF-8 nor the nonsense that it declares"),
        (b'<meta charset="zlib"><p>caf\xe9</p>', "neither UTF-8 nor the zlib that it declares"),
        (b"<html><body></body></html>", "no article text was found in the page"),
        (b"x" * (html.SIZE_LIMIT + 1), "more than the 8388608 bytes that are read"),
    ],
)
def test_unreadable_page_is_named_with_its_reason(tmp_path: Path, page: bytes, reason: str) -> None:
    error = read(tmp_path, page)
    assert isinstance(error, ArticleError)
    assert error.path == str(tmp_path / "page.html")
    assert reason in error.reason


def test_page_that_never_ends_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(tmp_path, PAGE)  # the child is up: the limit below is the page's own
    with monkeypatch.context() as limits:
        limits.setattr(child, "SECONDS_LIMIT", 0.2)
        error = read(tmp_path, "<html><body><article>" + f"<p>{FIRST}</p>" * 60_000)
    assert isinstance(error, ArticleError)
    assert "took more than" in error.reason
    assert isinstance(read(tmp_path, PAGE), Article)


def test_page_that_kills_the_child_costs_only_itself(tmp_path: Path) -> None:
    read(tmp_path, PAGE)
    assert child._CHILD._child is not None
    process = child._CHILD._child.process
    process.kill()
    process.wait()
    error = read(tmp_path, PAGE)
    assert isinstance(error, ArticleError)
    assert "broke the parser" in error.reason
    assert isinstance(read(tmp_path, PAGE), Article)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<article>",
                "<",
                "&#xD800;",
                "&#0;",
                "&lt;script&gt;",
                "<!--",
                "<table>",
                FIRST,
                "“",
                "\ufeff",
            ]
        )
        | st.text(max_size=20),
        max_size=12,
    ).map("".join)
)
def test_any_page_gives_one_article_or_one_reason(tmp_path_factory: pytest.TempPathFactory, page: str) -> None:
    found = read(tmp_path_factory.getbasetemp(), page.encode("utf-8", "replace"))
    if isinstance(found, Article):
        assert "\0" not in found.text
        assert all(paragraph.strip() for paragraph in found.text.split("\n\n"))
    else:
        assert found.reason
