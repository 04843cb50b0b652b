"""Markdown: the text without its signs, block quotations behind "> ", and what stands in front of it between `---`."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator

from index.corpus.child import Hints, parsed
from index.corpus.fieldnames import columns
from index.corpus.fields import Fields
from index.corpus.files import File, Found, Reading, decode, refuse_odd_characters
from index.corpus.fragment import text_of

SIZE_LIMIT = 8 * 2**20
"""Bytes of the largest file read."""

FRONT = re.compile(
    r"\ufeff?(?P<mark>---|\+\+\+)[ \t]*\r?\n(?P<fields>.*?\n)(?:(?P=mark)|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL
)
"""YAML, or TOML between +++, in front of the text, as static site generators have it."""
_HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


def read_markdown(file: File, reading: Reading) -> Iterator[Found]:
    """Give the one article of the file, or why it cannot be read."""
    return parsed(file, reading, "markdown", SIZE_LIMIT)


def parse(data: bytes, _hints: Hints) -> list[Fields]:
    """Text, and title, date, source and url where the front matter has them. ValueError: it cannot be read."""
    from markdown_it import MarkdownIt

    text = decode(data)
    refuse_odd_characters(text)
    front = FRONT.match(text)
    given = _front(front) if front else {}
    parser = MarkdownIt("commonmark").enable("table")
    rendered = parser.render(text[front.end() if front else 0 :].removeprefix("\ufeff"))
    heading = _HEADING.search(rendered)
    return [{"title": text_of(heading[1]) if heading else None, **given, "text": text_of(rendered)}]


def _front(front: re.Match[str]) -> Fields:
    found = _toml(front["fields"]) if front["mark"] == "+++" else _yaml(front["fields"])
    if not isinstance(found, dict):
        return {}
    listed = {str(name): _listed(value) for name, value in found.items()}
    values = {name: value for name, value in listed.items() if isinstance(value, (str, int, float, dt.date))}
    return {
        field: value.isoformat() if isinstance(value, dt.date) else str(value)
        for field, name in columns(values, {}).items()
        if field != "text" and (value := values[name]) not in ("", None)
    }


def _listed(value: object) -> object:
    """A list of strings, of authors or of categories, as lines of one."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    return value


def _toml(front: str) -> object:
    try:
        return tomllib.loads(front.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ValueError(f"the front matter between +++ is no TOML: {error}") from error


def _yaml(front: str) -> object:
    from yaml import AliasToken, YAMLError, safe_load, scan

    try:
        if any(isinstance(token, AliasToken) for token in scan(front)):
            raise ValueError("it repeats itself by aliases, which are not unfolded; write it out")
        return safe_load(front)
    except (YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ValueError(f"the front matter between --- cannot be read: {reason}") from error
