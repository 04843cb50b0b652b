"""Each command of endure.py at its smallest: it ends well, and its figures are there. No time is asserted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from index.generation import Layout
from scripts import endure, endure_flips
from scripts.endured import Report, Sets, litter
from scripts.workshop import Job, Workshop

ARTICLES = ["--articles", "6"]
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_it(*words: str) -> dict[str, Any]:
        written = tmp_path / "figures.json"
        assert endure.main([*words, *ARTICLES, "--json", str(written)]) == 0, capsys.readouterr()
        assert "faults 0" in capsys.readouterr().out
        figures: dict[str, Any] = json.loads(written.read_text())
        assert figures.pop("machine")
        ((name, found),) = figures.items()
        assert (name, found.pop("faults")) == (words[0], [])
        return found

    return run_it


def _can_mount(place: Path) -> bool:
    if os.geteuid():
        return False
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        return False
    subprocess.run(["umount", str(place)], check=True)
    return True


def test_killed_rebuilds(run: Run) -> None:
    found = run("kills", "--number", "2", "--calls", "1")
    assert found["random"]["killed"] == 2
    assert found["at calls"]["killed"] == 2
    assert found["at calls of the first"] == {"killed": 2, "none answers": 2, "last heard of in": {}}


def test_damaged_files(run: Run) -> None:
    found = run("flips", "--number", "22")
    assert (found["damaged"], found["found by check"]) == (22, 22)
    assert found["refused"] >= 2
    assert found["rebuilt"] == 5


def test_a_full_disk(run: Run, tmp_path: Path) -> None:
    if not _can_mount(tmp_path):
        pytest.skip("no tmpfs can be mounted here")
    found = run("full-disk", "--sizes", "3", "--page", "1000000")
    assert found["ended in"].pop("success") == 1
    assert sum(found["ended in"].values()) == 3


def test_without_the_right_to_mount_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    refusing = tmp_path / "mount"
    refusing.write_text("#!/bin/sh\necho 'mount: permission denied' >&2\nexit 32\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert endure.main(["full-disk", *ARTICLES]) == 1
    assert "no tmpfs can be mounted (mount: permission denied); run this as root" in capsys.readouterr().err


def test_two_rebuilds_at_once(run: Run) -> None:
    found = run("locks", "--rounds", "1")
    assert (found["refused"], found["taken over"]) == (1, 1)
    assert ": process " in found["said"]


def test_swaps_under_load(run: Run) -> None:
    found = run("swaps", "--fake", "--number", "2", "--clients", "2", "--pause", ".1", "--within", "30")
    assert found["swaps"] == 2
    assert found["during a swap"]["requests"] > 0


def test_a_soak(run: Run) -> None:
    found = run("soak", "--fake", "--minutes", ".03", "--every", "1", "--clients", "2", "--limit", "1e9")
    assert found["rebuilds"] >= 1
    assert found["requests"] > 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Sets:
    return Sets.make(tmp_path_factory.mktemp("sets"), 6)


def test_what_is_wrong_is_a_fault(made: Sets, tmp_path: Path) -> None:
    made.build("a", tmp_path)
    assert made.faults(tmp_path, ("a",)) == ("a", [])
    assert made.faults(tmp_path, ("b",)) == ("a", ["set a answers, not b"])
    assert litter(tmp_path) == []
    (tmp_path / "CURRENT.new").touch()
    assert litter(tmp_path) == ["left behind: CURRENT.new"]
    generation = Layout(tmp_path).current.read_text().strip()
    Layout(tmp_path).generation(generation).store.write_bytes(b"x")
    ((name, lines),) = [made.faults(tmp_path, ("a",))]
    assert (name, len(lines)) == ("none", 1)


def test_a_fault_is_printed_and_fails_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report({"damaged": 7}, [f"fault {number}" for number in range(7)])
    monkeypatch.setattr(endure_flips, "flips", lambda *_: report)
    assert endure.main(["flips"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("flips: damaged 7, faults 7 (")
    assert lines[1:] == [*(f"  fault: fault {number}" for number in range(5)), "  and 2 more"]


def test_a_job_is_killed_where_it_says(made: Sets, tmp_path: Path) -> None:
    arguments = ("rebuild", str(made.files["a"]), "--data", str(tmp_path))
    with Workshop(6) as workshop:
        early = workshop.run(Job(arguments, call=0))
        assert early.killed
        assert early.said == "dies at mkdir\n"
        assert not list(tmp_path.iterdir())
        late = workshop.run(Job(arguments, call=0, late=True))
        assert late.killed
        assert [path.name for path in tmp_path.iterdir()] == ["generations"]
        assert workshop.run(Job(arguments, after=0.0)).killed
        assert workshop.run(Job(arguments)).status == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_one_that_is_ended_from_outside_clears_away_first(number: signal.Signals) -> None:
    folders: list[Path] = []
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)]

    def work(folder: Path) -> Report:
        folders.append(folder)
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)  # once more, while it clears away
            (folder / "cleared").touch()
        raise AssertionError

    with pytest.raises(click.exceptions.Exit) as caught:
        endure._tell("it", None, work)
    assert caught.value.exit_code == 128 + number
    assert not folders[0].exists()
    assert [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)] == before
