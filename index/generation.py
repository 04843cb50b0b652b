"""The index folder: its file names, its manifest, its lock, and the small file that says which generation answers.

    <data>/CURRENT                    one line, the name of the generation that answers
    <data>/LOCK                       held by the one process that writes
    <data>/speakers.toml              the user's word on who is who; only ever read
    <data>/generations/<name>/        manifest.json, store.sqlite, vectors.faiss, spoken.npy, lexical/, wording/

A generation is written into a fresh folder, its manifest last; only when every file and folder is on the disk
is CURRENT replaced, in one step. So whatever the moment a writer dies, CURRENT names a whole generation.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import BusyError, DamagedIndexError, NoIndexError

FORMAT = 3
"""Of the folder and of every file in it; raised when an older program could not read a newer index."""
REMEDY = "run `attributed rebuild`"
_NAME = re.compile(r"[0-9]{8}T[0-9]{12}Z")


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file of a generation: `size` in bytes, `sha256` in hex."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """The encoder that made the vectors; `fingerprint` is the SHA-256 of its weights."""

    name: str
    fingerprint: str
    dimension: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each the generation holds; a passage is a row of the store, a vector and a lexical document."""

    articles: int
    quotations: int
    speakers: int
    passages: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation is made of.

    `created`: UTC, ISO 8601. `previous`: the generation that answered before, None for the first. `corpus`:
    SHA-256 over the articles' fingerprints, sorted. `versions`: of program, extractor, passages and libraries.
    `files`: every file by its path inside the folder.
    """

    format: int
    generation: str
    created: str
    previous: str | None
    model: Model
    counts: Counts
    corpus: str
    versions: Mapping[str, str]
    files: Mapping[str, FileRecord]

    def to_json(self) -> str:
        """The manifest as it stands on disk."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read what `to_json` wrote (ValueError, KeyError or TypeError where it is something else)."""
        fields: dict[str, Any] = json.loads(text)
        if fields["format"] != FORMAT:
            raise ValueError(f"its format is {fields['format']}, this program reads {FORMAT}")
        return cls(
            format=fields["format"],
            generation=fields["generation"],
            created=fields["created"],
            previous=fields["previous"],
            model=Model(**fields["model"]),
            counts=Counts(**fields["counts"]),
            corpus=fields["corpus"],
            versions=dict(fields["versions"]),
            files={name: FileRecord(**record) for name, record in fields["files"].items()},
        )


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
        """One vector a passage."""
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
            DamagedIndexError: it is missing, cannot be read, or is of another generation or format.
        """
        try:
            manifest = Manifest.from_json(self.manifest.read_text("utf-8"))
        except OSError as error:
            raise DamagedIndexError(f"{self.manifest}: {error.strerror}; {REMEDY}") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise DamagedIndexError(f"{self.manifest}: not a manifest ({error}); {REMEDY}") from error
        if manifest.generation != self.name:
            raise DamagedIndexError(f"{self.manifest}: of generation {manifest.generation}, not {self.name}; {REMEDY}")
        return manifest

    def faults(self, manifest: Manifest) -> Iterator[str]:
        """One line for every file that is missing or is not as the manifest says, naming both figures."""
        for name, expected in manifest.files.items():
            path = self.folder / name
            try:
                size = path.stat().st_size
                if size != expected.size:
                    yield f"{path}: {size} bytes, the manifest says {expected.size}"
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
        name = layout.current.read_text("utf-8").strip()
    except FileNotFoundError:
        raise NoIndexError(f"{data} holds no index yet; run `attributed rebuild --data {data}`") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DamagedIndexError(f"{layout.current}: cannot be read ({error}); {REMEDY}") from error
    generation = layout.generation(name)
    if not _NAME.fullmatch(name) or not generation.folder.is_dir():
        raise DamagedIndexError(f"{layout.current}: names {name[:80]!r}, there is no such generation; {REMEDY}")
    return generation


def checked(data: Path) -> tuple[Generation, Manifest]:
    """The generation that answers, every file of it checked against its manifest.

    Raises:
        NoIndexError: the folder holds no index yet.
        DamagedIndexError: a file is missing or differs; the message names both figures.
    """
    generation = current(data)
    manifest = generation.read_manifest()
    for fault in generation.faults(manifest):
        raise DamagedIndexError(f"{fault}; {REMEDY}")
    return generation, manifest


@contextlib.contextmanager
def writing(data: Path) -> Iterator[Layout]:
    """Hold the lock of the data folder, which is made where there is none.

    The lock is the kernel's and ends with its process: one that was killed blocks nobody.

    Raises:
        BusyError: another process holds it.
    """
    layout = Layout(data)
    layout.generations.mkdir(parents=True, exist_ok=True)
    with layout.lock.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"{layout.lock}: another process is rebuilding {data}; wait for it to end") from None
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
    aside.write_text(f"{generation.name}\n", "utf-8")
    _sync(aside)
    os.replace(aside, layout.current)  # noqa: PTH105  named in the tests that kill a writer here
    _sync(layout.data)


def prune(layout: Layout, keep: set[str]) -> None:
    """Remove every generation but these: older ones, and what a killed writer left."""
    for folder in layout.generations.iterdir():
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
