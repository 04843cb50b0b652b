from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest

from index.build import PassageMaker
from index.encoder import default_encoder
from index.evaluation import questions as asking
from index.evaluation.articles import read_articles
from index.evaluation.asked import Asked, AskedQuestion, Kind, Split, read_asked
from index.evaluation.attribution import GoldArticle, Quote
from index.evaluation.commands import ARTICLES, QUESTIONS
from index.evaluation.floors import FLOORS, fallen, read_floors
from index.extraction import SieveExtractor
from index.types import Article, Attribution, Passage, Quotation, Speaker

ANA = Speaker("ana-diaz", "Ana Diaz", "person", ("Diaz",))
BO = Speaker("bo-li", "Bo Li", "person")
AIDE = Speaker("an-aide@war", "an aide", "unnamed")
SAID = {
    "bridge": (("The bridge survives winter.", ANA), ("A ferry opens in spring.", BO)),
    "war": (("The war is over.", AIDE), ("A ceasefire was never near.", ANA)),
}


def gold(name: str) -> GoldArticle:
    text = " ".join(f"“{words}” {speaker.name} said." for words, speaker in SAID[name])
    places = [(text.index(words), text.index(words) + len(words)) for words, _ in SAID[name]]
    return GoldArticle(Article(name, text), tuple(Quote((place,)) for place in places))


GOLD = [gold(name) for name in SAID]


class Sayings:
    version = "sayings"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            assert article.date == dt.date(2026, 2, 1)
            yield tuple(self._said(article, *saying) for saying in SAID[article.id])

    def _said(self, article: Article, words: str, speaker: Speaker) -> Attribution:
        start = article.text.index(words)
        quotation = Quotation(article.id, "direct", (article.span(start, start + len(words)),))
        return Attribution(quotation, speaker, "by hand", 1.0)


def passages(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
    return tuple(
        Passage(one, article.span(one.quotation.start, one.quotation.end), one.quotation.text) for one in attributions
    )


def question(
    text: str, kind: Kind, *answers: tuple[str, int, int], split: Split = "tune", speaker: str | None = None
) -> AskedQuestion:
    relevant = {(article, number, 0): grade for article, number, grade in answers}
    return AskedQuestion(text, split, kind, relevant, speaker, f"{split}.toml:1")


ASKED = (
    question("bridge winter", "plain", ("bridge", 1, 2), ("bridge", 2, 1)),
    question("ferry spring bridge", "keywords", ("bridge", 1, 2), ("bridge", 2, 1)),
    question("What did Diaz say about a ceasefire?", "named", ("war", 2, 2), speaker="Ana Diaz"),
    question("war", "role", ("war", 1, 2), speaker="Ana Diaz", split="report"),
    question("zebras", "far"),
    question("bridge tonight", "near", split="report"),
)


@pytest.fixture
def outcomes(encoder: Any) -> list[asking.Outcome]:
    days = dict.fromkeys(SAID, dt.date(2026, 2, 1))
    return asking.ask(Asked(ASKED, days), GOLD, Sayings(), encoder, PassageMaker("words", passages))


def test_every_question_is_asked_in_every_mode_and_once_more_with_a_name_misspelt(
    outcomes: list[asking.Outcome], encoder: Any
) -> None:
    texts = [one.question.text for one in outcomes if one.mode == "lexical"]
    assert texts == [one.text for one in ASKED] + ["What did Diaaz say about a ceasefire?"]
    assert len(outcomes) == 3 * len(texts)
    assert encoder.asked.count("zebras") == 1


def test_rankings_by_hand(outcomes: list[asking.Outcome]) -> None:
    hybrid = asking.rankings(asking.in_split(outcomes, "tune"))["hybrid"]
    # 3 at rank 1 and 1 at rank 2 is the best order
    assert hybrid["plain"]["best first"] == 100.0
    # grade 1 comes first: (1 + 3 / log2(3)) / (3 + 1 / log2(3))
    assert hybrid["keywords"] == {
        "questions": 1,
        "with speaker": 0,
        "ndcg@10": 0.7967,
        "ndcg@5": 0.7967,
        "best first": 0.0,
        "speaker first": None,
    }
    assert hybrid["named"]["speaker first"] == 100.0
    assert hybrid["all"]["questions"] == 3
    assert list(hybrid) == ["all", "plain", "keywords", "named", "misspelt"]


def test_words_of_an_unnamed_source_are_nobodys(outcomes: list[asking.Outcome]) -> None:
    hybrid = asking.rankings(asking.in_split(outcomes, "report"))["hybrid"]
    assert (hybrid["role"]["best first"], hybrid["role"]["speaker first"]) == (100.0, 0.0)


def outcome(kind: Kind, bearing: float, *, relevant: bool) -> asking.Outcome:
    asked = question(f"{kind} {bearing}", kind, *([("bridge", 1, 2)] if relevant else []))
    return asking.Outcome(asked, asking.DECIDING, [2], None, "", bearing, bearing >= 0)


def test_decisions_by_hand() -> None:
    figures, curve = asking.decisions(
        [
            outcome("plain", 0.4, relevant=True),
            outcome("plain", 0.1, relevant=True),
            outcome("named", -0.1, relevant=True),
            outcome("misspelt", -0.9, relevant=True),  # is not counted
            outcome("near", 0.2, relevant=False),
            outcome("far", -0.3, relevant=False),
        ]
    )
    assert figures == {
        "answerable": 3,
        "unanswerable": 2,
        "area": 0.6667,  # .4 over both, .1 and -.1 over one: 4 of 6
        "misses": 33.3,
        "false alarms": 50.0,
        "area, near": 0.3333,
        "false alarms, near": 100.0,
        "area, far": 1.0,
        "false alarms, far": 0.0,
    }
    assert curve == {"0": 50.0, "1": 50.0, "2": 50.0, "5": 50.0, "10": 50.0, "20": 50.0}


def test_slack_is_one_question_of_those_that_a_figure_counts(outcomes: list[asking.Outcome]) -> None:
    slack = asking.slack(outcomes)
    assert list(slack) == list(asking.pinned(outcomes))
    assert set(asking.FEWER) <= set(slack)
    assert slack["tune best first"] == pytest.approx(33.4, abs=0.1)
    assert slack["tune hybrid ndcg@10"] == pytest.approx(0.334, abs=0.001)


def test_faults_of_report_are_never_told(outcomes: list[asking.Outcome]) -> None:
    assert "report.toml" not in asking.printed(outcomes, errors=True)
    assert "keywords, tune.toml:1: ferry spring bridge -> Bo Li: A ferry opens in spring." in asking.printed(
        outcomes, errors=True
    )


@pytest.mark.model
def test_no_figure_of_the_projects_questions_is_below_its_floor() -> None:
    gold = [one.gold for one in read_articles(ARTICLES)]
    outcomes = asking.ask(read_asked(QUESTIONS, gold), gold, SieveExtractor(), default_encoder())
    floors, figures = read_floors(QUESTIONS / FLOORS), asking.pinned(outcomes)
    assert sorted(floors) == sorted(figures)
    assert fallen(figures, floors, asking.FEWER, asking.slack(outcomes)) == []
