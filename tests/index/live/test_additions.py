"""What was added and removed answers as a rebuild of the same articles does."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.build import BuildReport
from index.live import asking, folds, quoted
from index.live.additions import Additions
from index.searcher import Searcher
from index.speakers.userfile import NOTHING
from index.types import Article
from tests.index.live.conftest import answers

Build = Callable[..., BuildReport]
Work = Callable[[Article], Any]


@pytest.fixture
def opened(tmp_path: Path, build: Build, encoder: Any) -> Any:
    def open_(name: str, articles: list[Article]) -> Searcher:
        build(articles, tmp_path / name)
        return Searcher.open(tmp_path / name, encoder)

    return open_


def _before(many: list[Article]) -> list[Article]:
    """Three of the five of each kind: so the mean length of a passage, which BM25 counts with, stays the same."""
    return many[:24]


def _rest(many: list[Article]) -> list[Article]:
    return many[24:]


@pytest.mark.parametrize("at_once", [1, 3, 100])
def test_articles_added_answer_as_if_they_had_been_rebuilt(
    opened: Any, many: list[Article], work: Work, tmp_path: Path, at_once: int
) -> None:
    added = Additions(opened("before", _before(many)), NOTHING)
    rest = _rest(many)
    for start in range(0, len(rest), at_once):
        added.change([work(article) for article in rest[start : start + at_once]])
    assert answers(added.snapshot(7)) == answers(opened("after", many))


def test_it_does_not_matter_how_what_is_known_was_found(
    opened: Any, many: list[Article], work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Names settle at every change, who shares words is looked for among all, and nothing is remembered.
    monkeypatch.setattr(asking, "FEW", 0)
    monkeypatch.setattr(asking, "SHARE", 1_000)
    monkeypatch.setattr(folds, "MORE", 1)
    monkeypatch.setattr(quoted, "REMEMBERED", 0)
    added = Additions(opened("before", _before(many)), NOTHING)
    for number, article in enumerate(_rest(many)):
        added.change([work(article)])
        added.snapshot(number)
    assert answers(added.snapshot(100)) == answers(opened("after", many))


def test_articles_removed_answer_as_if_they_had_never_been_rebuilt(
    opened: Any, many: list[Article], work: Work, tmp_path: Path
) -> None:
    added = Additions(opened("before", _before(many)), NOTHING)
    for article in _rest(many):
        added.change([work(article)])
    gone = many[8:16] + many[24:32]
    for article in gone[:5]:
        added.change([], [article.id])
    added.change([], [article.id for article in gone[5:]])
    kept = [article for article in many if article not in gone]
    assert answers(added.snapshot(7)) == answers(opened("after", kept))


def test_an_article_added_again_takes_the_place_of_the_one_before(
    opened: Any, many: list[Article], extractor: Any, work: Work, tmp_path: Path
) -> None:
    added = Additions(opened("before", _before(many)), NOTHING)
    for article in _rest(many):
        added.change([work(article)])
    # Of one in the generation, and of one that was added, the quotations of another article of the same text.
    changed = [
        dataclasses.replace(many[2], source="Tribune"),
        dataclasses.replace(many[26], source="Tribune", date=None),
    ]
    for article in changed:
        added.change([work(article)])
    new = {article.id: article for article in changed}
    found, right = answers(added.snapshot(7)), answers(opened("after", [new.get(one.id, one) for one in many]))
    # What the twenty nearest have in common weighs in a blended score; which of many equal ones these are, rows decide.
    assert {key: value for key, value in found.items() if not key.startswith("hybrid")} == {
        key: value for key, value in right.items() if not key.startswith("hybrid")
    }


def test_nothing_added_is_the_generation_itself(opened: Any, many: list[Article], work: Work, tmp_path: Path) -> None:
    base = opened("before", many)
    added = Additions(base, NOTHING)
    assert added.snapshot(0) is base
    new = dataclasses.replace(many[0], id="new", text="Nothing was said.")
    added.change([work(new)])
    assert added.snapshot(1) is not base
    added.change([], ["new"])
    assert added.snapshot(2) is base


def test_a_snapshot_stays_as_it_was(opened: Any, many: list[Article], work: Work, tmp_path: Path) -> None:
    added = Additions(opened("before", _before(many)), NOTHING)
    added.change([work(article) for article in _rest(many)[:8]])
    first = added.snapshot(1)
    before = answers(first)
    added.change([work(article) for article in _rest(many)[8:]], [_rest(many)[0].id, many[2].id])
    assert answers(added.snapshot(2)) != before
    assert answers(first) == before
