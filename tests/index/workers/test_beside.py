"""A function at work in a process of its own."""

from __future__ import annotations

import os
import threading
from multiprocessing import active_children

import pytest

from index.workers.beside import beside


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
