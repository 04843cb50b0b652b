"""Additions folded into a generation: a rebuild in another process, from the generation's own articles and the journal.

No file that articles once came from is read, so it does not matter whether they are still there. Who posts meanwhile is
not held up: what comes after the rebuild began stays in the additions.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from index import generation as folders
from index.build import BuildReport, PassageMaker, QuoteExtractor, rebuild
from index.child import inherited
from index.encoder import Encoder, default_encoder
from index.engine.choice import engine_of
from index.errors import BusyError, QuoteIndexError
from index.live import journal
from index.live.articles import Posted
from index.live.worked import worked_of
from index.store import Store
from index.types import Article, Attribution

NICENESS = 15
TRYING = 60.0
"""Seconds until a fold that failed is tried again."""

_log = logging.getLogger(__name__)


class Folding:
    """Folds in the background: when `articles` are added, replaced or removed, or when the first is `seconds` old."""

    def __init__(self, data: Path, model: str | None, articles: int, seconds: float, engine: str | None = None) -> None:
        self._engine = engine or ""
        self._arguments = [str(data), *([] if model is None else [model])]
        self._articles = articles
        self._seconds = seconds
        self._thread: threading.Thread | None = None
        self._again = threading.Event()
        self._again.set()

    def due(self, articles: int, seconds: float) -> bool:
        """Whether so many changes, the first so long ago, are to be folded now."""
        return articles >= self._articles or (articles > 0 and seconds >= self._seconds)

    def start(self) -> None:
        """Begin, unless it is under way or has just failed."""
        if self._again.is_set():
            self._again.clear()
            self._thread = threading.Thread(target=self._run, name="fold-additions", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "index.live.folding", *self._arguments],
            env={**inherited(), "ATTRIBUTED_ENGINE": self._engine},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"])[-1]
            _log.warning("what was added could not be taken into a new generation: %s", last)
            threading.Event().wait(TRYING)
        self._again.set()


class Known:
    """An extractor that gives again what the journal has of an article; what it has not is asked of `extractor`."""

    def __init__(self, data: Path, extractor: QuoteExtractor) -> None:
        self._data = data
        self._extractor = extractor

    @property
    def version(self) -> str:
        """That of the extractor."""
        return self._extractor.version

    def prepare(self) -> None:
        """As that of the extractor."""
        self._extractor.prepare()

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        """The attributions of each article, in order."""
        # What was posted comes first, in the order of the journal: so it is read once, alongside.
        ids = Posted.read(self._data).added
        posted = self._posted()
        for article in articles:
            found = next((one for known, one in posted if known == article), None) if article.id in ids else None
            if found is not None:
                yield found
            else:
                yield from self._extractor.extract([article])

    def _posted(self) -> Iterator[tuple[Article, tuple[Attribution, ...]]]:
        for record in journal.read(self._data):
            worked = worked_of(record.payload) if record.operation == "add" else None
            if worked is not None and worked.made.extractor == self.version:
                yield worked.article, tuple(passage.attribution for passage in worked.passages)


def fold(data: Path, extractor: QuoteExtractor, encoder: Encoder, passages: PassageMaker | None = None) -> BuildReport:
    """Make a new generation of the one that stands and of the journal.

    Raises:
        BusyError: another process is rebuilding.
        QuoteIndexError: as `index.build.rebuild`.
    """
    generation = folders.current(data)
    with folders.hold(generation):
        store = Store(generation.store)
        try:
            return rebuild(_Standing(store), data, extractor=Known(data, extractor), encoder=encoder, passages=passages)
        finally:
            store.close()


class _Standing:
    """The articles of a store, one after another."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __iter__(self) -> Iterator[Article]:
        for id_ in self._store.article_ids():
            stored = self._store.article(id_)
            if stored is not None:
                yield stored.article


def main(arguments: list[str]) -> int:
    """Fold, as a process of its own: 0 done, or another one rebuilds already; else 1 and a line that says why."""
    from index.extraction import SieveExtractor

    os.nice(NICENESS)
    data, model = Path(arguments[0]), arguments[1] if len(arguments) > 1 else None
    try:
        engine = engine_of(os.environ.get("ATTRIBUTED_ENGINE"))
        engine.bring(data, _silent)
        fold(data, SieveExtractor(), default_encoder(data, model))
        engine.take(data, _silent)
    except BusyError:
        return 0
    except QuoteIndexError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _silent(stage: str, done: int, total: int | None) -> None:
    del stage, done, total


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
