"""What generations cost: a rebuild with ten articles changed, opening an index.

Articles, extractor and encoder are those of `fakes`, so that what is measured is the index. With --real the program's
own extractor and encoder work the same articles, and the share of a full rebuild that a small one takes is a user's.
Swaps under load are `endure.py swaps`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click

from index.build import BuildReport, PassageMaker, QuoteExtractor, default_passages, rebuild
from index.encoder import Encoder
from index.running import run
from index.searcher import Searcher
from index.types import Article
from index.workers.work import Here, Mapper
from scripts.fakes import Known, Maker, RandomEncoder, passages

CHANGED = 10


def main(argv: Sequence[str] | None = None) -> int:
    return run(measure, "measure_index.py", argv)


@click.command(help=__doc__)
@click.option("--articles", default=10_000, show_default=True, type=click.IntRange(100))
@click.option("--real", is_flag=True, help="Extract and encode as the program does; some ten minutes.")
def measure(articles: int, real: bool) -> None:
    maker, extractor = Maker(), Known()
    work = worked() if real else Work(extractor, RandomEncoder(), PassageMaker("around", passages))
    made = [maker.article(number, seed=1) for number in range(articles)]
    extractor.learn(made)
    given = [one for one, _ in made]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        full = timed(data, given, work)
        click.echo(line("full", full))
        for number in range(0, articles, articles // CHANGED):
            changed = maker.article(number, seed=2)
            extractor.learn([changed])
            given[number] = changed[0]
        small = timed(data, given, work)
        click.echo(line(f"{CHANGED} changed", small))
        shares = {"seconds": small[1] / full[1], "cpu": small[2] / full[2]}
        click.echo(json.dumps({"share": {name: f"{share:.2%}" for name, share in shares.items()}}))
        click.echo(json.dumps({"open": opening(data, work.encoder)}))


@dataclass(frozen=True, slots=True)
class Work:
    """What finds quotations, makes passages and encodes them, and where."""

    extractor: QuoteExtractor
    encoder: Encoder
    maker: PassageMaker
    mapper: Mapper = field(default_factory=Here)


def worked() -> Work:
    """That of the program itself: as many processes as there are cores find quotations; the encoder is loaded."""
    from index.encoder import default_encoder
    from index.extraction import SieveExtractor
    from index.workers.processes import Processes, available_cores

    return Work(SieveExtractor(), default_encoder(), default_passages(), Processes(available_cores()))


def timed(data: Path, given: Sequence[Article], work: Work) -> tuple[BuildReport, float, float]:
    """The report of a rebuild, its seconds, and its seconds of processor time, with those of processes it started."""
    wall, processor = time.perf_counter(), sum(os.times()[:4])
    report = rebuild(
        given, data, extractor=work.extractor, encoder=work.encoder, passages=work.maker, mapper=work.mapper
    )
    return report, time.perf_counter() - wall, sum(os.times()[:4]) - processor


def line(what: str, done: tuple[BuildReport, float, float]) -> str:
    """One rebuild as JSON."""
    report, wall, processor = done
    figures = {"articles": report.articles, "reused": report.reused, "passages": report.passages}
    stages = {stage: round(seconds, 2) for stage, seconds in report.seconds.items()}
    return json.dumps({what: {**figures, "seconds": round(wall, 2), "cpu": round(processor, 2), "stages": stages}})


def opening(data: Path, encoder: Encoder) -> dict[str, float]:
    """Milliseconds until an index can be asked, and until every byte of it is verified."""
    started = time.perf_counter()
    with Searcher.open(data, encoder) as searcher:
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
