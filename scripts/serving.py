"""A service of its own process, asked over HTTP by one client or several, and what it takes of the machine."""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import os
import platform
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from index.errors import QuoteIndexError

ROOT = Path(__file__).resolve().parents[1]
READY_LIMIT = 300.0
"""Seconds after which a service that is not ready is given up."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: a search, or with a `body` a POST of it as JSON."""

    path: str
    body: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a request as the client sees them. `processor`: those that the service's process worked for each."""

    count: int
    p50: float
    p95: float
    p99: float
    processor: float


@dataclass(frozen=True, slots=True)
class Asked:
    """Answers in the order of the requests, their latency, and how many came a second."""

    answers: tuple[dict[str, Any], ...]
    latency: Latency
    per_second: float


@contextlib.contextmanager
def served(
    data: Path, program: Sequence[str] = ("-m", "index.cli")
) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """A service of its own process over `data`: the process, its URL, seconds from its start until it was ready.

    `program`: what Python runs as `attributed`.
    """
    command = [sys.executable, *program, "serve", "--host", "127.0.0.1", "--port", "0", "--data", str(data)]
    with running(command, "attributed serve") as service:
        yield service


@contextlib.contextmanager
def running(command: Sequence[str], name: str) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """A server of its own process that prints its URL and answers /readyz by 200 as soon as it is ready; as `served`.

    QuoteIndexError names it by `name` where it does not come up.
    """
    started = time.perf_counter()
    environment = {"ATTRIBUTED_LOG": "off", **os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = next(filter(None, (re.search(r"http://\S+", line) for line in process.stdout)), None)
            if url is None:
                raise QuoteIndexError(f"{name} did not start; what it says stands above")
            _wait_until(lambda: _status(url[0], "/readyz") == 200, started + READY_LIMIT)
            yield process, url[0], time.perf_counter() - started
        finally:
            process.terminate()


def _wait_until(ready: Callable[[], bool], deadline: float) -> None:
    while not ready():
        if time.perf_counter() > deadline:
            raise QuoteIndexError(f"the service was not ready after {READY_LIMIT:.0f} s")
        time.sleep(0.01)


def _status(url: str, path: str) -> int:
    connection = _connection(url)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _connection(url: str) -> http.client.HTTPConnection:
    place = urlsplit(url)
    assert place.hostname is not None
    return http.client.HTTPConnection(place.hostname, place.port, timeout=60)


def search(question: str, **parameters: str | int | Sequence[str]) -> Request:
    """The search for the ten best; `since` and `until` stand for `from` and `to`."""
    other = {"since": "from", "until": "to"}
    given = {other.get(name, name): value for name, value in parameters.items()}
    return Request("/api/search?" + urlencode({"q": question, "limit": 10, **given}, doseq=True))


def ask(url: str, requests: Sequence[Request]) -> tuple[list[float], list[dict[str, Any]]]:
    """Milliseconds of each, from the request until the last byte of its answer, over one connection; the answers.

    QuoteIndexError where one is not answered by 200.
    """
    connection = _connection(url)
    times, answers = [], []
    for one in requests:
        body = None if one.body is None else json.dumps(one.body)
        headers = {} if body is None else {"Content-Type": "application/json"}
        started = time.perf_counter()
        connection.request("GET" if body is None else "POST", one.path, body, headers)
        response = connection.getresponse()
        answer = response.read()
        times.append((time.perf_counter() - started) * 1000)
        if response.status != 200:
            raise QuoteIndexError(f"{one.path!r} was answered {response.status}: {answer[:200]!r}")
        answers.append(json.loads(answer))
    connection.close()
    return times, answers


def ask_all(url: str, pid: int, requests: Sequence[Request], clients: int = 1) -> Asked:
    """Ask everything once, each client its share, one after the other (QuoteIndexError as `ask`)."""
    shares = [requests[client::clients] for client in range(clients)]
    times: list[list[float]] = [[] for _ in shares]
    answers: list[list[dict[str, Any]]] = [[] for _ in shares]
    failed: list[Exception] = []

    def work(client: int) -> None:
        try:
            times[client], answers[client] = ask(url, shares[client])
        except Exception as error:  # handed over to the thread that waits
            failed.append(error)

    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    worked, started = processor(pid), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken, worked = time.perf_counter() - started, processor(pid) - worked
    if failed:
        raise QuoteIndexError(f"a client failed: {failed[0]}") from failed[0]
    in_order = [answers[number % clients][number // clients] for number in range(len(requests))]
    every = [time for own in times for time in own]
    return Asked(tuple(in_order), latency(every, worked * 1000 / len(requests)), len(requests) / taken)


def latency(times: Sequence[float], processor_each: float = 0.0) -> Latency:
    """Median, 95th and 99th percentile by nearest rank."""
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    return Latency(len(times), p50, p95, p99, processor_each)


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest of `times` (one at least) that so large a share of them does not pass."""
    return sorted(times)[math.ceil(share * len(times)) - 1]


def processor(pid: int) -> float:
    """Seconds of processor time that a process has worked."""
    import psutil

    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def resident(pid: int) -> float:
    """MiB of memory that a process and its children hold."""
    import psutil

    process = psutil.Process(pid)
    return float(sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))) / 2**20


def load() -> float:
    """Processes that wanted to run in the mean of the last minute, those of this measurement among them."""
    return os.getloadavg()[0]


def cores() -> int:
    """Cores that may be used."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine() -> str:
    """Processor, cores that may be used, memory, system and Python, in one line."""
    import psutil

    memory = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {cores()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    with contextlib.suppress(OSError):
        model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
        if model:
            return model[1]
    return platform.processor() or platform.machine()
