"""A disk that fills while the index is rebuilt, and two rebuilds at once."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from index.errors import QuoteIndexError
from index.generation import Layout
from index.questions import lists
from scripts.endured import Report, Sets, litter
from scripts.workshop import Done, Job, Workshop

DISK = 64
"""MiB of the small disk; most of it is filled by a file beside the index."""
SLEEP = 30.0
"""Seconds that a rebuild would hold the lock: it is killed before."""


def full_disk(folder: Path, sizes: int, page: int, articles: int, say: Callable[[str], None]) -> Report:
    """Rebuild with `sizes` amounts of room left, from none up to what a generation takes, and then with a finer step.

    `page`: that step in bytes.
    """
    report = Report()
    with _small_disk(folder / "disk") as disk, Workshop(articles) as workshop:
        made = Sets.make(folder, articles)
        data, ballast, stages = disk / "data", disk / "ballast", Counter[str]()
        lists.kept(data)  # written once for a folder; what follows is what a generation takes
        before = _left(disk)
        _finish(report, workshop, made, data, "a", "with room enough")
        needed = before - _left(disk)
        rooms = [needed * number // sizes for number in range(sizes + 1)]
        failed = 0
        while rooms:
            room = rooms.pop(0)
            ballast.write_bytes(bytes(max(0, _left(disk) - room)))
            done = workshop.run(_rebuild(made, data, "b"))
            stands = "a" if done.status else "b"
            found = [*_failed(done, data), *made.faults(data, (stands,))[1], *litter(data)]
            report.faults += [f"{room} bytes left: {line}" for line in found]
            stages[_stage(done)] += 1
            ballast.unlink()
            for name in ("b", "a"):
                _finish(report, workshop, made, data, name, f"after {room} bytes were left")
            say(f"{room} of {needed} bytes left: {_stage(done)}, exit {done.status}")
            if done.status:
                failed = max(failed, room)
            elif room - failed > page:
                # The manifest and the pointer take a page each: page by page between too little and enough.
                rooms = list(range(failed + page, room, page))
            else:
                break
    report.figures |= {"sizes": stages.total(), "failed up to": f"{failed} bytes", "ended in": dict(stages)}
    return report


def locks(folder: Path, rounds: int, articles: int) -> Report:
    """While one rebuild holds the lock another is refused, which names it; killed, it is in nobody's way."""
    report = Report(figures={"refused": 0, "taken over": 0})
    data = folder / "data"
    with Workshop(articles) as first, Workshop(articles) as second:
        made = Sets.make(folder, articles)
        for number in range(rounds):
            left = _unfinished(data)
            holder = first.start(Job(_rebuild(made, data, "a").arguments, slow=SLEEP))
            while not _unfinished(data) - left:
                time.sleep(0.01)
            refused = second.run(_rebuild(made, data, "b"))
            last = refused.said.splitlines()[-1]
            if refused.status != 1 or f"process {holder} " not in last or "Traceback" in refused.said:
                report.faults.append(f"round {number}: exit {refused.status}, holder {holder}: {last}")
            else:
                report.figures["refused"] += 1
            os.kill(holder, signal.SIGKILL)
            if not first.wait().killed:
                report.faults.append(f"round {number}: the holder was not killed")
            if _finish(report, second, made, data, "b", f"round {number}, after the holder was killed"):
                report.figures["taken over"] += 1
            report.figures["said"] = last
    return report


def _unfinished(data: Path) -> set[str]:
    """The names of all generations, those without a manifest too."""
    with contextlib.suppress(FileNotFoundError):
        return {path.name for path in Layout(data).generations.iterdir()}
    return set()


def _rebuild(made: Sets, data: Path, name: str) -> Job:
    return Job(("rebuild", str(made.files[name]), "--data", str(data)))


def _finish(report: Report, workshop: Workshop, made: Sets, data: Path, name: str, when: str) -> bool:
    """A rebuild that must do all that it should."""
    done = workshop.run(_rebuild(made, data, name))
    found = [] if done.status == 0 else [f"exit {done.status}: {done.said[-300:]}"]
    found += made.faults(data, (name,))[1] + litter(data)
    report.faults += [f"{when}: {line}" for line in found]
    return not found


def _failed(done: Done, data: Path) -> list[str]:
    """What is wrong with how a rebuild failed; nothing where it did not."""
    lines = done.said.splitlines()
    errors = [line for line in lines if line.startswith("attributed:")]
    if done.status == 0:
        return []
    if done.status != 1 or len(errors) != 1 or lines[-1] != errors[0]:
        return [f"exit {done.status}: {done.said[-300:]!r}"]
    if f"{data}: cannot be written (" not in errors[0] or "free some space there" not in errors[0]:
        return [f"no clear error: {errors[0]}"]
    return []


def _stage(done: Done) -> str:
    """The stage after the one that was finished last."""
    stages = [line.split(":")[0] for line in done.said.splitlines() if line.split(":")[0] in _NEXT]
    return _NEXT[stages[-1]] if done.status and stages else "begin" if done.status else "success"


_NEXT = {"extract": "store", "embed": "vectors or words", "words": "publish"}


def _left(disk: Path) -> int:
    found = os.statvfs(disk)
    return found.f_bavail * found.f_frsize


@contextlib.contextmanager
def _small_disk(place: Path) -> Iterator[Path]:
    """A tmpfs of DISK MiB (QuoteIndexError: it cannot be mounted)."""
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        raise QuoteIndexError(f"no tmpfs can be mounted ({mounted.stderr.strip()}); run this as root")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=False)
