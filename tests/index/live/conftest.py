"""Articles added to the small index, and the same articles rebuilt: both must answer alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from index.embedding import encoded
from index.live.worked import Made, Worked
from index.types import Article

Work = Callable[[Article], Worked]


@pytest.fixture
def work(encoder: Any, extractor: Any) -> Work:
    """An article worked as a rebuild with the fakes works it."""
    # A module of the suite is found by its path alone, and this one needs what the one above it has.
    from tests.conftest import PASSAGES

    def worked(article: Article) -> Worked:
        passages = PASSAGES.make(article, extractor.known.get(article.id, ()))
        vectors = encoded(encoder, [passage.embedded for passage in passages]).astype(np.float32)
        return Worked(article, passages, vectors, Made(extractor.version, PASSAGES.version, encoder.fingerprint))

    return worked


@pytest.fixture
def many(articles: Sequence[Article], extractor: Any) -> list[Article]:
    """Every article five times under other ids, dates shifted, with a dull one beside each."""
    made = []
    for number in range(5):
        for article in articles:
            id_ = f"{article.id}-{number}"
            extractor.known[id_] = tuple(
                dataclasses.replace(one, quotation=dataclasses.replace(one.quotation, article_id=id_))
                for one in extractor.known[article.id]
            )
            told: dict[str, Any] = {
                "authors": (f"Ada {number}",),
                "section": "Harbour",
                "agency": "AP" if number else None,
            }
            day = None if article.date is None else article.date.replace(day=1 + number)
            made += [
                dataclasses.replace(article, id=id_, date=day, **told),
                Article(f"dull-{id_}", "Nobody said a word."),
            ]
    return made


def answers(searcher: Any) -> dict[str, Any]:
    """Everything that a searcher tells, without the name of its generation, scores rounded."""
    from index.queries import Filters, Query

    found: dict[str, Any] = {}
    questions = ("ferry crossing", "What did Khan say about the war of attrition?", "tonight", "Who spoke of floods?",
                 "What did Imran Kahn say?", "What did the flood engineer say?")  # fmt: skip
    filters = (
        Filters(),
        Filters(sources=("Gazette",)),
        Filters(kinds=("direct",)),
        Filters(kinds=("person",)),
        Filters(speakers=("imran-khan",)),
        Filters(authors=("ada 1",), sections=("harbour",)),
        Filters(agencies=("Associated Press",)),
    )
    for mode in ("hybrid", "semantic", "lexical"):
        for question in questions:
            for one in filters:
                answer = searcher.search(Query(question, one, limit=100, mode=mode))
                hits = [
                    (
                        hit.article.id,
                        hit.passage.attribution.quotation.id,
                        round(hit.score, 3),
                        hit.also_in,
                        None if hit.passage.attribution.speaker is None else hit.passage.attribution.speaker.id,
                        hit.highlights,
                    )
                    for hit in answer.hits
                ]
                facts = (answer.answered, answer.total, _in_order(answer.understood), answer.facets)
                found[f"{mode} {question} {one}"] = (facts, hits)
    page = searcher.speakers()
    found["speakers"] = (page.total, page.speakers)
    found["some speakers"] = searcher.speakers("khan", 1, 1).speakers
    for record in page.speakers:
        id_ = record.speaker.id
        listing = searcher.speaker_quotations(id_, limit=100)
        found[f"speaker {id_}"] = (
            searcher.speaker(id_),
            listing.total,
            [(hit.passage, hit.article.id, hit.also_in) for hit in listing.hits],
            searcher.roles(id_),
            searcher.activity(id_),
        )
    for quote in ("The ferry carries six hundred people a day", "Nobody asked the engineer", "every ferry is free"):
        verified = searcher.verify(quote)
        found[f"verify {quote}"] = (
            verified.verdict,
            verified.total,
            [(match.hit.article.id, match.hit.also_in, match.similarity) for match in verified.matches],
        )
    counts = searcher.manifest.counts
    found["counts"] = counts
    return found


def _in_order(understood: Any) -> Any:
    """Those who go by one name are given in the order in which they came to be known, which is another."""
    guesses = tuple(dataclasses.replace(guess, speakers=tuple(sorted(guess.speakers))) for guess in understood.guesses)
    speakers = tuple(sorted(understood.speakers))
    return dataclasses.replace(understood, speakers=speakers, guesses=guesses)
