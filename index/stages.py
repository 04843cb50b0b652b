"""What a search spends its time on, for whoever asked to know: each step says when it ends, at the cost of a clock."""

from __future__ import annotations

import time
from contextvars import ContextVar


class Stages:
    """Seconds by stage, each the sum of its laps, in the order in which they were first left."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def begin(self) -> None:
        """From now on the next lap counts."""
        self._since = time.perf_counter()

    def lap(self, stage: str) -> None:
        """A stage has ended that began where the one before it did."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


_watched: ContextVar[Stages | None] = ContextVar("stages", default=None)


def watch() -> Stages:
    """What this thread does from now on is timed here, until the next call."""
    stages = Stages()
    _watched.set(stages)
    return stages


def begin() -> None:
    """A search begins."""
    if (stages := _watched.get()) is not None:
        stages.begin()


def lap(stage: str) -> None:
    """A stage of a search has ended."""
    if (stages := _watched.get()) is not None:
        stages.lap(stage)
