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
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click

from index.corpus import read_articles
from index.evaluation.articles import read_articles as form_articles
from index.running import run
from index.types import Article
from scripts import peers, readme_tables, realtexts, recall, seeded, sized
from scripts.figures import keep
from scripts.serving import ROOT, machine

VECTORS = 20_000
QUESTIONS = 500
"""Texts that are encoded besides, and asked for."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run of this command; what was not asked for is None or empty."""

    machine: str
    command: str
    day: str
    figures: seeded.Figures | None = None
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
    keep(report.payload(), json_path)


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
        report = replace(report, figures=seeded.measure([ROOT / "seeds"], articles=extracted(articles_path)))
    if rungs:
        report = replace(report, rungs=measure_rungs(vectors, texts, keep))
    found = measure_sizes(sizes or ((peers.SIZE,) if with_peers else ()), txtai if with_peers else None, data)
    compared = tuple(beside for _, beside in found if beside is not None)
    return replace(report, sizes=tuple(one for one, _ in found), peers=compared)


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


def printed(report: Report) -> str:
    """The figures as lines, the machine and the command above them."""
    parts = [f"machine   {report.machine}\ncommand   {report.command}"]
    if report.figures is not None:
        parts[0] += "\n" + seeded.printed(report.figures)
    parts += [sized.printed(one) for one in report.sizes]
    parts += [peers.printed(one) for one in report.peers]
    parts += [recall.printed(report.rungs)] if report.rungs is not None else []
    return "\n\n".join(parts)


if __name__ == "__main__":
    sys.exit(main())
