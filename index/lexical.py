"""BM25 over words: lower case, accents folded, English stop words out, stems compared, as tantivy cuts and stems them.

The lists are this project's own (index/postings.py). Of 100,000 passages the best 500 for questions of 30 words take
tantivy .8 ms at the median, these lists as long; but every candidate of the vectors wants its score too, which from
tantivy is another search among given rows, 3.9 ms, and here is there already. SQLite FTS5 takes 90 ms, bm25s 1.3.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.postings import Asked, Postings
from index.relisted import Kept, relisted

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

LONGEST_WORD = 60
"""Bytes; longer runs of letters are addresses or noise."""
REMEMBERED = 50_000
"""Words whose terms are remembered, some 10 MB."""
BYTES = "cp1252"
"""Windows-1252 has a byte for each letter, figure and mark of nearly all English news; a text in it is cut in half the
time, 18 µs for 200 characters."""
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


ANALYSIS = hashlib.sha256(repr((LONGEST_WORD, STOP_WORDS)).encode()).hexdigest()[:16]
"""What tells, beside the version of tantivy, whether another text would be cut into the same terms."""
_WORD = re.compile(r"[^\W_]")
_SPACED = bytes(
    byte if _WORD.match(bytes([byte]).decode(BYTES, "replace").replace("\ufffd", " ")) else ord(" ")
    for byte in range(256)
)
"""Each byte of BYTES as itself where it is of a word, as a space where it is not."""


class _Terms(dict[str | bytes, str | None]):
    """The term of each word, in Unicode or in BYTES; None of one that does not count.

    1.4 µs a word to analyse it, .1 to remember it; the words of news repeat. What remembers does not hold an index,
    which so goes with its files as soon as nobody asks it.
    """

    def __init__(self, analyser: Any) -> None:
        self._analyser = analyser

    def __missing__(self, word: str | bytes) -> str | None:
        text = word if isinstance(word, str) else word.decode(BYTES)
        term: str | None = next(iter(self._analyser.analyze(text)), None)
        if len(self) >= REMEMBERED:
            self.clear()
        self[word] = term
        return term


class LexicalIndex:
    """The words of every passage. Text is taken as plain words, never as a query language."""

    @staticmethod
    def build(path: Path, rows: Iterable[tuple[int, str]]) -> int:
        """Write (id, text) pairs, ids rising, into the new folder `path`; gives how many (OSError: it cannot be)."""
        analyser = _analyser()
        return Postings.build(path, ((id_, analyser.analyze(text)) for id_, text in rows))

    @staticmethod
    def build_again(
        path: Path, before: Path, kept: Kept, ids: Ids, rows: Callable[[Ids], Iterable[tuple[int, str]]]
    ) -> int:
        """Write what `build` would of the passages `ids`, rising; of those `kept` their words are taken from `before`.

        `rows` gives (id, text) of the passages that it is given. What is in the folder `before` was made by this very
        `ANALYSIS` (OSError: it cannot be written).
        """
        analyser = _analyser()
        relisted(before, kept, ids, lambda some: ((id_, analyser.analyze(text)) for id_, text in rows(some))).write(
            path
        )
        return len(ids)

    @classmethod
    def made(cls, rows: Iterable[tuple[int, str]], mean: float | None) -> LexicalIndex:
        """(id, text) pairs, ids rising, in memory; scored beside texts of this mean length."""
        analyser = _analyser()
        return cls(Postings.made(((id_, analyser.analyze(text)) for id_, text in rows), mean))

    @classmethod
    def together(cls, some: Sequence[LexicalIndex], without: Ids) -> LexicalIndex:
        """Several that were `made` beside one mean length, ids rising from one to the next, without some passages."""
        return cls(Postings.together([one._postings for one in some], without))

    @property
    def mean(self) -> float | None:
        """The mean length of a text that scores are made with, in terms; None where nobody wrote it down."""
        return self._postings.mean

    @classmethod
    def open(cls, path: Path) -> LexicalIndex:
        """Read what `build` wrote.

        Raises:
            DamagedIndexError: the folder is missing or holds other files than these.
        """
        return cls(Postings.open(path))

    def __init__(self, postings: Postings) -> None:
        from tantivy import TextAnalyzerBuilder, Tokenizer

        self._postings = postings
        self._analyser = _analyser()
        self._cutter = TextAnalyzerBuilder(Tokenizer.simple()).build()
        self._term = _Terms(self._analyser)

    def __len__(self) -> int:
        return len(self._postings)

    def ids(self) -> Ids:
        """The ids of all passages, rising."""
        return self._postings.places.ids

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
        term = self._term
        try:
            pieces = text.encode(BYTES).translate(_SPACED).split(b" ")
        except UnicodeEncodeError:
            for word in self._cutter.analyze(text):
                # tantivy gives no offsets; between two words there is no letter and no figure, so none is missed.
                start = text.index(word, at)
                at = start + len(word)
                found.append((start, at, term[word]))
            return found
        for piece in pieces:
            if piece:
                end = at + len(piece)
                found.append((at, end, term[piece]))
                at = end
            at += 1  # the space
        return found

    def carries(self, word: str) -> bool:
        """Whether any text has the stem of this word."""
        return any(self.frequencies(self.terms(word)))

    def frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term stands."""
        return self._postings.frequencies(terms)

    def weights(self, terms: Sequence[str]) -> list[float]:
        """BM25's idf of each term, above 0; the rarer the larger, most for a term that no passage has."""
        count = len(self)
        frequencies = self.frequencies(terms)
        return [math.log(1 + (count - frequency + 0.5) / (frequency + 0.5)) for frequency in frequencies]

    def ask(self, text: str) -> Asked:
        """A question whose scores are to be had: of the best, and of any row (see RARER_COUNT_MORE)."""
        terms = list(dict.fromkeys(self.terms(text)))
        weights = [weight ** (1 + RARER_COUNT_MORE) for weight in self.weights(terms)]
        return self._asked(dict(zip(terms, weights, strict=True)))

    def carried(self, terms: Sequence[str], ids: Ids) -> NDArray[np.bool_]:
        """Which of `terms`, each once, stand in each of `ids`; shape (number of ids, number of terms)."""
        return self._postings.asked(dict.fromkeys(terms, 1.0)).carried(ids)

    def _asked(self, weights: dict[str, float]) -> Asked:
        """The lists of these terms, each with its weight."""
        return self._postings.asked(weights)

    def search(self, text: str, k: int, allowed: Ids | None = None) -> tuple[Ids, Scores]:
        """Ids and scores (above 0) of the best `k` that share a word with `text`, best first.

        `allowed` restricts the answer exactly and leaves the scores as they are.
        """
        return self.best(self.ask(text), k, allowed)

    def scores(self, text: str, ids: Ids) -> Scores:
        """BM25 scores of `ids` in their order, 0 where no word is shared."""
        return self.of(self.ask(text), ids)

    def best(self, asked: Asked, k: int, allowed: Ids | None = None) -> tuple[Ids, Scores]:
        """As `search`, of a question that was asked."""
        return asked.best(k, allowed)

    def of(self, asked: Asked, ids: Ids) -> Scores:
        """As `scores`, of a question that was asked."""
        return asked.of(ids)


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
