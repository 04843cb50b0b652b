"""Which generation a reader opens: the one that CURRENT names or, where that is damaged, the newest whole one before.

Opening looks at what costs nothing: the manifest and its own hash, the size of every file, and the hashes of the
smallest ones, HASHED_AT_ONCE bytes in all; the parts are opened and counted by whoever opens them. The hashes of the
others are compared by `Held.verify`, in the background of a service.

A damaged generation is set aside by each reader for itself: it is named in the log and passed over. Readers change
nothing in the folder, so that a fault of one machine's memory or of its rights moves nobody else's index; the next
rebuild uses nothing of what is damaged and removes it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar

from index import generation as folders
from index.errors import DamagedIndexError, FormatError, QuoteIndexError
from index.generation import Generation
from index.manifest import REMEDY, Manifest

HASHED_AT_ONCE = 32_000_000
"""Bytes whose hashes are compared before anything is served: 30 ms at SHA-256's 1.1 GB/s here. An index of some 10,000
passages is so checked in full."""

Verified = Literal["sizes", "hashes"]
"""What of a generation is known to be as it was written: sizes and counts, or every byte."""

_NONE: Mapping[str, str] = {}
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(slots=True)
class Held:
    """A generation that a reader holds: nobody removes it until `release`.

    `unverified`: the files whose hashes were not compared yet. `passed`: a line for each generation that should have
    been taken before this one and is damaged.
    """

    generation: Generation
    manifest: Manifest
    unverified: tuple[str, ...]
    passed: tuple[str, ...]
    _lock: BinaryIO

    @property
    def name(self) -> str:
        """That of the generation."""
        return self.generation.name

    @property
    def verified(self) -> Verified:
        """How far it is checked."""
        return "sizes" if self.unverified else "hashes"

    def verify(self, stopped: Callable[[], bool] = lambda: False) -> str | None:
        """Compare the hashes that were not compared yet; the first fault, None where there is none.

        `stopped` is asked between two files; where it says so the rest stays unverified.
        """
        while self.unverified and not stopped():
            fault = next(self.generation.faults(self.manifest, self.unverified[:1]), None)
            if fault is not None:
                return fault
            self.unverified = self.unverified[1:]
        return None

    def reach(self) -> None:
        """Nothing: a file that is open is there."""

    def release(self) -> None:
        """Hold it no longer."""
        self._lock.close()


def first_whole(
    data: Path, open_it: Callable[[Held], _T], *, aside: Mapping[str, str] = _NONE, fall_back: bool = True
) -> _T:
    """What `open_it` makes of the generation to be read; it raises DamagedIndexError where a part cannot be opened.

    `aside`: generations that are known to be damaged, name → fault. Without `fall_back` only the one that CURRENT names
    will do.

    Raises:
        NoIndexError: the folder holds no index yet.
        FormatError: the newest one is of another format.
        DamagedIndexError: none is whole; the message is about the newest one.
        QuoteIndexError: whatever else `open_it` raises of the newest one.
    """
    while True:
        pointer = _pointer(data)
        try:
            return _first_whole(data, pointer, open_it, aside, fall_back)
        except DamagedIndexError:
            # Whoever rebuilds has switched meanwhile, and may have removed what was about to be opened.
            if _pointer(data) == pointer:
                raise


def _first_whole(
    data: Path, pointer: bytes | None, open_it: Callable[[Held], _T], aside: Mapping[str, str], fall_back: bool
) -> _T:
    newest: DamagedIndexError | None = None
    passed: list[str] = []
    try:
        current = folders.current(data)
    except DamagedIndexError as error:
        newest, current = error, None
        passed.append(str(error))
    for generation in in_order(data, current, fall_back):
        try:
            if generation.name in aside:
                raise DamagedIndexError(f"{aside[generation.name]}; {REMEDY}")
            opened = _opened(generation, open_it, tuple(passed))
        except FormatError:
            if newest is None:
                raise
        except DamagedIndexError as error:
            if _pointer(data) != pointer:
                raise  # it may have been removed, not damaged: one before it is older than what answers now
            newest = newest or error
            passed.append(str(error))
        except QuoteIndexError:
            if newest is None:
                raise
        else:
            for line in passed:
                _log.warning("set aside: %s; generation %s answers", line, generation.name)
            return opened
    assert newest is not None
    raise newest


def in_order(data: Path, current: Generation | None, fall_back: bool = True) -> Iterator[Generation]:
    """The one that CURRENT names, then those before it, the newest first; all where it names none."""
    if current is not None:
        yield current
    if fall_back:
        yield from (one for one in folders.sealed(data) if current is None or one.name < current.name)


def _opened(generation: Generation, open_it: Callable[[Held], _T], passed: tuple[str, ...]) -> _T:
    lock = folders.hold(generation)
    try:
        manifest = generation.read_manifest()
        at_once = _smallest(manifest)
        fault = next(generation.faults(manifest, at_once), None)
        if fault is not None:
            raise DamagedIndexError(f"{fault}; {REMEDY}")
        unverified = tuple(name for name in manifest.files if name not in at_once)
        return open_it(Held(generation, manifest, unverified, passed, lock))
    except BaseException:
        lock.close()
        raise


def _smallest(manifest: Manifest) -> set[str]:
    """As many files as HASHED_AT_ONCE allows, the smallest first: an open library reads all of a small one at once."""
    chosen: set[str] = set()
    left = HASHED_AT_ONCE
    for size, name in sorted((one.size, name) for name, one in manifest.files.items()):
        left -= size
        if left < 0:
            break
        chosen.add(name)
    return chosen


def _pointer(data: Path) -> bytes | None:
    try:
        return folders.Layout(data).current.read_bytes()
    except OSError:
        return None
