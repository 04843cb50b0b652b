"""The real extractor and the real model: articles that were added answer as those of a rebuild do."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from index.build import default_passages, rebuild
from index.encoder import default_encoder
from index.evaluation.articles import read_articles
from index.extraction import SieveExtractor
from index.live.working import OwnWorker
from index.live.writer import Live
from index.queries import Mode, Query
from index.searcher import Searcher
from index.standing import Standing
from index.types import Article

ARTICLES = Path(__file__).parents[2] / "articles"
QUESTIONS = (
    "Who warned of rising costs?",
    "What did the mayor say about the plan?",
    "Will the strike go on?",
    "Did anybody praise the judges?",
)


def _articles() -> list[Article]:
    """Some articles written for the tests, dated, and one of them again in another paper."""
    texts = [one.gold.article for one in read_articles(ARTICLES)][::5]
    made = [
        Article(one.id, one.text, one.text.partition("\n")[0], dt.date(2026, 1 + number % 9, 3), f"Paper {number % 3}")
        for number, one in enumerate(texts)
    ]
    return [*made, Article("again", made[3].text, made[3].title, dt.date(2026, 11, 2), "Paper 4")]


def _told(searcher: Searcher, question: str, mode: Mode) -> tuple[Any, dict[str, Any], dict[str, float | None]]:
    """What is told of the whole answer, each hit, and its score. Their order follows from the scores."""
    pages = [searcher.search(Query(question, limit=100, offset=offset, mode=mode)) for offset in (0, 100)]
    hits = {hit.passage.attribution.quotation.id: hit for page in pages for hit in page.hits}
    shown = {id_: (hit.passage, hit.article, hit.also_in, hit.highlights) for id_, hit in hits.items()}
    understood = pages[0].understood
    taken = understood.searched, set(understood.speakers), set(understood.likely)
    return (pages[0].total, taken), shown, {id_: hit.score for id_, hit in hits.items()}


@pytest.mark.model
def test_added_articles_answer_as_rebuilt_ones(tmp_path: Path) -> None:
    articles = _articles()
    encoder, extractor, passages = default_encoder(), SieveExtractor(), default_passages()

    def build(given: list[Article], data: Path) -> None:
        rebuild(given, data, extractor=extractor, encoder=encoder, passages=passages)

    build(articles[:12], tmp_path / "data")
    standing = Standing(tmp_path / "data", encoder)
    live = Live(tmp_path / "data", standing, OwnWorker(extractor, encoder, passages))
    try:
        for article in articles[12:]:
            assert live.add([article])[0].status == "added"
        live.remove(articles[5].id)
        added = live.searcher()
        build([one for one in articles if one.id != articles[5].id], tmp_path / "whole")
        with Searcher.open(tmp_path / "whole", encoder) as whole:
            assert added.manifest.counts == whole.manifest.counts
            assert added.manifest.counts.passages > 100
            for question in QUESTIONS:
                for mode in ("hybrid", "semantic", "lexical"):
                    one, other = (_told(searcher, question, mode) for searcher in (added, whole))
                    assert one[:2] == other[:2]
                    # The 8-bit model gives a text's numbers by what is encoded with it: one, or a batch.
                    assert one[2] == pytest.approx(other[2], abs=1e-3)
            page = added.speakers(limit=100)
            assert page.speakers == whole.speakers(limit=100).speakers
            for record in page.speakers:
                listings = [one.speaker_quotations(record.speaker.id, limit=100) for one in (added, whole)]
                assert [(hit.passage, hit.also_in) for hit in listings[0].hits] == [
                    (hit.passage, hit.also_in) for hit in listings[1].hits
                ]
    finally:
        live.close()
        standing.close()
