"""The numbers of many vectors in one file that is mapped: in 16, 12 or 5 bits each, read row by row.

Every vector has a unit of its own, such that its largest number is the most steps that the bits count. What is read
back and written again is the very same bytes, so a rebuild may copy from the one before. Read and turned into 32 bits,
1,000 vectors of 384 numbers take .2 ms in 16 bits, .3 in 12; as numpy's float16, less exact than these 16 bits, .7.
"""

from __future__ import annotations

import mmap
import os
import re
import typing
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]
Bits = Literal[5, 12, 16]
"""Standard deviation of the error of an inner product of real vectors of length 1 and 384 numbers: 16 bits .0000015,
12 bits .000025, 5 bits .0035."""

SMALLEST = 1e-30
"""A vector without any number as large is kept as zeros."""
_TOLD = re.compile(r"([0-9]+) bits of ([0-9]{1,6})")
_WIDTHS: dict[int, tuple[int, int]] = {12: (8, 4), 5: (4, 1)}
"""Bits → those that lie together in the field `high`, and in `low`."""


class KeptVectors:
    """Vectors of one dimension, by their places from 0 on; `create`, `write`, `close`, then `open` and `read`."""

    def __init__(self, kept: NDArray[Any], dimension: int, bits: Bits) -> None:
        self._kept = kept
        self._steps = (1 << bits - 1) - 1
        self.dimension = dimension
        self.bits: Bits = bits

    @classmethod
    def create(cls, path: Path, count: int, dimension: int, bits: Bits) -> KeptVectors:
        """A new file for `count` vectors, to be filled by `write` (OSError: it cannot be written)."""
        kind = _kind(dimension, bits)
        if not count:  # nothing cannot be mapped
            np.save(path, np.zeros(0, kind))
            return cls(np.zeros(0, kind), dimension, bits)
        kept = np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=(count,))
        # Where the disk is full, it is said here: to write into a map that has no blocks ends the process.
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
        return cls(kept, dimension, bits)

    @classmethod
    def in_memory(cls, vectors: Vectors, bits: Bits) -> KeptVectors:
        """Vectors (shape (n, d)) as a file would keep them."""
        count, dimension = vectors.shape
        made = cls(np.zeros(count, _kind(dimension, bits)), dimension, bits)
        made.write(0, vectors)
        return made

    @classmethod
    def open(cls, path: Path, count: int) -> KeptVectors:
        """Map what was filled.

        Raises:
            DamagedIndexError: the file is missing, is not of this kind, or holds another number of vectors.
        """
        try:
            kept = np.load(path, mmap_mode="r" if count else None, allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise DamagedIndexError(f"{path}: cannot be read ({error}); run `attributed rebuild`") from error
        dimension, bits = _read_kind(kept)
        if bits is None or len(kept) != count:
            raise DamagedIndexError(
                f"{path}: {kept.shape} of {kept.dtype}, {count} vectors are expected; run `attributed rebuild`"
            )
        if isinstance(kept, np.memmap):
            # Rows are read here and there: around each nothing is wanted, and what was touched counts as memory.
            kept._mmap.madvise(mmap.MADV_RANDOM)  # type: ignore[attr-defined]
        # A plain array over the map: each slice of a numpy.memmap costs ten times that of an array.
        return cls(np.asarray(kept), dimension, bits)

    def __len__(self) -> int:
        return len(self._kept)

    def write(self, place: int, vectors: Vectors) -> None:
        """Put vectors (shape (n, d)) at `place` and the places behind it."""
        to = self._kept[place : place + len(vectors)]
        units = _units(np.abs(vectors).max(axis=1, initial=0), self._steps)
        # Of nothing but zeros any unit will do.
        steps = np.rint(vectors / np.where(units > 0, units, 1)[:, None]).astype(np.int16)
        to["unit"] = units
        if self.bits == 16:
            to["steps"] = steps
            return
        high, low = _WIDTHS[self.bits]
        codes = steps + self._steps
        to["high"] = _packed(codes >> low, high)
        to["low"] = _packed(codes & ((1 << low) - 1), low)

    def copy(self, place: int, other: KeptVectors, places: Ids) -> None:
        """Put those that another file of as many bits has at `places` at `place` and the places behind it."""
        self._kept[place : place + len(places)] = other._kept.take(places)

    def read(self, places: Ids | slice) -> Vectors:
        """The vectors at `places`, in their order, shape (n, d)."""
        rows = self._kept[places] if isinstance(places, slice) else self._kept.take(places)
        if self.bits == 16:
            read: Vectors = rows["steps"].astype(np.float32)
        else:
            high, low = _WIDTHS[self.bits]
            read = _unpacked(rows["high"], high, self.dimension)
            read *= 1 << low
            read += _unpacked(rows["low"], low, self.dimension)
            read -= self._steps
        read *= rows["unit"][:, None]
        return read

    @property
    def dtype(self) -> np.dtype[Any]:
        """What one vector is in the file."""
        return self._kept.dtype

    def raw(self, places: Ids) -> list[bytes]:
        """The vectors at `places`, in their order, as the file has them."""
        return [one.tobytes() for one in self._kept.take(places)]

    def write_raw(self, place: int, raw: bytes) -> None:
        """Put what `raw` gave, one after another, at `place` and the places behind it."""
        rows = np.frombuffer(raw, self._kept.dtype)
        self._kept[place : place + len(rows)] = rows

    def close(self) -> None:
        """Bring what was written into the file."""
        if isinstance(self._kept, np.memmap):
            self._kept.flush()


def _units(largest: Vectors, steps: int) -> Vectors:
    """The unit of vectors with these largest numbers (shape (n,)), two bits less exact than 32-bit numbers are.

    So the unit of what is read, `steps` times it and rounded, is the same unit.
    """
    # Numbers so small are not those of a vector of any length; their parts would be denormal.
    largest = np.where(largest < SMALLEST, 0, largest)
    exact = (largest.astype(np.float64) / steps).astype(np.float32).view(np.int32)
    units: Vectors = ((exact + 2) & ~np.int32(3)).view(np.float32)
    return units


def _kind(dimension: int, bits: Bits) -> np.dtype[Any]:
    # The name of an empty field tells bits and dimension, which may not fill its bytes.
    told = (f"{bits} bits of {dimension}", "u1", (0,))
    if bits == 16:
        return np.dtype([("unit", "<f4"), ("steps", "<i2", (dimension,)), told])
    high, low = (-(-dimension * width // 8) for width in _WIDTHS[bits])
    return np.dtype([("unit", "<f4"), ("high", "u1", (high,)), ("low", "u1", (low,)), told])


def _read_kind(kept: NDArray[Any]) -> tuple[int, Bits | None]:
    """Dimension and bits of a file; (0, None) where it is none of these."""
    told = _TOLD.fullmatch((kept.dtype.names or ("",))[-1])
    for bits in typing.get_args(Bits):
        if told and int(told[1]) == bits and kept.ndim == 1 and kept.dtype == _kind(int(told[2]), bits):
            return int(told[2]), bits
    return 0, None


def _packed(codes: NDArray[np.int16], width: int) -> NDArray[np.uint8]:
    """Numbers of `width` bits, shape (n, d), as bytes: the first part of a row in the lowest bits, the next above."""
    each = 8 // width
    count, dimension = codes.shape
    length = -(-dimension // each)
    whole = np.zeros((count, each * length), np.uint8)
    whole[:, :dimension] = codes
    packed: NDArray[np.uint8] = np.bitwise_or.reduce(
        whole.reshape(count, each, length) << np.arange(0, 8, width, dtype=np.uint8)[:, None], axis=1
    )
    return packed


def _unpacked(packed: NDArray[np.uint8], width: int, dimension: int) -> Vectors:
    """What `_packed` made bytes of, shape (n, d)."""
    each = 8 // width
    count, length = packed.shape
    if each == 1:
        return packed.astype(np.float32)
    read = np.empty((count, each * length), np.float32)
    for part in range(each):
        codes = packed >> np.uint8(part * width)
        codes &= np.uint8((1 << width) - 1)
        read[:, part * length : (part + 1) * length] = codes
    return read[:, :dimension]
