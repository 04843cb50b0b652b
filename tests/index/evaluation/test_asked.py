from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import SourceError
from index.evaluation.articles import read_articles
from index.evaluation.asked import (
    MADE,
    SPLITS,
    UNANSWERABLE,
    WRITTEN,
    Asked,
    AskedQuestion,
    misspelt,
    pieces,
    read_asked,
)
from index.evaluation.attribution import GoldArticle, Quote
from index.evaluation.commands import ARTICLES, QUESTIONS
from index.types import Article


def gold(name: str, text: str, *quotes: tuple[str, ...]) -> GoldArticle:
    spans = [tuple((text.index(one), text.index(one) + len(one)) for one in quote) for quote in quotes]
    return GoldArticle(Article(name, text), tuple(Quote(one) for one in spans))


FERRY = gold(
    "ferry",
    "“The ferry is shut,” Ana Diaz said. “We row,” she said, “or we swim.\n\n“Nobody flies.”",
    ("The ferry is shut,",),
    ("We row,", "or we swim.\n\n“Nobody flies."),
)
BRIDGE = gold("bridge", "“The bridge holds,” Bo Li said.", ("The bridge holds,",))
TUNE = """\
# A remark.
[published]
ferry = 2026-02-24

[[question]]
text = "can people cross"
class = "plain"
answers = ["ferry 1: The ferry is"]
bears_on = ["ferry 2: nobody flies"]

[[question]]
text = "What did Ana Diaz say about rowing?"
class = "named"
speaker = "Ana Diaz"
answers = ["ferry 2: “We row,”"]
"""
REPORT = """\
[published]
bridge = 2026-03-01

[[question]]
text = "is the moon round"
class = "far"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tune.toml").write_text(TUNE, encoding="utf-8")
    (tmp_path / "report.toml").write_text(REPORT, encoding="utf-8")
    return tmp_path


def test_questions_are_read_with_the_grades_of_pieces(folder: Path) -> None:
    asked = read_asked(folder, [FERRY, BRIDGE])
    assert asked.published == {"ferry": dt.date(2026, 2, 24), "bridge": dt.date(2026, 3, 1)}
    plain, named, far = asked.questions
    assert plain == AskedQuestion(
        "can people cross",
        "tune",
        "plain",
        {("ferry", 1, 0): 2, ("ferry", 2, 2): 1},
        None,
        f"{folder / 'tune.toml'}:5",
    )
    assert (named.speaker, named.relevant) == ("Ana Diaz", {("ferry", 2, 0): 2})
    assert (far.split, far.kind, far.relevant) == ("report", "far", {})


def test_pieces_end_at_narration_and_at_paragraphs() -> None:
    text = FERRY.article.text
    assert [text[min(piece) : max(piece) + 1] for piece in pieces(FERRY, 2)] == ["We row", "or we swim", "Nobody flies"]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("ferry 1: The ferry is", "ferry 1: The boat is", 8, "quotation 1 of ferry begins 'The ferry is shut', not"),
        ("ferry 1: The ferry is", "ferry 1: ...", 8, "quotation 1 of ferry begins 'The ferry is shut', not"),
        ("ferry 1: The ferry is", "ferry 3: The ferry is", 8, "ferry has 2 quotations, none of number 3"),
        ("ferry 1: The ferry is", "ferry 0: The ferry is", 8, "a reference reads 'article number: first words'"),
        ("ferry 1: The ferry is", "bridge 1: The bridge", 8, r"article 'bridge' is not in \[published\] of this file"),
        ("ferry 2: nobody flies", "ferry 1: The ferry", 9, "'ferry 1: The ferry' is graded twice"),
        ('["ferry 1: The ferry is"]', '"ferry 1: The ferry is"', 5, "answers must be a list of references"),
        ('["ferry 1: The ferry is"]', "[3]", 5, "each of answers must be a text, not 3"),
        ('answers = ["ferry 1: The ferry is"]', "", 5, "a question of class plain needs answers"),
        ('class = "plain"', 'class = "near"', 5, "a question of class near has no answers"),
        ('class = "plain"', 'class = "misspelt"', 5, "class must be one of plain, .*, not 'misspelt'"),
        ('class = "plain"', 'kind = "plain"', 5, "unknown key 'kind'; known are text, class"),
        ('text = "can people cross"', "text = 3", 5, "text must be a text, not 3"),
        ('speaker = "Ana Diaz"', "", 11, "a question of class named says whose words are asked for"),
        ('text = "can people cross"', 'text = "is the moon round"', None, "'is the moon round' stands twice"),
        ("ferry = 2026-02-24", "fery = 2026-02-24", 3, "there is no article 'fery'"),
        ("ferry = 2026-02-24", "ferry = 3", 3, "ferry needs a day such as 2026-02-24, not 3"),
        ("ferry = 2026-02-24", "ferry = 2026-02-24T10:00:00", 3, "ferry needs a day"),
        (
            "ferry = 2026-02-24",
            "ferry = 2026-02-24\nbridge = 2026-02-24",
            None,
            "'bridge' is asked about in both files",
        ),
    ],
)
def test_fault_names_file_and_line(folder: Path, old: str, new: str, line: int | None, message: str) -> None:
    assert old in TUNE
    (folder / "tune.toml").write_text(TUNE.replace(old, new, 1), encoding="utf-8")
    where = r"report\.toml:\d" if line is None else rf"tune\.toml:{line}"
    with pytest.raises(SourceError, match=rf"{where}: .*{message}"):
        read_asked(folder, [FERRY, BRIDGE])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[published", "cannot be read"),
        ("[published]\n", "holds a table"),
        ("question = []\n", "holds a table"),
        ("published = 3\nquestion = []\n", "holds a table"),
        (TUNE.replace("[published]", "note = 3\n[published]"), "holds a table"),
        ("question = [{text = 'a', class = 'far'}]\n[published]\n", "every question begins with a line"),
    ],
)
def test_file_of_another_form_is_refused(folder: Path, content: str, message: str) -> None:
    (folder / "tune.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=rf"tune\.toml.* {message}|tune\.toml: {message}"):
        read_asked(folder, [FERRY, BRIDGE])


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "report.toml").unlink()
    with pytest.raises(SourceError, match=r"report\.toml cannot be read"):
        read_asked(folder, [FERRY, BRIDGE])


@given(st.text())
def test_no_file_gives_another_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "tune.toml").write_text(text, encoding="utf-8", errors="replace")
    with pytest.raises(SourceError, match=r"tune\.toml|report\.toml"):
        read_asked(folder, [FERRY])


@given(st.text())
def test_no_reference_gives_another_error(tmp_path_factory: pytest.TempPathFactory, reference: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    escaped = "".join(f"\\U{ord(letter):08X}" for letter in reference)
    (folder / "tune.toml").write_text(TUNE.replace("ferry 1: The ferry is", escaped), encoding="utf-8")
    with pytest.raises(SourceError, match=r"tune\.toml:\d+: "):
        read_asked(folder, [FERRY])


ASKED = AskedQuestion("what did Lelei say", "tune", "named", {}, "Peter Lelei", "t:1")


@pytest.mark.parametrize(
    ("text", "speaker", "wrong"),
    [
        ("what did Lelei say", "Peter Lelei", "what did Leeei say"),  # five letters: the third is replaced
        ("Tracy Robson on whales", "Tracy Robson", "Tracy Robon on whales"),  # six: the fourth is dropped
        ("kavita menon", "Kavita Menon", "kavta menon"),  # the longest word of the name, and the first of them
        ("What of Wekesaa?", "Tobias Wekesaa", "What of Wekeesaa?"),  # seven: the fourth is doubled
        ("kim soo-ah on shifts", "Kim Soo-ah", None),
        ("what did the emir say", "Sani Dan-Fulani", None),
    ],
)
def test_one_letter_of_the_name_is_made_wrong(text: str, speaker: str, wrong: str | None) -> None:
    made = misspelt(replace(ASKED, text=text, speaker=speaker))
    assert (made and made.text) == wrong
    assert made is None or made.kind == MADE


@pytest.fixture(scope="module")
def asked() -> Asked:
    return read_asked(QUESTIONS, [one.gold for one in read_articles(ARTICLES)])


def test_the_projects_questions_are_many_and_about_many_articles(asked: Asked) -> None:
    answerable = [question for question in asked.questions if question.relevant]
    about = {article for question in answerable for article, _, _ in question.relevant}
    assert len(answerable) >= 400
    assert len(asked.questions) - len(answerable) >= 100
    assert len(about) >= 100
    for split in SPLITS:
        kinds = [question.kind for question in asked.questions if question.split == split]
        assert {kind: kinds.count(kind) >= 8 for kind in WRITTEN} == dict.fromkeys(WRITTEN, True)


def test_the_projects_questions_are_graded_and_apart(asked: Asked) -> None:
    for question in asked.questions:
        assert set(question.relevant.values()) <= {1, 2}
        assert (2 in question.relevant.values()) == (question.kind not in UNANSWERABLE)
    texts = [" ".join(question.text.lower().split()) for question in asked.questions]
    assert len(set(texts)) == len(texts)
    about = [
        {article for question in asked.questions if question.split == split for article, _, _ in question.relevant}
        for split in SPLITS
    ]
    assert not about[0] & about[1]


def test_the_speakers_of_the_projects_questions_say_what_is_graded(asked: Asked) -> None:
    quotes = {one.gold.article.id: one.gold.quotes for one in read_articles(ARTICLES)}
    for question in asked.questions:
        for article, number, _ in question.relevant if question.speaker else ():
            assert str(question.speaker) in str(quotes[article][number - 1].speaker_name), question.place
