"""Following files: what is worked when, and what is waited for."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import BusyError, QuoteIndexError
from index.rebuild_command import Seen, follow, seen

ROOT = Path(__file__).parents[2]


class Enough(Exception):  # noqa: N818  no error: the looks are over
    """The end of a test."""


def followed(looks: list[str], faults: dict[int, Exception] | None = None) -> tuple[list[int], list[str]]:
    """At which looks work is done, where each letter of `looks` is another state; what is said."""
    at = -1
    worked: list[int] = []
    said: list[str] = []

    def look() -> Seen:
        nonlocal at
        at += 1
        return {looks[at]: (0, 0)} if looks[at] != " " else {}

    def work() -> None:
        worked.append(at)
        if fault := (faults or {}).get(at):
            raise fault

    def wait() -> None:
        if at == len(looks) - 1:
            raise Enough

    with pytest.raises(Enough):
        follow(look, work, wait, said.append)
    return worked, said


@pytest.mark.parametrize(
    ("looks", "worked"),
    [
        ("aaaa", [1]),  # as soon as nothing changes any more
        ("aaabbb", [1, 4]),
        ("abcdd", [4]),  # a file that is still being written
        ("aabaa", [1]),  # as it was when it was worked
        ("aa  a", [1, 3]),  # gone
        ("aab", [1]),
    ],
)
def test_work_is_done_once_a_change_has_settled(looks: str, worked: list[int]) -> None:
    assert followed(list(looks)) == (worked, [])


def test_another_process_is_waited_for_and_a_fault_waits_for_a_change() -> None:
    busy, fault = BusyError("process 7 is rebuilding"), QuoteIndexError("no article could be read")
    worked, said = followed(list("aaaaabbbcc"), {1: busy, 2: busy, 6: fault})
    assert worked == [1, 2, 3, 6, 9]
    assert said == [
        "process 7 is rebuilding; waiting",
        "process 7 is rebuilding; waiting",
        "no article could be read; waiting for a change",
    ]


def test_what_is_seen_is_what_would_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("One.")
    (tmp_path / "README.md").write_text("Not read.")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.jsonl").write_text("{}")
    assert {Path(path).name: size for path, (_, size) in seen([tmp_path, tmp_path / "gone"]).items()} == {
        "a.txt": 4,
        "c.jsonl": 2,
    }
    before = seen([tmp_path])
    os.utime(tmp_path / "a.txt", ns=(1, 1))
    assert seen([tmp_path]) != before


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """A folder that is watched, with one article in it; gives the next line that says what was done."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("“We will go on,” the mayor, Jane Hale, said on Friday.", "utf-8")
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "index.cli",
            "watch",
            str(tmp_path / "news"),
            "--data",
            str(tmp_path / "data"),
            "--every",
            "0.1",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None

    def line() -> str:
        assert process.stdout is not None
        while found := process.stdout.readline():
            if found.startswith("generation "):
                return found
        raise AssertionError(process.stderr.read() if process.stderr else "")

    yield line
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.splitlines()[-1]) == (130, "attributed: interrupted")


@pytest.mark.model
def test_a_file_that_comes_changes_and_goes_is_followed(watching: Callable[[], str], tmp_path: Path) -> None:
    assert ": 1 article (0 unchanged), 1 quotation (1 attributed)" in watching()
    line = {"id": "b", "text": "“It is over,” said Tom Berg, a fisherman."}
    (tmp_path / "news" / "b.jsonl").write_text(json.dumps(line), "utf-8")
    assert ": 2 articles (1 unchanged), 2 quotations (2 attributed)" in watching()
    (tmp_path / "news" / "a.txt").unlink()
    assert ": 1 article (1 unchanged), 1 quotation (1 attributed)" in watching()
