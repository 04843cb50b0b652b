from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.corpus.fetched.kept import FORGOTTEN_AFTER, Kept, Version
from index.types import Article

NOW = dt.datetime(2026, 3, 2, 10, 0, 0, tzinfo=dt.UTC)
ADDRESS = "https://news.test/a"
PAGE = Version("https://news.test/b", b"<p>Words</p>" * 100, NOW, '"v1"', None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fetched.sqlite"


@pytest.fixture
def kept(path: Path) -> Iterator[Kept]:
    opened = Kept(path)
    yield opened
    opened.close()


def test_page_is_given_back_as_it_was_kept(kept: Kept, path: Path) -> None:
    assert kept.version(ADDRESS, NOW) is None
    kept.keep(ADDRESS, PAGE, NOW)
    kept.close()
    assert kept.version(ADDRESS, NOW) == PAGE
    assert path.stat().st_size < 100_000


def test_later_version_takes_the_place_of_the_earlier(kept: Kept) -> None:
    later = Version(ADDRESS, b"Words", NOW + dt.timedelta(1), None, "Mon, 02 Mar 2026 10:00:00 GMT")
    kept.keep(ADDRESS, PAGE, NOW)
    kept.keep(ADDRESS, later, NOW)
    assert kept.version(ADDRESS, NOW) == later


def test_page_that_nobody_asks_for_is_forgotten_in_the_end(kept: Kept) -> None:
    kept.keep(ADDRESS, PAGE, NOW)
    kept.keep("https://news.test/c", PAGE, NOW)
    kept.close()
    assert kept.version(ADDRESS, NOW + FORGOTTEN_AFTER) == PAGE  # and counts as asked for now
    kept.close()
    later = NOW + FORGOTTEN_AFTER + dt.timedelta(1)
    assert kept.version(ADDRESS, later) == PAGE
    assert kept.version("https://news.test/c", later) is None


def test_what_a_list_gave_stays_in_the_order_in_which_it_came_each_in_its_latest_version(kept: Kept) -> None:
    first, second = Article("1", "One.", date=dt.date(2026, 3, 1)), Article("2", "Two.", source="The Paper")
    changed = Article("1", "One, again.")
    kept.keep(ADDRESS, PAGE, NOW)
    kept.keep_listed(ADDRESS, [first, second], NOW)
    kept.keep_listed(ADDRESS, [Article("3", "Three."), changed], NOW)
    kept.keep_listed("https://news.test/other", [first], NOW)
    kept.close()
    assert list(kept.listed(ADDRESS, NOW)) == [changed, second, Article("3", "Three.")]
    kept.close()
    assert list(kept.listed(ADDRESS, NOW + FORGOTTEN_AFTER + dt.timedelta(1))) == []


def test_damaged_file_is_moved_aside(kept: Kept, path: Path) -> None:
    path.write_bytes(b"nonsense" * 1000)
    kept.keep(ADDRESS, PAGE, NOW)
    assert kept.version(ADDRESS, NOW) == PAGE
    assert path.with_name("fetched.sqlite.damaged").read_bytes() == b"nonsense" * 1000


def test_damaged_page_is_not_given(kept: Kept, path: Path) -> None:
    kept.keep(ADDRESS, PAGE, NOW)
    kept.keep_listed(ADDRESS, [Article("1", "One."), Article("2", "Two.")], NOW)
    kept.close()
    with sqlite3.connect(path) as db:
        db.execute("UPDATE page SET body = zeroblob(length(body))")
        db.execute("UPDATE listed SET article = zeroblob(length(article)) WHERE id = '1'")
    db.close()
    assert kept.version(ADDRESS, NOW) is None
    assert list(kept.listed(ADDRESS, NOW)) == [Article("2", "Two.")]


def test_folder_that_cannot_be_written_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        Kept(tmp_path / "nowhere" / "fetched.sqlite").version(ADDRESS, NOW)
