"""Articles worked in a child process: quotations found, vectors encoded, within limits of time and memory.

The parser's model takes 300 MB and what it does takes the processor; in a process of its own, with a lower priority, it
is no weight on whoever searches. The process is started by the first article and ended when nothing has come for long.
A text that takes too long or too much costs this one article, and the process.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from index.build import PassageMaker, QuoteExtractor, default_passages
from index.child import READY, Child
from index.embedding import encoded
from index.encoder import Encoder
from index.errors import QuoteIndexError
from index.language import language_of
from index.live.worked import Made, Worked, article_of, article_to_bytes, to_bytes, worked_of
from index.store import passage_faults
from index.types import Article

SECONDS = 60
"""Given to one article. Half a million characters, the most, take 20 to 30."""
START_SECONDS = 120
"""Given to the process to start: 4 s, and where the model is still to be exported another 20."""
MEMORY = 1 << 31
"""Bytes of memory of its own for the process; parser and model take 450 MB of them."""
IDLE_SECONDS = 300.0
"""After which a process without work is ended."""
NICENESS = 19
"""Of the process: where a search wants the processor, it comes first."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An article that cannot be taken, and why."""

    id: str
    reason: str


class Worker(Protocol):
    """What works articles; `made`: by which versions."""

    def work(self, articles: Iterable[Article]) -> Iterator[Worked | Refused]:
        """One answer for each, in their order."""
        ...

    def is_current(self, made: Made) -> bool:
        """Whether an article that was worked so need not be worked again."""
        ...

    def rest(self) -> None:
        """Called now and then: give back what has not been used for long."""
        ...

    def close(self) -> None:
        """Give back everything."""
        ...


class OwnWorker:
    """Works in this process."""

    def __init__(self, extractor: QuoteExtractor, encoder: Encoder, passages: PassageMaker | None = None) -> None:
        self._extractor = extractor
        self._encoder = encoder
        self._passages = passages or default_passages()

    def work(self, articles: Iterable[Article]) -> Iterator[Worked | Refused]:
        """One answer for each, in their order."""
        for article in articles:
            try:
                yield self._worked(article)
            except (QuoteIndexError, ValueError, RecursionError, MemoryError) as error:
                yield Refused(article.id, f"it cannot be worked: {type(error).__name__}: {error}"[:300])

    def is_current(self, made: Made) -> bool:
        """Whether these are its versions."""
        return made == Made(self._extractor.version, self._passages.version, self._encoder.fingerprint)

    def rest(self) -> None:
        """Nothing to give back."""

    def close(self) -> None:
        """Nothing to give back."""

    def _worked(self, article: Article) -> Worked:
        article = replace(article, language=language_of(article))
        (found,) = self._extractor.extract([article])
        attributions = {one.quotation.id: one for one in reversed(found)}
        passages = self._passages.make(article, [one for one in found if attributions[one.quotation.id] is one])
        fault = next((fault for passage in passages for fault in passage_faults(article, passage)), None)
        if fault is not None:
            raise ValueError(fault)
        vectors = encoded(self._encoder, [passage.embedded for passage in passages])
        made = Made(self._extractor.version, self._passages.version, self._encoder.fingerprint)
        return Worked(article, passages, vectors, made)


class ChildWorker:
    """Works in a child process; `encoder` tells which model it must have there, that of the folder `data`."""

    def __init__(self, data: Path, encoder: Encoder, model: str | None = None, *, seconds: float = SECONDS) -> None:
        self._arguments = [str(data), *([] if model is None else [model])]
        self._encoder = encoder
        self._seconds = seconds
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._used = time.monotonic()

    def is_current(self, made: Made) -> bool:
        """Whether these are the versions of the program and of the model that answers."""
        from index.extraction import SieveExtractor

        return made == Made(SieveExtractor.version, default_passages().version, self._encoder.fingerprint)

    def work(self, articles: Iterable[Article]) -> Iterator[Worked | Refused]:
        """One answer for each, in their order (QuoteIndexError: the process cannot be started)."""
        for article in articles:
            with self._lock:
                answer = self._worked(article)
            yield answer

    def rest(self) -> None:
        """End the process where nothing has come for long."""
        if self._child is not None and time.monotonic() - self._used > IDLE_SECONDS and self._lock.acquire(False):
            try:
                self._end()
            finally:
                self._lock.release()

    def close(self) -> None:
        """End the process, whatever it is at."""
        child = self._child
        if child is not None:
            child.process.kill()
        with self._lock:
            self._end()

    def _worked(self, article: Article) -> Worked | Refused:
        line = self._start() if self._child is None else self._child.line
        try:
            line.send_bytes(article_to_bytes(article))
            if not line.poll(self._seconds):
                self._end()
                return Refused(article.id, f"it took more than {self._seconds:g} s; post a shorter text")
            answer = line.recv_bytes()
        except (OSError, EOFError):
            self._end()
            return Refused(article.id, f"it took more than {MEMORY >> 20} MB of memory; post a shorter text")
        self._used = time.monotonic()
        if answer[:1] == b"-":
            return Refused(article.id, answer[1:].decode("utf-8"))
        worked = worked_of(answer[1:])
        assert worked is not None
        return worked

    def _start(self) -> Connection:
        try:
            self._child = Child(_SERVE, self._arguments, seconds=START_SECONDS, environment=_ONE_THREAD)
        except TimeoutError:
            raise QuoteIndexError(
                "the process that finds quotations did not start; the log of the service says why"
            ) from None
        return self._child.line

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = None


_SERVE = "import sys; from index.live import working; working.serve(int(sys.argv[1]), *sys.argv[2:])"
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def serve(descriptor: int, data: str, model: str | None = None) -> None:
    """Work what comes until the line closes: the child's whole life."""
    import resource

    from index.encoder import default_encoder
    from index.extraction import SieveExtractor

    os.nice(NICENESS)
    with suppress(OSError):
        # A session of its own is a group of its own to Linux, where niceness counts within the group alone (sched(7)).
        Path("/proc/self/autogroup").write_text(str(NICENESS))
    line = Connection(descriptor)
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    worker = OwnWorker(SieveExtractor(), default_encoder(Path(data), model))
    for _ in worker.work([Article("ready", "“We are ready to begin,” the first speaker said on Monday.")]):
        line.send_bytes(READY)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    with suppress(EOFError, OSError):
        while True:
            article = article_of(line.recv_bytes())
            # Should the parent be killed meanwhile, nobody else would end a text that never ends.
            signal.alarm(SECONDS + 1)
            (answer,) = worker.work([article])
            signal.alarm(0)
            line.send_bytes(b"-" + answer.reason.encode() if isinstance(answer, Refused) else b"+" + to_bytes(answer))


def _leave_with(parent: int) -> None:
    """End with the parent, also while a text is being worked."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
