"""What generations cost: a rebuild with ten articles changed, opening an index, swaps under load.

The articles are those of tests/articles/ with words exchanged for others of the same length, so that spans stay and no
two are alike; gold stands for the extractor and random vectors for the model, so that what is measured is the index.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click
import numpy as np
from numpy.typing import NDArray

from index import generation as folders
from index.build import BuildReport, PassageMaker, rebuild
from index.evaluation.articles import read_articles
from index.evaluation.attribution import GoldArticle, Quote
from index.queries import Query
from index.running import run
from index.searcher import Searcher
from index.standing import Standing
from index.types import Article, Attribution, Passage, Quotation, Speaker

ROOT = Path(__file__).resolve().parents[1]
CHANGED = 10
WORD = re.compile(r"[^\W\d_]{4,}")
Worked = tuple[Article, tuple[Attribution, ...]]


@dataclass(frozen=True)
class RandomEncoder:
    """A vector that looks random and is the same for the same text."""

    name: str = "random"
    fingerprint: str = "0" * 64
    dimension: int = 384

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `index.encoder.Encoder`."""
        seeds = (int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) for text in texts)
        rows = np.stack([np.random.default_rng(seed).standard_normal(self.dimension, np.float32) for seed in seeds])
        unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit


@dataclass
class Known:
    """An extractor that was told everything."""

    known: dict[str, tuple[Attribution, ...]] = field(default_factory=dict)
    version: str = "known"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        """As `index.build.QuoteExtractor`."""
        for article in articles:
            yield self.known[article.id]


def main(argv: Sequence[str] | None = None) -> int:
    return run(measure, "measure_index.py", argv)


@click.command(help=__doc__)
@click.option("--articles", default=10_000, show_default=True, type=click.IntRange(100))
@click.option("--swaps", default=30, show_default=True, type=click.IntRange(1))
@click.option("--clients", default=4, show_default=True, type=click.IntRange(1), help="Threads that ask during swaps.")
def measure(articles: int, swaps: int, clients: int) -> None:
    gold = [one.gold for one in read_articles(ROOT / "tests" / "articles")]
    words = sorted({word for one in gold for word in WORD.findall(one.article.text)})
    made = [article(gold, words, number, seed=1) for number in range(articles)]
    extractor = Known({one.id: found for one, found in made})
    given = [one for one, _ in made]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        click.echo(line("full", timed(data, given, extractor)))
        for number in range(0, articles, articles // CHANGED):
            given[number], extractor.known[given[number].id] = article(gold, words, number, seed=2)
        click.echo(line(f"{CHANGED} changed", timed(data, given, extractor)))
        click.echo(json.dumps({"open": opening(data), "swaps": swapping(data, words, swaps, clients)}))


def article(gold: Sequence[GoldArticle], words: Sequence[str], number: int, seed: int) -> Worked:
    """Article `number`, its words other ones for each number and seed, and what is said in it."""
    one = gold[number % len(gold)]
    chance = random.Random(seed * 1_000_003 + number)
    by_shape: dict[tuple[int, bool], list[str]] = {}
    for word in words:
        by_shape.setdefault((len(word), word[0].isupper()), []).append(word)
    other: dict[str, str] = {}

    def exchanged(found: re.Match[str]) -> str:
        alike = by_shape[len(found[0]), found[0][0].isupper()]
        return other.setdefault(found[0], chance.choice(alike) if chance.random() < 0.5 else found[0])

    text = WORD.sub(exchanged, one.article.text)
    day = dt.date(2020, 1, 1) + dt.timedelta(chance.randrange(2000))
    made = Article(id=f"article-{number}", text=text, date=day, source=f"Paper {number % 40}")

    def attribution(quote: Quote) -> Attribution:
        spans = tuple(made.span(start, end) for start, end in quote.spans)
        quotation = Quotation(made.id, quote.kind or "direct", spans)
        if quote.speaker_name is None:
            return Attribution(quotation)
        name = WORD.sub(exchanged, quote.speaker_name)
        return Attribution(quotation, Speaker(name.lower().replace(" ", "-"), name, "person"), "gold", 0.9)

    return made, tuple(attribution(quote) for quote in one.quotes)


def passages(made: Article, found: Sequence[Attribution]) -> tuple[Passage, ...]:
    """Each quotation with what stands around it."""
    cut = (made.span(max(0, one.quotation.start - 80), min(len(made.text), one.quotation.end + 80)) for one in found)
    return tuple(Passage(one, span, span.text) for one, span in zip(found, cut, strict=True))


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


def swapping(data: Path, words: Sequence[str], swaps: int, clients: int) -> dict[str, float]:
    """Two generations by turns, half a second apart, while `clients` threads ask."""
    layout = folders.Layout(data)
    names = sorted(path.name for path in layout.generations.iterdir())[-2:]
    standing = Standing(data, RandomEncoder())
    standing.watch()
    standing.searcher().warm()
    done = threading.Event()
    took: list[float] = []
    faults: list[str] = []

    def ask(seed: int) -> None:
        chance = random.Random(seed)
        while not done.is_set():
            started = time.perf_counter()
            try:
                searcher = standing.searcher()
                if searcher.search(Query(" ".join(chance.choices(words, k=8)))).generation != searcher.generation:
                    faults.append("an answer of another generation")
            except Exception as error:
                faults.append(repr(error))
            took.append(time.perf_counter() - started)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(clients)]
    for thread in threads:
        thread.start()
    files = open_files()
    taken = []
    for number in range(swaps):
        with folders.writing(data):
            folders.switch(layout, layout.generation(names[number % 2]))
        started = time.perf_counter()
        while standing.searcher().generation != names[number % 2]:
            time.sleep(0.002)
        taken.append(time.perf_counter() - started)
        time.sleep(0.5)
    done.set()
    for thread in threads:
        thread.join()
    standing.close()
    return {
        "requests": len(took),
        "faults": len(faults),
        "p50_ms": round(float(np.quantile(took, 0.5)) * 1000, 1),
        "p99_ms": round(float(np.quantile(took, 0.99)) * 1000, 1),
        "taken_up_p50_s": round(float(np.quantile(taken, 0.5)), 2),
        "taken_up_max_s": round(max(taken), 2),
        "files_more": open_files() - files,
    }


def open_files() -> int:
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


if __name__ == "__main__":
    sys.exit(main())
