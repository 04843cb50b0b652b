"""RSS and Atom feeds, saved to a file: an article an entry, its content or, where there is no more, its summary."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from index.corpus.child import Hints, parsed
from index.corpus.days import day_of
from index.corpus.fields import Fields
from index.corpus.files import File, Found, Reading
from index.corpus.fragment import text_of

SIZE_LIMIT = 16 * 2**20
"""Bytes of the largest feed read."""

_ENTITY = re.compile(rb"^[^<]*(?:<\?[^>]*>\s*|<!--.*?-->\s*)*<!DOCTYPE[^>]*<!ENTITY", re.DOTALL)
_BOILERPLATE = re.compile(r"\s*The post .{1,300} (?:first )?appeared (?:first )?on .{1,120}\.\s*\Z", re.DOTALL)
"""What WordPress adds below the content of each entry."""


def read_feed(file: File, reading: Reading) -> Iterator[Found]:
    """Give the article of each entry, or why it cannot be read."""
    return parsed(file, reading, "feed", SIZE_LIMIT)


def parse(data: bytes, hints: Hints) -> list[Fields]:
    """The entries of a feed. ValueError: it has none, or is none."""
    import feedparser

    if _ENTITY.search(data[:65536].replace(b"\0", b"")):
        raise ValueError("the feed declares entities of its own, which are not unfolded; save it without them")
    found: Any = feedparser.parse(io.BytesIO(data))  # plain bytes may be taken for the name of a file to read
    if not found.entries:
        reason = getattr(found, "bozo_exception", None)
        raise ValueError(f"the feed holds no entry{f' ({reason})' if reason else ''}")
    source = found.feed.get("title") or hints.get("source")
    return [_entry(entry, source) for entry in found.entries]


def _entry(entry: Any, feed: str | None) -> Fields:
    contents = [one.get("value", "") for one in entry.get("content", [])]
    whole = max((text_of(one) for one in contents), key=len, default="")
    text = whole or text_of(entry.get("summary", ""))
    text = _BOILERPLATE.sub("", text) or text
    link = entry.get("link")
    url = link if link and link.startswith(("http://", "https://")) else None
    if not text:
        return {"fault": "the entry has neither content nor summary", "url": url}
    source = (entry.get("source") or {}).get("title") or feed
    return {
        "id": entry.get("id") or link,
        "text": text,
        "title": text_of(entry.get("title", "")) or None,
        "date": _day(entry),
        "source": source,
        "author": "\n".join(filter(None, [one.get("name") for one in entry.get("authors", [])])) or entry.get("author"),
        "section": _section(entry),
        "summary_only": None if whole else "yes",
        "url": url,
    }


def _section(entry: Any) -> str | None:
    """The category of an entry that has one; of many, tags among them, none is surely the section."""
    named = [tag.get("label") or tag.get("term") for tag in entry.get("tags", [])]
    return named[0] if len(named) == 1 else None


def _day(entry: Any) -> str | None:
    """The day as the feed's own clock has it; feedparser's is that of Greenwich."""
    for name in ("published", "updated", "created"):
        try:
            return day_of(entry.get(name) or "").isoformat()
        except ValueError:
            if parsed_ := entry.get(f"{name}_parsed"):
                return "{:04}-{:02}-{:02}".format(*parsed_)
    return None
