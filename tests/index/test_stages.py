from __future__ import annotations

import threading

from index import stages


def test_laps_of_one_stage_are_added_and_what_came_before_the_search_is_not() -> None:
    watched = stages.watch()
    stages.begin()
    for stage in ("encode", "vectors", "words", "vectors"):
        stages.lap(stage)
    assert list(watched.seconds) == ["encode", "vectors", "words"]
    assert all(seconds >= 0 for seconds in watched.seconds.values())


def test_who_did_not_ask_is_not_told() -> None:
    watched = stages.watch()
    other = threading.Thread(target=lambda: stages.lap("encode"))
    other.start()
    other.join()
    assert watched.seconds == {}
    stages.watch()
    stages.lap("encode")
    assert watched.seconds == {}
