from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from index.errors import ArticleError
from index.types import Article
from tests.index.corpus.conftest import article, read, reason

ONE = {
    "headline": "No way",
    "body": "“No,” she said.",
    "published_at": "2026-02-27T10:00:00Z",
    "url": "https://p.example/1",
}
READ = Article("https://p.example/1", "“No,” she said.", "No way", dt.date(2026, 2, 27), None, "https://p.example/1")


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["a.json", "a.txt", "noise"])
@pytest.mark.parametrize(
    "document",
    [ONE, [ONE], {"status": "ok", "articles": [ONE]}, {"response": {"total": 1, "tags": ["a"], "results": [ONE]}}],
)
def test_articles_are_found_wherever_a_document_has_them(
    tmp_path: Path, document: Any, name: str, indent: int | None
) -> None:
    assert read(tmp_path, json.dumps(document, indent=indent), name) == [READ]


def test_lines_of_objects_under_another_name_are_lines(tmp_path: Path) -> None:
    text = json.dumps(ONE) + "\n{broken\n" + json.dumps({"text": "Two."}) + "\n"
    first, second, third = read(tmp_path, text, "a.json")
    assert first == READ
    assert isinstance(second, ArticleError)
    assert second.line == 2
    assert isinstance(third, Article)
    assert third.id.startswith("a-")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {
                "id": 7,
                "link": "https://p.example/7",
                "title": {"rendered": "It&#8217;s"},
                "content": {"rendered": "<p>A.</p><p>B.</p>"},
            },
            Article("https://p.example/7", "A.\n\nB.", "It’s", None, None, "https://p.example/7"),
        ),
        ({"id": 7, "paragraphs": [" A. ", "", "B."]}, Article("7", "A.\n\nB.")),
        ({"id": "7", "content": [{"type": "p", "text": "A."}, {"type": "p", "text": "B."}]}, Article("7", "A.\n\nB.")),
        ({"id": "7", "text": "A.", "source": {"id": None, "name": "P"}}, Article("7", "A.", source="P")),
        ({"id": "7", "webTitle": "T", "fields": {"bodyText": "A."}}, Article("7", "A.", "T")),
        ({"id": "7", "text": "<p>A.</p>", "author": {"url": "https://p.example"}}, Article("7", "<p>A.</p>")),
    ],
)  # fmt: skip
def test_nested_values_are_understood(tmp_path: Path, row: Any, expected: Article) -> None:
    assert article(tmp_path, json.dumps([row]), "a.json") == expected


def test_keys_are_named_by_the_user_nested_ones_too(tmp_path: Path) -> None:
    text = json.dumps({"hits": [{"Nr": "7", "doc": {"Langtext": "A."}, "text": "B."}]})
    assert article(tmp_path, text, "a.json", {"text": "doc.Langtext", "id": "Nr"}) == Article("7", "A.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"id": "1"}]', 'no "text"; a line needs "id" and "text"'),
        ('[{"id": "1", "content": ["A.", 7]}]', 'no "text"'),
        ('{"id": "1",\n "text": }', "broken JSON at line 2, column 10"),
        ("[1]", "not a number"),
        ('"text"', "the JSON must be an article or a list of articles, not a string"),
        ("[]", "there is nothing in it that is read"),
        ('[{"a":' * 100_000, "nested too deep"),
    ],
)
def test_document_that_cannot_be_read_is_named(tmp_path: Path, text: str, told: str) -> None:
    assert told in reason(tmp_path, text, "a.json")
