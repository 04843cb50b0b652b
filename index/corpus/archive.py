"""Archives: zip, tar, and single files that gzip, bzip2 or xz made small; what lies in them is read like any file.

Nothing is unpacked to a place that an archive names. A member is read as far as a limit, whatever size is claimed.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

from index.corpus.files import INSIDE, File, Found, Reading
from index.errors import ArticleError

MEMBER_LIMIT = 256 * 2**20
"""Bytes of one member, unpacked."""
RATIO_LIMIT = 200
"""How many times larger a member may be than its packed bytes: text shrinks to a third or a tenth, a bomb to none."""
RATIO_FROM = 2**20
"""Bytes from which that is looked at."""
MEMBERS_LIMIT = 200_000
DEPTH_LIMIT = 3
"""Archives within each other."""

_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, NotImplementedError, RuntimeError,
    OSError, UnicodeError, ValueError,
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


def _guarded(file: File, members: Callable[[File], Iterator[Found]]) -> Iterator[Found]:
    """The members; whatever faults of the archive raise becomes an ArticleError that names it, the last given."""
    if file.depth >= DEPTH_LIMIT:
        yield ArticleError(file.name, None, f"it lies in {DEPTH_LIMIT} archives; unpack them first")
        return
    waiting = members(file)
    while True:
        try:
            member = next(waiting, None)
        except _BROKEN as error:
            reason = " ".join(str(error).split())[:120] or type(error).__name__
            yield ArticleError(file.name, None, f"the archive is broken: {reason}; what comes after is not read")
            return
        if member is None:
            return
        yield member


def _zip(file: File) -> Iterator[Found]:
    with file.open() as stream, zipfile.ZipFile(stream) as archive:
        for number, info in enumerate(archive.infolist()):
            if number == MEMBERS_LIMIT:
                yield _too_many(file)
                return
            if info.is_dir():
                continue
            name = f"{file.name}{INSIDE}{_shown(info.filename)}"
            if info.flag_bits & 1:
                yield ArticleError(name, None, "it is locked by a password; unpack it first")
            elif fault := _path_fault(info.filename):
                yield ArticleError(name, None, fault)
            else:
                yield from _member(file, _shown(info.filename), partial(archive.open, info), info.compress_size)


def _tar(file: File) -> Iterator[Found]:
    # As a stream: members come one by one, and nothing is looked for ahead.
    with file.open() as stream, tarfile.open(fileobj=stream, mode="r|*") as archive:
        for number, info in enumerate(archive):
            archive.members = []  # type: ignore[attr-defined]  # it would keep a record of each
            if number == MEMBERS_LIMIT:
                yield _too_many(file)
                return
            if info.isdir():
                continue
            name = f"{file.name}{INSIDE}{_shown(info.name)}"
            if not info.isfile():
                yield ArticleError(name, None, "it is a link or a device, and no file")
            elif fault := _path_fault(info.name):
                yield ArticleError(name, None, fault)
            else:
                yield from _member(file, _shown(info.name), partial(_of_tar, archive, info), None)


def _of_tar(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    found = archive.extractfile(info)
    assert found is not None  # it is a file
    return found


def _packed(file: File) -> Iterator[Found]:
    openers: dict[bytes, Callable[[IO[bytes]], Any]] = {
        b"\x1f\x8b": lambda stream: gzip.GzipFile(fileobj=stream),
        b"BZh": bz2.BZ2File,
        b"\xfd7zXZ\0": lzma.LZMAFile,
    }
    with file.open() as stream:
        start = stream.read(6)
        stream.seek(0, 2)
        size = stream.tell()
        stream.seek(0)
        opener = next(opener for magic, opener in openers.items() if start.startswith(magic))
        inner = file.stem if file.suffix in (".gz", ".bz2", ".xz") else f"{file.stem}{file.suffix}"
        yield from _member(file, inner, lambda: opener(stream), size)


def _member(file: File, member: str, unpack: Callable[[], IO[bytes]], packed: int | None) -> Iterator[Found]:
    """The member as a file, unpacked as far as the limits."""
    name = f"{file.name}{INSIDE}{member}"
    size = 0
    with tempfile.NamedTemporaryFile() as held:
        with unpack() as stream:
            while part := stream.read(1 << 16):
                size += len(part)
                if size > MEMBER_LIMIT:
                    yield ArticleError(name, None, f"it has more than {MEMBER_LIMIT} bytes unpacked; unpack it first")
                    return
                if packed is not None and size > RATIO_FROM and size > RATIO_LIMIT * max(packed, 1):
                    yield ArticleError(name, None, f"it unfolds to {RATIO_LIMIT} times its size and more, as bombs do")
                    return
                held.write(part)
        held.flush()
        path = Path(held.name)
        yield File(name, lambda: path.open("rb"), member=member, depth=file.depth + 1)


def _path_fault(name: str) -> str | None:
    path = name.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or path[1:2] == ":":
        return "its name leads out of the archive"
    return "its name holds a NUL character" if "\0" in name else None


def _shown(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")


def _too_many(file: File) -> ArticleError:
    return ArticleError(file.name, None, f"it holds more than {MEMBERS_LIMIT} files; the others are not read")
