"""Passages → a new store: the writing half of `index.store`, and the joining of speakers over the corpus.

One recorder writes one file, which is read only when `finish` has closed it, or between `settle` and `finish`; a file
that was not finished is thrown away with its generation, so no journal is kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

from index import collector
from index.copied import Groups, groups_of, record_groups
from index.joining import Ahead, forms, joined, said_in
from index.types import Article, ArticleSpeaker, Passage, Span, Speaker

SCHEMA = Path(__file__).with_name("schema.sql")
FIGURES = 20
"""Figures in a number of an id; longer ones are compared as text."""

Identities = tuple[Sequence[str], Mapping[str, Speaker]]
"""Of each speaker of an article, in order, the id over the corpus; and id → what the user says of that speaker: name
and kind to show, aliases and roles to add."""
Look = Callable[[ArticleSpeaker], object]


def own_ids(said: Sequence[ArticleSpeaker]) -> Identities:
    """Who has the same id is the same speaker."""
    return [one.speaker.id for one in said], {}


class Recorder:
    """Writes one store. `add` or `again`, article by article in the order of reading, then `finish`; `close` gives up.

    `earlier`: a finished store, of which `again` takes what it holds of an article as it stands. `kept` lists these
    rows of quotations, rising: the first new one, the first old one, how many. The rows come out as `add` gives them.
    `look` is shown every speaker of the earlier store ahead of time, in a thread of its own.
    """

    def __init__(self, path: Path, earlier: Path | None = None, look: Look | None = None) -> None:
        self.kept: list[tuple[int, int, int]] = []
        self._same_speakers: list[tuple[int, int, int]] = []
        """As `kept`, of speakers of articles."""
        self.attributed = 0
        self._run: _Rows | None = None
        self._db = sqlite3.connect(path.resolve().as_uri(), uri=True, isolation_level=None)
        self._db.create_function("in_order", 1, natural, deterministic=True)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.executescript(SCHEMA.read_text("utf-8"))
        self._known: dict[str, _Rows] = {}
        self._ahead = None if earlier is None else Ahead(earlier, look)
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
        for kept, place, name in ((self._same_speakers, 1, "speaker"), (self.kept, 2, "quotation")):
            if count := run.last[place] - run.first[place] + 1:
                kept.append((run.first[place] + given[name], run.first[place], count))

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
        """Join the speakers as `identify` says, set the order that breaks ties, fold the copies, and close the file.

        `copies` finds them in the store; without it they are left to `index.copied`.
        """
        self.settle()
        self._db.execute("BEGIN")
        with collector.paused():
            self._join_speakers(identify)
            if copies is not None:
                record_groups(self._db, copies(self._db))
        self._db.execute("COMMIT")
        self._db.execute("ANALYZE main")
        (self.attributed,) = self._db.execute("SELECT count(article_speaker) FROM main.quotation").fetchone()
        self.close()

    def close(self) -> None:
        """Close the file, finished or not."""
        if self._ahead is not None:
            self._ahead.close()
        self._db.close()

    def _join_speakers(self, identify: Callable[[Sequence[ArticleSpeaker]], Identities]) -> None:
        rows: list[int] = []
        said: list[ArticleSpeaker] = []
        for row, one in self._said():
            rows.append(row)
            said.append(one)
        ids, given = identify(said)
        speakers = list(enumerate(joined(ids, given, rows, said), 1))
        self._db.executemany(
            "INSERT INTO speaker (row, id, name, kind, aliases, quotations, articles) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (row, own.id, own.name, own.kind, _json(own.aliases), quotations, articles)
                for row, (own, quotations, articles, _, _, _) in speakers
            ),
        )
        self._db.executemany(
            "INSERT INTO speaker_role (speaker, place, role, quotations, given) VALUES (?, ?, ?, ?, ?)",
            (
                (row, place, role, one.roles[role], role in one.given)
                for row, one in speakers
                for place, role in enumerate(one.speaker.roles)
            ),
        )
        self._db.executemany(
            "INSERT INTO speaker_name (folded, speaker, full) VALUES (?, ?, ?)",
            ((form, row, full) for row, one in speakers for form, full in forms(one.speaker).items()),
        )
        self._db.executemany(
            "UPDATE article_speaker SET speaker = ? WHERE row = ?",
            ((row, own) for row, one in speakers for own in one.rows),
        )
        self._db.execute(_IN_ORDER)

    def _said(self) -> Iterator[tuple[int, ArticleSpeaker]]:
        """Every speaker of an article with its row: of those that were copied as the earlier store gives it."""
        before = {} if self._ahead is None else self._ahead.said()
        done = 0
        for first, old, count in [*self._same_speakers, (_BEYOND, 0, 0)]:
            yield from said_in(self._db, done + 1, first - 1)
            for at in range(count):
                if (one := before.get(old + at)) is not None:
                    yield first + at, one
            done = first + count - 1


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
# Who says it over the corpus, and the order that breaks ties, in one go: each row is written once.
_IN_ORDER = """
WITH ordered AS MATERIALIZED (
    SELECT row, id, date, date IS NULL AS undated, in_order(id) AS counted FROM article
)
UPDATE quotation SET speaker = told.speaker, place = told.place FROM (
    SELECT quotation.row AS row, article_speaker.speaker AS speaker,
           row_number() OVER (ORDER BY undated, date DESC, counted, ordered.id, json_extract(spans, '$[0][0]'),
                              quotation.row) AS place
    FROM quotation JOIN ordered ON ordered.row = quotation.article
    LEFT JOIN article_speaker ON article_speaker.row = quotation.article_speaker
) AS told WHERE told.row = quotation.row
"""
_BEYOND = 1 << 62
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


def natural(id_: str) -> str:
    """An id in whose order figures count as numbers: "item-9" stands before "item-10"."""
    return re.sub(r"[0-9]+", lambda figures: figures[0].zfill(FIGURES), id_)


def _span(span: Span | None) -> str | None:
    return None if span is None else json.dumps([span.start, span.end, span.text], ensure_ascii=False)


def _json(values: Sequence[str] | Sequence[tuple[int, int]]) -> str:
    return json.dumps(values, ensure_ascii=False)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
