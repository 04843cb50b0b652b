from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corpus import read_file
from index.corpus.files import LENGTH_LIMIT
from index.corpus.kinds import BY_SUFFIX
from index.errors import ArticleError
from index.types import Article
from tests.index.corpus.conftest import article, read, reason


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7 ...", "it is a PDF; save its text as .txt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "it is an office document"),
        (b"{\\rtf1 ...}", "it is an RTF document"),
        (b"SQLite format 3\0", "it is a database"),
        (b"\x89PNG\r\n", "it is a picture"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.html", "noise"])
def test_what_cannot_be_read_is_known_by_its_first_bytes(tmp_path: Path, content: bytes, told: str, name: str) -> None:
    assert told in reason(tmp_path, content, name)


@pytest.mark.parametrize(
    "text",
    [
        "{Editor’s note} We go.", "[Pause] We go.", "---\nWe go.\n---\nNow.", "<We go.", "From here we go.",
        "Title: We go.\n\nNow.", "1\nWe go.", "One, two, text\n\nThree.", "date,title\nWe go.", "WEBVTTs are files.",
    ],
)  # fmt: skip
def test_plain_words_stay_as_they_stand_whatever_they_begin_with(tmp_path: Path, text: str) -> None:
    assert article(tmp_path, text, "a.txt").text == text


def test_text_longer_than_an_article_is_set_aside_with_its_length(tmp_path: Path) -> None:
    assert article(tmp_path, "é" * LENGTH_LIMIT, "a.txt").text == "é" * LENGTH_LIMIT
    assert reason(tmp_path, "é" * (LENGTH_LIMIT + 1), "a.txt") == (
        "the text has 300,001 characters, and 300,000 are the most; give it in parts"
    )


STARTS = ["", "{", "[{", "<html>", "<rss><channel><item>", "WEBVTT\n\n", "1\n00:00:01,000 --> 00:00:02,000\n",
          "---\na: b\n---\n", "From: a\nTo: b\nSubject: c\nMIME-Version: 1.0\n\n", "id,text\n", "PK\x03\x04",
          "WARC/1.0\r\n", "From a@b 2026\nFrom: a\n", "\ufeff", "\r"]  # fmt: skip


@settings(deadline=None)  # the first file waits for the child to start
@given(
    st.sampled_from([*BY_SUFFIX, ""]),
    st.sampled_from(STARTS),
    st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass")),
)
def test_any_bytes_under_any_name_give_articles_or_reasons(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, start: str, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(start.encode() + content)
    found = list(read_file(path))
    assert found
    for row in found:
        assert isinstance(row, (Article, ArticleError))
        assert row.reason if isinstance(row, ArticleError) else row.text.strip()


def test_file_of_zeros_is_set_aside_under_any_name(tmp_path: Path) -> None:
    for suffix in BY_SUFFIX:
        assert isinstance(read(tmp_path, b"\0" * 100_000, f"a{suffix}")[0], ArticleError), suffix
