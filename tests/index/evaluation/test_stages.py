from __future__ import annotations

from pathlib import Path

import pytest

from index.evaluation.stages import METHODS, PARTS, REST, Stopwatch, watched
from index.queries import Query
from index.searcher import Searcher


class Clock:
    """Tells the time that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Part:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def inner(self, seconds: float) -> str:
        self._clock.now += seconds
        return "inner"

    def outer(self, seconds: float) -> str:
        self._clock.now += seconds
        found = self.inner(10 * seconds)
        self._clock.now += 100 * seconds
        return f"outer, {found}"

    def broken(self) -> None:
        self._clock.now += 5
        raise RuntimeError("broken")


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_inner_stage_is_not_counted_for_the_outer_one(clock: Clock) -> None:
    part, watch = Part(clock), Stopwatch(clock)
    watch.watch(part, "inner", "in")
    watch.watch(part, "outer", "out")
    assert part.outer(1) == "outer, inner"
    assert watch.lap() == {"out": 101, "in": 10}
    assert watch.lap() == {}


def test_what_happens_between_stages_is_not_counted(clock: Clock) -> None:
    part, watch = Part(clock), Stopwatch(clock)
    watch.watch(part, "inner", "in")
    clock.now += 7
    part.inner(1)
    clock.now += 7
    part.inner(2)
    assert watch.lap() == {"in": 3}


def test_closed_stage_keeps_what_is_called_within(clock: Clock) -> None:
    part, watch = Part(clock), Stopwatch(clock)
    watch.watch(part, "inner", "words")
    watch.watch(part, "outer", "highlights")
    part.outer(1)
    assert watch.lap() == {"highlights": 111}


def test_stage_ends_where_an_error_ends_it(clock: Clock) -> None:
    part, watch = Part(clock), Stopwatch(clock)
    watch.watch(part, "broken", "broken")
    with watch.stage(REST):
        clock.now += 1
        with pytest.raises(RuntimeError):
            part.broken()
        clock.now += 2
    assert watch.lap() == {"broken": 5, REST: 3}


def test_only_the_one_object_is_watched(clock: Clock) -> None:
    part, other, watch = Part(clock), Part(clock), Stopwatch(clock)
    watch.watch(part, "inner", "in")
    other.inner(1)
    assert watch.lap() == {}


def test_all_parts_of_a_searcher_are_watched(data_dir: Path, encoder: object) -> None:
    watch = Stopwatch()
    with Searcher.open(data_dir, encoder) as searcher:  # type: ignore[arg-type]
        plain = searcher.search(Query("the ferry at the border since February 2026"))
        # Every name in the tables is there: a part that is renamed must not fall out of the measure unseen.
        assert watched(searcher, watch) == {*PARTS.values(), *METHODS.values()}
        with watch.stage(REST):
            again = searcher.search(Query("the ferry at the border since February 2026"))
    assert [hit.passage for hit in again.hits] == [hit.passage for hit in plain.hits]
    laps = watch.lap()
    assert set(laps) == {REST, *PARTS.values(), *METHODS.values()}
    assert min(laps.values()) > 0


def test_every_method_of_the_tables_is_watched(data_dir: Path, encoder: object) -> None:
    with Searcher.open(data_dir, encoder) as searcher:  # type: ignore[arg-type]
        watched(searcher, Stopwatch())
        parts = {"index.hits": searcher._shown, "index.store": searcher._store, "index.ranked": searcher._ranker}
        for module, method in METHODS:
            assert method in vars(parts[module])
