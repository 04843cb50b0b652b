"""The words on record, as questions are understood by them: how many passages carry one, and how these write it."""

from __future__ import annotations

from collections.abc import Sequence

from index.lexical import LexicalIndex
from index.store import Store

SHOWN = 3
"""Words at most that are looked up as passages write them."""


class Vocabulary:
    """The words of all passages."""

    def __init__(self, words: LexicalIndex, store: Store) -> None:
        self._words = words
        self._store = store

    def count(self, word: str) -> int:
        """In how many passages a word, or another of its stem, stands; 0 for one that says nothing of a subject."""
        return max(self._words.frequencies(self._words.terms(word)), default=0)

    def written(self, words: Sequence[str]) -> list[str]:
        """For each of `words` that passages carry, how one of these writes it; those that most carry first."""
        text = " ".join(words)
        of_term = {term: text[start:end] for start, end, term in self._words.words(text) if term is not None}
        counts = self._words.frequencies(list(of_term))
        carried = sorted((-count, term) for term, count in zip(of_term, counts, strict=True) if count)
        found = []
        for _, term in carried[:SHOWN]:
            rows, _ = self._words.search(of_term[term], 1)
            if len(rows) and (written := self._in_passage(int(rows[0]), term)):
                found.append(written)
        return found

    def _in_passage(self, row: int, term: str) -> str | None:
        ((passage, _, _),) = self._store.passages([row])
        text = passage.search_text
        return next((text[start:end] for start, end, of in self._words.words(text) if of == term), None)
