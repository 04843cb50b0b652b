"""Part of speech and lemma of a word, by its form, tag and dependency; each such three is worked out once.

spaCy's attribute ruler tries 179 patterns at each word, and nearly all of them look at that word alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from spacy.tokens import Doc

_Key = tuple[int, int, int]

MOST_KEPT = 200_000
"""Words that are remembered; beyond it begins anew, so that memory does not grow with the corpus."""


class WordClasses:
    """The attribute ruler and the lemmatizer of a spaCy pipeline."""

    def __init__(self, pipeline: Any) -> None:
        from spacy.matcher import Matcher

        self._vocab = pipeline.vocab
        self._ruler = pipeline.get_pipe("attribute_ruler")
        self._lemmatizer = pipeline.get_pipe("lemmatizer")
        _as_sets(self._lemmatizer.lookups.get_table("lemma_index"))
        self._known: dict[_Key, _Key] = {}
        self._neighbourly: set[_Key] = set()
        """Words that open a pattern of several words ("let 's")."""
        self._openers = Matcher(pipeline.vocab)
        self._patterns = Matcher(pipeline.vocab)
        for number, rule in enumerate(self._ruler.patterns):
            if longer := [pattern for pattern in rule["patterns"] if len(pattern) > 1]:
                self._openers.add(str(number), [pattern[:1] for pattern in longer])
                self._patterns.add(str(number), longer)
        self._openers.add("space", [[{"IS_SPACE": True}]])

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Set POS and LEMMA of every word; the docs have tags, with or without dependencies."""
        from spacy.attrs import DEP, LEMMA, ORTH, POS, TAG

        keys = [[*map(tuple, doc.to_array([ORTH, TAG, DEP]).tolist())] for doc in docs]
        self._learn({key for words in keys for key in words}.difference(self._known))
        for doc, words in zip(docs, keys, strict=True):
            if not self._neighbourly.isdisjoint(words):
                self._lemmatizer(self._ruler(doc))
            elif words:
                found: Any = np.array([self._known[key] for key in words], dtype="uint64")
                doc.from_array([TAG, POS, LEMMA], found)
        if len(self._known) > MOST_KEPT:
            self._known.clear()
            self._neighbourly.clear()

    def _learn(self, keys: Collection[_Key]) -> None:
        from spacy.attrs import LEMMA, POS, TAG

        if not keys:
            return
        ordered, apart = sorted(keys), 1
        learning = self._doc(ordered, apart)
        self._neighbourly.update(ordered[at] for _, at, _ in self._openers(learning, allow_missing=True))
        if self._patterns(learning, allow_missing=True):
            apart = 2  # two that happen to stand side by side match a pattern: a comma goes between all
            learning = self._doc(ordered, apart)
        self._lemmatizer(self._ruler(learning))
        rows = learning.to_array([TAG, POS, LEMMA])[::apart].tolist()
        self._known |= zip(ordered, map(tuple, rows), strict=True)

    def _doc(self, keys: Sequence[_Key], apart: int) -> Any:
        """The words as a text of their own; where they stand two `apart`, with a comma behind each."""
        from spacy.attrs import DEP, TAG
        from spacy.tokens import Doc

        doc = Doc(self._vocab, words=[w for orth, _, _ in keys for w in (self._vocab.strings[orth], ",")[:apart]])
        attributes: Any = np.array([[self._vocab.strings[","], 0]] * len(doc), dtype="uint64")
        attributes[::apart] = np.array([key[1:] for key in keys], dtype="uint64")
        return doc.from_array([TAG, DEP], attributes)


def _as_sets(index: Any) -> None:
    """The lemmatizer asks of every form whether it is a word, and its list of nouns holds 57,528."""
    for key, words in list(index.items()):
        index[key] = frozenset(words)
