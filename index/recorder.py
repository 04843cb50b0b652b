"""Passages → a new store: the writing half of `index.store`, and the joining of speakers over the corpus.

One recorder writes one file, which is read only when `finish` has closed it, or between `settle` and `finish`; a file
that was not finished is thrown away with its generation, so no journal is kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from index import collector
from index.copied import Groups, groups_of, record_groups
from index.queries import folded
from index.types import Article, ArticleSpeaker, Passage, Span, Speaker, SpeakerKind

SCHEMA = Path(__file__).with_name("schema.sql")
FIGURES = 20
"""Figures in a number of an id; longer ones are compared as text."""
NAME_ENDINGS = frozenset({"jr", "sr", "ii", "iii", "iv"})
"""Behind a surname, and not one."""

Identities = tuple[Sequence[str], Mapping[str, Speaker]]
"""Of each speaker of an article, in order, the id over the corpus; and id → what the user says of that speaker: name
and kind to show, aliases and roles to add."""


def own_ids(said: Sequence[ArticleSpeaker]) -> Identities:
    """Who has the same id is the same speaker."""
    return [one.speaker.id for one in said], {}


class Recorder:
    """Writes one store. `add` or `again`, article by article in the order of reading, then `finish`; `close` gives up.

    `earlier`: a finished store, of which `again` takes what it holds of an article as it stands. `kept` lists these
    rows of quotations, rising: the first new one, the first old one, how many. The rows come out as `add` gives them.
    """

    def __init__(self, path: Path, earlier: Path | None = None) -> None:
        self.kept: list[tuple[int, int, int]] = []
        self.attributed = 0
        self._run: _Rows | None = None
        self._db = sqlite3.connect(path.resolve().as_uri(), uri=True, isolation_level=None)
        self._db.create_function("in_order", 1, natural, deterministic=True)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(SCHEMA.read_text("utf-8"))
        self._known: dict[str, _Rows] = {}
        if earlier is not None:
            self._db.execute("ATTACH ? AS earlier", (f"{earlier.resolve().as_uri()}?mode=ro&immutable=1",))
            self._known = {id_: _Rows(*rows) for id_, *rows in self._db.execute(_EARLIER)}
        self._db.execute("BEGIN")

    def again(self, id_: str) -> None:
        """Add an article as the earlier store holds it (KeyError: it does not)."""
        rows = self._known[id_]
        run = self._run
        if run is not None and run.last[0] + 1 == rows.first[0]:
            # Articles that stood one after another stay so, and are copied at one stroke.
            run.last = rows.last
        else:
            self._copy_run()
            self._run = copy(rows)

    def _copy_run(self) -> None:
        run, self._run = self._run, None
        if run is None:
            return
        given: dict[str, int] = {}
        for name, table, first, last in zip(
            ("article", "speaker", "quotation"),
            ("article", "article_speaker", "quotation"),
            run.first,
            run.last,
            strict=True,
        ):
            (highest,) = self._db.execute(f"SELECT coalesce(max(row), 0) FROM main.{table}").fetchone()
            given[name] = highest + 1 - first
            given[f"{name}_first"], given[f"{name}_last"] = first, last
        for statement in _AGAIN:
            self._db.execute(statement, given)
        if count := run.last[2] - run.first[2] + 1:
            self.kept.append((run.first[2] + given["quotation"], run.first[2], count))

    def add(
        self,
        article: Article,
        passages: Sequence[Passage],
        *,
        fingerprint: str,
        extractor: str,
        version: str,
        first: int | None = None,
    ) -> None:
        """Add an article with its passages.

        `fingerprint` is that of the article; `extractor` and `version` say which versions found its quotations
        and made its passages. `first`: the row of its first quotation, by default the one behind the last row. No id
        of an article or of a quotation, and no row, may come twice (sqlite3.IntegrityError).
        """
        self._copy_run()
        day = None if article.date is None else article.date.isoformat()
        values = (
            *(article.id, article.title, day, article.date_certainty, article.source, article.url),
            *(_json(article.authors), article.section, article.agency, article.summary_only, article.body),
            *(article.text, fingerprint, article.language, extractor, version),
        )
        row = self._db.execute(
            f"INSERT INTO article ({_ARTICLE}) VALUES ({', '.join('?' * len(values))})", values
        ).lastrowid
        assert row is not None
        speakers: dict[Speaker, int] = {}
        for place, passage in enumerate(passages):
            speaker = passage.attribution.speaker
            if speaker is not None and speaker not in speakers:
                speakers[speaker] = self._add_speaker(row, speaker)
            own = None if first is None else first + place
            self._add_passage(own, row, passage, None if speaker is None else speakers[speaker])

    def _add_speaker(self, article: int, speaker: Speaker) -> int:
        said = (speaker.id, speaker.name, speaker.kind, _json(speaker.aliases), _json(speaker.roles), speaker.gender)
        row = self._db.execute(
            "INSERT INTO article_speaker (article, id, name, kind, aliases, roles, gender)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (article, *said),
        ).lastrowid
        assert row is not None
        return row

    def _add_passage(self, row: int | None, article: int, passage: Passage, speaker: int | None) -> None:
        attribution = passage.attribution
        quotation = attribution.quotation
        self._db.execute(
            "INSERT INTO quotation (row, id, article, kind, spans, cue, source, step, article_speaker, method,"
            " confidence, passage, search_text, spoken_text, sentences, search_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?,"
            " ?, ?, ?, ?, ?, ?, ?)",
            (
                row,
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
                _span(passage.span),
                passage.search_text,
                passage.spoken_text,
                _json(passage.sentences),
                _sha256("\0".join(passage.embedded)),
            ),
        )

    @property
    def quotations(self) -> int:
        """How many are added so far."""
        self._copy_run()
        return int(self._db.execute("SELECT count(*) FROM main.quotation").fetchone()[0])

    def settle(self) -> None:
        """Everything that was added stands in the file, and nothing more comes: others may read it until `finish`."""
        self._copy_run()
        if self._db.in_transaction:
            self._db.execute("COMMIT")

    def finish(
        self,
        identify: Callable[[Sequence[ArticleSpeaker]], Identities] = own_ids,
        copies: Callable[[sqlite3.Connection], Groups] | None = groups_of,
    ) -> None:
        """Join the speakers as `identify` says, fold the copies, set the order that breaks ties, and close the file.

        `copies` finds them in the store; without it they are left to `index.copied`.
        """
        self.settle()
        self._db.execute("BEGIN")
        with collector.paused():
            self._join_speakers(identify)
            if copies is not None:
                record_groups(self._db, copies(self._db))
        self._db.execute(
            "UPDATE quotation SET place = ordered.place FROM (SELECT quotation.row AS row, row_number() OVER (ORDER BY"
            " date IS NULL, date DESC, in_order(article.id), article.id, json_extract(spans, '$[0][0]'), quotation.row)"
            " AS place FROM quotation JOIN article ON article.row = quotation.article) AS ordered"
            " WHERE ordered.row = quotation.row"
        )
        self._db.execute("COMMIT")
        self._db.execute("ANALYZE main")
        (self.attributed,) = self._db.execute("SELECT count(article_speaker) FROM main.quotation").fetchone()
        self.close()

    def close(self) -> None:
        """Close the file, finished or not."""
        self._db.close()

    def _join_speakers(self, identify: Callable[[Sequence[ArticleSpeaker]], Identities]) -> None:
        rows: list[int] = []
        said: list[ArticleSpeaker] = []
        for row, article, source, quotations, id_, name, kind, aliases, roles, gender in self._db.execute(
            "SELECT article_speaker.row, article.id, article.source, count(*), article_speaker.id, name,"
            " article_speaker.kind, aliases, roles, gender FROM article_speaker JOIN article ON article.row ="
            " article_speaker.article JOIN quotation ON article_speaker.row = quotation.article_speaker"
            " GROUP BY article_speaker.row ORDER BY article_speaker.row"
        ):
            speaker = Speaker(id_, name, kind, tuple(orjson.loads(aliases)), tuple(orjson.loads(roles)), gender)
            rows.append(row)
            said.append(ArticleSpeaker(speaker, article, source, quotations))
        ids, given = identify(said)
        joined: dict[str, Joined] = {}
        for row, id_, one in zip(rows, ids, said, strict=True):
            joined.setdefault(id_, Joined(id_, given.get(id_))).add(row, one)
        speakers = [(row, one, one.speaker()) for row, one in enumerate(joined.values(), 1)]
        self._db.executemany(
            "INSERT INTO speaker (row, id, name, kind, aliases, quotations, articles) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (row, own.id, own.name, own.kind, _json(own.aliases), one.quotations, len(one.articles))
                for row, one, own in speakers
            ),
        )
        self._db.executemany(
            "INSERT INTO speaker_role (speaker, place, role, quotations, given) VALUES (?, ?, ?, ?, ?)",
            (
                (row, place, role, one.roles[role], one.given is not None and role in one.given.roles)
                for row, one, own in speakers
                for place, role in enumerate(own.roles)
            ),
        )
        self._db.executemany(
            "INSERT INTO speaker_name (folded, speaker, full) VALUES (?, ?, ?)",
            ((form, row, full) for row, _, own in speakers for form, full in forms(own).items()),
        )
        self._db.executemany(
            "UPDATE article_speaker SET speaker = ? WHERE row = ?",
            ((row, own) for row, one, _ in speakers for own in one.rows),
        )
        self._db.execute(
            "UPDATE quotation SET speaker = article_speaker.speaker FROM article_speaker"
            " WHERE article_speaker.row = quotation.article_speaker"
        )


@dataclass(slots=True)
class _Rows:
    """The rows of one article or of several neighbours: of the article, of its speakers, of its quotations.

    An article without quotations lies between those of its neighbours: its first such row is beyond its last.
    """

    first: tuple[int, int, int]
    last: tuple[int, int, int]

    def __init__(self, article: int, speakers: int, all_speakers: int, quotations: int, all_quotations: int) -> None:
        self.first = article, all_speakers - speakers + 1, all_quotations - quotations + 1
        self.last = article, all_speakers, all_quotations


# Rows are given one after another, article by article: so those of an article follow from counts.
_EARLIER = """
WITH speakers AS (SELECT article, count(*) AS number FROM earlier.article_speaker GROUP BY article),
     quotations AS (SELECT article, count(*) AS number FROM earlier.quotation GROUP BY article)
SELECT id, row, coalesce(speakers.number, 0), sum(coalesce(speakers.number, 0)) OVER (ORDER BY row),
       coalesce(quotations.number, 0), sum(coalesce(quotations.number, 0)) OVER (ORDER BY row)
FROM earlier.article LEFT JOIN speakers ON speakers.article = row LEFT JOIN quotations ON quotations.article = row
"""
_ARTICLE = (
    "id, title, date, date_certainty, source, url, authors, section, agency, summary_only, body, text, fingerprint,"
    " language, extractor, passages"
)
_AGAIN = (
    f"INSERT INTO main.article SELECT row + :article, {_ARTICLE}"
    " FROM earlier.article WHERE row BETWEEN :article_first AND :article_last ORDER BY row",
    "INSERT INTO main.article_speaker SELECT row + :speaker, article + :article, id, name, kind, aliases, roles,"
    " gender, NULL FROM earlier.article_speaker WHERE row BETWEEN :speaker_first AND :speaker_last ORDER BY row",
    "INSERT INTO main.quotation SELECT row + :quotation, id, article + :article, 0, kind, spans, cue, source, step,"
    " article_speaker + :speaker, NULL, method, confidence, passage, search_text, spoken_text, sentences, search_hash"
    " FROM earlier.quotation WHERE row BETWEEN :quotation_first AND :quotation_last ORDER BY row",
)


@dataclass(slots=True)
class Joined:
    """What the articles say of one speaker, and the user; the same whatever the order of the articles.

    `rows`: whatever the caller knows each article's speaker by.
    """

    id: str
    given: Speaker | None = None
    names: Counter[str] = field(default_factory=Counter)
    kinds: Counter[SpeakerKind] = field(default_factory=Counter)
    aliases: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    telling: dict[str, int] = field(default_factory=dict)
    """Role → its best place in an article, the most telling first."""
    articles: set[str] = field(default_factory=set)
    rows: list[int] = field(default_factory=list)
    quotations: int = 0

    def add(self, row: int, one: ArticleSpeaker) -> None:
        """Count one article's speaker."""
        said = one.speaker
        if said.kind != "unnamed" or self.given is None:  # "a senior official" is no name of whom the user names
            self.names[said.name] += one.quotations
        self.kinds[said.kind] += one.quotations
        for alias in dict.fromkeys(said.aliases):
            self.aliases[alias] += one.quotations
        for place, role in enumerate(dict.fromkeys(said.roles)):
            self.roles[role] += one.quotations
            self.telling[role] = min(place, self.telling.get(role, place))
        self.articles.add(one.article_id)
        self.rows.append(row)
        self.quotations += one.quotations

    def speaker(self) -> Speaker:
        """Under the fullest name, the more frequent of two as full; every other name is an alias."""
        names = sorted(
            self.names, key=lambda name: (name.isupper(), -len(folded(name).split()), -self.names[name], name)
        )
        kind = min(self.kinds, key=lambda kind: (-self.kinds[kind], kind))
        roles = sorted(self.roles, key=lambda role: (-self.roles[role], self.telling[role], role))
        aliases = sorted(self.aliases, key=lambda alias: (-self.aliases[alias], alias))
        if self.given is None:
            first, *others = names
            return Speaker(self.id, first, kind, _without(first, others, aliases), tuple(roles))
        first = self.given.name
        others = [*self.given.aliases, *names]
        roles = [*self.given.roles, *(role for role in roles if role not in self.given.roles)]
        return Speaker(self.id, first, self.given.kind, _without(first, others, aliases), tuple(roles))


def _without(name: str, *others: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(other for some in others for other in some if other != name))


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


def natural(id_: str) -> str:
    """An id in whose order figures count as numbers: "item-9" stands before "item-10"."""
    return re.sub(r"[0-9]+", lambda figures: figures[0].zfill(FIGURES), id_)


def _span(span: Span | None) -> str | None:
    return None if span is None else json.dumps([span.start, span.end, span.text], ensure_ascii=False)


def _json(values: Sequence[str] | Sequence[tuple[int, int]]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
