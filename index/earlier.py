"""What the generation before a rebuild offers for use again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index import generation as folders
from index.encoder import Encoder
from index.errors import DamagedIndexError, NoIndexError
from index.generation import Generation, Model
from index.spoken import SpokenVectors
from index.store import Store
from index.vectors import FlatIndex


@dataclass(frozen=True, slots=True)
class Earlier:
    """What the generation before offers for use again; no `vectors` and no `spoken` where another model made them."""

    store: Store
    vectors: FlatIndex | None
    spoken: SpokenVectors | None


def standing(data: Path) -> tuple[Generation | None, set[str]]:
    """The generation that answers, and the names of those to keep until the new one does."""
    try:
        current = folders.current(data)
        previous = current.read_manifest().previous
    except NoIndexError:
        return None, set()
    except DamagedIndexError:
        # Nothing of it is used again, but what may still be answering stays until the new one does.
        return None, {folder.name for folder in folders.Layout(data).generations.iterdir()}
    return current, {current.name, *([] if previous is None else [previous])}


def open_earlier(current: Generation, encoder: Encoder) -> Earlier | None:
    """The current generation opened, None where it is damaged: damage must not be carried over."""
    try:
        manifest = current.read_manifest()
        if next(current.faults(manifest), None) is not None:
            return None
        model = Model(encoder.name, encoder.fingerprint, encoder.dimension)
        if manifest.model != model:
            return Earlier(Store(current.store), None, None)
        vectors = FlatIndex.open(current.vectors)
        return Earlier(Store(current.store), vectors, SpokenVectors.open(current.spoken, vectors.ids()))
    except DamagedIndexError:
        return None
