"""Plain text: the whole file, decoded as UTF-8, is the article's text, its header included."""

from __future__ import annotations

from collections.abc import Iterator

from index.corpus.fields import told_elsewhere, written_by
from index.corpus.files import LENGTH_LIMIT, File, Found, Reading, article_id, decode, refuse_odd_characters
from index.corpus.header import read_header
from index.errors import ArticleError
from index.types import Article

SIZE_LIMIT = 4 * LENGTH_LIMIT
"""Bytes of the longest text that is decoded at all; UTF-8 has four for a character at most."""


def read_plain(file: File, reading: Reading) -> Iterator[Found]:
    """Give the one article of the file, or why it cannot be read."""
    try:
        text = decode(file.read(SIZE_LIMIT))
        refuse_odd_characters(text)
        header = read_header(text)
        url = header.url or file.url
        date, certainty = (header.date, header.certainty) if header.date else told_elsewhere(url, file)
        authors, agency = written_by(text, header.body, header.author, header.agency, header.source)
        article = Article(
            id=article_id(file.stem, text),
            text=text,
            title=header.title,
            date=date,
            source=header.source,
            url=url,
            body=header.body,
            authors=authors,
            section=header.section,
            agency=agency,
            date_certainty=certainty,
        )
        yield reading.admit(article)
    except ArticleError as error:
        yield error
    except ValueError as error:
        yield ArticleError(file.name, None, str(error))
