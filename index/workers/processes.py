"""Batches worked by processes of this machine.

A short list never starts a process, as one takes seconds to load its model.
"""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain
from multiprocessing import get_context
from typing import Any

from index.workers.beside import Hand, ready, uninterrupted
from index.workers.ordered import DiedError, Pending, in_order
from index.workers.work import Failed, I, O, Work, answers

AHEAD = 3
"""Batches under way for each process: one at work, one waiting, one on its way back."""
WORTH_STARTING = 400_000
"""Characters from which processes are started. With two on two cores, starting included, 329,000 characters of news
take 6.6 s for 7.6 s with one, 606,000 take 8.7 for 11.9, and 1,457,000 take 14.8 for 23.5."""
LOOKED_AT = 32
"""Empty batches that wait until that is known: in a corpus in which little changed, articles wait with them."""


def available_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Processes:
    """Maps batches over so many processes, where there are enough of them.

    Fewer are worked in this one, or in the one beside it while that is held (`hand`).
    """

    def __init__(self, processes: int, *, worth_starting: int = WORTH_STARTING) -> None:
        self._processes = processes
        self._worth_starting = worth_starting
        self._hand: Hand | None = None

    @contextlib.contextmanager
    def hand(self) -> Iterator[Hand | None]:
        """As `Mapper.hand`: none where one process is all there is to be."""
        if self._processes < 2:
            yield None
            return
        with contextlib.closing(Hand()) as self._hand:
            try:
                yield self._hand
            finally:
                self._hand = None

    def map(self, work: Work[I, O], batches: Iterable[Sequence[I]]) -> Iterator[list[O | Failed]]:
        """As `index.workers.work.Mapper.map`.

        Raises:
            QuoteIndexError: process after process died, or item after item failed.
        """
        waiting = iter(batches)
        if self._processes < 2 or work.threaded:
            yield from (answers(work, batch) for batch in waiting)
            return
        seen: deque[Sequence[I]] = deque()
        characters = empty = 0
        for batch in waiting:
            seen.append(batch)
            characters += sum(map(work.weight, batch))
            empty += not batch
            if characters >= self._worth_starting:
                if self._hand is not None:
                    self._hand.rest()  # what it has loaded is loaded by those who now start
                yield from self._spread(work, chain(seen, waiting))
                return
            while empty > LOOKED_AT:
                first = seen.popleft()
                characters -= sum(map(work.weight, first))
                empty -= not first
                yield from self._near(work, first)
        yield from self._near(work, *seen)

    def _near(self, work: Work[I, O], *batches: Sequence[I]) -> Iterator[list[O | Failed]]:
        hand = self._hand
        if hand is None:
            yield from (answers(work, batch) for batch in batches)
            return
        begun = [hand.submit(answers, work, batch) if batch else None for batch in batches]
        for place, future in enumerate(begun):
            try:
                found = [] if future is None else future.result()
            except BrokenProcessPool:  # an item kills its process: it is found, and the others are worked
                yield from self._spread(work, batches[place:])
                return
            yield found

    def _spread(self, work: Work[I, O], batches: Iterable[Sequence[I]]) -> Iterator[list[O | Failed]]:
        pool = _Pool(self._processes)
        try:
            yield from in_order(pool, work, batches)
        finally:
            pool.close()


class _Pool:
    """Processes that take batches, others in place of those that died."""

    tries = 2  # a system short of memory may have killed it for another's sake
    remedy = "too little memory? `--workers 1` works in one process"

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._start()

    def _start(self) -> None:
        context = get_context("spawn")
        self._alive, self._held = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(self._processes, context, ready, (self._alive,))
        self.broken = False

    def room(self) -> int:
        return self._processes * AHEAD

    def submit(self, work: Work[I, O], batch: Sequence[I], attempt: int) -> Pending:
        del attempt  # nothing of an earlier one is kept
        if self.broken:
            self.close()
            self._start()
        with uninterrupted():
            try:
                future: Future[list[Any]] = self._executor.submit(answers, work, batch)
            except BrokenProcessPool as error:
                future = Future()
                future.set_exception(error)
        return _Pending(self, future)

    def close(self) -> None:
        self._held.close()
        self._executor.shutdown(cancel_futures=True)
        self._alive.close()


class _Pending:
    def __init__(self, pool: _Pool, future: Future[list[Any]]) -> None:
        self._pool = pool
        self._future = future

    def result(self) -> list[Any]:
        try:
            return self._future.result()
        except BrokenProcessPool as error:
            self._pool.broken = True
            raise DiedError("it ended in the middle; too little memory, or a fault of a library") from error
