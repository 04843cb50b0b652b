"""The project's own questions, asked of its own articles: extracted, indexed and searched by the very code that serves.

A hit stands for the pieces of gold quotations of which it holds at least 80 % of the letters, each of them once; one
that the extractor missed cannot be found, and counts as missed. Figures are in percent; nDCG and the area lie between
0 and 1.

ndcg@10, ndcg@5   mean over the questions that have an answer
best first        share of them with a quotation that answers (grade 2) as the first hit
speaker first     share of the questions that name a speaker with words of that speaker as the first hit
area              under the ROC curve of `Answer.bearing`, by which `answered` is decided
misses            answerable questions that are called unanswered
false alarms      unanswerable ones that are called answered
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from index.evaluation import metrics
from index.evaluation.alignment import Characters
from index.evaluation.asked import KINDS, MADE, SPLITS, UNANSWERABLE, Asked, AskedQuestion, Key, Kind, misspelt, pieces
from index.evaluation.attribution import GoldArticle
from index.evaluation.graded import grades_of
from index.evaluation.mentions import name_right
from index.queries import Answer, Mode, Query

if TYPE_CHECKING:
    from index.build import PassageMaker, QuoteExtractor
    from index.encoder import Encoder
    from index.types import Article, Hit

_MODES: tuple[Mode, ...] = get_args(Mode)
K = 10
"""Ranks that are looked at."""
DECIDING: Mode = "hybrid"
"""The mode whose `answered` is measured."""
CURVE = (0, 1, 2, 5, 10, 20)
"""Percentages of misses at which the false alarms are told."""

Splits = Literal["tune", "report", "all"]
Figures = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question in one mode. `grades`: of its hits, best first; `speaker`: of the first hit."""

    question: AskedQuestion
    mode: str
    grades: Sequence[int]
    speaker: str | None
    first: str
    bearing: float
    answered: bool

    def ndcg(self, k: int) -> float:
        """nDCG@k over all quotations that are graded for the question."""
        return metrics.ndcg_of_grades(self.grades, list(self.question.relevant.values()), k)

    @property
    def best_first(self) -> bool:
        """Whether the first hit answers."""
        return self.grades[:1] == [2]

    @property
    def speaker_first(self) -> bool:
        """Whether the first hit is of the speaker who is asked for."""
        return self.question.speaker is not None and name_right(self.question.speaker, self.speaker)


def ask(
    asked: Asked,
    articles: Sequence[GoldArticle],
    extractor: QuoteExtractor,
    encoder: Encoder,
    passages: PassageMaker | None = None,
) -> list[Outcome]:
    """Index all articles in a temporary folder; ask every question, and those with a name misspelt, in every mode."""
    from index.build import rebuild
    from index.searcher import Searcher

    gold = {
        article.article.id: {
            (article.article.id, number, place): piece
            for number in range(1, len(article.quotes) + 1)
            for place, piece in enumerate(pieces(article, number))
        }
        for article in articles
    }
    made = (misspelt(question) for question in asked.questions if question.kind == "named")
    questions = [*asked.questions, *(question for question in made if question is not None)]
    dated: list[Article] = [
        replace(one.article, date=asked.published.get(one.article.id, one.article.date)) for one in articles
    ]
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        data = Path(folder)
        rebuild(dated, data, extractor=extractor, encoder=encoder, passages=passages)
        with Searcher.open(data, _Remembering(encoder)) as searcher:
            return [
                outcome(question, mode, searcher.search(Query(question.text, limit=K, mode=mode)), gold)
                for mode in _MODES
                for question in questions
            ]


class _Remembering:
    """The same encoder; a question that is asked again, in another mode, is not encoded again."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.fingerprint, self.dimension = encoder.name, encoder.fingerprint, encoder.dimension
        self._encode = functools.cache(lambda text: encoder.encode([text])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._encode(text) for text in texts])


def outcome(
    question: AskedQuestion, mode: Mode, answer: Answer, gold: Mapping[str, Mapping[Key, Characters]]
) -> Outcome:
    """Grade the hits of an answer. `gold`: article → key of each piece of its quotations → its letters and digits."""
    return Outcome(
        question,
        mode,
        grades_of(answer.hits, gold, question.relevant),
        _speaker(answer.hits),
        answer.hits[0].passage.attribution.quotation.text if answer.hits else "",
        answer.bearing,
        answer.answered,
    )


def _speaker(hits: Sequence[Hit]) -> str | None:
    speaker = hits[0].passage.attribution.speaker if hits else None
    return speaker.name if speaker is not None and speaker.kind != "unnamed" else None


def in_split(outcomes: Iterable[Outcome], split: Splits) -> list[Outcome]:
    """Those of one split, or all."""
    return [one for one in outcomes if split in ("all", one.question.split)]


def rankings(outcomes: Iterable[Outcome]) -> dict[str, dict[str, Figures]]:
    """The figures of the rankings: mode → "all" that are written, and each class → name → figure."""
    answerable = [one for one in outcomes if one.question.relevant]
    table: dict[str, dict[str, Figures]] = {}
    for mode in _MODES:
        of_mode = [one for one in answerable if one.mode == mode]
        groups = {kind: [one for one in of_mode if one.question.kind == kind] for kind in KINDS}
        written = [one for one in of_mode if one.question.kind != MADE]
        table[mode] = {"all": _ranking(written)} | {kind: _ranking(group) for kind, group in groups.items() if group}
    return table


def _ranking(outcomes: Sequence[Outcome]) -> Figures:
    spoken = [one for one in outcomes if one.question.speaker is not None]
    return {
        "questions": len(outcomes),
        "with speaker": len(spoken),
        "ndcg@10": round(metrics.mean([one.ndcg(K) for one in outcomes]), 4),
        "ndcg@5": round(metrics.mean([one.ndcg(5) for one in outcomes]), 4),
        "best first": metrics.percentage(sum(one.best_first for one in outcomes), len(outcomes)),
        "speaker first": metrics.percentage(sum(one.speaker_first for one in spoken), len(spoken)),
    }


def decisions(outcomes: Iterable[Outcome]) -> tuple[Figures, Figures]:
    """The figures of `answered`, and the curve: percent of misses → least percent of false alarms."""
    deciding = [one for one in outcomes if one.mode == DECIDING and one.question.kind != MADE]
    answerable = [one for one in deciding if one.question.relevant]
    others = [one for one in deciding if not one.question.relevant]
    positives, negatives = [one.bearing for one in answerable], [one.bearing for one in others]
    figures: dict[str, float | None] = {
        "answerable": len(answerable),
        "unanswerable": len(others),
        "area": _rounded(metrics.roc_area(positives, negatives)),
        "misses": metrics.percentage(sum(not one.answered for one in answerable), len(answerable)),
        "false alarms": metrics.percentage(sum(one.answered for one in others), len(others)),
    }
    for kind in UNANSWERABLE:
        of_kind = [one for one in others if one.question.kind == kind]
        figures[f"area, {kind}"] = _rounded(metrics.roc_area(positives, [one.bearing for one in of_kind]))
        figures[f"false alarms, {kind}"] = metrics.percentage(sum(one.answered for one in of_kind), len(of_kind))
    curve = {
        str(percent): _rounded(metrics.alarms_at_misses(positives, negatives, percent / 100), 100, 1)
        for percent in CURVE
    }
    return figures, curve


def _rounded(share: float | None, times: int = 1, digits: int = 4) -> float | None:
    return None if share is None else round(times * share, digits)


_ANSWERED = ("misses", "false alarms")
FEWER = tuple(f"{split} {name}" for split in SPLITS for name in _ANSWERED)
"""Pinned figures of which less is better."""
_PINNED_SPEAKERS: tuple[Kind, ...] = ("named", MADE, "role", "typo")


def pinned(outcomes: Sequence[Outcome]) -> Figures:
    """The figures that have a floor, of each split."""
    return {name: value for name, value, _ in _pins(outcomes)}


def slack(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """By how much each pinned figure may be worse than its floor: by one question of those that it counts.

    The same text encoded on another processor differs in the seventh decimal, so two passages that score alike may
    change places. That moves a share by one question, a mean nDCG by less than one, and hardly moves the area.
    """
    return {name: less for name, _, less in _pins(outcomes)}


def _pins(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, float | None, float]]:
    """Name, value and slack."""
    for split in SPLITS:
        of_split = in_split(outcomes, split)
        table, (decided, _) = rankings(of_split), decisions(of_split)
        of_all = table[DECIDING]["all"]
        for mode in _MODES:
            yield f"{split} {mode} ndcg@10", table[mode]["all"]["ndcg@10"], _one(of_all["questions"]) / 100
        yield f"{split} best first", of_all["best first"], _one(of_all["questions"])
        for kind in _PINNED_SPEAKERS:
            of_kind = table[DECIDING].get(kind, {})
            yield f"{split} speaker first, {kind}", of_kind.get("speaker first"), _one(of_kind.get("with speaker"))
        yield f"{split} area", decided["area"], 0.002
        for name, of in zip(_ANSWERED, ("answerable", "unanswerable"), strict=True):
            yield f"{split} {name}", decided[name], _one(decided[of])


def _one(of: float | None) -> float:
    """One of so many in percent, and a little more for the rounding of the figures."""
    return 100 / max(1.0, of or 1.0) + 0.1


def as_json(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """The rankings of each mode, the figures of `answered`, and the curve, as one object."""
    answered, curve = decisions(outcomes)
    return {"rankings": rankings(outcomes), "answered": answered, "curve": curve}


_COLUMNS = ("questions", "ndcg@10", "ndcg@5", "best first", "speaker first")


def printed(outcomes: Sequence[Outcome], *, curve: bool = False, errors: bool = False) -> str:
    """The rankings, a mode and class a line; then `answered`, the curve, and the faults of the questions to tune on."""
    lines = [" " * 20 + "".join(f"{name:>14}" for name in _COLUMNS)]
    for mode, groups in rankings(outcomes).items():
        for group, figures in groups.items():
            lines.append(f"{mode:9} {group:10}" + "".join(f"{_shown(figures[name]):>14}" for name in _COLUMNS))
    figures, points = decisions(outcomes)
    lines += ["", *(f"{name:22}{_shown(value):>9}" for name, value in figures.items())]
    if curve:
        lines += ["", "misses %, then the least false alarms %"]
        lines += [f"{percent:>4} {_shown(value):>8}" for percent, value in points.items()]
    if errors:
        lines += ["", *_faults(in_split(outcomes, "tune"))]
    return "\n".join(lines)


def _shown(value: float | None) -> str:
    return "-" if value is None else str(value)


def _faults(outcomes: Iterable[Outcome]) -> list[str]:
    """A line for each question that does not get what it should in the mode that decides: the worst first."""
    deciding = [one for one in outcomes if one.mode == DECIDING and one.question.kind != MADE]
    answerable = [one for one in deciding if one.question.relevant]
    lines = [
        f"nDCG@{K} {one.ndcg(K):.2f} {one.question.kind}, {Path(one.question.place).name}: {one.question.text}"
        f" -> {one.speaker}: {one.first[:70]}"
        for one in sorted(answerable, key=lambda one: one.ndcg(K))
        if not one.best_first
    ]
    others = [(one, "false alarm") for one in deciding if not one.question.relevant and one.answered]
    wrong = [*((one, "miss") for one in answerable if not one.answered), *others]
    return lines + [
        f"{fault}, bearing {one.bearing:.3f}, {one.question.kind}, {Path(one.question.place).name}: {one.question.text}"
        for one, fault in sorted(wrong, key=lambda pair: -abs(pair[0].bearing))
    ]
