"""The commands of scripts/evaluate.py. `main(argv)` gives the exit status, as `index.cli.main` does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from index.corpus import read_articles
from index.encoder import default_encoder
from index.evaluation import articles as forms
from index.evaluation import attribution as attributions
from index.evaluation import calibration as calibrations
from index.evaluation import copies as foldings
from index.evaluation import floors
from index.evaluation import names as named
from index.evaluation import questions as asking
from index.evaluation import retrieval as collections
from index.evaluation import seed as seeds
from index.evaluation.asked import SPLITS, read_asked
from index.extraction import SieveExtractor
from index.running import run
from index.types import Article

ROOT = Path(__file__).resolve().parents[2]
SEED_ARTICLE = ROOT / "seeds" / "2026-02-27-pakistan-afghanistan-open-war.txt"
SEED_GOLD = ROOT / "tests" / "seed"
ARTICLES = ROOT / "tests" / "articles"
HELD_BACK = ROOT / "tests" / "heldback"
QUESTIONS = ROOT / "tests" / "questions"
"""All stand in a checkout only: a measure of the seed, or of the articles of the tests, is a developer's."""

_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one measure and give its exit status."""
    return run(evaluate, "evaluate.py", argv)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def evaluate() -> None:
    """Measure what the program does."""


@evaluate.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.option(
    "--iou", type=click.FloatRange(0, 1), default=attributions.IOU, show_default=True, help="Overlap that counts."
)
@click.option("--errors", type=click.IntRange(0), default=0, metavar="N", help="Also print the first N of each class.")
@_json
def attribution(gold: Path, iou: float, errors: int, as_json: bool) -> None:
    """Quotations and sources against GOLD, a file of articles with their quotations as JSON lines."""
    result = attributions.evaluate(attributions.read_gold(gold), SieveExtractor(), iou)
    click.echo(json.dumps(result.table) if as_json else attributions.printed(result, errors))


@evaluate.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=ARTICLES)
@click.option("--by-form", is_flag=True, help="Also print the figures of each form.")
@click.option("--errors", is_flag=True, help="Also print every fault, class by class.")
@click.option(
    "--pin", is_flag=True, help="Raise the floors to what is reached; exit 1 if one would have to be lowered."
)
@click.option("--lower", is_flag=True, help="With --pin: lower floors too.")
@_json
def articles(folder: Path, by_form: bool, errors: bool, pin: bool, lower: bool, as_json: bool) -> None:
    """Quotations and sources of the short articles in DIR, form by form; by default those of the tests."""
    if lower and not pin:
        raise click.UsageError("--lower goes with --pin")
    report = forms.evaluate(forms.read_articles(folder), SieveExtractor())
    whole = {"figures": report.figures, "forms": report.forms} if by_form else report.figures
    click.echo(json.dumps(whole) if as_json else forms.printed(report, by_form=by_form, errors=errors))
    if pin:
        floors.pin(folder / floors.FLOORS, forms.pinned(report), fewer=forms.FEWER, lower=lower)


@evaluate.command()
@click.argument("gold", metavar="[GOLD]", type=click.Path(path_type=Path), default=HELD_BACK)
@_json
def calibration(gold: Path, as_json: bool) -> None:
    """What `confidence` and the steps are worth on GOLD, a folder of articles or a file; by default those held back."""
    rows = [one.gold for one in forms.read_articles(gold)] if gold.is_dir() else attributions.read_gold(gold)
    judged = calibrations.judge(rows, SieveExtractor())
    click.echo(json.dumps(calibrations.as_json(judged)) if as_json else calibrations.printed(judged))


@evaluate.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=ARTICLES)
@click.option("--seed", type=int, default=foldings.SEED, show_default=True, help="Of all that is drawn by chance.")
@_json
def copies(folder: Path, seed: int, as_json: bool) -> None:
    """Copies folded: agency copies planted among the quotations of DIR; by default the articles of the tests."""
    figures = foldings.evaluate(forms.read_articles(folder), seed)
    click.echo(json.dumps(figures) if as_json else foldings.printed(figures))


@evaluate.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@_json
def retrieval(folder: Path, as_json: bool) -> None:
    """Rankings of each mode over the collection in DIR: corpus.jsonl, queries.jsonl, qrels.tsv."""
    figures = collections.evaluate(collections.read_collection(folder), default_encoder())
    click.echo(json.dumps(figures) if as_json else collections.printed(figures))


@evaluate.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=QUESTIONS)
@click.option(
    "--articles",
    "about",
    type=click.Path(path_type=Path),
    default=ARTICLES,
    metavar="DIR",
    help="What is asked; by default the articles of the tests.",
)
@click.option(
    "--split", type=click.Choice((*SPLITS, "all")), default="all", show_default=True, help="Which questions count."
)
@click.option("--curve", is_flag=True, help="Also print the false alarms at 0 to 20 % of misses.")
@click.option("--errors", is_flag=True, help="Also print the faults of tune; those of report stay unread.")
@click.option(
    "--pin", is_flag=True, help="Raise the floors to what is reached; exit 1 if one would have to be lowered."
)
@click.option("--lower", is_flag=True, help="With --pin: lower floors too.")
@_json
def questions(
    folder: Path,
    about: Path,
    split: asking.Splits,
    curve: bool,
    errors: bool,
    pin: bool,
    lower: bool,
    as_json: bool,
) -> None:
    """The questions in DIR, asked of the short articles: who answers, who speaks first, what is called unanswered."""
    if lower and not pin:
        raise click.UsageError("--lower goes with --pin")
    gold = [one.gold for one in forms.read_articles(about)]
    outcomes = asking.ask(read_asked(folder, gold), gold, SieveExtractor(), default_encoder())
    shown = asking.in_split(outcomes, split)
    whole = asking.as_json(shown)
    click.echo(json.dumps(whole) if as_json else asking.printed(shown, curve=curve, errors=errors))
    if pin:
        path, figures = folder / floors.FLOORS, asking.pinned(outcomes)
        floors.pin(path, figures, fewer=asking.FEWER, lower=lower, command="questions")


@evaluate.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--each", type=click.IntRange(1), default=200, show_default=True, help="Most mutations of one kind.")
@click.option("--random", "seed_", default=0, show_default=True, help="Other mutations for another number.")
@click.option("--errors", type=click.IntRange(0), default=0, metavar="N", help="Also print the first N of each kind.")
@_json
def verify(sources: tuple[Path, ...], each: int, seed_: int, errors: int, as_json: bool) -> None:
    """Verdicts on changed quotations of SOURCEs, articles as `rebuild` reads them; by default those of the tests."""
    from index.evaluation import verification

    if sources:
        read = [item for item in read_articles(sources) if isinstance(item, Article)]
    else:
        read = [one.gold.article for one in forms.read_articles(ARTICLES)]
    always = () if sources else tuple(item for item in read_articles([SEED_ARTICLE]) if isinstance(item, Article))
    result = verification.evaluate(read, SieveExtractor(), each, seed_, always)
    click.echo(json.dumps(result.as_json()) if as_json else verification.printed(result, errors))


@evaluate.command()
@_json
def seed(as_json: bool) -> None:
    """Quotations, speakers and questions of the seed article."""
    result = seeds.evaluate(seeds.read_gold(SEED_ARTICLE, SEED_GOLD), SieveExtractor(), default_encoder())
    click.echo(json.dumps(result.as_json(), ensure_ascii=False) if as_json else seeds.printed(result))


@evaluate.command()
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=ARTICLES)
@click.option(
    "--queries",
    type=click.Path(path_type=Path),
    help='Count wrong guesses on the texts of this file too, JSON lines with a "text", which ask for nobody.',
)
@click.option("--few", type=click.IntRange(1), metavar="N", help="Ask a sample of N questions of each way.")
@click.option("--errors", is_flag=True, help="Also print every fault.")
@_json
def names(folder: Path, queries: Path | None, few: int | None, errors: bool, as_json: bool) -> None:
    """Questions by name, right and misspelt, over the articles in DIR: is the named speaker first?"""
    texts = [] if queries is None else collections.read_texts(queries)
    read = [one.gold.article for one in forms.read_articles(folder)]
    report = named.evaluate(read, SieveExtractor(), default_encoder(), texts, few)
    click.echo(json.dumps(report.as_json()) if as_json else named.printed(report, errors=errors))
