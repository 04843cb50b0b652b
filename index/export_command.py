"""`attributed export`: everything on record, or all that a question finds, on standard output."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Literal

import click

from index import exports
from index.errors import QueryError
from index.queries import (
    GUESSES,
    KINDS,
    MAX_PER_SPEAKER,
    MAX_QUESTION,
    MODES,
    SORTS,
    Filters,
    Mode,
    Query,
    Sort,
    check_text,
)
from index.running import data_option, engine_of, engine_option, told_options

_day = click.DateTime(["%Y-%m-%d"])


@click.command("export")
@click.argument("question", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    show_default=True,
    help="Rows for a spreadsheet, or JSON lines for a program.",
)
@click.option(
    "--speaker", "speakers", multiple=True, help="Only what this speaker said: id, name or alias; may repeat."
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice(KINDS),
    multiple=True,
    help="Only quotations of this kind, or by speakers of this kind; may repeat.",
)
@click.option("--source", "sources", multiple=True, help="Only articles of this publisher or feed; may repeat.")
@told_options
@click.option("--from", "since", type=_day, help="Only articles of this day or later, YYYY-MM-DD.")
@click.option("--to", "until", type=_day, help="Only articles of this day or earlier, YYYY-MM-DD.")
@click.option("--mode", type=click.Choice(MODES), help="With a QUESTION: what decides.  [default: hybrid]")
@click.option("--sort", type=click.Choice(SORTS), help="With a QUESTION: in which order.  [default: relevance]")
@click.option(
    "--per-speaker", type=click.IntRange(1, MAX_PER_SPEAKER), help="With a QUESTION: most rows of one speaker."
)
@click.option("--ignore", type=click.Choice(GUESSES), multiple=True, help="With a QUESTION: what not to guess from it.")
@click.option("--today", type=_day, help="With a QUESTION: the day that dates are told from.")
@click.option(
    "--link-base",
    default="",
    metavar="URL",
    help="Where the service is reached, for the links of a CSV, like https://quotes.example.  [default: paths alone]",
)
@data_option
@engine_option
def export_command(
    question: str | None,
    form: Literal["csv", "jsonl"],
    speakers: tuple[str, ...],
    kinds: tuple[str, ...],
    sources: tuple[str, ...],
    authors: tuple[str, ...],
    sections: tuple[str, ...],
    agencies: tuple[str, ...],
    since: dt.datetime | None,
    until: dt.datetime | None,
    mode: Mode | None,
    sort: Sort | None,
    per_speaker: int | None,
    ignore: tuple[str, ...],
    today: dt.datetime | None,
    link_base: str,
    data: Path,
    address: str | None,
) -> None:
    """Print every quotation on record, the newest first, or all that a QUESTION finds, in the order of the search.

    The rows are those of `/api/quotations.csv` and `/api/search.csv` (or `.jsonl`), byte for byte.
    """
    from index.encoder import default_encoder
    from index.live.reading import Opened

    if question is None and (mode or sort or per_speaker or ignore or today):
        raise click.UsageError("--mode, --sort, --per-speaker, --ignore and --today are about a QUESTION; give one")
    query = None
    try:
        days = since and since.date(), until and until.date()
        filters = Filters(speakers, kinds, sources, *days, authors, sections, agencies)
        if question is not None:
            query = Query(
                check_text(question, "QUESTION", MAX_QUESTION),
                filters,
                mode=mode or "hybrid",
                sort=sort or "relevance",
                per_speaker=per_speaker,
                ignore=ignore,
                today=today and today.date(),
            )
    except QueryError as error:
        raise click.UsageError(str(error)) from error
    engine = engine_of(address)
    engine.require(data)  # where there is no index, nobody waits for the model to hear of it
    with Opened(data, default_encoder(data) if query else None, engine) as searcher:
        found = searcher.matches(query) if query else searcher.everything(filters)
        ranked = query is not None
        base = f"{link_base.rstrip('/')}/quotations/"
        for chunk in (
            exports.csv_chunks(found.quotations, base.__add__, ranked=ranked)
            if form == "csv"
            else exports.json_chunks(found.quotations, ranked=ranked)
        ):
            sys.stdout.buffer.write(chunk)
