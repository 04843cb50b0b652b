"""Which articles go in: each once, in its latest version, whatever comes between and in whatever order."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.admission import Admission, address
from index.errors import ArticleError
from index.types import Article

URL = "https://paper.example/world/strikes"
MAY = dt.date(2026, 5, 1)


def article_id(stem: str, text: str) -> str:
    """The id that a reader makes where a source brings none."""
    return f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def made(text: str, stem: str = "saved", **told: object) -> Article:
    """An article whose id its reader made."""
    return Article(article_id(stem, text), text, **told)  # type: ignore[arg-type]


def admit(folder: Path, *articles: Article | ArticleError) -> tuple[list[Article], Admission]:
    admission = Admission(folder)
    found = list(admission.admitted(articles))
    assert admission.count == len(found)
    return found, admission


def test_what_has_nothing_in_common_goes_in_in_the_order_of_reading(tmp_path: Path) -> None:
    articles = [Article("b", "One."), Article("a", "Two.", url=URL), made("Three."), Article("c", "Four.", url="urn:x")]
    found, admission = admit(tmp_path, *articles)
    assert found == articles
    assert (admission.again, admission.replaced, admission.set_aside) == (0, [], [])


def test_the_same_page_under_two_names_is_one(tmp_path: Path) -> None:
    found, admission = admit(tmp_path, made("One.", "page"), made("One.", "page (1)"))
    assert [article.id for article in found] == [article_id("page", "One.")]
    assert admission.again == 1


def test_of_the_same_text_the_article_of_which_more_is_told_goes_in(tmp_path: Path) -> None:
    found, admission = admit(tmp_path, made("One."), made("One.", "page", url=URL, date=MAY))
    assert found == [made("One.", "page", url=URL, date=MAY)]
    assert admission.again == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"source": "Wire"}, {"source": "Herald"}),
        ({"url": URL}, {"url": URL + "-2"}),
        ({"date": MAY}, {"date": dt.date(2026, 5, 2)}),
    ],
)
def test_an_agency_text_in_two_papers_is_two_articles(
    tmp_path: Path, one: dict[str, object], other: dict[str, object]
) -> None:
    found, _ = admit(tmp_path, made("One.", "a", **one), made("One.", "b", **other))
    assert len(found) == 2


def test_ids_that_a_source_gave_keep_equal_texts_apart(tmp_path: Path) -> None:
    found, _ = admit(tmp_path, Article("1", "One."), Article("2", "One."))
    assert len(found) == 2


def test_a_later_version_of_an_address_takes_the_place_of_the_earlier(tmp_path: Path) -> None:
    before, after = (
        made("One.", url=URL),
        made("One, and more.", url="http://www.paper.example/world/strikes/?utm_source=x"),
    )
    found, admission = admit(tmp_path, before, Article("else", "Else."), after)
    assert found == [Article("else", "Else."), after]
    assert admission.replaced == [before.id]


def test_a_version_that_is_dated_earlier_does_not_though_it_comes_later(tmp_path: Path) -> None:
    newer, older = made("New.", url=URL, date=MAY), made("Old.", url=URL, date=dt.date(2026, 4, 30))
    found, admission = admit(tmp_path, newer, older)
    assert found == [newer]
    assert admission.replaced == [older.id]


def test_a_feed_entry_that_changed_keeps_its_id(tmp_path: Path) -> None:
    found, admission = admit(tmp_path, Article("g1", "Old.", url=URL), Article("g1", "New.", url=URL))
    assert [article.text for article in found] == ["New."]
    assert admission.replaced == ["g1"]


def test_an_id_that_another_article_has_is_set_aside(tmp_path: Path) -> None:
    found, admission = admit(tmp_path, Article("1", "One."), Article("1", "Two."), Article("1", "Three.", url=URL))
    assert found == [Article("1", "One.")]
    assert [str(error) for error in admission.set_aside] == ["1: another article has this id and another text"] * 2


def test_what_cannot_be_read_is_set_aside_and_told_of_in_order(tmp_path: Path) -> None:
    fault = ArticleError("a.txt", None, "the file is empty")
    told: list[int] = []
    admission = Admission(tmp_path)
    assert list(admission.admitted([fault, Article("1", "One."), Article("2", "a\0b")], told.append)) == [
        Article("1", "One.")
    ]
    assert told == [1, 2, 3]
    assert [str(error) for error in admission.set_aside] == [str(fault), "'2': NUL or half a surrogate pair in text"]


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    admission = Admission(tmp_path)
    assert next(admission.admitted([Article("1", "One."), Article("2", "Two.")])).id == "1"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://Paper.example:443/a/", "paper.example/a"),
        ("http://www.paper.example/a?b=2&a=1#top", "paper.example/a?a=1&b=2"),
        ("https://paper.example/a?fbclid=xyz", "paper.example/a"),
        ("ftp://paper.example/a", None),
        ("urn:isbn:1", None),
        (None, None),
    ],
)
def test_addresses_are_compared_without_what_does_not_tell_pages_apart(url: str | None, same: str | None) -> None:
    assert address(url) == same


_told = st.fixed_dictionaries(
    {
        "url": st.sampled_from([None, URL, URL + "/2", "https://[x", "http://", "urn:y"]) | st.text(max_size=8),
        "date": st.sampled_from([None, MAY, dt.date(2026, 4, 1)]),
        "source": st.sampled_from([None, "Wire", "Herald"]),
    }
)
_articles = st.lists(
    st.builds(
        lambda id_, text, told: Article(id_ or article_id("x", text), text, **told),
        st.sampled_from([None, "1", "2"]),
        st.sampled_from(["One.", "Two.", "Three."]),
        _told,
    ),
    max_size=9,
)


@given(_articles)
def test_each_article_is_in_once_is_counted_or_is_named(
    tmp_path_factory: pytest.TempPathFactory, articles: list[Article]
) -> None:
    found, admission = admit(tmp_path_factory.getbasetemp(), *articles)
    assert len(articles) == len(found) + admission.again + len(admission.replaced) + len(admission.set_aside)
    assert len({article.id for article in found}) == len(found)
    addresses = [address(article.url) for article in found if address(article.url)]
    assert len(set(addresses)) == len(addresses)
    # Admitted again they all go in: what is an article is an article on the next day too.
    assert admit(tmp_path_factory.getbasetemp(), *found)[0] == found
