"""Web captures (WARC, ISO 28500, packed or not): every page and feed that a server gave, under its address."""

from __future__ import annotations

import io
from collections.abc import Iterator
from urllib.parse import urlsplit

from index.corpus.archive import budget_of, unpacking
from index.corpus.files import INSIDE, File, Found, Reading, printable
from index.errors import ArticleError

PAGE_LIMIT = 16 * 2**20
"""Bytes of one captured answer."""

_KINDS = frozenset(
    """
    text/html application/xhtml+xml text/plain text/xml application/xml application/rss+xml application/atom+xml
    """.split()
)
"""The media types of what may hold an article."""


def read_warc(file: File, _reading: Reading) -> Iterator[Found]:
    """Give the captured files that may hold articles, in their order; pictures and failures are passed over."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    try:
        budget = budget_of(file)
        with file.open() as packed:
            # Unpacked here: what is passed over would otherwise unfold without end.
            for record in ArchiveIterator(unpacking(packed, budget)):
                if record.rec_type not in ("response", "resource"):
                    continue
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                headers = record.http_headers if record.http_headers is not None else record.rec_headers
                media = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
                status = record.http_headers.get_statuscode() if record.http_headers is not None else "200"
                if media not in _KINDS or status != "200":
                    continue
                name = f"{file.name}{INSIDE}{printable(url)}"
                data = record.content_stream().read(PAGE_LIMIT + 1)
                if len(data) > PAGE_LIMIT:
                    yield ArticleError(name, None, f"it has more than the {PAGE_LIMIT} bytes that are read")
                elif data.strip():
                    yield _captured(file, name, url, data)
    except OverflowError:
        yield ArticleError(file.name, None, "it unfolds to many times its size, as bombs do; the rest is not read")
    except (ArchiveLoadFailed, OSError, ValueError, EOFError) as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        yield ArticleError(file.name, None, f"the capture is broken: {reason}; what comes after is not read")


def _captured(file: File, name: str, url: str, data: bytes) -> File:
    fetched = url if url.startswith(("http://", "https://")) else None
    member = urlsplit(url).path or url
    return File(name, lambda: io.BytesIO(data), fetched, member=member, depth=file.depth + 1, budget=file.budget)
