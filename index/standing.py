"""The generation that answers now: a Searcher held open, and the next one taken up when there is one."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from index import generation as folders
from index.encoder import Encoder
from index.errors import QuoteIndexError
from index.searcher import Searcher

_log = logging.getLogger(__name__)


class Standing:
    """The open Searcher of a data folder; takes up a new generation when CURRENT changes.

    `searcher()` is called once a request: it costs one stat, opens the new generation when there is one and
    gives the one to ask. A request in flight keeps the one it was given.
    """

    def __init__(self, data: Path, encoder: Encoder | None = None) -> None:
        self._data = data
        self._encoder = encoder
        self._opening = threading.Lock()
        self._searcher: Searcher | None = None
        self._seen: tuple[int, int] | None = None

    def searcher(self) -> Searcher:
        """The Searcher of the current generation.

        Raises:
            NoIndexError, DamagedIndexError, ModelError: as `Searcher.open`, and only where no earlier generation
                is open; otherwise the earlier one goes on answering.
        """
        held = self._searcher
        if held is not None and self._pointer() == self._seen:
            return held
        # Who finds a new generation opens it; the others go on with the one they have.
        if not self._opening.acquire(blocking=held is None):
            assert held is not None
            return held
        try:
            pointer = self._pointer()
            if self._searcher is None or pointer != self._seen:
                self._take_up(pointer)
            assert self._searcher is not None
            return self._searcher
        finally:
            self._opening.release()

    def close(self) -> None:
        """Close the Searcher that is held."""
        with self._opening:
            if self._searcher is not None:
                self._searcher.close()
            self._searcher = None

    def _pointer(self) -> tuple[int, int] | None:
        """What changes whenever CURRENT is replaced."""
        try:
            found = folders.Layout(self._data).current.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _take_up(self, pointer: tuple[int, int] | None) -> None:
        try:
            self._searcher = Searcher.open(self._data, self._encoder)
        except QuoteIndexError as error:
            if self._searcher is None:
                raise
            _log.warning("generation %s goes on answering: %s", self._searcher.generation, error)
        self._seen = pointer
