"""Where the time of a question goes: the parts of an open Searcher timed from outside, by what each is for.

Nothing in the program measures itself. Every method of the parts is wrapped in the one object that is measured, so
time is counted where it is spent: what an inner part takes is not counted for the outer one.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from index.searcher import Searcher

REST = "rest"
"""What no part takes: above all the arithmetic of the Searcher itself."""
PARTS = {
    "index.questions": "understanding",
    "index.vectors.flat": "vectors",
    "index.vectors.coded": "vectors",
    "index.vectors.spoken": "vectors",
    "index.lexical": "words",
    "index.ranked": "blend",
    "index.copies.folding": "fold",
    "index.store": "rows",
}
"""Module of a part → its stage, unless `METHODS` has another one. `rows`: what the store holds in memory."""
METHODS = {
    ("index.store", "allowed"): "filter",
    ("index.store", "passages"): "hits",
    ("index.ranked", "asked_for"): "highlights",
    ("index.ranked", "_bearing"): "answered",
    ("index.hits", "_highlights"): "highlights",
}
CLOSED = frozenset({"understanding", "highlights"})
"""Stages that keep what is called within them."""


class Stopwatch:
    """Seconds by stage of one thread; inner stages are not counted for the outer one."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._open: list[str] = []
        self._since = 0.0
        self._seconds: defaultdict[str, float] = defaultdict(float)

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what happens within for `name`."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def lap(self) -> dict[str, float]:
        """Seconds by stage since the last lap."""
        seconds = dict(self._seconds)
        self._seconds.clear()
        return seconds

    def watch(self, held: object, method: str, stage: str) -> None:
        """Count every call of this method of this one object for `stage`."""
        call = getattr(held, method)

        @functools.wraps(call)
        def timed(*given: Any, **named: Any) -> Any:
            if self._open and self._open[-1] in CLOSED:
                return call(*given, **named)
            with self.stage(stage):
                return call(*given, **named)

        setattr(held, method, timed)

    def _turn(self) -> None:
        now = self._clock()
        if self._open:
            self._seconds[self._open[-1]] += now - self._since
        self._since = now


def watched(searcher: Searcher, watch: Stopwatch) -> set[str]:
    """Watch all parts of a Searcher; gives the stages that will be counted."""
    stages: set[str] = set()
    for part in _parts(searcher):
        module = type(part).__module__
        for name, _ in inspect.getmembers_static(type(part), inspect.isfunction):
            public = None if name.startswith("_") else PARTS.get(module)
            stage = METHODS.get((module, name), public)
            if stage is not None:
                watch.watch(part, name, stage)
                stages.add(stage)
    return stages


def _parts(held: object) -> list[object]:
    """An object of this program and all that it holds, each once, as far as they can be watched."""
    found: dict[int, object] = {}
    waiting = [held]
    while waiting:
        one = waiting.pop()
        if id(one) in found or not type(one).__module__.startswith("index.") or not hasattr(one, "__dict__"):
            continue
        found[id(one)] = one
        waiting += vars(one).values()
    return list(found.values())
