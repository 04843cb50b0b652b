from __future__ import annotations

import pytest

from index.child import Child

ECHO = """
import sys
from multiprocessing.connection import Connection
line = Connection(int(sys.argv[1]))
line.send_bytes(b"ready")
while True:
    try:
        line.send_bytes(line.recv_bytes() + sys.argv[2].encode())
    except EOFError:
        break
"""


def test_what_is_said_is_answered() -> None:
    child = Child(ECHO, ["!"], seconds=60)
    child.line.send_bytes(b"one")
    assert child.line.recv_bytes() == b"one!"
    child.end()
    assert child.process.returncode == -9


def test_it_ends_when_the_line_closes() -> None:
    child = Child(ECHO, ["!"], seconds=60)
    child.line.close()
    assert child.process.wait(timeout=60) == 0


def test_it_may_be_told_by_its_environment_and_finds_this_program() -> None:
    program = ECHO.replace("sys.argv[2]", "os.environ['MARK']").replace("import sys", "import index.errors, os, sys")
    child = Child(program, seconds=60, environment={"MARK": "?"})
    child.line.send_bytes(b"two")
    assert child.line.recv_bytes() == b"two?"
    child.end()


@pytest.mark.parametrize("program", ["raise SystemExit(3)", "import time; time.sleep(60)", "print('ready')"])
def test_one_that_is_not_ready_in_time_is_an_error_and_gone(program: str) -> None:
    with pytest.raises(TimeoutError, match=r"no child was ready within 0\.2 s"):
        Child(program, seconds=0.2, quiet=True)


def test_it_may_be_waited_for_later() -> None:
    child = Child(
        ECHO.replace('line.send_bytes(b"ready")', 'line.recv_bytes(); line.send_bytes(b"ready")'), seconds=None
    )
    assert not child.wait(0)
    child.line.send_bytes(b"begin")
    assert child.wait(60)
    assert child.wait(0)
    child.end()


def test_one_that_ends_before_it_is_ready_is_not_waited_for() -> None:
    child = Child("raise SystemExit(3)", seconds=None, quiet=True)
    with pytest.raises(ChildProcessError):
        child.wait(60)
    assert child.process.poll() is not None
