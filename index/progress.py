"""How far a run is, shown on a stream: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from typing import Any, TextIO

import click

LINE_SECONDS = 5.0
"""Where no terminal shows a bar, one line of progress at most every so many seconds."""


class ProgressDisplay:
    """A bar a stage on a terminal; elsewhere lines: where a stage begins and ends, and every few seconds between.

    Both tell the rate, and the time left where it is known how much there is.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._bar: Any = None  # a tqdm, which has no types
        self._stage: str | None = None
        self._unsaid: str | None = None
        self._said = 0.0
        self._began = 0.0

    def __enter__(self) -> ProgressDisplay:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._end_stage()

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Show that `done` of `total` (None: nobody knows) are through this stage."""
        begins = stage != self._stage
        if begins:
            self._end_stage()
            self._stage = stage
            self._began = time.monotonic()
        if self._terminal:
            self._draw(stage, done, total)
            return
        self._unsaid = f"{stage}: {done}" if total is None else f"{stage}: {done} of {total}"
        self._unsaid += self._pace(done, total)
        if begins or time.monotonic() - self._said >= LINE_SECONDS:
            self._say_unsaid()

    def _pace(self, done: int, total: int | None) -> str:
        """How fast it goes and how long it will take; nothing in the first seconds, nor at the end."""
        taken = time.monotonic() - self._began
        if taken < LINE_SECONDS or not done or done == total:
            return ""
        rate = f", {done / taken:.1f} a second"
        return rate if total is None else f"{rate}, {duration(taken * (total - done) / done)} left"

    def say(self, line: str) -> None:
        """Print a line, above the bar where there is one."""
        if self._bar is not None:
            self._bar.clear()
        click.echo(line, file=self._stream)
        if self._bar is not None:
            self._bar.refresh()

    def _draw(self, stage: str, done: int, total: int | None) -> None:
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(desc=f"{stage:8}", total=total, file=self._stream)
        self._bar.update(done - self._bar.n)

    def _say_unsaid(self) -> None:
        if self._unsaid is not None:
            self.say(self._unsaid)
            self._said = time.monotonic()
            self._unsaid = None

    def _end_stage(self) -> None:
        self._say_unsaid()
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def duration(seconds: float) -> str:
    """Seconds as a person would say them: "40 s", "8 min", "2 h 5 min"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
