"""The measures, as pure functions; each docstring holds its formula.

Relevance is a mapping from a document to its grade (0 or a missing key: not relevant); a ranking is a sequence of
documents, best first, none twice.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Document = TypeVar("Document", bound=Hashable)


class Scores(NamedTuple):
    """Precision, recall and F1 in percent, each rounded to one decimal."""

    precision: float
    recall: float
    f1: float


def precision_recall_f1(right: int, gold: int, right_predicted: int, predicted: int) -> Scores:
    """Give P = right_predicted / predicted, R = right / gold, F1 = 2PR / (P + R); 0 where a divisor is 0.

    Two counts of right ones, because a gold unit without a source counts on one side alone. F1 is taken before
    rounding.
    """
    precision = right_predicted / predicted if predicted else 0.0
    recall = right / gold if gold else 0.0
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return Scores(round(100 * precision, 1), round(100 * recall, 1), round(100 * f1, 1))


def percentage(part: int, whole: int) -> float | None:
    """Give 100 part / whole, rounded to one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None


def gain(grade: int) -> int:
    """Give 2^grade - 1: grade 2 is worth three times grade 1; a binary judgment keeps its 0 or 1."""
    return (1 << grade) - 1


def dcg(grades: Sequence[int], k: int) -> float:
    """Give the sum over ranks r = 1..k of (2^grade_r - 1) / log2(r + 1)."""
    return sum(gain(grade) / math.log2(rank + 1) for rank, grade in enumerate(grades[:k], start=1))


def ndcg_of_grades(grades: Sequence[int], relevant: Sequence[int], k: int) -> float:
    """Give dcg@k of the grades as ranked over dcg@k of the relevant ones in their best order, at most 1; 0 if none."""
    ideal = dcg(sorted(relevant, reverse=True), k)
    return min(1.0, dcg(grades, k) / ideal) if ideal else 0.0


def ndcg(ranking: Sequence[Document], relevance: Mapping[Document, int], k: int) -> float:
    """Give nDCG@k of a ranking, 0 to 1 (Järvelin and Kekäläinen 2002, with exponential gains)."""
    return ndcg_of_grades([relevance.get(document, 0) for document in ranking], list(relevance.values()), k)


def recall(ranking: Sequence[Document], relevance: Mapping[Document, int], k: int) -> float:
    """Give |relevant among the first k| / |relevant|, 0 to 1; 0 where nothing is relevant."""
    relevant = {document for document, grade in relevance.items() if grade > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[Document], relevance: Mapping[Document, int], k: int) -> float:
    """Give 1 / rank of the first relevant document among the first k, else 0."""
    ranks = (rank for rank, document in enumerate(ranking[:k], start=1) if relevance.get(document, 0) > 0)
    return next((1 / rank for rank in ranks), 0.0)


def mean(values: Sequence[float]) -> float:
    """Give the arithmetic mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def roc_area(positives: Sequence[float], negatives: Sequence[float]) -> float | None:
    """Give the share of pairs in which the positive scores higher, ties as half: the area under the ROC curve.

    None where either side is empty.
    """
    if not positives or not negatives:
        return None
    pairs = [(positive > negative) + (positive == negative) / 2 for positive in positives for negative in negatives]
    return sum(pairs) / len(pairs)


def alarms_at_misses(positives: Sequence[float], negatives: Sequence[float], misses: float) -> float | None:
    """Give the least share of negatives at or above a threshold that leaves at most `misses` of the positives below it.

    `misses` and what is given are shares, 0 to 1; None where either side is empty.
    """
    if not positives or not negatives:
        return None
    allowed = min(int(misses * len(positives) + 1e-9), len(positives) - 1)
    threshold = sorted(positives)[allowed]
    return sum(negative >= threshold for negative in negatives) / len(negatives)
