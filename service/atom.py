"""Quotations → an Atom feed (RFC 4287): pure functions.

An entry's id is a UUID made of the quotation's id (RFC 9562, version 5), and so the same at every rebuild and wherever
the service runs: a reader shows each once. Its date is the day of the article, the only one that is known; where an
article has none the first of 1970 stands, since Atom demands one. `updated` of the feed is when the index was made.

XML 1.0 cannot hold every character (2.2): control characters and such come as U+FFFD. The JSON has them as they were.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from xml.etree import ElementTree as ET

from index.types import Hit
from index.understanding import published
from service.citing import quoted, said_by, web_address

NAMESPACE = "http://www.w3.org/2005/Atom"
_OURS = uuid.UUID("5d0f3b52-7c0e-5b0c-9f0a-1c1d8c2b6a47")
"""The name space of our ids; it never changes."""
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_TITLE = 120
UNDATED = "1970-01-01T00:00:00Z"

ET.register_namespace("", NAMESPACE)


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the entries. `about`: what the feed is of, the same for the same question everywhere.

    `own`, `page`: absolute addresses of the feed and of the page with the same answer. `updated`: RFC 3339.
    """

    about: str
    title: str
    own: str
    page: str
    updated: str


def feed(head: Head, hits: Iterable[Hit], link: Callable[[str], str]) -> bytes:
    """The feed in UTF-8. `link`: quotation id → absolute address of its page."""
    root = ET.Element(_name("feed"))
    _text(root, "id", _urn(f"feed {head.about}"))
    _text(root, "title", head.title)
    _text(root, "updated", head.updated)
    _link(root, "self", head.own, type="application/atom+xml")
    _link(root, "alternate", head.page, type="text/html")
    _text(root, "generator", "attributed")
    # Where nothing is found there is no entry that names an author, and Atom wants one.
    _text(ET.SubElement(root, _name("author")), "name", "attributed")
    for hit in hits:
        _entry(root, hit, link(hit.passage.attribution.quotation.id))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entry(root: ET.Element, hit: Hit, address: str) -> None:
    attribution, article = hit.passage.attribution, hit.article
    entry = ET.SubElement(root, _name("entry"))
    _text(entry, "id", _urn(f"quotation {attribution.quotation.id}"))
    _text(entry, "title", f"{said_by(hit)}: {_cut(attribution.quotation.text)}")
    date = f"{article.date.isoformat()}T00:00:00Z" if article.date else None
    _text(entry, "updated", date or UNDATED)
    if date:
        _text(entry, "published", date)
    _text(ET.SubElement(entry, _name("author")), "name", said_by(hit))
    _link(entry, "alternate", address, type="text/html")
    if url := web_address(article.url):
        _link(entry, "related", url)
    _text(entry, "summary", quoted(hit, address))
    # Escaped twice: as HTML here, for the reader, and as XML by the writer. Nothing of an article is markup.
    _text(entry, "content", _content(hit, address), type="html")


def _content(hit: Hit, address: str) -> str:
    """The passage with what is said in it marked, and where it stands, as HTML."""
    span, article = hit.passage.span, hit.article
    parts, at = [], span.start
    for piece in hit.passage.attribution.quotation.spans:
        parts += [escape(article.text[at : piece.start]), f"<mark>{escape(piece.text)}</mark>"]
        at = piece.end
    parts.append(escape(article.text[at : span.end]))
    whence = [article.title, *article.authors, article.source, published(article)]
    told = ", ".join(escape(one) for one in whence if one) or escape(article.id)
    who = escape(said_by(hit))
    role = hit.passage.attribution.speaker.role if hit.passage.attribution.speaker else None
    who += f", {escape(role)}" if role else ""
    return f'<blockquote><p>{"".join(parts)}</p></blockquote><p>{who}. <a href="{escape(address)}">{told}</a></p>'


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_TITLE else text[: _LONGEST_TITLE - 1].rstrip() + "…"


def _urn(name: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_OURS, name)}"


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"


def _text(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, _name(tag), attributes).text = _FORBIDDEN.sub("\ufffd", text)


def _link(parent: ET.Element, rel: str, href: str, **attributes: str) -> None:
    ET.SubElement(parent, _name("link"), {"rel": rel, "href": _FORBIDDEN.sub("\ufffd", href), **attributes})
