"""Batches under way: their order, how many there are, and how what kills a process is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from index.errors import QuoteIndexError
from index.workers.ordered import IN_A_ROW, DiedError, Pending, in_order
from index.workers.work import Failed, Work, answers


@dataclass(frozen=True)
class Doubling(Work[int, int]):
    name = "the doubler"

    def run(self, batch: Sequence[int]) -> Iterable[int]:
        for number in batch:
            if number == 13:
                raise ValueError("unlucky")
            yield 2 * number

    def key(self, batch: Sequence[int]) -> str:
        return repr(batch)

    def weight(self, item: int) -> int:
        return item

    def named(self, item: int) -> str:
        return f"number {item}"


@dataclass
class Fragile:
    """Hands whose process dies of the numbers in `poison`, and with it all that is under way."""

    poison: set[int] = field(default_factory=set)
    most: int = 3
    tries: int = 2
    remedy: str = "count slower"
    under_way: list[Running] = field(default_factory=list)
    submitted: list[tuple[list[int], int]] = field(default_factory=list)
    widest: int = 0

    def room(self) -> int:
        return self.most

    def submit(self, work: Work[Any, Any], batch: Sequence[Any], attempt: int) -> Pending:
        self.submitted.append((list(batch), attempt))
        running = Running(self, work, list(batch))
        self.under_way.append(running)
        self.widest = max(self.widest, len(self.under_way))
        if self.poison.intersection(batch):
            for one in self.under_way:
                one.died = True
        return running


@dataclass
class Running:
    hands: Fragile
    work: Work[Any, Any]
    batch: list[int]
    died: bool = False

    def result(self) -> list[Any]:
        self.hands.under_way.remove(self)
        if self.died:
            raise DiedError("it ended")
        return answers(self.work, self.batch)


def pairs(count: int) -> Iterator[list[int]]:
    yield from ([at, at + 1] for at in range(0, count, 2))


def test_answers_come_in_order_and_only_so_many_batches_are_under_way() -> None:
    hands = Fragile()
    assert list(in_order(hands, Doubling(), pairs(12))) == [[2 * at, 2 * at + 2] for at in range(0, 12, 2)]
    assert hands.widest == hands.most


def test_an_empty_batch_goes_nowhere_and_keeps_its_place() -> None:
    hands = Fragile()
    assert list(in_order(hands, Doubling(), [[], [1], [], [2], []])) == [[], [2], [], [4], []]
    assert hands.submitted == [([1], 0), ([2], 0)]


def test_empty_batches_at_the_front_are_given_back_without_waiting() -> None:
    found = in_order(Fragile(), Doubling(), iter([[], [1]]))
    assert next(found) == []


def test_an_item_that_fails_fails_alone() -> None:
    found = list(in_order(Fragile(), Doubling(), [[12, 13], [14]]))
    assert found == [[24, Failed("cannot be worked: ValueError('unlucky')")], [28]]


def test_what_kills_its_process_is_left_out_and_what_died_with_it_is_worked_again() -> None:
    hands = Fragile({5})
    found = list(in_order(hands, Doubling(), pairs(12)))
    flat = [answer for batch in found for answer in batch]
    assert flat == [2 * at if at != 5 else Failed("kills the process that works it: it ended") for at in range(12)]
    # Alone: the others that were lost as they were, its batch item by item, itself as often as may be.
    again = [(batch, attempt) for batch, attempt in hands.submitted if attempt]
    assert again == [([0, 1], 1), ([2, 3], 1), ([4, 5], 1), ([4], 2), ([5], 2), ([5], 3)]


def test_two_that_kill_in_one_batch_are_both_found() -> None:
    found = list(in_order(Fragile({0, 1}), Doubling(), pairs(4)))
    assert [isinstance(answer, Failed) for batch in found for answer in batch] == [True, True, False, False]


def test_where_one_after_another_dies_it_is_not_the_items() -> None:
    hands = Fragile(set(range(100)))
    with pytest.raises(QuoteIndexError, match=rf"as {IN_A_ROW - 1} before it did one after another; count slower"):
        list(in_order(hands, Doubling(), [list(range(100))]))


def test_where_one_after_another_fails_it_is_not_the_items() -> None:
    fine = [1] * (IN_A_ROW - 1)
    assert len(list(in_order(Fragile(), Doubling(), [[13], [1], [13] * len(fine), fine]))) == 4
    with pytest.raises(QuoteIndexError, match=rf"number 13 cannot be worked.*and {IN_A_ROW - 1} before it failed"):
        list(in_order(Fragile(), Doubling(), [[13]] * IN_A_ROW))
