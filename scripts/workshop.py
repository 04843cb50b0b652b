"""`attributed` in processes that may be killed: forked from one that has loaded everything, so that none has to start.

This file is both ends. As a program it reads one Job a line, forks, kills the fork where the job says so, and answers
with a Done a line; `Workshop` starts it and gives it work. The extractor is the one of `fakes`; so is the encoder,
unless `--real`.

As a program with words behind `--`, it is `attributed` with these words and the same fakes.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.fakes import Known, Maker, RandomEncoder, Worked

CALLS = ("fsync", "replace", "rename", "mkdir", "unlink", "rmdir")
"""Of `os`: whatever changes which files there are or brings one to the disk.

What SQLite, FAISS and tantivy do themselves lies all before the manifest is written, in a folder that is no generation
yet: there the random moments strike."""
CHANGED_SEED = {"a": 1, "b": 2}


@dataclass(frozen=True, slots=True)
class Job:
    """A command of `attributed`, and when it is killed: after so many seconds, or at a call of CALLS.

    `call`: the number of that call, from 0 on. `late`: behind it, not in front of it. `slow`: seconds that the
    extractor sleeps before it begins.
    """

    arguments: tuple[str, ...]
    after: float | None = None
    call: int | None = None
    late: bool = False
    slow: float = 0.0


@dataclass(frozen=True, slots=True)
class Done:
    """How it ended: exit status (negative: the signal), seconds, and all that it said."""

    status: int
    seconds: float
    said: str

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.status == -signal.SIGKILL


def sets(maker: Maker, articles: int) -> dict[str, list[Worked]]:
    """Two sets of articles that share every third one; the others have other words in each, and `b` has one less."""
    return {
        name: [
            maker.article(number, seed if number % 3 else CHANGED_SEED["a"])
            for number in range(articles - (name == "b"))
        ]
        for name, seed in CHANGED_SEED.items()
    }


class Workshop:
    """The other process. Not thread safe; `start` and `wait` by turns, or `run`."""

    def __init__(self, articles: int, *, real: bool = False) -> None:
        words = [sys.executable, __file__, str(articles), *(["--real"] if real else [])]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_exception: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def run(self, job: Job) -> Done:
        """Do it, and wait until it has ended."""
        self.start(job)
        return self.wait()

    def start(self, job: Job) -> int:
        """Begin it; the id of its process."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        return int(self._read())

    def wait(self) -> Done:
        """The end of what was begun."""
        return Done(**json.loads(self._read()))

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the workshop ended; what it says stands above")
        return line


def attributed(words: Sequence[str], known: Known, *, real: bool, slow: float = 0.0) -> int:
    """Run a command of `attributed` with the fakes in place; its exit status."""
    from index import cli, encoder, rebuild_command
    from index.workers.work import Here

    class Slow(Known):
        def extract(self, articles: Any) -> Iterator[Any]:
            time.sleep(slow)
            return super().extract(articles)

    fakes: dict[str, Callable[..., object]] = {
        "extractor": lambda: Slow(known.known),
        "mapper": lambda *_given, **_named: contextlib.nullcontext(Here()),
    }
    if not real:
        fakes["encoder"] = lambda _data: RandomEncoder()
        encoder.default_encoder = lambda *_: RandomEncoder()  # what the service takes
    for name, fake in fakes.items():
        assert hasattr(rebuild_command, name)  # else the real ones would be measured
        setattr(rebuild_command, name, fake)
    return cli.main(words)


def _forked(job: Job, known: Known, said: int, real: bool) -> None:
    """The child: never returns."""
    status = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for stream in (1, 2):
            os.dup2(said, stream)
        if job.call is not None:
            _die_at(job.call, job.late)
        status = attributed(job.arguments, known, real=real, slow=job.slow)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _die_at(call: int, late: bool) -> None:
    left = call

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **named: Any) -> Any:
            nonlocal left
            mine, left = left == 0, left - 1
            if mine:
                os.write(2, f"dies at {name}\n".encode())
            if mine and not late:
                os.kill(os.getpid(), signal.SIGKILL)
            try:
                return real(*given, **named)
            finally:
                if mine:
                    os.kill(os.getpid(), signal.SIGKILL)

        return called

    for name in CALLS:
        setattr(os, name, counted(name, getattr(os, name)))


def _work(line: str, known: Known, real: bool) -> None:
    """Do one job and tell of it."""
    fields = json.loads(line)
    job = Job(**{**fields, "arguments": tuple(fields["arguments"])})
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        child = os.fork()
        if not child:
            _forked(job, known, said.fileno(), real)
        print(child, flush=True)
        waiting = os.pidfd_open(child)
        if not select.select([waiting], [], [], job.after)[0]:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        os.close(waiting)
        seconds = time.perf_counter() - started
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    print(json.dumps(asdict(Done(os.waitstatus_to_exitcode(status), seconds, text))), flush=True)


def _load(worked: Worked) -> None:
    """Load all that a rebuild does, the lists of names and of sentence endings too; none of it starts a thread."""
    import faiss  # noqa: F401
    import tantivy  # noqa: F401

    import index.cli  # noqa: F401
    from index.build import default_passages
    from index.speakers.across import bring_together
    from index.speakers.userfile import NOTHING
    from index.types import ArticleSpeaker

    article, found = worked
    default_passages().make(article, found)
    said = [ArticleSpeaker(one.speaker, article.id, article.source) for one in found if one.speaker is not None]
    bring_together(said, NOTHING)


def main(words: Sequence[str]) -> int:
    known = Known()
    if words[0] == "--":
        return attributed(words[1:], known, real=False)
    real = "--real" in words
    made = sets(Maker(), int(words[0]))
    for worked in made.values():
        known.learn(worked)
    _load(made["a"][0])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the end comes with the end of its input
    for line in sys.stdin:
        _work(line, known, real)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
