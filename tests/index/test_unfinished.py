"""A rebuild that is cut off goes on where it was, and what it gives is what an uninterrupted one gives."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.build import BuildReport, PassageMaker
from index.errors import QuoteIndexError, SourceError
from index.generation import current
from index.types import Article, Attribution
from index.unfinished import Unfinished

Build = Callable[..., BuildReport]


@pytest.fixture(autouse=True)
def all_is_worth_keeping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.unfinished.WORTH_KEEPING", 1)
    monkeypatch.setattr("index.unfinished.COMMIT_EVERY", 1)
    monkeypatch.setattr("index.unfinished.WORTH_KEEPING_VECTORS", 1)


class CutOff(Exception):  # noqa: N818  no error: somebody's finger
    """A rebuild ends here."""


@dataclass
class Counting:
    """An extractor, or an encoder, that notes what it is given and ends the run after so much of it."""

    own: Any
    last: int = 1 << 30
    given: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            if len(self.given) == self.last:
                raise CutOff
            self.given.append(article.id)
            yield from self.own.extract([article])

    def encode(self, texts: list[str]) -> Any:
        if len(self.given) + len(texts) > self.last:
            raise CutOff
        self.given += texts
        return self.own.encode(texts)


def files(data: Path) -> dict[str, bytes]:
    """What the words and vectors of the index are, byte for byte; the store has no such order of its pages."""
    folder = current(data).folder
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".npy", ".f32", ".bin") and "manifest" not in path.name
    }


def rows(data: Path) -> list[Any]:
    with contextlib.closing(sqlite3.connect(current(data).store)) as db:
        return [
            db.execute(f"SELECT * FROM {table}").fetchall() for table in ("article", "quotation", "speaker", "copy")
        ]


def test_extraction_goes_on_where_it_was(build: Build, articles: list[Article], extractor: Any, tmp_path: Path) -> None:
    cut = Counting(extractor, last=2)
    with pytest.raises(CutOff):
        build(articles, tmp_path / "cut", extractor=cut)
    going_on = Counting(extractor)
    report = build(articles, tmp_path / "cut", extractor=going_on)
    assert (cut.given, going_on.given) == (["bridge", "border"], ["ferry", "copy"])
    assert (report.taken_up, report.reused, report.articles) == (2, 0, 4)
    assert not (tmp_path / "cut" / "unfinished.sqlite").exists()
    build(articles, tmp_path / "whole")
    assert rows(tmp_path / "cut") == rows(tmp_path / "whole")
    assert files(tmp_path / "cut") == files(tmp_path / "whole")


def test_no_vector_is_made_twice(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.EMBED_BATCH", 3)
    whole, cut, going_on = Counting(encoder), Counting(encoder, last=6), Counting(encoder)
    build(articles, tmp_path / "whole", encoder=whole)
    with pytest.raises(CutOff):
        build(articles, tmp_path / "cut", encoder=cut)
    assert build(articles, tmp_path / "cut", encoder=going_on).taken_up == 4
    assert 0 < len(cut.given) < len(whole.given)
    assert cut.given + going_on.given == whole.given
    assert files(tmp_path / "cut") == files(tmp_path / "whole")


@pytest.mark.parametrize("what", ["extractor", "passages", "full", "article"])
def test_what_others_made_or_another_article_gave_is_not_taken_up(
    build: Build, articles: list[Article], extractor: Any, tmp_path: Path, what: str
) -> None:
    with pytest.raises(CutOff):
        build(articles, tmp_path, extractor=Counting(extractor, last=2))
    given: dict[str, Any] = {}
    if what == "extractor":
        given["extractor"] = replace(extractor, version="newer")
    elif what == "passages":
        given["passages"] = PassageMaker("newer", lambda _, __: ())
    elif what == "full":
        given["full"] = True
    else:
        articles = [replace(article, title="Anew") for article in articles]
    assert build(articles, tmp_path, **given).taken_up == 0


def test_a_fault_of_the_user_s_keeps_what_was_worked(
    build: Build, articles: list[Article], extractor: Any, tmp_path: Path
) -> None:
    from index.errors import ArticleError

    with pytest.raises(SourceError):
        build([*articles, ArticleError("a.txt", None, "the file is empty")], tmp_path, strict=True)
    assert build(articles, tmp_path).taken_up == 4


@pytest.mark.parametrize("damage", ["not a database", "cut short", "changed"])
def test_damage_costs_only_what_is_damaged(
    build: Build, articles: list[Article], extractor: Any, tmp_path: Path, damage: str
) -> None:
    with pytest.raises(CutOff):
        build(articles, tmp_path, extractor=Counting(extractor, last=2))
    path = tmp_path / "unfinished.sqlite"
    if damage == "changed":
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("UPDATE worked SET passages = CAST('[]' AS BLOB) WHERE rowid = 1")
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        path.write_bytes(b"x" * 9000)
    report = build(articles, tmp_path)
    assert report.taken_up == (1 if damage == "changed" else 0)
    assert report.articles == 4


def test_vectors_come_back_as_they_were_and_damaged_ones_do_not(tmp_path: Path) -> None:
    path = tmp_path / "unfinished.sqlite"
    both = np.random.default_rng(1).standard_normal((3, 2, 4)).astype(np.float32)
    first = Unfinished(path, "sieve", "model")
    first.keep_vectors(["a", "b", "c"], both)
    first.close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE encoded SET vectors = zeroblob(32) WHERE hash = 'b'")
    again = Unfinished(path, "another", "model")
    found = again.vectors(["a", "b", "c", "d"], 4)
    assert {hash_: vectors.tolist() for hash_, vectors in found.items()} == {
        "a": both[0].tolist(),
        "c": both[2].tolist(),
    }
    assert again.vectors(["a"], 5) == {}
    again.close()
    assert Unfinished(path, "another", "other model").vectors(["a"], 4) == {}


def test_a_folder_that_cannot_be_written_is_a_clear_error(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    (tmp_path / "unfinished.sqlite").mkdir()
    with pytest.raises(QuoteIndexError, match=r"cannot be written .*; the index stays as it was"):
        build(articles, tmp_path)


def test_what_is_little_work_is_not_written(
    build: Build, articles: list[Article], extractor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.unfinished.WORTH_KEEPING", 3)
    with pytest.raises(CutOff):
        build(articles, tmp_path, extractor=Counting(extractor, last=2))
    assert not (tmp_path / "unfinished.sqlite").exists()
    with pytest.raises(CutOff):
        build(articles, tmp_path, extractor=Counting(extractor, last=3))
    assert build(articles, tmp_path).taken_up == 3
