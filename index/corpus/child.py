"""Parsing in a child process with a limit of time and memory.

A page, a feed or a mail can be made (or grow by accident) so that parsing it never ends or takes all memory: 200,000
paragraphs or an entity that unfolds into gigabytes. It must cost a run that one file.

A parser is a module of this package with `parse(data, hints)`: bytes → the fields of each article in it. It runs in
the child alone, so that what it imports is loaded there alone.
"""

from __future__ import annotations

import atexit
import importlib
import json
import math
import resource
import signal
import threading
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from typing import Any

from index.child import READY, Child
from index.corpus.fields import Fields, article_of
from index.corpus.files import LENGTH_LIMIT, File, Reading, too_long
from index.errors import ArticleError
from index.types import Article

SECONDS_LIMIT = 10.0
"""Seconds given to one file; an ordinary page takes under a tenth of a second."""

START_LIMIT = 60.0
"""Seconds given to the child to start, and to a parser to be imported."""

MEMORY_LIMIT = 320 * 2**20
"""Bytes of memory of its own for the child; the libraries that it imports take 100 MB of them."""

ALONE = frozenset(("html", "markdown", "captions"))
"""Parsers that find one article a file: its name may tell the day."""

Hints = Mapping[str, Any]
"""What is known besides the bytes: `url`, where they were fetched from; `fields`, how the user names them."""


def parsed(file: File, reading: Reading, parser: str, most: int) -> Iterator[Article | ArticleError]:
    """The articles of a file of `most` bytes at most, as the module `parser` finds them, or why there are none."""
    try:
        found = _CHILD.parse(parser, file.read(most), {"url": file.url, "fields": dict(reading.fields)})
    except ValueError as error:
        yield ArticleError(file.name, None, str(error))
        return
    except ArticleError as error:
        yield error
        return
    for place, fields in enumerate(found, start=1):
        try:
            yield reading.admit(article_of(file, fields, alone=parser in ALONE))
        except ValueError as error:
            reason = str(error) if len(found) == 1 else f"article {place} of it: {error}"
            yield ArticleError(file.name, None, reason, url=fields.get("url"))


def rendered(markup: str) -> str:
    """The text of a piece of HTML; ValueError where it cannot be read."""
    (fields,) = answered("fragment", markup.encode("utf-8", "replace"), {})
    return fields["text"] or ""


def answered(parser: str, data: bytes, hints: Hints) -> list[Fields]:
    """What the module `parser` gives for bytes that are no file; ValueError where they cannot be read."""
    return _CHILD.parse(parser, data, hints)


class _Child:
    """The process that parses: started at the first file, started anew after one that it did not survive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._ready: set[str] = set()

    def parse(self, parser: str, data: bytes, hints: Hints) -> list[Fields]:
        """What the module's `parse` gives for these bytes; ValueError where it fails or passes a limit."""
        with self._lock:
            line = self._start() if self._child is None else self._child.line
            try:
                if parser not in self._ready:  # imported first: a file is given its full time
                    line.send_bytes(json.dumps([parser, None]).encode("ascii"))
                    self._answer(line, START_LIMIT)
                    self._ready.add(parser)
                line.send_bytes(json.dumps([parser, dict(hints)]).encode("ascii"))
                line.send_bytes(data)
                answer = self._answer(line, SECONDS_LIMIT)
            except (OSError, EOFError) as error:
                self.close()
                raise ValueError("the file broke the parser (too much memory?); save its text as .txt") from error
        if answer.get("full"):
            self.close()
        if "fault" in answer:
            raise ValueError(answer["fault"])
        found: list[Fields] = answer["found"]
        return found

    def _answer(self, line: Connection, seconds: float) -> dict[str, Any]:
        if not line.poll(seconds):
            self.close()
            raise ValueError(f"the file took more than {seconds:.0f} s to parse; save its text as .txt")
        answer: dict[str, Any] = json.loads(line.recv_bytes())
        return answer

    def _start(self) -> Connection:
        try:
            self._child = Child(_SERVE, seconds=START_LIMIT, quiet=True)
        except TimeoutError:
            raise ValueError("the process that parses files did not start") from None
        return self._child.line

    def close(self) -> None:
        """End the process where there is one; the next file starts another."""
        if self._child is not None:
            self._child.end()
        self._child = None
        self._ready = set()


_SERVE = "import sys; from index.corpus import child; child.serve(int(sys.argv[1]))"
_CHILD = _Child()
atexit.register(_CHILD.close)


def _bounded(fields: Fields) -> Fields:
    """The fields, or that the text is too long: such a one is not sent, as it would take the parent's memory, too."""
    length = len(fields.get("text") or "")
    return fields if length <= LENGTH_LIMIT else {"fault": too_long(length)}


def serve(descriptor: int) -> None:
    """Answer files until the line closes: the child's whole life."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
    line = Connection(descriptor)
    line.send_bytes(READY)
    while True:
        try:
            parser, hints = json.loads(line.recv_bytes())
            data = None if hints is None else line.recv_bytes()
        except EOFError:
            return
        # Should the parent be killed meanwhile, nobody else would end a file that never ends.
        signal.alarm(math.ceil(START_LIMIT if data is None else SECONDS_LIMIT) + 1)
        answer: dict[str, Any]
        try:
            module = importlib.import_module(f"index.corpus.{parser}")
            answer = {"found": [] if data is None else [_bounded(found) for found in module.parse(data, hints)]}
        except ValueError as error:
            answer = {"fault": str(error)[:300]}
        except MemoryError:
            # What it took is not all given back: the next file gets a process of its own.
            answer = {
                "fault": f"it takes more than {MEMORY_LIMIT >> 20} MB to parse; save its text as .txt",
                "full": True,
            }
        except Exception as error:  # whatever a parser raises over a file is that file's fault alone
            answer = {"fault": f"it cannot be parsed: {type(error).__name__}: {error}"[:300]}
        signal.alarm(0)
        line.send_bytes(json.dumps(answer).encode("ascii"))
