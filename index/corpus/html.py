"""`.html` files: the article's text is what trafilatura extracts, its paragraphs apart by an empty line.

Extraction runs in a child process with a limit of time and memory: a page can be made (or grow by accident) so that
extraction never ends, 200,000 paragraphs for one, and one such page must cost a run that page alone.
"""

from __future__ import annotations

import atexit
import codecs
import contextlib
import datetime as dt
import json
import math
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from index.corpus.files import article_id, decode, read_bytes, refuse_odd_characters, shown
from index.errors import ArticleError
from index.types import Article

SIZE_LIMIT = 8 * 2**20
"""Bytes of the largest page read; the longest news pages, scripts and all, stay under 3 MiB."""

SECONDS_LIMIT = 20.0
"""Seconds given to one page; an ordinary one takes under a tenth of a second."""

START_LIMIT = 60.0
"""Seconds given to the child to start; it imports trafilatura."""

MEMORY_LIMIT = 2 * 2**30
"""Bytes of address space for the child."""

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)


def read_html(path: Path) -> Iterator[Article | ArticleError]:
    """Give the one article of the page, or why it cannot be read."""
    try:
        data = read_bytes(path)
        if len(data) > SIZE_LIMIT:
            raise ValueError(
                f"the page has {len(data)} bytes, more than the {SIZE_LIMIT} that are read; save the article alone"
            )
        fields = _CHILD.extract(_decoded(data))
        text = fields.get("text") or ""
        if not text.strip():
            raise ValueError("no article text was found in the page; save its text as .txt")
        for name, value in fields.items():
            refuse_odd_characters(value or "", f"the page's {name}")
        yield Article(
            id=article_id(path, text),
            text=text,
            title=fields.get("title"),
            date=_date(fields.get("date")),
            source=fields.get("source"),
            url=fields.get("url"),
        )
    except ArticleError as error:
        yield error
    except ValueError as error:
        yield ArticleError(shown(path), None, str(error))


def _decoded(data: bytes) -> str:
    """The page as text: UTF-8, else the charset that it declares in its first 1024 bytes (the place HTML gives it)."""
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
            codecs.lookup(name)
            return data.decode(name)
        except (LookupError, ValueError) as error:
            raise ValueError(f"the page is neither UTF-8 nor the {name} that it declares; save it as UTF-8") from error


def _date(value: str | None) -> dt.date | None:
    with contextlib.suppress(ValueError):
        return dt.date.fromisoformat(value) if value else None
    return None


def extract(page: str) -> dict[str, str | None]:
    """Text, title, date, source and url of a page, each None where the page has none. Runs in the child."""
    from trafilatura import bare_extraction

    # The date stands in the page's metadata or nowhere: one guessed from its prose would make date filters lie.
    dates = {"original_date": True, "extensive_search": False, "max_date": dt.date.max.isoformat()}
    found = bare_extraction(page, with_metadata=True, include_comments=False, date_extraction_params=dates)
    if found is None:
        return {}
    fields = found if isinstance(found, dict) else found.as_dict()
    paragraphs = [line.strip() for line in (fields.get("text") or "").splitlines()]
    return {
        "text": "\n\n".join(paragraph for paragraph in paragraphs if paragraph),
        "title": fields.get("title"),
        "date": fields.get("date"),
        "source": fields.get("sitename"),
        "url": fields.get("url"),
    }


class _Child:
    """The process that extracts: started at the first page, started anew after one that it did not survive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None

    def extract(self, page: str) -> dict[str, str | None]:
        """What `extract` gives for this page; ValueError where it fails or passes a limit."""
        with self._lock:
            line = self._line or self._start()
            try:
                line.send_bytes(page.encode("utf-8"))
                if not line.poll(SECONDS_LIMIT):
                    self.close()
                    raise ValueError(f"the page took more than {SECONDS_LIMIT:.0f} s to extract; save its text as .txt")
                answer = json.loads(line.recv_bytes())
            except (OSError, EOFError) as error:
                self.close()
                raise ValueError("the page broke the extraction (memory or parser); save its text as .txt") from error
        if "fault" in answer:
            raise ValueError(f"the page cannot be extracted: {answer['fault']}")
        return dict(answer)

    def _start(self) -> Connection:
        ours, theirs = socket.socketpair()
        root = str(Path(__file__).resolve().parents[2])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from index.corpus import html; html.serve({theirs.fileno()})"],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # An interrupt of the command ends the parent, which closes the line; the child then ends by itself.
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        theirs.close()
        self._line = Connection(ours.detach())
        if not self._line.poll(START_LIMIT) or self._line.recv_bytes() != b"ready":
            self.close()
            raise ValueError("the process that extracts pages did not start; is trafilatura installed?")
        return self._line

    def close(self) -> None:
        """End the process where there is one; the next page starts another."""
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None


_CHILD = _Child()
atexit.register(_CHILD.close)


def serve(descriptor: int) -> None:
    """Answer pages until the line closes: the child's whole life."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    import trafilatura  # noqa: F401  # imported before "ready": the first page is given its full time

    line = Connection(descriptor)
    line.send_bytes(b"ready")
    while True:
        try:
            page = line.recv_bytes().decode("utf-8")
        except EOFError:
            return
        # Should the parent be killed meanwhile, nobody else would end a page that never ends.
        signal.alarm(math.ceil(SECONDS_LIMIT) + 1)
        answer: dict[str, str | None]
        try:
            answer = extract(page)
        except Exception as error:  # whatever a parser raises over a page is that page's fault alone
            answer = {"fault": f"{type(error).__name__}: {error}"[:200]}
        signal.alarm(0)
        line.send_bytes(json.dumps(answer).encode("ascii"))
