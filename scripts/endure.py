"""The proof that an index cannot be broken: each command tries to, and ends with 1 where it succeeds."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click

from index.running import run
from scripts import endure_kills
from scripts.endured import Report


def main(argv: Sequence[str] | None = None) -> int:
    return run(endure, "endure.py", argv)


@click.group(help=__doc__)
def endure() -> None: ...


_json = click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write figures here.")
_articles = click.option("--articles", default=30, show_default=True, type=click.IntRange(6), help="In each index.")
_seed = click.option("--seed", default=1, show_default=True)


@endure.command()
@click.option("--number", default=200, show_default=True, type=click.IntRange(1), help="Random moments.")
@_articles
@_seed
@_json
def kills(number: int, articles: int, seed: int, json_file: Path | None) -> None:
    """Kill rebuilds at random moments, and before and behind every fsync, rename, mkdir and unlink."""
    _tell("kills", json_file, lambda folder: endure_kills.kills(folder, number, articles, seed, _say))


def _tell(name: str, json_file: Path | None, work: Callable[[Path], Report]) -> None:
    """Do it in a folder of its own, and print what came of it."""
    with tempfile.TemporaryDirectory(prefix="endure-") as folder:
        report = work(Path(folder))
    for line in report.lines(name):
        click.echo(line)
    if json_file is not None:
        from scripts.serving import machine

        figures = {**report.figures, "faults": report.faults}
        json_file.write_text(json.dumps({"machine": machine(), name: figures}, indent=2) + "\n", "utf-8")
    if report.faults:
        raise click.exceptions.Exit(1)


def _say(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    sys.exit(main())
