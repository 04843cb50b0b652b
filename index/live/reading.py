"""The index with what was added, for a command that asks once and ends: read as it is now, nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

from index.build import default_passages
from index.encoder import Encoder
from index.engine import Engine
from index.errors import DamagedIndexError
from index.live import journal
from index.live.worked import Made, Worked, worked_of
from index.live.working import OwnWorker, Refused
from index.live.writer import replayed
from index.searcher import Searcher
from index.types import Article


class Opened:
    """What a data folder or an `engine` keeps, opened for reading; a context that gives its Searcher.

    Raises:
        NoIndexError, DamagedIndexError, ModelError: as `Searcher.open`.
    """

    def __init__(self, data: Path, encoder: Encoder | None = None, engine: Engine | None = None) -> None:
        self._base = Searcher.open(data, encoder, engine=engine)
        try:
            additions, number = replayed(data, self._base, _Late(data, self._base, encoder))
            self._searcher = additions.snapshot(number)
        except BaseException:
            self._base.close()
            raise

    def __enter__(self) -> Searcher:
        return self._searcher

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._searcher.close()
        self._base.close()


def faults(data: Path) -> Iterator[str]:
    """One line for every record of the journal that is not as it was written, or that does not fit itself."""
    try:
        for record in journal.read(data):
            if record.operation == "add":
                worked = worked_of(record.payload)
                if worked is not None and worked.article.id != record.id:
                    yield f"{journal.folder_of(data) / 'journal'}: record {record.number} is of another article"
    except DamagedIndexError as error:
        yield str(error)


class _Late:
    """Works in this process what another version left in the journal; what that needs is loaded when it is needed."""

    def __init__(self, data: Path, base: Searcher, encoder: Encoder | None) -> None:
        self._data = data
        self._base = base
        self._encoder = encoder

    def is_current(self, made: Made) -> bool:
        """Whether these are the versions of the program and the model of the index."""
        from index.extraction import SieveExtractor

        model = self._base.manifest.model.fingerprint
        return made == Made(SieveExtractor.version, default_passages().version, model)

    def work(self, articles: Iterable[Article]) -> Iterator[Worked | Refused]:
        """One answer for each, in their order."""
        from index.encoder import default_encoder
        from index.extraction import SieveExtractor

        return OwnWorker(SieveExtractor(), self._encoder or default_encoder(self._data)).work(articles)

    def rest(self) -> None:
        """Nothing to give back."""

    def close(self) -> None:
        """Nothing to give back."""
