"""The text side joined: an article in, its attributed quotations out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.document import read_documents
from index.quotations import find_quotations
from index.speakers import attribute
from index.types import Article, Attribution


class SieveExtractor:
    """Finds and attributes quotations by rules over marks and a spaCy parse.

    `version` changes whenever the answers may: an index keeps it beside each article and works the article again under
    another version.
    """

    version = "sieve-5"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        """The attributions of each article, in order of the articles and of the text; never raises for any text."""
        for document in read_documents(articles):
            yield attribute(document, find_quotations(document))
