"""JSON: one article a line, `{"id", "text", "title"?, "date"?, "source"?, "url"?}`, or a list; the text as it stands.

Other names are understood where they can mean one field alone (`index.corpus.fieldnames`), or as the user says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from index.corpus.days import day_of
from index.corpus.fieldnames import FIELDS, columns
from index.corpus.files import File, Found, Reading, decode, refuse_odd_characters
from index.errors import ArticleError
from index.types import Article

LINE_LIMIT = 16 * 2**20
"""Bytes of one line."""
DOCUMENT_LIMIT = 64 * 2**20
"""Bytes of a document that is one list or one object."""

_BOM = b"\xef\xbb\xbf"
_JSON_NAMES = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a truth value",
    int: "a number",
    float: "a number",
}


def read_jsonlines(file: File, reading: Reading) -> Iterator[Found]:
    """Give one article, or why it cannot be read, for each line that is not blank; lines count from 1.

    `reading.seen` carries over from file to file: an id with another text than before is refused.
    """
    empty = True
    try:
        with file.open() as stream:
            for number, line in _lines(stream):
                # Only here is a byte order mark no part of any text: it stands outside the JSON.
                row = line.removeprefix(_BOM) if number == 1 else line
                if not row.strip():
                    continue
                empty = False
                try:
                    if len(line) > LINE_LIMIT:
                        raise ValueError(f"the line has more than {LINE_LIMIT} bytes; give each article its own")
                    yield new(article_of(row, reading), reading)
                except ValueError as error:
                    yield ArticleError(file.name, number, str(error))
    except OSError as error:
        yield ArticleError(file.name, None, f"cannot be read: {error.strerror or error}")
        return
    if empty:
        yield ArticleError(file.name, None, "the file is empty")


def read_json(file: File, reading: Reading) -> Iterator[Found]:
    """Give the articles of a document that is one list of them, one of them, or an object that holds such a list."""
    try:
        rows = _rows(_loaded(file.read(DOCUMENT_LIMIT).removeprefix(_BOM)))
    except ArticleError as error:
        yield error
        return
    except ValueError as error:
        yield ArticleError(file.name, None, str(error))
        return
    for place, row in enumerate(rows, start=1):
        try:
            yield new(of_row(row, reading), reading)
        except ValueError as error:
            yield ArticleError(file.name, None, f"article {place} of it: {error}")


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers; of one that is longer than LINE_LIMIT no more than its start."""
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        yield number, line
        while line and not line.endswith(b"\n") and len(line) > LINE_LIMIT:
            line = stream.readline(LINE_LIMIT + 1)


def new(article: Article, reading: Reading) -> Article:
    """The article; ValueError where its id stood with another text before."""
    text = hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).digest()
    if reading.seen.setdefault(article.id, text) != text:
        raise ValueError(f"the id {article.id!r} stood with another text before; give each its own")
    return article


def article_of(line: bytes, reading: Reading) -> Article:
    """One line as an article; ValueError says what is wrong with it and what would be right."""
    return of_row(_loaded(line), reading)


def _loaded(data: bytes) -> Any:
    try:
        return json.loads(decode(data))
    except json.JSONDecodeError as error:
        raise ValueError(f"broken JSON at column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("the JSON is nested too deep; an article is one flat object") from error


def _rows(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list) and value]
        objects = [value for value in lists if all(isinstance(row, dict) for row in value)]
        if len(objects) == 1 and "text" not in columns(map(str, document), {}):
            return list(objects[0])
        return [document]
    raise ValueError(f"the JSON must be an article or a list of articles, not {_name(document)}")


def of_row(row: object, reading: Reading) -> Article:
    """One object as an article; ValueError says what is wrong with it and what would be right."""
    if not isinstance(row, dict):
        raise ValueError(f'a line must be an object {{"id", "text", ...}}, not {_name(row)}')
    # Under another name than the field's own only what can be it is taken for it.
    present = [key for key, value in row.items() if isinstance(value, str) or (key in FIELDS and value is not None)]
    given = {field: name for field, name in reading.fields.items() if name in present}
    names = {**dict.fromkeys(FIELDS), **columns(present, given)}
    url = _optional(row, names["url"])
    id_ = _required(row, "id" if names["id"] is None and url is None else names["id"] or names["url"], "id")
    text = _required(row, names["text"], "text")
    day = _optional(row, names["date"])
    return Article(
        id=id_,
        text=text,
        title=_optional(row, names["title"]),
        date=None if day is None else day_of(day),
        source=_optional(row, names["source"]),
        url=url,
    )


def _name(value: object) -> str:
    return _JSON_NAMES.get(type(value), "null")


def _required(row: Mapping[str, object], key: str | None, field: str) -> str:
    if key is None or row.get(key) is None:
        raise ValueError(f'no "{field}"; a line needs "id" and "text"')
    value = _string(row, key)
    if not value.strip():
        raise ValueError(f'"{key}" is blank')
    return value


def _optional(row: Mapping[str, object], key: str | None) -> str | None:
    """The value of a key that may be missing, null or blank: None in all three."""
    if key is None or row.get(key) is None:
        return None
    return _string(row, key).strip() or None


def _string(row: Mapping[str, object], key: str) -> str:
    value = row[key]
    if not isinstance(value, str):
        raise ValueError(f'"{key}" must be a string, not {_name(value)}')
    refuse_odd_characters(value, f'"{key}"')
    return value
