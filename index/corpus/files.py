"""What every format shares: bytes off the disk, text that can be trusted, an id for a file that brings none."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from pathlib import Path

from index.errors import ArticleError

SLUG_LENGTH = 60
"""Longest slug of a file's stem, in characters: ids stay readable in a URL."""


def shown(path: Path) -> str:
    """The path as a message can print it: a file name that is not UTF-8 has its odd bytes replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def read_bytes(path: Path) -> bytes:
    """All of the file; ArticleError where it cannot be read or is empty."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ArticleError(shown(path), None, f"cannot be read: {error.strerror or error}") from error
    if not data.strip():
        raise ArticleError(shown(path), None, "the file is empty")
    return data


def decode(data: bytes) -> str:
    """UTF-8 bytes as text, unchanged (a byte order mark stays a character); ValueError that names the bad byte."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"not UTF-8: byte 0x{data[error.start]:02x} at {error.start}; save the file as UTF-8"
        ) from error


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


def article_id(path: Path, text: str) -> str:
    """Slug of the file's stem, then 8 hex digits of the text's SHA-256: stable, and apart for texts that differ."""
    folded = unicodedata.normalize("NFKD", path.stem).encode("ascii", "ignore").decode("ascii").lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded)[:SLUG_LENGTH].strip("-") or "article"
    return f"{slug}-{hashlib.sha256(text.encode('utf-8')).hexdigest()[:8]}"
