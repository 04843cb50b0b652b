"""Names that stand apart from any sentence: behind a dash, in brackets, on the line below."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.document import read_documents
from index.quotations.direct import find_direct
from index.types import Article


def sources(text: str) -> list[tuple[str | None, str | None]]:
    article = Article("a", text)
    found = find_direct(next(read_documents([article])))
    assert all(article.holds(q.source) for q in found if q.source)
    return [(q.source.text if q.source else None, q.step) for q in found]


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (" - Francisco Diaz", "Francisco Diaz"),
        (" – trade minister Paula Lind", "Paula Lind"),
        (" -- Harold Finch, lawyer for the port", "Harold Finch"),
        ("—Nadia de la Cruz", "Nadia de la Cruz"),
        (" — Tilda Marsh of the Harbour Trust, on Monday", "Tilda Marsh"),
        (" — Ann Lind (@annlind) May 3, 2021", "Ann Lind"),
        (" — @annlind", "@annlind"),
        (" (Agnes Lind, nurse)", "Agnes Lind"),
    ],
)
def test_the_name_is_found_without_role_and_place(signature: str, expected: str) -> None:
    (found,) = sources(f"“We lost the vote.”{signature}")
    assert found == (expected, "dash")


@pytest.mark.parametrize("behind", [" — and then Lind left", " — a view shared by Lind", " — or so Lind thought."])
def test_narration_behind_a_dash_is_no_signature(behind: str) -> None:
    assert sources(f"“We lost the vote.”{behind}")[0][1] != "dash"


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize(
    "line", ["— Carla Lind, 16, student", "– Carla Lind", "Carla Lind, ferry owner", "-- Carla Lind"]
)
def test_the_line_below_names_whose_words_stand_above(line: str, gap: str) -> None:
    text = f"The bridge\n\n“It is a hole.\n\n“I walk for hours.”{gap}{line}\n\n“Build it.”{gap}— Ola Berg, Trader"
    assert sources(text) == [("Carla Lind", "signed"), ("Carla Lind", "signed"), ("Ola Berg", "signed")]


@pytest.mark.parametrize("line", ["- Build a bridge", "It rained, and Lind left.", "The storm: what we know", "— Why?"])
def test_other_lines_below_are_no_signatures(line: str) -> None:
    assert sources(f"“It is a hole.”\n\n{line}\n\nIt rained on Monday.") == [(None, None)]


def test_two_who_speak_by_turns_are_told_apart() -> None:
    text = "“You promised us a wall,” Lind said.\n\n“I promised to look,” Berg replied.\n\n“Did you?”\n\n“I did.”"
    assert sources(text)[2:] == [("Lind", "turn"), ("Berg", "turn")]


def test_where_two_have_alternated_a_reply_is_answered_without_a_question() -> None:
    turns = ["“I like trees,” Lind said.", "“Since when?” Berg asked.", "“Since today,” Lind replied.", "“Not mine.”"]
    assert sources("\n\n".join(turns))[3] == ("Berg", "turn")


def test_a_reply_that_nobody_questions_goes_on() -> None:
    text = "“We want a wall,” Lind said.\n\n“You will get it,” Berg said.\n\n“It will be high.”"
    assert sources(text)[2] == ("Berg", "continued")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["“", "”", "—", "- ", "(", ")", "Ann Lind", ", ", "\n", "@x", " of ", "said", ":", "?"]))
)
def test_sources_lie_in_the_text_whatever_it_is(parts: list[str]) -> None:
    text = "".join(parts)
    if text.strip():
        sources(text)
