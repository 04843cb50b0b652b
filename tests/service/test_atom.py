from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Attribution, Hit, Passage, Quotation, Speaker
from service import atom
from service.atom import Head, feed

HEAD = Head(
    "search x",
    "“x” · attributed",
    "https://q.example/api/search.atom?q=x&a=b",
    "https://q.example/?q=x",
    "2026-02-27T10:11:12+00:00",
)
ARTICLE = Article(
    "strikes-1",
    "First. “Attacks <b>will</b> continue,” he said. ]]> Last.",
    title="Strikes & <script>alert(1)</script>",
    date=dt.date(2026, 2, 7),
    source="Al Jazeera",
    url="https://example.org/strikes?a=1&b=2",
)
BAHISS = Speaker("tameem-bahiss", "Tameem Bahiss", "person", roles=("a Kabul-based analyst",))
A = f"{{{atom.NAMESPACE}}}"


def hit(
    text: str = "Attacks <b>will</b> continue,", article: Article = ARTICLE, speaker: Speaker | None = BAHISS
) -> Hit:
    start = article.text.index(text)
    quotation = Quotation(article.id, "direct", (article.span(start, start + len(text)),))
    attribution = Attribution(quotation, speaker, "name" if speaker else None, 0.9 if speaker else 0.0)
    return Hit(1, None, Passage(attribution, article.span(0, len(article.text)), "text"), article)


def link(id_: str) -> str:
    return f"https://q.example/quotations/{id_}"


def read(hits: list[Hit], head: Head = HEAD) -> Any:
    found = feedparser.parse(feed(head, hits, link))
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def test_a_feed_names_itself_its_page_and_when_it_was_made() -> None:
    found = read([]).feed
    assert found.title == "“x” · attributed"
    assert found.updated == "2026-02-27T10:11:12+00:00"
    assert [(one.rel, one.href) for one in found.links] == [("self", HEAD.own), ("alternate", HEAD.page)]
    assert found.author == "attributed"
    assert uuid.UUID(found.id.removeprefix("urn:uuid:")).version == 5


def test_an_entry_is_by_the_speaker_of_the_day_of_the_article_and_links_to_both() -> None:
    one = hit()
    (entry,) = read([one]).entries
    assert entry.title == "Tameem Bahiss: Attacks <b>will</b> continue,"
    assert entry.title_detail.type == "text/plain"
    assert entry.author == "Tameem Bahiss"
    assert (entry.published, entry.updated) == ("2026-02-07T00:00:00Z", "2026-02-07T00:00:00Z")
    address = link(one.passage.attribution.quotation.id)
    assert [(one.rel, one.href) for one in entry.links] == [("alternate", address), ("related", ARTICLE.url)]
    assert entry.summary.startswith("“Attacks <b>will</b> continue,” — Tameem Bahiss, a Kabul-based analyst, *Strikes")


def test_nothing_of_an_article_is_markup() -> None:
    root = ET.fromstring(feed(HEAD, [hit()], link))
    content = root.find(f"{A}entry/{A}content")
    assert content is not None
    assert content.get("type") == "html"
    address = link(hit().passage.attribution.quotation.id)
    assert content.text == (
        "<blockquote><p>First. “<mark>Attacks &lt;b&gt;will&lt;/b&gt; continue,</mark>” he said. ]]&gt; Last.</p>"
        "</blockquote><p>Tameem Bahiss, a Kabul-based analyst. "
        f'<a href="{address}">Strikes &amp; &lt;script&gt;alert(1)&lt;/script&gt;, Al Jazeera, 7 February 2026</a></p>'
    )


def test_an_entry_of_which_nothing_is_known() -> None:
    article = Article("bare", "“Words,” one heard.", url="javascript:alert(1)")
    (entry,) = read([hit("Words,", article, None)]).entries
    assert entry.author == "somebody whom the article does not name"
    assert entry.updated == atom.UNDATED
    assert "published" not in entry
    assert [one.rel for one in entry.links] == ["alternate"]


def test_ids_are_the_same_for_the_same_text_and_name_nothing_of_this_place() -> None:
    one = hit()
    elsewhere = Head(HEAD.about, "t", "http://other/a", "http://other/b", "2030-01-01T00:00:00+00:00")
    here, there = read([one]), feedparser.parse(feed(elsewhere, [one], lambda id_: f"http://other/{id_}"))
    assert here.entries[0].id == there.entries[0].id
    assert here.feed.id == there.feed.id
    assert here.entries[0].id != read([hit("First.")]).entries[0].id


_text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
_name = _text.filter(lambda text: bool(text.strip()))


@given(
    words=_name,
    title=st.none() | _text,
    source=st.none() | _text,
    url=st.none() | _text | _text.map("https://example.org/".__add__),
    name=_name,
    about=_text,
)
def test_any_text_makes_a_feed_that_parses(
    words: str, title: str | None, source: str | None, url: str | None, name: str, about: str
) -> None:
    article = Article("a", f"<p>{words}</p>", title=title, source=source, url=url)
    head = Head(about, about, HEAD.own, HEAD.page, HEAD.updated)
    written = feed(head, [hit(words, article, Speaker("s", name, "group"))], link)
    root = ET.fromstring(written)
    assert [child.tag for child in root if child.tag == f"{A}entry"] == [f"{A}entry"]
    content = root.findtext(f"{A}entry/{A}content") or ""
    tags = re.findall(r"</?(\w+)", content)
    assert set(tags) <= {"blockquote", "p", "mark", "a"}
    assert len(tags) == 10
    assert written == feed(head, [hit(words, article, Speaker("s", name, "group"))], link)
