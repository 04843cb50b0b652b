"""Whether `confidence` means what it says, and what each step of the sieve is worth.

    judge      each attribution of the gold articles: is the speaker right?
    steps      how many each step decided, and the share that is right
    bins       of those given about 0.9, how many in ten are right

An attribution is judged where its content is in the gold (overlap as everywhere) and gold has a source. It is right
where the speaker has the name that gold has, or, where gold has none, where the mention is the right one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.evaluation.alignment import characters, match
from index.evaluation.attribution import IOU, GoldArticle, source_right
from index.evaluation.attribution import quote_of as quote_from
from index.evaluation.mentions import name_right
from index.evaluation.metrics import percentage
from index.payloads import extracted

if TYPE_CHECKING:
    from index.build import QuoteExtractor

WIDTH = 0.1
"""Of a bin: confidences from 0.8 up to 0.9 count together (Guo and others 2017 take ten bins as well)."""
NOBODY = "nobody"
"""Where no step found a source, or the speaker fell below the floor."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One attribution of a found quotation with a gold source.

    `step` is the step of the sieve for a direct quotation and its kind ("mixed", "indirect") for a reported one;
    `method` is that of the attribution. `mention` and `speaker` say whether each is right; `speaker` is None where
    nobody was named.
    """

    step: str
    method: str
    confidence: float
    mention: bool
    speaker: bool | None


@dataclass(frozen=True, slots=True)
class Bin:
    """The attributions with a confidence in [low, low + WIDTH): how many, their mean confidence and share right."""

    low: float
    count: int
    confidence: float
    right: float


def judge(gold: Sequence[GoldArticle], extractor: QuoteExtractor) -> list[Judged]:
    """Every attribution of the articles that can be judged, in order."""
    judged = []
    for row, attributions in zip(gold, extractor.extract([row.article for row in gold]), strict=True):
        text = row.article.text
        rows = extracted(row.article, attributions)["quotes"]
        assert isinstance(rows, list)
        contents = [characters(text, quote.spans) for quote in row.quotes]
        predicted = [characters(text, [(s.start, s.end) for s in a.quotation.spans]) for a in attributions]
        for number, (at, _) in match(contents, predicted, IOU).found.items():
            theirs, ours, attribution = row.quotes[number], quote_from(rows[at]), attributions[at]
            if not theirs.speaker_text:
                continue
            mention = source_right(theirs, ours)
            named = name_right(theirs.speaker_name, ours.speaker_name) if theirs.speaker_name else mention
            quotation = attribution.quotation
            judged.append(
                Judged(
                    (quotation.step or NOBODY) if quotation.kind == "direct" else quotation.kind,
                    attribution.method or NOBODY,
                    attribution.confidence,
                    mention,
                    None if attribution.speaker is None else named,
                )
            )
    return judged


def bins(judged: Iterable[Judged]) -> list[Bin]:
    """The reliability table, lowest bin first; empty bins are left out."""
    found: dict[int, list[Judged]] = defaultdict(list)
    for one in judged:
        if one.speaker is not None:
            found[min(int(one.confidence / WIDTH + 1e-9), round(1 / WIDTH) - 1)].append(one)
    return [
        Bin(
            round(number * WIDTH, 2),
            len(ones),
            sum(one.confidence for one in ones) / len(ones),
            sum(bool(one.speaker) for one in ones) / len(ones),
        )
        for number, ones in sorted(found.items())
    ]


def expected_calibration_error(table: Sequence[Bin]) -> float | None:
    """Give the sum over bins of count / total x |share right - mean confidence| (Naeini and others 2015)."""
    total = sum(one.count for one in table)
    return sum(one.count * abs(one.right - one.confidence) for one in table) / total if total else None


def shares(judged: Iterable[Judged], key: str) -> dict[str, tuple[int, float | None, float | None]]:
    """By step or method: how many, percent of right mentions, percent of right speakers among those named."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[getattr(one, key)].append(one)
    return {
        name: (
            len(ones),
            percentage(sum(one.mention for one in ones), len(ones)),
            percentage(sum(bool(one.speaker) for one in ones), sum(one.speaker is not None for one in ones)),
        )
        for name, ones in sorted(groups.items(), key=lambda item: -len(item[1]))
    }


def as_json(judged: Sequence[Judged]) -> Mapping[str, object]:
    """The three tables and the error of calibration."""
    table = bins(judged)
    return {
        "ece": expected_calibration_error(table),
        "bins": [{"from": b.low, "count": b.count, "confidence": b.confidence, "right": b.right} for b in table],
        "steps": shares(judged, "step"),
        "methods": shares(judged, "method"),
    }


def printed(judged: Sequence[Judged]) -> str:
    """The tables as text."""
    lines = []
    for key in ("step", "method"):
        lines += [f"{key:14s} {'decided':>8s} {'mention right %':>16s} {'speaker right %':>16s}"]
        for name, (count, *percent) in shares(judged, key).items():
            cells = ("-" if value is None else f"{value:.1f}" for value in percent)
            lines.append(f"{name:14s} {count:8d} " + " ".join(f"{cell:>16s}" for cell in cells))
        lines.append("")
    table = bins(judged)
    lines.append(f"{'confidence':14s} {'count':>8s} {'mean':>16s} {'right':>16s}")
    lines += [f"from {b.low:<9.1f} {b.count:8d} {b.confidence:16.3f} {b.right:16.3f}" for b in table]
    error = expected_calibration_error(table)
    lines.append(f"expected calibration error {'-' if error is None else f'{error:.3f}'}")
    return "\n".join(lines)
