"""What generations cost: a rebuild with ten articles changed, opening an index.

Articles, extractor and encoder are those of `fakes`, so that what is measured is the index. Swaps under load are
`endure.py swaps`.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click

from index.build import BuildReport, PassageMaker, rebuild
from index.running import run
from index.searcher import Searcher
from index.types import Article
from scripts.fakes import Known, Maker, RandomEncoder, passages

CHANGED = 10


def main(argv: Sequence[str] | None = None) -> int:
    return run(measure, "measure_index.py", argv)


@click.command(help=__doc__)
@click.option("--articles", default=10_000, show_default=True, type=click.IntRange(100))
def measure(articles: int) -> None:
    maker, extractor = Maker(), Known()
    made = [maker.article(number, seed=1) for number in range(articles)]
    extractor.learn(made)
    given = [one for one, _ in made]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        click.echo(line("full", timed(data, given, extractor)))
        for number in range(0, articles, articles // CHANGED):
            changed = maker.article(number, seed=2)
            extractor.learn([changed])
            given[number] = changed[0]
        click.echo(line(f"{CHANGED} changed", timed(data, given, extractor)))
        click.echo(json.dumps({"open": opening(data)}))


def timed(data: Path, given: Sequence[Article], extractor: Known) -> tuple[BuildReport, float, float]:
    """The report of a rebuild, its seconds, and its seconds of processor time."""
    wall, processor = time.perf_counter(), time.process_time()
    report = rebuild(
        given, data, extractor=extractor, encoder=RandomEncoder(), passages=PassageMaker("around", passages)
    )
    return report, time.perf_counter() - wall, time.process_time() - processor


def line(what: str, done: tuple[BuildReport, float, float]) -> str:
    """One rebuild as JSON."""
    report, wall, processor = done
    figures = {"articles": report.articles, "reused": report.reused, "passages": report.passages}
    stages = {stage: round(seconds, 2) for stage, seconds in report.seconds.items()}
    return json.dumps({what: {**figures, "seconds": round(wall, 2), "cpu": round(processor, 2), "stages": stages}})


def opening(data: Path) -> dict[str, float]:
    """Milliseconds until an index can be asked, and until every byte of it is verified."""
    started = time.perf_counter()
    with Searcher.open(data, RandomEncoder()) as searcher:
        opened = time.perf_counter()
        assert searcher.held is not None
        assert searcher.held.verify() is None
        verified = time.perf_counter()
        searcher.warm()
        warm = time.perf_counter()
    marks = {"opened": opened - started, "hashes": verified - opened, "names": warm - verified}
    return {name: round(seconds * 1000, 1) for name, seconds in marks.items()}


if __name__ == "__main__":
    sys.exit(main())
