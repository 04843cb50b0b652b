"""Columns: what filters and orders read, worked out by hand."""

from __future__ import annotations

import datetime as dt
import sqlite3

import numpy as np
import pytest

from index.columns import NO_DAY, NO_SOURCE, NOBODY, Columns
from index.types import QUOTATION_KINDS


@pytest.fixture
def columns() -> Columns:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE article (row, date, source, authors, section, agency)")
    db.execute("CREATE TABLE quotation (row, place, speaker, kind, article)")
    db.execute("CREATE TABLE speaker (row, kind)")
    db.executemany(
        "INSERT INTO article VALUES (?, ?, ?, ?, ?, ?)",
        [
            (1, "2026-03-01", "Gazette", '["Ada Holm", "Per  Lie"]', None, "AP"),
            (4, None, None, "[]", "Harbour", None),
            (9, "2025-12-31", "Herald", '["Ada Holm"]', "HARBOUR", None),
        ],
    )
    db.executemany("INSERT INTO speaker VALUES (?, ?)", [(2, "unnamed"), (7, "person")])
    db.executemany(
        "INSERT INTO quotation VALUES (?, ?, ?, ?, ?)",
        [(2, 1, 7, "direct", 1), (3, 2, None, "indirect", 1), (5, 4, 7, "mixed", 4), (8, 3, 2, "direct", 9)],
    )
    return Columns(db)


def test_columns_tell_rows_by_id(columns: Columns) -> None:
    rows = np.array([8, 2, 3])
    assert columns.rows.tolist() == [2, 3, 5, 8]
    assert columns.places(rows).tolist() == [3, 1, 2]
    assert columns.speakers(rows).tolist() == [2, 7, NOBODY]
    assert [QUOTATION_KINDS[kind] for kind in columns.kinds(rows)] == ["direct", "direct", "indirect"]
    day = dt.date(2026, 3, 1).toordinal()
    assert columns.days(np.array([5, 8, 2])).tolist() == [NO_DAY, day - 60, day]
    assert columns.sources == ("Gazette", "Herald")
    assert columns.source_codes(np.array([5, 8, 2])).tolist() == [NO_SOURCE, 1, 0]


def test_of_named_speakers_are_neither_nobody_nor_those_known_by_a_description(columns: Columns) -> None:
    assert columns.named_speakers(np.array([8, 5, 3, 2])).tolist() == [7, 7]


def test_values_choose_rows(columns: Columns) -> None:
    assert columns.of_speakers([7, 99]).tolist() == [True, False, True, False]
    assert columns.of_speakers([]).tolist() == [False] * 4
    assert columns.of_kinds(["direct", "mixed"]).tolist() == [True, False, True, True]
    assert columns.of_sources(["Herald", "nobody's"]).tolist() == [False, False, False, True]


@pytest.mark.parametrize(
    ("field", "values", "chosen"),
    [
        ("author", ["Ada Holm"], [2, 3, 8]),
        ("author", ["per lie"], [2, 3]),
        ("author", ["Holm"], []),
        ("section", ["Harbour"], [5, 8]),
        ("agency", ["the Associated Press", "Reuters"], [2, 3]),
        ("agency", [], []),
    ],
)
def test_rows_are_chosen_by_what_their_articles_say_of_themselves(
    columns: Columns, field: str, values: list[str], chosen: list[int]
) -> None:
    assert columns.rows[columns.of_told(field, values)].tolist() == chosen


@pytest.mark.parametrize(
    ("since", "until", "chosen"),
    [
        (None, None, [2, 3, 8]),
        (dt.date(2026, 1, 1), None, [2, 3]),
        (None, dt.date(2025, 12, 31), [8]),
        (dt.date(2025, 12, 31), dt.date(2026, 3, 1), [2, 3, 8]),
        (dt.date(2026, 3, 2), None, []),
    ],
)
def test_days_are_included_and_no_day_is_in_none(
    columns: Columns, since: dt.date | None, until: dt.date | None, chosen: list[int]
) -> None:
    assert columns.rows[columns.of_days(since, until)].tolist() == chosen


def test_an_empty_store_has_no_rows() -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE article (row, date, source, authors, section, agency)")
    db.execute("CREATE TABLE quotation (row, place, speaker, kind, article)")
    db.execute("CREATE TABLE speaker (row, kind)")
    empty = Columns(db)
    assert empty.rows.tolist() == empty.of_days(None, None).tolist() == empty.of_sources(["Gazette"]).tolist() == []
