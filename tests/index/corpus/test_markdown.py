from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.index.corpus.conftest import article, reason

BODY = """
# No way back

The minister *spoke* for an [hour](https://paper.example).

> “We shall not go back.”
> — Ola Berg

- One.
- Two &amp; three.
"""
TEXT = (
    "No way back\n\nThe minister spoke for an hour.\n\n> “We shall not go back.” — Ola Berg\n\n- One.\n\n- Two & three."
)


def test_signs_are_taken_off_and_quotations_stay_set_off(tmp_path: Path) -> None:
    found = article(tmp_path, BODY, "a.md")
    assert (found.text, found.title, found.date) == (TEXT, "No way back", None)


@pytest.mark.parametrize(
    "front",
    [
        "---\ntitle: 'Q&A: *No*'\ndate: 2026-02-27\ntags: [a]\nurl: https://paper.example/1\nsite: The Paper\n---\n",
        "---\r\ntitle: 'Q&A: *No*'\r\ndate: 2026-02-27T10:00:00Z\r\nlink: https://paper.example/1\r\n"
        "site: The Paper\r\n---\r\n",
        '+++\ntitle = "Q&A: *No*"\ndate = 2026-02-27\nurl = "https://paper.example/1"\nsource = "The Paper"\n+++\n',
    ],
)
def test_front_matter_gives_the_fields_and_is_no_text(tmp_path: Path, front: str) -> None:
    for name in ("a.md", "noise"):
        found = article(tmp_path, front + BODY, name)
        assert (found.text, found.title, found.date) == (TEXT, "Q&A: *No*", dt.date(2026, 2, 27))
        assert (found.source, found.url) == ("The Paper", "https://paper.example/1")


def test_html_in_front_of_markdown_does_not_make_it_a_page(tmp_path: Path) -> None:
    assert article(tmp_path, f"<p align=center>One.</p>\n{BODY}", "a.md").text == f"One.\n\n{TEXT}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("---\na: &a [x]\nb: [*a, *a]\n---\nOne.", "it repeats itself by aliases"),
        ("---\ntitle: [\n---\nOne.", "the front matter between --- cannot be read"),
        ("+++\ntitle = \n+++\nOne.", "the front matter between +++ is no TOML"),
        ("---\ntitle: No\n---\n", "no article text was found"),
        ("---\ndate: 03/04/2026\n---\nOne.", "is no ISO date"),
        (b"caf\xe9", "not UTF-8: byte 0xe9 at 3"),
    ],
)
def test_markdown_that_cannot_be_read_is_named(tmp_path: Path, text: str | bytes, told: str) -> None:
    assert told in reason(tmp_path, text, "a.md")
