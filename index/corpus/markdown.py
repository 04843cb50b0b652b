"""Markdown: the text without its signs, block quotations behind "> ", and what stands in front of it between `---`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

from index.corpus.child import Fields, parsed
from index.corpus.fieldnames import columns
from index.corpus.files import File, Found, Reading, decode
from index.corpus.fragment import text_of

SIZE_LIMIT = 8 * 2**20
"""Bytes of the largest file read."""

FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(?P<yaml>.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL)
"""YAML in front of the text, as static site generators have it."""
_HEADING = re.compile(r"<h1>(.*?)</h1>", re.DOTALL)


def read_markdown(file: File, _reading: Reading) -> Iterator[Found]:
    """Give the one article of the file, or why it cannot be read."""
    return parsed(file, "markdown", SIZE_LIMIT)


def parse(data: bytes, _hints: Mapping[str, str | None]) -> list[Fields]:
    """Text, and title, date, source and url where the front matter has them. ValueError: it cannot be read."""
    from markdown_it import MarkdownIt

    text = decode(data)
    front = FRONT.match(text)
    given = _front(front["yaml"]) if front else {}
    rendered = MarkdownIt("commonmark").render(text[front.end() if front else 0 :].lstrip("\ufeff"))
    heading = _HEADING.search(rendered)
    return [{"title": text_of(heading[1]) if heading else None, **given, "text": text_of(rendered)}]


def _front(yaml: str) -> Fields:
    from yaml import YAMLError, safe_load

    if "&" in yaml and "*" in yaml:
        raise ValueError("the front matter repeats itself by aliases, which are not unfolded; write it out")
    try:
        found = safe_load(yaml)
    except (YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ValueError(f"the front matter between --- is no YAML: {reason}") from error
    if not isinstance(found, dict):
        return {}
    values = {str(name): value for name, value in found.items() if isinstance(value, (str, int, float, dt.date))}
    return {
        field: value.isoformat() if isinstance(value, dt.date) else str(value)
        for field, name in columns(values, {}).items()
        if field != "text" and (value := values[name]) not in ("", None)
    }
