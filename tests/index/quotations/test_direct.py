"""One short text a form: which utterances, which source, which cue, which step."""

import pytest

from index.document import read_documents
from index.quotations.direct import find_direct
from index.types import Article

Row = tuple[str, str | None, str | None, str | None]


def direct(text: str) -> list[Row]:
    article = Article("a", text)
    quotations = find_direct(next(read_documents([article])))
    for quotation in quotations:
        for span in (*quotation.spans, *filter(None, (quotation.cue, quotation.source))):
            assert article.holds(span)
    return [(q.text, q.source.text if q.source else None, q.cue.text if q.cue else None, q.step) for q in quotations]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("“We lost the vote,” Mara Lind said.", ("Mara Lind", "said", "cue"), id="behind"),
        pytest.param("“We lost the vote,” said Mara Lind, the mayor.", ("Mara Lind", "said", "cue"), id="inverted"),
        pytest.param("Mara Lind said: “We lost the vote.”", ("Mara Lind", "said", "cue"), id="before"),
        pytest.param("“Did we lose the vote?” she asked.", ("she", "asked", "cue"), id="question"),
        pytest.param("“Did we lose?” Lind asked on Monday.", ("Lind", "asked", "cue"), id="question-name"),
        pytest.param(
            "“We lost the vote,” he told reporters, as Ola Berg warned of delays.", ("he", "told", "cue"), id="clause"
        ),
        pytest.param("Said Mara Lind: “We lost the vote.”", ("Mara Lind", "Said", "cue"), id="inverted-before"),
        pytest.param("“Did we lose the vote?” Lind demanded.", ("Lind", "demanded", "cue"), id="question-demanded"),
        pytest.param("“We lost the vote.”\xa0― Mara Lind", ("Mara Lind", None, "dash"), id="dash-bar"),
        pytest.param('"We lost the vote", he added.', ("he", "added", "cue"), id="british-comma"),
        pytest.param("His message to voters: “It is about all of us.”", ("His", "message", "colon"), id="colon-noun"),
        pytest.param("Mara Lind: “We lost the vote.”", ("Mara Lind", None, "label"), id="label"),
        pytest.param("“We lost the vote.” — Mara Lind, mayor", ("Mara Lind", None, "dash"), id="dash"),
        pytest.param(
            "Mara Lind was blunt. “We lost the vote.”", ("Mara Lind", None, "paragraph"), id="sentence-before"
        ),
        pytest.param("“He waved,” the 77-year-old said.", ("the 77-year-old", "said", "cue"), id="age"),
        pytest.param("“We lost the vote,” the crowd sang.", ("the crowd", "sang", "cue"), id="sang"),
        pytest.param("It rained. “We lost the vote.”", (None, None, None), id="nobody"),
    ],
)
def test_one_utterance(text: str, expected: tuple[str | None, str | None, str | None]) -> None:
    (row,) = direct(text)
    assert row[1:] == expected


def test_pieces_round_a_cue_are_one_split_quotation() -> None:
    assert direct("“We lost,” Mara Lind said, “but we fought.”") == [
        ("We lost, but we fought.", "Mara Lind", "said", "cue")
    ]


def test_a_new_sentence_behind_the_cue_is_a_quotation_of_its_own() -> None:
    assert direct("“We lost,” Mara Lind said. “But we fought well.”") == [
        ("We lost,", "Mara Lind", "said", "cue"),
        ("But we fought well.", "Mara Lind", None, "paragraph"),
    ]


def test_a_second_cue_keeps_its_own_utterance() -> None:
    assert direct("“We lost,” Mara Lind said, adding: “It was close.”") == [
        ("We lost,", "Mara Lind", "said", "cue"),
        ("It was close.", "Mara Lind", "adding", "cue"),
    ]


def test_a_paragraph_without_cue_goes_on_with_the_paragraph_before() -> None:
    rows = direct("“We lost,” Mara Lind said.\n\n“It was close. Nobody is to blame.”")
    assert rows[1] == ("It was close. Nobody is to blame.", "Mara Lind", None, "continued")


def test_a_paragraph_without_cue_belongs_to_whom_the_paragraph_before_speaks_of() -> None:
    rows = direct("“No,” Ola Berg said.\n\nLind, the mayor, outlined her own terms.\n\n“We want a new vote soon.”")
    assert rows[1] == ("We want a new vote soon.", "Lind", None, "introduced")


def test_a_paragraph_that_opens_otherwise_is_not_introduced_by_the_one_before() -> None:
    rows = direct("Lind, the mayor, outlined her terms.\n\nIt rained by then. “We want a new vote soon.”")
    assert rows == [("We want a new vote soon.", None, None, None)]


def test_a_mark_left_open_over_paragraphs_continues() -> None:
    rows = direct("Mara Lind said: “We lost the vote.\n\n“It was close.”")
    assert [row[1:] for row in rows] == [("Mara Lind", "said", "cue"), ("Mara Lind", None, "continued")]


def test_a_subject_inside_the_quotation_is_not_the_source() -> None:
    assert direct("“Berg said he would come,” Lind told us.")[0][1] == "Lind"


def test_scare_quotes_and_titles_are_no_quotations() -> None:
    assert direct("The so-called “terrorist” read “The Old Man and the Sea” in jail.") == []


def test_a_paragraph_that_stays_open_is_of_whoever_speaks_in_the_next() -> None:
    text = (
        "The ministry called it a fairy tale.\n\n“We have been through this before. We closed 41 accounts.\n\n"
        "“So what was in them? Pride?” asked Mara Lind."
    )
    assert [(source, step) for _, source, _, step in direct(text)] == [("Mara Lind", "continued"), ("Mara Lind", "cue")]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Pressed on the helicopters, Salas laughs. “It was a bad idea.”", "Salas"),
        ("Mara Lind was once sent home for splashing. “The pool is a church, I was told.”", "Mara Lind"),
    ],
)
def test_the_sentence_before_tells_whose_words_they_are(text: str, source: str) -> None:
    assert [(found, step) for _, found, _, step in direct(text)] == [(source, "paragraph")]


def test_what_a_colon_leads_in_ends_with_its_marks() -> None:
    text = "Mara Lind said: “The whole town is grieving.” He promised a full inquiry."
    assert direct(text) == [("The whole town is grieving.", "Mara Lind", "said", "cue")]


def test_the_subject_of_what_is_quoted_is_not_who_says_it() -> None:
    text = "The finding, based on the records of 900 nurses, “should be a warning for employers,” said Mara Lind."
    assert direct(text) == [("should be a warning for employers,", "Mara Lind", "said", "cue")]


def test_whose_view_the_sentence_before_gives_is_who_speaks_on() -> None:
    text = "Hotlines, in Mara Lind’s view, are “for states that fear a war”. “These two do not.”"
    assert direct(text)[-1] == ("These two do not.", "Mara Lind", None, "paragraph")


def test_a_sign_is_not_read_out_by_the_sentence_before() -> None:
    text = "Mara Lind hurried. By noon there were flowers, and a sign: “Shame on you all.”"
    assert direct(text) == [("Shame on you all.", None, None, None)]


def test_the_sentence_behind_a_quotation_that_went_on_is_another() -> None:
    text = "“If we find four billion,” Mara Lind told them, “we can heat an oven.” Minister Ola Berg said he could."
    assert direct(text) == [("If we find four billion, we can heat an oven.", "Mara Lind", "told", "cue")]
