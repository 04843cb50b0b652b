"""Transcripts and interviews: paragraphs that open with who speaks ("PENCE: Well, ...", "Q: ...", "Ola Berg: ...")."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from index.document import Block, Document
from index.types import Quotation, Span

TURNS = 3
"""Labelled paragraphs that make a transcript; one label at least must come again."""
SAID = 2
"""Words behind a label at least; "Ola Berg: 1,769." is a count."""

_NAME = r"[A-Z][\w.'’-]*(?:[ \xa0](?:[A-Z][\w.'’-]*|de|van|von|bin|al|of|the)){0,4}"
_LABEL = re.compile(rf"[“\"*_\[]{{0,3}}({_NAME})(?: \([^)\n]{{1,40}}\))?[*_\]]{{0,3}}:[*_]{{0,3}}\s+(?=\S)")
_NO_LABELS = frozenset(
    """
    also answer background caption correction date editor fact image more note photo picture question read related
    source sources summary tags topics update updated video warning watch
    """.split()
)
_CLOSING = '”"*_ \t\xa0'


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says in one paragraph: the label that names him or her, and the words behind it."""

    block: Block
    label: Span
    content: Span


def find_turns(document: Document) -> list[Turn]:
    """The turns of a transcript in order; empty where the article is none.

    A paragraph without a label goes on with the turn before it where most paragraphs are labelled.
    """
    article = document.article
    labelled: dict[int, tuple[Span, int]] = {}
    for block in document.body:
        found = _LABEL.match(article.text, block.paragraph.start, block.paragraph.end)
        if found is None or _NO_LABELS & {word.lower() for word in found.group(1).split()}:
            continue
        if sum(word[0].isalpha() for word in article.text[found.end() : block.paragraph.end].split()) >= SAID:
            labelled[block.index] = (article.span(*found.span(1)), found.end())
    names = Counter(label.text for label, _ in labelled.values())
    if len(labelled) < TURNS or max(names.values(), default=0) < 2:
        return []
    throughout = len(labelled) * 2 > len(document.body)
    turns: list[Turn] = []
    for block in document.body:
        start, end = block.paragraph.start, block.paragraph.end
        if block.index in labelled:
            label, start = labelled[block.index]
        elif throughout and turns and turns[-1].block.index == block.index - 1 and not _is_aside(article.text, block):
            label = turns[-1].label
        else:
            continue
        while end > start and article.text[end - 1] in _CLOSING:
            end -= 1
        if any(c.isalnum() for c in article.text[start:end]):
            turns.append(Turn(block, label, article.span(start, end)))
    return turns


def turn_quotations(document: Document, turns: list[Turn]) -> list[Quotation]:
    """Each turn as a direct quotation of its label."""
    return [Quotation(document.article.id, "direct", (t.content,), None, t.label, "label") for t in turns]


def _is_aside(text: str, block: Block) -> bool:
    """Stage directions ("(CROSSTALK)", "[laughter]", "END") are nobody's words."""
    line = text[block.paragraph.start : block.paragraph.end].strip('“”" ')
    return line[:1] in "([*" or line.isupper()
