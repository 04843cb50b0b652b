"""An export of a large corpus over HTTP: whether it is complete, what it takes, and what it does to those who search.

Articles, quotations and vectors are made as in `scripts.fakes`. Everything is exported as CSV while the memory of the
service is looked at; then a client searches while nobody exports, while one client does, two, and while clients have
begun an export of which they read nothing.
"""

from __future__ import annotations

import contextlib
import csv
import http.client
import io
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from index.build import PassageMaker, rebuild
from index.generation import current
from index.running import run
from index.types import Article
from scripts.fakes import Known, Maker, RandomEncoder, passages
from scripts.figures import as_json
from scripts.figures import keep as keep_figures
from scripts.serving import Request, ask, latency, load, machine, resident, search, served

WORKSHOP = Path(__file__).with_name("workshop.py")
SEARCHES = 100


def main(argv: Sequence[str] | None = None) -> int:
    return run(measure, "export_size.py", argv)


@click.command(help=__doc__)
@click.option("--quotations", default=200_000, show_default=True, type=click.IntRange(100))
@click.option("--keep", type=click.Path(path_type=Path, file_okay=False), help="Build here, or use what lies here.")
@click.option("--json", "path", type=click.Path(path_type=Path), help="Write the figures here too.")
def measure(quotations: int, keep: Path | None, path: Path | None) -> None:
    with contextlib.ExitStack() as stack:
        data = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not (data / "CURRENT").exists():
            made(quotations, data)
        ids = stored(data)
        figures: dict[str, object] = {"machine": machine(), "quotations": len(ids)}
        before = load()
        with served(data, (str(WORKSHOP), "--")) as (process, url, _):
            ask(url, searches("warm up"))
            beside = {"nobody exports": searching(url, "alone")}
            figures["export"] = exported(url, process.pid, ids)
            for count in (1, 2):
                with exporting(url, count):
                    beside[f"{count} exporting"] = searching(url, f"beside {count}")
            for count in (1, 4):
                with stalled(url, count):
                    beside[f"{count} stalled"] = searching(url, f"beside {count} that read nothing")
            figures["a search beside them, ms"] = beside
            figures["memory after all, MiB"] = round(resident(process.pid))
        figures["load"] = [round(before, 1), round(load(), 1)]
    click.echo(as_json(figures))
    keep_figures(figures, path)


def made(quotations: int, data: Path) -> None:
    """An index of made articles with so many quotations, or a few more."""
    maker, extractor = Maker(), Known()
    articles: list[Article] = []
    count = 0
    while count < quotations:
        article, found = maker.article(len(articles), seed=1)
        extractor.learn([(article, found)])
        articles.append(article)
        count += len(found)
    rebuild(articles, data, extractor=extractor, encoder=RandomEncoder(), passages=PassageMaker("around", passages))


def stored(data: Path) -> set[str]:
    """The ids of all quotations in the store."""
    with contextlib.closing(sqlite3.connect(f"{current(data).store.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        return {id_ for (id_,) in db.execute("SELECT id FROM quotation")}


def connected(url: str) -> http.client.HTTPConnection:
    place = urlsplit(url)
    assert place.hostname is not None
    return http.client.HTTPConnection(place.hostname, place.port, timeout=600)


def exported(url: str, pid: int, ids: set[str]) -> dict[str, object]:
    """Export everything as CSV; what it took, and whether every quotation came, once."""
    before = resident(pid)
    peak, done = [before], threading.Event()

    def watch() -> None:
        while not done.wait(0.05):
            peak[0] = max(peak[0], resident(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    connection = connected(url)
    started = time.perf_counter()
    connection.request("GET", "/api/quotations.csv")
    answer = connection.getresponse()
    first = time.perf_counter() - started
    body = answer.read()
    taken = time.perf_counter() - started
    done.set()
    watcher.join()
    found = [row["quotation_id"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))]
    return {
        "rows": len(found),
        "complete, each once": set(found) == ids and len(found) == len(ids) == int(answer.headers["Attributed-Total"]),
        "MiB": round(len(body) / 2**20, 1),
        "seconds to the first byte": round(first, 3),
        "seconds": round(taken, 2),
        "memory before, peak, after, MiB": [round(before), round(peak[0]), round(resident(pid))],
    }


def searches(about: str) -> list[Request]:
    return [search(f"what did they say of {about} {number}?") for number in range(SEARCHES)]


def searching(url: str, about: str) -> dict[str, object]:
    """Milliseconds of searches by one client, none asked twice."""
    times, _ = ask(url, searches(about))
    found = latency(times)
    return {"p50": round(found.p50, 1), "p95": round(found.p95, 1), "most": round(max(times), 1)}


@contextlib.contextmanager
def exporting(url: str, clients: int) -> Iterator[None]:
    """So many clients export everything, again and again."""
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            connection = connected(url)
            connection.request("GET", "/api/quotations.csv")
            answer = connection.getresponse()
            while not done.is_set() and answer.read(1 << 16):
                pass
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


@contextlib.contextmanager
def stalled(url: str, clients: int) -> Iterator[None]:
    """So many clients ask for everything and read nothing of it."""
    place = urlsplit(url)
    with contextlib.ExitStack() as stack:
        for _ in range(clients):
            one = stack.enter_context(socket.create_connection((str(place.hostname), int(place.port or 80))))
            one.sendall(b"GET /api/quotations.csv HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(20)  # until the buffers are full
        yield


if __name__ == "__main__":
    sys.exit(main())
