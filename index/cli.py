"""The commands. `main(argv)` gives the exit status: 0 done, 1 failed (one line on standard error), 2 wrong usage."""

from __future__ import annotations

import contextlib
import datetime as dt
import importlib
import json
import shutil
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index import payloads, printing, understanding
from index import rebuild_command as work
from index.corpus import Source, read_file, text_stands
from index.errors import ArticleError, DamagedIndexError, EngineAwayError, QueryError
from index.export_command import export_command
from index.key_commands import keys_group
from index.move_command import move_command
from index.queries import (
    GUESSES,
    MAX_LIMIT,
    MAX_OFFSET,
    MAX_PER_SPEAKER,
    MAX_QUESTION,
    MAX_VALUE,
    SORTS,
    Filters,
    Query,
    Sort,
    check_text,
)
from index.rebuild_command import (
    fetch_option,
    fields_option,
    follow_option,
    rebuild_command,
    scheduler_option,
    source_type,
    watch_command,
    workers_option,
)
from index.running import data_option, engine_of, engine_option, run, told_options
from index.types import Article
from index.verdicts import MAX_QUOTE

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.engine import Engine
    from index.searcher import Searcher


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit status; never raises, and prints no traceback."""
    return run(cli, "attributed", argv)


def _read_text(parameter: str, longest: int) -> Callable[[click.Context, click.Parameter, object], object]:
    """Check free text of the command line: wrong text is wrong usage. A value not given stays as it is."""

    def check(_context: click.Context, _parameter: click.Parameter, value: object) -> object:
        try:
            for text in value if isinstance(value, tuple) else [value]:
                if text is not None:
                    check_text(text, parameter, longest)
        except QueryError as error:
            raise click.BadParameter(str(error)) from error
        return value

    return check


_json = click.option("--json", "as_json", is_flag=True, help="Print the JSON that the service answers.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="attributed", prog_name="attributed")
def cli() -> None:
    """Who said what, word for word: attributed quotations from news articles, searchable."""


@cli.command()
@click.option("--host", help="Address to listen on.  [env var: ATTRIBUTED_HOST; default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port.  [env var: ATTRIBUTED_PORT; default: 8080]")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds the index.  [env var: ATTRIBUTED_DATA; default: var]",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A TOML file with settings; the README lists them.  [env var: ATTRIBUTED_CONFIG]",
)
@click.option(
    "--engine",
    help="What keeps the index, like milvus://host:19530/name.  [env var: ATTRIBUTED_ENGINE; default: the folder]",
)
def serve(host: str | None, port: int | None, data: Path | None, config: Path | None, engine: str | None) -> None:
    """Serve the index over HTTP."""
    # The rooms' contract forbids `index` to import `service`; this command alone starts it, by name and when asked.
    settings = importlib.import_module("service.settings").load(config, host=host, port=port, data=data, engine=engine)
    with contextlib.suppress(EngineAwayError):  # the service says so itself, until it is there
        engine_of(settings.engine).require(settings.data)  # says which command makes an index, where there is none
    importlib.import_module("service.server").serve(settings)


@cli.command()
@click.argument("question", callback=_read_text("QUESTION", MAX_QUESTION))
@click.option(
    "--speaker",
    "speakers",
    multiple=True,
    callback=_read_text("--speaker", MAX_VALUE),
    help="Only what this speaker said: id, name or alias; may repeat.",
)
@told_options
@click.option("--limit", type=click.IntRange(1, MAX_LIMIT), default=10, show_default=True, help="Most hits to print.")
@click.option("--per-speaker", type=click.IntRange(1, MAX_PER_SPEAKER), help="Most hits of one speaker.")
@click.option(
    "--sort",
    type=click.Choice(SORTS),
    default="relevance",
    show_default=True,
    help="Best first, or what bears on the question by its day, newest first.",
)
@click.option(
    "--ignore", type=click.Choice(GUESSES), multiple=True, help="What not to guess from the question; may repeat."
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help='The day that "last week" is told from, YYYY-MM-DD.  [default: the current day]',
)
@data_option
@engine_option
@_json
def ask(
    question: str,
    speakers: tuple[str, ...],
    authors: tuple[str, ...],
    sections: tuple[str, ...],
    agencies: tuple[str, ...],
    limit: int,
    per_speaker: int | None,
    sort: Sort,
    ignore: tuple[str, ...],
    today: dt.datetime | None,
    data: Path,
    address: str | None,
    as_json: bool,
) -> None:
    """Answer a QUESTION with attributed quotations in their context."""
    day = None if today is None else today.date()
    try:
        filters = Filters(speakers=speakers, authors=authors, sections=sections, agencies=agencies)
        query = Query(question, filters, limit, sort=sort, per_speaker=per_speaker, ignore=ignore, today=day)
    except QueryError as error:
        raise click.UsageError(str(error)) from error
    engine = engine_of(address)
    engine.require(data)  # where there is no index, nobody waits for the model to hear of it
    with _searcher(data, engine, work.encoder(data)) as searcher:
        answer = searcher.search(query)
        named = {} if as_json else understanding.names(answer.understood, searcher.speaker)
    if as_json:
        _print_json(payloads.answer(answer))
    else:
        click.echo(printing.answer(answer, _width(), named))


@cli.command()
@click.argument("quote", callback=_read_text("QUOTE", MAX_QUOTE))
@click.option(
    "--speaker", callback=_read_text("--speaker", MAX_VALUE), help="Who is to have said it: id, name or alias."
)
@data_option
@engine_option
@_json
def verify(quote: str, speaker: str | None, data: Path, address: str | None, as_json: bool) -> None:
    """Tell whether a QUOTE is on record, word for word, and where.

    Marks, dashes, spacing and capitals do not count. The verdict is verbatim, altered (with the words that differ),
    misattributed or not_found; the exit status is 0 for each of them.
    """
    with _searcher(data, engine_of(address)) as searcher:
        found = searcher.verify(quote, speaker)
    if as_json:
        _print_json(payloads.verification(found))
    else:
        click.echo(printing.verification(found, _width()))


@cli.command()
@click.argument("name", required=False, callback=_read_text("NAME", MAX_VALUE))
@data_option
@engine_option
@_json
def speakers(name: str | None, data: Path, address: str | None, as_json: bool) -> None:
    """List all speakers, or one (NAME: id, name or alias) with every quotation."""
    with _searcher(data, engine_of(address)) as searcher:
        if name is None:
            _list_speakers(searcher, as_json)
        else:
            _list_quotations(searcher, name, as_json)


def _list_speakers(searcher: Searcher, as_json: bool) -> None:
    first = searcher.speakers(limit=MAX_LIMIT)
    page = (searcher.speakers(limit=MAX_LIMIT, offset=offset).speakers for offset in _offsets(first.total))
    records = (*first.speakers, *(record for records in page for record in records))
    if as_json:
        _print_json({**payloads.speaker_page(first), "speakers": [payloads.speaker_record(one) for one in records]})
    else:
        click.echo(printing.speaker_table(records))
    _say_cut(len(records), first.total, "speakers")


def _list_quotations(searcher: Searcher, name: str, as_json: bool) -> None:
    record = searcher.speaker(name)
    key = record.speaker.id
    first = searcher.speaker_quotations(key, limit=MAX_LIMIT)
    pages = (searcher.speaker_quotations(key, limit=MAX_LIMIT, offset=offset).hits for offset in _offsets(first.total))
    hits = (*first.hits, *(hit for page in pages for hit in page))
    if as_json:
        _print_json({**payloads.speaker_quotations(record, first), "hits": [payloads.hit(hit) for hit in hits]})
    else:
        blocks = [printing.speaker_heading(record, _width()), *(printing.hit(hit, _width()) for hit in hits)]
        click.echo("\n\n".join(blocks))
    _say_cut(len(hits), first.total, "quotations")


def _offsets(total: int) -> range:
    """Where the pages after the first begin."""
    return range(MAX_LIMIT, min(total, MAX_OFFSET + 1), MAX_LIMIT)


def _say_cut(shown: int, total: int, things: str) -> None:
    if shown < total:
        click.echo(f"the first {shown} of {total} {things}; the service gives the rest under filters", err=True)


@cli.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=source_type)
@fetch_option
@follow_option
@fields_option
@workers_option
@scheduler_option
def extract(
    files: tuple[Source, ...],
    fetch: bool,
    follow: bool,
    fields: dict[str, str],
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Print the quotations of FILEs, of every kind that `rebuild` reads, as JSON lines, one article a line.

    With --fetch a web address may stand for a file. Where the text is not the file's own (a page, a feed, ...) the line
    carries it.
    """
    from index.workers.jobs import quotations

    fetches = click.get_current_context().with_resource(work.fetching(None, fetch=fetch, follow=follow))
    read = [read_file(source, fields, fetches) for source in files]
    opened = [(not text_stands(source), articles) for source, articles in zip(files, read, strict=True)]
    waiting: deque[tuple[Article, bool]] = deque()
    unreadable: list[ArticleError] = []

    def readable() -> Iterator[Article]:
        for with_text, articles in opened:
            for article in articles:
                if isinstance(article, ArticleError):
                    unreadable.append(article)
                    return
                waiting.append((article, with_text))
                yield article

    # The extractor may read ahead: what comes before an unreadable article is still printed, then the command fails.
    maps = click.get_current_context().with_resource(work.mapper(workers, scheduler, remedy="run it again"))
    for attributions in quotations(maps, work.extractor(), readable()):
        article, with_text = waiting.popleft()
        _print_json(payloads.extracted(article, attributions, with_text=with_text))
    if unreadable:
        raise unreadable[0]


@cli.command()
@data_option
@engine_option
def check(data: Path, address: str | None) -> None:
    """Verify every file of the index against its manifest, and its parts against each other.

    Closes with a hash of what it holds: two indexes are the same where it is, however they were made.

    Of an index on a server: its counts, the files of this reader, and the hashes of up to 1,000 articles.
    """
    engine = engine_of(address)
    faults = engine.check(data)
    for fault in faults:
        click.echo(fault)
    if faults:
        raise DamagedIndexError(f"{printing.counted(len(faults), 'fault')} in {data}; run `attributed rebuild --full`")
    click.echo(f"{engine.named(data)}: no fault found")
    content = engine.content(data)
    if content is not None:
        click.echo(f"content {content}")


cli.add_command(export_command)
cli.add_command(move_command)
cli.add_command(keys_group)
cli.add_command(rebuild_command)
cli.add_command(watch_command)


def _searcher(data: Path, engine: Engine, encoder: Encoder | None = None) -> AbstractContextManager[Searcher]:
    from index.live.reading import Opened

    return Opened(data, encoder, engine)


def _print_json(payload: payloads.Payload) -> None:
    click.echo(json.dumps(payload, ensure_ascii=False, allow_nan=False))


def _width() -> int:
    return min(shutil.get_terminal_size((printing.WIDTH, 24)).columns, 2 * printing.WIDTH)


if __name__ == "__main__":
    sys.exit(main())
