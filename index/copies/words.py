"""What of each quotation copies are looked for by: its words as numbers, and two hashes that tell it from others.

    <folder>/numbers.npy  of every word its CRC-32, quotation after quotation; two words of one number only make a
                          candidate more
    <folder>/starts.npy   where the words of each quotation begin, and the end of the last
    <folder>/whole.npy    of each quotation a hash of its words,
    <folder>/shown.npy    and one of its words and the marks between them
    <folder>/pairs.npy    what was found of each two texts that were compared, by `shown`

What quotations share hangs on all of the corpus, what their words are does not: so a rebuild reads these of quotations
that stay, and compares again only what it has not compared before.
"""

from __future__ import annotations

import hashlib
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.copies.alike import Shared, shared
from index.copies.wording import Wording, wording

Kept = Sequence[tuple[int, int, int]]
"""Rows of quotations that are as they were: the first, the first before, how many; rising."""
VERSION = "copies-1"
"""Raised with every change of what words are (`wording`) or of what is shared (`alike`)."""
NAMES = ("numbers", "starts", "whole", "shown")
_KINDS = ("u4", "i8", "u8", "u8")
_PAIR = np.dtype([("less", "<u8"), ("fuller", "<u8"), ("words", "<i4"), ("edits", "<i4")])


@dataclass(frozen=True, slots=True)
class Words:
    """The words of quotations, in their order: see above; `starts` has one more."""

    numbers: NDArray[np.uint32]
    starts: NDArray[np.int64]
    whole: NDArray[np.uint64]
    shown: NDArray[np.uint64]

    @classmethod
    def of(cls, quotations: Iterable[Wording]) -> Words:
        """Those of quotations that were read."""
        numbers, starts, whole, shown = array("I"), array("q", [0]), array("Q"), array("Q")
        for words in quotations:
            numbers.extend(map(_NUMBERS.__getitem__, words.words))
            starts.append(len(numbers))
            whole.append(hash_of(words.key))
            shown.append(shown_as(words))
        return cls(
            np.array(numbers, np.uint32),
            np.array(starts, np.int64),
            np.array(whole, np.uint64),
            np.array(shown, np.uint64),
        )

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many words each has."""
        return np.diff(self.starts)

    def some(self, first: int, end: int) -> Words:
        """Those of the quotations from one place to another."""
        starts = self.starts[first : end + 1]
        return Words(
            self.numbers[starts[0] : starts[-1]], starts - starts[0], self.whole[first:end], self.shown[first:end]
        )

    def taken(self, places: NDArray[np.int64]) -> Words:
        """Those of the quotations at these places, in their order."""
        counts = self.counts[places]
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        at = np.arange(starts[-1]) + np.repeat(self.starts[places] - starts[:-1], counts)
        return Words(self.numbers[at], starts, self.whole[places], self.shown[places])


def joined(parts: Sequence[Words]) -> Words:
    """One after another."""
    ends = np.cumsum([0, *(len(part.numbers) for part in parts)])
    starts = [part.starts[:-1] + end for part, end in zip(parts, ends.tolist(), strict=False)]
    return Words(
        np.concatenate([np.zeros(0, np.uint32), *(part.numbers for part in parts)]),
        np.concatenate([*starts, ends[-1:]]).astype(np.int64),
        np.concatenate([np.zeros(0, np.uint64), *(part.whole for part in parts)]),
        np.concatenate([np.zeros(0, np.uint64), *(part.shown for part in parts)]),
    )


def hash_of(text: str) -> int:
    """64 bits."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def shown_as(words: Wording) -> int:
    """A hash of words and marks."""
    return hash_of(f"{words.key}\0{words.marks.decode('latin-1')}")


class _Numbers(dict[str, int]):
    def __missing__(self, word: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        self[word] = number = zlib.crc32(word.encode("utf-8", "surrogatepass"))
        return number


_REMEMBERED = 200_000
_NUMBERS = _Numbers()


class Compared(Protocol):
    """A text that is compared: the hash of its words and marks, and these themselves where they are needed."""

    @property
    def shown(self) -> int: ...  # noqa: D102
    @property
    def wording(self) -> Wording: ...  # noqa: D102


@dataclass(slots=True)
class Memory:
    """What copies were looked for by in the run before, and in this one.

    `before`: its folder; None where there is none, or another VERSION filled it. `kept`: rows that are as they were.
    """

    before: Path | None = None
    kept: Kept = ()
    words: Words | None = None
    """Those of this run, by row."""
    wordings: dict[int, Wording] = field(default_factory=dict)
    """Of rows whose words were read."""
    _found: dict[tuple[int, int], Shared] = field(default_factory=dict)
    _known: dict[tuple[int, int], Shared] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many quotations it is said to know."""
        return 0 if self.before is None else sum(count for _, _, count in self.kept)

    def read(self, rows: NDArray[np.int64], pieces: Sequence[Sequence[str]]) -> Words:
        """The words of the quotations of these rows, rising, given as their pieces; what is known is not read again."""
        before = self._open()
        kept = [] if before is None else self.kept
        parts = []
        done = 0
        for row, old, count in kept:
            assert before is not None
            at = int(np.searchsorted(rows, row))
            parts += [self._read(rows, pieces, done, at), before.some(old - 1, old - 1 + count)]
            done = at + count
        parts.append(self._read(rows, pieces, done, len(rows)))
        self.words = joined(parts)
        return self.words

    def _read(self, rows: NDArray[np.int64], pieces: Sequence[Sequence[str]], first: int, end: int) -> Words:
        some = zip(rows[first:end].tolist(), pieces[first:end], strict=True)
        return Words.of(self.wording(row, own) for row, own in some)

    def wording(self, row: int, pieces: Sequence[str]) -> Wording:
        """The words and marks of a quotation, read once."""
        found = self.wordings.get(row)
        if found is None:
            self.wordings[row] = found = wording(pieces)
        return found

    def shared(self, less: Compared, fuller: Compared) -> Shared:
        """As `alike.shared`; what was compared before is not compared again."""
        pair = less.shown, fuller.shown
        found = self._found.get(pair) or self._known.get(pair)
        if found is None:
            found = shared(less.wording, fuller.wording)
        self._found[pair] = found
        return found

    def _open(self) -> Words | None:
        """What the run before kept; None where it cannot be read."""
        if self.before is None:
            return None
        try:
            arrays = [np.load(self.before / f"{name}.npy", allow_pickle=False) for name in NAMES]
            pairs = np.load(self.before / "pairs.npy", allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        words = Words(*arrays)
        last = max((old + count - 1 for _, old, count in self.kept), default=0)
        whole = len(words.starts) == len(words.whole) + 1 == len(words.shown) + 1 > last
        kinds = [one.dtype.kind + str(one.dtype.itemsize) for one in arrays]
        if kinds != list(_KINDS) or pairs.dtype != _PAIR or not whole or words.starts[-1] != len(words.numbers):
            return None
        self._known = {(less, fuller): Shared(count, edits) for less, fuller, count, edits in pairs.tolist()}
        return words

    def write(self, folder: Path) -> None:
        """Keep everything in the new `folder` for the next run (OSError: it cannot be written)."""
        assert self.words is not None
        folder.mkdir()
        arrays: tuple[NDArray[Any], ...] = (self.words.numbers, self.words.starts, self.words.whole, self.words.shown)
        for name, values in zip(NAMES, arrays, strict=True):
            np.save(folder / f"{name}.npy", values, allow_pickle=False)
        pairs = np.empty(len(self._found), _PAIR)
        keys = np.array(list(self._found), np.uint64).reshape(-1, 2)
        found = np.array(list(self._found.values()), np.int32).reshape(-1, 2)
        order = np.lexsort((keys[:, 1], keys[:, 0]))
        pairs["less"], pairs["fuller"] = keys[order].T
        pairs["words"], pairs["edits"] = found[order].T
        np.save(folder / "pairs.npy", pairs, allow_pickle=False)
