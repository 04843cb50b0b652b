"""The text side joined: an article in, its attributed quotations out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from index.document import read_documents
from index.language import ENGLISH, language_of
from index.quotations import find_marked, find_quotations
from index.speakers import attribute
from index.types import Article, Attribution

_SHORT = Article("short", "“It rains,” said Mary Ann Smith. She was wet.", language=ENGLISH)
"""Enough for each part to be used: what is loaded when it is used is loaded then."""


class SieveExtractor:
    """Finds and attributes quotations by rules over marks and a spaCy parse.

    `version` changes whenever the answers may: an index keeps it beside each article and works the article again under
    another version.
    """

    version = "sieve-7"

    def prepare(self) -> None:
        """Load all that articles are worked with, some two seconds."""
        for _ in self.extract([_SHORT]):
            pass

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        """The attributions of each article, in order of the articles and of the text; never raises for any text.

        Of an article that is not in English what stands in marks is given, and nobody is guessed to have said it.
        """
        # Documents are read ahead, so what is told of an article waits here for it.
        english: deque[bool] = deque()

        def told() -> Iterator[Article]:
            for article in articles:
                english.append((article.language or language_of(article)) == ENGLISH)
                yield article

        for document in read_documents(told()):
            if english.popleft():
                yield attribute(document, find_quotations(document))
            else:
                yield tuple(Attribution(quotation) for quotation in find_marked(document))
