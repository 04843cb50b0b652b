from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from index.build import PassageMaker
from index.errors import SourceError
from index.evaluation import retrieval
from index.types import Article, Attribution, Passage

DOCUMENTS = [
    {"_id": "d1", "title": "", "text": "The bridge will not survive another winter flood."},
    {"_id": "d2", "title": "Ferry", "text": "It carries six hundred people a day.", "speaker": "Imran Khan"},
    {"_id": "d3", "title": "Border war", "text": " "},
    {"_id": "d4", "text": ""},
]
QUERIES = [
    {"_id": "q1", "text": "winter flood"},
    {"_id": "q2", "text": "people"},
    {"_id": "q3", "text": "soldiers"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t2\nq2\td1\t1\nq3\td3\t0\nq9\td1\t1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, rows in (("corpus", DOCUMENTS), ("queries", QUERIES)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text(QRELS, encoding="utf-8")
    return tmp_path


def make(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
    return tuple(Passage(one, article.span(0, len(article.text)), one.quotation.text) for one in attributions)


def test_collection_is_read_with_titles_for_empty_texts_and_judged_queries_alone(folder: Path) -> None:
    collection = retrieval.read_collection(folder)
    assert [(article.id, article.text, article.title, speaker) for article, speaker in collection.documents] == [
        ("d1", "The bridge will not survive another winter flood.", None, None),
        ("d2", "It carries six hundred people a day.", "Ferry", "Imran Khan"),
        ("d3", "Border war", "Border war", None),
    ]
    assert collection.queries == {"q1": "winter flood", "q2": "people"}
    assert collection.judgments["q2"] == {"d2": 2, "d1": 1}


def test_figures_of_each_mode_by_hand(folder: Path, encoder: Any) -> None:
    figures = retrieval.evaluate(retrieval.read_collection(folder), encoder, PassageMaker("whole", make))
    # Words find d1 for q1, and of q2's two documents d2 alone: 3 / (3 + 1 / log2 3) = 0.8262, half of what is relevant.
    assert figures["lexical"] == {"ndcg@10": 0.9131, "recall@10": 0.75, "mrr@10": 1.0}
    # Vectors list every document, d2 first for q2; d1 and d3 share one dimension with it, d3 the more.
    assert figures["semantic"]["mrr@10"] == 1.0
    assert figures["semantic"]["recall@10"] == 1.0
    assert set(figures) == {"lexical", "semantic", "hybrid"}


def test_whole_text_is_one_quotation_of_its_speaker() -> None:
    article = Article("d2", "It carries people.")
    ((attribution,),) = retrieval.WholeTexts({"d2": "Imran Khan"}).extract([article])
    assert attribution.quotation.text == article.text
    assert attribution.speaker is not None
    assert (attribution.speaker.id, attribution.speaker.name) == ("imran-khan", "Imran Khan")
    ((unnamed,),) = retrieval.WholeTexts({"d2": None}).extract([article])
    assert unnamed.speaker is None


def test_printed_figures_are_a_table() -> None:
    assert retrieval.printed({"lexical": {"ndcg@10": 0.5, "mrr@10": 1.0}}) == (
        "               ndcg@10      mrr@10\nlexical         0.5000      1.0000"
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("corpus.jsonl", "{", r"corpus\.jsonl cannot be read"),
        ("corpus.jsonl", "[1]", r"corpus\.jsonl:1: a line must be an object"),
        ("corpus.jsonl", '{"_id": "x", "text": 3}', r'corpus\.jsonl:1: "text" must be plain text, not 3'),
        ("corpus.jsonl", '{"_id": "x", "text": "a\\ud800"}', r'corpus\.jsonl:1: "text" must be plain text'),
        ("corpus.jsonl", '{"text": "x"}', r'corpus\.jsonl:1: no "_id"'),
        ("corpus.jsonl", "", "holds no document"),
        ("queries.jsonl", '{"_id": "q1"}', r'queries\.jsonl:1: no "text"'),
        ("qrels.tsv", "header\nq1\td1\n", r"qrels\.tsv cannot be read"),
        ("qrels.tsv", "header\nq1\td1\tmuch\n", r"qrels\.tsv cannot be read"),
        ("qrels.tsv", "header\n", "no judged query"),
    ],
)
def test_bad_collection_names_the_file(folder: Path, name: str, content: str, message: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        retrieval.read_collection(folder)


def test_missing_collection_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"qrels\.tsv cannot be read"):
        retrieval.read_collection(tmp_path)
