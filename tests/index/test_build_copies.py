"""Copies over rebuilds: what is used again and in which order articles are read makes no difference."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import BuildReport
from index.check import check
from index.generation import current
from index.store import Store
from index.types import Article

Build = Callable[..., BuildReport]


def _groups(data: Path) -> list[list[tuple[str, str]]]:
    """Article and words of every group of copies, the earliest first."""
    with contextlib.closing(Store(current(data).store)) as store:
        return [
            [(article.id, passage.attribution.quotation.text[:9]) for passage, article, _ in store.passages(group)]
            for group in store.copies.groups()
        ]


def test_an_index_made_anew_has_the_copies_of_one_made_step_by_step(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    *others, copy = articles
    dated = dataclasses.replace(copy, date=dt.date(2026, 2, 1))
    build(others, tmp_path)
    assert _groups(tmp_path) == []
    build([*others, copy], tmp_path)
    assert _groups(tmp_path) == [[("ferry", "The ferry"), ("copy", "The ferry")]]
    assert build([*others, dated], tmp_path).reused == 3
    stepwise = _groups(tmp_path)
    build([*others, dated], tmp_path, full=True)
    assert stepwise == _groups(tmp_path) == [[("copy", "The ferry"), ("ferry", "The ferry")]]


def test_the_order_of_reading_makes_no_difference(build: Build, articles: list[Article], tmp_path: Path) -> None:
    build(articles, tmp_path / "one")
    build(articles[::-1], tmp_path / "other")
    assert _groups(tmp_path / "one") == _groups(tmp_path / "other") != []


def test_copies_looked_for_in_a_process_of_its_own_are_the_same(
    build: Build, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(articles, tmp_path / "here")
    monkeypatch.setattr("index.finishing.MUCH_NEW", 1)
    assert build(articles, tmp_path / "beside").seconds["copies"] >= 0
    assert _groups(tmp_path / "beside") == _groups(tmp_path / "here") != []
    assert check(tmp_path / "beside") == []


def test_copies_of_speakers_whom_the_user_joins_are_folded(
    build: Build, articles: list[Article], extractor: object, tmp_path: Path
) -> None:
    split = '[[split]]\nname = "Imran Khan"\narticle = "copy"\nid = "another-khan"\n'
    (tmp_path / "apart.toml").write_text(split, "utf-8")
    build(articles, tmp_path)
    assert len(_groups(tmp_path)) == 1
    build(articles, tmp_path, speakers=tmp_path / "apart.toml")
    assert _groups(tmp_path) == []
