"""Tables: CSV and its kin, one article a row under a line of column names; read row by row, whatever their length.

The columns are known by their names (`index.corpus.fieldnames`) or as the user says; others are passed over.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping

from index.corpus.child import rendered
from index.corpus.fieldnames import columns
from index.corpus.fields import Fields, article_of
from index.corpus.files import File, Found, Reading
from index.corpus.jsonrows import MARKUP
from index.errors import ArticleError
from index.types import Article

FIELD_LIMIT = 4 * 2**20
"""Characters of one line, and of one cell."""
DELIMITERS = ",;\t|"

_TOLD = re.compile(r"\ufeff?sep=(.)\r?\n?")


def read_table(file: File, reading: Reading) -> Iterator[Found]:
    """Give one article, or why it cannot be read, for each row that is not empty; lines count from 1."""
    csv.field_size_limit(FIELD_LIMIT)
    line = 1
    try:
        with _text(file) as text:
            lines = _lines(text)
            names, delimiter = _head(lines)
            found = columns(names, reading.fields)
            if "text" not in found:
                listed = ", ".join(repr(name[:40]) for name in names[:20])
                raise ValueError(f"no column is the text; there are {listed}: say which with --field text=NAME")
            places = {field: names.index(name) for field, name in found.items()}
            rows = csv.reader(lines, delimiter=delimiter, strict=True)
            line = 2
            for row in rows:
                if any(cell.strip() for cell in row):
                    try:
                        yield reading.admit(_article(file, row, places, found))
                    except ValueError as error:
                        yield ArticleError(file.name, line, str(error))
                line = rows.line_num + 2
            if line == 2:
                raise ValueError("there is no row under the names of the columns")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        yield ArticleError(file.name, None, f"not {error.encoding.upper()}: byte 0x{byte:02x}; save the file as UTF-8")
    except (csv.Error, _TooLongError) as error:
        yield ArticleError(file.name, line, f"the row cannot be told apart: {error}; the rows after it are not read")
    except ValueError as error:
        yield ArticleError(file.name, 1, str(error))
    except OSError as error:
        yield ArticleError(file.name, None, f"cannot be read: {error.strerror or error}")


def delimiter_of(line: str) -> str | None:
    """What stands between the names of columns, of DELIMITERS; None where a line does not name an article's fields."""
    told: dict[str, int] = {}
    for delimiter in DELIMITERS:
        try:
            names = next(csv.reader([line.lstrip("\ufeff").rstrip("\r\n")], delimiter=delimiter), [])
        except csv.Error:  # a name longer than a cell may be
            continue
        if len(names) > 1 and all(len(name) <= 60 for name in names):
            told[delimiter] = len(columns(names, {})) + (1 if len(set(names)) == len(names) else 0)
    return max(told, key=lambda one: told[one]) if told and max(told.values()) > 1 else None


class _TooLongError(Exception):
    """A line that is longer than a cell may be."""


def _text(file: File) -> io.TextIOWrapper:
    with file.open() as stream:
        wide = stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return io.TextIOWrapper(file.open(), "utf-16" if wide else "utf-8-sig", newline="")


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(FIELD_LIMIT + 1):
        if len(line) > FIELD_LIMIT:
            raise _TooLongError(f"the line is longer than the {FIELD_LIMIT} characters that are read")
        yield line


def _head(lines: Iterator[str]) -> tuple[list[str], str]:
    """The names of the columns, and what stands between them; Excel may say that in a line of its own ("sep=;")."""
    first = next(lines, "")
    if told := _TOLD.fullmatch(first):
        first = next(lines, "")
    delimiter = told[1] if told else delimiter_of(first)
    if delimiter is None:
        raise ValueError("the first line names no columns; it must, with commas between: id,date,title,text")
    return [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])], delimiter


def _article(file: File, row: list[str], places: Mapping[str, int], names: Mapping[str, str]) -> Article:
    fields: Fields = {field: row[place] if place < len(row) else "" for field, place in places.items()}
    text = fields["text"] or ""
    if not text.strip():
        raise ValueError("the row has no text")
    if names["text"].lower() != "text" and MARKUP.search(text):
        fields["text"] = rendered(text)
    return article_of(file, {**fields, "id": (fields.get("id") or fields.get("url") or "").strip()})
