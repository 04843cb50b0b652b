"""What every format shares: bytes that may hold articles, text that can be trusted, an id where none is brought."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from index.errors import ArticleError
from index.types import Article

SLUG_LENGTH = 60
"""Longest slug of a file's stem, in characters: ids stay readable in a URL."""
HEAD = 8192
"""Bytes from which the kind of a file is told."""
INSIDE = "!"
"""Between the name of an archive and that of what lies in it."""
LENGTH_LIMIT = 300_000
"""Characters of the longest article: news of this length takes 5 s of a processor, the worst text that was found 14 s
(thousands of names, of labels). A hearing of a whole day, some 450,000, is given in two parts."""

_AS_READ = {"ascii": "windows-1252", "iso8859-1": "windows-1252"}
"""Charsets that pages declare, by Python's names, and what browsers take them for (WHATWG Encoding, 4.2)."""
_OF_THE_WEB = re.compile(
    r"ascii|utf-8|utf-16(-[bl]e)?|cp\d+|iso8859-\d+|koi8-[ru]|mac-\w+|tis-620|gb\w+|big5\w*|(euc|iso2022|shift)_\w+"
)
"""Charsets in which pages are, by Python's names. Others of Python's are no charsets, or take their time (punycode)."""
_CONTROL = re.compile(r"[\0-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class File:
    """Bytes that may hold articles: a file of the disk, a member of an archive, a page of a web capture.

    `name`: as messages show it; a member stands behind its archive ("news.zip!2026/a.html"). `open` gives the bytes
    from their start, each time anew. `url`: where it was fetched from, where that is known. `member`: its name in the
    archive. `depth`: how many archives it lies in. `budget`: what these may unfold to; None outside of any.
    """

    name: str
    open: Callable[[], BinaryIO]
    url: str | None = None
    member: str | None = None
    depth: int = 0
    budget: Budget | None = None

    @property
    def stem(self) -> str:
        """Its name without folders and suffix."""
        return self._own.stem

    @property
    def suffix(self) -> str:
        """Of its name, in small letters."""
        return self._own.suffix.lower()

    @property
    def _own(self) -> PurePosixPath:
        return PurePosixPath(self.member or self.name)

    def head(self) -> bytes:
        """Its first bytes, HEAD at most; ArticleError where it cannot be read or is empty."""
        with self.reading() as stream:
            data = stream.read(HEAD)
            while not data.strip() and len(data) < 16 * HEAD and (more := stream.read(HEAD)):
                data += more
        if not data.strip():
            raise ArticleError(self.name, None, "the file is empty")
        return data

    def read(self, most: int) -> bytes:
        """All of it; ArticleError where it cannot be read, is empty, or has more than `most` bytes."""
        with self.reading() as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise ArticleError(self.name, None, f"it has more than the {most} bytes that are read; save it in parts")
        if not data.strip():
            raise ArticleError(self.name, None, "the file is empty")
        return data

    @contextmanager
    def reading(self) -> Iterator[BinaryIO]:
        """The bytes as a stream; ArticleError where they cannot be read, at whatever place."""
        try:
            with self.open() as stream:
                yield stream
        except OSError as error:
            raise ArticleError(self.name, None, f"cannot be read: {error.strerror or error}") from error


class Budget:
    """How many bytes the archives in one file of the disk may unfold to, all together."""

    def __init__(self, most: int) -> None:
        self._left = most

    def spend(self, size: int) -> None:
        """Take `size` bytes off; OverflowError where they are not left."""
        self._left -= size
        if self._left < 0:
            raise OverflowError


@dataclass(frozen=True, slots=True)
class Reading:
    """What one run of reading knows: how the user's tables name their fields, and the ids that have been seen.

    `fields`: field of an article → the user's name of it. `seen`: id → SHA-256 of the text.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    seen: dict[str, bytes] = field(default_factory=dict)

    def admit(self, article: Article) -> Article:
        """The article; ValueError where it is too long, or where its id stood with another text before.

        One with an address may be a later version of the same, which is not told here.
        """
        if len(article.text) > LENGTH_LIMIT:
            raise ValueError(too_long(len(article.text)))
        text = hashlib.sha256(article.text.encode("utf-8")).digest()
        if self.seen.setdefault(article.id, text) != text and article.url is None:
            raise ValueError(f"the id {article.id!r} stood with another text before; give each its own")
        return article


Found = Article | ArticleError | File
"""What a reader gives: an article, why there is none in its place, or a file that lies inside, still to be read."""

Reader = Callable[[File, Reading], Iterator[Found]]
"""Gives what one file holds, in its order. No content of a file makes it raise anything but an ArticleError."""


def too_long(length: int) -> str:
    """What is said of a text that has too many characters."""
    return f"the text has {length:,} characters, and {LENGTH_LIMIT:,} are the most; give it in parts"


def shown(path: Path) -> str:
    """The path as a message can print it on one line: odd bytes and control characters are replaced."""
    return printable(os.fsencode(path).decode("utf-8", "replace"))


def printable(name: str) -> str:
    """A name without control characters and lone surrogates."""
    return _CONTROL.sub("\ufffd", name.encode("utf-8", "replace").decode("utf-8"))


def on_disk(path: Path) -> File:
    """A file of the disk."""
    return File(shown(path), lambda: path.open("rb"))


def decode(data: bytes) -> str:
    """UTF-8 bytes as text, unchanged (a byte order mark stays a character); ValueError that names the bad byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"not UTF-8: byte 0x{data[error.start]:02x} at {error.start}; save the file as UTF-8"
        ) from error


def decode_as(data: bytes, charset: str) -> str:
    """Bytes as text in a charset as the web names it; LookupError or ValueError where there is none or they are not."""
    name = codecs.lookup(charset).name
    if not _OF_THE_WEB.fullmatch(name):
        raise LookupError(f"{charset} is no charset of pages")
    return data.decode(_AS_READ.get(name, name))


def refuse_odd_characters(text: str, what: str = "the text") -> None:
    """ValueError for NUL and for lone surrogates: neither SQLite nor UTF-8 output takes them."""
    place = text.find("\0")
    if place >= 0:
        raise ValueError(f"{what} holds a NUL character at {place}; remove it")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        found = ord(text[error.start])
        raise ValueError(f"{what} holds a lone surrogate, \\u{found:04x}, at {error.start}; remove it") from error


def article_id(stem: str, text: str) -> str:
    """Slug of the file's stem, then 8 hex digits of the text's SHA-256: stable, and apart for texts that differ."""
    folded = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded)[:SLUG_LENGTH].strip("-") or "article"
    return f"{slug}-{hashlib.sha256(text.encode('utf-8')).hexdigest()[:8]}"
