"""What the tests of the readers share: bytes → what is read of them."""

from __future__ import annotations

from pathlib import Path

from index.corpus import read_articles
from index.errors import ArticleError
from index.types import Article


def read(
    folder: Path, content: str | bytes, name: str, fields: dict[str, str] | None = None
) -> list[Article | ArticleError]:
    """Everything that a file of this name and content gives."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return list(read_articles([path], fields))


def article(folder: Path, content: str | bytes, name: str, fields: dict[str, str] | None = None) -> Article:
    """The one article of a file."""
    (found,) = read(folder, content, name, fields)
    assert isinstance(found, Article), found
    return found


def reason(folder: Path, content: str | bytes, name: str, fields: dict[str, str] | None = None) -> str:
    """Why a file gives no article."""
    (found,) = read(folder, content, name, fields)
    assert isinstance(found, ArticleError), found
    return found.reason
