"""Functions at work in a process of their own, and what every process that is started has in common.

Every process listens on a pipe whose other end this one holds. However this one stops (done, interrupted, at fault,
killed) the pipe closes and they are gone at once, whatever they were at.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Threads of a matrix product would only get in the way of the other processes."""


class Hand:
    """A process of its own that works functions one after another. It starts at once, and ends at `close`.

    Functions and arguments can be pickled.
    """

    def __init__(self) -> None:
        self._start()
        self.submit(os.getpid)  # the first function starts the process

    def _start(self) -> None:
        self._alive, self._held = get_context("spawn").Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), ready, (self._alive,))

    def submit(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> Future[T]:
        """Work a function after those before it; BrokenProcessPool comes out where the process dies of it.

        Where it is gone already, another is started.
        """
        with uninterrupted():
            try:
                return self._pool.submit(work, *args, **options)
            except BrokenProcessPool:
                self.rest()
                return self._pool.submit(work, *args, **options)

    def begin(self, work: Callable[P, T], *args: P.args, **options: P.kwargs) -> Callable[[], T]:
        """The same; what is given waits for what it gives or raises. Where the process dies, it runs here then."""
        future = self.submit(work, *args, **options)

        def result() -> T:
            try:
                return future.result()
            except BrokenProcessPool:
                return work(*args, **options)

        return result

    def rest(self) -> None:
        """End it, whatever it is at: it holds no memory until the next function starts another."""
        self.close()
        self._start()

    def close(self) -> None:
        """End it, whatever it is at, and wait until it is gone."""
        self._held.close()
        self._pool.shutdown(cancel_futures=True)
        self._alive.close()


@contextlib.contextmanager
def beside(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> Iterator[Callable[[], T]]:
    """A function at work in a process of its own; what is given waits for what it gives or raises.

    Where that process dies, the function runs here. Function and arguments can be pickled.
    """
    with contextlib.closing(Hand()) as hand:
        yield hand.begin(work, *args, **options)


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C waits until this is over, and never reaches the processes started within, which take over what is held.

    A terminal sends it to all of them, and one that is still starting would print where it was.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ready(alive: Connection) -> None:
    """Ready a process that was started: one thread for arithmetic, gone when `alive` closes."""
    os.environ.update(_ONE_THREAD)
    threading.Thread(target=_leave_when_closed, args=(alive,), daemon=True).start()


def _leave_when_closed(alive: Connection) -> None:
    alive.poll(None)  # nothing is ever sent
    os._exit(1)
