"""What answers, listings and speakers are counted by, worked out by hand over the small index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import facets
from index.facets import MOST
from index.queries import Activity, Count, Facets, Filters, Query, RoleRecord
from index.searcher import Searcher
from index.types import Article, Attribution, Quotation, Speaker

Build = Callable[..., Any]


@pytest.fixture
def searcher(data_dir: Path, encoder: Any) -> Iterator[Searcher]:
    with Searcher.open(data_dir, encoder) as opened:
        yield opened


def test_an_answer_is_counted_over_all_that_total_counts_copies_once(searcher: Searcher) -> None:
    answer = searcher.search(Query("ferry", limit=1))
    assert (answer.total, len(answer.hits)) == (9, 1)
    assert set(answer.facets.speaker) == {
        Count("imran-khan", "Imran Khan", 2),
        Count("tariq-khan", "Tariq Khan", 2),
        Count("river-council", "River Council", 2),
        Count("siobhan-ilmar", "Siobhán Ilmar", 1),
    }  # neither the official, known by a description alone, nor nobody
    assert [count.count for count in answer.facets.speaker] == [2, 2, 2, 1]
    assert answer.facets.source == (Count("Gazette", "Gazette", 6), Count("Herald", "Herald", 3))
    assert answer.facets.kind == (Count("direct", "direct", 6), Count("indirect", "reported", 3))
    assert answer.facets.year == (Count("2026", "2026", 9),)


def test_among_values_counted_alike_that_of_the_best_hit_is_first(searcher: Searcher) -> None:
    answer = searcher.search(Query("free ticket until spring", limit=100))
    order = dict.fromkeys(
        hit.passage.attribution.speaker.id for hit in answer.hits if hit.passage.attribution.speaker is not None
    )
    by_first = [one for one in order if one in ("imran-khan", "tariq-khan", "river-council")]
    assert [count.value for count in answer.facets.speaker[:3]] == by_first
    assert by_first[0] == "river-council"


@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_the_page_does_not_change_what_is_counted(searcher: Searcher, sort: Any) -> None:
    whole = searcher.search(Query("ferry border", sort=sort, per_speaker=1, limit=100))
    page = searcher.search(Query("ferry border", sort=sort, per_speaker=1, limit=2, offset=3))
    assert page.facets == whole.facets
    assert sum(count.count for count in whole.facets.kind) == whole.total == len(whole.hits)
    assert {count.count for count in whole.facets.speaker} == {1}


def test_filters_narrow_what_is_counted(searcher: Searcher) -> None:
    answer = searcher.search(Query("ferry", filters=Filters(sources=("Herald",), kinds=("direct",))))
    assert answer.facets == Facets(
        (Count("tariq-khan", "Tariq Khan", 2),),
        (Count("Herald", "Herald", 2),),
        (Count("direct", "direct", 2),),
        (Count("2026", "2026", 2),),
    )
    nothing = searcher.search(Query("ferry", filters=Filters(since=dt.date(2030, 1, 1))))
    assert (nothing.total, nothing.facets) == (0, Facets())


def test_a_listing_is_counted_over_all_its_pages(searcher: Searcher) -> None:
    listing = searcher.speaker_quotations("Imran Khan", limit=1)
    assert listing.total == 2
    assert listing.facets == Facets(
        (Count("imran-khan", "Imran Khan", 2),),
        (Count("Gazette", "Gazette", 2),),
        (Count("direct", "direct", 2),),
        (Count("2026", "2026", 2),),
    )


def test_a_speaker_is_counted_by_month_with_every_copy(searcher: Searcher) -> None:
    active = searcher.activity("Imran Khan")
    assert active == Activity(
        (Count("2026-01", "2026-01", 1), Count("2026-03", "2026-03", 1)), (Count("2026", "2026", 2),), 1
    )
    assert searcher.speaker("Imran Khan").quotations == 3


@pytest.fixture
def news(build: Build, extractor: Any, tmp_path: Path) -> Callable[..., Searcher]:
    """An index of articles (id, source, day) in each of which one speaker says one thing, and its Searcher."""

    def made(*given: tuple[str, str | None, str | None, Speaker], **options: Any) -> Searcher:
        articles = []
        for id_, source, day, speaker in given:
            text = f"{speaker.name} said ferry number {id_} has sailed at last."
            article = Article(id_, text, None, dt.date.fromisoformat(day) if day else None, source)
            start = text.index("ferry")
            quotation = Quotation(
                id_,
                "indirect",
                (article.span(start, len(text) - 1),),
                source=article.span(0, len(speaker.name)),
                step="x",
            )
            extractor.known[id_] = (Attribution(quotation, speaker, "name", 0.9),)
            articles.append(article)
        build(articles, tmp_path / "news", **options)
        return Searcher.open(tmp_path / "news", options.get("encoder"))

    return made


PERSON = Speaker("ida-berg", "Ida Berg", "person")


def test_years_are_the_newest_first_and_months_the_oldest_first(news: Any, encoder: Any) -> None:
    days = ["1899-12-31", "1900-01-01", "1970-01-01", "2026-02-28", "2026-12-31", "2026-12-01", None]
    given = [(f"n{place}", "Post", day, PERSON) for place, day in enumerate(days)]
    with news(*given, encoder=encoder) as searcher:
        years = [(count.value, count.count) for count in searcher.speaker_quotations("Ida Berg").facets.year]
        assert years == [("2026", 3), ("1970", 1), ("1900", 1), ("1899", 1)]
        active = searcher.activity("ida-berg")
        assert [(count.value, count.count) for count in active.months] == [
            ("1899-12", 1), ("1900-01", 1), ("1970-01", 1), ("2026-02", 1), ("2026-12", 2),
        ]  # fmt: skip
        assert [(count.value, count.count) for count in active.years] == [*reversed(years)]
        assert active.undated == 1


def test_a_facet_holds_the_most_counted(news: Any, encoder: Any) -> None:
    people = [Speaker(f"s-{place}", f"Ida {chr(65 + place)}berg", "person") for place in range(MOST + 3)]
    twice = people[-1]
    given = [(f"n{place}", f"Post {place}", f"{2000 + place}-01-01", one) for place, one in enumerate((*people, twice))]
    with news(*given, encoder=encoder) as searcher:
        counted = searcher.search(Query("ferry", limit=1)).facets
        assert [len(one) for one in (counted.speaker, counted.source, counted.year)] == [MOST] * 3
        assert counted.speaker[0].label == twice.name
        assert counted.speaker[0].count == 2
        assert [year.value for year in counted.year] == sorted((year.value for year in counted.year), reverse=True)


def test_a_source_that_no_filter_takes_is_not_offered(news: Any, encoder: Any) -> None:
    sources = ["Post", "x" * 301, "x" * 300, None]
    with news(*((f"n{place}", name, None, PERSON) for place, name in enumerate(sources)), encoder=encoder) as searcher:
        offered = [count.value for count in searcher.search(Query("ferry")).facets.source]
        assert sorted(offered) == ["Post", "x" * 300]
        assert all(searcher.search(Query("ferry", Filters(sources=(value,)))).total == 1 for value in offered)


def test_roles_are_told_by_the_days_of_the_articles_that_give_them(news: Any, encoder: Any) -> None:
    def told(*roles: str) -> Speaker:
        return replace(PERSON, roles=roles)

    given = [
        ("a", "Post", "2024-05-01", told("the minister", "a lawyer")),
        ("b", "Post", "2021-02-01", told("the mayor")),
        ("c", "Post", "2025-06-01", told("the minister")),
        ("d", "Post", None, told("the minister", "a poet")),
        ("e", "Post", "2022-03-01", told("the mayor")),
    ]
    with news(*given, encoder=encoder) as searcher:
        assert searcher.roles("Ida Berg") == (
            RoleRecord("the mayor", dt.date(2021, 2, 1), dt.date(2022, 3, 1), 2),
            RoleRecord("a lawyer", dt.date(2024, 5, 1), dt.date(2024, 5, 1), 1),
            RoleRecord("the minister", dt.date(2024, 5, 1), dt.date(2025, 6, 1), 3),
            RoleRecord("a poet", None, None, 1),
        )


def test_a_role_that_the_user_alone_gives_has_no_days(news: Any, encoder: Any, tmp_path: Path) -> None:
    (tmp_path / "speakers.toml").write_text('[[speaker]]\nname = "Ida Berg"\nroles = ["of the lake", "the mayor"]\n')
    given = [("a", "Post", "2024-05-01", replace(PERSON, roles=("the mayor",)))]
    with news(*given, encoder=encoder, speakers=tmp_path / "speakers.toml") as searcher:
        day = dt.date(2024, 5, 1)
        assert searcher.roles("Ida Berg") == (
            RoleRecord("the mayor", day, day, 1),
            RoleRecord("of the lake", None, None, 0),
        )


def test_nothing_is_counted_by_nothing(searcher: Searcher) -> None:
    assert facets.facets(searcher._store, np.zeros(0, np.int64)) == Facets()
