from __future__ import annotations

import io

import pytest

from index.progress import ProgressDisplay, duration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_on_a_terminal_is_a_bar_and_messages_stand_above_it() -> None:
    stream = Terminal()
    with ProgressDisplay(stream) as progress:
        progress("extract", 1, 2)
        progress.say("set aside: x")
        progress("extract", 2, 2)
        progress("embed", 5, 5)
    drawn = stream.getvalue()
    assert "extract : 100%" in drawn.replace("\r", "\n")
    assert "embed   : 100%" in drawn
    assert "set aside: x\n" in drawn


def test_progress_elsewhere_is_a_line_a_stage_and_none_for_every_article() -> None:
    stream = io.StringIO()
    with ProgressDisplay(stream) as progress:
        for done in range(1, 101):
            progress("extract", done, 100)
        progress("embed", 1, None)
    assert stream.getvalue() == "extract: 1 of 100\nextract: 100 of 100\nembed: 1\n"


def test_lines_tell_the_rate_and_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("index.progress.time.monotonic", lambda: clock[0])
    stream = io.StringIO()
    with ProgressDisplay(stream) as progress:
        for stage, done, total, at in (
            ("extract", 1, 1000, 100.0),
            ("extract", 200, 1000, 110.0),
            ("extract", 1000, 1000, 150.0),
            ("read", 1, None, 150.0),
            ("read", 60, None, 160.0),
        ):
            clock[0] = at
            progress(stage, done, total)
    assert stream.getvalue().splitlines() == [
        "extract: 1 of 1000",
        "extract: 200 of 1000, 20.0 a second, 40 s left",
        "extract: 1000 of 1000",
        "read: 1",
        "read: 60, 6.0 a second",
    ]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (89, "89 s"), (100, "2 min"), (3540, "59 min"), (7500, "2 h 5 min")]
)
def test_a_duration_is_said_as_a_person_would(seconds: float, said: str) -> None:
    assert duration(seconds) == said
