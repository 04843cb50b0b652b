"""Feeds that are followed: the page behind an entry that is no more than a summary."""

from __future__ import annotations

import datetime as dt

import pytest

from index.corpus.fetched import articles
from index.errors import ArticleError
from index.types import Article
from tests.index.corpus.fetched.conftest import BESIDE, Fetchers, Site, article, network, page, read, said

WORDS = "“The ferry carries six hundred people a day,” Imran Khan said."


def item(link: str, *more: str, summary: str = "The ferry starts.") -> str:
    description = f"<description>{summary}</description>" if summary else ""
    return (
        f"<item><title>Item</title><guid>tag:{link}</guid><link>{link}</link>"
        f"<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>{description}{''.join(more)}</item>"
    )


def feed(site: Site, *items: str) -> str:
    """A feed of these items; its address."""
    entries = "".join(items)
    content = "http://purl.org/rss/1.0/modules/content/"
    site.pages["/feed"] = said(
        "200 OK",
        f'<?xml version="1.0"?><rss version="2.0" xmlns:content="{content}"><channel><title>The Paper</title>'
        f"{entries}</channel></rss>",
    )
    return site("/feed")


def ferry(site: Site, path: str = "/ferry", words: str = WORDS) -> str:
    site.pages[path] = said("200 OK", page(words))
    return site(path)


def texts(found: list[Article | ArticleError]) -> list[str]:
    """How each article begins, or why there is none."""
    return [one.text.partition("\n")[0] if isinstance(one, Article) else one.reason for one in found]


def test_page_behind_a_summary_is_read_with_the_day_of_its_entry(site: Site, fetcher: Fetchers) -> None:
    found = article(fetcher(follow=True), feed(site, item(ferry(site))))
    assert (found.text.partition("\n")[0], found.title) == (WORDS, "Ferry starts")
    assert (found.date, found.source, found.url) == (dt.date(2026, 3, 2), "The Paper", site("/ferry"))
    assert not found.summary_only
    assert found == article(fetcher(follow=True), site("/feed"))


def test_what_a_page_tells_itself_goes_before_what_its_entry_tells(site: Site, fetcher: Fetchers) -> None:
    head = (
        '<head><meta property="article:published_time" content="2026-03-01"><meta name="author" content="Ada Moss">'
        '<meta property="og:site_name" content="The Gazette">'
    )
    site.pages["/a"] = said("200 OK", page(WORDS).replace("<head>", head))
    site.pages["/2026/02/27/b"] = said("200 OK", page(WORDS + " So it is."))
    more = "<author>Bo Lund</author><category>Rivers</category>"
    links = (site("/a"), site("/2026/02/27/b"))
    own, other = read(fetcher(follow=True), feed(site, *(item(link, more) for link in links)))
    assert isinstance(own, Article)
    assert isinstance(other, Article)
    assert (own.date, own.source, own.authors, own.section) == (
        dt.date(2026, 3, 1),
        "The Gazette",
        ("Ada Moss",),
        "Rivers",
    )
    assert (other.date, other.date_certainty, other.source, other.authors) == (
        dt.date(2026, 3, 2),
        "day",
        "The Paper",
        ("Bo Lund",),
    )


def test_page_is_the_same_article_whether_named_or_followed(site: Site, fetcher: Fetchers) -> None:
    followed = article(fetcher(follow=True), feed(site, item(ferry(site))))
    assert article(fetcher(), site("/ferry")).id == followed.id


def test_feed_is_followed_only_where_that_is_switched_on(site: Site, fetcher: Fetchers) -> None:
    found = article(fetcher(), feed(site, item(ferry(site))))
    assert (found.text, found.summary_only) == ("The ferry starts.", True)
    assert site.paths == ["/robots.txt", "/feed"]


def test_entry_with_its_content_is_not_followed(site: Site, fetcher: Fetchers) -> None:
    whole = f"<content:encoded><![CDATA[<p>{WORDS}</p>]]></content:encoded>"
    assert article(fetcher(follow=True), feed(site, item(ferry(site), whole))).text == WORDS
    assert site.paths == ["/robots.txt", "/feed"]


def test_entry_that_is_no_more_than_a_link_is_followed(site: Site, fetcher: Fetchers) -> None:
    address = feed(site, item(ferry(site), summary=""), item(site("/gone"), summary=""))
    found = read(fetcher(follow=True), address)
    assert texts(found) == [WORDS, "the server answered 404 Not Found"]
    assert isinstance(found[1], ArticleError)
    assert found[1].path == site("/gone")


@pytest.mark.parametrize(
    ("path", "answer", "why"),
    [
        ("/x", said("404 Not Found"), "the server answered 404 Not Found"),
        ("/x", said("200 OK", "<html></html>"), "no article text was found"),
        ("/secret", said("200 OK", page(WORDS)), "the robots.txt of news.test does not allow /secret"),
        ("/feed", b"", "there is more than one article"),
    ],
)
def test_where_the_page_cannot_be_had_the_summary_stands(
    site: Site, fetcher: Fetchers, heard: list[str], path: str, answer: bytes, why: str
) -> None:
    site.pages["/robots.txt"] = said("200 OK", "User-agent: *\nDisallow: /secret")
    site.pages[path] = answer
    found = read(fetcher(follow=True), feed(site, item(site(path)), item(ferry(site))))
    assert texts(found) == ["The ferry starts.", WORDS]
    (line,) = heard
    assert line.startswith(f"summary alone: {site(path)}: {why}")


def test_links_are_looked_at_as_if_they_were_named(site: Site, fetcher: Fetchers, heard: list[str]) -> None:
    links = [site("/x", "inside.test"), "http://me:word@news.test/", "http://[fe80::1%25eth0]/"]
    among = network(leads={"inside.test": [BESIDE]})
    found = read(fetcher(follow=True, network=among), feed(site, *map(item, links)))
    assert texts(found) == ["The ferry starts."] * 3
    assert "inside.test leads to 10.0.0.5, which is no public address" in heard[0]
    assert heard[1] == (
        "summary alone: http://news.test/: a user or password stands in it; pages are asked for without"
    )
    assert "it names no host" in heard[2]
    assert site.paths == ["/robots.txt", "/feed"]


def test_feed_behind_an_entry_is_not_followed_further(site: Site, fetcher: Fetchers) -> None:
    site.pages["/other"] = said("200 OK", f"<rss><channel>{item(ferry(site))}</channel></rss>")
    found = read(fetcher(follow=True), feed(site, item(site("/other"))))
    assert texts(found) == ["The ferry starts."]
    assert site.paths == ["/robots.txt", "/feed", "/other"]


def test_no_more_entries_than_the_limit_are_followed(
    site: Site, fetcher: Fetchers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(articles, "FOLLOWED_LIMIT", 2)
    links = [ferry(site, f"/{number}", f"{WORDS} ({number})") for number in range(3)]
    found = read(fetcher(follow=True), feed(site, *map(item, links)))
    assert texts(found) == [f"{WORDS} (0)", f"{WORDS} (1)", "The ferry starts."]


def test_pages_that_were_followed_stay_on_record(site: Site, fetcher: Fetchers, heard: list[str]) -> None:
    one, two = ferry(site, "/1", "One."), ferry(site, "/2", "Two.")
    assert texts(read(fetcher(follow=True), feed(site, item(one)))) == ["One."]
    assert texts(read(fetcher(follow=True), feed(site, item(two)))) == ["One.", "Two."]
    site.pages["/2"] = said("410 Gone")
    assert texts(read(fetcher(follow=True), site("/feed"))) == ["One.", "Two."]
    site.pages["/feed"] = said("500 Internal Server Error")
    assert texts(read(fetcher(follow=True), site("/feed"))) == ["One.", "Two."]
    assert len(heard) == 3
