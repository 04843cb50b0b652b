from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from index.engine.breaker import FAILURES, LONGEST_PAUSE, Breaker
from index.errors import EngineAwayError, NotFoundError


class Time:
    """Stands still but for who sleeps, and for `pass_`."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def pass_(self, seconds: float) -> None:
        self.now += seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def breaker(self) -> Breaker:
        return Breaker("milvus", clock=lambda: self.now, sleep=self.sleep, chance=lambda: 1.0)


class Server:
    """Answers, or is away; counts how often it is asked."""

    def __init__(self, *, there: bool = True) -> None:
        self.there = there
        self.given: list[float] = []

    def ask(self, seconds: float) -> str:
        self.given.append(seconds)
        if not self.there:
            raise EngineAwayError("milvus://host does not answer")
        return "hits"


@pytest.fixture
def time() -> Time:
    return Time()


def _refused(call: Callable[[], object]) -> EngineAwayError:
    with pytest.raises(EngineAwayError) as caught:
        call()
    return caught.value


def test_what_the_server_answers_is_given_and_it_is_told_how_long_it_may_take(time: Time) -> None:
    server = Server()
    assert time.breaker().call(server.ask, 5.0) == "hits"
    assert server.given == [5.0]


def test_a_call_is_put_again_after_pauses_that_double_within_its_time(time: Time) -> None:
    server = Server(there=False)
    error = _refused(lambda: time.breaker().call(server.ask, 5.0, tries=4))
    assert time.slept == [0.1, 0.2, 0.4]
    assert server.given == pytest.approx([5.0, 4.9, 4.7, 4.3])
    assert str(error) == "milvus://host does not answer"


def test_it_is_not_put_again_where_no_time_is_left(time: Time) -> None:
    def slow(seconds: float) -> str:
        time.pass_(seconds)
        raise EngineAwayError("milvus://host does not answer")

    _refused(lambda: time.breaker().call(slow, 5.0))
    assert time.slept == []


def test_a_try_that_succeeds_ends_the_trying(time: Time) -> None:
    server = Server(there=False)
    breaker = time.breaker()

    def second(seconds: float) -> str:
        server.there = len(server.given) == 1
        return server.ask(seconds)

    assert breaker.call(second, 5.0) == "hits"
    assert len(server.given) == 2
    assert not breaker.away


def test_after_failures_in_a_row_nobody_asks_and_every_call_is_refused_at_once(time: Time) -> None:
    server, breaker = Server(there=False), time.breaker()
    for _ in range(FAILURES):
        _refused(lambda: breaker.call(server.ask, 5.0))
    assert breaker.away
    asked, before = len(server.given), time.now
    error = _refused(lambda: breaker.call(server.ask, 5.0))
    assert (len(server.given), time.now) == (asked, before)
    assert (str(error), error.seconds) == ("milvus://host does not answer", 1)


def test_one_call_tries_when_the_pause_is_over_and_the_pause_doubles(time: Time) -> None:
    server, breaker = Server(there=False), time.breaker()
    for _ in range(FAILURES):
        _refused(lambda: breaker.call(server.ask, 5.0))
    pauses = []
    for _ in range(6):
        time.pass_(LONGEST_PAUSE)
        asked = len(server.given)
        pauses.append(_refused(lambda: breaker.call(server.ask, 5.0)).seconds)
        assert len(server.given) == asked + 1
    assert pauses == [2, 4, 8, 15, 15, 15]


def test_a_server_that_is_back_is_asked_by_everybody_again(time: Time) -> None:
    server, breaker = Server(there=False), time.breaker()
    for _ in range(FAILURES):
        _refused(lambda: breaker.call(server.ask, 5.0))
    time.pass_(1.5)
    server.there = True
    assert breaker.call(server.ask, 5.0) == "hits"
    assert not breaker.away
    assert breaker.call(server.ask, 5.0) == "hits"
    server.there = False
    assert _refused(lambda: breaker.call(server.ask, 5.0)).seconds == 1


def test_calls_under_way_when_nobody_asks_any_more_make_the_pause_no_longer(time: Time) -> None:
    breaker = time.breaker()
    ready, end = threading.Barrier(9), threading.Event()

    def slow(_seconds: float) -> str:
        ready.wait(20)
        end.wait(20)
        raise EngineAwayError("milvus://host does not answer")

    def call() -> None:
        _refused(lambda: breaker.call(slow, 5.0, tries=1))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for one in threads:
        one.start()
    ready.wait(20)
    end.set()
    for one in threads:
        one.join()
    assert _refused(lambda: breaker.call(Server().ask, 5.0)).seconds == 1


def test_while_one_tries_the_others_are_refused(time: Time) -> None:
    server, breaker = Server(there=False), time.breaker()
    for _ in range(FAILURES):
        _refused(lambda: breaker.call(server.ask, 5.0))
    time.pass_(1.5)
    trying, end = threading.Event(), threading.Event()

    def slow(_seconds: float) -> str:
        trying.set()
        end.wait(20)
        return "hits"

    one = threading.Thread(target=breaker.call, args=(slow, 5.0))
    one.start()
    assert trying.wait(20)
    _refused(lambda: breaker.call(server.ask, 5.0))
    end.set()
    one.join()
    assert not breaker.away


def test_an_error_that_the_server_answers_is_no_failure(time: Time) -> None:
    breaker = time.breaker()

    def unknown(_seconds: float) -> str:
        raise NotFoundError("quotation", "q1")

    for _ in range(FAILURES + 1):
        with pytest.raises(NotFoundError):
            breaker.call(unknown, 5.0)
    assert not breaker.away


def test_a_fault_of_the_caller_while_trying_lets_the_next_one_try(time: Time) -> None:
    server, breaker = Server(there=False), time.breaker()
    for _ in range(FAILURES):
        _refused(lambda: breaker.call(server.ask, 5.0))
    time.pass_(1.5)

    def broken(_seconds: float) -> str:
        raise KeyError("x")

    with pytest.raises(KeyError):
        breaker.call(broken, 5.0)
    server.there = True
    assert breaker.call(server.ask, 5.0) == "hits"


def test_what_will_be_refused_is_refused_without_asking(time: Time) -> None:
    server, breaker = Server(there=False), time.breaker()
    breaker.expect()
    for _ in range(FAILURES):
        _refused(lambda: breaker.call(server.ask, 5.0, tries=1))
    asked = len(server.given)
    assert _refused(breaker.expect).seconds == 1
    time.pass_(1.0)
    breaker.expect()  # the next one tries
    assert len(server.given) == asked
