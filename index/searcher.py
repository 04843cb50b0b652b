"""A question → Hits: the store, the vectors and the words of one generation, asked together."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from index import generation as folders
from index import ranking
from index.encoder import Encoder, default_encoder, normalised
from index.errors import DamagedIndexError, ModelError, NotFoundError, QueryError, UnknownSpeakerError
from index.generation import Manifest, Model
from index.lexical import LexicalIndex
from index.queries import (
    MAX_VALUE,
    Answer,
    Filters,
    Listing,
    Mode,
    Query,
    SpeakerPage,
    SpeakerRecord,
    Understood,
    check_page,
    check_text,
)
from index.questions import SPEECH, Questions
from index.store import Store
from index.types import Article, Attribution, Hit
from index.vectors import FlatIndex, VectorIndex

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
]

DEPTH = 500
"""Candidates from each side. It does not depend on the page, so that all pages are cut from one ranking."""
NEAREST = 5
"""Names that are offered for one that nobody knows."""
NEAREST_FROM = 45
"""Similarity (0 to 100, rapidfuzz's WRatio) below which a name is no help."""

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]


class Searcher:
    """One open generation. Thread safe: several threads may ask at once."""

    def __init__(
        self, manifest: Manifest, store: Store, vectors: VectorIndex, words: LexicalIndex, encoder: Encoder | None
    ) -> None:
        self.manifest = manifest
        self.generation = manifest.generation
        self._store = store
        self._vectors = vectors
        self._words = words
        self._encoder = encoder
        self._loading = threading.Lock()
        self._questions = Questions(store, words.carries)
        if encoder is not None:
            _same_model(manifest.model, encoder)

    @classmethod
    def open(cls, data: Path, encoder: Encoder | None = None) -> Searcher:
        """Open the generation that `data`/CURRENT names, every file of it checked against its manifest.

        Without an `encoder` the default one is loaded when the first question needs it; listings never do.

        Raises:
            NoIndexError: there is no index yet.
            DamagedIndexError: its files disagree with the manifest; the message names both figures.
            ModelError: the encoder is not the one that made the index.
        """
        generation, manifest = folders.checked(data)
        store = Store(generation.store)
        try:
            vectors = FlatIndex.open(generation.vectors)
            words = LexicalIndex.open(generation.lexical)
            expected = manifest.counts.passages
            for path, found in (
                (generation.store, len(store.rows())),
                (generation.vectors, len(vectors)),
                (generation.lexical, len(words)),
            ):
                if found != expected:
                    raise DamagedIndexError(f"{path}: {found} passages, the manifest says {expected}; {folders.REMEDY}")
            return cls(manifest, store, vectors, words, encoder)
        except BaseException:
            store.close()
            raise

    def search(self, query: Query) -> Answer:
        """Answer a question. What it names itself filters only where no filter of the same kind is given.

        Days that leave nothing to search are understood and do not filter: the nearest of other days are listed, and
        the question is not answered.

        Raises:
            UnknownSpeakerError: a filter names a speaker whom nobody knows.
            ModelError: the model is missing or is not the one that made the index (never in mode lexical).
        """
        started = time.perf_counter()
        understood = self._understood(query)
        allowed, dated = self._allowed_for(query.filters, understood)
        rows, scores, answered = self._ranked(query, understood, allowed)
        page = rows[query.offset : query.offset + query.limit]
        hits = self._hits(page, scores[query.offset : query.offset + query.limit].tolist(), query.offset + 1)
        return Answer(
            question=query.text,
            answered=answered and dated,
            total=len(rows),
            took_ms=(time.perf_counter() - started) * 1000,
            generation=self.generation,
            understood=understood,
            hits=hits,
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
        allowed = self._allowed(filters or Filters(), (self.speaker(key).speaker.id,))
        rows = self._store.rows() if allowed is None else allowed
        rows = rows[np.argsort(self._store.places(rows))]
        page = rows[offset : offset + limit]
        return Listing(len(rows), self.generation, self._hits(page, [None] * len(page), offset + 1))

    def quotation(self, id: str) -> Hit:  # noqa: A002  the field's word
        """One quotation: rank 1, score None.

        Raises:
            NotFoundError: there is none with this id.
        """
        row = self._store.quotation_row(_key(id, "quotation"))
        if row is None:
            raise NotFoundError("quotation", id)
        return self._hits(np.array([row], np.int64), [None], 1)[0]

    def article(self, id: str) -> tuple[Article, tuple[Attribution, ...]]:  # noqa: A002  the field's word
        """One article with its quotations, in order of their places.

        Raises:
            NotFoundError: there is none with this id.
        """
        stored = self._store.article(_key(id, "article"), served=True)
        if stored is None:
            raise NotFoundError("article", id)
        attributions = (passage.attribution for passage in stored.passages)
        return stored.article, tuple(sorted(attributions, key=lambda one: (one.quotation.start, one.quotation.end)))

    def close(self) -> None:
        """Give back files and connections. No question may be asked afterwards."""
        self._store.close()

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
        return self._questions.understand(query.text, query.today, ignore)

    def _allowed_for(self, filters: Filters, understood: Understood) -> tuple[Ids | None, bool]:
        """The rows that may answer, and whether the days that the question names left any."""
        if understood.since is None and understood.until is None:
            return self._allowed(filters, understood.speakers), True
        dated = replace(filters, since=understood.since, until=understood.until)
        allowed = self._allowed(dated, understood.speakers)
        if allowed is None or len(allowed):
            return allowed, True
        return self._allowed(filters, understood.speakers), False

    def _ranked(self, query: Query, understood: Understood, allowed: Ids | None) -> tuple[Ids, Scores, bool]:
        """The rows from the best to the worst, their scores, and whether the question is answered."""
        text = understood.searched or query.text
        none = np.zeros(0, np.int64)
        vector = None if query.mode == "lexical" else self._vector(text)
        near = none if vector is None else self._vectors.search(vector, DEPTH, allowed)[0]
        worded, bm25 = none, np.zeros(0, np.float32)
        if query.mode != "semantic":
            worded, bm25 = self._words.search(text, DEPTH, allowed)
        rows = np.union1d(near, worded)
        dense = np.zeros(len(rows), np.float32) if vector is None else self._vectors.scores(vector, rows)
        lexical = self._lexical(text, rows, worded, bm25)
        if query.mode == "semantic":
            scores = np.minimum(dense, 1)
        elif query.mode == "lexical":
            scores = ranking.over_maximum(lexical)
        else:
            scores = ranking.blend(dense, lexical) * self._store.kind_weights(rows, ranking.KIND_WEIGHTS)
            if understood.likely:
                likely = self._allowed(Filters(), understood.likely)
                scores = ranking.raised(scores, np.isin(rows, none if likely is None else likely))
        best = ranking.order(scores, self._store.places(rows))
        cosine = None if vector is None else float(dense.max(initial=-1.0))
        among = len(self._vectors) if allowed is None else len(allowed)
        return rows[best], scores[best], self._bears(understood, query.text, rows[best], among, cosine)

    def _lexical(self, text: str, rows: Ids, worded: Ids, bm25: Scores) -> Scores:
        """BM25 of every row: as found, and asked for again only where the search was cut off."""
        scores = np.zeros(len(rows), np.float32)
        scores[np.searchsorted(rows, worded)] = bm25
        if len(worded) == DEPTH:
            missing = np.flatnonzero(~np.isin(rows, worded))
            scores[missing] = self._words.scores(text, rows[missing])
        return scores

    def _bears(self, understood: Understood, text: str, rows: Ids, among: int, cosine: float | None) -> bool:
        """Whether anything on record bears on the question; `rows` are the best first, `among` could answer."""
        speakers = understood.speakers
        terms = list(dict.fromkeys(self._words.terms(understood.searched if speakers else text)))
        if speakers:
            records = [record.speaker for record in map(self._store.speaker, speakers) if record is not None]
            names = " ".join(name for speaker in records for name in (speaker.name, *speaker.aliases))
            dropped = {*self._words.terms(names), *self._words.terms(SPEECH)}
            terms = [term for term in terms if term not in dropped]
        texts = self._store.lexical_texts(rows[: ranking.LOOKED_AT].tolist())
        carrying = [set(self._words.terms(text)) for text in texts]
        share = ranking.carried(terms, self._words.weights(terms), carrying)
        return ranking.bears(
            ranking.Evidence(cosine=cosine, among=among, named=bool(speakers), terms=len(terms), share=share)
        )

    def _vector(self, text: str) -> Scores:
        with self._loading:
            if self._encoder is None:
                encoder = default_encoder()
                _same_model(self.manifest.model, encoder)
                self._encoder = encoder
        vector: Scores = normalised(self._encoder.encode([text]))[0]
        return vector

    def _allowed(self, filters: Filters, understood: Sequence[str]) -> Ids | None:
        """The rows that may answer: by the filters and by the speakers understood, both."""
        asked: list[Collection[str]] = []
        if filters.speakers:
            asked.append({id_ for key in filters.speakers for id_ in self._speaker_ids(key)})
        if understood:
            asked.append(understood)
        return self._store.allowed(filters, asked)

    def _speaker_ids(self, key: str) -> list[str]:
        """The ids of those who go by `key`, one at least."""
        ids = self._store.speakers_named(check_text(key, "speaker", MAX_VALUE))
        if not ids:
            raise UnknownSpeakerError(key, self._nearest(key))
        return ids

    def _nearest(self, key: str) -> tuple[str, ...]:
        from rapidfuzz import fuzz, process, utils

        found = process.extract(
            key,
            self._store.speaker_names(),
            scorer=fuzz.WRatio,
            processor=utils.default_process,
            limit=NEAREST,
            score_cutoff=NEAREST_FROM,
        )
        return tuple(name for name, _, _ in found)

    def _hits(self, rows: Ids, scores: Sequence[float | None], first: int) -> tuple[Hit, ...]:
        found = self._store.passages(rows.tolist())
        return tuple(
            Hit(rank=first + place, score=score, passage=passage, article=article, also_in=also_in)
            for place, ((passage, article, also_in), score) in enumerate(zip(found, scores, strict=True))
        )


def _same_model(made: Model, encoder: Encoder) -> None:
    asked = Model(encoder.name, encoder.fingerprint, encoder.dimension)
    if made != asked:
        raise ModelError(
            f"the index was made by {made.name} ({made.fingerprint[:12]}, {made.dimension} dimensions), the encoder is"
            f" {asked.name} ({asked.fingerprint[:12]}, {asked.dimension} dimensions); set ATTRIBUTED_MODEL or"
            f" {folders.REMEDY}"
        )


def _key(id_: str, kind: str) -> str:
    """An id that can be looked up; one that cannot be an id is not found."""
    try:
        return check_text(id_, kind, 2000)
    except QueryError:
        raise NotFoundError(kind, ascii(id_)[:200]) from None
