"""What any engine can do. Ranking, folding, facets and verification are no part of it: they are the same over each.

An engine gives the parts of one generation (`index.engine.Sides`): candidates by vector and by words, exact scores of
any row, the very words in their order, what filters ask of every row, and texts. How these are asked, blended and
counted is the business of `index.searcher`, so that an answer does not depend on who keeps the index.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from index.encoder import Encoder
from index.engine.sides import Sides
from index.manifest import Manifest
from index.whole import Verified


class Holding(Protocol):
    """A generation that a reader holds open."""

    @property
    def name(self) -> str:
        """That of the generation."""
        ...

    @property
    def verified(self) -> Verified:
        """How far it is checked."""
        ...

    @property
    def passed(self) -> tuple[str, ...]:
        """A line for each generation that should have been taken before this one and is damaged."""
        ...

    def verify(self, stopped: Callable[[], bool] = lambda: False) -> str | None:
        """Check what was not checked yet; the first fault, None where there is none."""
        ...

    def reach(self) -> None:
        """Make sure that it can be asked now (EngineAwayError: its server does not answer)."""
        ...

    def release(self) -> None:
        """Hold it no longer."""
        ...


class Open(NamedTuple):
    """A generation opened."""

    manifest: Manifest
    sides: Sides
    held: Holding


class Engine(Protocol):
    """What keeps the generations of an index, one of which answers.

    `looking`: seconds between two looks at which one does. Every call but `pointer` may raise EngineAwayError.
    """

    looking: float

    def __str__(self) -> str:
        """Its address, without any secret."""
        ...

    def named(self, data: Path) -> str:
        """The index as a line for its user calls it."""
        ...

    def content(self, data: Path) -> str | None:
        """A hash of what the index holds; None where it is told of a folder alone."""
        ...

    def require(self, data: Path) -> None:
        """Say so where there is no index at all (NoIndexError)."""
        ...

    def pointer(self, data: Path) -> Hashable | None:
        """What changes whenever another generation answers; None where nobody can tell."""
        ...

    def open(self, data: Path, encoder: Encoder | None, *, aside: Mapping[str, str], fall_back: bool) -> Open:
        """Open the generation that answers; see `index.searcher.Searcher.open`."""
        ...

    def take(self, data: Path, progress: Callable[[str, int, int | None], None]) -> None:
        """Let the generation that stands in the folder `data` answer.

        Whatever the moment it ends: either the one before answers, or this one, whole.

        Raises:
            NoIndexError, DamagedIndexError: there is none in the folder, or it is not whole.
        """
        ...

    def bring(self, data: Path, progress: Callable[[str, int, int | None], None]) -> None:
        """Let the folder `data` hold the generation that answers, as a rebuild would have left it there.

        Raises:
            NoIndexError, DamagedIndexError: there is none, or it is not whole.
            BusyError: another process writes to the folder.
        """
        ...

    def check(self, data: Path) -> list[str]:
        """One line for every fault of the index that answers (NoIndexError: there is none)."""
        ...
