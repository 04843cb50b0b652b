"""What is added is on the disk and in the next answer; a start, another generation and a rebuild all know of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index.build import BuildReport
from index.errors import BusyError, QuoteIndexError
from index.live import journal
from index.live.working import OwnWorker
from index.live.writer import Live
from index.queries import Query
from index.searcher import Searcher
from index.standing import Standing
from index.types import Article
from tests.conftest import PASSAGES
from tests.index.live.conftest import answers

Build = Callable[..., BuildReport]


@pytest.fixture
def start(tmp_path: Path, encoder: Any, extractor: Any) -> Iterator[Callable[[], Live]]:
    started: list[tuple[Live, Standing]] = []

    def start_() -> Live:
        standing = Standing(tmp_path / "data", encoder)
        live = Live(tmp_path / "data", standing, OwnWorker(extractor, encoder, PASSAGES))
        started.append((live, standing))
        return live

    yield start_
    for live, standing in started:
        live.close()
        standing.close()


def _ids(searcher: Searcher) -> set[str]:
    return set(searcher.sides.store.article_ids())


def test_an_article_added_is_found_and_told(start: Any, build: Build, articles: list[Article], tmp_path: Path) -> None:
    build(articles[:2], tmp_path / "data")
    live = start()
    first = live.searcher().generation
    (outcome,) = live.add(articles[2:3])
    assert (outcome.id, outcome.status) == ("ferry", "added")
    assert [one.quotation.text for one in outcome.attributions] == [
        "The ferry carries six hundred people a day",
        "every ferry ticket is free until spring",
    ]
    hits = live.searcher().search(Query("free ferry ticket")).hits
    assert hits[0].article.id == "ferry"
    assert live.searcher().generation == f"{first}+1"
    assert live.searcher().manifest.counts.articles == 3


def test_the_same_article_again_changes_nothing(
    start: Any, build: Build, articles: list[Article], tmp_path: Path
) -> None:
    build(articles[:2], tmp_path / "data")
    live = start()
    live.add(articles[2:3])
    generation = live.searcher().generation
    (again,) = live.add(articles[2:3])
    assert again.status == "unchanged"
    assert [one.quotation.article_id for one in again.attributions] == ["ferry", "ferry"]
    assert live.searcher().generation == generation
    (changed,) = live.add([dataclasses.replace(articles[2], source="Herald")])
    assert changed.status == "replaced"
    assert live.searcher().article("ferry")[0].source == "Herald"
    assert live.searcher().manifest.counts.articles == 3


def test_a_later_version_at_the_same_address_takes_the_place_of_others(
    start: Any, build: Build, articles: list[Article], tmp_path: Path
) -> None:
    bridge, border, ferry, copy = articles
    bridge = dataclasses.replace(bridge, url="https://www.gazette.example/2026/bridge-closed/?utm_source=feed")
    border = dataclasses.replace(border, url="https://gazette.example/2026/bridge")
    build([bridge, border], tmp_path / "data")
    live = start()
    ferry = dataclasses.replace(ferry, url="http://gazette.example/2026/bridge-closed#top")
    (outcome,) = live.add([ferry])
    assert (outcome.id, outcome.status, outcome.instead) == ("ferry", "replaced", ("bridge",))
    assert _ids(live.searcher()) == {"border", "ferry"}
    # One that was added is a version like any other; what comes without an address is one of its own.
    copy = dataclasses.replace(copy, url=ferry.url)
    assert [one.instead for one in live.add([copy, dataclasses.replace(bridge, url=None)])] == [("ferry",), ()]
    assert _ids(live.searcher()) == {"border", "copy", "bridge"}
    before = answers(live.searcher())
    live.close()
    live = start()
    assert answers(live.searcher()) == before
    build([dataclasses.replace(bridge, id="file", url=ferry.url), border], tmp_path / "data")
    assert _ids(live.searcher()) == {"border", "copy", "bridge"}


def test_an_article_removed_is_gone_until_it_is_added_again(
    start: Any, build: Build, articles: list[Article], tmp_path: Path
) -> None:
    build(articles, tmp_path / "data")
    live = start()
    assert live.remove("ferry")
    assert not live.remove("ferry")
    assert not live.remove("nowhere")
    assert _ids(live.searcher()) == {"bridge", "border", "copy"}
    build(articles, tmp_path / "data")
    assert _ids(live.searcher()) == {"bridge", "border", "copy"}
    assert "+" not in live.searcher().generation
    assert live.add([articles[2]])[0].status == "added"
    build(articles[:1], tmp_path / "data")
    assert _ids(live.searcher()) == {"bridge", "ferry"}


def test_a_start_finds_what_was_added(
    start: Any, build: Build, many: list[Article], extractor: Any, tmp_path: Path, encoder: Any
) -> None:
    build(many[:24], tmp_path / "data")
    live = start()
    for article in many[24:32]:
        live.add([article])
    live.remove(many[2].id)
    live.add(many[32:])
    live.remove(many[26].id)
    before = answers(live.searcher())
    live.close()
    extractor.asked.clear()
    assert answers(start().searcher()) == before
    assert extractor.asked == [], "what was found is in the journal"
    # An extractor that answers otherwise is asked again.
    extractor.version = "fake 2"
    assert answers(start().searcher()) == before
    assert sorted(extractor.asked) == sorted(one.id for one in many[24:] if one.id != many[26].id)


def test_a_rebuild_takes_in_what_was_added_and_the_rest_stays_added(
    start: Any, build: Build, many: list[Article], tmp_path: Path, encoder: Any
) -> None:
    build(many[:24], tmp_path / "data")
    live = start()
    live.add(many[24:32])
    build(many[:24], tmp_path / "data")
    assert live.searcher().generation.endswith("Z")
    live.add(many[32:])
    after = live.searcher()
    assert after.generation.endswith("Z+16")
    assert _ids(after) == {article.id for article in many}
    build(many, tmp_path / "whole")
    with Searcher.open(tmp_path / "whole", encoder) as whole:
        assert answers(after) == answers(whole)


def test_an_article_that_cannot_be_worked_is_refused_alone(
    start: Any, build: Build, articles: list[Article], tmp_path: Path, extractor: Any
) -> None:
    build(articles[:2], tmp_path / "data")
    live = start()
    extractor.known["copy"] = ()
    wrong = extractor.known["ferry"]
    extractor.known["broken"] = wrong  # spans of another text
    outcomes = live.add([Article("broken", "Nothing of the kind stands here."), articles[3]])
    assert [one.status for one in outcomes] == ["refused", "added"]
    assert outcomes[0].reason is not None
    assert "it cannot be worked" in outcomes[0].reason
    assert _ids(live.searcher()) == {"bridge", "border", "copy"}


def test_one_service_adds_to_a_folder(start: Any, build: Build, articles: list[Article], tmp_path: Path) -> None:
    build(articles[:2], tmp_path / "data")
    first, second = start(), start()
    first.add(articles[2:3])
    with pytest.raises(BusyError):
        second.add(articles[3:])
    first.remove("bridge")
    first.close()
    assert second.add(articles[3:])[0].status == "added"
    assert _ids(second.searcher()) == {"border", "ferry", "copy"}


def test_a_disk_that_is_full_changes_nothing(
    start: Any, build: Build, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(articles[:2], tmp_path / "data")
    live = start()
    live.add(articles[2:3])
    with monkeypatch.context() as patched:
        patched.setattr("os.fdatasync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        with pytest.raises(QuoteIndexError, match="cannot be written"):
            live.add(articles[3:])
    assert _ids(live.searcher()) == {"bridge", "border", "ferry"}
    assert [record.id for record in journal.read(tmp_path / "data")] == ["ferry"]
    assert live.add(articles[3:])[0].status == "added"


def test_a_damaged_journal_is_read_up_to_the_damage_and_not_written(
    start: Any, build: Build, articles: list[Article], tmp_path: Path
) -> None:
    build(articles[:2], tmp_path / "data")
    live = start()
    live.add(articles[2:3])
    live.add(articles[3:])
    live.remove("copy")
    live.close()
    path = journal.folder_of(tmp_path / "data") / "journal"
    whole = path.read_bytes()
    at = whole.index(b'"copy"')
    path.write_bytes(whole[: at + 2] + b"!" + whole[at + 3 :])
    again = start()
    assert _ids(again.searcher()) == {"bridge", "border", "ferry"}
    with pytest.raises(QuoteIndexError, match="record 2"):
        again.add(articles[3:])
    with pytest.raises(QuoteIndexError, match="record 2"):
        build(articles[:2], tmp_path / "data")


def test_files_that_an_earlier_version_left_are_removed(
    start: Any, build: Build, articles: list[Article], tmp_path: Path
) -> None:
    build(articles[:1], tmp_path / "data")
    left = journal.folder_of(tmp_path / "data") / "parts" / "of-another" / "part-abc"
    left.mkdir(parents=True)
    start().add(articles[1:2])
    assert not left.parent.parent.exists()
