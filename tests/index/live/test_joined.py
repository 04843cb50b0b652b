"""Each part of an index asked over several parts: nothing falls back to the first part alone."""

from __future__ import annotations

import pytest

from index.lexical import LexicalIndex
from index.live.lexical import JoinedWords
from index.live.store import JoinedStore
from index.live.vectors import JoinedSpoken, JoinedVectors
from index.live.wording import JoinedWording
from index.store import Store
from index.vectors import SpokenVectors, VectorIndex
from index.wording import WordingIndex

FOR_REBUILDS = {
    "article_speakers",
    "article_speakers_said",
    "contradictions",
    "corpus",
    "everything",
    "integrity",
    "kept",
    "lexical_rows",
    "numbered",
    "raw",
    "reusable",
    "rows_by_hash",
    "searchable",
    "speakers_of",
}
"""What of a store is asked of one generation alone."""
BY_OTHERS = {
    "allowed",
    "rows",
    "speakers_named",
    "ask",
    "best",
    "of",
    "scores",
    "search",
    "sharing",
    "terms",
    "weights",
    "words",
    "carries",
}
"""What asks methods that are its own, or the columns."""


@pytest.mark.parametrize(
    ("kind", "joined"),
    [
        (Store, JoinedStore),
        (LexicalIndex, JoinedWords),
        (WordingIndex, JoinedWording),
        (SpokenVectors, JoinedSpoken),
        (VectorIndex, JoinedVectors),
    ],
)
def test_whatever_a_part_can_be_asked_several_can(kind: type, joined: type) -> None:
    public = {name for name in dir(kind) if not name.startswith("_") and callable(getattr(kind, name))}
    makers = {"build", "build_again", "made", "open", "create", "in_memory", "together"}
    expected = public - FOR_REBUILDS - (BY_OTHERS if kind is not VectorIndex else set()) - makers
    assert expected <= joined.__dict__.keys()
