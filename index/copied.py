"""The copies in a store: its quotations as `index.copies` asks for them, and the groups as it keeps them."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from index import collector
from index.copies import Said, grouped
from index.queries import folded
from index.types import SpeakerKind


def is_within(name: str, kind: SpeakerKind, articles: int) -> bool:
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


def _said(db: sqlite3.Connection) -> list[Said]:
    """Every quotation as copies are looked for.

    Who is known within one article only, by a description or a lone surname, is nobody known over the corpus.
    """
    said = []
    for row, article, date, kind, spans, speaker, whole, articles, speaker_kind, name, roles in db.execute(
        "SELECT quotation.row, article.id, date, quotation.kind, spans, speaker.row, speaker.name,"
        " speaker.articles, speaker.kind, article_speaker.name, roles FROM quotation JOIN article ON article.row ="
        " quotation.article LEFT JOIN article_speaker ON article_speaker.row = quotation.article_speaker"
        " LEFT JOIN speaker ON speaker.row = quotation.speaker ORDER BY quotation.row"
    ):
        pieces = json.loads(spans)
        within = speaker is not None and is_within(whole, speaker_kind, articles)
        said.append(
            Said(
                row=row,
                article=article,
                date=None if date is None else dt.date.fromisoformat(date),
                start=pieces[0][0],
                pieces=tuple(text for _, _, text in pieces),
                speaker=None if within else speaker,
                known_as="" if name is None else " ".join([name, *json.loads(roles)]),
                direct=kind == "direct",
            )
        )
    return said
