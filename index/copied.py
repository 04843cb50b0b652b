"""The copies in a store: its quotations as `index.copies` asks for them, and the groups as it keeps them."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from index import collector
from index.copies import Said, grouped
from index.queries import folded
from index.types import SpeakerKind

SAID = (
    "SELECT quotation.row, article.id, date, quotation.kind, spans, name, roles FROM quotation JOIN article"
    " ON article.row = quotation.article LEFT JOIN article_speaker ON article_speaker.row = quotation.article_speaker"
)
"""What is asked of a store to see a quotation as copies are looked for, and who said it as its article tells."""

Known = Mapping[int, tuple[str, SpeakerKind, int]]
"""Number of a speaker → name, kind and number of articles."""


def _is_within(name: str, kind: SpeakerKind, articles: int) -> bool:
    """Whether a speaker is known within one article only, by a description or a lone surname."""
    alone = kind == "group" or (kind == "person" and len(folded(name).split()) == 1)
    return kind == "unnamed" or (alone and articles == 1)


def copies_of(path: Path) -> list[tuple[int, ...]]:
    """The rows of every group of copies in a store, as `index.copies.grouped` gives them."""
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    with contextlib.closing(db), collector.paused():
        return groups_of(db)


def record_copies(path: Path, groups: Sequence[Sequence[int]]) -> None:
    """Write the groups of copies into a store that was finished without them; nobody may have it open."""
    with contextlib.closing(sqlite3.connect(path.resolve().as_uri(), uri=True, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        record_groups(db, groups)
        db.execute("COMMIT")
        db.execute("ANALYZE copy")


def groups_of(db: sqlite3.Connection) -> list[tuple[int, ...]]:
    """The same, of an open store."""
    return grouped(_said(db))


def record_groups(db: sqlite3.Connection, groups: Sequence[Sequence[int]]) -> None:
    """Write them into an open store."""
    db.executemany(
        "INSERT INTO copy (row, first, place) VALUES (?, ?, ?)",
        ((row, group[0], place) for group in groups for place, row in enumerate(group)),
    )


def said_by(lines: Iterable[Any], numbers: Mapping[int, int], known: Known) -> list[Said]:
    """Quotations as copies are looked for, from rows as SAID gives them, in their order.

    `numbers`: row → number of the speaker; those who are not in `known` are nobody.
    """
    return [
        Said(
            row=row,
            article=article,
            date=None if date is None else dt.date.fromisoformat(date),
            start=(pieces := json.loads(spans))[0][0],
            pieces=tuple(text for _, _, text in pieces),
            speaker=over_the_corpus(numbers.get(row), known),
            known_as="" if name is None else " ".join([name, *json.loads(roles)]),
            direct=kind == "direct",
        )
        for row, article, date, kind, spans, name, roles in lines
    ]


def over_the_corpus(number: int | None, known: Known) -> int | None:
    """The number of a speaker who is known over the corpus; None of anybody else."""
    return None if number is None or number not in known or _is_within(*known[number]) else number


def _said(db: sqlite3.Connection) -> list[Said]:
    """Every quotation as copies are looked for."""
    numbers = dict(db.execute("SELECT row, speaker FROM quotation WHERE speaker IS NOT NULL"))
    known = {row: (name, kind, n) for row, name, kind, n in db.execute("SELECT row, name, kind, articles FROM speaker")}
    return said_by(db.execute(f"{SAID} ORDER BY quotation.row"), numbers, known)
