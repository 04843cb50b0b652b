"""The generation that answers now: a Searcher held open, the next one taken up when there is one, each one verified."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Hashable
from pathlib import Path

from index import collector
from index.encoder import Encoder
from index.engine import Engine, Holding
from index.engine.embedded import Embedded
from index.errors import QuoteIndexError
from index.manifest import REMEDY
from index.searcher import Searcher

TRYING = 2.0
"""Seconds between two attempts to open an index that is not there or is damaged; a request tries at once."""

_log = logging.getLogger(__name__)


class Standing:
    """The open Searcher of a data folder, of what `engine` keeps; takes up a new generation when another one answers.

    `searcher()` is called once a request and gives the one to ask; a request in flight keeps the one it was given,
    which gives back its files and its memory when the last of them has ended. Who opens a new generation is the thread
    of `watch`, which also reads all that a first question would wait for, so that no request does; without such a
    thread, the request that finds it.

    What was not checked in full on opening is hashed in the background. A fault sets the generation aside: it is
    named in the log, and the newest whole one before it answers.
    """

    def __init__(self, data: Path, encoder: Encoder | None = None, engine: Engine | None = None) -> None:
        self._data = data
        self._encoder = encoder
        self._engine = engine or Embedded()
        self._opening = threading.Lock()
        self._searcher: Searcher | None = None
        self._seen: Hashable | None = None
        self._aside: dict[str, str] = {}
        self._closed = threading.Event()
        self._watching = False
        self.swaps = 0
        """How often a new generation took the place of an open one."""
        self.swap_seconds = 0.0
        """How long it took to open and warm them, all together; questions were answered meanwhile."""

    def searcher(self) -> Searcher:
        """The Searcher of the current generation.

        Raises:
            NoIndexError, DamagedIndexError, ModelError: as `Searcher.open`, and only where no earlier generation
                is open; otherwise the earlier one goes on answering.
        """
        held = self._searcher
        if held is not None and (self._watching or self._pointer() == self._seen):
            return held
        # Who finds a new generation opens it; the others go on with the one they have.
        if not self._opening.acquire(blocking=held is None):
            assert held is not None
            return held
        try:
            return self._current()
        finally:
            self._opening.release()

    def watch(self) -> None:
        """From now on take up new generations in a thread of its own."""
        self._watching = True
        threading.Thread(target=self._watch, name="watch-index", daemon=True).start()

    def close(self) -> None:
        """Close the Searcher that is held, and end the threads."""
        self._closed.set()
        with self._opening:
            if self._searcher is not None:
                self._searcher.close()
            self._searcher = None

    def _watch(self) -> None:
        complained: str | None = None
        settled: str | None = None
        wait = 0.0
        while not self._closed.wait(wait):
            wait = self._engine.looking
            try:
                with self._opening:
                    opened = None if self._closed.is_set() else self._current()
                # The first one answers at once, and reads what it needs meanwhile.
                if opened is not None and settled is None:
                    opened.warm()
                name = None if opened is None else opened.generation
                del opened
                if name != settled:
                    collector.settle()
                    settled = name
            except Exception as error:  # whatever it is, the next generation may be better
                wait = TRYING
                if str(error) != complained:
                    complained = str(error)
                    _log.warning("there is nothing to answer from: %s", error)

    def _current(self) -> Searcher:
        """The current generation's, opened if need be; under the lock."""
        pointer = self._pointer()
        if self._searcher is None or pointer != self._seen:
            self._take_up(pointer)
        assert self._searcher is not None
        return self._searcher

    def _pointer(self) -> Hashable | None:
        """What changes whenever another generation answers."""
        return self._engine.pointer(self._data)

    def _take_up(self, pointer: Hashable | None) -> None:
        before = self._searcher
        began = time.perf_counter()
        try:
            # An open generation is better than opening one before it again.
            opened = Searcher.open(
                self._data, self._encoder, engine=self._engine, aside=self._aside, fall_back=before is None
            )
            if self._watching and before is not None:
                opened.warm()
        except QuoteIndexError as error:
            if before is None:
                raise
            _log.warning("set aside: %s; generation %s goes on answering", error, before.generation)
        else:
            self._searcher = opened
            if before is not None:
                self.swaps += 1
                self.swap_seconds += time.perf_counter() - began
            held = opened.held
            if held is not None and held.verified != "hashes":
                threading.Thread(target=self._verify, args=(held,), name="verify-index", daemon=True).start()
        self._seen = pointer

    def _verify(self, held: Holding) -> None:
        name = held.name
        fault = held.verify(lambda: self._closed.is_set() or not self._stands(name))
        if fault is None:
            return
        with self._opening:
            if not self._stands(name) or self._closed.is_set():
                return
            self._aside[name] = fault
            _log.error("set aside: %s; %s", fault, REMEDY)
            self._searcher = None
            try:
                self._take_up(self._pointer())
            except QuoteIndexError as error:
                _log.error("there is nothing to answer from: %s", error)

    def _stands(self, name: str) -> bool:
        searcher = self._searcher
        return searcher is not None and searcher.generation == name
