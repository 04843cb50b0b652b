import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Attribution, Highlights, Hit, Passage, Quotation, Span, Speaker

TEXT = "“We lost,” Mara Lind said."
ARTICLE = Article("a1", TEXT)


def quotation() -> Quotation:
    return Quotation("a1", "direct", (ARTICLE.span(1, 9),), ARTICLE.span(21, 25), ARTICLE.span(11, 20), "cue")


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (3, 3), (4, 2)])
def test_span_refuses_offsets_that_are_no_stretch(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=re.escape(f"{start}:{end}")):
        Span(start, end, "x" * max(0, end - start))


def test_span_refuses_a_text_of_another_length() -> None:
    with pytest.raises(ValueError, match="does not fit its text of 2 characters"):
        Span(0, 3, "ab")


@given(st.text(min_size=1).filter(str.strip), st.data())
def test_article_spans_read_back_their_own_text(text: str, data: st.DataObject) -> None:
    article = Article("a", text)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    span = article.span(start, end)
    assert span.text == text[start:end]
    assert article.holds(span)


def test_article_does_not_hold_a_span_of_another_text() -> None:
    assert not ARTICLE.holds(Span(1, 9, "We won!!"))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": " ", "text": "x"}, "needs an id"),
        ({"id": "a", "text": " \n"}, "has no text"),
        ({"id": "a", "text": "abc", "body": 3}, "begins at 3"),
    ],
)
def test_article_refuses(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Article(**fields)  # type: ignore[arg-type]


def test_quotation_text_joins_the_pieces_of_a_split_one_by_a_space() -> None:
    article = Article("a", "“We,” he said, “lost.”")
    split = Quotation("a", "direct", (article.span(1, 4), article.span(16, 21)))
    assert (split.start, split.end, split.text) == (1, 21, "We, lost.")


def test_quotation_refuses_pieces_out_of_order_and_unknown_kinds() -> None:
    with pytest.raises(ValueError, match="in order"):
        Quotation("a1", "direct", (ARTICLE.span(11, 20), ARTICLE.span(1, 9)))
    with pytest.raises(ValueError, match="not 'spoken'"):
        Quotation("a1", "spoken", (ARTICLE.span(1, 9),))  # type: ignore[arg-type]


def test_quotation_id_depends_on_article_and_spans_alone() -> None:
    bare = Quotation("a1", "indirect", (ARTICLE.span(1, 9),))
    assert bare.id == quotation().id == "e20b87def2200061"
    assert Quotation("a2", "direct", (ARTICLE.span(1, 9),)).id != bare.id


def test_speaker_role_is_the_first_of_its_roles() -> None:
    assert Speaker("mara-lind", "Mara Lind", "person", roles=("a pilot", "the pilot")).role == "a pilot"
    assert Speaker("mara-lind", "Mara Lind", "person").role is None
    with pytest.raises(ValueError, match="not 'robot'"):
        Speaker("x", "X", "robot")  # type: ignore[arg-type]


def test_attribution_has_speaker_and_method_or_neither() -> None:
    with pytest.raises(ValueError, match="or neither"):
        Attribution(quotation(), Speaker("x", "X", "person"))
    with pytest.raises(ValueError, match=re.escape("not at 1.2")):
        Attribution(quotation(), Speaker("x", "X", "person"), "name", 1.2)


def test_passage_covers_its_quotation_and_hit_is_of_its_article() -> None:
    attribution = Attribution(quotation())
    with pytest.raises(ValueError, match="does not cover"):
        Passage(attribution, ARTICLE.span(2, 26), "x")
    passage = Passage(attribution, ARTICLE.span(0, 26), "x")
    with pytest.raises(ValueError, match="not of article 'other'"):
        Hit(1, 0.5, passage, Article("other", "Something else altogether.", date=dt.date(2026, 1, 2)))
    with pytest.raises(ValueError, match="count from 1"):
        Hit(0, 0.5, passage, ARTICLE)


def test_highlights_are_in_order_and_inside_the_passage_of_their_hit() -> None:
    passage = Passage(Attribution(quotation()), ARTICLE.span(0, 26), "x")
    inside = Highlights(ARTICLE.span(0, 26), (ARTICLE.span(1, 4), ARTICLE.span(4, 8)))
    assert Hit(1, 0.5, passage, ARTICLE, highlights=inside).highlights == inside
    with pytest.raises(ValueError, match="in order and apart"):
        Highlights(None, (ARTICLE.span(1, 5), ARTICLE.span(4, 8)))
    narrow = Passage(Attribution(quotation()), ARTICLE.span(0, 20), "x")
    for outside in (inside, Highlights(None, (ARTICLE.span(19, 21),))):
        with pytest.raises(ValueError, match="outside the passage at 0"):
            Hit(1, 0.5, narrow, ARTICLE, highlights=outside)


def test_article_without_a_date_has_one_that_is_unknown() -> None:
    assert Article("a", "text", date_certainty="month").date_certainty == "unknown"
    assert Article("a", "text", date=dt.date(2026, 2, 1)).date_certainty == "day"
    assert Article("a", "text", date=dt.date(2026, 2, 1), date_certainty="unknown").date_certainty == "day"
    with pytest.raises(ValueError, match="a date is one of day, month, year, address, unknown, not 'hour'"):
        Article("a", "text", date_certainty="hour")  # type: ignore[arg-type]
