"""A question → Hits: the store, the vectors and the words of one generation, asked together."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from index.encoder import Encoder
from index.generation import Manifest
from index.queries import Answer, Filters, Listing, Mode, Query, SpeakerPage, SpeakerRecord, Understood
from index.types import Article, Attribution, Hit

__all__ = [
    "Answer",
    "Filters",
    "Listing",
    "Mode",
    "Query",
    "Searcher",
    "SpeakerPage",
    "SpeakerRecord",
    "Standing",
    "Understood",
]


class Searcher:
    """One open generation. Thread safe: several threads may ask at once."""

    generation: str
    manifest: Manifest

    @classmethod
    def open(cls, data: Path, encoder: Encoder | None = None) -> Searcher:
        """Open the generation that `data`/CURRENT names.

        Without an `encoder` the default one is loaded when the first question needs it; listings never do.

        Raises:
            NoIndexError: there is no index yet.
            DamagedIndexError: its files disagree with the manifest.
            ModelError: the encoder is not the one that made the index.

        """
        raise NotImplementedError

    def search(self, query: Query) -> Answer:
        """Answer a question.

        Raises:
            UnknownSpeakerError: a filter names a speaker whom nobody knows.

        """
        raise NotImplementedError

    def speakers(self, q: str | None = None, limit: int = 50, offset: int = 0) -> SpeakerPage:
        """Speakers whose id, name or an alias holds `q` (case and accents do not count); all without `q`.

        Raises:
            QueryError: `q` or the page is not valid.

        """
        raise NotImplementedError

    def speaker(self, key: str) -> SpeakerRecord:
        """One speaker by id, name or alias.

        Raises:
            UnknownSpeakerError: nobody goes by this key; it holds the nearest names.
            QueryError: the key is not valid, or several people go by it; the message names them.

        """
        raise NotImplementedError

    def speaker_quotations(self, key: str, filters: Filters | None = None, limit: int = 10, offset: int = 0) -> Listing:
        """All that one speaker said, newest first, under the same filters as a search."""
        raise NotImplementedError

    def quotation(self, id: str) -> Hit:  # noqa: A002  the field's word
        """One quotation: rank 1, score None.

        Raises:
            NotFoundError: there is none with this id.

        """
        raise NotImplementedError

    def article(self, id: str) -> tuple[Article, tuple[Attribution, ...]]:  # noqa: A002  the field's word
        """One article with its quotations, in order of their places.

        Raises:
            NotFoundError: there is none with this id.

        """
        raise NotImplementedError

    def close(self) -> None:
        """Give back files and connections. No question may be asked afterwards."""
        raise NotImplementedError

    def __enter__(self) -> Searcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Standing:
    """The open Searcher of a data folder; takes up a new generation when CURRENT changes.

    `searcher()` is called once a request: it costs one stat, opens the new generation when there is one and
    gives the one to ask. A request in flight keeps the one it was given.
    """

    def __init__(self, data: Path, encoder: Encoder | None = None) -> None:
        self.data = data
        self.encoder = encoder

    def searcher(self) -> Searcher:
        """The Searcher of the current generation.

        Raises:
            NoIndexError, DamagedIndexError, ModelError: as `Searcher.open`, and only where no earlier generation
                is open; otherwise the earlier one goes on answering.

        """
        raise NotImplementedError

    def close(self) -> None:
        """Close the Searcher that is held."""
        raise NotImplementedError
