"""Questions and filters: what cannot be asked cannot be built."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QueryError
from index.queries import Filters, Query, folded


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "q is blank"),
        (" \n\t", "q is blank"),
        ("x" * 2001, "q has 2001 characters; at most 2000"),
        ("war\0", "NUL"),
        ("war \ud800", "surrogate"),
    ],
)
def test_a_question_that_cannot_be_asked_names_its_fault(text: str, said: str) -> None:
    with pytest.raises(QueryError, match=said) as caught:
        Query(text)
    assert caught.value.parameter == "q"


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": True}, "limit"),
        ({"limit": "5"}, "limit"),
        ({"offset": -1}, "offset"),
        ({"offset": 1_000_001}, "offset"),
        ({"mode": "fuzzy"}, "mode"),
    ],
)
def test_a_query_out_of_range_names_its_parameter(given: dict[str, object], parameter: str) -> None:
    with pytest.raises(QueryError) as caught:
        Query("war", **given)  # type: ignore[arg-type]
    assert caught.value.parameter == parameter


def test_the_ends_of_the_ranges_are_allowed() -> None:
    query = Query("x" * 2000, limit=100, offset=1_000_000)
    assert (len(query.text), query.limit, query.offset, query.mode) == (2000, 100, 1_000_000, "hybrid")


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        ({"speakers": (" ",)}, "speaker"),
        ({"speakers": ("a\0",)}, "speaker"),
        ({"speakers": ("x" * 301,)}, "speaker"),
        ({"sources": ("\udfff",)}, "source"),
        ({"sources": ("a",) * 51}, "source"),
        ({"kinds": ("gossip",)}, "kind"),
        ({"since": dt.date(2026, 3, 1), "until": dt.date(2026, 2, 1)}, "from"),
    ],
)
def test_a_filter_that_is_none_names_its_parameter(given: dict[str, object], parameter: str) -> None:
    with pytest.raises(QueryError) as caught:
        Filters(**given)  # type: ignore[arg-type]
    assert caught.value.parameter == parameter


def test_kinds_are_told_apart() -> None:
    filters = Filters(kinds=("direct", "person", "indirect"))
    assert filters.quotation_kinds == ("direct", "indirect")
    assert filters.speaker_kinds == ("person",)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Siobhán O’Brien", "siobhan o brien"),
        ("  AL-SAUD ", "al saud"),
        ("Søren Łódź", "soren lodz"),
        ("Straße", "strasse"),
        ("?!", ""),
        ("محمد", "محمد"),
    ],
)
def test_folded_names_are_compared_without_case_accents_and_marks(name: str, form: str) -> None:
    assert folded(name) == form


@given(st.text())
def test_folding_twice_changes_nothing(name: str) -> None:
    assert folded(folded(name)) == folded(name)


@given(st.text(max_size=2100))
def test_any_text_gives_a_query_or_a_query_error(text: str) -> None:
    try:
        query = Query(text)
    except QueryError:
        assert not text.strip() or len(text) > 2000 or any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text)
    else:
        assert query.text == text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sort": "rank"}, "sort must be one of relevance, date, not 'rank'"),
        ({"per_speaker": 0}, "per_speaker must be a whole number from 1 to 100, not 0"),
        ({"per_speaker": 101}, "per_speaker must be a whole number from 1 to 100, not 101"),
        ({"per_speaker": True}, "per_speaker must be a whole number from 1 to 100, not True"),
        ({"per_speaker": "2"}, "per_speaker must be a whole number from 1 to 100, not '2'"),
        ({"mode": "fast"}, "mode must be one of hybrid, semantic, lexical, not 'fast'"),
    ],
)
def test_a_choice_that_is_none_is_told_the_right_ones(given: dict[str, object], message: str) -> None:
    with pytest.raises(QueryError) as caught:
        Query("x", **given)  # type: ignore[arg-type]
    assert (str(caught.value), caught.value.parameter) == (message, next(iter(given)))
