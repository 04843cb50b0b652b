"""Archives: zip, tar, and single files that gzip, bzip2 or xz made small; what lies in them is read like any file.

Nothing is unpacked to a place that an archive names. A member is read as far as a limit, whatever size is claimed, and
all that lies in one file of the disk, archives in archives included, unfolds to no more than text can.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from index.corpus.files import INSIDE, Budget, File, Found, Reading, printable
from index.errors import ArticleError

MEMBER_LIMIT = 256 * 2**20
"""Bytes of one member, unpacked."""
RATIO_LIMIT = 100
"""How many times larger than its file what lies in it may be: text shrinks to a third or a tenth, a bomb to none.
What an archive within an archive holds counts for both."""
SMALLEST_BUDGET = 64 * 2**20
"""Bytes that any archive may unfold to."""
MEMBERS_LIMIT = 200_000
DEPTH_LIMIT = 3
"""Archives within each other."""

PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
"""How files begin that gzip, bzip2 and xz made."""
_OPENERS: tuple[Callable[[Any], Any], ...] = (lambda stream: gzip.GzipFile(fileobj=stream), bz2.BZ2File, lzma.LZMAFile)
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError,
    OSError, UnicodeError, ValueError, struct.error,
)  # fmt: skip


def read_zip(file: File, _reading: Reading) -> Iterator[Found]:
    """Give the files of a zip archive, in their order."""
    return _guarded(file, _zip)


def read_tar(file: File, _reading: Reading) -> Iterator[Found]:
    """Give the files of a tar archive, packed or not, in their order."""
    return _guarded(file, _tar)


def read_packed(file: File, _reading: Reading) -> Iterator[Found]:
    """Give the one file that was packed."""
    return _guarded(file, _packed)


def unpacking(stream: BinaryIO, budget: Budget) -> BinaryIO:
    """The bytes of a stream, unpacked where it is packed; to read more of them than the budget is an OverflowError."""
    start = stream.read(6)
    stream.seek(0)
    for magic, opener in zip(PACKED, _OPENERS, strict=True):
        if start.startswith(magic):
            return io.BufferedReader(_Budgeted(opener(stream), budget))
    return stream


def budget_of(file: File) -> Budget:
    """What may be unpacked of a file: what is left of the budget where it lies in an archive, else one of its own."""
    if file.budget is not None:
        return file.budget
    with file.open() as stream:
        return Budget(max(SMALLEST_BUDGET, RATIO_LIMIT * stream.seek(0, io.SEEK_END)))


class _Budgeted(io.RawIOBase):
    """A stream that spends a budget as it is read."""

    def __init__(self, stream: IO[bytes], budget: Budget) -> None:
        self._stream = stream
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._stream.read(len(buffer))
        self._budget.spend(len(part))
        buffer[: len(part)] = part
        return len(part)


def _guarded(file: File, members: Callable[[File, Budget], Iterator[Found]]) -> Iterator[Found]:
    """The members; whatever faults of the archive raise becomes an ArticleError that names it, the last given."""
    if file.depth >= DEPTH_LIMIT:
        yield ArticleError(file.name, None, f"it lies in {DEPTH_LIMIT} archives; unpack them first")
        return
    try:
        waiting = members(file, budget_of(file))
        while (member := next(waiting, None)) is not None:
            yield member
    except OverflowError:
        yield ArticleError(
            file.name, None, f"it unfolds to {RATIO_LIMIT} times its size and more, as bombs do; the rest is not read"
        )
    except _BROKEN as error:
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        yield ArticleError(file.name, None, f"the archive is broken: {reason}; what comes after is not read")


def _zip(file: File, budget: Budget) -> Iterator[Found]:
    with file.open() as stream:
        if _members_claimed(stream) > MEMBERS_LIMIT:
            yield ArticleError(file.name, None, f"it holds more than {MEMBERS_LIMIT} files; pack them in parts")
            return
        with zipfile.ZipFile(stream) as archive:
            for info in archive.infolist():
                member = printable(info.filename)
                name = f"{file.name}{INSIDE}{member}"
                if info.is_dir():
                    continue
                if info.flag_bits & 1:
                    yield ArticleError(name, None, "it is locked by a password; unpack it first")
                elif fault := _path_fault(info.filename):
                    yield ArticleError(name, None, fault)
                else:
                    yield from _member(file, member, partial(archive.open, info), budget)


def _members_claimed(stream: BinaryIO) -> int:
    """How many files the end of a zip archive tells of, 0 where it is not found: zipfile holds a record of each.

    End of central directory record, and its zip64 form: APPNOTE.TXT 4.3.14 and 4.3.16.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - 65_557 - 76))
    end = stream.read()
    stream.seek(0)
    place = end.rfind(b"PK\x05\x06")
    if place < 0 or len(end) < place + 16:
        return 0
    claimed: int = struct.unpack_from("<H", end, place + 10)[0]
    # zipfile goes by the size of the directory, in which a record has 46 bytes at least.
    directory: int = struct.unpack_from("<L", end, place + 12)[0]
    wide = end.rfind(b"PK\x06\x06", 0, place)
    if wide >= 0 and len(end) >= wide + 48:
        directory = struct.unpack_from("<Q", end, wide + 40)[0]
    return max(claimed, min(directory, size) // 46)


def _tar(file: File, budget: Budget) -> Iterator[Found]:
    # As a stream: members come one by one, and nothing is looked for ahead.
    with file.open() as packed, tarfile.open(fileobj=unpacking(packed, budget), mode="r|") as archive:
        for number, info in enumerate(archive):
            archive.members = []  # type: ignore[attr-defined]  # it would keep a record of each
            member = printable(info.name)
            name = f"{file.name}{INSIDE}{member}"
            if number == MEMBERS_LIMIT:
                yield ArticleError(file.name, None, f"it holds more than {MEMBERS_LIMIT} files; the rest is not read")
                return
            if info.isdir():
                continue
            if not info.isfile():
                yield ArticleError(name, None, "it is a link or a device, and no file")
            elif fault := _path_fault(info.name):
                yield ArticleError(name, None, fault)
            else:
                yield from _member(file, member, partial(_of_tar, archive, info), budget)


def _of_tar(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    return cast(IO[bytes], archive.extractfile(info))  # None for what is no file


def _packed(file: File, budget: Budget) -> Iterator[Found]:
    inner = file.stem if file.suffix in (".gz", ".bz2", ".xz") else f"{file.stem}{file.suffix}"
    with file.open() as stream:
        yield from _member(file, inner, lambda: unpacking(stream, budget), budget)


def _member(file: File, member: str, unpack: Callable[[], IO[bytes]], budget: Budget) -> Iterator[Found]:
    """The member as a file, unpacked as far as the limits."""
    name = f"{file.name}{INSIDE}{member}"
    size = 0
    with tempfile.NamedTemporaryFile() as held:
        with unpack() as stream:
            while part := stream.read(1 << 16):
                size += len(part)
                budget.spend(len(part))
                if size > MEMBER_LIMIT:
                    yield ArticleError(name, None, f"it has more than {MEMBER_LIMIT} bytes unpacked; unpack it first")
                    return
                held.write(part)
        held.flush()
        path = Path(held.name)
        yield File(name, lambda: path.open("rb"), member=member, depth=file.depth + 1, budget=budget)


def _path_fault(name: str) -> str | None:
    path = name.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or path[1:2] == ":":
        return "its name leads out of the archive"
    return "its name holds a NUL character" if "\0" in name else None
