"""Files of a generation damaged one at a time: `check` must find each, and a reader must not serve it as whole.

The models folder stays out: it belongs to no generation, and `index.encoder.kept` compares the hash of every file of it
whenever one is opened, and makes anew what is damaged. LOCK and speakers.toml stay out too: the one says nothing that
counts, the other is the user's.
"""

from __future__ import annotations

import contextlib
import logging
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index import whole
from index.check import check
from index.errors import NoIndexError, QuoteIndexError
from index.generation import Generation, Layout
from index.standing import Standing
from scripts.endured import Report, Sets, litter
from scripts.fakes import RandomEncoder

KINDS = {"bit flipped": 4, "truncated": 2, "appended to": 1, "deleted": 1}
"""Ways to damage a file, and how often each is taken."""
BOTH = 10
"""Every tenth time the generation before is damaged as well: then nothing may answer."""
REBUILT = 5
"""Every fifth time a copy of all that is rebuilt: nothing of the damage may be used again."""
PATIENCE = 30.0
"""Seconds for the hashes to be compared."""


def flips(folder: Path, number: int, articles: int, seed: int, say: Callable[[str], None]) -> Report:
    """Damage `number` times one file, each by turns and by its size; look with `check` and as a service does."""
    report = Report()
    made = Sets.make(folder, articles)
    data = folder / "data"
    older, newer = (Layout(data).generation(made.build(name, data)) for name in ("a", "b"))
    run = _Run(made, data, older, newer, random.Random(seed), report)
    logging.disable(logging.CRITICAL)  # each of them would be named on standard error
    try:
        for count in range(number):
            run.once(count)
            if (count + 1) % 50 == 0:
                say(f"{count + 1} of {number} damaged, {len(report.faults)} faults")
    finally:
        logging.disable(logging.NOTSET)
    report.faults += [f"after all was put back: {line}" for line in check(data)]
    report.figures |= {"damaged": number, "by kind": dict(run.kinds), "files": len(run.files), **run.tally}
    return report


@dataclass(slots=True)
class _Run:
    made: Sets
    data: Path
    older: Generation
    newer: Generation
    chance: random.Random
    report: Report
    files: list[Path] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    tally: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        names = list(self.newer.read_manifest().files)
        inside = [path for name in names if (path := self.newer.folder / name).stat().st_size]
        self.files = [Layout(self.data).current, self.newer.manifest, *inside]

    def once(self, count: int) -> None:
        """One file damaged, looked at and put back."""
        path = self._file(count)
        kind = self.chance.choices(list(KINDS), list(KINDS.values()))[0]
        self.kinds[kind] += 1
        with contextlib.ExitStack() as until_put_back:
            what = until_put_back.enter_context(self._damaged(path, kind))
            pointer = path == Layout(self.data).current
            both = count % BOTH == BOTH - 1 and not pointer
            if both:
                until_put_back.enter_context(self._damaged(self.older.manifest, kind))
            found = self._checked(path)
            self._note(what, None if found else "`check` does not find it")
            self.tally["found by check"] += found
            for hashed in (whole.HASHED_AT_ONCE, 0):  # as an index that is small, and as one that is large
                self._serve(what, hashed, pointer, both)
            if count % REBUILT == 0:
                self._rebuild(what)

    def _file(self, count: int) -> Path:
        """By turns, so that each is hit; and by size, so that all that is large is hit in many places."""
        if count % 2:
            return self.chance.choices(self.files, [path.stat().st_size for path in self.files])[0]
        return self.files[count // 2 % len(self.files)]

    @contextlib.contextmanager
    def _damaged(self, path: Path, kind: str) -> Iterator[str]:
        content = path.read_bytes()
        at = self.chance.randrange(len(content))
        if kind == "deleted":
            path.unlink()
        elif kind == "truncated":
            path.write_bytes(content[:at])
        elif kind == "appended to":
            path.write_bytes(content + self.chance.randbytes(self.chance.randint(1, 9)))
        else:
            flipped = content[at] ^ 1 << self.chance.randrange(8)
            path.write_bytes(content[:at] + bytes([flipped]) + content[at + 1 :])
        try:
            yield f"{path.relative_to(self.data)} {kind} at {at} of {len(content)}"
        finally:
            path.write_bytes(content)

    def _checked(self, path: Path) -> bool:
        try:
            return any(path.name in line for line in check(self.data))
        except NoIndexError:
            return path == Layout(self.data).current

    def _serve(self, what: str, hashed: int, pointer: bool, both: bool) -> None:
        before, whole.HASHED_AT_ONCE = whole.HASHED_AT_ONCE, hashed
        try:
            standing = Standing(self.data, RandomEncoder())
            try:
                name, right = _answering(standing, self.made)
            finally:
                standing.close()
        except QuoteIndexError:
            self.tally["refused"] += 1
            return
        except Exception as error:
            self._note(what, f"opened as a service does: {error!r}")
            return
        finally:
            whole.HASHED_AT_ONCE = before
        # Where the pointer alone is damaged, what it named is whole.
        expected, set_ = (self.newer, "b") if pointer else (self.older, "a")
        self.tally["the one before answers" if name == self.older.name else "the newest answers"] += 1
        if both:
            self._note(what, f"{name} answers, though both are damaged")
        elif name != expected.name:
            self._note(what, f"{name} answers, not {expected.name}")
        self._note(what, None if right == set_ else f"{name} answers as set {right}")

    def _rebuild(self, what: str) -> None:
        with tempfile.TemporaryDirectory(dir=self.data.parent) as folder:
            copy = Path(folder) / "copy"
            shutil.copytree(self.data, copy)
            self.made.build("b", copy, full=False)
            for line in self.made.faults(copy, ("b",))[1] + litter(copy):
                self._note(what, f"rebuilt: {line}")
        self.tally["rebuilt"] += 1

    def _note(self, what: str, fault: str | None) -> None:
        if fault is not None:
            self.report.faults.append(f"{what}: {fault}")


def _answering(standing: Standing, made: Sets) -> tuple[str, str]:
    """The generation that answers when every hash of it is compared, and the set that it answers as."""
    deadline = time.monotonic() + PATIENCE
    while (searcher := standing.searcher()).verified != "hashes":
        del searcher
        if time.monotonic() > deadline:
            raise TimeoutError("the hashes were never compared")
        time.sleep(0.001)
    found = made.asked(searcher)
    return searcher.generation, next((name for name, right in made.answers.items() if right == found), "neither")
