"""The proof that an index cannot be broken: each command tries to, and ends with 1 where it succeeds."""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click

from index.running import run
from scripts import (
    endure_dask,
    endure_disk,
    endure_flips,
    endure_kills,
    endure_live,
    endure_load,
    endure_milvus,
    endure_publish,
    endure_resume,
)
from scripts.endured import Report
from scripts.figures import keep


def main(argv: Sequence[str] | None = None) -> int:
    return run(endure, "endure.py", argv)


@click.group(help=__doc__)
def endure() -> None: ...


_json = click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write figures here.")
_articles = click.option("--articles", default=30, show_default=True, type=click.IntRange(6), help="In each index.")
_seed = click.option("--seed", default=1, show_default=True)


@endure.command()
@click.option("--number", default=200, show_default=True, type=click.IntRange(1), help="Random moments.")
@click.option("--calls", type=click.IntRange(1), help="So many calls at most.  [default: all]")
@_articles
@_seed
@_json
def kills(number: int, calls: int | None, articles: int, seed: int, json_file: Path | None) -> None:
    """Kill rebuilds at random moments, and before and behind every fsync, rename, mkdir and unlink."""
    _tell("kills", json_file, lambda folder: endure_kills.kills(folder, number, calls, articles, seed, _say))


@endure.command()
@click.option("--number", default=200, show_default=True, type=click.IntRange(1), help="Damages, one at a time.")
@_articles
@_seed
@_json
def flips(number: int, articles: int, seed: int, json_file: Path | None) -> None:
    """Flip, cut, lengthen and delete files of a generation; see that each is found, and none served as whole."""
    _tell("flips", json_file, lambda folder: endure_flips.flips(folder, number, articles, seed, _say))


@endure.command("full-disk")
@click.option("--sizes", default=40, show_default=True, type=click.IntRange(1), help="Amounts of room left.")
@click.option("--page", default=4096, show_default=True, help="Bytes from one to the next where it begins to suffice.")
@_articles
@_json
def full_disk(sizes: int, page: int, articles: int, json_file: Path | None) -> None:
    """Rebuild on a small tmpfs that fills on the way. Needs the right to mount one."""
    _tell("full-disk", json_file, lambda folder: endure_disk.full_disk(folder, sizes, page, articles, _say))


@endure.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1))
@_articles
@_json
def locks(rounds: int, articles: int, json_file: Path | None) -> None:
    """Start a rebuild while another holds the lock, then kill the other and start again."""
    _tell("locks", json_file, lambda folder: endure_disk.locks(folder, rounds, articles))


_clients = click.option("--clients", default=8, show_default=True, type=click.IntRange(1))
_fake = click.option("--fake", is_flag=True, help="Random vectors for the model: its time is not measured.")


@endure.command()
@click.option("--number", default=30, show_default=True, type=click.IntRange(1), help="Swaps.")
@click.option("--pause", default=2.0, show_default=True, help="Seconds from one swap to the next.")
@click.option("--within", default=1.0, show_default=True, help="Seconds in which the new one must answer.")
@_clients
@_articles
@_fake
@_json
def swaps(
    number: int, pause: float, within: float, clients: int, articles: int, fake: bool, json_file: Path | None
) -> None:
    """Switch between two generations while clients ask a service over HTTP."""
    _tell(
        "swaps",
        json_file,
        lambda folder: endure_load.swaps(folder, number, clients, articles, within, not fake, pause),
    )


@endure.command()
@click.option("--minutes", default=10.0, show_default=True)
@click.option("--every", default=10.0, show_default=True, help="Seconds from one rebuild to the next.")
@click.option("--limit", default=60.0, show_default=True, help="MiB an hour by which the memory may grow.")
@_clients
@_articles
@_fake
@_json
def soak(
    minutes: float, every: float, limit: float, clients: int, articles: int, fake: bool, json_file: Path | None
) -> None:
    """Rebuild again and again while clients ask a service over HTTP; the memory of the service must stay flat."""
    _tell(
        "soak",
        json_file,
        lambda folder: endure_load.soak(folder, minutes, clients, articles, every, not fake, limit),
    )


@endure.command()
@click.option(
    "--articles", default=10_000, show_default=True, type=click.IntRange(50), help="Made of mixed paragraphs."
)
@click.option("--number", default=3, show_default=True, type=click.IntRange(1), help="Kills on the way.")
@_seed
@_json
def resume(articles: int, number: int, seed: int, json_file: Path | None) -> None:
    """Rebuild many articles in one go, and once more killed on the way: the same index, and nothing worked twice."""
    _tell("resume", json_file, lambda folder: endure_resume.resume(folder, articles, number, seed, _say))


@endure.command()
@click.option("--articles", default=600, show_default=True, type=click.IntRange(100), help="Of mixed paragraphs.")
@click.option("--hosts", default=3, show_default=True, type=click.IntRange(2, 50))
@_seed
@_json
def dask(articles: int, hosts: int, seed: int, json_file: Path | None) -> None:
    """Rebuild on hosts of their own, network namespaces, and kill one half way: the index of a local build. As root."""
    _tell("dask", json_file, lambda folder: endure_dask.dask(folder, articles, hosts, seed, _say))


@endure.command()
@click.option("--number", default=1000, show_default=True, type=click.IntRange(40), help="Articles that are posted.")
@click.option("--kills", default=5, show_default=True, type=click.IntRange(0), help="SIGKILLs on the way.")
@click.option("--seconds", default=30.0, show_default=True, help="Of searching, alone and beside posts.")
@click.option(
    "--index",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Add to a copy of this.  [default: an index of tests/articles]",
)
@_seed
@_json
def live(number: int, kills: int, seconds: float, index: Path | None, seed: int, json_file: Path | None) -> None:
    """Post articles by 8 clients to a service that is killed on the way; search while others post."""
    _tell("live", json_file, lambda folder: endure_live.live(folder, number, kills, seconds, index, seed, _say))


@endure.command()
@click.option("--number", default=300, show_default=True, type=click.IntRange(1), help="Articles that are posted.")
@click.option("--kills", default=3, show_default=True, type=click.IntRange(1), help="SIGKILLs of the server.")
@click.option(
    "--index",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Put a copy of this on the server.  [default: an index of tests/articles]",
)
@_seed
@_json
def milvus(number: int, kills: int, index: Path | None, seed: int, json_file: Path | None) -> None:
    """Kill a Milvus server while clients search and post; start it again. Linux, and the right to make namespaces."""
    _tell("milvus", json_file, lambda folder: endure_milvus.milvus(folder, number, kills, index, seed, _say))


@endure.command("publish")
@click.option("--moves", default=8, show_default=True, type=click.IntRange(0), help="Of `attributed move`.")
@click.option("--rebuilds", default=4, show_default=True, type=click.IntRange(0), help="Of `attributed rebuild`.")
@_seed
@_json
def publishes(moves: int, rebuilds: int, seed: int, json_file: Path | None) -> None:
    """Kill what puts an index on a Milvus server, at random moments; the old or the new one answers, whole."""
    _tell("publish", json_file, lambda folder: endure_publish.publish(folder, moves, rebuilds, seed, _say))


def _tell(name: str, json_file: Path | None, work: Callable[[Path], Report]) -> None:
    """Do it in a folder of its own, and print what came of it; what was started is ended, also by SIGTERM."""
    with _ended(), tempfile.TemporaryDirectory(prefix="endure-") as folder:
        report = work(Path(folder))
    for line in report.lines(name):
        click.echo(line)
    if json_file is not None:
        from scripts.serving import machine

        keep({"machine": machine(), name: {**report.figures, "faults": report.faults}}, json_file)
    if report.faults:
        raise click.exceptions.Exit(1)


@contextlib.contextmanager
def _ended() -> Iterator[None]:
    """SIGTERM as SIGINT is: an exception, and then no other one until all is cleared away."""

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, signal.SIG_IGN)
        raise click.exceptions.Exit(128 + number)

    before = {one: signal.signal(one, end) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    sys.exit(main())
