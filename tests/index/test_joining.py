"""The speakers of articles brought together: one of a single article as of several, and read ahead of time."""

from __future__ import annotations

import contextlib
import dataclasses
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import BuildReport
from index.generation import current
from index.joining import Ahead, Joined, joined, said_in
from index.speakers.across import look_at
from index.speakers.fullname import read_name
from index.types import Article, ArticleSpeaker, Speaker

Build = Callable[..., BuildReport]
NAMES = st.sampled_from(["Mara Lind", "MARA LIND", "Lind", "a senior official", "the mayor", "Örn Å"])
SPEAKERS = st.builds(
    Speaker,
    st.just("own"),
    NAMES,
    st.sampled_from(["person", "organisation", "group", "unnamed"]),
    st.lists(NAMES, max_size=4).map(tuple),
    st.lists(NAMES, max_size=4).map(tuple),
)


@given(SPEAKERS, st.integers(1, 9))
def test_a_speaker_of_one_article_is_what_counting_makes_of_it(speaker: Speaker, quotations: int) -> None:
    one = ArticleSpeaker(speaker, "a", None, quotations)
    counted = Joined("lind")
    counted.add(7, one)
    (alone,) = joined(["lind"], {}, [7], [one])
    assert (alone.speaker, alone.quotations, alone.articles) == (counted.speaker(), quotations, 1)
    assert dict(alone.roles) == dict(counted.roles)
    assert (list(alone.rows), alone.given) == ([7], ())


def test_speakers_come_in_the_order_in_which_they_are_named_and_with_what_the_user_gives() -> None:
    lind = Speaker("own", "Mara Lind", "person", (), ("a pilot",))
    said = [ArticleSpeaker(lind, id_, None, 2) for id_ in "abc"]
    user = Speaker("n", "Nora Lind", "person", (), ("the captain",))
    one, other = joined(["m", "n", "m"], {"n": user}, [4, 5, 6], said)
    assert (one.speaker.id, one.quotations, one.articles, list(one.rows)) == ("m", 4, 2, [4, 6])
    assert (other.speaker.name, other.speaker.roles, other.given) == (
        "Nora Lind",
        ("the captain", "a pilot"),
        ("the captain",),
    )
    assert list(other.rows) == [5]


def test_what_is_read_ahead_is_what_stands_there(data_dir: Path) -> None:
    store = current(data_dir).store
    seen: list[ArticleSpeaker] = []
    with contextlib.closing(Ahead(store, seen.append)) as ahead, contextlib.closing(sqlite3.connect(store)) as db:
        stands = dict(said_in(db, 1, 100))
        assert ahead.said() == stands
        assert list(stands) == [row for (row,) in db.execute("SELECT row FROM article_speaker ORDER BY row")]
        assert [one.quotations for one in stands.values()] == [
            count
            for (count,) in db.execute("SELECT count(*) FROM quotation GROUP BY article_speaker HAVING article_speaker")
        ]
        assert list(dict(said_in(db, 2, 3))) == [2, 3]
    assert seen == list(stands.values())


def test_a_name_that_was_looked_at_is_remembered() -> None:
    look_at(ArticleSpeaker(Speaker("own", "Ottoline Vask-Reyn", "person"), "a", None, 1))
    before = read_name.cache_info().hits
    read_name("Ottoline Vask-Reyn")
    assert read_name.cache_info().hits == before + 1


def test_speakers_of_articles_that_stay_are_not_read_again(
    build: Build, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(articles, tmp_path)
    asked: list[int] = []

    def asking(db: sqlite3.Connection, first: int, last: int) -> object:
        found = list(said_in(db, first, last))
        asked.extend(row for row, _ in found)
        return found

    monkeypatch.setattr("index.recorder.said_in", asking)
    build([articles[0], dataclasses.replace(articles[1], title="Anew"), *articles[2:]], tmp_path)
    with contextlib.closing(sqlite3.connect(current(tmp_path).store)) as db:
        own = (
            "SELECT article_speaker.row FROM article_speaker JOIN article ON article.row = article WHERE article.id = ?"
        )
        assert asked == [row for (row,) in db.execute(f"{own} ORDER BY 1", ("border",))] != []
