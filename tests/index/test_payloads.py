from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from index import payloads
from index.queries import (
    Activity,
    Answer,
    Context,
    Count,
    Facets,
    Guess,
    Listing,
    RoleRecord,
    SpeakerPage,
    SpeakerRecord,
    Understood,
)
from index.types import Article, Attribution, Highlights, Hit, Passage, Quotation, Span, Speaker

TEXT = "“We stay,” Ana Diaz, the mayor, said. “All of us.” It rained. Aides said it would pass."
ARTICLE = Article("a-1", TEXT, "We stay", dt.date(2026, 2, 27), "The Paper", None)


def span(words: str) -> Span:
    start = TEXT.index(words)
    return ARTICLE.span(start, start + len(words))


MAYOR = Speaker("ana-diaz", "Ana Diaz", "person", ("Diaz",), ("the mayor",))
SPLIT = Attribution(
    Quotation(
        "a-1", "direct", (span("We stay,"), span("All of us.")), span("said"), span("Ana Diaz, the mayor"), "cue"
    ),
    MAYOR,
    "subject",
    0.912345,
)
AIDES = Attribution(
    Quotation("a-1", "indirect", (span("it would pass"),), ARTICLE.span(68, 72), span("Aides"), "cue"),
    Speaker("a-1-aides", "Aides", "unnamed"),
    "description",
    0.5,
)
NOBODY = Attribution(Quotation("a-1", "direct", (span("It rained"),)))
PASSAGE = Passage(SPLIT, ARTICLE.span(0, 50), "Ana Diaz: We stay, All of us.")
UNDERSTOOD = Understood(
    ("ana-diaz",),
    ("bo-lind",),
    dt.date(2026, 2, 1),
    searched="stays?",
    guesses=(Guess("speakers", "Dias", 0, 4, ("ana-diaz",)), Guess("spelling", "Dias", 0, 4, taken="Diaz")),
)
HIT = Hit(1, 0.876543, PASSAGE, ARTICLE, ("b-2",), Highlights(ARTICLE.span(0, 37), (ARTICLE.span(4, 8),)))


def test_quotation_has_words_places_speaker_and_how_that_is_known() -> None:
    assert payloads.quotation(SPLIT) == {
        "id": SPLIT.quotation.id,
        "text": "We stay, All of us.",
        "kind": "direct",
        "start": 1,
        "end": 49,
        "spans": [[1, 9], [39, 49]],
        "speaker": {"id": "ana-diaz", "name": "Ana Diaz", "role": "the mayor", "kind": "person"},
        "attribution": {
            "mention": "Ana Diaz, the mayor",
            "mention_start": 11,
            "mention_end": 30,
            "cue": "said",
            "cue_start": 32,
            "cue_end": 36,
            "method": "subject",
            "confidence": 0.9123,
        },
    }


def test_quotation_of_nobody_has_null_speaker_and_an_attribution_all_the_same() -> None:
    found = payloads.quotation(NOBODY)
    assert found["speaker"] is None
    assert found["attribution"] == {
        "mention": None,
        "mention_start": None,
        "mention_end": None,
        "cue": None,
        "cue_start": None,
        "cue_end": None,
        "method": None,
        "confidence": 0.0,
    }


def test_answer_has_the_shape_of_the_contract() -> None:
    facets = Facets((Count("ana-diaz", "Ana Diaz", 5),), year=(Count("2026", "2026", 7),))
    given = Answer("Who stays?", True, 7, 4.1234, "g-1", UNDERSTOOD, (HIT,), facets=facets)
    assert payloads.answer(given) == {
        "question": "Who stays?",
        "answered": True,
        "total": 7,
        "took_ms": 4.1,
        "generation": "g-1",
        "understood": {
            "speakers": ["ana-diaz"],
            "likely": ["bo-lind"],
            "from": "2026-02-01",
            "to": None,
            "searched": "stays?",
            "corrected": "",
            "corrections": [{"given": "Dias", "taken": "Diaz"}],
            "guesses": [
                {"kind": "speakers", "text": "Dias", "start": 0, "end": 4, "speakers": ["ana-diaz"]},
                {"kind": "spelling", "text": "Dias", "start": 0, "end": 4},
            ],
        },
        "facets": {
            "speaker": [{"value": "ana-diaz", "label": "Ana Diaz", "count": 5}],
            "source": [],
            "kind": [],
            "year": [{"value": "2026", "label": "2026", "count": 7}],
        },
        "hits": [
            {
                "rank": 1,
                "score": 0.8765,
                "quotation": payloads.quotation(SPLIT),
                "passage": {"text": TEXT[:50], "start": 0, "end": 50},
                "article": {
                    "id": "a-1",
                    "title": "We stay",
                    "date": "2026-02-27",
                    "source": "The Paper",
                    "url": None,
                    "language": None,
                    "authors": [],
                    "section": None,
                    "agency": None,
                    "date_certainty": "day",
                    "summary_only": False,
                },
                "also_in": ["b-2"],
                "agency": None,
                "highlights": {"sentence": [0, 37], "words": [[4, 8]]},
            }
        ],
    }


def test_record_is_a_hit_without_what_a_question_gave_it() -> None:
    found = payloads.hit(HIT)
    asked = ("rank", "score", "highlights")
    assert payloads.record(HIT) == {key: value for key, value in found.items() if key not in asked}


def test_listed_hit_has_neither_score_nor_highlights() -> None:
    listed = payloads.hit(Hit(3, None, PASSAGE, ARTICLE))
    assert (listed["score"], listed["highlights"]) == (None, None)


def test_highlights_without_sentence_and_words_are_null_and_empty() -> None:
    assert payloads.highlights(Highlights()) == {"sentence": None, "words": []}


def test_whole_article_carries_its_text() -> None:
    found = payloads.whole_article(ARTICLE, [SPLIT])
    assert found == {
        "article": {**payloads.article(ARTICLE), "text": TEXT},
        "quotations": [payloads.quotation(SPLIT)],
    }


def test_article_without_a_date_has_null() -> None:
    assert payloads.article(Article("x", "A text."))["date"] is None


RECORD = {
    "id": "ana-diaz",
    "name": "Ana Diaz",
    "role": "the mayor",
    "kind": "person",
    "roles": ["the mayor"],
    "aliases": ["Diaz"],
    "quotations": 5,
    "articles": 2,
}


def test_speaker_page_lists_records() -> None:
    page = SpeakerPage(1, "g-1", (SpeakerRecord(MAYOR, 5, 2),))
    assert payloads.speaker_page(page) == {"total": 1, "generation": "g-1", "speakers": [RECORD]}


def test_speaker_quotations_join_record_and_hits() -> None:
    listing = Listing(1, "g-1", (Hit(1, None, PASSAGE, ARTICLE),))
    assert payloads.speaker_quotations(SpeakerRecord(MAYOR, 5, 2), listing) == {
        "speaker": RECORD,
        "total": 1,
        "generation": "g-1",
        "facets": {"speaker": [], "source": [], "kind": [], "year": []},
        "hits": [payloads.hit(Hit(1, None, PASSAGE, ARTICLE))],
    }


def test_whole_speaker_is_told_over_time() -> None:
    active = Activity((Count("2025-12", "2025-12", 2), Count("2026-01", "2026-01", 1)), (Count("2025", "2025", 2),), 4)
    roles = (RoleRecord("a poet", dt.date(2020, 1, 2), dt.date(2021, 3, 4), 9), RoleRecord("the mayor", None, None, 0))
    assert payloads.whole_speaker(SpeakerRecord(MAYOR, 5, 2), active, roles) == {
        **RECORD,
        "years": [{"year": 2025, "quotations": 2}],
        "months": [{"month": "2025-12", "quotations": 2}, {"month": "2026-01", "quotations": 1}],
        "undated": 4,
        "roles_over_time": [
            {"role": "a poet", "first": "2020-01-02", "last": "2021-03-04", "articles": 9},
            {"role": "the mayor", "first": None, "last": None, "articles": 0},
        ],
    }


def test_a_quotation_stands_with_what_is_around_its_passage() -> None:
    context = Context(None, Span(51, 56, TEXT[51:56]))
    assert payloads.record_in_context(HIT, context) == {
        **payloads.record(HIT),
        "context": {"before": None, "after": {"text": TEXT[51:56], "start": 51, "end": 56}},
    }


def test_extracted_line_sorts_by_place_and_is_flat() -> None:
    line = payloads.extracted(ARTICLE, [AIDES, SPLIT])
    assert line == {
        "id": "a-1",
        "quotes": [
            {
                "start": 1,
                "end": 49,
                "spans": [[1, 9], [39, 49]],
                "text": "We stay, All of us.",
                "kind": "direct",
                "speaker_text": "Ana Diaz, the mayor",
                "speaker_start": 11,
                "speaker_end": 30,
                "speaker_name": "Ana Diaz",
                "speaker_kind": "person",
                "cue_text": "said",
                "method": "subject",
                "confidence": 0.9123,
            },
            payloads.extracted_quote(AIDES),
        ],
    }
    assert json.loads(json.dumps(line)) == line


def test_extracted_name_is_null_for_a_description_and_for_nobody() -> None:
    described, unknown = payloads.extracted_quote(AIDES), payloads.extracted_quote(NOBODY)
    assert (described["speaker_name"], described["speaker_kind"], described["speaker_text"]) == (
        None,
        "unnamed",
        "Aides",
    )
    assert (unknown["speaker_name"], unknown["speaker_kind"], unknown["speaker_text"]) == (None, None, None)


def test_extracted_line_carries_its_text_where_asked() -> None:
    assert payloads.extracted(ARTICLE, [], with_text=True) == {"id": "a-1", "quotes": [], "text": TEXT}


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_no_answer_holds_a_figure_that_json_does_not_know(score: float) -> None:
    with pytest.raises(ValueError, match="no figure that JSON knows"):
        payloads.hit(replace(HIT, score=score))
