"""One size of index measured: build, disk, start, memory, searches, filters, verification, and where the time goes."""

from __future__ import annotations

import itertools
import json
import subprocess
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click

from index import generation, payloads
from index.build import BuildReport, rebuild
from index.encoder import Encoder
from index.evaluation.made import REAL, MadeCorpus, MixedEncoder, sentences, stretches
from index.evaluation.mutations import Said, mutations
from index.evaluation.stages import REST, Stopwatch, watched
from index.queries import Query
from index.questions import lists
from index.searcher import Searcher
from index.types import Article
from scripts import ceiling, filtered
from scripts.ceiling import Ceiling
from scripts.fakes import RandomEncoder
from scripts.serving import Latency, Request, ask, ask_all, load, percentile, resident, search, served
from service.payloads import as_json

QUESTION_WORDS = (12, 48)
"""Fewest and most words of a question; 30 in the mean are about 40 tokens of the model."""
NAMING = 5
"""Every fifth question asks for somebody's words."""
CLIENTS = 8
WORKSHOP = Path(__file__).with_name("workshop.py")


@dataclass(frozen=True, slots=True)
class Effort:
    """How many questions of each sort are asked; none is asked twice."""

    alone: int = 500
    together: int = 1600
    under: filtered.Effort = field(default_factory=filtered.Effort)
    verified: int = 60
    staged: int = 200
    encoded: int = REAL


@dataclass(frozen=True, slots=True)
class Verified:
    """`right`: share of the verdicts that are as they should be."""

    latency: Latency
    right: float


@dataclass(frozen=True, slots=True)
class Stage:
    """Milliseconds of a question that a stage takes; `processor`: of processor time, at the median."""

    p50: float
    p95: float
    processor: float


@dataclass(frozen=True, slots=True)
class Sized:
    """Everything about one size.

    `load`: processes that wanted to run before and after. `real_vectors`: texts of the index whose vector the real
    model made, of two a passage; the others are mixed of real ones. `build`: stage → seconds, without what making
    texts and vectors took (`making`, `encoding`). `files`: path → bytes. `opening`: seconds to open the index in a
    process that has everything imported, and of it to hash the files. `ready`: seconds from the start of the service.
    `memory`: MiB resident when ready, then after all searches. `first`: ms of the first search. `ceiling`: what the
    machine reaches where it does nothing but encode the questions that were asked `together`.
    """

    passages: int
    articles: int
    speakers: int
    real_vectors: int
    load: tuple[float, float]
    making: float
    encoding: float
    build: Mapping[str, float]
    files: Mapping[str, int]
    opening: Mapping[str, float]
    ready: float
    memory: tuple[float, float]
    first: float
    alone: Latency
    together: Latency
    per_second: float
    ceiling: Ceiling
    unfiltered: filtered.Unfiltered
    filters: Mapping[str, filtered.Filtered]
    verify: Mapping[str, Verified]
    stages: Mapping[str, Stage]

    def payload(self) -> dict[str, object]:
        """The figures as JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Built:
    """An index of a made corpus in the folder `data`, and what making it took. `fake`: by RandomEncoder."""

    data: Path
    corpus: MadeCorpus
    report: BuildReport
    encoder: Encoder
    real_vectors: int
    encoding: float
    before: float
    build: Mapping[str, float]
    fake: bool

    def served(self) -> AbstractContextManager[tuple[subprocess.Popen[str], str, float]]:
        """The program over this index, as `scripts.serving.served`."""
        return served(self.data, (str(WORKSHOP), "--")) if self.fake else served(self.data)


def build(size: int, articles: Sequence[Article], encoder: Encoder, data: Path, real: int = REAL) -> Built:
    """Build `size` passages out of the sentences of `articles` in the folder `data`.

    `real`: texts that `encoder` encodes beside the sentences. QuoteIndexError where these are too few. Where an earlier
    call built them in this folder, they are used as they stand, with the figures of that build.
    """
    before = load()
    corpus = MadeCorpus(sentences(articles), size)
    fake = isinstance(encoder, RandomEncoder)
    kept = data / "build.json"
    if kept.exists():
        for _ in corpus:  # counts what filters narrow to
            pass
        known = json.loads(kept.read_text("utf-8"))
        report = _report(data)
        corpus.seconds = known["making"]
        return Built(data, corpus, report, encoder, known["real"], known["encoding"], before, known["build"], fake)
    mixed = MixedEncoder(encoder, corpus, real)
    once = mixed.seconds
    report = rebuild(corpus, data, extractor=corpus, encoder=mixed, passages=corpus.passages())
    lists.kept(data)  # as the command does
    taken = {"extract": corpus.seconds, "embed": mixed.seconds - once}
    stages = {stage: seconds - taken.get(stage, 0.0) for stage, seconds in report.seconds.items()}
    known = {"making": corpus.seconds, "real": mixed.encoded, "encoding": mixed.seconds, "build": stages}
    kept.write_text(json.dumps(known), "utf-8")
    return Built(data, corpus, report, encoder, mixed.encoded, mixed.seconds, before, stages, fake)


def _report(data: Path) -> BuildReport:
    """What is known of an index that stands."""
    manifest = generation.current(data).read_manifest()
    counts = manifest.counts
    return BuildReport(
        generation=manifest.generation,
        articles=counts.articles,
        reused=0,
        quotations=counts.quotations,
        attributed=counts.quotations,
        speakers=counts.speakers,
        passages=counts.passages,
        set_aside=(),
        seconds={},
    )


def measure(built: Built, articles: Sequence[Article], effort: Effort | None = None) -> Sized:
    """Serve an index and ask it (QuoteIndexError: the service does not come up or does not answer)."""
    effort = effort or Effort()
    corpus, data = built.corpus, built.data
    asked = iter(questions(articles, corpus, effort))
    staged = list(itertools.islice(asked, effort.staged + 1))
    truth = filtered.Truth(data, built.encoder)
    with built.served() as (process, url, ready):
        at_first = resident(process.pid)
        (first,), _ = ask(url, [search(staged[0])])
        alone = ask_all(url, process.pid, [search(next(asked)) for _ in range(effort.alone)])
        many = list(itertools.islice(asked, effort.together))
        together = ask_all(url, process.pid, [search(question) for question in many], CLIENTS)
        unfiltered, filters = filtered.measure(url, process.pid, corpus, asked, effort.under, CLIENTS, truth)
        verify = _verified(url, process.pid, corpus, effort.verified)
        memory = resident(process.pid)
    truth.close()
    limit = ceiling.measure(data, many, fake=built.fake)
    stages, opening = profile(data, built.encoder, staged)
    return Sized(
        passages=built.report.passages,
        articles=built.report.articles,
        speakers=built.report.speakers,
        real_vectors=built.real_vectors,
        load=(built.before, load()),
        making=corpus.seconds,
        encoding=built.encoding,
        build=built.build,
        files=_sizes(data),
        opening=opening,
        ready=ready,
        memory=(at_first, memory),
        first=first,
        alone=alone.latency,
        together=together.latency,
        per_second=together.per_second,
        ceiling=limit,
        unfiltered=unfiltered,
        filters=filters,
        verify=verify,
        stages=stages,
    )


def questions(articles: Sequence[Article], corpus: MadeCorpus, effort: Effort) -> list[str]:
    """All questions, no two alike: stretches of real text, every NAMING-th about the words of a speaker.

    Those under a filter name nobody: two filters would leave nothing.
    """
    naming = effort.staged + 1 + effort.alone + effort.together
    texts = stretches([article.text for article in articles], naming + filtered.count(effort.under), QUESTION_WORDS)
    return [
        f"What did {corpus.speakers[place % len(corpus.speakers)].name} say about {text}?"
        if place < naming and place % NAMING == NAMING - 1
        else text
        for place, text in enumerate(texts)
    ]


def _verified(url: str, pid: int, corpus: MadeCorpus, each: int) -> dict[str, Verified]:
    """By the verdict that is right: at most `each` pastes of every kind of mutation, of the first quotations."""
    first = [one for number in range(min(len(corpus), each)) for one in corpus.article(number).attributions]
    made = list(mutations([Said(one.quotation.text, None) for one in first], corpus.unsaid, max(1, each // 6)))
    found = {}
    for name in dict.fromkeys("stitched" if one.stitched else one.verdict for one in made):
        these = [one for one in made if ("stitched" if one.stitched else one.verdict) == name]
        asked = ask_all(url, pid, [Request("/api/verify", {"quote": one.quote}) for one in these])
        right = sum(answer["verdict"] == one.verdict for answer, one in zip(asked.answers, these, strict=True))
        found[name] = Verified(asked.latency, right / len(these))
    return found


def profile(data: Path, encoder: Encoder, asked: Sequence[str]) -> tuple[dict[str, Stage], dict[str, float]]:
    """Milliseconds by stage over all questions but the first, which loads; and seconds of opening.

    Each is asked twice, once by the clock and once by processor time; "whole" is all of it.
    """
    started = time.perf_counter()
    for fault in generation.current(data).faults(generation.current(data).read_manifest()):
        raise AssertionError(fault)
    hashing = time.perf_counter() - started
    laps = []
    for clock in (time.perf_counter, time.process_time):
        started = time.perf_counter()
        with Searcher.open(data, encoder) as searcher:
            opening = {"whole": time.perf_counter() - started, "hashes": hashing}
            laps.append(_laps(searcher, encoder, asked, clock))
    walls, works = laps
    names = sorted(set().union(*walls, *works))
    stages = {}
    for name in names:
        wall, work = ([lap.get(name, 0.0) * 1000 for lap in these] for these in (walls, works))
        stages[name] = Stage(percentile(wall, 0.5), percentile(wall, 0.95), percentile(work, 0.5))
    return dict(sorted(stages.items(), key=lambda item: -item[1].p50)), opening


def _laps(searcher: Searcher, encoder: Encoder, asked: Sequence[str], clock: Any) -> list[dict[str, float]]:
    watch = Stopwatch(clock)
    watched(searcher, watch)
    laps = []
    encode = encoder.encode
    watch.watch(encoder, "encode", "encoding")
    try:
        for question in asked:
            with watch.stage(REST):
                answer = searcher.search(Query(question, limit=10))
            with watch.stage("JSON"):
                as_json(payloads.answer(answer))
            lap = watch.lap()
            laps.append({**lap, "whole": sum(lap.values())})
    finally:
        encoder.encode = encode  # type: ignore[method-assign]
    return laps[1:]


def _sizes(data: Path) -> dict[str, int]:
    """Bytes by file of the generation that answers, those of a folder as one."""
    folder = generation.current(data).folder
    sizes: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file():
            sizes[path.relative_to(folder).parts[0]] += path.stat().st_size
    return dict(sizes.most_common())


def printed(sized: Sized) -> str:
    """The figures as lines."""

    def line(name: str, one: Latency, more: str = "") -> str:
        return (
            f"  {name:14}{one.p50:8.1f}{one.p95:8.1f}{one.p99:8.1f}{one.processor:11.1f}{one.count:8d}{more}".rstrip()
        )

    build = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in sized.build.items())
    made = f"making the texts {sized.making:.1f}, their vectors {sized.encoding:.1f}"
    bytes_each = ", ".join(f"{name} {size / sized.passages:.0f}" for name, size in sized.files.items())
    whole = sum(sized.files.values())
    rest = sized.alone.p50 - sized.stages["whole"].p50
    return "\n".join(
        [
            f"{sized.passages} passages of {sized.articles} articles by {sized.speakers} speakers;"
            f" {sized.real_vectors} of {2 * sized.passages} texts really encoded;"
            f" load {sized.load[0]:.1f} before, {sized.load[1]:.1f} after",
            f"  build     {build} (s); besides, {made}",
            f"  disk      {whole / 2**20:.0f} MiB, bytes a passage: {bytes_each}",
            f"  start     {sized.ready:.2f} s to ready; opening {sized.opening['whole']:.2f} s, of which hashes"
            f" {sized.opening['hashes']:.2f}; the first search {sized.first:.0f} ms",
            f"  memory    {sized.memory[0]:.0f} MiB when ready, {sized.memory[1]:.0f} after all that follows",
            "",
            "  over HTTP (ms)     p50     p95     p99  processor   count",
            line("1 client", sized.alone),
            line(f"{CLIENTS} clients", sized.together, f"  {sized.per_second:.0f} requests/s"),
            f"  {'encoding alone':14}{sized.ceiling.p50:8.1f}{sized.ceiling.p95:8.1f}  {sized.ceiling.per_second:.0f}"
            f" questions/s by {sized.ceiling.processes} processes that do nothing else",
            line("naming nobody", sized.unfiltered.latency, f"  {sized.unfiltered.per_second:.0f} requests/s"),
            *(
                line(
                    name,
                    one.latency,
                    f"  {one.rows} rows, {one.ratio_p50:.2f} and {one.ratio_p95:.2f} of unfiltered at p50 and p95,"
                    f" {one.per_second:.0f} requests/s, {one.full:.0%} full, {one.exact:.0%} exact",
                )
                for name, one in sized.filters.items()
            ),
            *(line(name, one.latency, f"  {one.right:.0%} right") for name, one in sized.verify.items()),
            "",
            "  where it goes (ms) p50     p95  processor",
            *(f"  {name:14}{one.p50:8.2f}{one.p95:8.2f}{one.processor:11.2f}" for name, one in sized.stages.items()),
            f"  {'HTTP':14}{rest:8.2f}  (1 client over HTTP less the whole)",
        ]
    )


class Sizes(click.ParamType[tuple[int, ...]]):
    """Numbers of passages, separated by commas."""

    name = "sizes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """What is given, as numbers above 0."""
        if isinstance(value, tuple):
            return value
        parts = str(value).split(",")
        if not all(part.isascii() and part.isdigit() and int(part) for part in parts):
            self.fail(f"{value!r} is no list of numbers of passages; as in 10000,100000", param, ctx)
        return tuple(int(part) for part in parts)
