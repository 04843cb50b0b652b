"""Verdicts over mutations of real quotations: the floor, and what the mutations are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from index.evaluation import articles as forms
from index.evaluation.mutations import Mutation, Said, mutations, plain
from index.evaluation.verification import Result, Wrong, evaluate, printed
from index.extraction import SieveExtractor
from index.verdicts import Verification

ARTICLES = Path(__file__).parents[2] / "articles"
EACH = 30
RIGHT = 0.98
"""Share of the verdicts that must be right; `python scripts/evaluate.py verify` says what is reached."""


@pytest.fixture(scope="module")
def result() -> Result:
    read = [one.gold.article for one in forms.read_articles(ARTICLES)]
    return evaluate(read[::3], SieveExtractor(), EACH, seed=1)


def test_verdicts_are_right(result: Result) -> None:
    assert result.all.total() > 400
    assert result.share >= RIGHT, printed(result, errors=3)


def test_no_changed_word_is_called_verbatim(result: Result) -> None:
    assert result.changed_verbatim == 0, printed(result, errors=3)


def test_every_kind_is_measured(result: Result) -> None:
    assert set(result.all) == {
        *("case", "marks, dashes, spacing", "part", "word dropped at the border", "word dropped inside"),
        *("stretch dropped inside", "word added", "word changed", "two words changed", "number changed"),
        *("negation added or removed", "right speaker", "other speaker", "halves stitched"),
        *("with its attribution", "with another's name", "changed, with its attribution"),
        *("narration between", "marks inside a changed one"),
        *("invented: said elsewhere", "invented: words recombined"),
    }
    assert min(result.all.values()) >= 10


def test_stitched_quotations_are_said_to_be(result: Result) -> None:
    told, of = result.stitched
    assert told >= 0.95 * of > 0


SAID = [
    Said("We will close the old bridge tonight and open a small ferry at 10 tomorrow", "khan"),
    Said("The ferry was never meant to carry six hundred people on a single winter day", "ilmar"),
    Said("Nobody closes it", None),
]


def test_mutations_are_the_same_for_the_same_seed() -> None:
    once, again = (list(mutations(SAID, ["One two three four five six"], 5, seed=3)) for _ in range(2))
    assert once == again
    assert once != list(mutations(SAID, ["One two three four five six"], 5, seed=4))


def test_altered_mutations_are_on_record_nowhere() -> None:
    record = [plain(one.text) for one in SAID]
    made = list(mutations(SAID, ["One two three four five six"], 20))
    altered = [one for one in made if one.verdict == "altered"]
    assert {one.name for one in altered} >= {"word changed", "negation added or removed"}
    assert not [one for one in altered if any(plain(one.quote) in whole for whole in record)]


def test_parts_are_whole_words_of_their_quotation() -> None:
    parts = [one.quote for one in mutations(SAID, [], 20) if one.name == "part"]
    assert parts
    assert all(any(f" {part} " in f" {one.text} " for one in SAID) for part in parts)


def test_figures_count_what_is_wrong() -> None:
    altered = Mutation("word changed", "a b", "altered")
    found = Verification("a b", "verbatim", False, None, 1, 1.0, "g", ())
    result = Result(Counter(case=3), Counter({"case": 3, "word changed": 1}), (Wrong(altered, found),), (0, 0), (1.0,))
    assert (result.share, result.changed_verbatim) == (0.75, 1)
    assert "changed words called verbatim    1" in printed(result)
    assert "word changed: verbatim: 'a b'" in printed(result, errors=1)
    assert result.as_json()["kinds"] == {"case": {"right": 3, "of": 3}, "word changed": {"right": 0, "of": 1}}
