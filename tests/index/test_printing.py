from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import printing
from index.build import BuildReport
from index.errors import ArticleError
from index.queries import Answer, Guess, SpeakerRecord, Understood
from index.types import Article, Attribution, Hit, Passage, Quotation, Speaker

TEXT = "“We stay,” Ana Diaz, the mayor, said on Friday.\n\nAides said it would pass."
ARTICLE = Article("a-1", TEXT, "No way back", dt.date(2026, 2, 27), "The Paper")
MAYOR = Speaker("ana-diaz", "Ana Diaz", "person", ("Diaz",), ("the mayor",))
SAID = Quotation("a-1", "direct", (ARTICLE.span(1, 9),), ARTICLE.span(32, 36), ARTICLE.span(11, 30), "clause")
HIT = Hit(
    1, 0.9, Passage(Attribution(SAID, MAYOR, "subject", 0.93), ARTICLE.span(0, 47), "We stay"), ARTICLE, ("b", "c")
)


def answer(*hits: Hit, answered: bool = True) -> Answer:
    return Answer("Who?", answered, len(hits), 1.0, "g", Understood(), hits)


def test_hit_shows_words_speaker_evidence_context_article_and_copies() -> None:
    assert printing.hit(HIT) == (
        " 1. “We stay,”\n"
        "    — Ana Diaz, the mayor (direct)\n"
        "    known by: “Ana Diaz, the mayor”, “said”, subject (93%)\n"
        "    context: “We stay,” Ana Diaz, the mayor, said on Friday.\n"
        "    article: No way back, The Paper, 2026-02-27, a-1\n"
        "    also in: b, c"
    )


def test_indirect_words_of_nobody_stand_without_marks() -> None:
    said = Quotation("a-1", "indirect", (ARTICLE.span(60, 73),))
    bare = Hit(2, None, Passage(Attribution(said), ARTICLE.span(60, 73), "it would pass"), Article("a-1", TEXT))
    assert printing.hit(bare) == (
        " 2. it would pass\n    — speaker unknown (indirect)\n    known by: nobody can be named\n    article: a-1"
    )


def test_long_lines_are_wrapped_under_their_beginning() -> None:
    lines = printing.hit(HIT, width=40).splitlines()
    assert max(map(len, lines)) <= 40
    assert all(line.startswith("    ") for line in lines[1:])


def test_answer_says_where_nothing_on_record_answers() -> None:
    assert printing.answer(answer(HIT)) == printing.hit(HIT)
    assert printing.answer(answer(answered=False)) == "Nothing on record answers this."
    said = printing.answer(answer(HIT, answered=False))
    assert said == f"Nothing on record answers this; the nearest are:\n\n{printing.hit(HIT)}"


def test_answer_begins_with_what_was_understood_and_how_to_switch_it_off() -> None:
    guesses = (Guess("speakers", "Dias", 9, 13, ("ana-diaz",)), Guess("spelling", "Dias", 9, 13, taken="Diaz"))
    told = replace(answer(HIT), understood=Understood(("ana-diaz",), guesses=guesses))
    read = "understood: “Dias”: only what Ana Diaz said (not so: --ignore spelling)"
    assert printing.answer(told, named={"ana-diaz": "Ana Diaz"}) == f"{read}\n\n{printing.hit(HIT)}"
    assert printing.answer(told).startswith("understood: “Dias”: only what ana-diaz said (not so")


def test_speaker_table_and_heading() -> None:
    records = [SpeakerRecord(MAYOR, 12, 3), SpeakerRecord(Speaker("kabul", "Kabul", "organisation"), 1, 1)]
    assert printing.speaker_table(records) == (
        "   12  ana-diaz  Ana Diaz, the mayor (also: Diaz)\n    1  kabul     Kabul"
    )
    assert printing.speaker_table([]) == "No speakers are on record."
    assert printing.speaker_heading(records[0]) == (
        "Ana Diaz (ana-diaz, person): 12 quotations in 3 articles\n    roles: the mayor\n    also named: Diaz"
    )
    assert printing.speaker_heading(records[1]) == "Kabul (kabul, organisation): 1 quotation in 1 article"


def test_build_report_closes_with_counts_and_seconds() -> None:
    report = BuildReport("g-1", 2, 1, 5, 4, 3, 5, (ArticleError("x", None, "empty"),), {"extract": 1.25, "embed": 0.5})
    assert printing.build_report(report) == (
        "generation g-1: 2 articles (1 unchanged), 5 quotations (4 attributed), 3 speakers, 5 passages, 1 set aside\n"
        "1.8 s (extract 1.2, embed 0.5)"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a\n b", "a b"), ("\x1b[31mred\x07", "[31mred"), ("\u202eright to left", "right to left"), ("🙂 “x”", "🙂 “x”")],
)
def test_safe_text_steers_no_terminal(text: str, expected: str) -> None:
    assert printing.safe(text) == expected


@given(st.text())
def test_safe_text_is_one_printable_line(text: str) -> None:
    line = printing.safe(text)
    assert len(line.splitlines()) <= 1
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in line)
