"""Pages: the article's text is what trafilatura extracts, its paragraphs apart by an empty line.

What is set off as a block quotation stands behind "> ". Pull quotes, which repeat words of the article, and the
captions of pictures are no text of it.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from index.corpus.child import Hints, parsed
from index.corpus.days import day_in_address
from index.corpus.fields import Fields
from index.corpus.files import File, Found, Reading, decode, decode_as
from index.corpus.fragment import ASIDES, tree_of

SIZE_LIMIT = 8 * 2**20
"""Bytes of the largest page read; the longest news pages, scripts and all, stay under 3 MiB."""

_AUTHOR = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl")
_SECTION = ("article:section", "section", "articleSection", "parsely-section")
"""Names under which pages give them, likeliest first; trafilatura, asked for what is marked up in other ways, changes
the letters of names."""
_NO_NAME = re.compile(r"https?://|@")
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)


def read_html(file: File, reading: Reading) -> Iterator[Found]:
    """Give the one article of the page, or why it cannot be read."""
    return parsed(file, reading, "html", SIZE_LIMIT)


def parse(data: bytes, hints: Hints) -> list[Fields]:
    """The fields of a page, each None where the page does not give it. ValueError: it has no text."""
    return [extract(decoded(data), hints.get("url"))]


def decoded(data: bytes) -> str:
    """The page as text: UTF-8 or UTF-16 by its mark, else the charset declared in its first 1024 bytes (as in HTML)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    if b"\0" in data:
        raise ValueError(f"the page holds a NUL character at {data.index(0)}; save it as UTF-8")
    try:
        return decode(data)
    except ValueError:
        declared = _CHARSET.search(data[:1024])
        if declared is None:
            raise
        name = declared[1].decode("ascii")
        try:
            return decode_as(data, name)
        except (LookupError, ValueError) as error:
            raise ValueError(f"the page is neither UTF-8 nor the {name} that it declares; save it as UTF-8") from error


def extract(page: str, url: str | None) -> Fields:
    """The article of a page; ValueError where there is none."""
    from trafilatura import bare_extraction

    # The date stands in the page's metadata or nowhere: one guessed from its prose would make date filters lie.
    dates = {"original_date": True, "extensive_search": False, "max_date": dt.date.max.isoformat()}
    tree = tree_of(page)
    # Read before the extraction takes the tree apart.
    author, section = (None, None) if tree is None else (_meta(tree, _AUTHOR), _meta(tree, _SECTION))
    found: Any = (
        None
        if tree is None
        else bare_extraction(
            tree,
            url=url,
            with_metadata=True,
            include_comments=False,
            date_extraction_params=dates,
            prune_xpath=list(ASIDES),
        )
    )
    text = "" if found is None else "\n\n".join(_paragraphs(found.body))
    if not text.strip():
        raise ValueError("no article text was found in the page; save its text as .txt")
    date = found.date if _is_day(found.date) else None
    address = day_in_address(found.url or url)
    guessed = address is not None and date == address.isoformat() and not _says_day(page, dates)
    return {
        "text": text,
        "title": found.title,
        "date": date,
        "date_certainty": "address" if guessed else None,
        "source": found.sitename,
        "url": _address(found.url, url),
        "author": author or found.author,
        "section": section or next(iter(found.categories or ()), None),
    }


def _address(told: str | None, url: str | None) -> str | None:
    """The address that a page tells of itself, where it is of the site that it was fetched from: any may be told."""
    if not told or not url:
        return told or url
    from courlan import extract_domain

    of_itself, fetched = (extract_domain(one) or urlsplit(one).hostname for one in (told, url))
    return told if of_itself == fetched else url


def _meta(tree: Any, names: Sequence[str]) -> str | None:
    """What the page says under the first of these names that is there; a line each, where it says it repeatedly."""
    for name in names:
        said = tree.xpath("//meta[@name = $name or @property = $name or @itemprop = $name]/@content", name=name)
        if lines := [one.strip() for one in said if one.strip() and not _NO_NAME.search(one)]:
            return "\n".join(lines)
    return None


def _says_day(page: str, dates: dict[str, Any]) -> bool:
    """Whether the page itself, and not its address alone, tells a day."""
    from htmldate import find_date

    return find_date(tree_of(page), url="", **dates) is not None


def _is_day(value: str | None) -> bool:
    return value is not None and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None


def _paragraphs(body: Any) -> list[str]:
    """The paragraphs of what trafilatura keeps, in order; of a block quotation each behind ">"."""
    told = _letters("".join(line for element in body if element.tag != "quote" for line in _lines(element)))
    found: list[str] = []
    for element in body:
        lines = _lines(element)
        if element.tag == "quote":
            repeated = all(_letters(line) in told for line in lines)
            found += [] if repeated else [f"> {line}" for line in lines]
        else:
            found += lines
    return found


def _lines(element: Any) -> list[str]:
    """The lines of one element: those of the blocks in it, and a line break begins another."""
    blocks = [inner for inner in element.iter("p", "item", "row", "head") if inner is not element]
    if not blocks:
        text = "".join(_text(element))
        return [line for line in (" ".join(part.split()) for part in text.split("\n")) if line]
    outside = (element.text or "").strip()
    lines = [outside] if outside else []
    for block in blocks:
        if not any(inner is not block for inner in block.iter("p", "item")):
            mark = "- " if block.tag == "item" else ""
            lines += [mark + line for line in _lines(block)]
    return lines


def _text(element: Any) -> Iterator[str]:
    # White space within the page's source is one space; only <br> breaks a line.
    yield (element.text or "").replace("\n", " ")
    for inner in element:
        if inner.tag == "lb":
            yield "\n"
        else:
            yield from _text(inner)
        if inner.tag == "cell":
            yield " "
        yield (inner.tail or "").replace("\n", " ")


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text).casefold()
