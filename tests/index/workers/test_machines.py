"""Batches over the workers of a Dask scheduler: the answers of one process, whoever dies; errors name the remedy."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import rebuild_command
from index.build import rebuild
from index.cli import main
from index.content import content_hash
from index.encoder.export import export
from index.encoder.exported import ExportedEncoder
from index.errors import QuoteIndexError
from index.extraction import SieveExtractor
from index.generation import current
from index.store import Store
from index.types import Article
from index.workers import machines
from index.workers.encoding import Encoding
from index.workers.machines import connected
from index.workers.shipped import versions
from index.workers.work import Failed, Here, Work
from tests.index.encoder.conftest import save_model

ROOT = Path(__file__).parents[3]


@dataclass
class Cluster:
    """A scheduler and its workers as an administrator starts them, processes of their own on loopback."""

    folder: Path
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """That of the scheduler, once it is there."""
        path = self.folder / "scheduler.json"
        deadline = time.monotonic() + 60
        while not path.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        return str(json.loads(path.read_text("utf-8"))["address"])

    def scheduler(self) -> subprocess.Popen[bytes]:
        return self._start("scheduler", "--port", "0", "--no-dashboard", "--no-jupyter")

    def worker(self, number: int) -> subprocess.Popen[bytes]:
        local = self.folder / "local"
        return self._start(
            "worker", "--nworkers", number, "--nthreads", 1, "--no-dashboard", "--local-directory", local
        )

    def _start(self, what: str, *options: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, "--host", "127.0.0.1", "--scheduler-file", "scheduler.json"]
        with (self.folder / f"{what}.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, *map(str, options)],
                cwd=self.folder,
                # Two deaths are enough to give a batch up.
                env={**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def stop(self) -> None:
        for process in self.started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler with two workers."""
    running = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        running.scheduler()
        running.worker(2)
        yield running.address
    finally:
        running.stop()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without a worker."""
    running = Cluster(tmp_path)
    try:
        running.scheduler()
        yield running
    finally:
        running.stop()


@dataclass(frozen=True)
class Doubling(Work[int, int]):
    """Tells which process doubled what in `folder`; 13 kills it, 7 only the first that has it."""

    folder: str
    name = "the doubler"

    def run(self, batch: Sequence[int]) -> Iterable[int]:
        for number in batch:
            first = Path(self.folder, f"{number}-was-here")
            if number == 13 or (number == 7 and not first.exists()):
                first.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            Path(self.folder, f"process-{os.getpid()}").touch()
            yield 2 * number

    def key(self, batch: Sequence[int]) -> str:
        return f"{self.folder} {batch}"

    def weight(self, item: int) -> int:
        return item

    def named(self, item: int) -> str:
        return f"number {item}"


def pairs(numbers: Sequence[int]) -> list[Sequence[int]]:
    return [numbers[at : at + 2] for at in range(0, len(numbers), 2)]


def flat(found: Iterable[Iterable[Any]]) -> list[Any]:
    return [answer for batch in found for answer in batch]


def test_batches_are_worked_by_all_workers_and_come_back_in_order(address: str, tmp_path: Path) -> None:
    with connected(address) as mapper:
        found = flat(mapper.map(Doubling(str(tmp_path)), pairs(range(40, 80))))
    assert found == list(range(80, 160, 2))
    processes = {path.name for path in tmp_path.glob("process-*")}
    assert len(processes) == 2
    assert f"process-{os.getpid()}" not in processes


def test_no_more_is_read_ahead_than_there_is_room_for(address: str, tmp_path: Path) -> None:
    read = 0

    def counted() -> Iterator[list[int]]:
        nonlocal read
        for number in range(20, 70):
            read += 1
            yield [number]

    with connected(address) as mapper:
        found = mapper.map(Doubling(str(tmp_path)), counted())
        assert next(found) == [40]
        assert read <= 2 * machines.AHEAD
        assert flat(found) == list(range(42, 140, 2))


def test_what_a_worker_had_that_died_goes_to_another(address: str, tmp_path: Path) -> None:
    with connected(address) as mapper:
        assert flat(mapper.map(Doubling(str(tmp_path)), pairs(range(12)))) == list(range(0, 24, 2))
    assert (tmp_path / "7-was-here").exists()


def test_what_kills_every_worker_is_left_out_alone(address: str, tmp_path: Path) -> None:
    (tmp_path / "7-was-here").touch()
    with connected(address) as mapper:
        found = flat(mapper.map(Doubling(str(tmp_path)), pairs(range(10, 18))))
    failed = Failed("kills the process that works it: 2 workers died while they had it")
    assert found == [failed if number == 13 else 2 * number for number in range(10, 18)]


def test_an_index_made_by_workers_is_the_one_that_is_made_here(address: str, encoder: Any, tmp_path: Path) -> None:
    told = [
        Article(str(number), f"“We lost {number} votes,” Mara Lind said. She said it was over.") for number in range(20)
    ]
    rebuild(told, tmp_path / "here", extractor=SieveExtractor(), encoder=encoder)
    with connected(address) as mapper:
        report = rebuild(told, tmp_path / "there", extractor=SieveExtractor(), encoder=encoder, mapper=mapper)
    assert (report.articles, report.quotations) == (20, 40)
    assert content_hash(current(tmp_path / "there")) == content_hash(current(tmp_path / "here"))


def test_quotations_are_printed_alike_by_workers_and_here(
    address: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(12)]
    for number, file in enumerate(files):
        file.write_text(f"“We lost {number} votes,” Mara Lind said. She said it was over.")
    printed = []
    for option in (["--scheduler", address], ["--workers", "1"]):
        assert main(["extract", *map(str, files), *option]) == 0
        printed.append(capfd.readouterr().out)
    assert printed[0] == printed[1]
    assert len(printed[0].splitlines()) == 12


def test_what_is_watched_is_worked_by_workers_at_each_change(
    address: str, tmp_path: Path, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, data, connections = tmp_path / "one.txt", tmp_path / "data", []
    text.touch()

    def twice(_look: object, work: Callable[[], None], *_: object) -> None:
        for votes in (3, 4):
            text.write_text(f"“We lost {votes} votes,” Mara Lind said.")
            work()

    def noted(scheduler: str) -> contextlib.AbstractContextManager[machines.Machines]:
        connections.append(scheduler)
        return connected(scheduler)

    monkeypatch.setattr(rebuild_command, "follow", twice)
    monkeypatch.setattr(rebuild_command, "encoder", lambda _: encoder)
    monkeypatch.setattr(machines, "connected", noted)
    assert main(["watch", str(text), "--data", str(data), "--scheduler", address]) == 0
    assert connections == [address, address]
    with contextlib.closing(Store(current(data).store)) as store:
        assert [pieces[0].text for _, pieces in store.contents()] == ["We lost 4 votes,"]


def test_the_model_is_sent_and_gives_the_same_bits(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "exported"
    folder.mkdir()
    encoder = export(str(save_model(tmp_path / "tiny")), folder).encoder(folder)
    assert isinstance(encoder, ExportedEncoder)
    texts = [[("heading\nthe ferry is late", "late"), ("the bridge",)], [("no one asked the mayor " * 60, "asked")]]
    with connected(address) as mapper:
        sent = [np.stack(list(batch)) for batch in mapper.map(Encoding(encoder), texts)]
    here = [np.stack(list(batch)) for batch in Here().map(Encoding(encoder), texts)]
    assert [one.tobytes() for one in sent] == [one.tobytes() for one in here]


def test_a_worker_with_other_versions_is_refused_and_both_are_named(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "own_versions", lambda: {**versions(), "extractor": "sieve-99"})
    with pytest.raises(QuoteIndexError, match=rf"versions: extractor {SieveExtractor.version} there, sieve-99 here;"):
        connected(address).__enter__()


def test_a_worker_that_comes_later_with_other_versions_is_refused_too(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(address) as mapper:
        monkeypatch.setattr(mapper, "_versions", {"extractor": "sieve-99"})
        with pytest.raises(QuoteIndexError, match=r"a worker has other versions: .*sieve-99 here"):
            flat(mapper.map(Doubling(str(tmp_path)), [[20]]))


def test_a_scheduler_that_is_not_there_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "CONNECTING", 0.2)
    with pytest.raises(QuoteIndexError, match=r"no scheduler answers at tcp://127.0.0.1:1 .*`dask scheduler`"):
        connected("tcp://127.0.0.1:1").__enter__()


def test_a_scheduler_without_a_worker_is_told_of(empty: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "FIRST_WORKER", 0.1)
    with pytest.raises(QuoteIndexError, match="has no worker; start some with `dask worker"):
        connected(empty.address).__enter__()


def test_a_scheduler_that_goes_in_the_middle_is_told_of(empty: Cluster, tmp_path: Path) -> None:
    empty.worker(1)
    with connected(empty.address) as mapper:
        found = mapper.map(Doubling(str(tmp_path)), ([number] for number in range(20, 1000)))
        assert next(found) == [40]
        empty.started[0].kill()
        with pytest.raises(QuoteIndexError, match=r"was lost .*the same command goes on from there"):
            flat(found)


def test_workers_that_all_go_in_the_middle_are_told_of(
    empty: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines, "NO_WORKER", 0.5)
    monkeypatch.setattr(machines, "EVERY", 0.2)
    monkeypatch.setattr(machines, "FETCHING", 1.0)
    worker = empty.worker(1)
    with connected(empty.address) as mapper:
        found = mapper.map(Doubling(str(tmp_path)), ([number] for number in range(20, 1000)))
        assert next(found) == [40]
        os.killpg(worker.pid, signal.SIGKILL)
        with pytest.raises(QuoteIndexError, match=r"has had no worker for \d+ seconds; what was worked is kept"):
            flat(found)


def test_where_dask_is_not_installed_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(QuoteIndexError, match=r"not installed.*attributed\[dask\]"):
        connected("tcp://127.0.0.1:1").__enter__()
