"""What answers behind the views: the index that stands now, and an encoder that loads while the server listens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol, cast

from flask import Flask, current_app, g

from index.errors import UnknownSpeakerError
from service.errors import ProblemError, unknown_in_path

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.encoder import Encoder
    from index.live.writer import Outcome
    from index.queries import SpeakerRecord
    from index.searcher import Searcher
    from index.types import Article

_KEY = "attributed"


class Holder(Protocol):
    """What gives the Searcher of the current generation; `index.standing.Standing` does."""

    def searcher(self) -> Searcher:
        """The one to ask. NoIndexError, DamagedIndexError or ModelError where there is none."""
        ...


class Adder(Protocol):
    """What adds and removes articles; `index.live.writer.Live` does."""

    def add(self, articles: Sequence[Article]) -> list[Outcome]:
        """Add articles, each id once; one outcome each. BusyError or QuoteIndexError where that cannot be now."""
        ...

    def remove(self, id_: str) -> bool:
        """Remove one; False where there is none. BusyError or QuoteIndexError where that cannot be now."""
        ...


class LateEncoder:
    """An encoder that is loaded in the background; whoever needs it first waits for it.

    `load` runs once, in a thread of its own. What it raises, every use raises.
    """

    def __init__(self, load: Callable[[], Encoder]) -> None:
        self._encoder: Future[Encoder] = Future()
        threading.Thread(target=self._run, args=(load,), name="load-encoder", daemon=True).start()

    def _run(self, load: Callable[[], Encoder]) -> None:
        try:
            encoder = load()
            # The first text costs more than the later ones; it is not to be a user's.
            encoder.encode(["ready"])
        except BaseException as error:  # handed over to whoever waits, whatever it is
            self._encoder.set_exception(error)
        else:
            self._encoder.set_result(encoder)

    @property
    def loading(self) -> bool:
        """Whether a use would have to wait."""
        return not self._encoder.done()

    @property
    def name(self) -> str:
        """Name of the model."""
        return self._encoder.result().name

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the weights."""
        return self._encoder.result().fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.result().dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimension), each of length 1."""
        return self._encoder.result().encode(texts)


class Engine:
    """The index and the encoder of one application; `adder` where it adds to the index as well."""

    def __init__(self, holder: Holder, encoder: Encoder, adder: Adder | None = None) -> None:
        self.holder = holder
        self.encoder = encoder
        self.adder = adder

    def ready(self) -> Searcher:
        """What questions are answered from, once they are answered at once.

        ProblemError 503 while the model loads; NoIndexError, DamagedIndexError or ModelError where it will not be.
        """
        if isinstance(self.encoder, LateEncoder):
            if self.encoder.loading:
                raise ProblemError(503, "the model is still loading; ask again in a few seconds", retry_after=2)
            # Whether it could be loaded at all shows only when it is used.
            _ = self.encoder.name
        return self.holder.searcher()


def install(app: Flask, engine: Engine) -> None:
    """Give the application its engine."""
    app.extensions[_KEY] = engine


def engine() -> Engine:
    """The engine of the application that is serving this request."""
    return cast(Engine, current_app.extensions[_KEY])


def searcher() -> Searcher:
    """The Searcher to ask for this request, the same one throughout: an answer and its tag are of one generation."""
    if _KEY not in g:
        setattr(g, _KEY, engine().holder.searcher())
    return cast("Searcher", getattr(g, _KEY))


def speaker_in_path(asked: Searcher, key: str) -> SpeakerRecord:
    """The speaker whom the path names by id, name or alias; ProblemError 404 with the nearest names."""
    try:
        return asked.speaker(key)
    except UnknownSpeakerError as error:
        raise unknown_in_path(error) from error
