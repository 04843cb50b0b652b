"""The quotations of an article: content, cue and the mention of the source; who that is, is for `index.speakers`."""

from __future__ import annotations

from index.document import Document
from index.quotations.direct import find_direct
from index.quotations.reported import find_reported
from index.quotations.transcript import find_turns, turn_quotations
from index.types import Quotation

__all__ = ["find_quotations"]


def find_quotations(document: Document) -> tuple[Quotation, ...]:
    """Direct, mixed and indirect quotations, by where they begin. Never raises, whatever the text."""
    turns = find_turns(document)
    narration = document.without({turn.block.index for turn in turns})
    found = [*turn_quotations(document, turns), *find_direct(narration), *find_reported(narration)]
    unique = {quotation.spans: quotation for quotation in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda q: (q.start, q.end)))
