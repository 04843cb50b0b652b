"""Who may be one with whom: speakers of articles by a key that all have in common who could ever be joined or rivals.

`index.speakers.identity` joins people by given name and surname, bodies by their name, and gives ids by these; so
nobody outside a key changes who is who inside it. The user's speakers.toml joins over keys: whoever is one speaker
today, or named by one entry, is looked at together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import orjson
from numpy.typing import NDArray

from index.queries import folded
from index.speakers.fullname import SUFFIXES, read_name
from index.speakers.identity import speaker_id
from index.speakers.userfile import UserFile
from index.store import Store
from index.types import ArticleSpeaker, Speaker, SpeakerKind

Ids = NDArray[np.int64]
Key = str

KINDS: tuple[SpeakerKind, ...] = ("person", "organisation")
"""Of a name that a line of the user's file gives."""
REMEMBERED = 20_000
"""Speakers of articles of a generation that are kept once read, some 10 MB: who is in the news today is tomorrow."""


@dataclass(frozen=True, slots=True)
class Said:
    """A speaker of one article with the rows of its quotations. `known`: its own row in the generation, None if added.

    `number`: that of the speaker over the corpus, as the generation has it.
    """

    one: ArticleSpeaker
    rows: tuple[int, ...]
    known: int | None = None
    number: int | None = None

    @property
    def key(self) -> Key:
        """What it shares with all who could be one with it, or rivals for its id."""
        speaker = self.one.speaker
        return key_of(speaker.id, speaker.name, speaker.kind, self.one.article_id)


def key_of(id_: str, name: str, kind: SpeakerKind, article: str) -> Key:
    """The key of a speaker of an article; one of its own where it stays within its article."""
    if kind == "unnamed":
        return f"{id_}\0"  # nearly always holds the article; where it does not, they are rivals for it
    if kind == "person":
        read = read_name(name)
        if len(read.words) > 1:
            return _ends(read.units[0].split() + read.units[-1].split())
    elif (kind == "group" or " " in name) and id_ == speaker_id(name, article):
        return f"{id_}\0{article}"
    elif words := folded(name).removeprefix("the ").split():
        return _ends(words)
    return f"{id_}\0{article}"


def _ends(words: Sequence[str]) -> Key:
    plain = [word for word in words if word not in SUFFIXES] or words
    return f"{plain[0]} {plain[-1]}"


class Known:
    """The speakers of the articles of one generation by key and by number; reads what is asked for, and keeps it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        rows: list[int] = []
        numbers: list[int] = []
        keys: list[int] = []
        for row, id_, name, kind, article, number in store.article_speakers():
            rows.append(row)
            numbers.append(number)
            keys.append(hash(key_of(id_, name, kind, article)))
        self._rows = np.array(rows, np.int64)
        self._numbers = np.array(numbers, np.int64)
        self._keys = np.array(keys, np.int64)
        self._by_key = np.argsort(self._keys, kind="stable")
        self._by_number = np.argsort(self._numbers, kind="stable")
        self._read: dict[int, Said] = {}

    def of_keys(self, keys: Collection[Key]) -> Ids:
        """The rows of those with one of these keys; of two keys in a million million others may be among them."""
        return self._rows[_of(self._keys, self._by_key, [hash(key) for key in keys])]

    def of_numbers(self, numbers: Collection[int]) -> Ids:
        """The rows of those that are one of these speakers over the corpus."""
        return self._rows[_of(self._numbers, self._by_number, numbers)]

    def of_article(self, id_: str) -> Ids:
        """The rows of the speakers of an article."""
        return np.array(self._store.speakers_of(id_), np.int64)

    def numbers(self, rows: Ids) -> set[int]:
        """Who these are over the corpus."""
        return set(self._numbers[np.searchsorted(self._rows, rows)].tolist())

    def said(self, rows: Ids) -> list[Said]:
        """Speakers of articles by their rows."""
        wanted = rows.tolist()
        missing = [row for row in wanted if row not in self._read]
        if missing:
            if len(self._read) + len(missing) > REMEMBERED:
                self._read.clear()
                missing = wanted
            for (
                row,
                article,
                source,
                id_,
                name,
                kind,
                aliases,
                roles,
                gender,
                number,
                quotations,
            ) in self._store.article_speakers_said(missing):
                speaker = Speaker(id_, name, kind, tuple(orjson.loads(aliases)), tuple(orjson.loads(roles)), gender)
                said = tuple(map(int, quotations.split(",")))
                one = ArticleSpeaker(speaker, article, source, len(said))
                self._read[row] = Said(one, said, row, number)
        return [self._read[row] for row in wanted]


def together(user: UserFile) -> dict[Key, set[Key]]:
    """Keys that lines of the user's file bring together: whoever has one of them is looked at with all."""
    found: defaultdict[Key, set[Key]] = defaultdict(set)
    groups = [
        {one for value in (entry.name, entry.id, *(term.value for term in entry.join)) for one in _named(value)}
        for entry in user.entries
    ]
    groups += [
        {one for value in (split.name, split.target, split.shown) for one in _named(value)} for split in user.splits
    ]
    for group in groups:
        for key in group:
            found[key] |= group
    return found


def _named(value: str | None) -> Iterator[Key]:
    """The keys that a name or an id may have."""
    if value:
        for kind in KINDS:
            yield key_of("", value, kind, "")
            yield key_of("", value.replace("-", " "), kind, "")
        if "-" in value:
            yield key_of("", value.rpartition("-")[0].replace("-", " "), "organisation", "")


def _of(values: Ids, order: Ids, wanted: Iterable[int]) -> Ids:
    """The positions of the wanted values, rising; `order` sorts the values."""
    asked = np.unique(np.fromiter(wanted, np.int64))
    starts = np.searchsorted(values, asked, "left", order)
    ends = np.searchsorted(values, asked, "right", order)
    found = [order[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    return np.sort(np.concatenate([np.zeros(0, np.int64), *found]))
