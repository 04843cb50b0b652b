"""What publishes an index to a Milvus server, killed at random moments: the old one answers, or the new one, whole."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.engine.choice import engine_of
from index.engine.milvus.publishing import generation_in, is_sealed, passages_of, records_of
from index.engine.milvus.served import Milvus
from index.errors import QuoteIndexError
from index.queries import Query
from index.searcher import Searcher
from scripts.endure_live import base
from scripts.endured import Report
from scripts.milvus_server import Server, alone, install, started

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = 12
LEFT_OUT = 5
"""Articles that one of the two sets does not have."""
LIMIT = 300.0
"""Seconds after which a command that nobody killed is given up."""


def publish(folder: Path, moves: int, rebuilds: int, seed: int, say: Callable[[str], None]) -> Report:
    """Kill `moves` times `attributed move`, `rebuilds` times `attributed rebuild`, over a server of its own.

    QuoteIndexError where that cannot be.
    """
    install()
    alone()
    chosen = random.Random(seed)
    with started(Server(folder / "milvus")) as server:
        run = _Run(folder, f"{server.url}/published", say)
        run.prepare()
        for kind, number in (("move", moves), ("rebuild", rebuilds)):
            run.killed(kind, number, chosen)
    run.report.figures |= {"killed": dict(run.killed_in), "answered": dict(run.answered)}
    return run.report


@dataclass
class _Run:
    """Two sets of articles, `a` and `b`, in turns: each as a file, as a folder of its own, and what it answers."""

    folder: Path
    address: str
    say: Callable[[str], None]
    report: Report = field(default_factory=Report)
    answers: dict[str, list[Any]] = field(default_factory=dict)
    stands: str = "a"
    killed_in: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        engine = engine_of(self.address)
        assert isinstance(engine, Milvus)
        self.engine = engine

    def prepare(self) -> None:
        """Build both, see what they answer, and let the first one stand on the server."""
        for name, articles in (("a", base()), ("b", base()[:-LEFT_OUT])):
            lines = (json.dumps({"id": one.id, "text": one.text}) + "\n" for one in articles)
            (self.folder / f"{name}.jsonl").write_text("".join(lines), "utf-8")
            if name == "b":
                self._share_model()
            self._finished(["rebuild", str(self.folder / f"{name}.jsonl"), "--data", str(self.folder / name)])
            with Searcher.open(self.folder / name) as searcher:
                self.answers[name] = _asked(searcher)
        if self.answers["a"] == self.answers["b"]:
            raise QuoteIndexError("both sets answer alike")
        self._finished(self._command("move", "a"))

    def killed(self, kind: str, number: int, chosen: random.Random) -> None:
        """Kill so many, at moments spread evenly over the time of one that nobody kills; each is then run again."""
        if not number:
            return
        usual = max(self._again(kind) for _ in range(2))
        self.say(f"{kind} takes {usual:.1f} s")
        self.report.figures[f"s of a {kind}"] = round(usual, 1)
        moments = [(part + chosen.random()) / number for part in range(number)]
        chosen.shuffle(moments)
        while moments:
            after = moments.pop() * usual
            if not self._killed(kind, after):  # it was faster than that moment
                moments.append(chosen.random())
                self.stands = self.other
                continue
            self.killed_in[kind] += 1
            self._look(f"{kind} killed after {after:.1f} s", ("old", "new"))
            self._again(kind)
            done = sum(self.killed_in.values())
            self.say(f"{kind} killed after {after:.1f} s: {dict(self.answered)}, {done} in all")

    def _share_model(self) -> None:
        """Let all folders have the model that the first one has exported."""
        for name in ("b", "rebuilt", "reader"):
            (self.folder / name).mkdir()
            (self.folder / name / "models").symlink_to(self.folder / "a" / "models")

    @property
    def other(self) -> str:
        return "b" if self.stands == "a" else "a"

    def _again(self, kind: str) -> float:
        """Let it finish: the other set answers then, and nothing is left that is not whole. Seconds that it took."""
        began = time.perf_counter()
        self._finished(self._command(kind, self.other))
        seconds = time.perf_counter() - began
        self._look(f"{kind} run again", ("new",))
        self.stands = self.other
        self.report.faults += [f"left behind: {one}" for one in self._unsealed()]
        return seconds

    def _look(self, when: str, allowed: Sequence[str]) -> None:
        reader = self.folder / "reader"
        faults = self.engine.check(reader)
        with Searcher.open(reader, engine=self.engine) as searcher:
            faults += [f"passed over: {one}" for one in searcher.passed]
            found = _asked(searcher)
        known = {"old": self.stands, "new": self.other}
        name = next((name for name, of in known.items() if self.answers[of] == found), "neither")
        if name not in allowed:
            faults.append(f"{name} answers")
        if len(allowed) > 1:
            self.answered[name] += 1
        self.report.faults += [f"{when}: {fault}" for fault in faults]

    def _unsealed(self) -> Iterator[str]:
        connection, name = self.engine.connection, self.engine.connection.address.name
        there = set(connection.collections())
        for generation in sorted({one for one in (generation_in(name, each) for each in there) if one is not None}):
            both = {passages_of(name, generation), records_of(name, generation)}
            if not both <= there or not is_sealed(connection, records_of(name, generation)):
                yield generation

    def _command(self, kind: str, name: str) -> list[str]:
        if kind == "move":
            return ["move", "embedded", self.address, "--data", str(self.folder / name)]
        data = str(self.folder / "rebuilt")
        return ["rebuild", str(self.folder / f"{name}.jsonl"), "--data", data, "--engine", self.address]

    def _killed(self, kind: str, after: float) -> bool:
        """Whether it was not over yet."""
        with self._process(self._command(kind, self.other)) as process:
            try:
                process.wait(after)
            except subprocess.TimeoutExpired:
                process.kill()
                return True
        return False

    def _finished(self, command: Sequence[str]) -> None:
        with self._process(command) as process:
            try:
                _, said = process.communicate(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise QuoteIndexError(f"`{command[0]}` was not done after {LIMIT:.0f} s") from None
        if process.returncode:
            raise QuoteIndexError(f"`{command[0]}` ended with {process.returncode}: {said.strip()[-300:]}")

    def _process(self, command: Sequence[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "index.cli", *command],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )


def _asked(searcher: Searcher) -> list[Any]:
    """How many each question finds, and the first hits."""
    texts = [one.text.split("\n\n")[1][:120] for one in base()[-QUESTIONS:]]
    found = []
    for text in texts:
        answer = searcher.search(Query(text))
        found.append((answer.total, [hit.passage.attribution.quotation.id for hit in answer.hits]))
    return found
