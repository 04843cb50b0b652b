"""A function at work in a process of its own."""

from __future__ import annotations

import contextlib
import os
import threading
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children

import pytest

from index.workers.beside import Hand, beside


def _doubled(number: int) -> int:
    return 2 * number


def _dies(number: int, parent: int) -> int:
    if os.getpid() != parent:
        os._exit(3)
    return number + 1


def _never_ends() -> None:
    threading.Event().wait()


def _fails() -> None:
    raise ValueError("not so")


def test_a_hand_works_one_function_after_another_in_one_other_process() -> None:
    with contextlib.closing(Hand()) as hand:
        given = [hand.begin(os.getpid)() for _ in range(3)]
    assert len(set(given)) == 1
    assert given[0] != os.getpid()
    assert active_children() == []


def test_a_hand_that_died_or_rests_is_another_process_for_the_next_function() -> None:
    with contextlib.closing(Hand()) as hand:
        first = hand.submit(os.getpid).result()
        with pytest.raises(BrokenProcessPool):
            hand.submit(_dies, 1, 0).result()
        second = hand.submit(os.getpid).result()
        hand.submit(_never_ends)
        hand.rest()
        third = hand.submit(os.getpid).result()
    assert len({first, second, third, os.getpid()}) == 4


def test_work_beside_gives_what_it_would_give_here() -> None:
    with beside(_doubled, 21) as found:
        assert found() == 42


def test_work_beside_is_done_here_where_its_process_dies() -> None:
    with beside(_dies, 1, os.getpid()) as found:
        assert found() == 2


def test_work_beside_raises_what_the_work_raises() -> None:
    with beside(_fails) as found, pytest.raises(ValueError, match="not so"):
        found()


def test_work_beside_ends_with_whoever_asked_for_it() -> None:
    with beside(_never_ends):
        pass
    assert active_children() == []
