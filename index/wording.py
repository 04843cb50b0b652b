"""The very words of every quotation, by tantivy: nothing stemmed or left out, with their positions.

`index.lexical` finds what a passage is about and drops words to do so; here a word is looked for as it was said, and
several as they stand one after another. Words are those of `index.comparison`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.comparison import forms
from index.errors import DamagedIndexError, is_panic
from index.types import Span

Ids = NDArray[np.int64]

ANALYSER = "whitespace"
"""No word of `index.comparison` holds a space, so this one leaves them as they are."""
WRITER_MEMORY = 128_000_000
"""Bytes that tantivy may fill before it writes a segment; its own default."""
LITTLE_MEMORY = 15_000_000
"""The least that it takes, for a few quotations at a time."""


class WordingIndex:
    """The words of every quotation in their order."""

    @staticmethod
    def build(path: Path, rows: Iterable[tuple[int, Sequence[Span]]]) -> int:
        """Write the words of quotations, (id, pieces) each, into the new folder `path`; gives how many.

        Raises:
            OSError: it cannot be written.
        """
        import tantivy

        path.mkdir()
        try:
            return _write(tantivy.Index(_schema(), str(path)), rows)
        except ValueError as error:  # what tantivy makes of every failure
            raise OSError(f"{path}: tantivy cannot write it ({str(error).splitlines()[0]})") from error

    @classmethod
    def open(cls, path: Path) -> WordingIndex:
        """Read what `build` wrote.

        Raises:
            DamagedIndexError: the folder is missing or holds no index that this tantivy reads.
        """
        import tantivy

        try:
            index = tantivy.Index.open(str(path))
            # A generation never changes; watching it for commits would cost a thread.
            index.config_reader("manual", 0)
            return cls(index)
        except BaseException as error:
            if not isinstance(error, (ValueError, OSError)) and not is_panic(error):
                raise
            reason = str(error).strip().splitlines()[0]
            raise DamagedIndexError(f"{path}: tantivy cannot read it ({reason}); run `attributed rebuild`") from error

    def __init__(self, index: Any) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def ids(self) -> Ids:
        """The ids of all quotations, rising."""
        import tantivy

        hits = self._searcher.search(tantivy.Query.all_query(), limit=max(1, len(self)), count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return np.sort(np.array(ids, np.int64))

    def knows(self, word: str) -> bool:
        """Whether any quotation holds this word."""
        return int(self._searcher.doc_freq("words", word)) > 0

    def weight(self, word: str) -> float:
        """How telling a word is: minus the logarithm of the share of quotations that hold it, smoothed; above 0."""
        return telling(len(self), self.frequency(word))

    def frequency(self, word: str) -> int:
        """How many quotations hold this word."""
        return int(self._searcher.doc_freq("words", word))

    def phrase(self, words: Sequence[str]) -> tuple[Ids, Ids]:
        """Every quotation that holds `words` (one at least) one after another: ids, and how many words each has."""
        hits = self._searcher.search(self._phrase(words), limit=max(1, len(self)), count=False).hits
        addresses = [address for _, address in hits]
        ids = self._searcher.fast_field_values("id", addresses)
        return np.array(ids, np.int64), np.array(self._searcher.fast_field_values("count", addresses), np.int64)

    def sharing(self, weights: Mapping[tuple[str, ...], float], limit: int, among: Ids | None = None) -> list[int]:
        """Ids of the `limit` quotations that share the most, by the sum of the weights of the runs they hold.

        A run is one word or several that stand one after another. The length of a quotation does not count, so that
        a part of a long one is found as well. `among` restricts the answer.
        """
        return [id_ for _, id_ in self.sharing_scored(weights, limit, among)]

    def sharing_scored(
        self, weights: Mapping[tuple[str, ...], float], limit: int, among: Ids | None = None
    ) -> list[tuple[float, int]]:
        """The same, each with the sum of its weights, the largest first."""
        import tantivy

        if not weights or (among is not None and not len(among)):
            return []
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.const_score_query(self._phrase(run), weight))
            for run, weight in weights.items()
        ]
        query = tantivy.Query.boolean_query(clauses)
        if among is not None:
            kept = tantivy.Query.const_score_query(
                tantivy.Query.term_set_query(self._schema, "id", among.tolist()), 0.0
            )
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, kept)])
        hits = self._searcher.search(query, limit=limit, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return [(float(score), int(id_)) for (score, _), id_ in zip(hits, ids, strict=True)]

    def _phrase(self, words: Sequence[str]) -> Any:
        import tantivy

        if len(words) == 1:
            return tantivy.Query.term_query(self._schema, "words", words[0], "basic")
        return tantivy.Query.phrase_query(self._schema, "words", list(words))


class GrowingWording:
    """The words of quotations that come a few at a time, in memory; one writer.

    What tantivy writes and puts together it does in threads of its own, beside Python's lock.
    """

    def __init__(self) -> None:
        import tantivy

        self._index = tantivy.Index(_schema())
        self._writer = self._index.writer(LITTLE_MEMORY, 1)

    def add(self, rows: Iterable[tuple[int, Sequence[Span]]]) -> WordingIndex:
        """Take in the words of quotations, (id, pieces) each; gives the index of all that are there by now."""
        for id_, pieces in rows:
            self._writer.add_document(_document(id_, pieces))
        self._writer.commit()
        self._index.reload()
        return WordingIndex(self._index)


def telling(count: int, frequency: int) -> float:
    """The weight of a word that `frequency` of `count` quotations hold."""
    return math.log((count + 1) / (frequency + 0.5) + 1)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", indexed=True, fast=True)
    builder.add_integer_field("count", fast=True)
    builder.add_text_field("words", tokenizer_name=ANALYSER, index_option="position")
    return builder.build()


def _document(id_: int, pieces: Sequence[Span]) -> Any:
    import tantivy

    words = [form for piece in pieces for form in forms(piece.text)]
    document = tantivy.Document()
    document.add_integer("id", id_)
    document.add_integer("count", len(words))
    document.add_text("words", " ".join(words))
    return document


def _write(index: Any, rows: Iterable[tuple[int, Sequence[Span]]]) -> int:
    count = 0
    # One thread writes the documents in order, into the same segments each time.
    writer = index.writer(WRITER_MEMORY, 1)
    for id_, pieces in rows:
        writer.add_document(_document(id_, pieces))
        count += 1
    writer.commit()
    writer.wait_merging_threads()
    return count
