"""The project's own questions about its own articles: one TOML file a split, each about articles of its own.

    [published]
    curly-kisumu-water = 2026-02-24         # an article that is asked about here, and its day of publication

    [[question]]
    text = "Do people believe the pump will be repaired?"
    class = "plain"
    speaker = "Tobias Wekesa"               # whose words are asked for, in full; left out where nobody is named
    answers = ["curly-kisumu-water 5: They told us"]      # grade 2: article, number of the quotation, its first words
    bears_on = ["curly-kisumu-water 2: a replacement"]    # grade 1

A reference names one piece of a quotation by its first words: the whole, or what follows a paragraph break or the
narration that splits it.

Classes: plain; keywords (not a sentence); typo; named and role (how the speaker is called); dated. Questions that
nothing on record answers: near (the subject is on record) and far (it is not); they have no answers.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from index.errors import SourceError
from index.evaluation.alignment import Characters, segments
from index.evaluation.attribution import GoldArticle

Split = Literal["tune", "report"]
Kind = Literal["plain", "keywords", "typo", "named", "role", "dated", "near", "far", "misspelt"]
SPLITS: tuple[Split, ...] = get_args(Split)
"""tune: to set constants by; report: for the figures alone."""
KINDS: tuple[Kind, ...] = get_args(Kind)
UNANSWERABLE: tuple[Kind, ...] = ("near", "far")
MADE: Kind = "misspelt"
"""The class that is made of `named`, never written: the same questions with one letter of the name wrong."""
WRITTEN: tuple[Kind, ...] = tuple(kind for kind in KINDS if kind != MADE)
WITH_SPEAKER: tuple[Kind, ...] = ("named", "role")
"""Classes of which every question says who is meant."""

LONG_NAME = 4
"""Letters in a word of a name that is misspelt."""

Key = tuple[str, int, int]
"""Id of an article, number of a quotation in it counted from 1, number of a piece of it counted from 0."""

_GRADES = {"answers": 2, "bears_on": 1}
_QUESTION_KEYS = ("text", "class", "speaker", *_GRADES)
_REFERENCE = re.compile(r"(?P<article>\S+) (?P<number>[1-9]\d{0,2}): (?P<words>.*\S)", re.DOTALL)
_HEAD = "[[question]]"


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with the grade of each quotation that answers it (2) or bears on it (1); `place` is file:line."""

    text: str
    split: Split
    kind: Kind
    relevant: Mapping[Key, int]
    speaker: str | None
    place: str


@dataclass(frozen=True, slots=True)
class Asked:
    """All questions, and the day on which each article that they are about is taken to have appeared."""

    questions: tuple[AskedQuestion, ...]
    published: Mapping[str, dt.date]


def read_asked(folder: Path, articles: Sequence[GoldArticle]) -> Asked:
    """Read tune.toml and report.toml of a folder, against the articles that they are about.

    SourceError names file and line where a key, a class, a day or a reference is not as it must be, where a quotation
    does not exist or begins with other words, where a question stands twice, and where an article is in both files.
    """
    known = {article.article.id: article for article in articles}
    published: dict[str, dt.date] = {}
    questions: list[AskedQuestion] = []
    for split in SPLITS:
        file = _File.read(folder / f"{split}.toml")
        days = file.published(known)
        if both := sorted(days.keys() & published.keys()):
            raise SourceError(f"{file.place(0, both[0])}: article {both[0]!r} is asked about in both files")
        questions += [file.question(number, split, days, known) for number in range(len(file.rows))]
        published |= days
    twice = [text for text, times in Counter(question.text for question in questions).items() if times > 1]
    if twice:
        second = [question for question in questions if question.text == twice[0]][1]
        raise SourceError(f"{second.place}: the question {twice[0]!r} stands twice")
    return Asked(tuple(questions), published)


def misspelt(question: AskedQuestion) -> AskedQuestion | None:
    """The question with one letter wrong in the longest word of the speaker's name; None where no word of it is long.

    Which letter is dropped, doubled or replaced follows from the word: always the same, and never the first.
    """
    name = _words(question.speaker or "")
    found = [match for match in re.finditer(r"\w+", question.text) if match[0].lower() in name]
    word = max(found, key=lambda match: len(match[0]), default=None)
    if word is None or len(word[0]) < LONG_NAME:
        return None
    at = word.start() + len(word[0]) // 2
    letter = question.text[at]
    wrong = ("", 2 * letter, "a" if letter.lower() in "eiou" else "e")[len(word[0]) % 3]
    return replace(question, text=question.text[:at] + wrong + question.text[at + 1 :], kind=MADE)


@dataclass(frozen=True, slots=True)
class _File:
    """A file of questions. `starts`: the line of each question's head, counted from 0."""

    path: Path
    lines: Sequence[str]
    days: Mapping[str, object]
    rows: Sequence[Mapping[str, object]]
    starts: Sequence[int]

    @classmethod
    def read(cls, path: Path) -> _File:
        try:
            text = path.read_text(encoding="utf-8")
            table = tomllib.loads(text)
        except (OSError, ValueError, RecursionError) as error:
            raise SourceError(f"{path} cannot be read: {error}") from error
        rows, days = table.pop("question", None), table.pop("published", None)
        if table or not isinstance(days, dict) or not isinstance(rows, list):
            raise SourceError(f"{path}: holds a table [published] and questions, {_HEAD}, and nothing else")
        lines = text.splitlines()
        starts = [number for number, line in enumerate(lines) if line.strip() == _HEAD]
        if len(starts) != len(rows):
            raise SourceError(f"{path}: every question begins with a line {_HEAD} of its own, and nothing else does")
        return cls(path, lines, days, rows, starts)

    def place(self, start: int, *words: str) -> str:
        """file:line of the first line from `start` on with the first words, from there on with the next, and so on."""
        for one in words:
            found = (number for number, line in enumerate(self.lines[start:], start) if one in line)
            start = next(found, start)
        return f"{self.path}:{start + 1}"

    def published(self, known: Mapping[str, GoldArticle]) -> dict[str, dt.date]:
        days = {}
        for article, day in self.days.items():
            if article not in known:
                raise SourceError(f"{self.place(0, article)}: there is no article {article!r}")
            if not isinstance(day, dt.date) or isinstance(day, dt.datetime):
                raise SourceError(f"{self.place(0, article)}: {article} needs a day such as 2026-02-24, not {day!r}")
            days[article] = day
        return days

    def question(
        self, number: int, split: Split, days: Mapping[str, dt.date], known: Mapping[str, GoldArticle]
    ) -> AskedQuestion:
        row, start = self.rows[number], self.starts[number]
        where = self.place(start)
        if unknown := sorted(row.keys() - set(_QUESTION_KEYS)):
            raise SourceError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(_QUESTION_KEYS)}")
        text, kind = _text(row.get("text"), "text", where), row.get("class")
        if kind not in WRITTEN:
            raise SourceError(f"{where}: class must be one of {', '.join(WRITTEN)}, not {kind!r}")
        speaker = _text(row["speaker"], "speaker", where) if "speaker" in row else None
        relevant: dict[Key, int] = {}
        for field, grade in _GRADES.items():
            for reference in _list(row.get(field, []), field, where):
                line = self.place(start, field, reference.split(":")[0] + ":")
                key = _key(reference, days, known, line)
                if key in relevant:
                    raise SourceError(f"{line}: {reference!r} is graded twice")
                relevant[key] = grade
        if kind in UNANSWERABLE and relevant:
            raise SourceError(f"{where}: a question of class {kind} has no answers")
        if kind not in UNANSWERABLE and 2 not in relevant.values():
            raise SourceError(f"{where}: a question of class {kind} needs answers; near and far have none")
        if kind in WITH_SPEAKER and speaker is None:
            raise SourceError(f"{where}: a question of class {kind} says whose words are asked for: speaker")
        return AskedQuestion(text, split, kind, relevant, speaker, where)


def _text(value: object, field: str, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SourceError(f"{where}: {field} must be a text, not {value!r}")
    return value


def _list(value: object, field: str, where: str) -> list[str]:
    if not isinstance(value, list):
        raise SourceError(f"{where}: {field} must be a list of references, not {value!r}")
    return [_text(one, f"each of {field}", where) for one in value]


def pieces(article: GoldArticle, number: int) -> list[Characters]:
    """The letters and digits of each piece of a quotation, whose `number` counts from 1."""
    return segments(article.article.text, article.quotes[number - 1].spans)


def _key(reference: str, days: Mapping[str, dt.date], known: Mapping[str, GoldArticle], where: str) -> Key:
    """The piece whose first words a reference gives."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        raise SourceError(f"{where}: a reference reads 'article number: first words', not {reference!r}")
    article, number, words = found["article"], int(found["number"]), _words(found["words"])
    if article not in days:
        raise SourceError(f"{where}: article {article!r} is not in [published] of this file")
    gold = known[article]
    if number > len(gold.quotes):
        raise SourceError(f"{where}: {article} has {len(gold.quotes)} quotations, none of number {number}")
    texts = [gold.article.text[min(piece) : max(piece) + 1] for piece in pieces(gold, number)]
    begun = [place for place, text in enumerate(texts) if words and _words(text)[: len(words)] == words]
    if not begun:
        raise SourceError(
            f"{where}: quotation {number} of {article} begins {texts[0][:40]!r}, not {found['words'][:40]!r}"
        )
    return article, number, begun[0]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())
