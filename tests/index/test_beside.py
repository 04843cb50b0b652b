"""Work beside a search: in a thread of its own for one search, in the searching thread where several are under way."""

from __future__ import annotations

import threading

import pytest

from index import beside


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "cores", lambda: 2)


def _thread_of_one_work() -> int:
    """The thread that does it, where there is time to come to it."""
    begun = threading.Event()

    def work() -> int:
        begun.set()
        return threading.get_ident()

    with beside.search():
        result = beside.begun(work)
        assert begun.wait(10)
        return result()


def test_one_search_has_its_work_done_beside_it() -> None:
    assert _thread_of_one_work() != threading.get_ident()


def test_work_that_has_not_begun_when_its_result_is_wanted_is_done_by_the_search() -> None:
    holding, free = threading.Event(), threading.Event()

    def hold() -> None:
        holding.set()
        free.wait(10)

    with beside.search():
        held = beside.begun(hold)
        assert holding.wait(10)
        assert beside.begun(threading.get_ident)() == threading.get_ident()
        free.set()
        held()


def test_several_searches_work_by_themselves_and_only_when_the_result_is_asked_for() -> None:
    asked: list[int] = []
    with beside.search(), beside.search():
        result = beside.begun(lambda: asked.append(threading.get_ident()))
        assert asked == []
        result()
    assert asked == [threading.get_ident()]


def test_one_core_works_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "cores", lambda: 1)
    with beside.search():
        assert beside.begun(threading.get_ident)() == threading.get_ident()


def test_a_search_that_failed_is_no_longer_under_way() -> None:
    with pytest.raises(ValueError, match="no such word"), beside.search():
        raise ValueError("no such word")
    assert _thread_of_one_work() != threading.get_ident()


def test_what_the_work_raises_is_raised_where_its_result_is_asked_for() -> None:
    def work() -> None:
        raise KeyError("tide")

    with beside.search():
        result = beside.begun(work)
        with pytest.raises(KeyError, match="tide"):
            result()


class Clock:
    """Time that passes where somebody sleeps or works."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(beside, "time", clock)
    monkeypatch.setattr(beside, "_spare", beside._Spare())
    return clock


def _taken(turns: beside.Turns, clock: Clock, seconds: float) -> float:
    """How long a turn waited that took so long."""
    before = clock.slept
    with turns.taken():
        clock.now += seconds
    return clock.slept - before


def test_a_turn_waits_twice_as_long_as_the_one_before_it_took_while_searches_are_under_way(clock: Clock) -> None:
    turns = beside.Turns(0.5)
    with beside.search():
        assert _taken(turns, clock, 0.2) == 0
        assert _taken(turns, clock, 3.0) == pytest.approx(0.4)
        assert _taken(turns, clock, 0.1) == pytest.approx(0.5), "never longer than the most"
        clock.now += 0.04
        assert _taken(turns, clock, 0.3) == pytest.approx(0.16), "time that has passed counts"


def test_a_turn_waits_no_longer_than_searches_go_on(clock: Clock) -> None:
    turns = beside.Turns(0.5)
    assert _taken(turns, clock, 0.4) == _taken(turns, clock, 0.4) == 0
    with beside.search():
        clock.now += 0.01
    assert 0 < _taken(turns, clock, 0.4) <= 2 * beside.LATELY
    assert _taken(turns, clock, 0.4) == 0


def test_turns_go_on_behind_one_that_failed(clock: Clock) -> None:
    turns = beside.Turns(0.5)
    with beside.search():
        with pytest.raises(ZeroDivisionError), turns.taken():
            clock.now /= 0
        with turns.taken():
            clock.now += 0.2
        assert _taken(turns, clock, 0.0) == pytest.approx(0.4)
