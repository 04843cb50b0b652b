"""A store without a file: it says of its articles what a file says of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from index.earlier import fingerprint
from index.live.recent import Placed, RecentStore
from index.recorder import Recorder
from index.store import Store
from index.types import Article

FIRST = 40


@pytest.fixture
def stores(tmp_path: Path, many: list[Article], work: Callable[[Article], Any]) -> tuple[RecentStore, Store]:
    placed, row = [], FIRST
    recorder = Recorder(tmp_path / "store.sqlite")
    for number, article in enumerate(many):
        worked = work(article)
        placed.append(Placed.at(row, worked))
        made = worked.made
        recorder.add(
            article,
            worked.passages,
            fingerprint=fingerprint(article),
            extractor=made.extractor,
            version=made.passages,
            first=row,
        )
        row += len(worked.passages) + number % 2  # as where an article between them was removed
    recorder.finish(copies=None)
    return RecentStore(placed), Store(tmp_path / "store.sqlite")


def test_articles_are_told_as_from_a_file(stores: tuple[RecentStore, Store], many: list[Article]) -> None:
    recent, filed = stores
    ids = [article.id for article in many]
    assert recent.article_ids() == filed.article_ids() == ids
    for id_ in [*ids, "nobody's"]:
        assert recent.article(id_) == filed.article(id_)
        assert recent.rows_of(id_) == filed.rows_of(id_)
        assert recent.has_article(id_) == filed.has_article(id_)
    assert recent.agencies(ids) == filed.agencies(ids)
    assert recent.earliest() == filed.earliest()
    for part in ("EXAMPLE", "/ferry", "nowhere"):
        assert sorted(recent.addressed(part)) == sorted(filed.addressed(part))


def test_quotations_are_told_as_from_a_file(stores: tuple[RecentStore, Store]) -> None:
    recent, filed = stores
    rows = filed.rows().tolist()
    assert recent.rows().tolist() == rows
    assert [recent.article_of(row) for row in rows] == [filed.article_of(row) for row in rows]
    assert dict(recent.contents()) == dict(filed.contents())
    said = [[_read(one) for one in sorted(store.said(rows))] for store in stores]
    assert said[0] == said[1]
    for passage, article, _ in recent.passages(rows):
        row = recent.quotation_row(passage.attribution.quotation.id)
        assert row == filed.quotation_row(passage.attribution.quotation.id)
        assert article.id == filed.article_of(row or 0)
    with pytest.raises(KeyError):
        recent.article_of(FIRST - 1)
    assert recent.quotation_row("0" * 16) is None


def test_filters_read_the_same_of_every_row(stores: tuple[RecentStore, Store]) -> None:
    recent, filed = (store.columns for store in stores)
    rows = filed.rows
    for ask in ("kinds", "days"):
        assert getattr(recent, ask)(rows).tolist() == getattr(filed, ask)(rows).tolist()
    named = [
        [sources[code] if code >= 0 else None for code in codes]
        for sources, codes in ((one.sources, one.source_codes(rows).tolist()) for one in (recent, filed))
    ]
    assert named[0] == named[1]
    for field, values in (("author", ["ada 1"]), ("section", ["HARBOUR"]), ("agency", ["Associated Press"])):
        assert np.array_equal(recent.of_told(field, values), filed.of_told(field, values))


def _read(line: Any) -> Any:
    row, article, date, kind, spans, name, roles = line
    return row, article, date, kind, orjson.loads(spans), name, None if roles is None else orjson.loads(roles)
