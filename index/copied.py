"""The copies in a store: its quotations as `index.copies` asks for them, and the groups as it keeps them."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, overload

import orjson

from index import collector
from index.copies import Memory, Said, grouped
from index.queries import folded
from index.types import SpeakerKind

SAID = (
    "SELECT quotation.row, article.id, date, quotation.kind, spans, name, roles FROM quotation JOIN article"
    " ON article.row = quotation.article LEFT JOIN article_speaker ON article_speaker.row = quotation.article_speaker"
)
"""What is asked of a store to see a quotation as copies are looked for, and who said it as its article tells."""

Groups = Sequence[tuple[int, ...]]
"""The rows of every group of copies, the earliest of each first."""
Known = Mapping[int, tuple[str, SpeakerKind, int]]
"""Number of a speaker → name, kind and number of articles."""


def _is_within(name: str, kind: SpeakerKind, articles: int) -> bool:
    """Whether a speaker is known within one article only, by a description or a lone surname."""
    alone = kind == "group" or (kind == "person" and len(folded(name).split()) == 1)
    return kind == "unnamed" or (alone and articles == 1)


def copies_of(path: Path, memory: Memory, folder: Path) -> Groups:
    """The rows of every group of copies in a store, as `index.copies.grouped` gives them.

    `memory`: what the run before knows; what this one does is written into the new `folder` (OSError: it cannot be).
    """
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    with contextlib.closing(db), collector.paused():
        return groups_of(db, memory, folder)


def record_copies(path: Path, groups: Groups) -> None:
    """Write the groups of copies into a store that was finished without them; nobody may have it open."""
    with contextlib.closing(sqlite3.connect(path.resolve().as_uri(), uri=True, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        record_groups(db, groups)
        db.execute("COMMIT")
        db.execute("ANALYZE copy")


def groups_of(db: sqlite3.Connection, memory: Memory | None = None, folder: Path | None = None) -> Groups:
    """The same, of an open store; without `folder` nothing is written."""
    memory = memory or Memory()
    groups = grouped(_said(db), memory)
    if folder is not None:
        memory.write(folder)
    return groups


def record_groups(db: sqlite3.Connection, groups: Groups) -> None:
    """Write them into an open store."""
    db.executemany(
        "INSERT INTO copy (row, first, place) VALUES (?, ?, ?)",
        ((row, group[0], place) for group in groups for place, row in enumerate(group)),
    )


def said_by(lines: Iterable[Any], numbers: Mapping[int, int], known: Known) -> list[Said]:
    """Quotations as copies are looked for, from rows as SAID gives them, in their order.

    `numbers`: row → number of the speaker; those who are not in `known` are nobody.
    """
    # What repeats is made out once; of so many rows it is a third of the time.
    speakers: dict[int | None, int | None] = {}
    days: dict[str | None, dt.date | None] = {None: None}
    told: dict[tuple[str | None, str | None], str] = {(None, None): ""}
    found = []
    for row, article, date, kind, spans, name, roles in lines:
        number = numbers.get(row)
        if number not in speakers:
            speakers[number] = over_the_corpus(number, known)
        if date not in days:
            days[date] = dt.date.fromisoformat(date)
        if (name, roles) not in told:
            told[name, roles] = " ".join([name, *orjson.loads(roles)])
        found.append(
            Said(
                row,
                article,
                days[date],
                _start(spans),
                _Pieces(spans),
                speakers[number],
                told[name, roles],
                kind == "direct",
            )
        )
    return found


def _start(spans: str | bytes) -> int:
    """Where the first one begins, without reading the others."""
    return int(spans[2 : spans.index(",")] if isinstance(spans, str) else spans[2 : spans.index(b",")])


class _Pieces(Sequence[str]):
    """The pieces of a quotation, given as the JSON of its spans, which is read when they are asked for.

    Of a corpus in which little changed they are asked for of few; reading all took a quarter of the time.
    """

    __slots__ = ("_spans",)

    def __init__(self, spans: str | bytes) -> None:
        self._spans = spans

    def __len__(self) -> int:
        return len(orjson.loads(self._spans))

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[str, ...]: ...
    def __getitem__(self, place: int | slice) -> str | tuple[str, ...]:
        return tuple(text for _, _, text in orjson.loads(self._spans))[place]

    def __iter__(self) -> Iterator[str]:
        return iter(self[:])


def over_the_corpus(number: int | None, known: Known) -> int | None:
    """The number of a speaker who is known over the corpus; None of anybody else."""
    return None if number is None or number not in known or _is_within(*known[number]) else number


def _said(db: sqlite3.Connection) -> list[Said]:
    """Every quotation as copies are looked for."""
    numbers = dict(db.execute("SELECT row, speaker FROM quotation WHERE speaker IS NOT NULL"))
    known = {row: (name, kind, n) for row, name, kind, n in db.execute("SELECT row, name, kind, articles FROM speaker")}
    return said_by(db.execute(f"{SAID} ORDER BY quotation.row"), numbers, known)
