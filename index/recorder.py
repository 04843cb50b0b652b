"""Passages → a new store: the writing half of `index.store`, and the joining of speakers over the corpus.

One recorder writes one file, which is read only when `finish` has closed it; a file that was not finished is
thrown away with its generation, so no journal is kept.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.queries import folded
from index.types import Article, Passage, Span, Speaker

SCHEMA = Path(__file__).with_name("schema.sql")
NAME_ENDINGS = frozenset({"jr", "sr", "ii", "iii", "iv"})
"""Behind a surname, and not one."""


class Recorder:
    """Writes one store. `add` article by article in the order of reading, then `finish`; `close` gives up."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(SCHEMA.read_text("utf-8"))
        self._db.execute("BEGIN")

    def add(
        self, article: Article, passages: Sequence[Passage], *, fingerprint: str, extractor: str, version: str
    ) -> None:
        """Add an article with its passages.

        `fingerprint` is that of the article; `extractor` and `version` say which versions found its quotations
        and made its passages. No id of an article or of a quotation may come twice (sqlite3.IntegrityError).
        """
        day = None if article.date is None else article.date.isoformat()
        values = (article.id, article.title, day, article.source, article.url, article.body, article.text)
        row = self._db.execute(
            "INSERT INTO article (id, title, date, source, url, body, text, fingerprint, extractor, passages)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, fingerprint, extractor, version),
        ).lastrowid
        assert row is not None
        speakers: dict[Speaker, int] = {}
        for passage in passages:
            speaker = passage.attribution.speaker
            if speaker is not None and speaker not in speakers:
                speakers[speaker] = self._add_speaker(row, speaker)
            self._add_passage(row, passage, None if speaker is None else speakers[speaker])

    def _add_speaker(self, article: int, speaker: Speaker) -> int:
        said = (speaker.id, speaker.name, speaker.kind, _json(speaker.aliases), _json(speaker.roles))
        row = self._db.execute(
            "INSERT INTO article_speaker (article, id, name, kind, aliases, roles) VALUES (?, ?, ?, ?, ?, ?)",
            (article, *said),
        ).lastrowid
        assert row is not None
        return row

    def _add_passage(self, article: int, passage: Passage, speaker: int | None) -> None:
        attribution = passage.attribution
        quotation = attribution.quotation
        self._db.execute(
            "INSERT INTO quotation (id, article, kind, spans, cue, source, step, article_speaker, method, confidence,"
            " words, passage, search_text, spoken_text, search_hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                quotation.id,
                article,
                quotation.kind,
                json.dumps([[span.start, span.end, span.text] for span in quotation.spans], ensure_ascii=False),
                _span(quotation.cue),
                _span(quotation.source),
                quotation.step,
                speaker,
                attribution.method,
                attribution.confidence,
                _sha256(folded(quotation.text) or quotation.text),
                _span(passage.span),
                passage.search_text,
                passage.spoken_text,
                _sha256("\0".join(passage.embedded)),
            ),
        )

    def finish(self) -> None:
        """Join the speakers, set the order that breaks ties, and close the file."""
        self._join_speakers()
        self._db.execute(
            "UPDATE quotation SET place = ordered.place FROM (SELECT quotation.row AS row, row_number() OVER (ORDER BY"
            " date IS NULL, date DESC, article.id, json_extract(spans, '$[0][0]'), quotation.row) AS place FROM"
            " quotation JOIN article ON article.row = quotation.article) AS ordered WHERE ordered.row = quotation.row"
        )
        self._db.execute("COMMIT")
        self._db.execute("ANALYZE")
        self.close()

    def close(self) -> None:
        """Close the file, finished or not."""
        self._db.close()

    def _join_speakers(self) -> None:
        joined: dict[str, _Joined] = {}
        for row, quotations, id_, name, kind, aliases, roles in self._db.execute(
            "SELECT article_speaker.article, count(*), article_speaker.id, name, article_speaker.kind, aliases, roles"
            " FROM article_speaker JOIN quotation ON article_speaker.row = quotation.article_speaker"
            " GROUP BY article_speaker.row ORDER BY article_speaker.row"
        ):
            said = Speaker(id_, name, kind, tuple(json.loads(aliases)), tuple(json.loads(roles)))
            joined.setdefault(id_, _Joined(id_)).add(row, quotations, said)
        for one in joined.values():
            speaker = one.speaker()
            row = self._db.execute(
                "INSERT INTO speaker (id, name, kind, aliases, quotations, articles) VALUES (?, ?, ?, ?, ?, ?)",
                (speaker.id, speaker.name, speaker.kind, _json(speaker.aliases), one.quotations, len(one.articles)),
            ).lastrowid
            self._db.executemany(
                "INSERT INTO speaker_role (speaker, place, role, quotations) VALUES (?, ?, ?, ?)",
                [(row, place, role, count) for place, (role, count) in enumerate(one.roles.items())],
            )
            self._db.executemany(
                "INSERT INTO speaker_name (folded, speaker, full) VALUES (?, ?, ?)",
                [(form, row, full) for form, full in forms(speaker).items()],
            )
        self._db.execute(
            "UPDATE quotation SET speaker = speaker.row FROM article_speaker JOIN speaker ON speaker.id ="
            " article_speaker.id WHERE article_speaker.row = quotation.article_speaker"
        )


@dataclass(slots=True)
class _Joined:
    """What the articles say of one speaker, in order of first appearance."""

    id: str
    names: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    aliases: dict[str, None] = field(default_factory=dict)
    roles: Counter[str] = field(default_factory=Counter)
    articles: set[int] = field(default_factory=set)
    quotations: int = 0

    def add(self, article: int, quotations: int, said: Speaker) -> None:
        """Count one article's speaker with so many quotations."""
        self.names[said.name] += quotations
        self.kinds[said.kind] += quotations
        self.aliases |= dict.fromkeys(said.aliases)
        for role in said.roles:
            self.roles[role] += quotations
        self.articles.add(article)
        self.quotations += quotations

    def speaker(self) -> Speaker:
        """Under the fullest name, the more frequent of two as full; every other name is an alias."""
        name = max(self.names, key=lambda name: (len(folded(name).split()), self.names[name]))
        kind = max(self.kinds, key=lambda kind: self.kinds[kind])
        others = [alias for alias in {**self.names, **self.aliases} if alias != name]
        return Speaker(self.id, name, kind, tuple(others), tuple(self.roles))  # type: ignore[arg-type]  # from a Speaker


def forms(speaker: Speaker) -> dict[str, bool]:
    """Folded form → whether it is the whole name: name, aliases, and the surname of a person.

    An unnamed source is asked for by its whole description only.
    """
    whole = folded(speaker.name)
    named = {whole: True} if whole else {}
    if speaker.kind == "unnamed":
        return named
    words = [word for word in whole.split() if word not in NAME_ENDINGS]
    surname = words[-1:] if speaker.kind == "person" and len(words) > 1 else []
    for form in [*map(folded, speaker.aliases), *surname]:
        if form:
            named.setdefault(form, False)
    return named


def _span(span: Span | None) -> str | None:
    return None if span is None else json.dumps([span.start, span.end, span.text], ensure_ascii=False)


def _json(values: Sequence[str]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
