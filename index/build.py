"""The pipeline: articles → quotations → passages → store, vectors, words → a new generation that answers.

Everything is written aside; only a whole generation on the disk is switched to.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from index import generation as folders
from index.admission import Admission
from index.earlier import Earlier, corpus_hash, fingerprint, held, open_earlier, standing, versions
from index.encoder import Encoder
from index.errors import ArticleError, QuoteIndexError, SourceError
from index.finishing import Finishing
from index.generation import Generation, Layout
from index.language import language_of
from index.live.articles import Posted
from index.manifest import FORMAT, Counts, Manifest, Model
from index.recorder import Identities, Recorder
from index.speakers.across import bring_together, look_at
from index.speakers.userfile import NOTHING, UserFile, read_user_file
from index.store import Store, passage_faults
from index.types import Article, ArticleSpeaker, Attribution, Passage
from index.unfinished import Unfinished
from index.workers.beside import Hand
from index.workers.work import Here, Mapper
from index.working import Working

WORTH_A_HAND = 10_000
"""Quotations of the run before from which another process works beside this one: it takes half a second to start."""
NAMED_IN_ERROR = 3
"""Articles that an error names; the others are counted."""


class QuoteExtractor(Protocol):
    """What finds the quotations of articles and gives them to speakers.

    `version` changes whenever its answers may change: what an older one found is not used again.
    """

    @property
    def version(self) -> str: ...  # noqa: D102

    def prepare(self) -> None:
        """Load what it needs, where that takes long."""
        ...

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
    quotations whose speaker is known. `again`: articles that came more than once and are one; `replaced`: ids of those
    whose place a later version took. `taken_up`: articles that a run had worked which was cut off. `set_aside`: what
    could not be read or worked. `seconds`: stage → seconds.
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
    again: int = 0
    replaced: tuple[str, ...] = ()
    taken_up: int = 0


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
    mapper: Mapper | None = None,
) -> BuildReport:
    """Make a new generation of `data` out of `articles` and let it answer.

    Without `full`, what the current generation holds for the same article under the same versions is used
    again; the answers are the same either way. What was posted to the service is a further source, and what was deleted
    there is left out (`index.live.articles`). `speakers` is the user's word on who is who, `data`/speakers.toml
    where there is one and none is given. `mapper` is where articles are worked and passages encoded, this process where
    none is given.

    Raises:
        SpeakersFileError: that file is not as it should be; nothing is switched.
        SourceError: no article could be read, or under `strict` one could not; nothing is switched.
        BusyError: another process is rebuilding.
        QuoteIndexError: whatever else `articles`, the extractor or the encoder raise; nothing is switched.
    """
    user = user_file(data, speakers)
    run = _Run(extractor, passages or default_passages(), encoder, mapper or Here(), progress or _silent, user)
    with _told(data, run), folders.writing(data) as layout, contextlib.ExitStack() as open_until_done:
        if not full and held(data) >= WORTH_A_HAND:
            run.hand = open_until_done.enter_context(run.mapper.hand())
        current, kept = standing(data)
        folders.prune(layout, kept)
        earlier = None if full or current is None else open_earlier(current, encoder)
        if earlier is not None:
            open_until_done.callback(earlier.store.close)
        unfinished = run.unfinished(layout, anew=full)
        generation = folders.begin(layout)
        run.name = generation.name
        try:
            posted = Posted.read(data)
            run.posted = posted.added.keys()
            before = None if earlier is None else earlier.store.path
            with contextlib.closing(Recorder(generation.store, before, look_at)) as recorder:
                run.record(posted.with_all(articles), generation, recorder, earlier, unfinished)
                run.refuse(strict=strict)
                run.finish(generation, recorder, earlier, unfinished)
            store = open_until_done.enter_context(contextlib.closing(Store(generation.store)))
            previous = None if current is None else current.name
            manifest = run.publish(layout, store, generation, previous=previous, journal=posted.number)
        except BaseException as error:
            if run.hand is not None:
                run.hand.rest()  # it may write in there
            folders.discard(layout, generation)
            # On a full disk it would stand in the way of the next run.
            unfinished.remove() if isinstance(error, (OSError, sqlite3.Error)) else unfinished.close()
            raise
        unfinished.remove()
        folders.prune(layout, {generation.name, *([] if current is None else [current.name])})
    return run.report(manifest)


@dataclass(slots=True)
class _Run:
    """One rebuild: what does the work, and what has been counted so far."""

    extractor: QuoteExtractor
    maker: PassageMaker
    encoder: Encoder
    mapper: Mapper
    progress: Progress
    user: UserFile
    warnings: tuple[str, ...] = ()
    set_aside: list[ArticleError] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    """Article id → fingerprint."""
    seconds: dict[str, float] = field(default_factory=dict)
    name: str | None = None
    """Of the generation that is made."""
    posted: Collection[str] = ()
    """Ids of the articles that were posted to the service."""
    hand: Hand | None = None
    """A process that works beside this one."""
    again: int = 0
    replaced: tuple[str, ...] = ()
    taken_up: int = 0
    recorded: int = 0
    reused: int = 0
    attributed: int = 0

    def record(
        self,
        articles: Iterable[Article | ArticleError],
        generation: Generation,
        recorder: Recorder,
        earlier: Earlier | None,
        unfinished: Unfinished,
    ) -> None:
        """Articles → quotations → passages → store."""
        admission = Admission(generation.folder, self.posted, self.set_aside)
        with self._stage("extract"):
            worked = Working(self.extractor, self.maker, self.mapper, earlier, unfinished, self.seen)
            for article, passages in worked.passages(self._admitted(articles, admission, worked)):
                if isinstance(passages, ArticleError):
                    self.set_aside.append(passages)
                    continue
                if passages is None:
                    recorder.again(article.id)
                else:
                    fault = next((fault for passage in passages for fault in passage_faults(article, passage)), None)
                    if fault is not None:
                        self.set_aside.append(ArticleError(article.id, None, fault))
                        continue
                    recorder.add(
                        article if article.language else dataclasses.replace(article, language=language_of(article)),
                        passages,
                        fingerprint=self.seen[article.id],
                        extractor=self.extractor.version,
                        version=self.maker.version,
                    )
                self.recorded += 1
                self.progress("extract", self.recorded, admission.count)
            self.reused, self.taken_up = worked.reused, worked.taken_up
            self.again, self.replaced = admission.again, tuple(admission.replaced)

    def finish(
        self, generation: Generation, recorder: Recorder, earlier: Earlier | None, unfinished: Unfinished
    ) -> None:
        """Store → speakers over all articles, copies, vectors and words."""
        finishing = Finishing(
            generation,
            recorder,
            earlier,
            unfinished,
            self.encoder,
            self._identify,
            self.mapper,
            self.hand,
            self.progress,
            self._stage,
        )
        finishing.run()
        self.attributed = recorder.attributed

    def unfinished(self, layout: Layout, *, anew: bool) -> Unfinished:
        """What a run that was cut off has worked, for this one to go on with."""
        encoded_by = f"{self.encoder.name} {self.encoder.fingerprint}"
        return Unfinished(layout.unfinished, f"{self.extractor.version} {self.maker.version}", encoded_by, anew=anew)

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

    def publish(
        self, layout: Layout, store: Store, generation: Generation, previous: str | None, journal: int
    ) -> Manifest:
        """Bring everything to the disk, the manifest last, and let it answer."""
        with self._stage("publish"):
            quotations = store.count("quotation")
            manifest = Manifest(
                format=FORMAT,
                generation=generation.name,
                created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                previous=previous,
                model=Model(self.encoder.name, self.encoder.fingerprint, self.encoder.dimension),
                counts=Counts(store.count("article"), quotations, store.count("speaker"), quotations),
                corpus=corpus_hash(store.corpus()),
                versions={"extractor": self.extractor.version, "passages": self.maker.version, **versions()},
                files=generation.files(),
                journal=journal,
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
            again=self.again,
            replaced=self.replaced,
            taken_up=self.taken_up,
            set_aside=tuple(self.set_aside),
            seconds=dict(self.seconds),
            warnings=self.warnings,
        )

    def _identify(self, said: Sequence[ArticleSpeaker]) -> Identities:
        together = bring_together(said, self.user)
        self.warnings = together.warnings
        return together.ids, together.given

    def _admitted(
        self, articles: Iterable[Article | ArticleError], admission: Admission, working: Working
    ) -> Iterator[Article]:
        total = len(articles) if isinstance(articles, Sized) else None
        read = articles if self.hand is None else _readying(articles, working, self.hand)
        for article in admission.admitted(read, lambda done: self.progress("read", done, total)):
            self.seen[article.id] = fingerprint(article)
            yield article

    @contextlib.contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started


def _readying(
    articles: Iterable[Article | ArticleError], working: Working, hand: Hand
) -> Iterator[Article | ArticleError]:
    """The same; the hand makes ready for articles as soon as one is read that nobody knows, while others are read."""
    ready = False
    for article in articles:
        if not ready and isinstance(article, Article) and not working.known(article.id, fingerprint(article)):
            hand.submit(working.work.prepare)
            ready = True
        yield article


def user_file(data: Path, given: Path | None = None) -> UserFile:
    """The user's word on who is who: `given`, else `data`/speakers.toml where there is one (SpeakersFileError)."""
    path = folders.Layout(data).speakers if given is None else given
    return read_user_file(path) if given is not None or path.exists() else NOTHING


@contextlib.contextmanager
def _told(data: Path, run: _Run) -> Iterator[None]:
    """Say what to do where the disk is full, or may not be written to (QuoteIndexError)."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        # NumPy counts what was written and does not say why it was no more.
        short = "requested and" in str(error)
        full = short or isinstance(error, sqlite3.OperationalError) or "o space" in str(error) or "uota" in str(error)
        reason = f"a file could not grow: {error}" if short else error
        remedy = "free some space there" if full else "see to it that this user can write there"
        stands = "the index stays as it was"
        with contextlib.suppress(QuoteIndexError):
            if folders.current(data).name == run.name:  # the last steps of all failed
                stands = "the new index answers, and may be gone after a power failure"
        raise QuoteIndexError(f"{data}: cannot be written ({reason}); {stands}; {remedy} and rebuild again") from error


def _silent(stage: str, done: int, total: int | None) -> None:
    """Tell nobody."""
    del stage, done, total
