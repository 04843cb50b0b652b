"""A record small enough to read: three articles, four speakers, and a searcher that needs no index."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress.channel import HTTPChannel

from index.document.sentences import sentences_of
from index.errors import NotFoundError, UnknownSpeakerError
from index.facets import KIND_LABELS
from index.queries import (
    Activity,
    Answer,
    Context,
    Count,
    Export,
    Exported,
    Facets,
    Filters,
    Guess,
    Listing,
    Query,
    RoleRecord,
    SpeakerPage,
    SpeakerRecord,
    Understood,
)
from index.surroundings import surroundings
from index.types import Article, Attribution, Highlights, Hit, Passage, Quotation, Span, Speaker
from service import Settings, create_app, server

GENERATION = "20260227T101112000000Z"

BAHISS = Speaker("tameem-bahiss", "Tameem Bahiss", "person", ("Bahiss",), ("a Kabul-based security analyst",))
KHAN = Speaker("tariq-khan", "Tariq Khan", "person", ("Khan",), ("a retired three-star general", "the former general"))
EMINE = Speaker("émine-şahin", "Émine Şahin", "person")
SCRIPT = Speaker("script", "<script>alert('name')</script>", "group", roles=("<b>role</b>",))

STRIKES = Article(
    id="strikes-1",
    text=(
        "Tameem Bahiss, a Kabul-based security analyst, spoke on Friday. “Attacks will continue,” he said.\n\n"
        "“We have not seen the peak,” Khan said, “and there will be more to come.”\n\n"
        "Nobody expected it. “It is over,” one heard."
    ),
    title="Strikes on Kabul",
    date=dt.date(2026, 2, 27),
    source="Al Jazeera",
    url="https://example.org/strikes?a=1&b=2",
)
MARKUP = Article(
    id="https://example.org//a b?<i>",
    text="Intro <script>alert(1)</script>. “<script>alert(2)</script> & more,” they said.",
    title="<script>alert('title')</script>",
    url="javascript:alert(3)",
)
ISTANBUL = Article(
    id="istanbul", text="Émine Şahin told us 🙂: “Barış gelecek.”", date=dt.date(2026, 1, 5), source="Haber"
)


COPY = replace(STRIKES, id="copy-1", title="Strikes, again", date=dt.date(2026, 2, 28), source="Wire", url=None)


def span(article: Article, text: str) -> Span:
    start = article.text.index(text)
    return article.span(start, start + len(text))


def passage(
    article: Article, shown: str, said: tuple[str, ...], speaker: Speaker | None, **about: str | float
) -> tuple[Passage, Article]:
    quotation = Quotation(
        article.id,
        about.get("kind", "direct"),  # type: ignore[arg-type]
        tuple(span(article, text) for text in said),
        cue=span(article, str(about["cue"])) if "cue" in about else None,
        source=span(article, str(about["source"])) if "source" in about else None,
    )
    attribution = Attribution(
        quotation,
        speaker,
        str(about["method"]) if speaker else None,
        float(about.get("confidence", 0.0)),
    )
    around = span(article, shown)
    return Passage(attribution, around, " ".join(said), sentences=sentences_of(around)), article


PASSAGES = (
    passage(
        STRIKES,
        "Tameem Bahiss, a Kabul-based security analyst, spoke on Friday. “Attacks will continue,” he said.",
        ("Attacks will continue,",),
        BAHISS,
        source="he",
        cue="said",
        method="pronoun",
        confidence=0.93,
    ),
    passage(
        STRIKES,
        "“We have not seen the peak,” Khan said, “and there will be more to come.”",
        ("We have not seen the peak,", "and there will be more to come."),
        KHAN,
        source="Khan",
        method="surname",
        confidence=0.985,
    ),
    passage(STRIKES, "Nobody expected it. “It is over,” one heard.", ("It is over,",), None),
    passage(
        MARKUP,
        MARKUP.text,
        ("<script>alert(2)</script> & more,",),
        SCRIPT,
        source="they",
        method="group",
        confidence=0.5,
    ),
    passage(ISTANBUL, ISTANBUL.text, ("Barış gelecek.",), EMINE, source="Émine Şahin", method="name", confidence=1.0),
)

HIGHLIGHTS = {
    PASSAGES[0][0].span.text: Highlights(
        span(STRIKES, "“Attacks will continue,” he said."), (span(STRIKES, "Attacks"),)
    ),
    PASSAGES[1][0].span.text: Highlights(
        span(STRIKES, "“We have not seen the peak,” Khan said, “and"),
        (span(STRIKES, "peak"), span(STRIKES, "Khan"), span(STRIKES, "there will")),
    ),
    PASSAGES[3][0].span.text: Highlights(None, (span(MARKUP, "(1)</script>. “<script>alert(2)"),)),
}
"""What is said to answer; the second and third lie over the borders of what is quoted."""


def _facets(hits: list[Hit]) -> Facets:
    found = [(hit.passage.attribution, hit.article) for hit in hits]
    speakers = Counter(one.speaker for one, _ in found if one.speaker and one.speaker.kind != "unnamed")
    sources = Counter(article.source for _, article in found if article.source)
    kinds = Counter(one.quotation.kind for one, _ in found)
    years = Counter(str(article.date.year) for _, article in found if article.date)
    return Facets(
        tuple(Count(one.id, one.name, count) for one, count in speakers.most_common()),
        tuple(Count(name, name, count) for name, count in sources.most_common()),
        tuple(Count(kind, KIND_LABELS[kind], count) for kind, count in kinds.most_common()),
        tuple(Count(year, year, count) for year, count in sorted(years.items(), reverse=True)),
    )


@dataclass
class FakeSearcher:
    """Answers every question with all passages that the filters leave, in their order, scored 0.9, 0.8 and so on."""

    generation: str = GENERATION
    verified: str = "hashes"
    passed: tuple[str, ...] = ()
    asked: list[Query] = field(default_factory=list)
    listed: list[tuple[str, Filters | None, int, int]] = field(default_factory=list)
    exported: list[tuple[Filters, str | None, bool]] = field(default_factory=list)
    fault: Exception | None = None

    def reach(self) -> None:
        if self.fault is not None:
            raise self.fault

    @property
    def manifest(self) -> SimpleNamespace:
        return SimpleNamespace(
            counts=SimpleNamespace(articles=3, quotations=5, speakers=4, passages=5),
            created="2026-02-27T10:11:12+00:00",
        )

    def _hits(self, filters: Filters, score: bool) -> list[Hit]:
        wanted = {self.speaker(key).speaker.id for key in filters.speakers}
        kept = [
            (found, article)
            for found, article in PASSAGES
            if not wanted or (found.attribution.speaker and found.attribution.speaker.id in wanted)
        ]
        return [
            Hit(
                rank,
                round(1 - rank / 10, 1) if score else None,
                found,
                article,
                ("copy-1",) if rank == 1 else (),
                HIGHLIGHTS.get(found.span.text) if score else None,
            )
            for rank, (found, article) in enumerate(kept, 1)
        ]

    def search(self, query: Query) -> Answer:
        self.asked.append(query)
        if self.fault:
            raise self.fault
        nonsense = "cake" in query.text
        hits = [] if "nothing at all" in query.text else self._hits(query.filters, score=True)
        at = query.text.find("Bahiss")
        understood = Understood(searched=query.text)
        if at >= 0 and "speakers" not in query.ignore:
            guesses = [Guess("speakers", "Bahiss", at, at + 6, ("tameem-bahiss",))]
            since = None
            if "since March" in query.text:
                since = dt.date(2026, 3, 1)
                at = query.text.index("since March")
                guesses.append(Guess("dates", "since March", at, at + 11))
            understood = Understood(("tameem-bahiss",), since=since, guesses=tuple(guesses))
        shown = tuple(hits[query.offset : query.offset + query.limit])
        return Answer(
            query.text, not nonsense, len(hits), 4.125, self.generation, understood, shown, facets=_facets(hits)
        )

    def matches(self, query: Query) -> Export:
        answer = self.search(replace(query, limit=100, offset=0))
        return Export(answer.total, self.generation, answer.answered, map(Exported, answer.hits))

    def everything(self, filters: Filters, speaker: str | None = None, *, fold: bool = False) -> Export:
        if self.fault:
            raise self.fault
        self.exported.append((filters, speaker, fold))
        kept = Filters(speakers=(speaker,)) if speaker else filters
        hits = [Exported(hit, "0" * 16 if hit.rank == 2 else None) for hit in self._hits(kept, score=False)]
        if fold:
            hits = [one for one in hits if one.copy_of is None]
        return Export(len(hits), self.generation, None, iter(hits))

    def speakers(self, q: str | None = None, limit: int = 50, offset: int = 0) -> SpeakerPage:
        if self.fault:
            raise self.fault
        found = [self.speaker(one.id) for one in (BAHISS, KHAN, SCRIPT, EMINE) if not q or q in one.name]
        return SpeakerPage(len(found), self.generation, tuple(found[offset : offset + limit]))

    def speaker(self, key: str) -> SpeakerRecord:
        if self.fault:
            raise self.fault
        for one in (BAHISS, KHAN, SCRIPT, EMINE):
            if key in (one.id, one.name, *one.aliases):
                return SpeakerRecord(one, 1, 1)
        raise UnknownSpeakerError(key, ("Tariq Khan", "Tameem Bahiss"))

    def speaker_quotations(self, key: str, filters: Filters | None = None, limit: int = 10, offset: int = 0) -> Listing:
        self.listed.append((key, filters, limit, offset))
        for name in filters.speakers if filters else ():
            self.speaker(name)
        hits = self._hits(Filters(speakers=(key,)), score=False)
        return Listing(len(hits), self.generation, tuple(hits[offset : offset + limit]), _facets(hits))

    def activity(self, key: str) -> Activity:
        self.speaker(key)
        return Activity((Count("2026-02", "2026-02", 1),), (Count("2026", "2026", 1),), 0)

    def roles(self, key: str) -> tuple[RoleRecord, ...]:
        day = dt.date(2026, 2, 27)
        return tuple(RoleRecord(role, day, day, 1) for role in self.speaker(key).speaker.roles)

    def context(self, id: str, sentences: int = 2) -> Context:  # noqa: A002
        hit = self.quotation(id)
        return surroundings(hit.article, hit.passage.span, sentences)

    def quotation(self, id: str) -> Hit:  # noqa: A002
        if self.fault:
            raise self.fault
        for hit in self._hits(Filters(), score=False):
            if hit.passage.attribution.quotation.id == id:
                return Hit(1, None, hit.passage, hit.article, hit.also_in)
        raise NotFoundError("quotation", id)

    def article(self, id: str) -> tuple[Article, tuple[Attribution, ...]]:  # noqa: A002
        if self.fault:
            raise self.fault
        for article in (STRIKES, MARKUP, ISTANBUL, COPY):
            if article.id == id:
                return article, tuple(found.attribution for found, where in PASSAGES if where is article)
        raise NotFoundError("article", id)


@dataclass
class FakeHolder:
    standing: FakeSearcher
    fault: Exception | None = None

    def searcher(self) -> FakeSearcher:
        if self.fault:
            raise self.fault
        return self.standing


class FixedEncoder:
    name = "fixed"
    fingerprint = "0" * 64
    dimension = 2

    def encode(self, texts: list[str]) -> np.ndarray:
        return np.tile(np.float32([1, 0]), (len(texts), 1))


@pytest.fixture
def holder() -> FakeHolder:
    return FakeHolder(FakeSearcher())


@pytest.fixture
def app(holder: FakeHolder) -> Flask:
    return create_app(Settings(), encoder=FixedEncoder(), holder=holder, testing=True)  # type: ignore[arg-type]


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture
def quotation_ids() -> list[str]:
    """Ids of the five quotations, in the order in which the fake searcher ranks them."""
    return [found.attribution.quotation.id for found, _ in PASSAGES]


@pytest.fixture
def passage_texts() -> list[str]:
    """The passages as the fake searcher ranks them."""
    return [found.span.text for found, _ in PASSAGES]


def _close(sockets: list[Any]) -> None:
    """Close all, so that the loop ends: a connection lets go of the file, too, in which lies what was not taken."""
    for one in sockets:
        if isinstance(one, HTTPChannel):
            one.handle_close()
        else:
            one.close()


@contextlib.contextmanager
def _listening(app: Flask) -> Iterator[int]:
    one, port = server.listen(app, "127.0.0.1", 0)
    serving = threading.Thread(target=one.run)
    serving.start()
    try:
        yield port
    finally:
        one.trigger.pull_trigger(lambda: _close(list(one._map.values())))
        serving.join(30)
        one.task_dispatcher.shutdown()
    assert not serving.is_alive()


@pytest.fixture
def listening() -> Callable[[Flask], AbstractContextManager[int]]:
    """Gives the port at which an application is served by waitress, as long as the context lasts."""
    return _listening
