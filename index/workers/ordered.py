"""Batches under way, answers in their order; an item that kills its process is found and alone left out.

Only so many batches are under way as there is room for: whatever the size of the corpus, no more are held.

Where a process dies, which of the items that it had killed it is not known. So no other batch is begun until
those that were lost are worked again alone, one after another: what then dies has killed its process.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol

from index.errors import QuoteIndexError
from index.workers.work import Failed, I, O, Work

IN_A_ROW = 8
"""Items one after another that kill their process or fail, from which it is not the items."""


class DiedError(Exception):
    """The process that had a batch is gone; `str` tells how."""


class Pending(Protocol):
    """A batch under way."""

    def result(self) -> list[Any]:
        """Its answers, waited for (DiedError; QuoteIndexError)."""
        ...


class Hands(Protocol):
    """Processes that take batches. `tries`: how often an item may kill one, alone, until it is left out."""

    tries: int
    remedy: str
    """What to do where process after process dies."""

    def room(self) -> int:
        """How many batches may be under way now; 1 at least."""
        ...

    def submit(self, work: Work[I, O], batch: Sequence[I], attempt: int) -> Pending:
        """Begin a batch; `attempt` counts how often this one was begun before."""
        ...


@dataclass(slots=True)
class _Batch(Generic[I, O]):
    items: Sequence[I]
    pending: Pending | None = None
    answers: list[O | Failed] | None = None


def in_order(hands: Hands, work: Work[I, O], batches: Iterable[Sequence[I]]) -> Iterator[list[O | Failed]]:
    """The answers of each batch, in order.

    Raises:
        QuoteIndexError: process after process dies, or item after item fails; whatever else the hands raise.
    """
    return _Ordered(hands, work).run(batches)


class _Ordered(Generic[I, O]):
    def __init__(self, hands: Hands, work: Work[I, O]) -> None:
        self._hands = hands
        self._work = work
        self._under_way: deque[_Batch[I, O]] = deque()
        self._failed_in_a_row = 0

    def run(self, batches: Iterable[Sequence[I]]) -> Iterator[list[O | Failed]]:
        for items in batches:
            batch: _Batch[I, O] = _Batch(items)
            if items:
                batch.pending = self._hands.submit(self._work, items, 0)
            else:
                batch.answers = []
            self._under_way.append(batch)
            while self._under_way and (
                self._under_way[0].answers is not None or len(self._under_way) >= self._hands.room()
            ):
                yield self._first()
        while self._under_way:
            yield self._first()

    def _first(self) -> list[O | Failed]:
        first = self._under_way[0]
        if not self._came(first):
            self._examine()
        self._under_way.popleft()
        assert first.answers is not None
        for item, answer in zip(first.items, first.answers, strict=True):
            self._count(item, answer)
        return first.answers

    def _came(self, batch: _Batch[I, O]) -> bool:
        """Wait for its answers; whether there are any, or its process died."""
        if batch.pending is not None:
            with contextlib.suppress(DiedError):
                batch.answers = batch.pending.result()
            batch.pending = None
        return batch.answers is not None

    def _examine(self) -> None:
        """Wait for all that is under way, then work what was lost again, alone."""
        lost = [batch for batch in self._under_way if not self._came(batch)]
        dead = 0
        for batch in lost:
            # One that was lost by itself is known to hold what killed its process.
            batch.answers = self._alone(batch.items, 1) if len(lost) > 1 else None
            if batch.answers is not None:
                continue
            batch.answers = []
            for item in batch.items:
                answer = self._one(item)
                batch.answers.append(answer)
                if not isinstance(answer, Failed):
                    dead = 0
                    continue
                dead += 1
                if dead == IN_A_ROW:
                    raise QuoteIndexError(
                        f"{self._work.named(item)} {answer.reason}, as {dead - 1} before it did"
                        f" one after another; {self._hands.remedy}"
                    )

    def _alone(self, items: Sequence[I], attempt: int) -> list[O | Failed] | None:
        try:
            return self._hands.submit(self._work, items, attempt).result()
        except DiedError:
            return None

    def _one(self, item: I) -> O | Failed:
        how = ""
        for attempt in range(2, 2 + self._hands.tries):
            try:
                answers: list[O | Failed] = self._hands.submit(self._work, [item], attempt).result()
            except DiedError as error:
                how = str(error)
            else:
                return answers[0]
        return Failed(f"kills the process that works it: {how}")

    def _count(self, item: I, answer: O | Failed) -> None:
        if not isinstance(answer, Failed):
            self._failed_in_a_row = 0
            return
        self._failed_in_a_row += 1
        if self._failed_in_a_row == IN_A_ROW:
            raise QuoteIndexError(
                f"{self._work.named(item)} {answer.reason}, and {IN_A_ROW - 1} before it failed one after another"
            )
