"""Sources → articles: one module a format, and the walk over files, folders, what is packed in them, and addresses.

No content of a file makes a reader raise: what cannot be read comes out as an `ArticleError` in the article's place.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath, PurePosixPath

from index.corpus.fetched import Fetcher, articles_of, shown_address
from index.corpus.files import File, Reading, on_disk, shown
from index.corpus.jsonlines import read_jsonlines
from index.corpus.kinds import BY_SUFFIX, CONTAINERS, reader_of
from index.corpus.plain import read_plain
from index.errors import ArticleError, SourceError
from index.types import Article

__all__ = ["BY_SUFFIX", "Source", "files_of", "read_articles", "read_file", "text_stands"]

Source = Path | str
"""A file or folder, or a web address."""

_BESIDE = re.compile(r"(?:readme|licen[cs]e|copying|changelog|contributing|notice)\b.*", re.IGNORECASE)
"""Names of what tells of a folder: no articles, unless named themselves."""


def read_articles(
    sources: Sequence[Source], fields: Mapping[str, str] | None = None, fetcher: Fetcher | None = None
) -> Iterator[Article | ArticleError]:
    """Read every article of the sources in the order given; of a folder all files below it, sorted by path.

    `fields`: field of an article → the column or key that gives it in tables and JSON, where that is not told by its
    name. `fetcher`: asks for web addresses; without one none is read. Raises SourceError at once, before anything is
    read or asked for, for a source that does not exist, is no file, or is an address that is not fetched.
    """
    for source in sources:
        if isinstance(source, str):
            _fetching(source, fetcher).check(source)
        else:
            _check(source)
    return _read(tuple(sources), Reading(fields or {}), fetcher)


def read_file(
    source: Source, fields: Mapping[str, str] | None = None, fetcher: Fetcher | None = None
) -> Iterator[Article | ArticleError]:
    """Read the articles of one file or address in their order; SourceError at once where it cannot be read."""
    if isinstance(source, Path) and source.is_dir():
        raise SourceError(f"{shown(source)} is a folder; name a file ({_suffixes()})")
    return read_articles([source], fields, fetcher)


def text_stands(source: Source) -> bool:
    """Whether the text of the articles in a file is what stands there, rather than fetched or extracted from it."""
    if isinstance(source, str):
        return False
    try:
        return reader_of(on_disk(source)) in (read_plain, read_jsonlines)
    except (ArticleError, ValueError):
        return True


def _check(source: Path) -> None:
    try:
        mode = source.stat().st_mode
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise SourceError(f"there is no file or folder {shown(source)}; check the name") from error
        raise SourceError(f"{shown(source)} cannot be read: {error.strerror or error}") from error
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise SourceError(f"{shown(source)} is no file that can be read; name a folder or a file ({_suffixes()})")


def _suffixes() -> str:
    return ", ".join(BY_SUFFIX)


def _read(sources: Sequence[Source], reading: Reading, fetcher: Fetcher | None) -> Iterator[Article | ArticleError]:
    for source in sources:
        if isinstance(source, str):
            yield from articles_of(source, _fetching(source, fetcher), lambda file: _of_file(file, reading))
            continue
        for path in files_of([source]):
            yield from _of_file(on_disk(path), reading)


def _fetching(source: str, fetcher: Fetcher | None) -> Fetcher:
    if fetcher is None:
        raise SourceError(
            f"{shown_address(source)} is a web address; it is fetched only with --fetch, or under ATTRIBUTED_FETCH=1"
        )
    return fetcher


def _of_file(file: File, reading: Reading) -> Iterator[Article | ArticleError]:
    """The articles of a file, those of files inside it included."""
    try:
        reader = reader_of(file)
    except ArticleError as error:
        yield error
        return
    except ValueError as error:
        yield ArticleError(file.name, None, str(error))
        return
    if reader in CONTAINERS and file.url is not None and not file.depth:
        yield ArticleError(file.name, None, "it is an archive or a mailbox; save it, and name the file")
        return
    if reader is read_plain and file.url is not None and file.head().lstrip().startswith(b"<"):
        yield ArticleError(file.name, None, "it is markup of a kind that is not read")
        return
    empty = True
    for found in reader(file, reading):
        if not isinstance(found, File):
            empty = False
            yield found
        elif _is_read(found):
            empty = False
            yield from _of_file(found, reading)
    if empty:
        yield ArticleError(file.name, None, "there is nothing in it that is read")


def _is_read(file: File) -> bool:
    """Whether what lies in an archive is what a folder would be read for."""
    known = file.suffix in BY_SUFFIX or not file.suffix
    return file.url is not None or (known and _belongs(PurePosixPath(file.member or file.name)))


def _belongs(path: PurePath) -> bool:
    """Not what tells of a folder, is hidden, or was saved beside a page for its looks."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return (
        not hidden and not _BESIDE.fullmatch(path.name) and not any(part.endswith("_files") for part in path.parts[:-1])
    )


def files_of(sources: Sequence[Path]) -> Iterator[Path]:
    """The files that are read of these sources, in their order."""
    for source in sources:
        yield from _files(source) if source.is_dir() else [source]


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in BY_SUFFIX and _belongs(path.relative_to(folder)) and path.is_file()
    )
