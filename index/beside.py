"""Work beside searches: what another thread does of one that waits for the model, and what lets them go first."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from index.encoder.protocol import cores

_Result = TypeVar("_Result")

LATELY = 0.05
"""Seconds behind a search in which the next one of somebody who searches on comes: its answer is written meanwhile."""
TIMES = 2
"""With 1, p95 of searches by 4 clients beside posts was 1.8 times that of searches alone, on 2 cores."""


class _Spare:
    """How many searches are under way, and the thread beside them, which starts with the first work that it gets."""

    def __init__(self) -> None:
        self._counting = threading.Lock()
        self._searching = 0
        self._ended = float("-inf")
        # A work holds what it asks for no longer than it takes, so that a generation goes as soon as nobody asks it.
        self._thread = ThreadPoolExecutor(1, "beside")

    @contextlib.contextmanager
    def search(self) -> Iterator[None]:
        """A search is under way."""
        with self._counting:
            self._searching += 1
        try:
            yield
        finally:
            with self._counting:
                self._searching -= 1
                self._ended = time.monotonic()

    def searching(self) -> bool:
        """Whether one is under way, or was until LATELY."""
        return self._searching > 0 or time.monotonic() - self._ended < LATELY

    def begun(self, work: Callable[[], _Result]) -> Callable[[], _Result]:
        """What gives the result of `work` (or raises what it raised), to be called once."""
        if self._searching > 1 or cores() < 2:
            return work
        begun = self._thread.submit(work)
        # Where the thread has not come to it yet, to wait for it would take longer.
        return lambda: work() if begun.cancel() else begun.result()


_spare = _Spare()


def _anew() -> None:
    global _spare
    _spare = _Spare()


os.register_at_fork(after_in_child=_anew)


def search() -> contextlib.AbstractContextManager[None]:
    """For as long as this is entered, a search is under way in this process."""
    return _spare.search()


def begun(work: Callable[[], _Result]) -> Callable[[], _Result]:
    """What gives the result of `work`, or raises what it raised; to be called once.

    Where one search is under way at most, and there are two cores, a thread of its own begins the work as soon as it
    can; otherwise it is done when its result is asked for.
    """
    return _spare.begun(work)


class Turns:
    """Turns of work that takes a core: while searches are under way, each waits TIMES as long as the one before took.

    So searches keep two thirds of that core for sure, and the work goes on whatever they do. One that comes alone never
    waits. `most`: seconds that one waits at most.
    """

    def __init__(self, most: float) -> None:
        self._most = most
        self._next = float("-inf")

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """One turn; whoever takes turns takes one at a time."""
        while (left := self._next - time.monotonic()) > 0 and _spare.searching():
            time.sleep(min(left, LATELY))
        began = time.monotonic()
        try:
            yield
        finally:
            ended = time.monotonic()
            self._next = ended + min(TIMES * (ended - began), self._most)
