"""What all of `endure.py` shares: the two sets of articles, what each answers, and how an index is looked at."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index import generation as folders
from index import payloads
from index.build import PassageMaker, default_passages, rebuild
from index.check import check
from index.encoder import Encoder
from index.errors import QuoteIndexError
from index.queries import Query
from index.searcher import Searcher
from index.types import Article
from scripts.fakes import Known, Maker, RandomEncoder, Worked
from scripts.workshop import sets

QUESTIONS = 5
NAMED = 5
"""Faults that are printed; the others are counted."""


@dataclass(slots=True)
class Report:
    """What a run found: figures to print, and a line for every fault."""

    figures: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)

    def lines(self, name: str) -> list[str]:
        """The figures in one line, and the first faults."""
        said = ", ".join(f"{key} {_said(value)}" for key, value in self.figures.items())
        seconds = time.perf_counter() - self.started
        more = len(self.faults) - NAMED
        return [
            f"{name}: {said}, faults {len(self.faults)} ({seconds:.0f} s)",
            *(f"  fault: {line}" for line in self.faults[:NAMED]),
            *([f"  and {more} more"] if more > 0 else []),
        ]


def _said(value: object) -> str:
    if isinstance(value, Mapping):
        return "(" + ", ".join(f"{key} {_said(one)}" for key, one in value.items()) + ")"
    return str(value)


@dataclass(slots=True)
class Sets:
    """Two sets of articles, `a` and `b`, as files to be read, and what an index of each answers."""

    worked: dict[str, list[Worked]]
    files: dict[str, Path]
    words: list[str]
    questions: list[str]
    answers: dict[str, list[dict[str, Any]]]

    @classmethod
    def make(cls, folder: Path, articles: int) -> Sets:
        """Write them into `folder`, and build each once from nothing to see what it answers."""
        maker = Maker()
        made = cls(sets(maker, articles), {}, maker.words, _questions(maker.words), {})
        for name, worked in made.worked.items():
            made.files[name] = folder / f"{name}.jsonl"
            made.files[name].write_text("".join(_line(article) for article, _ in worked), "utf-8")
            data = folder / f"right-{name}"
            made.build(name, data)
            with Searcher.open(data, RandomEncoder()) as searcher:
                made.answers[name] = made.asked(searcher)
        if made.answers["a"] == made.answers["b"]:
            raise QuoteIndexError("both sets answer alike; ask for more articles")
        return made

    def build(self, name: str, data: Path, encoder: Encoder | None = None, *, full: bool = True) -> str:
        """Index one of them; the name of the generation."""
        known = Known()
        known.learn(self.worked[name])
        given = [article for article, _ in self.worked[name]]
        passages: PassageMaker = default_passages()
        return rebuild(
            given, data, extractor=known, encoder=encoder or RandomEncoder(), passages=passages, full=full
        ).generation

    def asked(self, searcher: Searcher) -> list[dict[str, Any]]:
        """The answers to all questions, without what differs from run to run."""
        answers = [payloads.answer(searcher.search(Query(question, limit=20))) for question in self.questions]
        return [{key: value for key, value in one.items() if key not in ("generation", "took_ms")} for one in answers]

    def answering(self, data: Path) -> str:
        """`a` or `b`, whichever the index answers as (QuoteIndexError: it cannot be opened, or answers otherwise)."""
        with Searcher.open(data, RandomEncoder()) as searcher:
            if searcher.passed:
                raise QuoteIndexError(f"a generation was passed over: {searcher.passed[0]}")
            found = self.asked(searcher)
        for name, right in self.answers.items():
            if found == right:
                return name
        raise QuoteIndexError(f"{data} answers neither as the old nor as the new articles do")

    def faults(self, data: Path, allowed: Sequence[str]) -> tuple[str, list[str]]:
        """Which set answers, and what is wrong with an index that should be whole and answer as one of `allowed`."""
        name = "none"
        try:
            lines = check(data)
            name = self.answering(data)
        except QuoteIndexError as error:
            return name, [str(error)]
        if name not in allowed:
            lines.append(f"set {name} answers, not {' or '.join(allowed)}")
        return name, lines


def litter(data: Path) -> list[str]:
    """What lies in a data folder, after a rebuild that finished, that should not."""
    extra = {path.name for path in data.iterdir()} - {"CURRENT", "LOCK", "generations", "models", "words"}
    if len(list(folders.Layout(data).generations.iterdir())) > 2:
        extra.add("more than two generations")
    return [f"left behind: {name}" for name in sorted(extra)]


def _questions(known: Sequence[str]) -> list[str]:
    words = [word for word in known if len(word) > 6]
    step = len(words) // (QUESTIONS * 4)
    return [" ".join(words[number * step :: QUESTIONS * step][:4]) for number in range(QUESTIONS)]


def _line(article: Article) -> str:
    day = None if article.date is None else article.date.isoformat()
    fields = {"id": article.id, "text": article.text, "date": day, "source": article.source}
    return json.dumps(fields, ensure_ascii=False) + "\n"
