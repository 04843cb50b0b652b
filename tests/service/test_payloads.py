from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from index.queries import Filters, Query
from service import payloads
from service.errors import ProblemError
from service.models import SearchParameters, SpeakersParameters


def test_query_carries_every_parameter_over() -> None:
    parameters = SearchParameters.model_validate(
        {
            "q": "What next?",
            "speaker": ["Khan", "Bahiss"],
            "kind": ["direct", "person"],
            "source": ["Al Jazeera"],
            "from": "2026-01-31",
            "to": "2026-02-28",
            "limit": "7",
            "offset": "20",
            "mode": "lexical",
            "sort": "date",
            "per_speaker": "3",
        }
    )
    filters = Filters(
        ("Khan", "Bahiss"), ("direct", "person"), ("Al Jazeera",), dt.date(2026, 1, 31), dt.date(2026, 2, 28)
    )
    assert payloads.query(parameters) == Query("What next?", filters, 7, 20, "lexical", "date", 3)


def test_query_has_the_defaults_of_the_outside() -> None:
    assert payloads.query(SearchParameters.model_validate({"q": "x"})) == Query(
        "x", Filters(), 10, 0, "hybrid", "relevance", None
    )


def test_json_is_utf8_unescaped_and_compact() -> None:
    assert payloads.as_json({"a": ["“é” 🙂", None, 0.5]}) == '{"a":["“é” 🙂",null,0.5]}'.encode()


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda values: st.lists(values) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), values),
)


@given(_VALUES)
def test_json_is_that_of_the_standard_library(value: object) -> None:
    expected = json.dumps({"value": value}, ensure_ascii=False, separators=(",", ":")).encode()
    assert payloads.as_json({"value": value}) == expected


@given(st.floats(0, 1), st.integers(0, 10**8))
def test_rounded_figures_are_those_of_the_standard_library(share: float, tenths: int) -> None:
    figures = {"score": round(share, 4), "took_ms": round(tenths / 10, 1), "less": -round(share, 4)}
    assert payloads.as_json(figures) == json.dumps(figures, separators=(",", ":")).encode()  # type: ignore[arg-type]


def test_json_takes_no_half_of_a_surrogate_pair() -> None:
    with pytest.raises(TypeError, match="surrogates"):
        payloads.as_json({"text": "\ud800"})


def test_problem_names_parameter_and_nearest_only_where_there_are_any() -> None:
    assert payloads.problem(ProblemError(404, "nobody")) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "nobody",
    }
    assert payloads.problem(ProblemError(400, "who?", "speaker", nearest=("A", "B"))) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "who?",
        "parameter": "speaker",
        "nearest": ["A", "B"],
    }


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b"a\xed\xa0\x80", "the query is not UTF-8; percent-encode the UTF-8 bytes of each character"),
        (b"\xff", "the query is not UTF-8; percent-encode the UTF-8 bytes of each character"),
        (b"a\0b", "the query holds NUL (%00); leave it out"),
    ],
)
def test_check_encoding_refuses_what_is_no_text(raw: bytes, detail: str) -> None:
    with pytest.raises(ProblemError) as caught:
        payloads.check_encoding(raw, "the query")
    assert (caught.value.status, caught.value.detail) == (400, detail)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_check_encoding_takes_any_text(text: str) -> None:
    payloads.check_encoding(text.encode(), "the query")


def test_check_repeats_refuses_two_values_of_one_parameter() -> None:
    with pytest.raises(ProblemError) as caught:
        payloads.check_repeats({"q": ["x"], "limit": ["1", "2", "1"]})
    assert caught.value.detail == "'limit' is given with different values ('1', '2'); give it once"
    assert caught.value.parameter == "limit"


def test_check_repeats_takes_filters_twice_and_the_same_value_twice() -> None:
    payloads.check_repeats(
        {"speaker": ["a", "b"], "kind": ["direct", "mixed"], "source": ["x", "y"], "limit": ["5", "5"]}
    )


def refused(model: type, values: dict[str, object]) -> ProblemError:
    with pytest.raises(ValidationError) as caught:
        model.model_validate(values)  # type: ignore[attr-defined]
    return payloads.refusal(caught.value)


def test_refusal_names_every_fault_and_the_first_parameter() -> None:
    problem = refused(SpeakersParameters, {"limit": "0", "name": "x"})
    assert problem.status == 400
    assert problem.parameter == "limit"
    assert problem.detail == (
        "limit must be a whole number from 1 to 100, not '0'; "
        "'name' is not a parameter; the known ones are q, limit, offset"
    )


def test_refusal_keeps_braces_and_cuts_what_is_long() -> None:
    problem = refused(SpeakersParameters, {"limit": "{message}" + "9" * 500})
    assert problem.detail == f"limit must be a whole number from 1 to 100, not '{{message}}{'9' * 71}…'"


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_refusal_speaks_of_any_parameters_at_all(values: dict[str, object]) -> None:
    try:
        SearchParameters.model_validate(values)
    except ValidationError as error:
        problem = payloads.problem(payloads.refusal(error))
        assert problem["status"] == 400
        assert problem["detail"]
        json.dumps(problem)
