"""Every engine answers as the embedded one does: hits, scores, filters, counts, verdicts and errors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import payloads
from index.build import rebuild
from index.engine import Engine
from index.errors import NotFoundError, UnknownSpeakerError
from index.queries import Filters, Mode, Query
from index.searcher import Searcher
from tests.conftest import PASSAGES, FakeEncoder, FakeExtractor, marked_articles
from tests.index.engine.conftest import silent

QUESTIONS = (
    "Will the bridge survive the winter flood?",
    "ferry tickets",
    "What did Khan say about the ceasefire?",
    "who asked the engineers",
    "nothing of this is on record: quantum chromodynamics",
)
FILTERS = (
    Filters(),
    Filters(speakers=("imran-khan",)),
    Filters(kinds=("indirect",)),
    Filters(kinds=("organisation",)),
    Filters(sources=("Gazette",)),
    Filters(since=dt.date(2026, 2, 1), until=dt.date(2026, 2, 28)),
    Filters(sources=("nobody prints this",)),
)
QUOTES = (
    "The ferry carries six hundred people a day",
    "the ferry carries seven hundred people a day",
    "A war of attrition is lost by the side that counts its soldiers",
    "We close the bridge tonight and every ferry ticket is free until spring",
    "ferry",
    "Nobody has ever said anything like this about cheese",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small index, in a folder of its own for this module."""
    data = tmp_path_factory.mktemp("conformance")
    known = {article.id: attributions for article, attributions in marked_articles()}
    articles = [article for article, _ in marked_articles()]
    rebuild(articles, data, extractor=FakeExtractor(known), encoder=FakeEncoder(), passages=PASSAGES)
    return data


@pytest.fixture(scope="module")
def searcher(engine: Engine, built: Path) -> Iterator[Searcher]:
    engine.take(built, silent)
    with Searcher.open(built, FakeEncoder(), engine=engine) as opened:
        yield opened


@pytest.fixture(scope="module")
def embedded(built: Path) -> Iterator[Searcher]:
    with Searcher.open(built, FakeEncoder()) as opened:
        yield opened


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_same_hits_scores_filters_counts_and_facets(searcher: Searcher, embedded: Searcher, mode: Mode) -> None:
    for question in QUESTIONS:
        for filters in FILTERS:
            query = Query(question, filters, mode=mode, limit=20, today=dt.date(2026, 3, 2))
            found, expected = searcher.search(query), embedded.search(query)
            assert [hit.passage for hit in found.hits] == [hit.passage for hit in expected.hits]
            assert [hit.article for hit in found.hits] == [hit.article for hit in expected.hits]
            assert [hit.also_in for hit in found.hits] == [hit.also_in for hit in expected.hits]
            assert [hit.highlights for hit in found.hits] == [hit.highlights for hit in expected.hits]
            assert [hit.score for hit in found.hits] == pytest.approx([hit.score for hit in expected.hits], abs=0.001)
            assert (found.total, found.facets, found.answered) == (expected.total, expected.facets, expected.answered)
            assert found.understood == expected.understood
            assert found.bearing == pytest.approx(expected.bearing, abs=0.001)


def test_same_verdicts(searcher: Searcher, embedded: Searcher) -> None:
    for quote in QUOTES:
        for speaker in (None, "imran-khan", "tariq-khan"):
            found = payloads.verification(searcher.verify(quote, speaker))
            expected = payloads.verification(embedded.verify(quote, speaker))
            assert {**found, "took_ms": 0} == {**expected, "took_ms": 0}


def test_same_lists(searcher: Searcher, embedded: Searcher) -> None:
    assert searcher.speakers() == embedded.speakers()
    assert searcher.speakers("kha") == embedded.speakers("kha")
    for record in embedded.speakers().speakers:
        key = record.speaker.id
        assert searcher.speaker(key) == record
        assert searcher.speaker_quotations(key) == embedded.speaker_quotations(key)
        assert searcher.activity(key) == embedded.activity(key)
        assert searcher.roles(key) == embedded.roles(key)
    for id_ in ("bridge", "border", "ferry", "copy"):
        assert searcher.article(id_) == embedded.article(id_)
    everything = list(embedded.everything(Filters()).quotations)
    assert list(searcher.everything(Filters()).quotations) == everything
    for one in everything:
        id_ = one.hit.passage.attribution.quotation.id
        assert searcher.quotation(id_) == embedded.quotation(id_)
        assert searcher.context(id_) == embedded.context(id_)


def test_same_errors(searcher: Searcher, embedded: Searcher) -> None:
    for ask in (
        lambda one: one.search(Query("ferry", Filters(speakers=("Kahn",)))),
        lambda one: one.speaker("Kahn"),
        lambda one: one.verify("ferry", "Kahn"),
    ):
        with pytest.raises(UnknownSpeakerError) as expected:
            ask(embedded)
        with pytest.raises(UnknownSpeakerError) as found:
            ask(searcher)
        assert str(found.value) == str(expected.value)
    for ask in (lambda one: one.article("nowhere"), lambda one: one.quotation("nowhere")):
        with pytest.raises(NotFoundError) as gone:
            ask(searcher)
        assert "nowhere" in str(gone.value)


def test_what_is_on_record_is_said_of_the_words_alone(searcher: Searcher, embedded: Searcher) -> None:
    vector = searcher.sides.encode("the bridge and the ferry")
    rows = searcher.sides.store.rows()
    assert searcher.sides.spoken.scores(vector, rows).tolist() == embedded.sides.spoken.scores(vector, rows).tolist()
    assert searcher.sides.vectors.vectors(rows).tolist() == embedded.sides.vectors.vectors(rows).tolist()
