"""The pipeline: articles → quotations → passages → store, vectors, words → a new generation that answers.

Everything is written aside; only a whole generation on the disk is switched to.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import importlib.metadata
import json
import shutil
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import generation as folders
from index.earlier import Earlier, open_earlier, standing
from index.embedded import readings, windows
from index.encoder import Encoder, normalised
from index.errors import ArticleError, DamagedIndexError, QuoteIndexError, SourceError
from index.generation import Counts, Generation, Layout, Manifest, Model
from index.lexical import LexicalIndex
from index.queries import is_readable
from index.recorder import Identities, Recorder
from index.speakers.across import bring_together
from index.speakers.userfile import NOTHING, UserFile, read_user_file
from index.spoken import SpokenVectors
from index.store import Searchable, Store, passage_faults
from index.types import Article, ArticleSpeaker, Attribution, Passage
from index.vectors import FlatIndex, Vectors
from index.wording import WordingIndex

EMBED_BATCH = 512
"""Rows that are looked up and encoded together; the encoder cuts them into its own batches, sorted by length."""
NAMED_IN_ERROR = 3
"""Articles that an error names; the others are counted."""


class QuoteExtractor(Protocol):
    """What finds the quotations of articles and gives them to speakers.

    `version` changes whenever its answers may change: what an older one found is not used again.
    """

    @property
    def version(self) -> str: ...  # noqa: D102

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        """One tuple an article, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class PassageMaker:
    """What makes one passage per attribution, in their order; `version` as that of an extractor."""

    version: str
    make: Callable[[Article, Sequence[Attribution]], tuple[Passage, ...]]


class Progress(Protocol):
    """Told how far a stage is: `total` is None where nobody knows."""

    def __call__(self, stage: str, done: int, total: int | None) -> None: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a rebuild did.

    `generation` is the name of the one that now answers. `reused`: articles not extracted again. `attributed`:
    quotations whose speaker is known. `set_aside`: what could not be read. `seconds`: stage → seconds.
    `warnings`: lines of the user's speakers.toml that name nobody on record.
    """

    generation: str
    articles: int
    reused: int
    quotations: int
    attributed: int
    speakers: int
    passages: int
    set_aside: tuple[ArticleError, ...]
    seconds: Mapping[str, float]
    warnings: tuple[str, ...] = ()


def default_passages() -> PassageMaker:
    """The passages that the program serves."""
    from index.passages import PASSAGES_VERSION, make_passages

    return PassageMaker(PASSAGES_VERSION, make_passages)


def rebuild(
    articles: Iterable[Article | ArticleError],
    data: Path,
    *,
    extractor: QuoteExtractor,
    encoder: Encoder,
    full: bool = False,
    strict: bool = False,
    progress: Progress | None = None,
    passages: PassageMaker | None = None,
    speakers: Path | None = None,
) -> BuildReport:
    """Make a new generation of `data` out of `articles` and let it answer.

    Without `full`, what the current generation holds for the same article under the same versions is used
    again; the answers are the same either way. `speakers` is the user's word on who is who, `data`/speakers.toml
    where there is one and none is given.

    Raises:
        SpeakersFileError: that file is not as it should be; nothing is switched.
        SourceError: no article could be read, or under `strict` one could not; nothing is switched.
        BusyError: another process is rebuilding.
        QuoteIndexError: whatever else `articles`, the extractor or the encoder raise; nothing is switched.
    """
    user = _user_file(data, speakers)
    run = _Run(extractor, passages or default_passages(), encoder, progress or _silent, user)
    with folders.writing(data) as layout, contextlib.ExitStack() as open_until_done:
        current, kept = standing(data)
        folders.prune(layout, kept)
        earlier = None if full or current is None else open_earlier(current, encoder)
        if earlier is not None:
            open_until_done.callback(earlier.store.close)
        generation = folders.begin(layout)
        try:
            run.record(articles, generation, earlier)
            run.refuse(strict=strict)
            store = open_until_done.enter_context(contextlib.closing(Store(generation.store)))
            run.embed(store, generation, earlier)
            run.index_words(store, generation)
            manifest = run.publish(layout, store, generation, previous=None if current is None else current.name)
        except BaseException as error:
            shutil.rmtree(generation.folder, ignore_errors=True)
            if isinstance(error, (OSError, sqlite3.OperationalError)):
                raise QuoteIndexError(f"{data}: cannot be written ({error}); the index stays as it was") from error
            raise
        folders.prune(layout, {generation.name, *([] if current is None else [current.name])})
    return run.report(manifest)


def fingerprint(article: Article) -> str:
    """SHA-256 over everything that an article says of itself: two articles with the same are the same."""
    day = None if article.date is None else article.date.isoformat()
    fields = [article.id, article.text, article.title, day, article.source, article.url, article.body]
    return hashlib.sha256(json.dumps(fields).encode("ascii")).hexdigest()


def corpus_hash(fingerprints: Iterable[str]) -> str:
    """SHA-256 over the fingerprints of all articles, whatever their order."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode("ascii")).hexdigest()


@dataclass(slots=True)
class _Run:
    """One rebuild: what does the work, and what has been counted so far."""

    extractor: QuoteExtractor
    maker: PassageMaker
    encoder: Encoder
    progress: Progress
    user: UserFile
    warnings: tuple[str, ...] = ()
    set_aside: list[ArticleError] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    """Article id → fingerprint."""
    texts: dict[str, bytes] = field(default_factory=dict)
    """Article id → SHA-256 of its text."""
    seconds: dict[str, float] = field(default_factory=dict)
    recorded: int = 0
    reused: int = 0
    attributed: int = 0

    def record(
        self, articles: Iterable[Article | ArticleError], generation: Generation, earlier: Earlier | None
    ) -> None:
        """Articles → quotations → passages → store."""
        total = len(articles) if isinstance(articles, Sized) else None
        with self._stage("extract"), contextlib.closing(Recorder(generation.store)) as recorder:
            for article, passages in self._passages(articles, earlier):
                fault = next((fault for passage in passages for fault in passage_faults(article, passage)), None)
                if fault is not None:
                    self.set_aside.append(ArticleError(article.id, None, fault))
                    continue
                recorder.add(
                    article,
                    passages,
                    fingerprint=self.seen[article.id],
                    extractor=self.extractor.version,
                    version=self.maker.version,
                )
                self.recorded += 1
                self.attributed += sum(passage.attribution.speaker is not None for passage in passages)
                self.progress("extract", self.recorded, total)
            recorder.finish(self._identify)

    def refuse(self, *, strict: bool) -> None:
        """Go no further without any article, or under `strict` with one set aside (SourceError)."""
        named = "; ".join(str(error) for error in self.set_aside[:NAMED_IN_ERROR])
        more = len(self.set_aside) - NAMED_IN_ERROR
        reasons = f"{named}; and {more} more" if more > 0 else named
        if not self.recorded:
            raise SourceError(
                f"no article could be read: {reasons or 'the sources hold none'}; the index stays as it was"
            )
        if strict and self.set_aside:
            raise SourceError(f"{len(self.set_aside)} articles could not be read: {reasons}; nothing is switched")

    def embed(self, store: Store, generation: Generation, earlier: Earlier | None) -> None:
        """Passages → vectors; equal texts are encoded once."""
        vectors = FlatIndex(self.encoder.dimension)
        total = store.count("quotation")
        spoken = SpokenVectors.create(generation.spoken, total, self.encoder.dimension)
        with self._stage("embed"):
            after = 0
            while batch := store.searchable(after, EMBED_BATCH):
                rows, place = np.array([one.row for one in batch], np.int64), len(vectors)
                both = self._vectors(batch, vectors, spoken, earlier)
                vectors.add(rows, both[:, 0])
                spoken[place : place + len(rows)] = both[:, 1]
                after = batch[-1].row
                self.progress("embed", len(vectors), total)
            vectors.save(generation.vectors)
            del spoken  # brings the map into the file

    def index_words(self, store: Store, generation: Generation) -> None:
        """Passages → words."""
        with self._stage("words"):
            count = LexicalIndex.build(generation.lexical, store.lexical_rows())
            WordingIndex.build(generation.wording, store.contents())
            self.progress("words", count, count)

    def publish(self, layout: Layout, store: Store, generation: Generation, previous: str | None) -> Manifest:
        """Bring everything to the disk, the manifest last, and let it answer."""
        with self._stage("publish"):
            quotations = store.count("quotation")
            manifest = Manifest(
                format=folders.FORMAT,
                generation=generation.name,
                created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                previous=previous,
                model=Model(self.encoder.name, self.encoder.fingerprint, self.encoder.dimension),
                counts=Counts(store.count("article"), quotations, store.count("speaker"), quotations),
                corpus=corpus_hash(store.corpus()),
                versions=_versions(self.extractor, self.maker),
                files=generation.files(),
            )
            folders.seal(generation, manifest)
            folders.switch(layout, generation)
        return manifest

    def report(self, manifest: Manifest) -> BuildReport:
        """What was done."""
        return BuildReport(
            generation=manifest.generation,
            articles=manifest.counts.articles,
            reused=self.reused,
            quotations=manifest.counts.quotations,
            attributed=self.attributed,
            speakers=manifest.counts.speakers,
            passages=manifest.counts.passages,
            set_aside=tuple(self.set_aside),
            seconds=dict(self.seconds),
            warnings=self.warnings,
        )

    def _identify(self, said: Sequence[ArticleSpeaker]) -> Identities:
        together = bring_together(said, self.user)
        self.warnings = together.warnings
        return together.ids, together.given

    def _passages(
        self, articles: Iterable[Article | ArticleError], earlier: Earlier | None
    ) -> Iterator[tuple[Article, tuple[Passage, ...]]]:
        """Every article that can be read, in order, with its passages: extracted, or as the run before left them."""
        known = {} if earlier is None else earlier.store.reusable(self.extractor.version)
        # An extractor may read ahead of what it gives back, so the articles wait here in their order.
        waiting: deque[tuple[Article, bool]] = deque()

        def unknown() -> Iterator[Article]:
            for article in self._admitted(articles):
                again = known.get(article.id) == self.seen[article.id]
                waiting.append((article, again))
                if not again:
                    yield article

        def known_ones() -> Iterator[tuple[Article, tuple[Passage, ...]]]:
            while earlier is not None and waiting and waiting[0][1]:
                article, _ = waiting.popleft()
                yield article, self._again(earlier.store, article)

        for attributions in self.extractor.extract(unknown()):
            yield from known_ones()
            if not waiting:
                raise QuoteIndexError("the extractor gave more answers than it was given articles")
            article, _ = waiting.popleft()
            yield article, self.maker.make(article, _once(attributions))
        yield from known_ones()
        if waiting:
            raise QuoteIndexError(
                f"the extractor gave no answer for {len(waiting)} articles, {waiting[0][0].id!r} first"
            )

    def _admitted(self, articles: Iterable[Article | ArticleError]) -> Iterator[Article]:
        for item in articles:
            if isinstance(item, ArticleError):
                self.set_aside.append(item)
                continue
            fields = {"id": item.id, "text": item.text, "title": item.title, "source": item.source, "url": item.url}
            unreadable = [name for name, value in fields.items() if value is not None and not is_readable(value)]
            text = hashlib.sha256(item.text.encode("utf-8", "surrogatepass")).digest()
            if unreadable:
                self.set_aside.append(
                    ArticleError(ascii(item.id), None, f"NUL or half a surrogate pair in {unreadable[0]}")
                )
            elif item.id not in self.seen:
                self.seen[item.id] = fingerprint(item)
                self.texts[item.id] = text
                yield item
            elif self.texts[item.id] != text:
                self.set_aside.append(ArticleError(item.id, None, "another article has this id and another text"))

    def _again(self, store: Store, article: Article) -> tuple[Passage, ...]:
        stored = store.article(article.id)
        if stored is None:
            raise DamagedIndexError(f"{store.path}: article {article.id!r} is gone; run `attributed rebuild --full`")
        self.reused += 1
        if stored.passages_version == self.maker.version:
            return stored.passages
        return self.maker.make(article, [passage.attribution for passage in stored.passages])

    def _vectors(
        self, batch: Sequence[Searchable], vectors: FlatIndex, spoken: NDArray[np.float16], earlier: Earlier | None
    ) -> Vectors:
        """Of each row the vector of its passage and that of its quotation, shape (n, 2, d).

        Those of the same text before in this run, else from the run before, else encoded.
        """
        start = batch[0].row
        texts = {one.hash: one.texts for one in batch if one.first >= start}
        by_hash: dict[str, Vectors] = {}
        if earlier is not None and earlier.vectors is not None and earlier.spoken is not None:
            found = earlier.store.rows_by_hash(texts)
            rows = np.array(list(found.values()), np.int64)
            both = np.stack([earlier.vectors.vectors(rows), earlier.spoken.vectors(rows)], axis=1)
            by_hash |= zip(found, both, strict=True)
        wanted = [hash_ for hash_ in texts if hash_ not in by_hash]
        by_hash |= zip(wanted, self._encoded([texts[hash_] for hash_ in wanted]), strict=True)
        repeated = {one.hash: one.first for one in batch if one.first < start}
        rows = np.array(list(repeated.values()), np.int64)
        places = np.searchsorted(vectors.ids(), rows)
        both = np.stack([vectors.vectors(rows), spoken[places].astype(np.float32)], axis=1)
        by_hash |= zip(repeated, both, strict=True)
        return np.stack([by_hash[one.hash] for one in batch])

    def _encoded(self, groups: Sequence[tuple[str, ...]]) -> Vectors:
        """Of each passage, given as its texts, its vector and that of its words alone, shape (n, 2, d)."""
        if not groups:
            return np.zeros((0, 2, self.encoder.dimension), np.float32)
        read = [readings(texts[0], texts[1] if len(texts) > 1 else None) for texts in groups]
        vectors = normalised(self.encoder.encode([text for texts in read for text in texts]))
        starts = np.cumsum([0, *map(len, read)])
        whole = normalised(np.add.reduceat(vectors, starts[:-1], axis=0))
        for place, texts in enumerate(read):
            if parts := windows(texts[0]):
                whole[place] = normalised(whole[place] + _mean(self.encoder.encode(parts)))[0]
        return np.stack([whole, vectors[starts[1:] - 1]], axis=1)

    @contextlib.contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started


def _mean(vectors: Vectors) -> Vectors:
    """The mean of vectors of shape (n, d) as one of length 1, shape (1, d)."""
    return normalised(normalised(vectors).mean(axis=0, keepdims=True))


def _user_file(data: Path, given: Path | None) -> UserFile:
    path = folders.Layout(data).speakers if given is None else given
    return read_user_file(path) if given is not None or path.exists() else NOTHING


def _once(attributions: Sequence[Attribution]) -> tuple[Attribution, ...]:
    """One attribution a quotation, the first of each."""
    first: dict[str, Attribution] = {}
    for attribution in attributions:
        first.setdefault(attribution.quotation.id, attribution)
    return tuple(first.values())


def _versions(extractor: QuoteExtractor, maker: PassageMaker) -> dict[str, str]:
    versions = {"extractor": extractor.version, "passages": maker.version}
    for part, distribution in (("program", "attributed"), ("faiss", "faiss-cpu"), ("tantivy", "tantivy")):
        try:
            versions[part] = importlib.metadata.version(distribution)
        except importlib.metadata.PackageNotFoundError:  # a bare checkout is not installed
            versions[part] = "unknown"
    return versions


def _silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""
    del stage, done, total
