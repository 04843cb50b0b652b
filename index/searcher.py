"""A question → Hits: the store, the vectors and the words of one generation, asked together."""

from __future__ import annotations

import time
import weakref
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from index import collector, spread, stages
from index.encoder import Encoder
from index.engine import Engine, Holding, Sides
from index.engine.embedded import Embedded
from index.errors import NotFoundError, QueryError, UnknownSpeakerError
from index.facets import activity, facets
from index.hits import Hits
from index.manifest import Manifest
from index.nearest import nearest_names
from index.queries import (
    MAX_VALUE,
    Activity,
    Answer,
    Context,
    Export,
    Filters,
    Listing,
    Mode,
    Query,
    RoleRecord,
    SpeakerPage,
    SpeakerRecord,
    Understood,
    check_id,
    check_page,
    check_text,
)
from index.questions import Questions, lists
from index.ranked import Ranked, Ranker
from index.surroundings import surroundings
from index.types import Article, Attribution, Hit, Speaker
from index.verdicts import Verification, check_quote
from index.verify import Verifier
from index.vocabulary import Vocabulary
from index.whole import Verified

__all__ = [
    "Answer",
    "Filters",
    "Listing",
    "Mode",
    "Query",
    "Searcher",
    "SpeakerPage",
    "SpeakerRecord",
    "Understood",
    "Verification",
]

Ids = NDArray[np.int64]


class Searcher:
    """One open generation. Thread safe: several threads may ask at once.

    `base`: the one whose parts these are, with others beside them; it stays open for as long.
    """

    def __init__(
        self,
        manifest: Manifest,
        sides: Sides,
        held: Holding | None = None,
        *,
        base: Searcher | None = None,
        questions: Questions | None = None,
    ) -> None:
        self.manifest = manifest
        self.sides = sides
        self._base = base
        self.generation = manifest.generation
        self._store = store = sides.store
        self._shown = Hits(store, sides.words)
        self._hits = self._shown.at
        self._held = held
        if held is not None:
            weakref.finalize(self, held.release)
        words = Vocabulary(sides.words, store)
        self.questions = questions or Questions(store, words.count, words.written)
        self._verifier = Verifier(store, sides.wording, self.questions)
        # Nothing below holds this Searcher: so it goes, with its files and its memory, as soon as nobody asks it.
        self._ranker = Ranker(sides)

    @classmethod
    def open(
        cls,
        data: Path,
        encoder: Encoder | None = None,
        *,
        engine: Engine | None = None,
        aside: Mapping[str, str] | None = None,
        fall_back: bool = True,
    ) -> Searcher:
        """Open the generation that answers or, where that is damaged, the newest whole one before it.

        `engine` keeps it, by default the folder `data` itself. What is quickly checked is checked here; `held` says
        what is left. Without an `encoder` the default one is loaded when a question needs it; listings never do.
        `aside` and `fall_back` are those of `index.whole.first_whole`.

        Raises:
            NoIndexError: there is no index yet.
            DamagedIndexError: no generation is whole; the message names both figures of what disagrees.
            FormatError: the index is of another format.
            EngineAwayError: the server that keeps it does not answer.
            ModelError: the encoder is not the one that made the index.
        """
        lists.keep_in(data)
        return cls(*(engine or Embedded()).open(data, encoder, aside=aside or {}, fall_back=fall_back))

    @property
    def verified(self) -> Verified:
        """How far the files are checked against the manifest; `hashes` once every byte is."""
        return "hashes" if self.held is None else self.held.verified

    @property
    def passed(self) -> tuple[str, ...]:
        """A line for each damaged generation that should have answered in place of this one."""
        return () if self.held is None else self.held.passed

    @property
    def held(self) -> Holding | None:
        """The generation as it is held against removal; None where nobody holds it."""
        return self._held if self._base is None else self._base.held

    def reach(self) -> None:
        """Make sure that it can be asked now (EngineAwayError: the server that keeps it does not answer)."""
        if self.held is not None:
            self.held.reach()

    def warm(self) -> None:
        """Read now what the first question would wait for: names and roles, .6 s of 46,000 speakers."""
        with collector.paused():
            self.questions.understand("Who said it?")

    def search(self, query: Query) -> Answer:
        """Answer a question. What it names itself filters only where no filter of the same kind is given.

        Days that leave nothing to search are understood and do not filter: the nearest of other days are listed, and
        the question is not answered.

        Raises:
            UnknownSpeakerError: a filter names a speaker whom nobody knows.
            ModelError: the model is missing or is not the one that made the index (never in mode lexical).
        """
        started = time.perf_counter()
        stages.begin()
        understood = self._understood(query)
        stages.lap("understand")
        ranked, kept, dated = self._ranked(query, understood)
        page = kept[query.offset : query.offset + query.limit]
        hits = self._hits(ranked.rows[page], ranked.scores[page].tolist(), query.offset + 1, ranked.asked)
        stages.lap("hits")
        counted = facets(self._store, ranked.rows[kept])
        stages.lap("facets")
        return Answer(
            question=query.text,
            answered=ranked.bearing >= 0 and dated,
            total=len(kept),
            took_ms=(time.perf_counter() - started) * 1000,
            generation=self.generation,
            understood=understood,
            hits=hits,
            bearing=ranked.bearing,
            facets=counted,
        )

    def matches(self, query: Query) -> Export:
        """All that a search ranks, in the order of its pages and over all of them; its page is not looked at.

        Raises:
            UnknownSpeakerError, ModelError: as `search`, before the first hit is read.
        """
        stages.begin()
        understood = self._understood(query)
        stages.lap("understand")
        ranked, kept, dated = self._ranked(query, understood)
        hits = self._shown.exported(ranked.rows[kept], ranked.scores[kept].tolist(), ranked.asked, holding=self)
        return Export(len(kept), self.generation, ranked.bearing >= 0 and dated, hits)

    def everything(self, filters: Filters, speaker: str | None = None, *, fold: bool = False) -> Export:
        """Every quotation on record under filters, of one speaker (an id) where given, newest first.

        Copies are quotations too; with `fold` the earliest of each group stands for all.

        Raises:
            UnknownSpeakerError: a filter names a speaker whom nobody knows; before the first hit is read.
        """
        rows = self._listed(filters, speaker, fold=fold)
        return Export(len(rows), self.generation, None, self._shown.exported(rows, holding=self))

    def verify(self, quote: str, speaker: str | None = None) -> Verification:
        """Whether a quotation is on record, word for word, and whether `speaker` (id, name or alias) said it.

        No model is needed. Marks, spacing and capitals do not count; see `index.comparison`. A paste may bring its
        attribution along (“...,” said Basit); see `index.pasted`.

        Raises:
            QueryError: the quotation is blank, longer than 5000 characters or without letters.
            UnknownSpeakerError: nobody goes by `speaker`.
        """
        started = time.perf_counter()
        text = check_quote(quote)
        ids = None if speaker is None else self._speaker_ids(speaker)
        found = self._verifier.find(text, ids)
        return Verification(
            quote=text,
            verdict=found.verdict,
            stitched=found.stitched,
            asked=self._people(ids),
            total=found.total,
            took_ms=(time.perf_counter() - started) * 1000,
            generation=self.generation,
            matches=found.matches,
            checked=found.checked,
            attributed_to=self._people(found.named),
        )

    def speakers(self, q: str | None = None, limit: int = 50, offset: int = 0) -> SpeakerPage:
        """Speakers whose id, name or an alias holds `q` (case and accents do not count); all without `q`.

        Raises:
            QueryError: `q` or the page is not valid.
        """
        check_page(limit, offset)
        part = None if q is None else check_text(q, "q", MAX_VALUE)
        total, records = self._store.speakers(part, limit, offset)
        return SpeakerPage(total, self.generation, records)

    def speaker(self, key: str) -> SpeakerRecord:
        """One speaker by id, name or alias.

        Raises:
            UnknownSpeakerError: nobody goes by this key; it holds the nearest names.
            QueryError: the key is not valid, or several people go by it; the message names them.
        """
        ids = self._speaker_ids(key)
        records = [record for record in map(self._store.speaker, ids) if record is not None]
        if len(records) > 1:
            listed = ", ".join(f"{record.speaker.name} ({record.speaker.id})" for record in records)
            raise QueryError(f"{key!r} may be any of {listed}; ask by id", "speaker")
        return records[0]

    def speaker_quotations(self, key: str, filters: Filters | None = None, limit: int = 10, offset: int = 0) -> Listing:
        """All that one speaker said, newest first, under the same filters as a search.

        Raises:
            UnknownSpeakerError, QueryError: as `speaker`, or the page is not valid.
        """
        check_page(limit, offset)
        rows = self._listed(filters or Filters(), self.speaker(key).speaker.id, fold=True)
        page = rows[offset : offset + limit]
        hits = self._hits(page, [None] * len(page), offset + 1)
        return Listing(len(rows), self.generation, hits, facets(self._store, rows))

    def activity(self, key: str) -> Activity:
        """When one speaker is quoted, by month and by year; copies count too.

        Raises:
            UnknownSpeakerError, QueryError: as `speaker`.
        """
        rows = self._store.allowed(Filters(), [(self.speaker(key).speaker.id,)])
        return activity(self._store, self._store.rows() if rows is None else rows)

    def roles(self, key: str) -> tuple[RoleRecord, ...]:
        """The roles of one speaker as they changed, the one that was given first in front; those without days last.

        Raises:
            UnknownSpeakerError, QueryError: as `speaker`.
        """
        return self._store.roles_given(self.speaker(key).speaker.id)

    def quotation(self, id: str) -> Hit:  # noqa: A002  the field's word
        """One quotation: rank 1, score None.

        Raises:
            NotFoundError: there is none with this id.
        """
        row = self._store.quotation_row(check_id(id, "quotation"))
        if row is None:
            raise NotFoundError("quotation", id)
        return self._hits(np.array([row], np.int64), [None], 1)[0]

    def context(self, id: str, sentences: int = 2) -> Context:  # noqa: A002  the field's word
        """The sentences of the article before and after the passage of one quotation, `sentences` (1 or more) each.

        Raises:
            NotFoundError: there is none with this id.
        """
        found = self.quotation(id)
        return surroundings(found.article, found.passage.span, sentences)

    def article(self, id: str) -> tuple[Article, tuple[Attribution, ...]]:  # noqa: A002  the field's word
        """One article with its quotations, in order of their places.

        Raises:
            NotFoundError: there is none with this id.
        """
        stored = self._store.article(check_id(id, "article"), served=True)
        if stored is None:
            raise NotFoundError("article", id)
        attributions = (passage.attribution for passage in stored.passages)
        return stored.article, tuple(sorted(attributions, key=lambda one: (one.quotation.start, one.quotation.end)))

    def close(self) -> None:
        """Give back files and connections. No question may be asked afterwards."""
        self._store.close()
        if self._held is not None:
            self._held.release()

    def __enter__(self) -> Searcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _understood(self, query: Query) -> Understood:
        """What the question asks for, of all that neither a filter tells nor the query ignores."""
        filters = query.filters
        ignore = {*query.ignore, *(("speakers", "roles") if filters.speakers else ())}
        if filters.since or filters.until:
            ignore.add("dates")
        return self.questions.understand(query.text, query.today, ignore)

    def _ranked(self, query: Query, understood: Understood) -> tuple[Ranked, Ids, bool]:
        """The ranking, the positions of it that are listed in their order, and whether the days named left any."""
        allowed, dated = self._allowed_for(query.filters, understood)
        ranked = self._ranker.ranked(query.text, query.mode, understood, allowed)
        columns = self._store.columns
        places, speakers = columns.places(ranked.rows), columns.speakers(ranked.rows)
        return ranked, spread.arranged(ranked.scores, places, speakers, query.sort, query.per_speaker), dated

    def _listed(self, filters: Filters, speaker: str | None, *, fold: bool) -> Ids:
        """The rows under filters, of one speaker where given, newest first; with `fold` each group of copies once."""
        allowed = self._allowed(filters, () if speaker is None else (speaker,))
        rows = self._store.rows() if allowed is None else allowed
        if fold:
            rows, _ = self._store.copies.folded(rows, np.zeros(len(rows), np.float32), allowed)
        return rows[np.argsort(self._store.columns.places(rows))]

    def _allowed_for(self, filters: Filters, understood: Understood) -> tuple[Ids | None, bool]:
        """The rows that may answer, and whether the days that the question names left any."""
        if understood.since is None and understood.until is None:
            return self._allowed(filters, understood.speakers), True
        dated = replace(filters, since=understood.since, until=understood.until)
        allowed = self._allowed(dated, understood.speakers)
        if allowed is None or len(allowed):
            return allowed, True
        return self._allowed(filters, understood.speakers), False

    def _allowed(self, filters: Filters, understood: Sequence[str]) -> Ids | None:
        """The rows that may answer: by the filters and by the speakers understood, both."""
        asked: list[Collection[str]] = []
        if filters.speakers:
            asked.append({id_ for key in filters.speakers for id_ in self._speaker_ids(key)})
        if understood:
            asked.append(understood)
        return self._store.allowed(filters, asked)

    def _people(self, ids: Sequence[str] | None) -> tuple[Speaker, ...] | None:
        if ids is None:
            return None
        return tuple(record.speaker for record in map(self._store.speaker, ids) if record is not None)

    def _speaker_ids(self, key: str) -> list[str]:
        """The ids of those who go by `key`, one at least."""
        ids = self._store.speakers_named(check_text(key, "speaker", MAX_VALUE))
        if not ids:
            raise UnknownSpeakerError(key, nearest_names(key, self._store.speaker_names()))
        return ids
