from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from index.types import Article
from tests.index.corpus.conftest import article, read, reason

SAID = "“We shall not go back,” she said."


def rss(*items: str) -> str:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>The Paper</title>{inner}</channel></rss>"
    )


def test_entry_gives_its_content_and_not_its_summary_too(tmp_path: Path) -> None:
    item = (
        "<title>No way &amp; no going back</title><link>https://paper.example/1</link><guid>tag:1</guid>"
        "<pubDate>Fri, 27 Feb 2026 23:30:00 -0500</pubDate><description>The minister spoke.</description>"
        f"<content:encoded><![CDATA[<p>The minister spoke.</p><p>{SAID}</p><blockquote><p>So be it.</p></blockquote>"
        '<p>The post <a href="/">No way</a> appeared first on <a href="/">The Paper</a>.</p>]]></content:encoded>'
    )
    assert article(tmp_path, rss(item), "a.xml") == Article(
        "tag:1",
        f"The minister spoke.\n\n{SAID}\n\n> So be it.",
        "No way & no going back",
        dt.date(2026, 2, 27),
        "The Paper",
        "https://paper.example/1",
    )


def test_entry_without_content_gives_its_summary_and_one_without_both_a_reason(tmp_path: Path) -> None:
    first, second = read(tmp_path, rss(f"<description>{SAID}</description>", "<title>T</title>"), "a.rss")
    assert isinstance(first, Article)
    assert first.text == SAID
    assert str(second).endswith("a.rss: article 2 of it: the entry has neither content nor summary")


def test_atom_with_xhtml_content_keeps_the_day_of_its_own_clock(tmp_path: Path) -> None:
    text = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Paper</title><entry><id>a</id><title>T</title>'
        '<updated>2026-02-27T00:30:00+05:00</updated><link href="https://paper.example/a"/><content type="xhtml">'
        f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{SAID}</p><p>Two.</p></div></content></entry></feed>'
    )
    found = article(tmp_path, text, "noise")
    assert (found.text, found.date, found.url) == (f"{SAID}\n\nTwo.", dt.date(2026, 2, 27), "https://paper.example/a")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (rss(), "the feed holds no entry"),
        ("<rss><channel><item>", "neither content nor summary"),
        ('<!DOCTYPE rss [<!ENTITY a "b">]>' + rss("<title>&a;</title>"), "declares entities of its own"),
        ("plain words", "the feed holds no entry"),
    ],
)
def test_feed_without_entries_is_named(tmp_path: Path, text: str, told: str) -> None:
    assert told in reason(tmp_path, text, "a.rss")


def test_file_that_is_no_feed_is_not_taken_for_the_name_of_one(tmp_path: Path) -> None:
    other = tmp_path / "private"
    other.write_text(rss(f"<description>{SAID}</description>"), encoding="utf-8")
    assert reason(tmp_path, str(other), "a.xml").startswith("the feed holds no entry")
