"""The hash of what an index holds: the same however it was made, another for anything else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import BuildReport
from index.content import content_hash
from index.generation import current
from index.types import Article

Build = Callable[..., BuildReport]


def test_it_is_the_same_for_a_rebuild_on_top_of_another(build: Build, articles: list[Article], tmp_path: Path) -> None:
    build(articles, tmp_path / "once")
    build(articles[:2], tmp_path / "twice")
    build(articles, tmp_path / "twice")
    assert content_hash(current(tmp_path / "once")) == content_hash(current(tmp_path / "twice"))


@pytest.mark.parametrize("changed", ["title", "order", "less"])
def test_it_is_another_for_other_articles(build: Build, articles: list[Article], tmp_path: Path, changed: str) -> None:
    build(articles, tmp_path / "one")
    others = {
        "title": [dataclasses.replace(articles[0], title="Another"), *articles[1:]],
        "order": articles[::-1],
        "less": articles[1:],
    }
    build(others[changed], tmp_path / "other")
    assert content_hash(current(tmp_path / "one")) != content_hash(current(tmp_path / "other"))
