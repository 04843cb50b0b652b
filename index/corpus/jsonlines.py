"""JSON: one article a line, `{"id", "text", "title"?, "date"?, "source"?, "url"?}`, or a document that holds them.

Other names are understood where they can mean one field alone (`index.corpus.fieldnames`), or as the user says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from index.corpus.child import Hints, parsed, rendered
from index.corpus.fields import Fields, article_of
from index.corpus.files import File, Found, Reading
from index.corpus.fragment import text_of
from index.corpus.jsonrows import fields_of, loaded, rows_of
from index.errors import ArticleError

LINE_LIMIT = 6 * 2**20
"""Bytes of one line. Every character of an article may be written by six ("\\u2019"), and a list of nothing but lists
takes thirty times its length in memory."""
DOCUMENT_LIMIT = 32 * 2**20
"""Bytes of a document that is one list or one object; a longer list is better given as lines."""

_BOM = b"\xef\xbb\xbf"


def read_jsonlines(file: File, reading: Reading) -> Iterator[Found]:
    """Give one article, or why it cannot be read, for each line that is not blank; lines count from 1."""
    return _read_lines(file, reading, id_needed=True)


def _read_lines(file: File, reading: Reading, *, id_needed: bool) -> Iterator[Found]:
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
                    fields = fields_of(loaded(row.rstrip(b"\r\n")), reading.fields, rendered, id_needed=id_needed)
                    yield reading.admit(article_of(file, fields))
                except ValueError as error:
                    yield ArticleError(file.name, number, str(error))
    except OSError as error:
        yield ArticleError(file.name, None, f"cannot be read: {error.strerror or error}")
        return
    if empty:
        yield ArticleError(file.name, None, "the file is empty")


def read_json(file: File, reading: Reading) -> Iterator[Found]:
    """Give the articles of a document, or of its lines where each is an object of its own."""
    try:
        by_lines = _stands_alone(file, reading)
    except ArticleError as error:
        yield error
        return
    if by_lines:
        yield from _read_lines(file, reading, id_needed=False)
    else:
        yield from parsed(file, reading, "jsonlines", DOCUMENT_LIMIT)


def parse(data: bytes, hints: Hints) -> list[Fields]:
    """The articles of a document. ValueError: it is no JSON, or holds none."""
    given = hints.get("fields") or {}
    return [_row(row, given) for row in rows_of(loaded(data.removeprefix(_BOM)), given)]


def _row(row: object, given: dict[str, str]) -> Fields:
    try:
        return fields_of(row, given, text_of, id_needed=False)
    except ValueError as error:
        return {"fault": str(error)}


def _stands_alone(file: File, reading: Reading) -> bool:
    """Whether the first line is an article: the lines after it then are such, too."""
    with file.reading() as stream:
        line = stream.readline(LINE_LIMIT + 1).removeprefix(_BOM)
        while line and not line.strip():
            line = stream.readline(LINE_LIMIT + 1)
    try:
        document = loaded(line) if len(line) <= LINE_LIMIT else None
    except ValueError:
        return False
    return isinstance(document, dict) and rows_of(document, reading.fields)[0] is document


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """The lines with their numbers; of one that is longer than LINE_LIMIT no more than its start."""
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        number += 1
        yield number, line
        while line and not line.endswith(b"\n") and len(line) > LINE_LIMIT:
            line = stream.readline(LINE_LIMIT + 1)
