"""Tables: CSV and its kin, one article a row under a line of column names; read row by row, whatever their length.

The columns are known by their names (`index.corpus.fieldnames`) or as the user says; others are passed over.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from index.corpus.days import day_of
from index.corpus.fieldnames import columns
from index.corpus.files import File, Found, Reading, article_id, refuse_odd_characters
from index.corpus.jsonlines import new
from index.errors import ArticleError
from index.types import Article

FIELD_LIMIT = 16 * 2**20
"""Characters of one cell."""
DELIMITERS = ",;\t|"


def read_table(file: File, reading: Reading) -> Iterator[Found]:
    """Give one article, or why it cannot be read, for each row that is not empty; lines count from 1."""
    csv.field_size_limit(FIELD_LIMIT)
    line = last = 1
    try:
        with file.open() as stream:
            text = _text(stream)
            first = text.readline()
            delimiter = delimiter_of(first)
            if delimiter is None:
                raise ValueError("the first line names no columns; it must, with commas between: id,date,title,text")
            names = next(csv.reader([first], delimiter=delimiter))
            found = columns(names, reading.fields)
            if "text" not in found:
                listed = ", ".join(repr(name[:40]) for name in names[:20])
                raise ValueError(f"no column is the text; there are {listed}: say which with --field text=NAME")
            places = {field: names.index(name) for field, name in found.items()}
            rows = csv.reader(text, delimiter=delimiter, strict=True)
            while (row := next(rows, None)) is not None:
                line, last = last + 1, rows.line_num + 1
                if any(cell.strip() for cell in row):
                    try:
                        yield new(_article(file, row, places), reading)
                    except ValueError as error:
                        yield ArticleError(file.name, line, str(error))
            if last == 1:
                raise ValueError("there is no row under the names of the columns")
    except ArticleError as error:
        yield error
    except UnicodeDecodeError as error:
        yield ArticleError(
            file.name, None, f"not UTF-8: byte 0x{error.object[error.start]:02x}; save the file as UTF-8"
        )
    except csv.Error as error:
        yield ArticleError(file.name, line, f"the row cannot be told apart: {error}; the rows after it are not read")
    except ValueError as error:
        yield ArticleError(file.name, 1, str(error))
    except OSError as error:
        yield ArticleError(file.name, None, f"cannot be read: {error.strerror or error}")


def delimiter_of(line: str) -> str | None:
    """What stands between the names of columns, of DELIMITERS; None where a line does not name a text and more."""
    told: dict[str, int] = {}
    for delimiter in DELIMITERS:
        names = next(csv.reader([line.lstrip("\ufeff").rstrip("\r\n")], delimiter=delimiter), [])
        if len(names) > 1 and all(len(name) <= 60 for name in names):
            told[delimiter] = len(columns(names, {})) + (1 if len(set(names)) == len(names) else 0)
    return max(told, key=lambda one: told[one]) if told and max(told.values()) > 1 else None


def _text(stream: BinaryIO) -> io.TextIOWrapper:
    start = stream.read(4)
    stream.seek(0)
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return io.TextIOWrapper(stream, "utf-16" if wide else "utf-8-sig", newline="")


def _article(file: File, row: list[str], places: Mapping[str, int]) -> Article:
    cells = {field: row[place] if place < len(row) else "" for field, place in places.items()}
    for field, cell in cells.items():
        refuse_odd_characters(cell, f"the {field}")
    text = cells["text"]
    if not text.strip():
        raise ValueError("the row has no text")
    given = {field: cell.strip() or None for field, cell in cells.items()}
    day = given.get("date")
    return Article(
        id=given.get("id") or given.get("url") or article_id(file.stem, text),
        text=text,
        title=given.get("title"),
        date=None if day is None else day_of(day),
        source=given.get("source"),
        url=given.get("url"),
    )
