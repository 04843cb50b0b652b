from __future__ import annotations

import io

from index.progress import ProgressDisplay


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
