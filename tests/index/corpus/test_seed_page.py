"""The seed article as a reader would have saved it from the paper's site: the same quotations, the same speakers."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from index.extraction import SieveExtractor
from index.types import Article, Attribution
from tests.index.corpus.conftest import article

ROOT = Path(__file__).parents[3]
SEED = (ROOT / "seeds" / "2026-02-27-pakistan-afghanistan-open-war.txt").read_text(encoding="utf-8")
GOLD = [json.loads(line) for line in (ROOT / "tests/seed/quotations.jsonl").read_text(encoding="utf-8").splitlines()]
ADDRESS = "https://paper.example/features/2026/2/27/open-war"
CODES = {"“": "&ldquo;", "”": "&#8221;", "‘": "&#x2018;", "’": "&rsquo;", "–": "&ndash;", "&": "&amp;"}


def page() -> str:
    """The seed's paragraphs, every other one with its marks as entities, amid what a site puts around an article."""
    (_, date, standfirst), *paragraphs = (
        re.split(r"\n\s*\n", SEED.strip())[0].split(" ", 2),
        *re.split(r"\n\s*\n", SEED.strip())[1:],
    )
    blocks = [
        f"<p>{''.join(CODES.get(sign, sign) for sign in text) if number % 2 else text.replace('&', '&amp;')}</p>"
        for number, text in enumerate(paragraphs)
    ]
    repeated = next(text for text in paragraphs if "“" in text).partition("“")[2].partition("”")[0]
    blocks.insert(6, f'<aside class="article-pullquote"><blockquote><p>“{repeated}”</p></blockquote></aside>')
    blocks.insert(
        3,
        '<figure><img src="border.jpg"><figcaption class="wp-caption-text">“We wait here every day,” a driver said at'
        " the border post on Friday [Ada Holm/Northwire]</figcaption></figure>",
    )
    blocks.insert(
        9,
        '<div class="related-articles"><h3>Related</h3><ul><li><a href="/a">“No way back,” says minister</a></li>'
        '<li><a href="/b">Timeline of the border</a></li></ul></div>',
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Open war | The Paper</title>
<link rel="canonical" href="{ADDRESS}"><meta property="og:site_name" content="The Paper">
<meta property="og:title" content="{standfirst}"><meta property="article:published_time" content="{date}T18:00:00Z">
<script>window.data = {{"quote": "“Nobody said this,” he said"}};</script></head>
<body><header><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav></header>
<div id="cookie-banner" class="cookie-consent"><p>We use cookies.</p><button>Accept</button></div>
<main><article><div class="article-body">{"".join(blocks)}</div></article>
<aside class="sidebar"><h2>Most read</h2><ol><li><a href="/c">Ferry fares rise</a></li></ol></aside></main>
<footer><p>© 2026 The Paper. All rights reserved.</p></footer></body></html>"""


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[Article, tuple[Attribution, ...]]:
    found = article(tmp_path_factory.mktemp("saved"), page(), "Open war.html")
    return found, next(iter(SieveExtractor().extract([found])))


def test_text_is_the_seed_without_its_header_and_nothing_of_the_site(
    read: tuple[Article, tuple[Attribution, ...]],
) -> None:
    words = " ".join(re.sub(r"\n\s*\n", "\n\n", SEED.strip()).partition("\n\n")[2].split())
    assert " ".join(read[0].text.split()) == words
    assert (read[0].date, read[0].source, read[0].url) == (dt.date(2026, 2, 27), "The Paper", ADDRESS)


def test_the_same_27_quotations_have_the_same_speakers(read: tuple[Article, tuple[Attribution, ...]]) -> None:
    quoted = [found for found in read[1] if found.quotation.kind != "indirect"]
    gold = [one for one in GOLD if one["kind"] != "scare"]
    assert len(quoted) == len(gold) == 27
    for one, found in zip(gold, quoted, strict=True):
        assert one["text"] in read[0].text[found.quotation.start : found.quotation.end]
        assert found.speaker is not None
        assert found.speaker.name == one["speaker"]
