"""`attributed rebuild` and `attributed watch`: sources → a new index, once, or whenever they change."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index import printing
from index.corpus import Source, files_of, read_articles
from index.corpus.fetched import Fetcher, is_address, shown_address
from index.corpus.fieldnames import FIELDS
from index.errors import ArticleError, BusyError, QuoteIndexError
from index.generation import Layout
from index.progress import ProgressDisplay
from index.running import data_option, engine_of, engine_option
from index.types import Article

if TYPE_CHECKING:
    from index.build import BuildReport, QuoteExtractor
    from index.encoder import Encoder
    from index.engine import Engine
    from index.workers.work import Mapper

DEFAULT_SOURCE = Path("seeds")
EVERY = 2.0
"""Seconds from one look at what is watched to the next."""

Seen = dict[str, tuple[int, int]]
"""Path of a file → when it was changed, in nanoseconds, and its bytes."""

workers_option = click.option(
    "--workers",
    type=click.IntRange(min=1),
    envvar="ATTRIBUTED_WORKERS",
    help="Processes that find quotations where there are many articles.  [default: one a core]",
)


def source_type(value: str | Path) -> Source:
    """What is typed for a source: the path of a file or folder, or a web address, which stays a text."""
    return value if isinstance(value, str) and is_address(value) else Path(value)


fetch_option = click.option(
    "--fetch/--no-fetch",
    default=False,
    envvar="ATTRIBUTED_FETCH",
    help="Fetch the web addresses among the sources, as their sites' robots.txt allows.",
)
follow_option = click.option(
    "--follow",
    is_flag=True,
    help="With --fetch: fetch also the page behind each entry of a feed that is no more than a summary.",
)


def _read_fields(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """`text=Body` and the like, field → the user's name of it."""
    fields = dict(value.partition("=")[::2] for value in values)
    for field, name in fields.items():
        if field not in FIELDS or not name:
            raise click.BadParameter(f"{field}={name}: give one of {', '.join(FIELDS)}, as in text=Body")
    return fields


fields_option = click.option(
    "--field",
    "fields",
    metavar="FIELD=NAME",
    multiple=True,
    callback=_read_fields,
    help="The column of a table, or the key in JSON, that gives a field, as in text=Body; may repeat.",
)
_ADDRESS = re.compile(r"(tcp|tls)://[^\s/]+:\d{1,5}")


def _read_scheduler(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _ADDRESS.fullmatch(value):
        raise click.BadParameter(f"{value!r}: give tcp://HOST:PORT or tls://HOST:PORT")
    return value


scheduler_option = click.option(
    "--scheduler",
    metavar="ADDRESS",
    envvar="ATTRIBUTED_SCHEDULER",
    callback=_read_scheduler,
    help="A Dask scheduler (tcp://HOST:PORT), whose workers do it in place of --workers.",
)
_speakers = click.option(
    "--speakers",
    "user_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Who is who, in your own words.  [default: speakers.toml in the folder of the index]",
)


@click.command("rebuild")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=source_type)
@data_option
@engine_option
@click.option("--full", is_flag=True, help="Work every article anew, unchanged ones too.")
@click.option("--strict", is_flag=True, help="Fail, and switch nothing, where an article cannot be read.")
@fetch_option
@follow_option
@_speakers
@fields_option
@workers_option
@scheduler_option
def rebuild_command(
    sources: tuple[Source, ...],
    data: Path,
    address: str | None,
    full: bool,
    strict: bool,
    fetch: bool,
    follow: bool,
    user_file: Path | None,
    fields: dict[str, str],
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Read articles (files, folders, web addresses; seeds/ by default) and switch to a new index made of them.

    Reads text, Markdown, web pages, JSON, tables, feeds, mails, captions, web captures, and archives of them, each
    known by its content. An article that cannot be read is set aside and named; the run goes on.
    """
    given = sources or (DEFAULT_SOURCE,)
    engine = engine_of(address)
    with fetching(data, fetch=fetch, follow=follow) as fetches:
        read_articles(given, fields, fetches)  # a source that is none is told of before the model is loaded
        with mapper(workers, scheduler) as maps:
            encodes = encoder(data)
            report = _rebuild(
                given, data, fields, user_file, maps, encodes, fetches, engine=engine, full=full, strict=strict
            )
    click.echo(printing.build_report(report))


@click.command("watch")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=source_type)
@data_option
@engine_option
@click.option("--every", default=EVERY, show_default=True, type=click.FloatRange(0.1), help="Seconds between looks.")
@_speakers
@fields_option
@workers_option
@scheduler_option
def watch_command(
    sources: tuple[Source, ...],
    data: Path,
    address: str | None,
    every: float,
    user_file: Path | None,
    fields: dict[str, str],
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Follow files and folders: rebuild as soon as one is new, changed or gone. Ends with Ctrl-C.

    A running service takes up each new index by itself. A file that is still being written is waited for, and what goes
    wrong is told and tried again at the next change.
    """
    for source in sources:
        if isinstance(source, str):
            raise click.UsageError(
                f"{shown_address(source)}: files and folders alone are followed; `rebuild` fetches it"
            )
    paths = [source for source in sources if isinstance(source, Path)]
    read_articles(paths, fields)
    engine = engine_of(address)
    encodes = encoder(data)
    told = user_file or Layout(data).speakers

    def work() -> None:
        with mapper(workers, scheduler) as maps:  # workers come and go between two changes
            report = _rebuild(paths, data, fields, user_file, maps, encodes, engine=engine)
        click.echo(printing.build_report(report))

    follow(lambda: seen([*paths, told]), work, lambda: time.sleep(every), lambda line: click.echo(line, err=True))


def follow(
    look: Callable[[], Seen], work: Callable[[], None], wait: Callable[[], None], say: Callable[[str], None]
) -> None:
    """Work whenever what `look` sees has changed and is the same after a `wait`; ends with what `wait` raises.

    Another process at work (BusyError) is waited for; after any other QuoteIndexError the next change is.
    """
    done: Seen | None = None
    before: Seen | None = None
    while True:
        now = look()
        if now == before and now != done:
            try:
                work()
                done = now
            except BusyError as error:
                say(f"{error}; waiting")
            except QuoteIndexError as error:
                say(f"{error}; waiting for a change")
                done = now
        before = now
        wait()


def seen(sources: Sequence[Path]) -> Seen:
    """Every file that would be read now; what is gone meanwhile is not seen."""
    found: Seen = {}
    for path in files_of([source for source in sources if source.exists()]):
        try:
            about = path.stat()
        except OSError:
            continue
        found[os.fspath(path)] = (about.st_mtime_ns, about.st_size)
    return found


def extractor() -> QuoteExtractor:
    """What finds quotations."""
    from index.extraction import SieveExtractor

    return SieveExtractor()


def mapper(workers: int | None, scheduler: str | None = None, **given: str) -> AbstractContextManager[Mapper]:
    """What works batches, while it is held: so many processes, by default one a core, or a scheduler's workers.

    `given`: as `index.workers.machines.connected` (QuoteIndexError too: none answers).
    """
    if scheduler is not None:
        from index.workers.machines import connected

        return connected(scheduler, **given)
    from index.workers.processes import Processes, available_cores

    return contextlib.nullcontext(Processes(workers or available_cores()))


@contextlib.contextmanager
def fetching(data: Path | None, *, fetch: bool, follow: bool) -> Iterator[Fetcher | None]:
    """What fetches web addresses, where the user switches that on. UsageError: feeds are followed only by what does."""
    if follow and not fetch:
        raise click.UsageError("--follow goes with --fetch, or ATTRIBUTED_FETCH=1")
    if not fetch:
        yield None
        return
    with contextlib.closing(fetcher(data)) as opened:
        opened.follow = follow
        opened.tell = lambda line: click.echo(line, err=True)
        yield opened


def fetcher(data: Path | None) -> Fetcher:
    """What fetches web addresses, and remembers pages beside the index in this folder."""
    return Fetcher(None if data is None else Layout(data).fetched)


def encoder(data: Path) -> Encoder:
    """The encoder of the index in this folder."""
    from index.encoder import default_encoder

    return default_encoder(data)


def _rebuild(
    sources: Sequence[Source],
    data: Path,
    fields: dict[str, str],
    user_file: Path | None,
    maps: Mapper,
    encodes: Encoder,
    fetches: Fetcher | None = None,
    *,
    engine: Engine,
    full: bool = False,
    strict: bool = False,
) -> BuildReport:
    from index import build
    from index.questions import lists

    named: set[int] = set()

    def naming() -> Iterator[Article | ArticleError]:
        for article in read_articles(sources, fields, fetches):
            if isinstance(article, ArticleError):
                progress.say(f"set aside: {article}")
                named.add(id(article))
            yield article

    with ProgressDisplay(sys.stderr) as progress:
        if fetches is not None:
            fetches.tell = progress.say
        report = build.rebuild(
            naming(),
            data,
            extractor=extractor(),
            encoder=encodes,
            mapper=maps,
            full=full,
            strict=strict,
            progress=progress,
            speakers=user_file,
        )
        engine.take(data, progress)
        lists.kept(data)
    for error in report.set_aside:
        if id(error) not in named:
            click.echo(f"set aside: {error}", err=True)
    return report
