"""The quotations of an article: content, cue and the mention of the source; who that is, is for `index.speakers`."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from index.document import Document
from index.quotations.blockquotes import find_blocks
from index.quotations.direct import find_direct
from index.quotations.reported import find_reported
from index.quotations.transcript import find_turns, turn_quotations
from index.types import Quotation

__all__ = ["find_marked", "find_quotations"]


MARKED = 3
"""Words, with a letter each, from which what stands in marks is taken for something said rather than a name."""


def find_marked(document: Document) -> tuple[Quotation, ...]:
    """What stands in quotation marks, of an article in a language whose grammar is not known here; nobody's words."""
    article = document.article
    found = (
        article.span(quoted.inner_start, quoted.inner_end)
        for block in document.body
        for quoted in block.quoted
        if quoted.closed
    )
    return tuple(
        Quotation(article.id, "direct", (span,))
        for span in found
        if sum(any(map(str.isalpha, word)) for word in span.text.split()) >= MARKED
    )


def find_quotations(document: Document) -> tuple[Quotation, ...]:
    """Direct, mixed and indirect quotations, by where they begin. Never raises, whatever the text."""
    turns = find_turns(document)
    blocks = {} if turns else find_blocks(document)
    narration = document.without({turn.block.index for turn in turns} | blocks.keys())
    reported = find_reported(narration)
    direct = _beside(find_direct(narration), reported)
    found = [*turn_quotations(document, turns), *blocks.values(), *direct, *reported]
    unique = {quotation.spans: quotation for quotation in reversed(found)}
    return tuple(sorted(unique.values(), key=lambda q: (q.start, q.end)))


def _beside(direct: list[Quotation], reported: list[Quotation]) -> Iterator[Quotation]:
    """The direct quotations that no reported clause has taken in whole."""
    spans = sorted((span.start, span.end) for other in reported if other.kind == "mixed" for span in other.spans)
    starts = [start for start, _ in spans]
    furthest = list(accumulate((end for _, end in spans), max))
    for quotation in direct:
        before = (bisect_right(starts, span.start) for span in quotation.spans)
        if not all(i and furthest[i - 1] >= span.end for i, span in zip(before, quotation.spans, strict=True)):
            yield quotation
