"""`.jsonl` files: one article a line, `{"id", "text", "title"?, "date"?, "source"?, "url"?}`; the text as it stands."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from index.corpus.files import decode, refuse_odd_characters, shown
from index.errors import ArticleError
from index.types import Article

_BOM = b"\xef\xbb\xbf"
_JSON_NAMES = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a truth value",
    int: "a number",
    float: "a number",
}


def read_jsonlines(path: Path, seen: dict[str, bytes] | None = None) -> Iterator[Article | ArticleError]:
    """Give one article, or why it cannot be read, for each line that is not blank; lines count from 1.

    `seen` (id → hash of the text) carries over from file to file: an id with another text than before is refused.
    """
    seen = {} if seen is None else seen
    empty = True
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                # Only here is a byte order mark no part of any text: it stands outside the JSON.
                row = line.removeprefix(_BOM) if number == 1 else line
                if not row.strip():
                    continue
                empty = False
                try:
                    article = article_of(row)
                    text = hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).digest()
                    if seen.setdefault(article.id, text) != text:
                        raise ValueError(f"the id {article.id!r} stood with another text before; give each its own")
                    yield article
                except ValueError as error:
                    yield ArticleError(shown(path), number, str(error))
    except OSError as error:
        yield ArticleError(shown(path), None, f"cannot be read: {error.strerror or error}")
        return
    if empty:
        yield ArticleError(shown(path), None, "the file is empty")


def article_of(line: bytes) -> Article:
    """One line as an article; ValueError says what is wrong with it and what would be right."""
    try:
        row = json.loads(decode(line))
    except json.JSONDecodeError as error:
        raise ValueError(f"broken JSON at column {error.colno}: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("the JSON is nested too deep; an article is one flat object") from error
    if not isinstance(row, dict):
        raise ValueError(f'a line must be an object {{"id", "text", ...}}, not {_name(row)}')
    return Article(
        id=_required(row, "id"),
        text=_required(row, "text"),
        title=_optional(row, "title"),
        date=_date(_optional(row, "date")),
        source=_optional(row, "source"),
        url=_optional(row, "url"),
    )


def _name(value: object) -> str:
    return _JSON_NAMES.get(type(value), "null")


def _required(row: dict[str, object], key: str) -> str:
    if row.get(key) is None:
        raise ValueError(f'no "{key}"; a line needs "id" and "text"')
    value = _string(row, key)
    if not value.strip():
        raise ValueError(f'"{key}" is blank')
    return value


def _optional(row: dict[str, object], key: str) -> str | None:
    """The value of a key that may be missing, null or blank: None in all three."""
    if row.get(key) is None:
        return None
    return _string(row, key).strip() or None


def _string(row: dict[str, object], key: str) -> str:
    value = row[key]
    if not isinstance(value, str):
        raise ValueError(f'"{key}" must be a string, not {_name(value)}')
    refuse_odd_characters(value, f'"{key}"')
    return value


def _date(value: str | None) -> dt.date | None:
    """The day of an ISO date or date and time; a time's own offset is kept, so the day is the publisher's."""
    if value is None:
        return None
    try:
        return dt.datetime.fromisoformat(value).date()
    except ValueError as error:
        raise ValueError(f'"date" {value[:40]!r} is no ISO date; write YYYY-MM-DD') from error
