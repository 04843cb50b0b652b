"""What can be worked in batches, and what maps batches to answers."""

from __future__ import annotations

import sqlite3
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from index.errors import QuoteIndexError

if TYPE_CHECKING:
    from index.workers.beside import Hand

I = TypeVar("I")  # noqa: E741  an item, what is worked
O = TypeVar("O")  # noqa: E741  its answer


@dataclass(frozen=True, slots=True)
class Failed:
    """One item that cannot be worked, in place of its answer; `reason` goes on a sentence about it."""

    reason: str


class Work(ABC, Generic[I, O]):
    """What is done with every item. It can be pickled, and gives the same answers wherever it is done.

    `name` stands in the names of batches. `threaded`: it takes all cores of one process by itself.
    """

    name: str
    threaded: bool = False

    @abstractmethod
    def run(self, batch: Sequence[I]) -> Iterable[O]:
        """One answer an item, in order."""

    @abstractmethod
    def key(self, batch: Sequence[I]) -> str:
        """Of the same items under the same versions always the same, of others another: 64 hex digits."""

    @abstractmethod
    def weight(self, item: I) -> int:
        """How much there is to do, in characters."""

    @abstractmethod
    def named(self, item: I) -> str:
        """An item as an error names it."""

    def prepare(self) -> None:
        """Load what `run` needs, where that takes long."""

    def elsewhere(self) -> Work[I, O] | None:
        """The same work for another machine; None where it can be done on this one alone."""
        return self


class Mapper(Protocol):
    """What works batches, wherever that is."""

    def map(self, work: Work[I, O], batches: Iterable[Sequence[I]]) -> Iterator[Iterable[O | Failed]]:
        """The answers of each batch, in order; an empty batch has none. Reads ahead only so far.

        The answers of one batch are taken before the next is asked for.
        """
        ...

    def hand(self) -> AbstractContextManager[Hand | None]:
        """A process beside this one, which few batches go to while it is held; None where there is to be none."""
        ...


class Here:
    """Works batches in this process as they are taken; what goes wrong is raised as it is."""

    def map(self, work: Work[I, O], batches: Iterable[Sequence[I]]) -> Iterator[Iterable[O | Failed]]:
        """As `Mapper.map`."""
        for batch in batches:
            found: Iterator[O] = _counted(work, batch)
            yield found

    def hand(self) -> AbstractContextManager[None]:
        """As `Mapper.hand`: none."""
        return nullcontext()


def _counted(work: Work[I, O], batch: Sequence[I]) -> Iterator[O]:
    """The answers, one by one (QuoteIndexError: they are not one an item)."""
    if not batch:
        return
    given = 0
    for answer in work.run(batch):
        if given == len(batch):
            raise QuoteIndexError(f"{work.name} gave more answers than it was asked for")
        given += 1
        yield answer
    if given < len(batch):
        missing = len(batch) - given
        raise QuoteIndexError(f"{work.name} gave {missing} answers too few, none for {work.named(batch[given])}")


_PASSED_ON = (QuoteIndexError, ImportError, OSError, sqlite3.Error)
"""What no single item is to blame for."""
_one_at_a_time = threading.Lock()


def answers(work: Work[I, O], batch: Sequence[I]) -> list[O | Failed]:
    """What a process does with a batch; an item that fails is worked alone, and fails alone.

    One batch at a time: what finds quotations is not made for several threads.

    Raises:
        QuoteIndexError: no item is to blame: a model or a library is missing, a file cannot be read.
    """
    with _one_at_a_time:
        try:
            found: Iterator[O] = _counted(work, batch)
            return list(found)
        except _PASSED_ON as error:
            raise _plain(error) from error
        except Exception:
            return _each_alone(work, batch)


def _each_alone(work: Work[I, O], batch: Sequence[I]) -> list[O | Failed]:
    given: list[O | Failed] = []
    for item in batch:
        try:
            found: list[O] = list(_counted(work, [item]))
            given += found
        except _PASSED_ON as error:
            raise _plain(error) from error
        except Exception as error:
            given.append(Failed(f"cannot be worked: {error!r}"))
    return given


def _plain(error: Exception) -> QuoteIndexError:
    """An error that reads the same in every process: those of others may not come through a pickle."""
    return QuoteIndexError(str(error) if isinstance(error, QuoteIndexError) else f"{type(error).__name__}: {error}")
