from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.build import PassageMaker
from index.errors import SourceError
from index.evaluation import seed
from index.evaluation.commands import SEED_ARTICLE, SEED_GOLD
from index.types import Article, Attribution, Passage, Quotation, Speaker

TEXT = (
    "“The bridge is shut,” Ana Diaz said, calling it “too old”. A “modern” ferry runs. Diaz said people like the ferry."
)
ANA = Speaker("ana-diaz", "Ana Diaz", "person")


def place(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def item(n: int, kind: str, speaker: str | None, words: str) -> dict[str, object]:
    start, end = place(words)
    return {"n": n, "kind": kind, "speaker": speaker, "start": start, "end": end, "text": words}


QUESTIONS = [
    {"id": "1", "question": "bridge", "relevant": {"0": 2, "100": 1}},
    {"id": "2", "question": "ferry people", "relevant": {"100": 2}},
    {"id": "3", "question": "soldiers", "relevant": {}},
]


@pytest.fixture
def gold(tmp_path: Path) -> seed.Gold:
    article = tmp_path / "a.jsonl"
    article.write_text(json.dumps({"id": "a", "text": TEXT}), encoding="utf-8")
    files = {
        "quotations": [
            item(0, "direct", "Ana Diaz", "The bridge is shut"),
            item(1, "fragment", "Ana Diaz", "too old"),
            item(2, "scare", None, "modern"),
        ],
        "indirect": [item(100, "indirect", "Ana Diaz", "people like the ferry")],
        "questions": QUESTIONS,
    }
    for name, rows in files.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return seed.read_gold(article, tmp_path)


def said(kind: Any, words: str, speaker: Speaker | None = ANA) -> Attribution:
    start, end = place(words)
    quotation = Quotation("a", kind, (Article("a", TEXT).span(start, end),))
    return Attribution(quotation, speaker, "by hand", 1.0) if speaker else Attribution(quotation)


RIGHT = [
    said("direct", "The bridge is shut,"),
    said("mixed", "calling it “too old"),
    said("indirect", "people like the ferry."),
]


def test_right_attributions_find_everything(gold: seed.Gold) -> None:
    assert seed.compare(gold, RIGHT) == (
        {"found": 2, "attributed": 2, "of": 2, "spurious": 0},
        {"found": 1, "attributed": 1, "of": 1},
        [],
    )


def test_wrong_attributions_are_counted_and_named(gold: seed.Gold) -> None:
    wrong = [
        said("direct", "The bridge is shut", None),  # found, nobody named
        said("direct", "modern"),  # a scare quote
        said("indirect", "like"),  # under 60 % of the gold words
        said("indirect", TEXT[37:]),  # all of them, yet under 40 % of its own
    ]
    quotations, indirect, faults = seed.compare(gold, wrong)
    assert quotations == {"found": 1, "attributed": 0, "of": 2, "spurious": 1}
    assert indirect == {"found": 0, "attributed": 0, "of": 1}
    assert faults == [
        "direct of Ana Diaz, given to None: The bridge is shut",
        "fragment of Ana Diaz, missed: too old",
        "indirect of Ana Diaz, missed: people like the ferry",
        "spurious direct: modern",
    ]


def test_name_of_a_description_is_no_name(gold: seed.Gold) -> None:
    aide = Speaker("an-ana-diaz@a", "Ana Diaz", "unnamed")
    assert seed.compare(gold, [said("direct", "The bridge is shut", aide)])[0]["attributed"] == 0


class Fixed:
    version = "fixed"

    def extract(self, articles: object) -> Any:
        for _ in articles:  # type: ignore[attr-defined]
            yield tuple(RIGHT)


def passages(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
    return tuple(
        Passage(one, article.span(one.quotation.start, one.quotation.end), one.quotation.text) for one in attributions
    )


def test_questions_are_asked_of_a_built_index(gold: seed.Gold, encoder: Any) -> None:
    result = seed.evaluate(gold, Fixed(), encoder, PassageMaker("words", passages))
    # q1: its best item first, the other wherever it comes: at most 1; q2: its one item first.
    assert result.questions["best_first"] == 1.0
    assert result.questions["of"] == 2
    assert (result.questions["refused"], result.questions["of_unanswerable"]) == (1, 1)
    assert json.loads(json.dumps(result.as_json()))["quotations"]["found"] == 2
    last = seed.printed(result).splitlines()[-1]
    assert last.startswith("questions    nDCG@5 ")
    assert last.endswith("rightly refused 1/1")


def test_gold_that_is_not_in_the_article_is_refused(gold: seed.Gold, tmp_path: Path) -> None:
    (tmp_path / "indirect.jsonl").write_text(
        '{"n": 7, "kind": "indirect", "speaker": "x", "start": 0, "end": 3, "text": "abc"}', encoding="utf-8"
    )
    with pytest.raises(SourceError, match="item 7 is not what the article holds at 0:3"):
        seed.read_gold(tmp_path / "a.jsonl", tmp_path)


def test_missing_gold_is_named(gold: seed.Gold, tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").unlink()
    with pytest.raises(SourceError, match=r"questions\.jsonl cannot be read"):
        seed.read_gold(tmp_path / "a.jsonl", tmp_path)


def test_standing_gold_fits_the_seed_article() -> None:
    gold = seed.read_gold(SEED_ARTICLE, SEED_GOLD)
    kinds = [item.kind for item in gold.items]
    assert {kind: kinds.count(kind) for kind in kinds} == {"fragment": 5, "direct": 22, "scare": 1, "indirect": 15}
    numbers = {item.n for item in gold.items}
    assert len(numbers) == len(gold.items)
    assert all(question.relevant.keys() <= numbers for question in gold.questions)
    assert sum(bool(question.relevant) for question in gold.questions) == 14
    assert sum(not question.relevant for question in gold.questions) == 4
