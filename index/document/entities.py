"""Named entities by the model's own weights, decoded all words at once.

spaCy's recogniser goes from word to word and tries every move at each. Outside an entity its answer hangs on the word's
vector alone, not on what was decided before, so that the answers of all words of a batch are one product of matrices;
only the few words inside an entity are decided one after the other. The answers are spaCy's, in a tenth of its time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from spacy.pipeline import EntityRecognizer
    from spacy.tokens import Doc

_OUT = "O"


class EntityFinder:
    """The recogniser of a spaCy pipeline: three features a word (itself, first and last word of the open entity)."""

    def __init__(self, recognizer: EntityRecognizer) -> None:
        model = recognizer.model
        self._vectors = model.layers[0]
        self._lower = model.get_ref("lower")
        self._lower_bias = self._lower.get_param("b")
        self._upper = model.get_ref("upper").get_param("W")
        self._upper_bias = model.get_ref("upper").get_param("b")
        moves: list[str] = [recognizer.moves.get_class_name(i) for i in range(recognizer.moves.n_moves)]
        self._moves = [(move[:1], move[2:]) for move in moves]
        self._number = {move: i for i, move in enumerate(moves)}
        self._begins = np.array([move.startswith("B-") for move in moves])
        # "In" and "last" go on with an open entity, and "U-" without a label blocks one: outside they are no moves.
        self._never = np.array([move.startswith(("I-", "L-")) or move == "U-" for move in moves])
        self._no_spaces = self._begins | np.array([move.startswith("U-") for move in moves])

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Set the entities of each; empty ones stay as they are."""
        from spacy.attrs import IS_SPACE, SENT_START
        from spacy.tokens import Span

        docs = [doc for doc in docs if len(doc)]
        if not docs:
            return
        features = self._lower.predict(self._vectors.predict(docs))  # row 0 stands for "no such word"
        spaces = np.concatenate([doc.to_array(IS_SPACE) for doc in docs]).astype(bool)
        # The last word of a sentence cannot begin or go on with an entity.
        closing = np.concatenate([[*(doc.to_array(SENT_START)[1:] == 1), True] for doc in docs]).astype(bool)
        guesses = self._outside(features, spaces, closing)
        opened = np.flatnonzero(guesses != self._number[_OUT])
        first = 0
        for doc in docs:
            left, right = np.searchsorted(opened, (first, first + len(doc)))
            found: list[Span] = []
            for word in opened[left:right].tolist():
                start = word - first
                if found and start < found[-1].end:
                    continue
                move, label = self._moves[guesses[word]]
                last = word if move == "U" else self._last(features, closing, word, label)
                found.append(Span(doc, start, last - first + 1, label=label))
            doc.set_ents(found)
            first += len(doc)

    def _outside(self, features: Any, spaces: Any, closing: Any) -> Any:
        """The best move of each word while no entity is open."""
        alone = features[1:, 0] + features[0, 1] + features[0, 2] + self._lower_bias
        scores = alone.max(axis=-1) @ self._upper.T + self._upper_bias
        scores[:, self._never] = -np.inf
        scores[np.ix_(spaces, self._no_spaces)] = -np.inf
        scores[np.ix_(closing, self._begins)] = -np.inf
        return scores.argmax(axis=1)

    def _last(self, features: Any, closing: Any, first: int, label: str) -> int:
        """The last word of the entity that opens at `first`."""
        pair = [self._number[f"I-{label}"], self._number[f"L-{label}"]]
        weights, bias = self._upper[pair], self._upper_bias[pair]
        word = first + 1
        while not closing[word]:
            state = features[word + 1, 0] + features[first + 1, 1] + features[word, 2] + self._lower_bias
            goes_on, ends = weights @ state.max(axis=-1) + bias
            if ends > goes_on:
                break
            word += 1
        return word
