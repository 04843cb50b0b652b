from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus import read_articles
from index.corpus.files import Reading, on_disk
from index.corpus.jsonlines import read_jsonlines
from index.errors import ArticleError
from index.types import Article


def read(folder: Path, content: bytes) -> list[Article | ArticleError]:
    path = folder / "a.jsonl"
    path.write_bytes(content)
    return list(read_jsonlines(on_disk(path), Reading()))


def line(**fields: object) -> bytes:
    return json.dumps({"id": "a1", "text": "A text.", **fields}).encode()


def test_all_fields_come_through_as_they_stand(tmp_path: Path) -> None:
    row = line(text=" “Zwei” \n\nAbsätze ", title="T", date="2026-02-27", source="S", url="https://paper.example/1")
    assert read(tmp_path, row) == [
        Article("a1", " “Zwei” \n\nAbsätze ", "T", dt.date(2026, 2, 27), "S", "https://paper.example/1", 0)
    ]


def test_missing_null_and_blank_fields_are_none(tmp_path: Path) -> None:
    assert read(tmp_path, line(title=None, date="", source=" ")) == [Article("a1", "A text.")]


@pytest.mark.parametrize(
    "date", ["2026-02-27", "2026-02-27T23:30:00", "2026-02-27T23:30:00Z", "2026-02-27T01:00:00+05:00"]
)
def test_iso_dates_and_times_give_their_day(tmp_path: Path, date: str) -> None:
    (found,) = read(tmp_path, line(date=date))
    assert isinstance(found, Article)
    assert found.date == dt.date(2026, 2, 27)


def test_blank_lines_are_passed_over_and_lines_are_counted_from_one(tmp_path: Path) -> None:
    found = read(tmp_path, b"\xef\xbb\xbf" + line() + b"\n\n \r\n{broken\r\n" + line(id="a2"))
    assert [row.id if isinstance(row, Article) else row.line for row in found] == ["a1", 4, "a2"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{broken", "broken JSON at column 2"),
        (b"\xff{}", "not UTF-8: byte 0xff at 0"),
        (b"[1]", 'a line must be an object {"id", "text", ...}, not a list'),
        (b"null", "not null"),
        (b'"text"', "not a string"),
        (b"{}", 'no "id"; a line needs "id" and "text"'),
        (b'{"id": "a"}', 'no "text"; a line needs "id" and "text"'),
        (line(text=""), '"text" is blank'),
        (line(id=" "), '"id" is blank'),
        (line(id=7), '"id" must be a string, not a number'),
        (line(id=True), '"id" must be a string, not a truth value'),
        (line(text=["a"]), '"text" must be a string, not a list'),
        (line(title={}), '"title" must be a string, not an object'),
        (line(text="a\0"), '"text" holds a NUL character at 1'),
        (line(title="a\0"), '"title" holds a NUL character at 1'),
        (b'{"id": "a", "text": "x\\ud800"}', '"text" holds a lone surrogate, \\ud800, at 1'),
        (line(date="27 February"), "\"date\" '27 February' is no ISO date; write YYYY-MM-DD"),
        (line(date="2026-02-30"), "is no ISO date"),
        (line(date=20260227), '"date" must be a string, not a number'),
        (b"[" * 20_000 + b"]" * 20_000, "nested too deep"),
        (b'{"id": ' + b"9" * 5000 + b"}", "limit"),
    ],
)
def test_bad_line_is_named_with_file_line_and_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    good, error = read(tmp_path, line() + b"\n" + content)
    assert isinstance(good, Article)
    assert isinstance(error, ArticleError)
    assert (error.path, error.line) == (str(tmp_path / "a.jsonl"), 2)
    assert reason in error.reason


def test_file_without_a_line_is_one_error(tmp_path: Path) -> None:
    (error,) = read(tmp_path, b"\n\n")
    assert isinstance(error, ArticleError)
    assert (error.line, error.reason) == (None, "the file is empty")


def test_missing_file_is_one_error(tmp_path: Path) -> None:
    (error,) = read_jsonlines(on_disk(tmp_path / "gone.jsonl"), Reading())
    assert isinstance(error, ArticleError)
    assert error.reason == "cannot be read: No such file or directory"


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ROWS = ANY_JSON | st.fixed_dictionaries(
    {"id": ANY_JSON, "text": ANY_JSON}, optional={"title": ANY_JSON, "date": ANY_JSON, "source": ANY_JSON}
)


@given(ROWS.map(lambda row: json.dumps(row).encode()) | st.binary())
def test_any_line_gives_articles_or_reasons(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    for found in read(tmp_path_factory.getbasetemp(), content):
        if isinstance(found, Article):
            found.text.encode("utf-8")
            assert "\0" not in found.text
        else:
            assert found.reason


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).filter(str.strip))
def test_text_comes_back_as_written(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    (found,) = read(tmp_path_factory.getbasetemp(), line(text=text))
    assert isinstance(found, Article)
    assert found.text == text


def test_an_id_that_comes_again_with_another_text_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "It rained."}\n{"id": "1", "text": "It rained."}\n')
    (tmp_path / "b.jsonl").write_text('\n{"id": "1", "text": "It snowed."}\n')
    first, second, third = read_articles([tmp_path])
    assert first == second == Article("1", "It rained.")
    assert isinstance(third, ArticleError)
    assert (third.line, third.reason) == (2, "the id '1' stood with another text before; give each its own")
