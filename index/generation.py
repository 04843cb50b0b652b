"""The index folder: its file names, its manifest, its lock, and the small file that says which generation answers.

    <data>/CURRENT                    one line, the name of the generation that answers
    <data>/LOCK                       held by the one process that writes
    <data>/speakers.toml              the user's word on who is who; only ever read
    <data>/keys.json, keys.lock       the keys of the service; `index.keys` alone reads and writes them
    <data>/fetched.sqlite             pages that were fetched; `index.corpus.fetched.kept` alone reads and writes it
    <data>/generations/<name>/        manifest.json, store.sqlite, what stands in `Generation`

A generation is written into a fresh folder, its manifest last; only when every file and folder is on the disk
is CURRENT replaced, in one step. So whatever the moment a writer dies, CURRENT names a whole generation.

Who reads a generation holds a shared lock on its manifest for as long (`hold`), and nothing that is held is removed.
Readers write nothing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import fcntl
import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from index.errors import BusyError, DamagedIndexError, FormatError, NoIndexError, QuoteIndexError
from index.manifest import REMEDY, FileRecord, Manifest

_NAME = re.compile(r"[0-9]{8}T[0-9]{12}Z")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things lie inside one data folder."""

    data: Path

    @property
    def current(self) -> Path:
        """The pointer."""
        return self.data / "CURRENT"

    @property
    def lock(self) -> Path:
        """The lock of the one writer."""
        return self.data / "LOCK"

    @property
    def speakers(self) -> Path:
        """The user's word on who is who; may be missing."""
        return self.data / "speakers.toml"

    @property
    def unfinished(self) -> Path:
        """What a rebuild has worked so far; missing where the last one was done."""
        return self.data / "unfinished.sqlite"

    @property
    def fetched(self) -> Path:
        """Pages that were fetched from web addresses; missing where none was."""
        return self.data / "fetched.sqlite"

    @property
    def generations(self) -> Path:
        """The folder of all generations."""
        return self.data / "generations"

    def generation(self, name: str) -> Generation:
        """The paths of one generation."""
        return Generation(self.generations / name)


@dataclass(frozen=True, slots=True)
class Generation:
    """Where things lie inside one generation."""

    folder: Path

    @property
    def name(self) -> str:
        """The generation's name, the time when it was begun."""
        return self.folder.name

    @property
    def manifest(self) -> Path:
        """What the generation is made of."""
        return self.folder / "manifest.json"

    @property
    def store(self) -> Path:
        """Articles, quotations, speakers and passages."""
        return self.folder / "store.sqlite"

    @property
    def vectors(self) -> Path:
        """One vector a passage; of many the codes, and the numbers in vectors.npy beside it."""
        return self.folder / "vectors.faiss"

    @property
    def spoken(self) -> Path:
        """One vector a passage, of its quotation alone."""
        return self.folder / "spoken.npy"

    @property
    def lexical(self) -> Path:
        """The folder of the words."""
        return self.folder / "lexical"

    @property
    def wording(self) -> Path:
        """The folder of the very words, in their order."""
        return self.folder / "wording"

    @property
    def copies(self) -> Path:
        """The folder of what copies were looked for by; only the next rebuild reads it."""
        return self.folder / "copies"

    def files(self) -> dict[str, FileRecord]:
        """Size and hash of every file that belongs to the index, by its path inside the folder.

        The locks of tantivy (`.tantivy-*.lock`) come and go with its readers and are left out.
        """
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file() and path != self.manifest)
        return {
            path.relative_to(self.folder).as_posix(): record(path)
            for path in paths
            if not path.name.startswith(".tantivy-")
        }

    def read_manifest(self) -> Manifest:
        """The manifest of this generation.

        Raises:
            DamagedIndexError: it is missing, cannot be read, or is of another generation.
            FormatError: it is of another format.
        """
        try:
            manifest = Manifest.from_json(self.manifest.read_bytes().decode("utf-8"))
        except OSError as error:
            raise DamagedIndexError(f"{self.manifest}: {error.strerror}; {REMEDY}") from error
        except FormatError as error:
            raise FormatError(f"{self.manifest}: {error}") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DamagedIndexError(f"{self.manifest}: not a manifest ({error}); {REMEDY}") from error
        if manifest.generation != self.name:
            raise DamagedIndexError(f"{self.manifest}: of generation {manifest.generation}, not {self.name}; {REMEDY}")
        return manifest

    def faults(self, manifest: Manifest, hashed: Collection[str] | None = None) -> Iterator[str]:
        """One line for every file that is missing or is not as the manifest says, naming both figures.

        Of each file the size is compared; the hash of those in `hashed`, of all by default.
        """
        for name, expected in manifest.files.items():
            path = self.folder / name
            try:
                size = path.stat().st_size
                if size != expected.size:
                    yield f"{path}: {size} bytes, the manifest says {expected.size}"
                    continue
                if hashed is not None and name not in hashed:
                    continue
                found = record(path).sha256
            except OSError as error:
                yield f"{path}: {error.strerror}, the manifest says {expected.size} bytes"
                continue
            if found != expected.sha256:
                yield f"{path}: sha256 {found}, the manifest says {expected.sha256}"


def record(path: Path) -> FileRecord:
    """Size and hash of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileRecord(file.tell(), digest)


def current(data: Path) -> Generation:
    """The generation that answers.

    Raises:
        NoIndexError: the folder holds no index yet.
        DamagedIndexError: the pointer names no generation.
    """
    layout = Layout(data)
    try:
        pointer = layout.current.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise NoIndexError(f"{data} holds no index yet; run `attributed rebuild --data {data}`") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedIndexError(f"{layout.current}: cannot be read ({error}); {REMEDY}") from error
    name = pointer.removesuffix("\n")
    generation = layout.generation(name)
    if pointer == name:
        raise DamagedIndexError(f"{layout.current}: is cut off behind {name[:80]!r}; {REMEDY}")
    if not _NAME.fullmatch(name) or not generation.folder.is_dir():
        raise DamagedIndexError(f"{layout.current}: names {name[:80]!r}, there is no such generation; {REMEDY}")
    return generation


def is_name(text: str) -> bool:
    """Whether a generation may be called so."""
    return _NAME.fullmatch(text) is not None


def require(data: Path) -> None:
    """Say so where there is no index at all (NoIndexError); a damaged one is for whoever opens it."""
    with contextlib.suppress(DamagedIndexError):
        current(data)


def sealed(data: Path) -> list[Generation]:
    """Every generation with a manifest, the newest first; one that a killed writer left is none."""
    layout = Layout(data)
    try:
        names = sorted((path.name for path in layout.generations.iterdir()), reverse=True)
    except OSError:
        return []
    found = (layout.generation(name) for name in names if _NAME.fullmatch(name))
    return [generation for generation in found if generation.manifest.exists()]


def hold(generation: Generation) -> BinaryIO:
    """A shared lock on a generation until the file given back is closed: `prune` leaves it in its place.

    Raises:
        DamagedIndexError: it has no manifest, or is being removed.
    """
    try:
        file = generation.manifest.open("rb")
        try:
            # Where a file system knows no locks, a reader is as safe as the one generation before that is kept.
            with contextlib.suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_SH)
            if not os.path.samestat(os.fstat(file.fileno()), generation.manifest.stat()):
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise DamagedIndexError(f"{generation.manifest}: {error.strerror}; {REMEDY}") from error
    return file


@contextlib.contextmanager
def writing(data: Path) -> Iterator[Layout]:
    """Hold the lock of the data folder, which is made where there is none.

    The lock is the kernel's and ends with its process: one that was killed blocks nobody. What stands in the file, the
    id of that process, is only for the message.

    Raises:
        BusyError: another process holds it; the message says which.
    """
    layout = Layout(data)
    missing = [folder for folder in (layout.generations, *layout.generations.parents) if not folder.exists()]
    layout.generations.mkdir(parents=True, exist_ok=True)
    for folder in missing:
        _sync(folder.parent)
    with layout.lock.open("a+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = layout.lock.read_bytes().strip()[:20]
            who = f"process {holder.decode()}" if holder.isdigit() else "another process"
            raise BusyError(f"{layout.lock}: {who} is rebuilding {data}; wait for it to end") from None
        with contextlib.suppress(OSError):  # on a full disk the lock holds as well without the name
            file.truncate(0)
            file.write(f"{os.getpid()}\n".encode())
        yield layout


def begin(layout: Layout) -> Generation:
    """A fresh, empty folder for the generation to be written."""
    while True:
        now = dt.datetime.now(dt.UTC)
        generation = layout.generation(now.strftime("%Y%m%dT%H%M%S%f") + "Z")
        with contextlib.suppress(FileExistsError):
            generation.folder.mkdir()
            return generation


def seal(generation: Generation, manifest: Manifest) -> None:
    """Write the manifest and bring every file and folder of the generation to the disk."""
    generation.manifest.write_text(manifest.to_json(), "utf-8")
    for path in [*generation.folder.rglob("*"), generation.folder, generation.folder.parent]:
        _sync(path)


def switch(layout: Layout, generation: Generation) -> None:
    """Let this generation answer from now on: CURRENT is replaced in one step and brought to the disk."""
    aside = layout.data / "CURRENT.new"
    try:
        aside.write_text(f"{generation.name}\n", "utf-8")
        _sync(aside)
        os.replace(aside, layout.current)  # noqa: PTH105  named in the tests that kill a writer here
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _sync(layout.data)


def prune(layout: Layout, keep: set[str]) -> None:
    """Remove every generation but these and those that somebody reads: older ones, and what a killed writer left."""
    (layout.data / "CURRENT.new").unlink(missing_ok=True)
    for folder in layout.generations.iterdir():
        if folder.name not in keep:
            with contextlib.suppress(OSError):
                _remove(layout.generation(folder.name))


def discard(layout: Layout, generation: Generation) -> None:
    """Remove a generation that could not be finished, unless CURRENT names it already."""
    with contextlib.suppress(QuoteIndexError):
        if current(layout.data) == generation:
            return
    shutil.rmtree(generation.folder, ignore_errors=True)


def _remove(generation: Generation) -> None:
    """Remove a folder, its manifest first: what is left of it is no generation. Not while it is held (OSError)."""
    with contextlib.ExitStack() as locked:
        with contextlib.suppress(FileNotFoundError):
            file = locked.enter_context(generation.manifest.open("rb"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            generation.manifest.unlink()
        shutil.rmtree(generation.folder, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
