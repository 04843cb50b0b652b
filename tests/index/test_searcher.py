"""Questions, filters, speakers and pages over the small index, its scores worked out by hand."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import loading, ranked, ranking
from index.build import BuildReport
from index.errors import DamagedIndexError, ModelError, NoIndexError, NotFoundError, QueryError, UnknownSpeakerError
from index.generation import current
from index.lexical import LexicalIndex
from index.queries import Filters, Mode, Query, Sort, Understood
from index.searcher import Searcher
from index.spread import NEAR_THE_BEST
from index.types import Article, Attribution, Hit, Speaker
from index.vectors.flat import FlatIndex

Build = Callable[..., BuildReport]

FERRY_ROW, COPY_ROW = 8, 10
"""The same words by the same speaker: in "ferry", of March, and in "copy", without a date."""


@pytest.fixture
def searcher(data_dir: Path, encoder: Any) -> Iterator[Searcher]:
    with Searcher.open(data_dir, encoder) as opened:
        yield opened


def _said(hits: tuple[Hit, ...]) -> list[tuple[str, str]]:
    return [(hit.article.id, hit.passage.attribution.quotation.text.split()[0]) for hit in hits]


# Search


def test_semantic_scores_are_the_inner_products(searcher: Searcher, encoder: Any) -> None:
    answer = searcher.search(Query("free ferry ticket", mode="semantic", limit=100))
    (asked,) = encoder.encode(["free ferry ticket"])
    expected = [float(encoder.encode([hit.passage.search_text])[0] @ asked) for hit in answer.hits]
    assert [hit.score for hit in answer.hits] == pytest.approx(expected, abs=1e-6)
    assert expected == sorted(expected, reverse=True)
    assert answer.total == 9


def test_lexical_scores_are_bm25_over_the_best(searcher: Searcher, data_dir: Path) -> None:
    answer = searcher.search(Query("free ferry ticket", mode="lexical", limit=100))
    words = LexicalIndex.open(current(data_dir).lexical)
    rows, bm25 = words.search("free ferry ticket", 100)
    kept = bm25[rows != COPY_ROW]  # its words and its score are those of the row that it is a copy of
    assert [hit.score for hit in answer.hits] == pytest.approx((kept / bm25.max()).tolist())
    assert answer.hits[0].score == 1.0
    assert bm25[rows == COPY_ROW] == bm25[rows == FERRY_ROW]


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
@pytest.mark.parametrize("marks", ["“{}”", '"{}"', "„{}“", "«{}»", "‘{}’"])
def test_very_words_between_marks_come_first(searcher: Searcher, mode: Mode, marks: str) -> None:
    asked = "war of attrition, soldiers, border: who said " + marks.format("while BOTH capitals")
    answer = searcher.search(Query(asked, mode=mode))
    assert answer.answered
    first, second = answer.hits[:2]
    assert first.passage.attribution.quotation.text.startswith("The ceasefire holds only while both capitals")
    assert (first.score or 0) >= 0.5 > (second.score or 0)


@pytest.mark.parametrize("asked", ["cease-fire", "Cease\u2011Fire", "cease\u2010fire"])
def test_a_hyphen_in_what_the_record_writes_as_one_word_does_not_count_among_words(
    searcher: Searcher, asked: str
) -> None:
    hits = searcher.search(Query(asked, mode="lexical")).hits
    same = searcher.search(Query(asked.replace(asked[5], ""), mode="lexical")).hits
    assert [hit.score for hit in hits] == [hit.score for hit in same] != []
    assert searcher.search(Query(asked)).hits[0].passage == hits[0].passage
    two = [searcher.search(Query(text, mode="lexical")).hits for text in ("border-crossing", "border crossing")]
    assert [hit.score for hit in two[0]] == [hit.score for hit in two[1]]  # what the record writes as two stays two


def test_the_vector_of_a_question_is_that_of_its_very_text(searcher: Searcher, data_dir: Path, encoder: Any) -> None:
    index = FlatIndex.open(current(data_dir).vectors)
    expected = np.sort(index.vectors(index.ids()) @ encoder.encode(["cease-fire"])[0])[::-1]
    found = [hit.score or 0.0 for hit in searcher.search(Query("cease-fire", mode="semantic", limit=3)).hits]
    np.testing.assert_allclose(found, expected[:3], atol=1e-6)


def test_very_words_that_somebody_else_said_are_no_answer(searcher: Searcher) -> None:
    answer = searcher.search(Query("“only while both capitals are tired”", Filters(speakers=("river-council",))))
    assert (answer.answered, len(answer.hits) > 0) == (False, True)
    assert searcher.search(Query("“only while both capitals are tired”", Filters(speakers=("tariq-khan",)))).answered


def test_hybrid_scores_blend_both_sides_of_every_candidate_and_weigh_its_kind(
    searcher: Searcher, data_dir: Path, encoder: Any
) -> None:
    query = "free ferry ticket"
    by_mode = {
        mode: {
            hit.passage.attribution.quotation.id: hit.score or 0.0
            for hit in searcher.search(Query(query, mode=mode, limit=100)).hits
        }
        for mode in ("lexical",)
    }
    hits = searcher.search(Query(query, limit=100)).hits
    index = FlatIndex.open(current(data_dir).vectors)
    nearest = index.vectors(index.ids())  # all ten are among the first twenty
    asked, common = encoder.encode([query])[0], nearest.mean(axis=0)
    alike = (nearest @ nearest.T)[~np.eye(10, dtype=bool)].mean()
    own = {hit.passage.attribution.quotation.id: encoder.encode([hit.passage.search_text])[0] for hit in hits}
    apart = {id_: float(v @ asked + alike**3 * (common @ asked - v @ common)) for id_, v in own.items()}
    best = max(apart.values())
    for hit in hits:
        id_ = hit.passage.attribution.quotation.id
        blended = 0.68 * apart[id_] / best + 0.32 * by_mode["lexical"].get(id_, 0.0)
        weight = {"direct": 1.0, "mixed": 0.9, "indirect": 0.8}[hit.passage.attribution.quotation.kind]
        assert hit.score == pytest.approx(weight * blended, abs=1e-5)


def test_candidates_that_one_side_did_not_offer_are_scored_by_it_all_the_same(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = Query("ferry bridge tomorrow tonight", limit=100)
    monkeypatch.setattr(ranking, "ALIKE_POWER", 1e6)  # what the nearest share depends on how many are looked at
    full = {hit.passage.attribution.quotation.id: hit.score for hit in searcher.search(query).hits}
    monkeypatch.setattr(ranked, "DEPTH", 2)
    few = searcher.search(query)
    assert 2 <= few.total <= 4
    for hit in few.hits:
        assert hit.score == pytest.approx(full[hit.passage.attribution.quotation.id], abs=1e-6)


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_no_score_is_above_one_and_ranks_count_from_one(searcher: Searcher, mode: Mode) -> None:
    for text in ("River Council: every ferry ticket is free until spring", "zebra", "ferry"):
        hits = searcher.search(Query(text, mode=mode, limit=100)).hits
        scores = [hit.score or 0.0 for hit in hits]
        assert all(score <= 1 for score in scores)
        assert scores == sorted(scores, reverse=True)
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))


def test_a_question_without_a_word_on_record_is_answered_by_the_vectors_alone(searcher: Searcher) -> None:
    answer = searcher.search(Query("zebra"))
    assert answer.total == 9
    assert 0 < (answer.hits[0].score or 0) < 0.68  # nothing is near
    assert searcher.search(Query("zebra", mode="lexical")).hits == ()


def test_ties_are_broken_newest_first(
    tmp_path: Path, build: Build, articles: list[Article], extractor: Any, encoder: Any
) -> None:
    (said,) = extractor.known["copy"]
    extractor.known["copy"] = (dataclasses.replace(said, speaker=Speaker("ali-khan", "Ali Khan", "person")),)
    build(articles, tmp_path)
    with Searcher.open(tmp_path, encoder) as opened:
        hits = opened.search(Query("six hundred people a day", mode="semantic", limit=2)).hits
    assert [(hit.article.id, hit.score) for hit in hits] == [("ferry", hits[0].score), ("copy", hits[0].score)]


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_pages_are_cut_from_one_ranking(searcher: Searcher, mode: Mode) -> None:
    whole = searcher.search(Query("ferry bridge war", mode=mode, limit=100))
    pages = [searcher.search(Query("ferry bridge war", mode=mode, limit=3, offset=at)) for at in range(0, 12, 3)]
    assert tuple(hit for page in pages for hit in page.hits) == whole.hits
    assert {page.total for page in pages} == {whole.total}
    beyond = searcher.search(Query("ferry bridge war", mode=mode, offset=1_000_000))
    assert (beyond.hits, beyond.total, beyond.answered) == ((), whole.total, whole.answered)


def test_an_answer_says_what_was_asked_of_which_generation(searcher: Searcher, data_dir: Path) -> None:
    answer = searcher.search(Query("ferry ticket"))
    assert (answer.question, answer.generation) == ("ferry ticket", current(data_dir).name)
    assert answer.took_ms > 0
    assert answer.hits[0].passage.span.text == "The River Council announced every ferry ticket is free until spring."
    assert answer.hits[1].also_in == ("copy",)


def test_a_hit_says_which_words_and_which_sentence_answer(searcher: Searcher) -> None:
    (hit,) = searcher.search(Query("Do ferries carry people?", limit=1)).hits
    assert hit.highlights is not None
    assert [word.text for word in hit.highlights.words] == ["ferry", "carries", "people"]
    assert hit.highlights.sentence is not None
    assert hit.highlights.sentence.text == hit.passage.span.text


def test_the_name_of_whom_the_question_asks_is_no_word_that_answers(searcher: Searcher) -> None:
    hits = searcher.search(Query("What did Tariq Khan say about the ceasefire?")).hits
    assert [[word.text for word in hit.highlights.words] for hit in hits if hit.highlights] == [["ceasefire"], []]


def test_listed_quotations_have_no_highlights(searcher: Searcher) -> None:
    listing = searcher.speaker_quotations("tariq-khan")
    assert [hit.highlights for hit in listing.hits] == [None, None]


@pytest.mark.parametrize("sort", ["relevance", "date"])
def test_no_speaker_has_more_hits_than_asked_over_all_pages(searcher: Searcher, sort: Sort) -> None:
    whole = searcher.search(Query("ferry bridge border", limit=100, sort=sort)).hits
    few = searcher.search(Query("ferry bridge border", limit=100, sort=sort, per_speaker=1))
    speakers = [hit.passage.attribution.speaker for hit in few.hits]
    named = [speaker.id for speaker in speakers if speaker]
    assert len(named) == len(set(named)) == len({s.id for hit in whole if (s := hit.passage.attribution.speaker)})
    assert few.total == len(few.hits) < len(whole)
    second = searcher.search(Query("ferry bridge border", limit=1, offset=1, sort=sort, per_speaker=1))
    assert (second.total, second.hits[0]) == (few.total, few.hits[1])


def test_by_date_the_passages_that_bear_on_the_question_come_newest_first(searcher: Searcher) -> None:
    query = Query("ferry ticket", limit=100)
    ranked = searcher.search(query).hits
    near = [hit for hit in ranked if (hit.score or 0) >= NEAR_THE_BEST * (ranked[0].score or 0)]
    answer = searcher.search(replace(query, sort="date"))
    assert answer.total == len(answer.hits) == len(near) < len(ranked)
    assert {hit.passage for hit in answer.hits} == {hit.passage for hit in near}
    dates = [hit.article.date or dt.date.min for hit in answer.hits]
    assert dates == sorted(dates, reverse=True)
    assert [hit.rank for hit in answer.hits] == list(range(1, len(near) + 1))


def test_a_question_is_never_read_as_a_query_language(searcher: Searcher) -> None:
    assert searcher.search(Query('ferry; ticket" AND (NOT +id:1 ~^')).hits[0].article.id == "ferry"


# Copies


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
def test_copies_are_one_hit_the_earliest(searcher: Searcher, mode: Mode) -> None:
    hits = searcher.search(Query("six hundred people a day ferry", mode=mode, limit=100)).hits
    assert [(hit.article.id, hit.also_in) for hit in hits if "six hundred" in hit.passage.span.text] == [
        ("ferry", ("copy",))
    ]


def test_under_a_filter_the_earliest_that_it_allows_is_shown(
    tmp_path: Path, build: Build, articles: list[Article], encoder: Any
) -> None:
    *others, copy = articles
    build([*others, dataclasses.replace(copy, date=dt.date(2026, 2, 28), source="Herald")], tmp_path)
    ferry = "The ferry carries six hundred people a day"
    with Searcher.open(tmp_path, encoder) as opened:
        shown = {
            source: [
                (hit.article.id, hit.also_in)
                for hit in opened.search(Query(ferry, Filters(sources=source))).hits
                if hit.passage.attribution.quotation.text == ferry
            ]
            for source in [(), ("Gazette",), ("Herald",), ("Gazette", "Herald")]
        }
        listed = opened.speaker_quotations("imran-khan", Filters(sources=("Gazette",)))
    assert shown == {
        (): [("copy", ("ferry",))],
        ("Gazette",): [("ferry", ("copy",))],
        ("Herald",): [("copy", ("ferry",))],
        ("Gazette", "Herald"): [("copy", ("ferry",))],
    }
    assert [(hit.article.id, hit.also_in) for hit in listed.hits] == [("ferry", ("copy",)), ("bridge", ())]


def test_copies_take_no_places_from_other_words(
    tmp_path: Path, build: Build, articles: list[Article], extractor: Any, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    *others, copy = articles
    (said,) = extractor.known["copy"]
    many = [dataclasses.replace(copy, id=f"copy-{number}") for number in range(20)]
    for article in many:
        quotation = dataclasses.replace(said.quotation, article_id=article.id)
        extractor.known[article.id] = (dataclasses.replace(said, quotation=quotation),)
    build([*others, *many], tmp_path)
    monkeypatch.setattr(ranked, "DEPTH", 4)
    with Searcher.open(tmp_path, encoder) as opened:
        answer = opened.search(Query("carries six hundred people a day"))
    assert answer.hits[0].also_in == tuple(sorted(article.id for article in many))
    assert answer.total == 9


def test_a_quotation_asked_for_by_its_id_is_itself_and_names_its_copies(searcher: Searcher) -> None:
    (copied,) = searcher.article("copy")[1]
    hit = searcher.quotation(copied.quotation.id)
    assert (hit.article.id, hit.also_in) == ("copy", ("ferry",))


# Filters

FEBRUARY = dt.date(2026, 2, 20)
WAR = {("border", "A"), ("border", "The")}
INDIRECT = {("bridge", "the"), ("border", "the"), ("ferry", "every")}


@pytest.mark.parametrize("mode", ["hybrid", "semantic", "lexical"])
@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (Filters(speakers=("tariq-khan",)), WAR),
        (Filters(speakers=("Khan",)), WAR | {("bridge", "We"), ("ferry", "The")}),
        (Filters(speakers=("siobhan ilmar", "RIVER COUNCIL")), INDIRECT),
        (Filters(speakers=("Khan",), sources=("Gazette",)), {("bridge", "We"), ("ferry", "The")}),
        (Filters(kinds=("indirect",)), INDIRECT),
        (Filters(kinds=("direct", "organisation")), set()),
        (Filters(kinds=("organisation", "unnamed")), {("bridge", "Nobody"), ("border", "the"), ("ferry", "every")}),
        (Filters(since=FEBRUARY), WAR | {("border", "the"), ("ferry", "The"), ("ferry", "every")}),
        (Filters(since=FEBRUARY, until=FEBRUARY), WAR | {("border", "the")}),
        (Filters(until=dt.date(2025, 1, 1)), set()),
        (Filters(sources=("gazette",)), set()),
    ],
)
def test_filters_are_exact_on_both_sides(
    searcher: Searcher, mode: Mode, filters: Filters, said: set[tuple[str, str]]
) -> None:
    text = "bridge ferry war ceasefire engineers day late ticket"
    answer = searcher.search(Query(text, filters, limit=100, mode=mode))
    assert set(_said(answer.hits)) <= said
    if mode != "lexical":
        assert set(_said(answer.hits)) == said
        assert answer.total == len(said)


def test_an_unknown_speaker_is_answered_with_the_nearest_names(searcher: Searcher) -> None:
    with pytest.raises(UnknownSpeakerError, match="the nearest names are: Tariq Khan") as caught:
        searcher.search(Query("war", Filters(speakers=("Tarik Kahn",))))
    assert caught.value.nearest[0] == "Tariq Khan"


def test_a_speaker_unlike_any_other_has_no_nearest_names(searcher: Searcher) -> None:
    with pytest.raises(UnknownSpeakerError, match="/api/speakers") as caught:
        searcher.speaker("Zzyzx")
    assert caught.value.nearest == ()


# Understanding


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("What does Ilmar expect?", ("siobhan-ilmar",)),
        ("What did Tariq Khan say about the war?", ("tariq-khan",)),
        ("Khan on the ferry", ("imran-khan", "tariq-khan")),
        ("What did the River Council announce?", ("river-council",)),
        ("Who criticised Khan?", ()),
    ],
)
def test_a_name_asked_as_the_speaker_filters(searcher: Searcher, text: str, speakers: tuple[str, ...]) -> None:
    answer = searcher.search(Query(text, limit=100))
    assert (answer.understood.speakers, answer.understood.likely) == (speakers, ())
    named = {hit.passage.attribution.speaker.id for hit in answer.hits if hit.passage.attribution.speaker}
    assert named == set(speakers) if speakers else len(named) == 5


def test_only_what_the_question_is_about_is_searched(searcher: Searcher) -> None:
    named = searcher.search(Query("What did Tariq Khan say about soldiers in the war?"))
    plain = searcher.search(Query("soldiers in the war?", Filters(speakers=("tariq-khan",))))
    assert named.understood.searched == "soldiers in the war?"
    assert [hit.score for hit in named.hits] == [hit.score for hit in plain.hits]


def test_days_that_the_question_names_filter(searcher: Searcher) -> None:
    answer = searcher.search(Query("ferry since February", limit=100, today=dt.date(2026, 3, 10)))
    assert (answer.understood.since, answer.understood.searched) == (dt.date(2026, 2, 1), "ferry")
    assert {hit.article.id for hit in answer.hits} == {"border", "ferry"}
    given = Filters(until=dt.date(2026, 1, 31))
    explicit = searcher.search(Query("ferry since February", given, limit=100, today=dt.date(2026, 3, 10)))
    assert explicit.understood.since is None
    assert {hit.article.id for hit in explicit.hits} == {"bridge"}


def test_days_that_leave_nothing_are_kept_and_the_nearest_listed(searcher: Searcher) -> None:
    answer = searcher.search(Query("What did Khan say yesterday about the ferry?", today=dt.date(2026, 3, 10)))
    assert (answer.understood.since, answer.understood.until) == (dt.date(2026, 3, 9), dt.date(2026, 3, 9))
    assert answer.answered is False
    assert answer.hits[0].article.id == "ferry"
    assert searcher.search(Query("What did Khan say about the ferry?")).answered is True


def test_who_is_likely_meant_is_raised(searcher: Searcher) -> None:
    plain = searcher.search(Query("Which general expects the ferry?", limit=100, ignore=("roles",)))
    raised = searcher.search(Query("Which general expects the ferry?", limit=100))
    assert (plain.understood.likely, raised.understood.likely) == ((), ("tariq-khan",))
    before = {hit.passage.attribution.quotation.id: hit for hit in plain.hits}
    for hit in raised.hits:
        said, bonus = hit.passage.attribution, float(ranking.LIKELY_BONUS)
        khan = said.speaker is not None and said.speaker.id == "tariq-khan"
        score = before[said.quotation.id].score or 0.0
        assert hit.score == pytest.approx((score + bonus * khan) / (1 + bonus), abs=1e-6)


@pytest.mark.parametrize("kind", ["speakers", "dates"])
def test_a_guess_is_switched_off(searcher: Searcher, kind: str) -> None:
    question = "What did Khan say about the ferry in March?"
    understood = searcher.search(Query(question, ignore=(kind,), today=dt.date(2026, 3, 10))).understood
    assert kind not in {guess.kind for guess in understood.guesses}
    assert len(understood.guesses) == 1


def test_a_misspelt_name_is_one_that_no_passage_carries(searcher: Searcher) -> None:
    assert searcher.search(Query("What did Imlar say?")).understood.corrections == (("Imlar", "Ilmar"),)
    assert searcher.search(Query("What did Attrition say?")).understood.corrections == ()


def test_a_filter_that_names_a_speaker_switches_the_guess_off(searcher: Searcher) -> None:
    answer = searcher.search(Query("What did Tariq Khan say?", Filters(speakers=("Ilmar",))))
    assert answer.understood == Understood(searched="What did Tariq Khan say?")
    assert _said(answer.hits) == [("bridge", "the")]


def test_a_guess_and_another_filter_hold_together(searcher: Searcher) -> None:
    answer = searcher.search(Query("What did Khan say about the ferry?", Filters(sources=("Herald",))))
    assert set(_said(answer.hits)) == {("border", "A"), ("border", "The")}


# Speakers, quotations, articles


def test_speakers_are_listed_most_quoted_first(searcher: Searcher) -> None:
    page = searcher.speakers()
    assert [(record.speaker.id, record.quotations, record.articles) for record in page.speakers] == [
        ("imran-khan", 3, 3),
        ("river-council", 2, 2),
        ("tariq-khan", 2, 1),
        ("siobhan-ilmar", 1, 1),
        ("a-senior-official@bridge", 1, 1),
    ]
    assert (page.total, page.generation) == (5, searcher.generation)
    assert [record.speaker.name for record in searcher.speakers(limit=1, offset=3).speakers] == ["Siobhán Ilmar"]


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("khan", ["Imran Khan", "Tariq Khan"]),
        ("SIOBHAN", ["Siobhán Ilmar"]),
        ("tariq-khan", ["Tariq Khan"]),
        ("zz", []),
    ],
)
def test_speakers_are_found_by_a_part_of_a_name(searcher: Searcher, q: str, names: list[str]) -> None:
    page = searcher.speakers(q)
    assert [record.speaker.name for record in page.speakers] == names
    assert page.total == len(names)


@pytest.mark.parametrize(
    ("given", "parameter"), [({"q": " "}, "q"), ({"limit": 0}, "limit"), ({"offset": -1}, "offset")]
)
def test_a_listing_that_cannot_be_asked_names_its_parameter(
    searcher: Searcher, given: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(QueryError) as caught:
        searcher.speakers(**given)
    assert caught.value.parameter == parameter


def test_a_speaker_is_found_by_id_name_and_alias(searcher: Searcher) -> None:
    record = searcher.speaker("Ilmar")
    assert record.speaker.name == "Siobhán Ilmar"
    assert (record.speaker.roles, record.quotations, record.articles) == (("a flood engineer",), 1, 1)
    assert searcher.speaker("siobhan-ilmar") == searcher.speaker("Siobhan ILMAR") == record


def test_a_name_of_several_people_asks_for_an_id(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match=r"Imran Khan \(imran-khan\), Tariq Khan \(tariq-khan\); ask by id"):
        searcher.speaker("Khan")


@pytest.mark.parametrize("key", ["", "a\0", "\ud800", "x" * 301])
def test_a_key_that_cannot_be_a_name_is_a_query_error(searcher: Searcher, key: str) -> None:
    with pytest.raises(QueryError):
        searcher.speaker(key)


def test_all_that_one_speaker_said_comes_newest_first(searcher: Searcher) -> None:
    listing = searcher.speaker_quotations("imran-khan")
    assert _said(listing.hits) == [("ferry", "The"), ("bridge", "We")]
    assert [(hit.rank, hit.score, hit.also_in) for hit in listing.hits] == [(1, None, ("copy",)), (2, None, ())]
    assert listing.total == 2
    second = searcher.speaker_quotations("imran-khan", limit=1, offset=1)
    assert ([hit.rank for hit in second.hits], _said(second.hits), second.total) == ([2], [("bridge", "We")], 2)


def test_a_speakers_quotations_take_the_same_filters(searcher: Searcher) -> None:
    listing = searcher.speaker_quotations("imran-khan", Filters(until=dt.date(2026, 2, 1)))
    assert (listing.total, _said(listing.hits)) == (1, [("bridge", "We")])
    assert searcher.speaker_quotations("imran-khan", Filters(speakers=("Ilmar",))).total == 0


def test_a_quotation_is_found_by_its_id(searcher: Searcher) -> None:
    asked = searcher.search(Query("war of attrition")).hits[0].passage.attribution.quotation
    hit = searcher.quotation(asked.id)
    assert (hit.rank, hit.score, hit.article.id) == (1, None, "border")
    assert hit.passage.attribution.quotation == asked


def test_an_article_comes_with_its_quotations_in_order(
    searcher: Searcher, articles: list[Article], extractor: Any
) -> None:
    article, attributions = searcher.article("bridge")
    assert article == dataclasses.replace(articles[0], language="en")
    assert attributions == extractor.known["bridge"]
    assert [one.speaker and one.speaker.id for one in attributions][-1] is None


@pytest.mark.parametrize("id_", ["none", "", "a\0", "\ud800"])
def test_an_id_of_nothing_is_not_found(searcher: Searcher, id_: str) -> None:
    for find in (searcher.quotation, searcher.article):
        with pytest.raises(NotFoundError, match=r"there is no (quotation|article) with the id"):
            find(id_)


# Opening


def test_without_an_index_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="attributed rebuild"):
        Searcher.open(tmp_path)


@pytest.mark.parametrize("name", ["store.sqlite", "vectors.faiss", "lexical/terms.npy", "manifest.json"])
@pytest.mark.parametrize("cut", [True, False], ids=["cut", "missing"])
def test_a_damaged_index_is_not_opened(data_dir: Path, encoder: Any, name: str, cut: bool) -> None:
    path = current(data_dir).folder / name
    if cut:
        path.write_bytes(path.read_bytes()[:-3])
    else:
        path.unlink()
    with pytest.raises(DamagedIndexError, match=rf"{name.rsplit('/')[-1]}.*attributed rebuild"):
        Searcher.open(data_dir, encoder)


def test_an_encoder_that_did_not_make_the_index_is_refused(data_dir: Path, encoder: Any) -> None:
    encoder.fingerprint = "0" * 64
    with pytest.raises(
        ModelError, match=r"made by fake \(f{12}, 23 dim.*encoder is fake \(0{12}, 23 dim.*attributed rebuild"
    ):
        Searcher.open(data_dir, encoder)


def test_the_default_encoder_is_loaded_only_for_a_question_and_must_fit(
    data_dir: Path, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def load(data: Path) -> Any:
        assert data == data_dir
        asked.append(1)
        return encoder

    monkeypatch.setattr(loading, "default_encoder", load)
    with Searcher.open(data_dir) as searcher:
        searcher.speakers()
        searcher.search(Query("ferry", mode="lexical"))
        assert asked == []
        searcher.search(Query("ferry"))
        searcher.search(Query("war"))
        assert asked == [1]
    encoder.dimension = 7
    with Searcher.open(data_dir) as searcher, pytest.raises(ModelError, match="7 dimensions"):
        searcher.search(Query("ferry"))


def test_many_threads_get_the_same_answers(searcher: Searcher) -> None:
    texts = ["ferry ticket", "What did Khan say of war?", "bridge", "zebra"] * 25
    expected = {text: searcher.search(Query(text)).hits for text in set(texts)}
    with ThreadPoolExecutor(8) as pool:
        for text, hits in zip(texts, pool.map(lambda text: searcher.search(Query(text)).hits, texts), strict=True):
            assert hits == expected[text]


def test_asking_leaves_every_file_as_it_was(searcher: Searcher, data_dir: Path) -> None:
    searcher.search(Query("ferry"))
    generation = current(data_dir)
    assert list(generation.faults(generation.read_manifest())) == []


@pytest.mark.model
def test_the_real_model_finds_by_meaning_and_an_incremental_rebuild_changes_nothing(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    from index.encoder import SentenceTransformerEncoder

    encoder = SentenceTransformerEncoder()
    for data, steps in ((tmp_path / "full", [articles]), (tmp_path / "steps", [articles[1:3], articles])):
        for step in steps:
            build(step, data, encoder=encoder)
    with Searcher.open(tmp_path / "full", encoder) as full, Searcher.open(tmp_path / "steps", encoder) as steps_:
        for text, first in (("Who pays for the boat?", "ferry"), ("Will the truce last?", "border")):
            one, other = full.search(Query(text)), steps_.search(Query(text))
            assert one.hits[0].article.id == first
            assert _said(one.hits) == _said(other.hits)
            np.testing.assert_allclose([hit.score for hit in one.hits], [hit.score for hit in other.hits], atol=1e-5)


def test_attributions_keep_what_decided_them(searcher: Searcher) -> None:
    (hit,) = searcher.speaker_quotations("siobhan-ilmar").hits
    attribution: Attribution = hit.passage.attribution
    quotation = attribution.quotation
    assert (attribution.method, attribution.confidence, quotation.step) == ("beside", 0.9, "beside")
    assert (quotation.cue and quotation.cue.text, quotation.source and quotation.source.text) == (
        "said",
        "Siobhán Ilmar",
    )
