"""A Python process of one's own at the other end of a line, spoken to in messages.

It says that it is ready by its first message, and is to end when the line closes, as it does when this one ends. An
interrupt from a terminal does not reach it, but by way of the line.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

READY = b"ready"
"""The first message."""


def inherited() -> dict[str, str]:
    """The environment of a process of Python that is to find this program."""
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path}


class Child:
    """Started when it is made; `line` is this side's end.

    `program`: Python that is run with the number of the descriptor of its end of the line, then `arguments`, in
    `sys.argv`. `environment` comes on top of this process's. `quiet`: what it says on standard error is dropped.
    `seconds`: in which it must be ready; None leaves that to `wait`.

    Raises:
        TimeoutError: it was not ready within `seconds`, or ended.
    """

    def __init__(
        self,
        program: str,
        arguments: Sequence[str] = (),
        *,
        seconds: float | None,
        environment: Mapping[str, str] | None = None,
        quiet: bool = False,
    ) -> None:
        ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(theirs.fileno()), *arguments],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL if quiet else None,
            start_new_session=True,
            env={**inherited(), **(environment or {})},
        )
        theirs.close()
        self.line = Connection(ours.detach())
        self._ready = False
        if seconds is None:
            return
        with suppress(ChildProcessError):
            if self.wait(seconds):
                return
        self.end()
        raise TimeoutError(f"no child was ready within {seconds:g} s")

    def wait(self, seconds: float) -> bool:
        """Whether it is ready, within so many seconds (ChildProcessError: it has ended and never will be)."""
        if not self._ready:
            try:
                if not self.line.poll(seconds):
                    return False
                self._ready = self.line.recv_bytes() == READY
            except (OSError, EOFError):
                pass
            if not self._ready:
                self.end()
                raise ChildProcessError("it ended before it was ready")
        return True

    def end(self) -> None:
        """End it, whatever it is at."""
        self.line.close()
        self.process.kill()
        self.process.wait()
