"""Retrieval over a collection with judgments, by the very code that builds, serves and ranks."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.evaluation import metrics
from index.queries import MAX_QUESTION, Query, is_readable
from index.types import Article, Attribution, Quotation, Speaker

if TYPE_CHECKING:
    from index.build import PassageMaker
    from index.encoder import Encoder
    from index.queries import Mode
    from index.searcher import Searcher

K = 10
"""Ranks that are looked at."""

Figures = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents with the speaker of each where one is named; queries; query id → document id → grade."""

    documents: tuple[tuple[Article, str | None], ...]
    queries: Mapping[str, str]
    judgments: Mapping[str, Mapping[str, int]]


def read_collection(folder: Path) -> Collection:
    """Read corpus.jsonl, queries.jsonl and qrels.tsv; SourceError names the file and the line at fault.

    A document without text stands by its title; one without either cannot be found and is left out. So is a query
    without a relevant document, which no ranking could do well or badly by.
    """
    judgments = _judgments(folder / "qrels.tsv")
    documents = []
    for place, row in _rows(folder / "corpus.jsonl"):
        title, text = _field(place, row, "title"), _field(place, row, "text") or _field(place, row, "title")
        if text:
            article = Article(_required(place, row, "_id"), text, title)
            documents.append((article, _field(place, row, "speaker")))
    queries = {
        _required(place, row, "_id"): _required(place, row, "text") for place, row in _rows(folder / "queries.jsonl")
    }
    judged = {
        query: grades for query, grades in judgments.items() if query in queries and any(g > 0 for g in grades.values())
    }
    if not documents or not judged:
        raise SourceError(f"{folder} holds no document or no judged query; see corpus.jsonl and qrels.tsv")
    return Collection(tuple(documents), {query: queries[query] for query in judged}, judged)


def read_texts(path: Path) -> list[str]:
    """The "text" of every line; SourceError names the file and the line at fault."""
    return [_required(place, row, "text") for place, row in _rows(path)]


def _rows(path: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Place (file:line) and object of every line."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise SourceError(f"{path}:{number}: a line must be an object")
                    yield f"{path}:{number}", row
    except (OSError, ValueError, RecursionError) as error:
        raise SourceError(f"{path} cannot be read: {error}") from error


def _field(place: str, row: Mapping[str, object], key: str) -> str | None:
    """A text that can be indexed, None where it is missing or blank."""
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not is_readable(value):
        raise SourceError(f'{place}: "{key}" must be plain text, not {value!r:.60}')
    return value if value.strip() else None


def _required(place: str, row: Mapping[str, object], key: str) -> str:
    value = _field(place, row, key)
    if value is None:
        raise SourceError(f'{place}: no "{key}"')
    return value


def _judgments(path: Path) -> dict[str, dict[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            next(rows, None)
            for query, document, grade in filter(None, rows):
                found[query][document] = int(grade)
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {error}; it needs query-id, corpus-id, score") from error
    return dict(found)


class WholeTexts:
    """Each text is one quotation as it stands, said by whom the collection names; so its passage is the whole text."""

    version = "whole texts"

    def __init__(self, speakers: Mapping[str, str | None]) -> None:
        self._speakers = speakers

    def prepare(self) -> None:
        """Nothing is to be loaded."""

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        """One attribution an article."""
        for article in articles:
            quotation = Quotation(article.id, "direct", (article.span(0, len(article.text)),))
            name = self._speakers[article.id]
            if name is None:
                yield (Attribution(quotation),)
            else:
                yield (Attribution(quotation, Speaker(_slug(name), name, "person"), "given", 1.0),)


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.lower()).strip("-") or "speaker"


def evaluate(collection: Collection, encoder: Encoder, passages: PassageMaker | None = None) -> Figures:
    """Index the collection in a temporary folder and ask it every query: mode → measure → mean, four decimals."""
    from index.build import rebuild
    from index.searcher import Searcher

    extractor = WholeTexts({article.id: speaker for article, speaker in collection.documents})
    articles = [article for article, _ in collection.documents]
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        data = Path(folder)
        rebuild(articles, data, extractor=extractor, encoder=encoder, passages=passages)
        with Searcher.open(data, encoder) as searcher:
            return {mode: _figures(searcher, collection, mode) for mode in ("lexical", "semantic", "hybrid")}


def _figures(searcher: Searcher, collection: Collection, mode: Mode) -> dict[str, float]:
    scores: defaultdict[str, list[float]] = defaultdict(list)
    for key, text in collection.queries.items():
        answer = searcher.search(Query(text[:MAX_QUESTION], limit=K, mode=mode))
        ranking = [hit.article.id for hit in answer.hits]
        grades = collection.judgments[key]
        scores["ndcg"].append(metrics.ndcg(ranking, grades, K))
        scores["recall"].append(metrics.recall(ranking, grades, K))
        scores["mrr"].append(metrics.reciprocal_rank(ranking, grades, K))
    return {f"{name}@{K}": round(metrics.mean(values), 4) for name, values in scores.items()}


def printed(figures: Figures) -> str:
    """The figures as a table, a mode a line."""
    names = list(next(iter(figures.values())))
    lines = [" " * 10 + "".join(f"{name:>12}" for name in names)]
    lines += [f"{mode:10}" + "".join(f"{row[name]:12.4f}" for name in names) for mode, row in figures.items()]
    return "\n".join(lines)
