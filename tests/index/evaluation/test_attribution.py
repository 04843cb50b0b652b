from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from index.errors import SourceError
from index.evaluation.attribution import GoldArticle, Quote, compare, evaluate, printed, quote_of, read_gold
from index.types import Article, Attribution, Quotation, Speaker

#       0         1         2         3         4         5         6         7         8         9
TEXT = (
    "“We stay put here,” Ana Diaz said. “Nobody will go,” she added.\nAides said the storm “would pass” soon.\n“Noise.”"
)


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def quote(words: str, speaker: str | None = None, name: str | None = None, cue: str | None = None) -> Quote:
    mention = (at(speaker),) if speaker else ()
    return Quote((at(words),), speaker, None, mention, name, cue)


GOLD = GoldArticle(
    Article("a", TEXT),
    (
        quote("We stay put here,", "Ana Diaz", "Ana Diaz", "said"),
        quote("Nobody will go,", "she", "Ana Diaz", "added"),
        quote("the storm “would pass” soon", "Aides", None, "said"),
        quote("Noise."),
    ),
)


def test_perfect_prediction_scores_a_hundred_everywhere() -> None:
    table = compare([GOLD], [GOLD.quotes]).table
    assert table == {
        "direct span P/R/F1": (100.0, 100.0, 100.0),
        "direct span exact P/R/F1": (100.0, 100.0, 100.0),
        "mention right %": 100.0,
        "mention right named/nominal/pronoun %": (100.0, None, 100.0),
        "direct e2e P/R/F1": (100.0, 100.0, 100.0),
        "reported span P/R/F1": (100.0, 100.0, 100.0),
        "reported speech-cue recall %": 100.0,
        "reported e2e P/R/F1": (100.0, 100.0, 100.0),
        "full name right %": 100.0,
        "gold direct segments / reported": (3, 1),
    }


def test_empty_prediction_scores_nothing() -> None:
    table = compare([GOLD], [[]]).table
    assert table["direct span P/R/F1"] == (0.0, 0.0, 0.0)
    assert table["mention right %"] is None
    assert table["reported speech-cue recall %"] == 0.0
    assert table["full name right %"] == 0.0


def test_mixed_bag_by_hand() -> None:
    predicted = [
        # 13 of the 14 letters of "We stay put here": found at IoU 0.93, not exact; the source wrong, the name too
        quote("e stay put here,", "she", "Someone Else"),
        # found exactly, its source right by place, its name right
        quote("Nobody will go,", "she", "Ana Diaz"),
        # inside gold mixed content: neither right nor wrong
        quote("would pass", "Aides"),
        # narration: an indirect one that is not in gold
        quote("Ana Diaz said", "Ana Diaz"),
    ]
    result = compare([GOLD], [predicted])
    assert result.table == {
        "direct span P/R/F1": (100.0, 66.7, 80.0),
        "direct span exact P/R/F1": (50.0, 33.3, 40.0),
        "mention right %": 50.0,
        "mention right named/nominal/pronoun %": (0.0, None, 100.0),
        "direct e2e P/R/F1": (50.0, 50.0, 50.0),
        "reported span P/R/F1": (0.0, 0.0, 0.0),
        "reported speech-cue recall %": 0.0,
        "reported e2e P/R/F1": (0.0, 0.0, 0.0),
        "full name right %": 50.0,
        "gold direct segments / reported": (3, 1),
    }
    assert [(fault.kind, fault.gold, fault.predicted) for fault in result.faults] == [
        ("name", "Ana Diaz", "Someone Else"),
        ("source", "Ana Diaz", "she"),
        ("missed", None, None),
        ("reported", "Aides", None),
        ("reported spurious", None, "Ana Diaz"),
    ]


def test_found_segment_without_gold_source_leaves_the_end_to_end_count() -> None:
    table = compare([GOLD], [[quote("Noise.", "Aides"), quote("Nobody will go,", "she")]]).table
    assert table["direct span P/R/F1"] == (100.0, 66.7, 80.0)
    assert table["direct e2e P/R/F1"] == (100.0, 50.0, 66.7)


def test_reported_source_counts_on_both_sides() -> None:
    predicted = [quote("the storm “would pass” soon", "Ana Diaz"), quote("Aides said the", "Aides")]
    table = compare([GOLD], [predicted]).table
    assert table["reported span P/R/F1"] == (50.0, 100.0, 66.7)
    assert table["reported e2e P/R/F1"] == (0.0, 0.0, 0.0)
    assert table["reported speech-cue recall %"] == 100.0


def test_threshold_decides_what_is_found() -> None:
    predicted = [quote("We stay put", "Ana Diaz")]  # 9 of 13 letters
    assert compare([GOLD], [predicted]).table["direct span P/R/F1"] == (0.0, 0.0, 0.0)
    assert compare([GOLD], [predicted], 0.6).table["direct span P/R/F1"] == (100.0, 33.3, 50.0)


def test_printed_table_and_first_faults_of_each_class() -> None:
    result = compare([GOLD], [[quote("Noise.", "Aides")]])
    text = printed(result, errors=1).splitlines()
    assert text[0] == "direct span P/R/F1                         (100.0, 33.3, 50.0)"
    assert text[2] == "mention right %                            None"
    assert text[10:12] == ["missed    a" + " " * 40 + "gold='Ana Diaz' predicted=None", "          'We stay put here'"]
    assert [line[:8] for line in text[10::2]] == ["missed  ", "reported"]


class OneQuotation:
    """An extractor that finds the words "Nobody will go," and gives them to "she"."""

    version = "1"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            quotation = Quotation(
                article.id, "direct", (article.span(*at("Nobody will go,")),), source=article.span(*at("she"))
            )
            yield (Attribution(quotation, Speaker("ana-diaz", "Ana Diaz", "person"), "pronoun", 0.9),)


def test_evaluate_runs_the_extractor_over_gold() -> None:
    table = evaluate([GOLD, GOLD], OneQuotation()).table
    assert table["direct span P/R/F1"] == (100.0, 33.3, 50.0)
    assert table["full name right %"] == 50.0
    assert table["gold direct segments / reported"] == (6, 2)


def test_gold_row_with_spans_and_without() -> None:
    assert quote_of({"start": 1, "end": 3, "speaker_start": 5, "speaker_end": 7, "speaker_text": "he"}) == Quote(
        ((1, 3),), "he", None, ((5, 7),)
    )
    row = {
        "start": 1,
        "end": 9,
        "spans": [[1, 3], [7, 9]],
        "speaker_text": None,
        "speaker_spans": [[4, 5]],
        "speaker_start": 0,
    }
    assert quote_of(row) == Quote(((1, 3), (7, 9)), None, None, ((4, 5),))


def test_read_gold_gives_articles_in_order(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    rows = [
        {"id": "a", "text": TEXT, "quotes": [{"start": 1, "end": 18, "speaker_text": None}]},
        {"id": "b", "text": "x", "quotes": []},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n\n", encoding="utf-8")
    gold = read_gold(path)
    assert [row.article.id for row in gold] == ["a", "b"]
    assert gold[0].quotes == (Quote(((1, 18),)),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no article"),
        ('{"id": "a", "text": "x"}', r"gold\.jsonl:1: no gold article"),
        ('\n{"id": "a", "text": "x", "quotes": [{"start": 1}]}', r"gold\.jsonl:2: no gold article"),
        ('{"id": "a", "text": "x", "quotes": [{"spans": 3}]}', r"gold\.jsonl:1: no gold article"),
        (
            '{"id": "a", "text": "x", "quotes": [{"spans": [[0, 1]], "speaker_text": 3}]}',
            r"gold\.jsonl:1: no gold article",
        ),
        ("{", r"gold\.jsonl:1: no gold article"),
        ("[1]", r"gold\.jsonl:1: no gold article"),
    ],
)
def test_bad_gold_names_file_and_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_gold(path)


def test_missing_gold_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.jsonl cannot be read"):
        read_gold(tmp_path / "gone.jsonl")
