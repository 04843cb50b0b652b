"""What is checked before any view."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pytest
from flask import Flask, Response
from hypothesis import given
from hypothesis import strategies as st

from service import models, payloads, routing
from service.errors import ProblemError

_PIECES = st.sampled_from(
    ["q=", "a", "&", "+", "%", "%2", "%41", "%00", "%C3%A9", "%c3%a9", "%ED%A0%80", "%ff", "é", "\0"]
)


@given(st.lists(_PIECES).map("".join))
def test_a_query_that_is_not_decoded_has_nothing_to_refuse(query: str) -> None:
    raw = query.encode()
    if routing._MORE_THAN_ASCII.search(raw) is None:
        payloads.check_encoding(unquote_to_bytes(raw), "the query")


def test_a_checked_view_is_given_what_it_is_annotated_with() -> None:
    seen: list[object] = []

    @routing.checked
    def view(path: models.QuotationPath, query: models.SearchParameters) -> Response:
        """Say it."""
        seen.append((path.id, query.q, query.speaker, query.limit))
        return Response()

    with Flask(__name__).test_request_context("/?q=a&q=a&speaker=x&speaker=y&limit=3"):
        view(id="b/c")
    assert (seen, view.__doc__) == ([("b/c", "a", ["x", "y"], 3)], "Say it.")


def test_a_checked_view_is_not_called_with_what_is_wrong() -> None:
    @routing.checked
    def view(query: models.NoParameters) -> Response:
        raise AssertionError(query)

    with Flask(__name__).test_request_context("/?limit=3"), pytest.raises(ProblemError) as caught:
        view()
    assert (caught.value.status, caught.value.parameter) == (400, "limit")
    assert caught.value.detail == "'limit' is not a parameter; none is taken here"
