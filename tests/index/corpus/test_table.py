from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corpus import table
from index.errors import ArticleError
from index.types import Article
from tests.index.corpus.conftest import article, read, reason

ROW = Article("7", "“No,” she\nsaid.", "No; way", dt.date(2026, 2, 27), "The Paper", "https://paper.example/7")
CELLS = ["7", "“No,” she\nsaid.", "No; way", "27 Feb 2026", "The Paper", "https://paper.example/7"]
NAMES = ["Article ID", "Full Text", "Headline", "Publication date", "Publisher", "URL"]


def csv_of(delimiter: str) -> str:
    rows = [NAMES, CELLS]
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows) + "\r\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["a.csv", "a.txt"])
def test_row_is_an_article_whatever_stands_between_its_cells(
    tmp_path: Path, delimiter: str, encoding: str, name: str
) -> None:
    assert read(tmp_path, csv_of(delimiter).encode(encoding), name) == [ROW]


def test_line_in_which_excel_tells_what_stands_between_is_no_row(tmp_path: Path) -> None:
    assert read(tmp_path, "sep=;\r\n" + csv_of(";"), "a.csv") == [ROW]


def test_columns_are_named_by_the_user(tmp_path: Path) -> None:
    text = "Nr,Langtext,text\n1,Two.,One.\n"
    assert article(tmp_path, text, "a.csv", {"text": "Langtext", "id": "Nr"}) == Article("1", "Two.")
    assert "there is no 'Gone' for the text; there are 'Nr'" in reason(tmp_path, text, "a.csv", {"text": "Gone"})


def test_faulty_rows_are_named_with_their_line_and_the_others_read(tmp_path: Path) -> None:
    text = 'id,date,text\n1,,"One\nline."\n\n2,03/04/2026,Two.\n3,, \n4\n1,,Other.\n5,,Five.\n'
    assert [
        row.text if isinstance(row, Article) else (row.line, row.reason) for row in read(tmp_path, text, "a.csv")
    ] == [
        "One\nline.",
        (5, "\"date\" '03/04/2026' is no ISO date; write YYYY-MM-DD"),
        (6, "the row has no text"),
        (7, "the row has no text"),
        (8, "the id '1' stood with another text before; give each its own"),
        "Five.",
    ]


def test_html_in_a_cell_is_text_but_not_in_the_column_that_is_called_so(tmp_path: Path) -> None:
    assert article(tmp_path, "id,body\n1,<p>One.</p><p>It&#8217;s two.</p>\n", "a.csv").text == "One.\n\nIt’s two."
    assert article(tmp_path, "id,text\n1,<p>One.</p>\n", "a.csv").text == "<p>One.</p>"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "id,headline\n1,One.\n",
            "no column is the text; there are 'id', 'headline': say which with --field text=NAME",
        ),
        ("One line of words", "the first line names no columns"),
        ("id,text\n", "there is no row under the names of the columns"),
        (b"id,text\n1,caf\xe9\n", "not UTF-8: byte 0xe9; save the file as UTF-8"),
        ('id,text\n1,"One', "the row cannot be told apart: unexpected end of data"),
        ("", "the file is empty"),
    ],
)
def test_table_that_cannot_be_read_is_named(tmp_path: Path, text: str | bytes, told: str) -> None:
    assert told in reason(tmp_path, text, "a.csv")


def test_line_and_cell_without_end_are_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "FIELD_LIMIT", 100)
    for text in (f"id,text\n1,{'a' * 101}\n2,Two.\n", 'id,text\n1,"' + "word\n" * 40):
        told = reason(tmp_path, text, "a.csv")
        assert told.startswith("the row cannot be told apart: ")
        assert told.endswith("; the rows after it are not read")


@settings(deadline=None)  # the first file waits for the child to start
@given(st.binary() | st.text().map(lambda text: ("id,date,text\n" + text).encode("utf-8", "replace")))
def test_any_table_gives_articles_or_reasons(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    for found in read(tmp_path_factory.getbasetemp(), content, "any.csv"):
        assert found.reason if isinstance(found, ArticleError) else found.text.strip()
