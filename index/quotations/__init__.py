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
    reported = find_reported(narration)
    direct = [quotation for quotation in find_direct(narration) if not _is_part(quotation, reported)]
    found = [*turn_quotations(document, turns), *direct, *reported]
    unique = {quotation.spans: quotation for quotation in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda q: (q.start, q.end)))


def _is_part(quotation: Quotation, reported: list[Quotation]) -> bool:
    """Whether a reported clause has taken in the whole quotation."""
    spans = [span for other in reported if other.kind == "mixed" for span in other.spans]
    return all(any(s.start <= span.start and span.end <= s.end for s in spans) for span in quotation.spans)
