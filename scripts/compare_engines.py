"""The same questions over the embedded index and over a Milvus server: how far answers agree, and how long they take.

    python scripts/compare_engines.py --size 100000 --data DIR --json FILE

An index of SIZE made passages is built in DIR, or used where it stands there. It is put on the server, asked there as
it was asked here, brought back into an empty folder and asked once more. The server is one of its own, see
milvus_server.py, unless --engine names another.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click

from index import payloads
from index.encoder import Encoder
from index.engine.choice import EMBEDDED, engine_of
from index.evaluation.made import MadeCorpus, stretches
from index.queries import Filters, Query
from index.running import run
from index.searcher import Searcher
from scripts import sized
from scripts.benchmark import known_articles
from scripts.milvus_server import Server, alone, install, started
from scripts.serving import Latency, latency, machine

QUESTIONS = 300
PAGE = 10
WARMING = 10
"""Questions that are asked before those that count."""
SCORE = 0.001
"""By which a score may differ."""
WORDS = (4, 14)
NAMES = ("none", "speaker", "kind", "source", "days", "speaker and days")
"""The filters, each for as many questions as the others."""


@dataclass(frozen=True, slots=True)
class Under:
    """Of one filter: the mean share of ten hits that are the same on both sides, how many pages are the same in the
    same order, how many have other totals or counts, and the largest difference of two scores of the same hit.
    """

    questions: int
    overlap: float
    same: int
    other_counts: int
    score: float


@dataclass(frozen=True, slots=True)
class Compared:
    """`seconds`: of putting it there, and of bringing it back. `back`: questions that it then answers otherwise."""

    passages: int
    engine: str
    overlap: float
    filters: dict[str, Under]
    latency: dict[str, Latency]
    seconds: dict[str, float]
    back: int

    @property
    def faults(self) -> list[str]:
        """What should not be."""
        lines = [] if self.overlap >= 0.99 else [f"overlap {self.overlap:.4f}, less than .99"]
        lines += [f"{self.back} questions are answered otherwise by what came back"] if self.back else []
        return lines


def asked(texts: Sequence[str], corpus: MadeCorpus) -> list[tuple[str, Query]]:
    """QUESTIONS questions, each under one of NAMES; what filters narrow to is frequent and rare by turns."""
    made = stretches(texts, QUESTIONS + WARMING, WORDS)[WARMING:]
    frequent = {field: [value for value, _ in counts.most_common()] for field, counts in corpus.counted.items()}

    def turn(field: str, number: int) -> str:
        values = frequent[field]
        return values[(number * number) % len(values)]

    found = []
    for number, text in enumerate(made):
        name = NAMES[number % len(NAMES)]
        day = sorted(frequent["day"])[number % len(frequent["day"])] if "days" in name else None
        since = None if day is None else dt.date.fromisoformat(day)
        filters = Filters(
            speakers=(turn("speaker", number),) if "speaker" in name else (),
            kinds=(("direct", "indirect", "mixed")[number % 3],) if name == "kind" else (),
            sources=(turn("source", number),) if name == "source" else (),
            since=since,
        )
        found.append((name, Query(text, filters, limit=PAGE)))
    return found


def answers(
    searcher: Searcher, queries: Sequence[Query], warming: Sequence[str]
) -> tuple[list[dict[str, Any]], Latency]:
    """Each answer as JSON without what differs from run to run, and milliseconds of each."""
    for text in warming:
        searcher.search(Query(text))
    times, found = [], []
    for query in queries:
        begun = time.perf_counter()
        answer = searcher.search(query)
        times.append((time.perf_counter() - begun) * 1000)
        one = payloads.answer(answer)
        found.append({key: value for key, value in one.items() if key not in ("took_ms", "generation")})
    return found, latency(times)


def compare(
    data: Path,
    address: str,
    queries: Sequence[tuple[str, Query]],
    warming: Sequence[str],
    folder: Path,
    encoder: Encoder | None = None,
) -> Compared:
    """`folder`: an empty one, for what is brought back. `encoder`: that of the index.

    QuoteIndexError as the engine.
    """
    plain = [query for _, query in queries]
    engine = engine_of(address)
    with Searcher.open(data, encoder) as searcher:
        passages = searcher.manifest.counts.passages
        here, here_ms = answers(searcher, plain, warming)
    begun = time.perf_counter()
    engine.take(data, _silent)
    taking = time.perf_counter() - begun
    with Searcher.open(data, encoder, engine=engine) as searcher:
        there, there_ms = answers(searcher, plain, warming)
    begun = time.perf_counter()
    engine.bring(folder, _silent)
    bringing = time.perf_counter() - begun
    with Searcher.open(folder, encoder) as searcher:
        back, _ = answers(searcher, plain, warming)
    filters = {
        name: under(
            [pair for (one, _), pair in zip(queries, zip(here, there, strict=True), strict=True) if one == name]
        )
        for name in dict.fromkeys(name for name, _ in queries)
    }
    return Compared(
        passages=passages,
        engine=str(engine),
        overlap=statistics.fmean(overlap(*pair) for pair in zip(here, there, strict=True)),
        filters=filters,
        latency={EMBEDDED: here_ms, "milvus": there_ms},
        seconds={"there": round(taking, 1), "back": round(bringing, 1)},
        back=sum(one != other for one, other in zip(here, back, strict=True)),
    )


def under(pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> Under:
    """Pairs of answers to the same question, compared."""
    differences = [0.0]
    for one, other in pairs:
        scores = {hit["quotation"]["id"]: hit["score"] for hit in other["hits"]}
        differences += [
            abs(hit["score"] - scores[hit["quotation"]["id"]])
            for hit in one["hits"]
            if hit["quotation"]["id"] in scores
        ]
    return Under(
        questions=len(pairs),
        overlap=statistics.fmean(overlap(*pair) for pair in pairs),
        same=sum(_ids(one) == _ids(other) for one, other in pairs),
        other_counts=sum((one["total"], one["facets"]) != (other["total"], other["facets"]) for one, other in pairs),
        score=max(differences),
    )


def overlap(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The share of the hits of the longer page that both pages have; 1 where both are empty."""
    ids, others = set(_ids(one)), set(_ids(other))
    return len(ids & others) / max(len(ids), len(others)) if ids or others else 1.0


def _ids(answer: dict[str, Any]) -> list[str]:
    return [hit["quotation"]["id"] for hit in answer["hits"]]


def _silent(_what: str, _done: int, _of: int | None) -> None: ...


def main(argv: Sequence[str] | None = None) -> int:
    return run(compare_engines, "compare_engines.py", argv)


@contextlib.contextmanager
def _engine(address: str | None) -> Iterator[str]:
    if address is not None:
        yield address
        return
    with tempfile.TemporaryDirectory(prefix="milvus-") as folder, started(Server(Path(folder))) as server:
        yield f"{server.url}/compared"


@click.command(help=__doc__)
@click.option("--size", default=100_000, show_default=True, type=click.IntRange(100), help="Passages.")
@click.option("--data", required=True, type=click.Path(path_type=Path, file_okay=False), help="Keep the index here.")
@click.option("--engine", "address", help="As ATTRIBUTED_ENGINE.  [default: a server of its own]")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write figures here.")
def compare_engines(size: int, data: Path, address: str | None, json_file: Path | None) -> None:
    from index.encoder import default_encoder

    if address is None:
        install()
        alone()
    articles = known_articles()
    built = sized.build(size, articles, default_encoder(data), data)
    texts = [article.text for article in articles]
    queries = asked(texts, built.corpus)
    with _engine(address) as engine, tempfile.TemporaryDirectory(prefix="back-") as back:
        found = compare(data, engine, queries, stretches(texts, WARMING, WORDS), Path(back))
    for line in printed(found):
        click.echo(line)
    if json_file is not None:
        report = {"machine": machine(), **asdict(found), "faults": found.faults}
        json_file.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    if found.faults:
        raise click.exceptions.Exit(1)


def printed(found: Compared) -> list[str]:
    """The figures as lines."""
    lines = [f"{found.passages} passages, overlap of the first {PAGE} {found.overlap:.4f}"]
    lines += [
        f"  {name:18}{one.questions:4d} questions, overlap {one.overlap:.4f}, {one.same} pages the same,"
        f" {one.other_counts} with other counts, scores within {one.score:.5f}"
        for name, one in found.filters.items()
    ]
    lines += [f"  {name:18}p50 {one.p50:.1f} ms, p95 {one.p95:.1f} ms" for name, one in found.latency.items()]
    lines += [
        f"  put there in {found.seconds['there']} s, brought back in {found.seconds['back']} s;"
        f" {found.back} questions answered otherwise after both",
        *(f"  fault: {line}" for line in found.faults),
    ]
    return lines


if __name__ == "__main__":
    sys.exit(main())
