"""BM25 over words, by tantivy: lower case, accents folded, English stop words out, stems compared.

The engine is tantivy. Of 100,000 passages the best 500 for questions of 30 words, at the median and at p95, and on the
disk: tantivy .8 and 1.1 ms, 4.9 MB; SQLite FTS5 90 and 128 ms, 20 MB; bm25s 1.3 and 15 ms, 21 MB. bm25s takes no
addition without being built anew.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError, is_panic

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

ANALYSER = "attributed"
LONGEST_WORD = 60
"""Bytes; longer runs of letters are addresses or noise."""
REMEMBERED = 50_000
"""Words whose terms are remembered, some 10 MB."""
WRITER_MEMORY = 128_000_000
"""Bytes that tantivy may fill before it writes a segment; its own default."""

RARER_COUNT_MORE = 0.15
"""Each word of a question counts once, and BM25's idf is taken to the power of 1 + this. Against BM25 as it is, nDCG@10
rises on all of four collections: arguments .323 → .359, fact-checked claims .852 → .862, headlines .165 → .170,
reported to direct speech .125 → .127."""

STOP_WORDS = """
a about above after again against all also although am an and any anyone anybody anything are as at be because been
before being below between both but by can could did do does doing down during each either else ever every few for from
further had has have having he her here hers herself him himself his how however i if in into is it its itself just let
me might mine more most much must my myself neither no nor not now of off on once one only onto or other ought our ours
ourselves out over own per rather same shall she should so some somebody someone something such than that the their
theirs them themselves then there these they thing things this those though through thus to too toward towards under
until up upon very was we were what whatever when where whether which while who whoever whom whose why will with within
without would yes yet you your yours yourself yourselves
s t d ll m re ve don didn doesn isn aren wasn weren couldn wouldn shouldn hasn haven hadn won ain
""".split()
"""Words that say nothing about a subject, question words among them; "us" is left, it is also a country.

The last line is what is left of "don't", "it's" and the like when they are cut at the apostrophe.
"""


class LexicalIndex:
    """The words of every passage. Text is taken as plain words, never as a query language."""

    @staticmethod
    def build(path: Path, rows: Iterable[tuple[int, str]]) -> int:
        """Write (id, text) pairs into the new folder `path`; gives their number (OSError: it cannot be written)."""
        import tantivy

        path.mkdir()
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", indexed=True, fast=True)
        builder.add_text_field("text", tokenizer_name=ANALYSER, index_option="freq")
        index = tantivy.Index(builder.build(), str(path))
        index.register_tokenizer(ANALYSER, _analyser())
        # One thread writes the documents in order, into the same segments each time.
        writer = index.writer(WRITER_MEMORY, 1)
        count = 0
        try:
            for id_, text in rows:
                document = tantivy.Document()
                document.add_integer("id", id_)
                document.add_text("text", text)
                writer.add_document(document)
                count += 1
            writer.commit()
            writer.wait_merging_threads()
        except ValueError as error:  # what tantivy makes of every failure of its threads
            raise OSError(f"{path}: tantivy cannot write it ({str(error).splitlines()[0]})") from error
        return count

    @classmethod
    def open(cls, path: Path) -> LexicalIndex:
        """Read what `build` wrote.

        Raises:
            DamagedIndexError: the folder is missing or holds no index that this tantivy reads.
        """
        import tantivy

        try:
            index = tantivy.Index.open(str(path))
            index.register_tokenizer(ANALYSER, _analyser())
            # A generation never changes; watching it for commits would cost a thread.
            index.config_reader("manual", 0)
            return cls(index)
        except BaseException as error:
            if not isinstance(error, (ValueError, OSError)) and not is_panic(error):
                raise
            reason = str(error).strip().splitlines()[0]
            raise DamagedIndexError(f"{path}: tantivy cannot read it ({reason}); run `attributed rebuild`") from error

    def __init__(self, index: Any) -> None:
        from tantivy import TextAnalyzerBuilder, Tokenizer

        self._schema = index.schema
        self._searcher = index.searcher()
        self._analyser = _analyser()
        self._cutter = TextAnalyzerBuilder(Tokenizer.simple()).build()
        # 1.4 µs a word to analyse it, 0.1 µs to remember it; the words of news repeat. What remembers does not hold
        # this index, which so goes with its files as soon as nobody asks it.
        self._term = functools.lru_cache(REMEMBERED)(functools.partial(_term, self._analyser))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def ids(self) -> Ids:
        """The ids of all passages, rising."""
        import tantivy

        hits = self._searcher.search(tantivy.Query.all_query(), limit=max(1, len(self)), count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return np.sort(np.array(ids, np.int64))

    def terms(self, text: str) -> list[str]:
        """The stems that count in a text, in order, repeated ones included."""
        terms: list[str] = self._analyser.analyze(text)
        return terms

    def words(self, text: str) -> list[tuple[int, int, str | None]]:
        """Every word of a text in order: start, end, and its term; None for one that does not count.

        The words are those that the analyser cuts ("cease-fire" is two), the offsets characters of `text`.
        """
        found: list[tuple[int, int, str | None]] = []
        at = 0
        for word in self._cutter.analyze(text):
            # tantivy gives no offsets; between two words there is no letter and no figure, so none is missed.
            start = text.index(word, at)
            at = start + len(word)
            found.append((start, at, self._term(word)))
        return found

    def carries(self, word: str) -> bool:
        """Whether any text has the stem of this word."""
        return any(self._searcher.doc_freq("text", term) for term in self.terms(word))

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term stands."""
        return [self._searcher.doc_freq("text", term) for term in terms]

    def weights(self, terms: Sequence[str]) -> list[float]:
        """BM25's idf of each term, above 0; the rarer the larger, most for a term that no passage has."""
        count = len(self)
        frequencies = self.frequencies(terms)
        return [math.log(1 + (count - frequency + 0.5) / (frequency + 0.5)) for frequency in frequencies]

    def search(self, text: str, k: int, allowed: Ids | None = None) -> tuple[Ids, Scores]:
        """Ids and scores (above 0, see RARER_COUNT_MORE) of the best `k` that share a word with `text`, best first.

        `allowed` restricts the answer exactly and leaves the scores as they are.
        """
        words = self._words(text)
        if words is None or k <= 0 or (allowed is not None and not len(allowed)):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        query = words if allowed is None else self._within(words, allowed)
        hits = self._searcher.search(query, limit=k, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return np.array(ids, np.int64), np.array([score for score, _ in hits], np.float32)

    def scores(self, text: str, ids: Ids) -> Scores:
        """BM25 scores of `ids` in their order, 0 where no word is shared."""
        found, scores = self.search(text, len(ids), allowed=ids)
        by_id = dict(zip(found.tolist(), scores.tolist(), strict=True))
        return np.array([by_id.get(id_, 0.0) for id_ in ids.tolist()], np.float32)

    def _words(self, text: str) -> Any | None:
        import tantivy

        terms = list(dict.fromkeys(self.terms(text)))
        if not terms:
            return None
        return tantivy.Query.boolean_query(
            [
                (
                    tantivy.Occur.Should,
                    tantivy.Query.boost_query(
                        tantivy.Query.term_query(self._schema, "text", term, "freq"), weight**RARER_COUNT_MORE
                    ),
                )
                for term, weight in zip(terms, self.weights(terms), strict=True)
            ]
        )

    def _within(self, words: Any, ids: Ids) -> Any:
        import tantivy

        among = tantivy.Query.term_set_query(self._schema, "id", ids.tolist())
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, words), (tantivy.Occur.Must, tantivy.Query.const_score_query(among, 0.0))]
        )


def _term(analyser: Any, word: str) -> str | None:
    return next(iter(analyser.analyze(word)), None)


def _analyser() -> Any:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(LONGEST_WORD))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.custom_stopword(STOP_WORDS))
        .filter(Filter.stemmer("english"))
        .build()
    )
