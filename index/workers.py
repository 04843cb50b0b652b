"""Quotations found by several processes at once: the same answers in the same order, memory flat.

A few articles go to a process at a time, and only so many are under way: whatever the size of the corpus, no more than
`processes` times AHEAD parcels are held. A short list never starts a process, as one takes seconds to load its model.

Every process listens on a pipe whose other end this one holds. However this one stops (done, interrupted, at fault,
killed) the pipe closes and they are gone at once, whatever they were at.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from index.errors import QuoteIndexError
from index.types import Article, Attribution

if TYPE_CHECKING:
    from index.build import QuoteExtractor

PARCEL = 8
PARCEL_CHARACTERS = 60_000
"""Articles, and characters of them, that a process is given at a time."""
AHEAD = 3
"""Parcels under way for each process: one at work, one waiting, one on its way back."""
WORTH_STARTING = 400_000
"""Characters from which processes are started. With two on two cores, starting included, 329,000 characters of news
take 6.6 s for 7.6 s with one, 606,000 take 8.7 for 11.9, and 1,457,000 take 14.8 for 23.5."""

P = ParamSpec("P")
T = TypeVar("T")
Parcel = list[Article]
Found = list[tuple[Attribution, ...]]


def available_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Workers:
    """An extractor that works in `processes` processes; `make` makes the extractor in each and can be pickled."""

    def __init__(
        self, make: Callable[[], QuoteExtractor], processes: int, *, worth_starting: int = WORTH_STARTING
    ) -> None:
        self._make = make
        self._own = make()
        self._processes = processes
        self._worth_starting = worth_starting

    @property
    def version(self) -> str:
        """That of the extractor."""
        return self._own.version

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        """The attributions of each article, in order; reads ahead of what it gives back.

        Raises:
            QuoteIndexError: a process died, or failed at an article, which is named.
        """
        waiting = iter(articles)
        if self._processes < 2:
            return self._own.extract(waiting)
        first: list[Article] = []
        characters = 0
        for article in waiting:
            first.append(article)
            characters += len(article.text)
            if characters >= self._worth_starting:
                return self._spread(chain(first, waiting))
        return self._own.extract(first)

    def _spread(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        context = get_context("spawn")
        alive, held = context.Pipe(duplex=False)
        pool = ProcessPoolExecutor(self._processes, context, _start, (self._make, alive))
        under_way: deque[tuple[Parcel, Future[Found]]] = deque()
        try:
            for parcel in _parcels(articles):
                with _uninterrupted():
                    future = pool.submit(_work, parcel)
                under_way.append((parcel, future))
                if len(under_way) >= self._processes * AHEAD:
                    yield from _done(*under_way.popleft())
            while under_way:
                yield from _done(*under_way.popleft())
        finally:
            held.close()
            pool.shutdown(cancel_futures=True)
            alive.close()


@contextlib.contextmanager
def beside(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> Iterator[Callable[[], T]]:
    """A function at work in a process of its own; what is given waits for what it gives or raises.

    Where that process dies, the function runs here. Function and arguments can be pickled.
    """
    alive, held = get_context("spawn").Pipe(duplex=False)
    pool = ProcessPoolExecutor(1, get_context("spawn"), _ready, (alive,))
    with _uninterrupted():
        future = pool.submit(work, *args, **options)

    def result() -> T:
        try:
            return future.result()
        except BrokenProcessPool:
            return work(*args, **options)

    try:
        yield result
    finally:
        held.close()
        pool.shutdown(cancel_futures=True)
        alive.close()


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until this is over, and never reaches the processes started within, which take over what is held.

    A terminal sends it to all of them, and one that is still starting would print where it was.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _parcels(articles: Iterable[Article]) -> Iterator[Parcel]:
    parcel: Parcel = []
    characters = 0
    for article in articles:
        parcel.append(article)
        characters += len(article.text)
        if len(parcel) == PARCEL or characters >= PARCEL_CHARACTERS:
            yield parcel
            parcel, characters = [], 0
    if parcel:
        yield parcel


def _done(parcel: Parcel, future: Future[Found]) -> Found:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise QuoteIndexError(
            f"a process that finds quotations died near article {parcel[0].id!r}: too little memory?"
            " `--workers 1` works in one process"
        ) from error


_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Threads of a matrix product would only get in the way of the other processes."""
_extractor: QuoteExtractor | None = None


def _start(make: Callable[[], QuoteExtractor], alive: Connection) -> None:
    """Ready a process: one thread, gone when `alive` closes."""
    global _extractor
    _ready(alive)
    _extractor = make()


def _ready(alive: Connection) -> None:
    os.environ.update(_ONE_THREAD)
    threading.Thread(target=_leave_when_closed, args=(alive,), daemon=True).start()


def _leave_when_closed(alive: Connection) -> None:
    alive.poll(None)  # nothing is ever sent
    os._exit(1)


def _work(parcel: Parcel) -> Found:
    assert _extractor is not None
    try:
        return list(_extractor.extract(parcel))
    except Exception:
        # One by one, so that the article at fault is named.
        return [found for article in parcel for found in _alone(_extractor, article)]


def _alone(extractor: QuoteExtractor, article: Article) -> Found:
    try:
        return list(extractor.extract([article]))
    except Exception as error:
        raise QuoteIndexError(f"article {article.id!r} cannot be worked: {error!r}") from error
