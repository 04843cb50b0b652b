"""A rebuild on three hosts, one of which is killed in the middle: every article once, and the index of a local build.

The hosts are network namespaces of this machine, each with an address of its own on one bridge, as their cables would
be. The scheduler and the command run in a fourth. Nothing outside can reach them.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from index import generation as folders
from index.check import check
from index.content import content_hash
from index.errors import QuoteIndexError
from index.store import Store
from scripts.endure_resume import kept_of, memory_of, write_mixed
from scripts.endured import Report

ROOT = Path(__file__).resolve().parents[1]
PORT = 8786
READY = 60.0
"""Seconds in which scheduler and workers must be there."""
KILLED = "host 2"
EVERY = 0.2
"""Seconds from one look at the memory, and at how far the run is, to the next."""


def dask(folder: Path, articles: int, hosts: int, seed: int, say: Callable[[str], None]) -> Report:
    """Rebuild `articles` made of mixed paragraphs here, and on so many hosts of which the second is killed half way."""
    if os.geteuid() != 0:
        raise QuoteIndexError("hosts are network namespaces: run this as root")
    report = Report()
    source = folder / "articles.jsonl"
    characters = write_mixed(source, articles, seed)
    rebuild = [sys.executable, "-m", "index.cli", "rebuild", str(source), "--data"]
    _said([*rebuild, str(folder / "warm"), "--workers", "1", str(ROOT / "seeds")], folder)  # exports the model
    for data in ("local", "hosts"):
        (folder / data).mkdir()
        (folder / data / "models").symlink_to(folder / "warm" / "models")
    started = time.perf_counter()
    say(f"here: {_said([*rebuild, str(folder / 'local')], folder)}")
    local = time.perf_counter() - started
    with _Net.made(hosts, folder) as net:
        started = time.perf_counter()
        said, killed, used = _killed(net, [*rebuild, str(folder / "hosts"), "--scheduler", net.address], articles)
        seconds = time.perf_counter() - started
    say(f"on {hosts} hosts: {said}")
    hashes = {name: content_hash(folders.current(folder / name)) for name in ("local", "hosts")}
    report.figures |= {
        "articles": articles,
        "characters": characters,
        "hosts": hosts,
        "seconds here": round(local, 1),
        "seconds on hosts": round(seconds, 1),
        "killed": {"host": KILLED, "after articles": killed},
        "MiB at most": {name: round(one.memory) for name, one in used.items()},
        "seconds of processor time": {name: round(one.seconds, 1) for name, one in used.items()},
        "content": hashes,
    }
    if killed is None:
        report.faults.append("the run was over before a host was killed; ask for more articles")
    if hashes["local"] != hashes["hosts"]:
        report.faults.append(f"the index is another one: content {hashes['hosts']}, here {hashes['local']}")
    with contextlib.closing(Store(folders.current(folder / "hosts").store)) as store:
        times = Counter(store.article_ids())
    expected = {json.loads(line)["id"] for line in source.read_text("utf-8").splitlines()}
    wrong = sorted(id_ for id_ in expected | set(times) if times[id_] != (id_ in expected))
    report.faults += [f"article {id_} is there {times[id_]} times" for id_ in wrong]
    report.faults += [f"{name}: {fault}" for name in hashes for fault in check(folder / name)]
    return report


@dataclass
class _Net:
    """A scheduler and hosts with a worker each, on a bridge of their own."""

    folder: Path
    name: str
    hosts: int
    started: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"tcp://10.77.0.1:{PORT}"

    @property
    def inside(self) -> tuple[str, ...]:
        """What a command begins with that runs where the scheduler does."""
        return ("ip", "netns", "exec", self.name)

    @classmethod
    @contextlib.contextmanager
    def made(cls, hosts: int, folder: Path) -> Iterator[_Net]:
        net = cls(folder, f"attributed-{os.getpid()}", hosts)
        try:
            net._cables()
            net._start("scheduler", net.name, "scheduler", "--host", "10.77.0.1", "--port", str(PORT))
            for host in range(1, hosts + 1):
                options = ["--host", f"10.77.0.{host + 1}", "--nworkers", "1", "--nthreads", "1"]
                local = ["--local-directory", str(folder / f"host-{host}")]
                net._start(f"host {host}", f"{net.name}-{host}", "worker", net.address, *options, *local)
            yield net
        finally:
            for name in net.started:
                net.kill(name)
            for space in net._spaces():
                subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)

    def _spaces(self) -> list[str]:
        return [self.name, *(f"{self.name}-{host}" for host in range(1, self.hosts + 1))]

    def _cables(self) -> None:
        for space in self._spaces():
            _ip("netns", "add", space)
            _ip("-n", space, "link", "set", "lo", "up")
        _ip("-n", self.name, "link", "add", "bridge", "type", "bridge")
        _ip("-n", self.name, "addr", "add", "10.77.0.1/24", "dev", "bridge")
        _ip("-n", self.name, "link", "set", "bridge", "up")
        for host, space in enumerate(self._spaces()[1:], 1):
            cable = f"cable{host}"
            _ip("-n", self.name, "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", space)
            _ip("-n", self.name, "link", "set", cable, "master", "bridge", "up")
            _ip("-n", space, "addr", "add", f"10.77.0.{host + 1}/24", "dev", "eth0")
            _ip("-n", space, "link", "set", "eth0", "up")

    def _start(self, name: str, space: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self.started[name] = subprocess.Popen(
                ["ip", "netns", "exec", space, sys.executable, "-m", "dask", *command, "--no-dashboard"],
                cwd=self.folder,
                env=_environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """SIGKILL for everything that was started on a host, as when its power goes."""
        process = self.started[name]
        children = []
        with contextlib.suppress(psutil.Error):
            children = psutil.Process(process.pid).children(recursive=True)
        for one in (process, *children):
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                os.kill(one.pid, signal.SIGKILL)
        process.wait()


@dataclass
class _Used:
    """By a process and all that it started: MiB at most, and seconds of processor time."""

    memory: float = 0.0
    seconds: float = 0.0

    def look(self, pid: int) -> None:
        self.memory = max(self.memory, memory_of(pid))
        with contextlib.suppress(psutil.Error):
            one = psutil.Process(pid)
            times = [each.cpu_times() for each in (one, *one.children(recursive=True))]
            self.seconds = max(self.seconds, sum(each.user + each.system for each in times))


def _killed(net: _Net, command: list[str], articles: int) -> tuple[str, int | None, dict[str, _Used]]:
    """Run it, and kill the second host when half is worked: what it said, how far it was, what each process used."""
    data = Path(command[command.index("--data") + 1])
    killed: int | None = None
    used: dict[str, _Used] = {}
    with subprocess.Popen(
        [*net.inside, *command],
        cwd=net.folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            while process.poll() is None:
                for name, pid in [("command", process.pid), *((n, p.pid) for n, p in net.started.items())]:
                    used.setdefault(name, _Used()).look(pid)
                done = kept_of(data)["articles"]
                if killed is None and done >= articles // 2:
                    net.kill(KILLED)
                    killed = done
                time.sleep(EVERY)
            assert process.stdout is not None
            assert process.stderr is not None
            said, errors = process.stdout.read(), process.stderr.read()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        raise QuoteIndexError(f"the rebuild ended with {process.returncode}: {errors.strip()[-500:]}")
    return said.partition("\n")[0], killed, used


def _said(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise QuoteIndexError(f"the rebuild ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout.partition("\n")[0]


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise QuoteIndexError(f"ip {' '.join(arguments)}: {done.stderr.strip()}; namespaces and iproute2 are needed")
