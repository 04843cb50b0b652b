"""Transcripts and interviews: paragraphs that open with who speaks ("PENCE: Well, ...", "Q. ...", "Ola Berg: ...").

"Q" is nobody but for a line that names him or her ("BY MR. BERG:"); "A" is whoever headline and introduction name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from index.document import Block, Document
from index.quotations.interviews import find_answers, in_first_person, interviewee, whose_initials
from index.types import Article, Quotation, Span

TURNS = 3
"""Labelled paragraphs that make a transcript; one label at least must come again."""
SAID = 2
"""Words behind a label at least; "Ola Berg: 1,769." is a count."""

_NAME = r"[A-Z][\w.'’-]*(?:[ \xa0](?:[A-Z][\w.'’-]*|de|van|von|bin|al|of|the)){0,4}"
_LABEL = re.compile(rf"[“\"*_\[]{{0,3}}({_NAME})(?: \([^)\n]{{1,40}}\))?[*_\]]{{0,3}}:[*_]{{0,3}}\s+(?=\S)")
_HOLDER = re.compile(
    rf"[“\"*_\[]{{0,3}}(?=The\b|[^(\n]{{1,120}}?\b(?:of|for|to)\b)[A-Z][\w’'-]*"
    rf"(?:[ \xa0](?:[A-Z][\w’',-]*|and|at|for|in|of|on|the|to|with)){{1,14}}"
    rf" \(({_NAME})\)[*_\]]{{0,3}}:[*_]{{0,3}}\s+(?=\S)"
)
"""An office with who holds it ("The Secretary of State for Transport (Eoin Hartigan):")."""
_NO_LABELS = frozenset(
    """
    also answer background caption correction date editor fact image more note photo picture question read related
    source sources summary tags topics update updated video warning watch
    """.split()
)
_ASKED = re.compile(r"[*_]{0,3}([QA])[*_]{0,3}(?:[:.)][*_]{0,3}[ \t\xa0]+|[ \t\xa0]{2,}|\t)(?=\S)")
_EXAMINED_BY = re.compile(r"(?:EXAMINATION )?BY (?P<name>[A-Z][A-Z.’' -]+):?")
_CLOSING = '”"*_ \t\xa0'


Labelled = Mapping[int, tuple[Span | None, int]]
"""By number of a block: the mention of who speaks in it, and where the words begin."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says in one paragraph: the mention that names him or her, if any, and the words."""

    block: Block
    label: Span | None
    content: Span


def find_turns(document: Document) -> list[Turn]:
    """The turns of a transcript in order; empty where the article is none.

    A paragraph without a label goes on with the turn before it where most paragraphs are labelled.
    """
    labelled = _named(document) or _lettered(document)
    if not labelled:
        return _unlabelled(document)
    text = document.article.text
    throughout = len(labelled) * 2 > len(document.body)
    last = max(labelled)
    turns: list[Turn] = []
    for block in document.body:
        start, end = block.paragraph.start, block.paragraph.end
        if block.index in labelled:
            label, start = labelled[block.index]
        elif throughout and turns and turns[-1].block.index == block.index - 1 and not _is_aside(text, block):
            if block.index > last and not in_first_person(text[start:end]):
                continue  # what a reporter adds at the end
            label = turns[-1].label
        else:
            continue
        turns += _turn(document.article, block, label, start, end)
    return turns


def _turn(article: Article, block: Block, label: Span | None, start: int, end: int) -> list[Turn]:
    """The turn in `start:end` without the marks round it; none where it holds no words."""
    for quoted in block.quoted:
        if quoted.start == start and quoted.end == end and quoted.closed:
            start, end = quoted.inner_start, quoted.inner_end
    while end > start and article.text[end - 1] in _CLOSING:
        end -= 1
    if not any(c.isalnum() for c in article.text[start:end]):
        return []
    return [Turn(block, label, article.span(start, end))]


def _labels(document: Document) -> dict[int, tuple[Span, int]]:
    """By number of its block, the label of each paragraph that has one, and where the words begin."""
    article = document.article
    labelled: dict[int, tuple[Span, int]] = {}
    for block in document.body:
        reach = block.paragraph.start, block.paragraph.end
        found = _HOLDER.match(article.text, *reach) or _LABEL.match(article.text, *reach)
        if found is None or _NO_LABELS & {word.lower() for word in found.group(1).split()}:
            continue
        if found.group(1) in ("Q", "A") or any(
            quoted.start == found.end() and quoted.end < block.paragraph.end for quoted in block.quoted
        ):
            continue  # "Berg: “No.” He left.": narration
        if sum(word[0].isalpha() for word in article.text[found.end() : block.paragraph.end].split()) >= SAID:
            labelled[block.index] = (article.span(*found.span(1)), found.end())
    return labelled


def _named(document: Document) -> Labelled:
    """Labels that make a transcript; initials give way to the name that they stand for."""
    labelled = _labels(document)
    names = Counter(label.text for label, _ in labelled.values())
    if len(labelled) < TURNS or max(names.values()) < 2:
        return {}
    # The introduction, and the first turn of each: "Sadia Karim: ... SK: ...".
    first = sorted(labelled)[min(2, len(labelled) - 1)] + 1
    full = {
        initials: whose_initials(document, first, initials)
        for initials in names
        if 2 <= len(initials) <= 3 and initials.isupper() and initials.isalpha()
    }
    return {index: (full.get(label.text) or label, start) for index, (label, start) in labelled.items()}


def _lettered(document: Document) -> Labelled:
    """The same for "Q" and "A", where there are two of each at least, and for whoever speaks between ("THE COURT:")."""
    article = document.article
    found: dict[int, tuple[str, int]] = {}
    asks: Span | None = None
    asking: dict[int, Span | None] = {}
    for block in document.body:
        start, end = block.paragraph.start, block.paragraph.end
        by = _EXAMINED_BY.fullmatch(article.text, start, end)
        asks = article.span(*by.span("name")) if by is not None else asks
        match = _ASKED.match(article.text, start, end)
        if match is not None:
            found[block.index] = (match.group(1), match.end())
            asking[block.index] = asks
    letters = Counter(letter for letter, _ in found.values())
    if min(letters["Q"], letters["A"]) < 2:
        return {}
    answers = interviewee(document, min(found))
    between = {index: label for index, label in _labels(document).items() if label[0].text.isupper()}
    return {**between, **{i: (asking[i] if letter == "Q" else answers, start) for i, (letter, start) in found.items()}}


def _unlabelled(document: Document) -> list[Turn]:
    answered = find_answers(document)
    source = interviewee(document, answered[0].block.index) if answered else None
    if source is None:
        return []
    article = document.article
    return [
        turn
        for part in answered
        for turn in _turn(article, part.block, None if part.is_question else source, part.start, part.end)
    ]


def turn_quotations(document: Document, turns: list[Turn]) -> list[Quotation]:
    """Each turn as a direct quotation of its label."""
    of = document.article.id
    return [Quotation(of, "direct", (t.content,), None, t.label, "label" if t.label else None) for t in turns]


def _is_aside(text: str, block: Block) -> bool:
    """Stage directions ("(CROSSTALK)", "[laughter]", "END") are nobody's words."""
    line = text[block.paragraph.start : block.paragraph.end].strip('“”" ')
    return line[:1] in "([*" or line.isupper()
