from __future__ import annotations

import gzip
import io
import socket
import zipfile
from pathlib import Path

import pytest

from index.corpus import child, read_articles
from index.corpus.fetched.fetcher import LONGEST_PAUSE, PAUSE, SIZE_LIMIT, Fetcher
from index.errors import ArticleError, SourceError
from index.types import Article
from tests.index.corpus.fetched.conftest import (
    BESIDE,
    Clock,
    Fetchers,
    Site,
    article,
    network,
    page,
    read,
    reason,
    said,
)

WORDS = "“The ferry carries six hundred people a day,” Imran Khan said."


def ferry(site: Site, path: str = "/2026/ferry-starts.html", *headers: str) -> str:
    """A page of the site with an article; its address."""
    site.pages[path] = said("200 OK", page(WORDS), "Content-Type: text/html; charset=utf-8", *headers)
    return site(path)


def feed(*numbers: int, words: str = WORDS) -> str:
    """A feed with entries of these numbers, each with its words and number as its text."""
    entries = "".join(
        f"<item><title>Item {number}</title><guid>tag:{number}</guid><link>http://news.test/{number}</link>"
        f"<description>{words} ({number})</description></item>"
        for number in numbers
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{entries}</channel></rss>'


def robots(site: Site, *lines: str) -> None:
    site.pages["/robots.txt"] = said("200 OK", "\n".join(lines))


# What is read


def test_page_gives_its_article_under_its_address(site: Site, fetcher: Fetchers) -> None:
    found = article(fetcher(), ferry(site))
    assert found.text.startswith(WORDS)
    assert (found.title, found.url) == ("Ferry starts", site("/2026/ferry-starts.html"))
    assert found.id.startswith("ferry-starts-")
    assert site.paths == ["/robots.txt", "/2026/ferry-starts.html"]


def test_feed_and_text_are_known_by_their_content_whatever_they_are_called(site: Site, fetcher: Fetchers) -> None:
    site.pages["/feed"] = said("200 OK", feed(1, 2), "Content-Type: text/html")
    site.pages["/words"] = said("200 OK", "Ferry starts\n\n" + WORDS, "Content-Type: application/octet-stream")
    first, second, text = read(fetcher(), site("/feed"), site("/words"))
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(text, Article)
    assert [one.url for one in (first, second)] == ["http://news.test/1", "http://news.test/2"]
    assert (first.source, text.title, text.url) == ("News", "Ferry starts", site("/words"))


def test_charset_of_the_header_is_believed_where_nothing_else_tells(site: Site, fetcher: Fetchers) -> None:
    words = "“Où est le bac?” Siobhán Ilmar asked."
    site.pages["/a"] = said("200 OK", words.encode("cp1252"), "Content-Type: text/plain; charset=ISO-8859-1")
    site.pages["/b"] = said("200 OK", words.encode("cp1252"), 'Content-Type: text/plain; charset="windows-1252"')
    site.pages["/c"] = said("200 OK", words.encode(), "Content-Type: text/plain; charset=iso-8859-1")
    site.pages["/d"] = said("200 OK", words.encode("cp1252"), "Content-Type: text/plain; charset=nonsense")
    site.pages["/f"] = said("200 OK", words.encode("cp1252"), "Content-Type: text/plain; charset=punycode")
    site.pages["/e"] = said("200 OK", page(words).encode("cp1252"), "Content-Type: text/html; charset=windows-1252")
    found = read(fetcher(), *(site(f"/{name}") for name in "abcdef"))
    assert [one.text.partition("\n")[0] if isinstance(one, Article) else one.reason[:9] for one in found] == [
        words,
        words,
        words,
        "not UTF-8",
        words,
        "not UTF-8",
    ]


@pytest.mark.parametrize(
    ("told", "url"),
    [
        ("https://www.paper.co.uk/real", "https://www.paper.co.uk/real"),
        ("https://other.co.uk/theirs", None),
        ("https://paper.co.uk.other.com/", None),
    ],
)
def test_page_tells_its_address_only_within_the_site_that_it_came_from(
    site: Site, fetcher: Fetchers, told: str, url: str | None
) -> None:
    head = f'<head><link rel="canonical" href="{told}">'
    site.pages["/a"] = said("200 OK", page(WORDS).replace("<head>", head))
    address = site("/a", "news.paper.co.uk")
    assert article(fetcher(), address).url == (url or address)


def archive() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as into:
        into.writestr("a.txt", WORDS)
    return packed.getvalue()


@pytest.mark.parametrize("body", [archive(), gzip.compress(WORDS.encode()), b"WARC/1.0\r\n\r\n"])
def test_archive_is_left_to_be_saved(site: Site, fetcher: Fetchers, body: bytes) -> None:
    site.pages["/a"] = said("200 OK", body)
    assert reason(fetcher(), site("/a")) == "it is an archive or a mailbox; save it, and name the file"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (said("200 OK"), "the file is empty"),
        (said("200 OK", b"%PDF-1.7"), "it is a PDF; save its text as .txt, or the article's page as .html"),
        (said("200 OK", "<html><body></body></html>"), "no article text was found"),
        (said("404 Not Found", page(WORDS)), "the server answered 404 Not Found"),
        (said("500 Internal Server Error"), "the server answered 500 Internal Server Error"),
        (said("204 No Content"), "the server answered 204 No Content"),
        (said("304 Not Modified"), "the server answered 304 Not Modified"),
        (said("799 Whatever"), "the server answered 799"),
        (said("200 OK", "p { color: red }", "Content-Type: text/css"), "it is text/css, and no article"),
        (said("200 OK", "let a = 1;", "Content-Type: text/javascript; charset=utf-8"), "it is text/javascript, and"),
        (said("200 OK", "<svg/>", "Content-Type: image/svg+xml"), "it is image/svg+xml, and no article"),
        (said("200 OK", '<?xml version="1.0"?><urlset><url/></urlset>'), "it is markup of a kind that is not read"),
    ],
)
def test_what_is_no_article_is_set_aside_with_the_reason(
    site: Site, fetcher: Fetchers, answer: bytes, why: str
) -> None:
    site.pages["/a"] = answer
    (error, second) = read(fetcher(), site("/a"), ferry(site))
    assert isinstance(error, ArticleError)
    assert (error.path, error.line) == (site("/a"), None)
    assert error.reason.startswith(why)
    assert isinstance(second, Article)


def test_page_larger_than_is_read_is_set_aside(site: Site, fetcher: Fetchers) -> None:
    assert reason(fetcher(most=100), ferry(site)) == "it has more than the 100 bytes that are read"
    site.pages["/bomb"] = said("200 OK", gzip.compress(bytes(SIZE_LIMIT + 1)), "Content-Encoding: gzip")
    assert reason(fetcher(), site("/bomb")) == f"it has more than the {SIZE_LIMIT} bytes that are read"


# What is refused before anything is asked


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("ftp://news.test/a", "ftp://news.test/a: only http and https addresses are fetched"),
        (
            "http://me:word@news.test/",
            "http://news.test/: a user or password stands in it; pages are asked for without",
        ),
        ("http://news.test:8080/", "http://news.test:8080/: port 8080 is not asked, only 80 and 443"),
    ],
)
def test_wrong_address_is_told_before_anything_is_read(fetcher: Fetchers, source: str, message: str) -> None:
    from index.corpus.fetched.network import Network

    with pytest.raises(SourceError) as caught:
        read_articles([Path(__file__), source], None, fetcher(network=Network()))
    assert str(caught.value) == message


def test_without_a_fetcher_the_message_names_the_switch() -> None:
    with pytest.raises(
        SourceError, match="is a web address; it is fetched only with --fetch, or under ATTRIBUTED_FETCH=1"
    ):
        read_articles(["https://me:word@news.test/"])


# robots.txt


def test_robots_txt_is_asked_once_a_site_and_obeyed(site: Site, fetcher: Fetchers) -> None:
    robots(site, "User-agent: *", "Disallow: /2026/")
    first, second, third = read(fetcher(), ferry(site), ferry(site, "/2026/b"), ferry(site, "/a"))
    assert isinstance(first, ArticleError)
    assert first.reason == "the robots.txt of news.test does not allow /2026/ferry-starts.html"
    assert isinstance(second, ArticleError)
    assert isinstance(third, Article)
    assert site.paths == ["/robots.txt", "/a"]


def test_robots_txt_speaks_to_this_program_by_its_name(site: Site, fetcher: Fetchers) -> None:
    robots(site, "User-agent: *", "Disallow: /", "", "User-agent: Attributed", "Disallow: /b")
    first, second = read(fetcher(), ferry(site, "/a"), ferry(site, "/b"))
    assert isinstance(first, Article)
    assert isinstance(second, ArticleError)


@pytest.mark.parametrize("status", ["404 Not Found", "401 Unauthorized", "403 Forbidden", "410 Gone"])
def test_robots_txt_that_is_not_there_allows_all(site: Site, fetcher: Fetchers, status: str) -> None:
    site.pages["/robots.txt"] = said(status, "User-agent: *\nDisallow: /")
    assert article(fetcher(), ferry(site)).title == "Ferry starts"


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"])
def test_robots_txt_that_cannot_be_had_allows_nothing(site: Site, fetcher: Fetchers, status: str) -> None:
    site.pages["/robots.txt"] = said(status)
    told = f"{site('/robots.txt')} cannot be had, so nothing is asked there: the server answered {status}"
    assert reason(fetcher(), ferry(site)) == told
    assert site.paths == ["/robots.txt"]


def test_robots_txt_that_breaks_off_allows_nothing(site: Site, fetcher: Fetchers) -> None:
    site.pages["/robots.txt"] = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nUser-agent: *"
    assert reason(fetcher(), ferry(site)).endswith("(asked for its robots.txt)")
    assert site.paths == ["/robots.txt"]


def test_robots_txt_may_lie_elsewhere_and_is_read_as_far_as_the_limit(site: Site, fetcher: Fetchers) -> None:
    site.pages["/robots.txt"] = said("301 Moved Permanently", b"", "Location: /rules")
    site.pages["/rules"] = said("200 OK", "User-agent: *\nDisallow: /a\n" + "#" * 600_000 + "\nDisallow: /b")
    first, second = read(fetcher(), ferry(site, "/a"), ferry(site, "/b"))
    assert isinstance(first, ArticleError)
    assert isinstance(second, Article)
    assert site.paths == ["/robots.txt", "/rules", "/b"]


def test_robots_txt_that_leads_on_for_ever_is_as_good_as_none(site: Site, fetcher: Fetchers) -> None:
    site.pages["/robots.txt"] = said("302 Found", b"", "Location: /robots.txt")
    assert article(fetcher(), ferry(site)).title == "Ferry starts"
    assert site.paths == ["/robots.txt"] * 6 + ["/2026/ferry-starts.html"]


def test_robots_txt_that_leads_to_a_private_number_allows_nothing(site: Site, fetcher: Fetchers) -> None:
    site.pages["/robots.txt"] = said("302 Found", b"", f"Location: {site('/', 'inside.test')}")
    why = reason(fetcher(network=network(leads={"inside.test": [BESIDE]})), ferry(site))
    assert "inside.test leads to 10.0.0.5, which is no public address" in why
    assert site.paths == ["/robots.txt"]


def test_robots_txt_that_unfolds_without_end_allows_nothing(site: Site, fetcher: Fetchers) -> None:
    agents = [f"User-agent: a{number}" for number in range(14_000)]
    robots(site, *agents, *["Disallow: /x"] * 18_000)
    why = reason(fetcher(), ferry(site))
    assert why in {  # the limit of memory comes first, but on a machine that has much else to do
        f"the site's robots.txt cannot be read ({limit} to parse), so nothing is asked of it"
        for limit in ("it takes more than 320 MB", "the file took more than 10 s")
    }
    assert child._CHILD._child is None  # what it took is not all given back: the next file gets another process
    assert site.paths == ["/robots.txt"]


# Redirects


def test_redirects_are_followed_and_the_article_has_the_last_address(site: Site, fetcher: Fetchers) -> None:
    site.pages["/old"] = said("301 Moved Permanently", b"", "Location: /newer?x=1")
    site.pages["/newer?x=1"] = said("307 Temporary Redirect", b"", f"Location: {ferry(site)}#top")
    found = article(fetcher(), site("/old"))
    assert found.url == site("/2026/ferry-starts.html")
    assert found.id.startswith("ferry-starts-")


def test_every_redirect_is_looked_at_as_if_it_were_named(site: Site, fetcher: Fetchers) -> None:
    leads = {"inside.test": [BESIDE]}
    for place, (target, why) in {
        "/a": (site("/", "inside.test"), "inside.test leads to 10.0.0.5, which is no public address"),
        "/b": ("file:///etc/passwd", "it leads on to file:///etc/passwd: only http and https"),
        "/c": ("http://me:word@news.test/", "it leads on to http://news.test/: a user or password"),
        "/d": ("http://[fe80::1%25eth0]/", "it names no host"),
        "/e": ("/private", "the robots.txt of news.test does not allow /private"),
        "/f": ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is no public address"),
    }.items():
        site.pages[place] = said("302 Found", b"", f"Location: {target}")
        robots(site, "User-agent: *", "Disallow: /private")
        assert why in reason(fetcher(network=network(leads=leads)), site(place)), place


def test_robots_txt_of_the_site_that_a_redirect_leads_to_is_asked(site: Site, fetcher: Fetchers) -> None:
    site.pages["/a"] = said("302 Found", b"", f"Location: {site('/b', 'other.test')}")
    ferry(site, "/b")
    assert article(fetcher(), site("/a")).url == site("/b", "other.test")
    assert site.paths == ["/robots.txt", "/a", "/robots.txt", "/b"]


def test_port_of_a_redirect_is_looked_at(site: Site, fetcher: Fetchers) -> None:
    from dataclasses import replace

    site.pages["/a"] = said("302 Found", b"", "Location: http://news.test:22/")
    among = replace(network(), may_knock=lambda port: port == site.port)
    assert "port 22 is not asked" in reason(fetcher(network=among), site("/a"))


def test_redirects_end(site: Site, fetcher: Fetchers) -> None:
    site.pages["/a"] = said("302 Found", b"", "Location: /a")
    site.pages["/b"] = said("302 Found")
    assert reason(fetcher(), site("/a")) == "it leads on more than 5 times"
    assert reason(fetcher(), site("/b")) == "it leads on (302), and does not say where"


def test_redirects_that_take_their_time_end_sooner(site: Site, fetcher: Fetchers, clock: Clock) -> None:
    def slow(line: socket.socket) -> None:
        clock.now += 25.0
        line.sendall(said("302 Found", b"", "Location: /a"))

    site.pages["/a"] = slow
    assert reason(fetcher(), site("/a")) == "it leads on for more than 60 s"
    assert site.paths == ["/robots.txt", "/a", "/a", "/a"]


def test_redirect_in_plain_utf8_is_understood(site: Site, fetcher: Fetchers) -> None:
    site.pages["/a"] = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /fähre\r\n\r\n".encode()
    ferry(site, "/f%C3%A4hre")
    assert article(fetcher(), site("/a")).url == site("/f%C3%A4hre")


# Politeness


def test_pages_of_one_host_are_asked_with_a_pause(site: Site, fetcher: Fetchers, clock: Clock) -> None:
    read(fetcher(), ferry(site, "/a"), ferry(site, "/b"), site("/c", "other.test"), ferry(site, "/d"))
    assert clock.slept == [PAUSE, PAUSE]


def test_crawl_delay_is_kept_up_to_a_limit(site: Site, fetcher: Fetchers, clock: Clock) -> None:
    for delay in ("7.5", "86400", "0.1", "nonsense"):
        robots(site, "User-agent: *", f"Crawl-delay: {delay}", "Allow: /")
        read(fetcher(), ferry(site, "/a"), ferry(site, "/b"))
    assert clock.slept == [7.5, LONGEST_PAUSE, PAUSE, PAUSE]


def test_host_that_wants_to_be_left_alone_is(site: Site, fetcher: Fetchers) -> None:
    site.pages["/a"] = said("429 Too Many Requests")
    first, second = read(fetcher(), site("/a"), ferry(site, "/b"))
    assert isinstance(first, ArticleError)
    assert first.reason == "the server answered 429 Too Many Requests"
    assert isinstance(second, ArticleError)
    assert second.reason == (
        "news.test is not asked any more in this run (the server answered 429 Too Many Requests); rebuild again later"
    )
    assert site.paths == ["/robots.txt", "/a"]


def test_host_that_gives_no_answer_three_times_is_not_asked_again(site: Site, fetcher: Fetchers) -> None:
    for path in "abdef":
        site.pages[f"/{path}"] = b"nonsense"
    found = read(fetcher(), site("/a"), site("/b"), ferry(site, "/c"), *(site(f"/{path}") for path in "defg"))
    reasons = [one.reason.partition(":")[0] if isinstance(one, ArticleError) else one.title for one in found]
    broke = "the answer broke off"
    gone = "news.test is not asked any more in this run (the answer broke off"
    assert reasons == [broke, broke, "Ferry starts", broke, broke, broke, gone]
    assert site.paths[-1] == "/f"


# What was fetched before


def test_page_that_did_not_change_costs_a_304_and_gives_the_same(site: Site, fetcher: Fetchers) -> None:
    tags = ('ETag: "v1"', "Last-Modified: Mon, 02 Mar 2026 10:00:00 GMT")
    address = ferry(site, "/a", *tags)
    before = article(fetcher(), address)
    assert site.header("/a", "If-None-Match") is None
    site.pages["/a"] = said("304 Not Modified")
    assert article(fetcher(), address) == before
    assert site.header("/a", "If-None-Match") == '"v1"'
    assert site.header("/a", "If-Modified-Since") == "Mon, 02 Mar 2026 10:00:00 GMT"


def test_page_that_changed_takes_the_place_of_what_was(site: Site, fetcher: Fetchers, heard: list[str]) -> None:
    address = ferry(site, "/a", 'ETag: "v1"')
    article(fetcher(), address)
    site.pages["/a"] = said("200 OK", page("“It sinks,” Imran Khan said."), 'ETag: "v2"')
    assert article(fetcher(), address).text.startswith("“It sinks")
    site.pages["/a"] = said("404 Not Found")
    assert article(fetcher(), address).text.startswith("“It sinks")
    assert len(heard) == 1


@pytest.mark.parametrize("tag", ["v\xe4", "x" * 501, "a\tb"])
def test_tag_that_cannot_be_sent_back_is_not(site: Site, fetcher: Fetchers, tag: str) -> None:
    site.pages["/a"] = said("200 OK", page(WORDS)).replace(b"\r\n\r\n", f"\r\nETag: {tag}\r\n\r\n".encode("latin-1"), 1)
    for _ in range(2):
        article(fetcher(), site("/a"))
        assert site.header("/a", "If-None-Match") is None


def test_tags_go_to_the_address_that_gave_them_alone(site: Site, fetcher: Fetchers) -> None:
    site.pages["/a"] = said("302 Found", b"", "Location: /b")
    ferry(site, "/b", 'ETag: "v1"')
    article(fetcher(), site("/a"))
    article(fetcher(), site("/a"))
    assert site.header("/a", "If-None-Match") is None
    assert site.header("/b", "If-None-Match") == '"v1"'


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (said("404 Not Found"), "the server answered 404 Not Found"),
        (said("410 Gone"), "the server answered 410 Gone"),
        (said("503 Service Unavailable"), "the server answered 503 Service Unavailable"),
        (b"nonsense", "the answer broke off: "),
        (said("302 Found", b"", "Location: http://10.0.0.5/"), "10.0.0.5 is no public address"),
        (said("200 OK", "<html><body>Back soon</body></html>"), "no article text was found"),
        (said("200 OK"), "the file is empty"),
    ],
)
def test_page_that_cannot_be_had_any_more_keeps_what_was_fetched(
    site: Site, fetcher: Fetchers, heard: list[str], answer: bytes, why: str
) -> None:
    address = ferry(site, "/a")
    before = article(fetcher(), address)
    site.pages["/a"] = answer
    assert article(fetcher(), address) == before
    (line,) = heard
    assert line.startswith("kept as fetched on 20")
    assert f": {address}: " in line
    assert why in line


def test_site_that_is_down_keeps_what_was_fetched(site: Site, fetcher: Fetchers, heard: list[str]) -> None:
    address = ferry(site, "/a")
    before = article(fetcher(), address)
    assert article(fetcher(network=network(leads={"news.test": []})), address) == before
    assert "news.test was not found" in heard[0]


def ids(fetcher: Fetcher, *addresses: str) -> list[str]:
    return [one.id if isinstance(one, Article) else one.reason for one in read(fetcher, *addresses)]


def test_what_a_feed_gives_no_more_stays_on_record(site: Site, fetcher: Fetchers, heard: list[str]) -> None:
    site.pages["/feed"] = said("200 OK", feed(2, 1))
    assert ids(fetcher(), site("/feed")) == ["tag:2", "tag:1"]
    site.pages["/feed"] = said("200 OK", feed(4, 3, 2, words="Else."))
    assert ids(fetcher(), site("/feed")) == ["tag:1", "tag:4", "tag:3", "tag:2"]
    site.pages["/feed"] = said("200 OK", feed(4), 'ETag: "v1"')
    assert ids(fetcher(), site("/feed")) == ["tag:2", "tag:1", "tag:3", "tag:4"]
    for answer in (said("304 Not Modified"), said("404 Not Found"), said("200 OK", "<rss></rss>")):
        site.pages["/feed"] = answer
        found = read(fetcher(), site("/feed"))
        assert [one.id for one in found if isinstance(one, Article)] == ["tag:2", "tag:1", "tag:3", "tag:4"]
        assert isinstance(found[0], Article)
        assert found[0].text == "Else. (2)"
    assert len(heard) == 2


def test_entry_under_another_id_is_not_given_twice(site: Site, fetcher: Fetchers) -> None:
    site.pages["/feed"] = said("200 OK", feed(1))
    ids(fetcher(), site("/feed"))
    site.pages["/feed"] = said("200 OK", feed(1).replace("tag:1", "tag:one"))
    assert ids(fetcher(), site("/feed")) == ["tag:one"]


def test_page_is_no_list_and_gives_one_article_however_often_it_changes(site: Site, fetcher: Fetchers) -> None:
    address = ferry(site, "/a")
    before = article(fetcher(), address)
    site.pages["/a"] = said("200 OK", page("“It sinks,” Imran Khan said."))
    assert article(fetcher(), address).id != before.id


def test_without_a_file_nothing_is_remembered(site: Site, fetcher: Fetchers, tmp_path: Path) -> None:
    one = fetcher(kept=None)
    article(one, ferry(site, "/a"))
    site.pages["/a"] = said("404 Not Found")
    assert reason(one, site("/a")) == "the server answered 404 Not Found"
    assert list(tmp_path.iterdir()) == []
