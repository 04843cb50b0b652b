"""What a rebuild finds of the generations before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.build import BuildReport
from index.earlier import standing
from index.generation import current
from index.types import Article

Build = Callable[..., BuildReport]


def test_the_one_that_answers_is_used_again_and_the_one_before_it_is_kept(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    assert standing(tmp_path) == (None, set())
    names = [build(articles[:count], tmp_path).generation for count in (1, 2)]
    assert standing(tmp_path) == (current(tmp_path), set(names))


def test_a_lost_pointer_loses_no_generation_before_a_new_one_answers(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    names = {build(articles[:count], tmp_path).generation for count in (1, 2)}
    (tmp_path / "CURRENT").unlink()
    assert standing(tmp_path) == (None, names)
    after = build(articles, tmp_path).generation
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [after]
