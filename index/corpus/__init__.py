"""Sources → articles: one module a format, and the walk over files and folders.

No content of a file makes a reader raise: what cannot be read comes out as an `ArticleError` in the article's place.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from index.corpus.files import shown
from index.corpus.html import read_html
from index.corpus.jsonlines import read_jsonlines
from index.corpus.plain import read_plain
from index.errors import ArticleError, SourceError
from index.types import Article

Reader = Callable[[Path], Iterator[Article | ArticleError]]

READERS: Mapping[str, Reader] = {
    ".txt": read_plain,
    ".jsonl": read_jsonlines,
    ".html": read_html,
    ".htm": read_html,
}
"""The reader of each suffix, in small letters."""


def read_articles(sources: Sequence[Path]) -> Iterator[Article | ArticleError]:
    """Read every article of the sources in the order given; of a folder all files below it, sorted by path.

    Raises SourceError at once, before anything is read, for a source that does not exist or a file of no known suffix.
    """
    for source in sources:
        _check(source)
    return _read(tuple(sources))


def read_file(path: Path) -> Iterator[Article | ArticleError]:
    """Read the articles of one file in their order; SourceError at once where it is none that can be read."""
    if path.is_dir():
        raise SourceError(f"{shown(path)} is a folder; name a file ({_suffixes()})")
    return read_articles([path])


def _check(source: Path) -> None:
    try:
        mode = source.stat().st_mode
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise SourceError(f"there is no file or folder {shown(source)}; check the name") from error
        raise SourceError(f"{shown(source)} cannot be read: {error.strerror or error}") from error
    readable = stat.S_ISREG(mode) and source.suffix.lower() in READERS
    if not readable and not stat.S_ISDIR(mode):
        raise SourceError(f"{shown(source)} is no file that can be read; name a folder or a file ({_suffixes()})")


def _suffixes() -> str:
    return ", ".join(READERS)


def _read(sources: Sequence[Path]) -> Iterator[Article | ArticleError]:
    # Only a line of JSON names its own id; the other readers make one that holds a hash of the text.
    readers: dict[str, Reader] = {**READERS, ".jsonl": partial(read_jsonlines, seen={})}
    for source in sources:
        for path in _files(source) if source.is_dir() else [source]:
            yield from readers[path.suffix.lower()](path)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in READERS and path.is_file())
