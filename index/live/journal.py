"""The journal: every article added and every id removed, in order, on the disk before the answer goes out.

    <data>/live/journal      a head of 8 bytes, then records
    <data>/live/LOCK         held by the one process that writes

A record is a head of 20 bytes (magic, length of the payload, number, CRC-32 of the payload, CRC-32 of these) and the
payload. Numbers rise by one. The head has a checksum of its own, so that a damaged length is not taken for a record
that was cut off: only what reaches beyond the end of the file, or is the very last and not whole, is one that a killed
writer left, of which nobody was told. It is cut off, and kept aside. Whatever else is not as it was written is named.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import orjson

from index.errors import BusyError, DamagedIndexError

FIRST = b"ATTRJ\x00\x01\n"
"""What a journal begins with: its name and version."""
_HEAD = struct.Struct("<2sIQI")
_CHECK = struct.Struct("<I")
_MAGIC = b"\xa7R"
HEAD = _HEAD.size + _CHECK.size
LARGEST = 1 << 30
"""Bytes of a payload at most; an article of a million characters with all that was found in it takes a tenth."""

Operation = Literal["add", "remove"]


@dataclass(frozen=True, slots=True)
class Record:
    """One operation: `number` from 1 on, `payload` as `index.live.worked` makes it of an article, or the id removed."""

    number: int
    operation: Operation
    id: str
    payload: bytes = b""

    def to_bytes(self) -> bytes:
        """The record as it stands in the file."""
        head = orjson.dumps({"op": self.operation, "id": self.id})
        body = b"".join((_CHECK.pack(len(head)), head, self.payload))
        start = _HEAD.pack(_MAGIC, len(body), self.number, zlib.crc32(body))
        return b"".join((start, _CHECK.pack(zlib.crc32(start)), body))


class Journal:
    """The journal of a data folder, opened by its one writer; whoever only reads calls `read`."""

    def __init__(self, path: Path, lock: BinaryIO, file: BinaryIO, last: int) -> None:
        self.path = path
        self._lock = lock
        self._file = file
        self.last = last
        """Number of the last record."""

    @classmethod
    def open(cls, data: Path) -> Journal:
        """Take the lock of the journal, and cut off what a killed writer left.

        Raises:
            BusyError: another process holds it.
            DamagedIndexError: a record is not as it was written; the message says where.
            OSError: it cannot be written.
        """
        folder = folder_of(data)
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as undo:
            lock = undo.enter_context((folder / "LOCK").open("a+b", buffering=0))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BusyError(
                    f"{folder / 'LOCK'}: another service adds articles to {data}; send them there, or end it"
                ) from None
            path = folder / "journal"
            if not path.exists():
                _write_anew(path, []).close()
            last, end = 0, len(FIRST)
            for record, end in _records(path):  # noqa: B007  where the last whole one ends
                last = record.number
            file = undo.enter_context(path.open("r+b", buffering=0))
            if file.seek(0, os.SEEK_END) > end:
                _keep_aside(path, end)
                file.truncate(end)
                os.fsync(file.fileno())
            file.seek(end)
            undo.pop_all()
            return cls(path, lock, file, last)

    def append(self, records: Iterable[tuple[Operation, str, bytes]]) -> list[int]:
        """Write operations, (operation, id, payload) each, and give their numbers once they are on the disk.

        All or none: where the disk is full (OSError), the file is as it was.
        """
        numbered = [Record(self.last + place, *one) for place, one in enumerate(records, 1)]
        start = self._file.tell()
        try:
            whole = memoryview(b"".join(record.to_bytes() for record in numbered))
            while whole:
                whole = whole[self._file.write(whole) :]
            os.fdatasync(self._file.fileno())
        except BaseException:
            self._file.truncate(start)
            self._file.seek(start)
            raise
        self.last += len(numbered)
        return [record.number for record in numbered]

    def compact(self, records: Iterable[Record]) -> None:
        """Let these records, numbers rising, stand in place of all; the old file stands until the new one is whole."""
        file = _write_anew(self.path, records, keep=self.last)
        self._file.close()
        self._file = file

    def close(self) -> None:
        """Give the journal back."""
        self._file.close()
        self._lock.close()


def folder_of(data: Path) -> Path:
    """Where the journal of a data folder lies, and what is made of it."""
    return data / "live"


def read(data: Path, after: int = 0) -> Iterator[Record]:
    """Every whole record with a number above `after`, in order; none where there is no journal.

    What is being written meanwhile may or may not be among them.

    Raises:
        DamagedIndexError: a record is not as it was written.
    """
    path = folder_of(data) / "journal"
    if path.exists():
        for record, _ in _records(path):
            if record.number > after:
                yield record


def _records(path: Path) -> Iterator[tuple[Record, int]]:
    """Each record with where it ends."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        first = file.read(len(FIRST))
        if first != FIRST:
            raise DamagedIndexError(f"{path}: is no journal of this version (it begins with {first!r}); {_REMEDY}")
        at, last = len(FIRST), 0
        while at + HEAD <= size:
            head = file.read(HEAD)
            magic, length, number, check = _HEAD.unpack(head[: _HEAD.size])
            if (zlib.crc32(head[: _HEAD.size]),) != _CHECK.unpack(head[_HEAD.size :]) or magic != _MAGIC:
                # A file that grew before its bytes came, which some file systems leave behind, is zeros to the end.
                if not head.strip(b"\0") and not any(
                    chunk.strip(b"\0") for chunk in iter(lambda: file.read(1 << 20), b"")
                ):
                    return
                raise DamagedIndexError(f"{path}: no record begins at byte {at}, behind number {last}; {_REMEDY}")
            end = at + HEAD + length
            if end > size:
                return
            body = file.read(length)
            if zlib.crc32(body) != check:
                if end == size:
                    return
                raise DamagedIndexError(f"{path}: record {number} at byte {at} is damaged; {_REMEDY}")
            if number <= last:
                raise DamagedIndexError(f"{path}: record {number} at byte {at} stands behind {last}; {_REMEDY}")
            yield _record(path, number, body), end
            at, last = end, number


_REMEDY = "put a copy of the file in its place, or move it away and post again what it held"


def _record(path: Path, number: int, body: bytes) -> Record:
    try:
        (length,) = _CHECK.unpack(body[: _CHECK.size])
        start = _CHECK.size + length
        head = orjson.loads(body[_CHECK.size : start])
        return Record(number, head["op"], head["id"], body[start:])
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise DamagedIndexError(f"{path}: record {number} cannot be read ({error}); {_REMEDY}") from error


def _write_anew(path: Path, records: Iterable[Record], keep: int = 0) -> BinaryIO:
    """A whole new file in place of the one that is there, open for what comes.

    `keep`: a number that must not be given again; an empty record stands for it where its own is gone.
    """
    aside = path.with_name("journal.new")
    file = aside.open("w+b", buffering=0)
    try:
        file.write(FIRST)
        last = 0
        for record in records:
            file.write(record.to_bytes())
            last = record.number
        if last < keep:
            file.write(Record(keep, "remove", "").to_bytes())
        os.fsync(file.fileno())
        os.replace(aside, path)  # noqa: PTH105  named in the tests that kill a writer here
    except BaseException:
        file.close()
        aside.unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    return file


def _keep_aside(path: Path, start: int) -> None:
    """Keep what is cut off in a file of its own, for whoever wants to look at it."""
    with path.open("rb") as file:
        file.seek(start)
        path.with_name("journal.cut-off").write_bytes(file.read())
