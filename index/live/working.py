"""Articles worked in a child process: quotations found, vectors encoded, within limits of time and memory.

The parser's model takes 300 MB and what it does takes the processor; in a process of its own, with a lower priority, it
is no weight on whoever searches. The process is started by the first article and ended when nothing has come for long.
A text that takes too long or too much costs this one article, and the process. Where the machine has no time for it,
nobody waits: it is sent again by whoever sent it, and what was found meanwhile is the answer.
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

from index.beside import Turns
from index.build import PassageMaker, QuoteExtractor, default_passages
from index.child import READY, Child
from index.embedding import encoded
from index.encoder import Encoder
from index.errors import BusyError, QuoteIndexError
from index.language import language_of
from index.live.worked import Made, Worked, article_of, article_to_bytes, to_bytes, worked_of
from index.store import passage_faults
from index.types import Article

SECONDS = 60
"""Of processor time given to one article. Half a million characters, the most, take 20 to 30."""
ASLEEP = 1800
"""Seconds after which one that does nothing at all is given up."""
START_SECONDS = 120
"""Given to the process to start: 4 s, and where the model is still to be exported another 20."""
PATIENCE = 30.0
"""Seconds that an article waits for the process to start, for those of others, and until it is worked."""
AGAIN = 5
"""Seconds after which it is worth sending it again."""
MEMORY = 1 << 31
"""Bytes of memory of its own for the process; parser and model take 450 MB of them."""
LONGEST_WAIT = 1.0
"""Seconds that an article waits behind the one before it while searches are under way."""
IDLE_SECONDS = 300.0
"""After which a process without work is ended."""
NICENESS = 5
"""Of the process, once it has started. Where searches leave no core idle it still has a quarter of one: Linux weighs it
335 against 1,024 of each of theirs. At 19 it would have a seventieth, and an article of .3 s would take 20.
"""


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

    def __init__(
        self, data: Path, encoder: Encoder, model: str | None = None, *, patience: float = PATIENCE, program: str = ""
    ) -> None:
        self._arguments = [str(data), *([] if model is None else [model])]
        self._encoder = encoder
        self._patience = patience
        self._program = program or _SERVE
        self._lock = threading.Lock()
        self._turns = Turns(LONGEST_WAIT)
        self._child: Child | None = None
        self._sent: bytes | None = None
        """What the process was given and nobody has taken the answer of."""
        self._gone: tuple[bytes, str] | None = None
        """What ended the process while nobody waited for it, and why."""
        self._used = self._began = time.monotonic()

    def is_current(self, made: Made) -> bool:
        """Whether these are the versions of the program and of the model that answers."""
        from index.extraction import SieveExtractor

        return made == Made(SieveExtractor.version, default_passages().version, self._encoder.fingerprint)

    def work(self, articles: Iterable[Article]) -> Iterator[Worked | Refused]:
        """One answer for each, in their order.

        Raises:
            BusyError: the process still starts, or works this article or those of others.
            QuoteIndexError: it cannot be started.
        """
        for article in articles:
            if not self._lock.acquire(timeout=self._patience):
                raise _busy("other articles are being worked")
            try:
                with self._turns.taken():
                    answer = self._worked(article)
            finally:
                self._lock.release()
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
        line, sent = self._started(), article_to_bytes(article)
        before = self._sent
        if before is not None and before != sent:
            try:
                if not line.poll(self._patience):
                    raise _busy("another article is being worked")
                line.recv_bytes()
                self._sent = None
            except (OSError, EOFError):
                self._gone = before, self._why()
                line = self._started()
        if self._gone is not None and self._gone[0] == sent:
            reason, self._gone = self._gone[1], None
            return Refused(article.id, reason)
        try:
            if self._sent is None:
                line.send_bytes(sent)
                self._sent = sent
                self._used = time.monotonic()
            if not line.poll(self._patience):
                raise _busy("it is being worked, and the machine has little time for it")
            answer = line.recv_bytes()
        except (OSError, EOFError):
            return Refused(article.id, self._why())
        self._sent = None
        self._used = time.monotonic()
        if answer[:1] == b"-":
            return Refused(article.id, answer[1:].decode("utf-8"))
        worked = worked_of(answer[1:])
        assert worked is not None
        return worked

    def _started(self) -> Connection:
        if self._child is None:
            self._child = Child(self._program, self._arguments, seconds=None, environment=_ONE_THREAD)
            self._began = time.monotonic()
        try:
            if self._child.wait(self._patience):
                return self._child.line
        except ChildProcessError:
            self._child = None
            raise QuoteIndexError(
                "the process that finds quotations did not start; the log of the service says why"
            ) from None
        if time.monotonic() - self._began > START_SECONDS:
            self._end()
        raise _busy("the process that finds quotations is still starting")

    def _why(self) -> str:
        """Why the process ended at an article."""
        assert self._child is not None
        child = self._child
        self._end()
        if -(child.process.returncode or 0) in _TOO_LONG:
            return f"it took more than {SECONDS} s of processor time; post a shorter text"
        return f"it took more than {MEMORY >> 20} MB of memory; post a shorter text"

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
        self._child = self._sent = None


def _busy(what: str) -> BusyError:
    return BusyError(f"{what}; send it again in {AGAIN} seconds", AGAIN)


_SERVE = "import sys; from index.live import working; working.serve(int(sys.argv[1]), *sys.argv[2:])"
_TOO_LONG = (signal.SIGPROF, signal.SIGALRM)
"""What ends the process where a text takes too long."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def serve(descriptor: int, data: str, model: str | None = None) -> None:
    """Work what comes until the line closes: the child's whole life."""
    import resource

    from index.encoder import default_encoder
    from index.extraction import SieveExtractor

    line = Connection(descriptor)
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    worker = OwnWorker(SieveExtractor(), default_encoder(Path(data), model))
    for _ in worker.work([Article("ready", "“We are ready to begin,” the first speaker said on Monday.")]):
        # From here on: a process that never gets to start, beside searches that never end, works nothing at all.
        os.nice(NICENESS)
        with suppress(OSError):
            # A session of its own is a group of its own to Linux: niceness counts within the group alone (sched(7)).
            Path("/proc/self/autogroup").write_text(str(NICENESS))
        line.send_bytes(READY)
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    with suppress(EOFError, OSError):
        while True:
            article = article_of(line.recv_bytes())
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            signal.alarm(ASLEEP)
            (answer,) = worker.work([article])
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.alarm(0)
            line.send_bytes(b"-" + answer.reason.encode() if isinstance(answer, Refused) else b"+" + to_bytes(answer))


def _leave_with(parent: int) -> None:
    """End with the parent, also while a text is being worked."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
