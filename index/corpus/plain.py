"""`.txt` files: the whole file, decoded as UTF-8, is the article's text, its header included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.corpus.files import article_id, decode, read_bytes, refuse_odd_characters, shown
from index.corpus.header import read_header
from index.errors import ArticleError
from index.types import Article


def read_plain(path: Path) -> Iterator[Article | ArticleError]:
    """Give the one article of the file, or why it cannot be read."""
    try:
        data = read_bytes(path)
        text = decode(data)
        refuse_odd_characters(text)
        header = read_header(text)
        yield Article(
            id=article_id(path, text),
            text=text,
            title=header.title,
            date=header.date,
            source=header.source,
            url=header.url,
            body=header.body,
        )
    except ArticleError as error:
        yield error
    except ValueError as error:
        yield ArticleError(shown(path), None, str(error))
