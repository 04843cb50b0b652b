"""The measure of folded copies, and what is reached on the articles of the tests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.errors import SourceError
from index.evaluation import articles as forms
from index.evaluation import copies
from index.evaluation.commands import ARTICLES, main


def test_copies_are_folded_as_well_as_they_were() -> None:
    figures = copies.evaluate(forms.read_articles(ARTICLES))
    assert figures["overall"]["rows"] > 7000
    assert figures["overall"]["precision"] >= 0.998
    assert figures["overall"]["recall"] >= 0.98
    for kind in copies.CHANGES:
        assert figures[kind]["pairs"] > 800
        assert figures[kind]["precision"] >= 0.99
        assert figures[kind]["recall"] >= 0.94
    assert figures["speaker not found"]["recall"] >= 0.98
    assert figures["not: other speaker"]["rows"] > 500
    # Nothing that was planted as no copy was folded: precision over pairs with one of these is that of nothing.
    assert {figures[kind]["precision"] for kind in figures if kind.startswith("not: ")} == {1.0}


def test_pairs_are_counted_by_the_kinds_of_both() -> None:
    words = [
        copies.Words(("a",), None, truth, kind)
        for truth, kind in ((1, "x"), (1, "y"), (1, "y"), (2, "not: z"), (3, "x"))
    ]
    rows = dict(enumerate(words, start=1))
    figures = copies._figures(rows, [(1, 2), (3, 4)])
    assert figures == {
        "not: z": {"rows": 1, "pairs": 0, "precision": 0.0, "recall": 1.0},
        "x": {"rows": 2, "pairs": 2, "precision": 1.0, "recall": 0.5},
        "y": {"rows": 2, "pairs": 3, "precision": 0.5, "recall": 0.3333},
        "overall": {"rows": 5, "pairs": 3, "precision": 0.5, "recall": 0.3333},
    }


def test_the_same_seed_plants_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("us-wire-strike", "single-karachi-heat"):
        (tmp_path / f"{name}.toml").write_text((ARTICLES / f"{name}.toml").read_text("utf-8"), "utf-8")
    printed = []
    for seed in ("1", "1", "2"):
        assert main(["copies", str(tmp_path), "--seed", seed, "--json"]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    assert printed[0] == printed[1] != printed[2]
    assert main(["copies", str(tmp_path)]) == 0
    assert "overall" in capsys.readouterr().out


def test_articles_without_a_quotation_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "none.toml").write_text('form = "none"\ntext = "Rain fell."\n', "utf-8")
    with pytest.raises(SourceError, match="no quotation to plant"):
        copies.evaluate(forms.read_articles(tmp_path))
