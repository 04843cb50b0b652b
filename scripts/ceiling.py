"""How many questions a second this machine can encode, and nothing else: what no search over them can pass.

As a program it is one of the processes that encode: questions and answers as JSON, one line each.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.errors import QuoteIndexError
from scripts.fakes import RandomEncoder
from scripts.serving import ROOT, cores, percentile

FAKE = "--fake"
"""An option: the encoder is RandomEncoder."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """`processes` at once, each on its own: questions a second. Milliseconds a question where one is alone."""

    count: int
    processes: int
    per_second: float
    p50: float
    p95: float


def measure(data: Path, questions: Sequence[str], *, fake: bool = False, processes: int = 0) -> Ceiling:
    """Encode all questions, first in one process, then shared out among `processes`, by default as many as cores.

    The encoder is the one in `data`. QuoteIndexError where a process ends.
    """
    processes = processes or cores()
    (alone,), _ = _encode(data, [questions], fake)
    _, seconds = _encode(data, [questions[number::processes] for number in range(processes)], fake)
    return Ceiling(
        count=len(questions),
        processes=processes,
        per_second=len(questions) / seconds,
        p50=percentile(alone, 0.5),
        p95=percentile(alone, 0.95),
    )


def _encode(data: Path, shares: Sequence[Sequence[str]], fake: bool) -> tuple[list[list[float]], float]:
    """Each share in a process of its own: milliseconds of every question, and seconds until all have ended."""
    command = [sys.executable, str(Path(__file__)), str(data), *([FAKE] if fake else [])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    working = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in shares
    ]
    try:
        for process, share in zip(working, shares, strict=True):
            _say(process.stdin, list(share))
        for process in working:
            _read(process)
        started = time.perf_counter()
        for process in working:
            _say(process.stdin, "go")
        times = [json.loads(_read(process)) for process in working]
        return times, time.perf_counter() - started
    finally:
        for process in working:
            process.terminate()
            process.communicate()


def _say(to: IO[str] | None, what: object) -> None:
    assert to is not None
    to.write(json.dumps(what) + "\n")
    to.flush()


def _read(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise QuoteIndexError("a process that encodes has ended; what it says stands above")
    return line


def main(words: Sequence[str]) -> None:
    from index.encoder import default_encoder

    encoder = RandomEncoder() if FAKE in words else default_encoder(Path(words[0]))
    questions = json.loads(sys.stdin.readline())
    for question in questions[:20]:
        encoder.encode([question])
    print(json.dumps("ready"), flush=True)
    sys.stdin.readline()
    times = []
    for question in questions:
        started = time.perf_counter()
        encoder.encode([question])
        times.append((time.perf_counter() - started) * 1000)
    print(json.dumps(times), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
