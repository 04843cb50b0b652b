"""A function at work in a process of its own, and what every process that is started has in common.

Every process listens on a pipe whose other end this one holds. However this one stops (done, interrupted, at fault,
killed) the pipe closes and they are gone at once, whatever they were at.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Threads of a matrix product would only get in the way of the other processes."""


@contextlib.contextmanager
def beside(work: Callable[P, T], *args: P.args, **options: P.kwargs) -> Iterator[Callable[[], T]]:
    """A function at work in a process of its own; what is given waits for what it gives or raises.

    Where that process dies, the function runs here. Function and arguments can be pickled.
    """
    alive, held = get_context("spawn").Pipe(duplex=False)
    pool = ProcessPoolExecutor(1, get_context("spawn"), ready, (alive,))
    with uninterrupted():
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
