"""All quotations of an export: complete, in the one order, of one generation, in few at a time."""

from __future__ import annotations

import datetime as dt
import gc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import hits
from index.build import BuildReport
from index.errors import UnknownSpeakerError
from index.generation import sealed
from index.queries import Export, Filters, Query
from index.searcher import Searcher
from index.standing import Standing
from index.types import Article

Build = Callable[..., BuildReport]


@pytest.fixture
def searcher(data_dir: Path, encoder: Any) -> Iterator[Searcher]:
    with Searcher.open(data_dir, encoder) as opened:
        yield opened


def _told(export: Export) -> list[tuple[int, str, str]]:
    return [
        (one.hit.rank, one.hit.article.id, one.hit.passage.attribution.quotation.text.split()[0])
        for one in export.quotations
    ]


NEWEST_FIRST = [
    ("ferry", "The"),
    ("ferry", "every"),
    ("border", "A"),
    ("border", "The"),
    ("border", "the"),
    ("bridge", "the"),
    ("bridge", "We"),
    ("bridge", "Nobody"),
    ("bridge", "Too"),
    ("copy", "The"),
]


@pytest.mark.parametrize("batch", [1, 3, 200])
def test_everything_is_every_quotation_newest_first_copies_too(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(hits, "BATCH", batch)
    export = searcher.everything(Filters())
    assert (export.total, export.generation, export.answered) == (10, searcher.generation, None)
    assert _told(export) == [(rank, *one) for rank, one in enumerate(NEWEST_FIRST, 1)]


def test_a_copy_says_of_which_quotation_and_the_earliest_of_none(searcher: Searcher) -> None:
    found = list(searcher.everything(Filters()).quotations)
    ferry, copy = found[0], found[-1]
    assert copy.copy_of == ferry.hit.passage.attribution.quotation.id
    assert [one.copy_of for one in found[:-1]] == [None] * 9
    assert (ferry.hit.also_in, copy.hit.also_in) == (("copy",), ("ferry",))
    assert {one.hit.score for one in found} == {None}


def test_folded_the_earliest_that_the_filters_allow_stands_for_its_copies(searcher: Searcher) -> None:
    assert _told(searcher.everything(Filters(), fold=True)) == [
        (rank, *one) for rank, one in enumerate(NEWEST_FIRST[:-1], 1)
    ]


def test_everything_takes_filters_and_one_speaker_both(searcher: Searcher) -> None:
    assert _told(searcher.everything(Filters(kinds=("indirect",)), "river-council")) == [
        (1, "ferry", "every"),
        (2, "border", "the"),
    ]
    assert _told(searcher.everything(Filters(speakers=("Tariq Khan",)), "river-council")) == []
    assert _told(searcher.everything(Filters(since=dt.date(2400, 1, 1)))) == []


def test_who_is_unknown_is_said_before_anything_is_read(searcher: Searcher) -> None:
    with pytest.raises(UnknownSpeakerError):
        searcher.everything(Filters(speakers=("Nobody Atall",)))
    with pytest.raises(UnknownSpeakerError):
        searcher.matches(Query("ferry", Filters(speakers=("Nobody Atall",))))


@pytest.mark.parametrize(
    ("given", "total"), [({}, 9), ({"sort": "date"}, 1), ({"per_speaker": 1}, 6), ({"mode": "lexical"}, 4)]
)
def test_matches_are_all_pages_of_the_search(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], total: int
) -> None:
    monkeypatch.setattr(hits, "BATCH", 2)
    answer = searcher.search(Query("free ferry ticket", limit=100, **given))
    export = searcher.matches(Query("free ferry ticket", limit=1, offset=3, **given))
    assert (export.total, export.answered) == (answer.total, answer.answered)
    assert tuple(one.hit for one in export.quotations) == answer.hits
    assert len(answer.hits) == total


def test_a_swap_in_the_middle_neither_mixes_nor_breaks(
    build: Build, articles: list[Article], encoder: Any, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "BATCH", 2)
    standing = Standing(data_dir, encoder)
    old = standing.searcher()
    name, gone = old.generation, weakref.ref(old)
    export = old.everything(Filters())
    del old
    first = next(export.quotations)
    # Twice: what is two generations old is removed unless somebody holds it.
    for kept in (1, 2):
        build(articles[:kept], data_dir)
        assert standing.searcher().generation != name
    assert name in [generation.name for generation in sealed(data_dir)]
    rest = list(export.quotations)
    assert [(one.hit.article.id) for one in (first, *rest)] == [article for article, _ in NEWEST_FIRST]
    assert export.generation == name
    del export, first, rest
    gc.collect()
    assert gone() is None
    build(articles[:3], data_dir)
    assert name not in [generation.name for generation in sealed(data_dir)]
    standing.close()


def test_nothing_of_the_store_is_in_use_between_two_quotations(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hits, "BATCH", 2)
    store = searcher._store
    quotations = searcher.everything(Filters()).quotations
    for _ in quotations:
        assert len(store._idle) == 1, "the one connection lies in the pool"
