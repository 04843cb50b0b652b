"""The seed article against the gold that stands with the tests: quotations, speakers, and questions asked.

direct     found when the letters and digits are exactly those of one piece of a predicted direct quotation
fragment   found when a predicted direct or mixed quotation holds the quoted words
scare      no quotation: spurious where a predicted direct or mixed one is made of it
indirect   found when a predicted indirect or mixed quotation holds at least 60 % of the gold characters and these are
           at least 40 % of its own: where reported speech begins and ends is partly taste
attributed found, and given the gold full name
question   a hit stands for the gold items of which it holds at least 80 % of the characters, each item once
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from index.corpus import read_file
from index.errors import ArticleError, SourceError
from index.evaluation import metrics
from index.evaluation.alignment import Characters, characters, segments
from index.evaluation.graded import grades_of
from index.evaluation.mentions import name_right
from index.queries import Query
from index.types import Article, Attribution, Hit

if TYPE_CHECKING:
    from index.build import PassageMaker, QuoteExtractor
    from index.encoder import Encoder

K = 5
"""Ranks that are looked at."""
REPORTED_HELD, REPORTED_OWN = 0.6, 0.4

GoldKind = Literal["direct", "fragment", "scare", "indirect"]
Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class GoldItem:
    """Something said, by its number; `speaker` is None for a scare quote."""

    n: int
    kind: GoldKind
    speaker: str | None
    content: Characters
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the grade of each gold item that answers it; none where nothing on record does."""

    text: str
    relevant: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Gold:
    """The seed article with all that is known of it."""

    article: Article
    items: tuple[GoldItem, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """`quotations`, `indirect`: counts; `questions`: means and counts; `faults`: one line each."""

    quotations: Counts
    indirect: Counts
    questions: Mapping[str, float]
    faults: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """One object, the faults as a list."""
        return {
            "quotations": dict(self.quotations),
            "indirect": dict(self.indirect),
            "questions": dict(self.questions),
            "faults": list(self.faults),
        }


def read_gold(article_path: Path, folder: Path) -> Gold:
    """Read the article and quotations.jsonl, indirect.jsonl, questions.jsonl of `folder`.

    SourceError where a file cannot be read, or where a gold text is not what the article holds at its place.
    """
    article = next(read_file(article_path))
    if isinstance(article, ArticleError):
        raise SourceError(str(article))
    items = []
    for name in ("quotations.jsonl", "indirect.jsonl"):
        for row in _rows(folder / name):
            start, end = row["start"], row["end"]
            if article.text[start:end] != row["text"]:
                raise SourceError(f"{folder / name}: item {row['n']} is not what the article holds at {start}:{end}")
            content = characters(article.text, [(start, end)])
            items.append(GoldItem(row["n"], row["kind"], row["speaker"], content, row["text"]))
    questions = tuple(
        Question(row["question"], {int(n): grade for n, grade in row["relevant"].items()})
        for row in _rows(folder / "questions.jsonl")
    )
    return Gold(article, tuple(items), questions)


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from error


def evaluate(gold: Gold, extractor: QuoteExtractor, encoder: Encoder, passages: PassageMaker | None = None) -> Result:
    """Extract, index in a temporary folder, ask every question, and compare with the gold."""
    from index.build import rebuild
    from index.searcher import Searcher

    (attributions,) = extractor.extract([gold.article])
    quotations, indirect, faults = compare(gold, attributions)
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        data = Path(folder)
        rebuild([gold.article], data, extractor=extractor, encoder=encoder, passages=passages)
        with Searcher.open(data, encoder) as searcher:
            answers = [searcher.search(Query(question.text)) for question in gold.questions]
    asked, unanswered = score_answers(gold, [(answer.hits, answer.answered) for answer in answers])
    return Result(quotations, indirect, asked, (*faults, *unanswered))


@dataclass(frozen=True, slots=True)
class _Predicted:
    kind: str
    name: str | None
    content: Characters
    pieces: Collection[Characters]
    text: str


def compare(gold: Gold, attributions: Iterable[Attribution]) -> tuple[Counts, Counts, list[str]]:
    """Counts over the quotations and over the indirect statements, and the faults."""
    predicted = [_predicted(gold.article, attribution) for attribution in attributions]
    marked = [one for one in predicted if one.kind in ("direct", "mixed")]
    reported = [one for one in predicted if one.kind in ("indirect", "mixed")]
    quotations = dict.fromkeys(("found", "attributed", "of", "spurious"), 0)
    indirect = dict.fromkeys(("found", "attributed", "of"), 0)
    faults: list[str] = []
    claimed: set[int] = set()
    for item in gold.items:
        if item.speaker is None:
            continue
        count = indirect if item.kind == "indirect" else quotations
        hits = _found(item, reported if item.kind == "indirect" else marked)
        if item.kind != "indirect":
            claimed.update(map(id, hits))
        right = any(name_right(item.speaker, one.name) for one in hits)
        count["of"] += 1
        count["found"] += bool(hits)
        count["attributed"] += right
        if not right:
            given = f"given to {', '.join(str(one.name) for one in hits)}" if hits else "missed"
            faults.append(f"{item.kind} of {item.speaker}, {given}: {item.text[:70]}")
    spurious = [one for one in marked if id(one) not in claimed]
    quotations["spurious"] = len(spurious)
    faults += [f"spurious {one.kind}: {one.text[:70]}" for one in spurious]
    return quotations, indirect, faults


def _predicted(article: Article, attribution: Attribution) -> _Predicted:
    quotation, speaker = attribution.quotation, attribution.speaker
    spans = [(span.start, span.end) for span in quotation.spans]
    return _Predicted(
        quotation.kind,
        speaker.name if speaker and speaker.kind != "unnamed" else None,
        characters(article.text, spans),
        segments(article.text, spans),
        quotation.text,
    )


def _found(item: GoldItem, predicted: Iterable[_Predicted]) -> list[_Predicted]:
    if item.kind == "direct":
        return [one for one in predicted if one.kind == "direct" and item.content in one.pieces]
    if item.kind == "fragment":
        return [one for one in predicted if item.content <= one.content]
    return [
        one
        for one in predicted
        if len(one.content & item.content) >= max(REPORTED_HELD * len(item.content), REPORTED_OWN * len(one.content))
    ]


def score_answers(gold: Gold, answers: Sequence[tuple[Sequence[Hit], bool]]) -> tuple[dict[str, float], list[str]]:
    """Mean nDCG@5 and share of best-graded first hits over the questions that have an answer; counts of both kinds."""
    ndcg, first, faults = [], [], []
    answered = refused = 0
    contents = {gold.article.id: {item.n: item.content for item in gold.items}}
    for question, (hits, says_answered) in zip(gold.questions, answers, strict=True):
        if not question.relevant:
            refused += not says_answered
            if says_answered:
                faults.append(f"answered, though nothing on record does: {question.text}")
            continue
        answered += says_answered
        if not says_answered:
            faults.append(f"not answered: {question.text}")
        grades = grades_of(hits, contents, question.relevant)
        best = sorted(question.relevant.values(), reverse=True)
        ndcg.append(metrics.ndcg_of_grades(grades, best, K))
        first.append(float(bool(grades) and grades[0] == best[0]))
        if not first[-1]:
            faults.append(f"nDCG@{K} {ndcg[-1]:.2f}, another than the best first: {question.text}")
    return {
        f"ndcg@{K}": round(metrics.mean(ndcg), 4),
        "best_first": round(metrics.mean(first), 4),
        "answered": answered,
        "of": len(ndcg),
        "refused": refused,
        "of_unanswerable": len(gold.questions) - len(ndcg),
    }, faults


def printed(result: Result) -> str:
    """The faults, then three lines of figures."""
    said, reported, asked = result.quotations, result.indirect, result.questions
    return "\n".join(
        [
            *result.faults,
            f"quotations   found {said['found']}/{said['of']}, attributed {said['attributed']}/{said['of']},"
            f" spurious {said['spurious']}",
            f"indirect     found {reported['found']}/{reported['of']},"
            f" attributed {reported['attributed']}/{reported['of']}",
            f"questions    nDCG@{K} {asked[f'ndcg@{K}']:.3f}, best first {asked['best_first']:.2f}, answered"
            f" {asked['answered']}/{asked['of']}, rightly refused {asked['refused']}/{asked['of_unanswerable']}",
        ]
    )
