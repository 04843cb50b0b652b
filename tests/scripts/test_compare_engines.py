"""Over milvus-lite; over a server the script itself does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from index.queries import Filters, Query
from scripts import compare_engines
from scripts.compare_engines import NAMES, compare, overlap, under


def _answer(*hits: tuple[str, float], total: int = 3) -> dict[str, Any]:
    return {"total": total, "facets": {}, "hits": [{"quotation": {"id": id_}, "score": score} for id_, score in hits]}


def test_the_share_of_hits_that_both_pages_have() -> None:
    one = _answer(("a", 1.0), ("b", 0.5))
    assert overlap(one, _answer(("b", 1.0), ("a", 0.5))) == 1.0
    assert overlap(one, _answer(("b", 1.0), ("c", 0.5))) == 0.5
    assert overlap(one, _answer(("a", 1.0))) == 0.5
    assert overlap(one, _answer()) == 0.0
    assert overlap(_answer(), _answer()) == 1.0


def test_pages_scores_and_counts_that_differ_are_counted() -> None:
    one = _answer(("a", 1.0), ("b", 0.5))
    found = under([(one, one), (one, _answer(("b", 0.51), ("a", 1.0))), (one, _answer(("a", 1.0), total=4))])
    assert (found.questions, found.same, found.other_counts) == (3, 1, 1)
    assert found.overlap == (1 + 1 + 0.5) / 3
    assert round(found.score, 6) == 0.01


def test_an_index_is_put_into_milvus_asked_and_brought_back(tmp_path: Path, articles: Any, build: Any) -> None:
    from tests.conftest import FakeEncoder

    data = tmp_path / "data"
    build(articles, data)
    queries = [
        ("none", Query("the ferry and the bridge")),
        ("kind", Query("winter flood", Filters(kinds=("direct",)))),
        ("none", Query("nothing that anybody said")),
    ]
    found = compare(data, f"milvus+lite://{tmp_path}/lite.db", queries, ["ferry"], tmp_path / "back", FakeEncoder())
    assert (found.overlap, found.back, found.faults) == (1.0, 0, [])
    assert [(name, one.questions, one.same) for name, one in found.filters.items()] == [("none", 2, 2), ("kind", 1, 1)]
    assert found.latency["milvus"].count == 3


def test_what_should_not_be_fails_the_command() -> None:
    made = compare_engines.Compared(100, "milvus://x", 0.98, {}, {}, {"there": 1.0, "back": 1.0}, 2)
    assert made.faults == ["overlap 0.9800, less than .99", "2 questions are answered otherwise by what came back"]
    assert compare_engines.printed(made)[-1] == "  fault: 2 questions are answered otherwise by what came back"


def test_every_filter_is_asked_as_often_as_the_others(monkeypatch: Any) -> None:
    from index.evaluation.made import MadeCorpus, sentences
    from scripts.benchmark import known_articles

    articles = known_articles()
    corpus = MadeCorpus(sentences(articles), 400)
    for _ in corpus:
        pass
    made = compare_engines.asked([article.text for article in articles], corpus)
    names = [name for name, _ in made]
    assert {name: names.count(name) for name in NAMES} == dict.fromkeys(NAMES, compare_engines.QUESTIONS // len(NAMES))
    assert len({query.text for _, query in made}) == compare_engines.QUESTIONS
    assert all(query.filters == Filters() for name, query in made if name == "none")
    assert all(query.filters != Filters() for name, query in made if name != "none")
