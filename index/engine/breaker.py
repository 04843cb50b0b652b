"""Whether a server that did not answer is asked again, and how often one question is put to it.

A call that fails is put again after a pause that doubles, as long as its time lasts (exponential backoff, with jitter
so that many callers do not come back at once). After FAILURES calls in a row that failed altogether nobody asks any
more: every call is refused at once, for a pause that doubles too. Then one call is let through to try, and if it is
answered all are (circuit breaker: M. Nygard, Release It!, 2007). So a server that is away costs its callers nothing,
and is not met by all of them when it comes back.
"""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from index.errors import EngineAwayError, QuoteIndexError

T = TypeVar("T")

FAILURES = 2
"""Calls in a row that failed after which nobody asks."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 15.0
"""Seconds for which nobody asks: at first, and at most."""

FIRST_WAIT = 0.1
"""Seconds from a try of one call to the next, at first; each time twice as long, half of it by chance."""

LEAST = 0.05
"""Seconds that must be left for a try to be worth it."""


class Breaker:
    """Stands before one server. May be used from many threads.

    `name` of the server is put in what is said. `clock`, `sleep` and `chance` are for tests.
    """

    def __init__(
        self,
        name: str,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._name = name
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._lock = threading.Lock()
        self._failed = 0
        self._pause = FIRST_PAUSE
        self._until = 0.0
        self._trying = False
        self._said = ""

    @property
    def away(self) -> bool:
        """Whether the server is known not to answer."""
        with self._lock:
            return self._failed >= FAILURES

    def expect(self) -> None:
        """Refuse at once what is known to be refused (EngineAwayError); asks nobody."""
        with self._lock:
            self._refuse()

    def call(self, work: Callable[[float], T], seconds: float, tries: int = 3) -> T:
        """What `work` gives; it is handed the seconds that it may take, and called `tries` times at most.

        `work` raises EngineAwayError where the server did not answer, and must be such that doing it twice does no
        harm. Any other QuoteIndexError of it is an answer. The whole takes `seconds` at most where `work` keeps to its
        own.

        Raises:
            EngineAwayError: it did not answer, or is known not to; `seconds` says after how many to ask again.
        """
        probing = self._enter()
        deadline = self._clock() + seconds
        try:
            found = self._tried(work, deadline, 1 if probing else tries)
        except EngineAwayError as error:
            raise EngineAwayError(str(error), self._failure(str(error), probing)) from error
        except QuoteIndexError:
            self._success()
            raise
        except BaseException:  # nothing is known of the server
            if probing:
                with self._lock:
                    self._trying = False
            raise
        self._success()
        return found

    def _tried(self, work: Callable[[float], T], deadline: float, tries: int) -> T:
        wait = FIRST_WAIT
        while True:
            try:
                return work(max(deadline - self._clock(), LEAST))
            except EngineAwayError:
                tries -= 1
                pause = wait * (0.5 + self._chance() / 2)
                if tries < 1 or deadline - self._clock() < pause + LEAST:
                    raise
                self._sleep(pause)
                wait *= 2

    def _enter(self) -> bool:
        """Whether this call is the one that tries for all (EngineAwayError: none is to be tried now)."""
        with self._lock:
            self._refuse()
            self._trying = self._failed >= FAILURES
            return self._trying

    def _refuse(self) -> None:
        """EngineAwayError where none is to be tried now; under the lock."""
        left = self._until - self._clock()
        if self._failed >= FAILURES and (self._trying or left > 0):
            raise EngineAwayError(self._said, max(1, math.ceil(left)))

    def _failure(self, said: str, probing: bool) -> int:
        """Seconds after which to ask again."""
        with self._lock:
            self._failed += 1
            self._said = said or f"{self._name} does not answer"
            if probing:
                self._trying = False
                self._pause = min(self._pause * 2, LONGEST_PAUSE)
            # Calls that were under way when it closed fail too, and say nothing new.
            if probing or self._failed == FAILURES:
                self._until = self._clock() + self._pause
            left = self._until - self._clock() if self._failed >= FAILURES else 0.0
            return max(1, math.ceil(left))

    def _success(self) -> None:
        with self._lock:
            self._trying = False
            self._failed = 0
            self._pause = FIRST_PAUSE
