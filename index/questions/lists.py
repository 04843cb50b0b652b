"""Words that are spelt as they are meant: common ones of English, with how often they are written, and names of people.

Both lists are those of packages, pyspellchecker and Faker, which take a second to be read and then hold 20 MB. So they
are read once, in a process that ends, and kept as numbers in the folder of the index: <data>/words/<key>.npz, where the
key tells versions apart. Where no folder is told, or none can be written, each process makes its own.
"""

from __future__ import annotations

import bisect
import hashlib
import importlib
import importlib.metadata
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from array import array
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from index.child import inherited
from index.queries import folded

SEEN = 50
"""How often pyspellchecker's corpus must have a word for it to be a common one; its rare ones all stand at 50."""
RECIPE = 1
"""Of all here that bears on what is kept."""
PACKAGES = ("faker", "pyspellchecker")
REMEMBERED = 4096
"""Words of which each answer is remembered: questions use the same ones, and look them up several times."""

_loading = threading.Lock()
_read: Lists | None = None
_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Lists:
    """Numbers of words, rising: as texts in a set they take 25 MB more.

    `times`: how often a text of `total` words has each of `common`. Two words have the same number with a chance of one
    in a thousand million.
    """

    common: array[int]
    times: array[float]
    names: array[int]
    total: float

    @classmethod
    def of(cls, times: Mapping[str, int], names: Iterable[str]) -> Lists:
        """Those of folded words."""
        counted = sorted((_number(word), count) for word, count in times.items())
        return cls(
            array("Q", [number for number, _ in counted]),
            array("f", [count for _, count in counted]),
            array("Q", sorted({_number(name) for name in names})),
            float(sum(times.values())),
        )

    @classmethod
    def open(cls, path: Path) -> Lists:
        """What `write` wrote (OSError, ValueError, KeyError or BadZipFile: it is not there, or not whole)."""
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            common, times, names = (
                array(kind, kept[name].astype(kind, casting="no").tobytes())
                for name, kind in (("common", "Q"), ("times", "f"), ("names", "Q"))
            )
            total = float(kept["total"])
        if not len(common) == len(times) > 0 < len(names) or not total > 0:
            raise ValueError(f"{path}: no lists of words")
        return cls(common, times, names, total)

    def write(self, path: Path) -> None:
        """Write them, whole or not at all (OSError: they cannot be)."""
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(".making-*"):  # by a process that was killed
            left.unlink(missing_ok=True)
        aside = path.with_name(f".making-{os.getpid()}")
        try:
            with aside.open("wb") as file:
                np.savez(
                    file,
                    common=np.array(self.common, np.uint64),
                    times=np.array(self.times, np.float32),
                    names=np.array(self.names, np.uint64),
                    total=np.float64(self.total),
                )
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


@lru_cache(REMEMBERED)
def is_common(word: str) -> bool:
    """Whether the folded word is one of the 57,000 common ones of English: spelt as it is meant."""
    return _place(lists().common, word) is not None


@lru_cache(REMEMBERED)
def frequency(word: str) -> float:
    """The share of all words of English text that this folded one is, rounded up for rare ones; above 0."""
    known = lists()
    at = _place(known.common, word)
    return (SEEN if at is None else known.times[at]) / known.total


@lru_cache(REMEMBERED)
def is_personal_name(word: str) -> bool:
    """Whether the folded word is a given or a family name somewhere: as likely somebody else's as a misspelt one."""
    return _place(lists().names, word) is not None


def keep_in(data: Path) -> None:
    """From now on what is not yet read is read from this folder of an index, and kept there."""
    global _folder
    _folder = data / "words"


def kept(data: Path) -> None:
    """Make sure that the lists lie in this folder of an index; without a word where it cannot be written."""
    keep_in(data)
    path = data / "words" / _name()
    if not path.exists():
        with suppress(OSError):
            lists().write(path)


def lists() -> Lists:
    """The lists, read once. A lock for every word asked would cost as much as looking it up."""
    global _read
    if _read is None:
        with _loading:
            if _read is None:
                _read = _opened(_folder)
    return _read


def _opened(folder: Path | None) -> Lists:
    """Those kept in a folder; made first where there are none that are whole."""
    if folder is not None:
        with suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return Lists.open(folder / _name())
    with tempfile.TemporaryDirectory() as aside:
        path = Path(aside) / _name()
        try:
            made = _made_elsewhere(path)
        except (OSError, ValueError, KeyError, subprocess.SubprocessError, zipfile.BadZipFile):
            made = _made()
    if folder is not None:
        with suppress(OSError):
            made.write(folder / _name())
    return made


def _made_elsewhere(path: Path) -> Lists:
    """Made by a process that ends and takes along what the packages hold."""
    command = [sys.executable, "-m", "index.questions.lists", str(path)]
    subprocess.run(command, env=inherited(), capture_output=True, stdin=subprocess.DEVNULL, check=True)
    return Lists.open(path)


def _made() -> Lists:
    from spellchecker import SpellChecker

    words = SpellChecker(language="en").word_frequency
    return Lists.of({word: times for word, times in words.items() if times > SEEN}, map(folded, _names()))


def _names() -> set[str]:
    import pkgutil

    import faker.providers.person as person

    names: set[str] = set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for kind in ("last_names", "first_names_female", "first_names_male"):
            names.update(getattr(provider, kind, ()))
    return names


def _number(word: str) -> int:
    """The same in every process, which Python's own hash of a text is not."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _place(numbers: array[int], word: str) -> int | None:
    number = _number(word)
    at = bisect.bisect_left(numbers, number)
    return at if at < len(numbers) and numbers[at] == number else None


@cache
def _name() -> str:
    versions = [importlib.metadata.version(name) for name in PACKAGES]
    return f"{hashlib.sha256(repr((RECIPE, SEEN, versions)).encode()).hexdigest()[:16]}.npz"


if __name__ == "__main__":
    _made().write(Path(sys.argv[1]))
