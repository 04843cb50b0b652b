"""Which column of a table, or which key of an object, gives which field of an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

FIELDS = ("id", "text", "title", "date", "source", "url", "author", "section", "agency")
"""What an article has of its own."""
BESIDE = frozenset(("author", "section", "agency"))
"""Those of which something that cannot be read costs no article: it is passed over."""

_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "articleid", "guid", "uuid", "uid", "docid", "documentid"),
    "text": ("text", "body", "content", "articletext", "articlebody", "fulltext", "bodytext", "maintext", "contenttext",
             "story", "plaintext", "transcript", "paragraphs"),
    "title": ("title", "headline", "heading", "articletitle", "webtitle"),
    "date": ("date", "published", "publishedat", "publicationdate", "publishdate", "pubdate", "datepublished",
             "dateofpublication", "publisheddate", "firstpublished", "webpublicationdate", "createdat",
             "datetime"),
    "source": ("source", "publisher", "publication", "outlet", "newspaper", "sourcename", "site", "sitename", "feed",
               "medium", "domain"),
    "url": ("url", "link", "weburl", "permalink", "articleurl", "canonicalurl", "href", "uri", "sourceurl"),
    "author": ("author", "authors", "byline", "creator", "authorname", "authornames", "bylines", "writtenby"),
    "section": ("section", "sectionname", "articlesection", "newsdesk", "desk", "category", "categories", "rubric"),
    "agency": ("agency", "newsagency", "wire", "wireservice", "agencyname"),
}  # fmt: skip
"""The names by which exports of databases, agencies and scrapers call each field, without signs, likeliest first."""


VALUES = frozenset({"rendered", "name", "value", "text", "content", "title", "#text", "$t"})
"""What an object calls the one value that it stands for: "content.rendered" is the content."""


def bare(name: str) -> str:
    """A name as names are compared: small letters and figures alone; of "a.b" what the value is of an article."""
    outer, _, inner = name.rpartition(".")
    return re.sub(r"[^a-z0-9]+", "", (outer if outer and inner in VALUES else inner).lower())


def columns(names: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """Field → the name that gives it, of those in `names`; `given` is the user's word, field → name.

    ValueError where a name that the user gives is not there.
    """
    listed = list(names)
    found: dict[str, str] = {}
    by_bare = {bare(name): name for name in reversed(listed)}
    for field in FIELDS:
        if field in given:
            if given[field] not in listed:
                there = ", ".join(repr(name[:40]) for name in listed[:20])
                raise ValueError(f"there is no {given[field]!r} for the {field}; there are {there}")
            found[field] = given[field]
        elif right := next((by_bare[name] for name in _NAMES[field] if name in by_bare), None):
            found[field] = right
    return found
