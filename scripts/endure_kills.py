"""Rebuilds that are killed, at random moments and at every call that changes the folder."""

from __future__ import annotations

import random
import shutil
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count as counting
from pathlib import Path

from scripts.endured import Report, Sets, litter
from scripts.workshop import Done, Job, Workshop

REHEARSALS = 5
LONGEST = 1.5
"""Random moments reach so far, in times of a rebuild that is left alone: one that is slower is killed near its end too,
and moments behind the end are drawn again."""


def kills(folder: Path, number: int, calls: int | None, articles: int, seed: int, say: Callable[[str], None]) -> Report:
    """Kill `number` rebuilds at random moments, then one before and one behind each call of `workshop.CALLS`.

    `calls`: the most calls, where not all are to be taken.
    """
    report = Report()
    with Workshop(articles) as workshop:
        made = Sets.make(folder, articles)
        run = _Run(made, workshop, folder / "data", report)
        run.rehearse()
        say(f"a rebuild takes {run.usual * 1000:.0f} ms")
        run.at_random(number, random.Random(seed), say)
        report.figures["random"] = run.tallied()
        run.at_calls(calls, say)
        report.figures["at calls"] = run.tallied()
        run.at_calls_of_the_first(calls, say)
        report.figures["at calls of the first"] = run.tallied()
    return report


@dataclass(slots=True)
class _Run:
    made: Sets
    workshop: Workshop
    data: Path
    report: Report
    stands: str = "b"
    """The set that answers."""
    usual: float = 0.0
    """Seconds of a rebuild that is left alone, the median."""
    tally: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)

    @property
    def other(self) -> str:
        return "a" if self.stands == "b" else "b"

    def rehearse(self) -> None:
        """A few rebuilds that nobody disturbs."""
        took = [self._finished() for _ in range(REHEARSALS + 1)]
        self.usual = statistics.median(took[1:])

    def at_random(self, number: int, chance: random.Random, say: Callable[[str], None]) -> None:
        """The moments are spread evenly over the whole of a rebuild, each somewhere in its own part."""
        parts = [(part + chance.random()) / number for part in range(number)]
        chance.shuffle(parts)
        while parts:
            after = parts.pop() * LONGEST * self.usual
            if not self._killed(Job((), after=after), f"after {after * 1000:.0f} ms"):
                # It was faster than that moment.
                self.tally["over before"] += 1
                parts.insert(0, chance.random())
            if len(parts) % 50 == 0:
                say(f"{number - len(parts)} of {number} random moments, {len(self.report.faults)} faults")

    def at_calls(self, most: int | None, say: Callable[[str], None]) -> None:
        """One call after the other, `most` at most, until a rebuild gets through."""
        for job in _at_each_call(most):
            if not self._killed(job, _where(job)) and job.late:
                break
        say(f"killed at {self.tally['killed']} calls of a rebuild, {len(self.report.faults)} faults")

    def at_calls_of_the_first(self, most: int | None, say: Callable[[str], None]) -> None:
        """The same where there is no index yet: none, or a whole one."""
        arguments = ("rebuild", str(self.made.files["a"]), "--data")
        for job in _at_each_call(most):
            data = self.data.with_name("first")
            job = replace(job, arguments=(*arguments, str(data)))
            done = self.workshop.run(job)
            answers = (data / "CURRENT").exists()
            found = self.made.faults(data, ("a",))[1] if answers else []
            if done.killed:
                self.tally["killed"] += 1
                self.tally["new answers" if answers else "none answers"] += 1
                done = self.workshop.run(replace(job, call=None))
                found += [] if done.status == 0 else [f"exit {done.status}: {done.said[-300:]}"]
                found += self.made.faults(data, ("a",))[1] + litter(data)
                self._note(f"the first, {_where(job)}", found)
                shutil.rmtree(data)
            elif job.late:
                break
        say(f"killed at {self.tally['killed']} calls of a first rebuild, {len(self.report.faults)} faults")

    def tallied(self) -> dict[str, object]:
        """What was counted since the last time."""
        counted: dict[str, object] = {**self.tally, "last heard of in": dict(sorted(self.stages.items()))}
        self.tally.clear()
        self.stages.clear()
        return counted

    def _killed(self, job: Job, when: str) -> bool:
        """One killed rebuild, what is found after it, and the next one. False where it was not killed in time."""
        before, wanted = self.stands, self.other
        done = self.workshop.run(replace(job, arguments=self._arguments(wanted)))
        if not done.killed:
            self._note(when, [] if done.status == 0 else [f"exit {done.status}: {done.said[-300:]}"])
        self.stands, found = self.made.faults(self.data, (before, wanted) if done.killed else (wanted,))
        self._note(when, found)
        if done.killed:
            self.tally["killed"] += 1
            self.tally[f"{'new' if self.stands == wanted else 'old'} answers"] += 1
            self.stages[_stage(done)] += 1
            self.stands = before
            self._finished(f"the rebuild behind the one killed {when}")
        return done.killed

    def _finished(self, when: str = "undisturbed") -> float:
        wanted = self.other
        done = self.workshop.run(Job(self._arguments(wanted)))
        found = [] if done.status == 0 else [f"exit {done.status}: {done.said[-300:]}"]
        found += self.made.faults(self.data, (wanted,))[1] + litter(self.data)
        self._note(when, found)
        self.stands = wanted
        return done.seconds

    def _arguments(self, name: str) -> tuple[str, ...]:
        return "rebuild", str(self.made.files[name]), "--data", str(self.data)

    def _note(self, when: str, found: list[str]) -> None:
        self.report.faults += [f"{when}: {line}" for line in found]


def _at_each_call(most: int | None) -> Iterator[Job]:
    for call in counting() if most is None else range(most):
        yield Job((), call=call)
        yield Job((), call=call, late=True)


def _where(job: Job) -> str:
    return f"{'behind' if job.late else 'before'} call {job.call}"


def _stage(done: Done) -> str:
    """What it said last before it died: the stage it was in, or the call it died at."""
    said = done.said.splitlines()
    return said[-1].split(":")[0].removeprefix("dies at ") if said else "start"
