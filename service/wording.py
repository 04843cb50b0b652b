"""Answers → what a reader sees: words marked in their context, and in plain words how it is known who said them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from markupsafe import Markup, escape

from index.types import Article, Attribution, Hit, Span

KINDS = {
    "direct": "word for word",
    "mixed": "partly word for word",
    "indirect": "as reported",
}
"""The kind of a quotation, as a reader would say it."""

SPEAKER_KINDS = {
    "person": "person",
    "organisation": "organisation",
    "group": "group",
    "unnamed": "not named",
}


VERDICTS = {
    "verbatim": "Verbatim",
    "altered": "Altered",
    "misattributed": "Said by somebody else",
    "not_found": "Not on record",
}
"""The verdict on a quotation, as a reader would say it."""


GUESSES = {"speakers": "names", "roles": "roles", "dates": "days", "spelling": "spelling"}
"""What is guessed of a question, as a reader would say it."""


RECORDED = {
    "direct": "on record between quotation marks",
    "mixed": "on record partly between quotation marks",
    "indirect": "on record as reported speech",
}
"""How the words stand in the article. Beside a verdict "word for word" would read as one."""


METHODS = {
    "name": "the mention is this name",
    "surname": "a surname; the article names this person in full elsewhere",
    "organisation": "the mention is the name of this body",
    "pronoun": "a pronoun; of those who may be meant, this one stands out in the text before it",
    "description": "a description that fits this one person in the article",
    "unnamed": "a source whom the article describes and never names",
    "label": "the name stands before the words as a label, as in a transcript",
    "noun": "a noun such as “statement” or “message” beside the words leads to the source",
    "colon": "a colon leads from the source to the words",
    "verbless": "the source stands beside the words, without a verb",
    "dash": "a dash leads from the words to the name",
    "signed": "the words are signed with the name",
    "announced": "the paragraph before announces who speaks",
    "paragraph": "the same paragraph tells who is speaking",
    "turn": "question and answer take turns, and it is this one’s turn",
    "continued": "the words go on from a quotation of the same speaker",
    "introduced": "the text before introduces this speaker, and nobody else comes between",
}
"""What led to the speaker, by the method of an attribution; a method that is not here is shown as it is."""


FAILURES = {
    400: "This cannot be answered as asked",
    404: "Not on record",
    503: "Not ready to answer",
}
"""What heads the page of an error, by status."""


_GAP = re.compile(r"(\n\s*\n)")
"""The white space between two paragraphs."""
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")
"""Marks that turn or force the direction of text."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `attribution` where it is quoted, else None; `first` where a quotation begins."""

    text: str
    attribution: Attribution | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a passage, all of it quoted or none; all of it of the sentence that answers or none.

    `parts`: its text cut at the words that the question asks for, each with whether it is one.
    """

    quoted: bool
    answers: bool
    parts: tuple[tuple[str, bool], ...]


def without_verdict(summary: str) -> str:
    """The sentence of a verdict below a heading that says it: "Altered: one difference" is "One difference"."""
    told = summary.removeprefix("Altered: ").removeprefix("Misattributed: ")
    return told[:1].upper() + told[1:]


def failure_words(status: int) -> str:
    """What heads the page of an error."""
    return FAILURES.get(status, "This went wrong" if status >= 500 else "This cannot be done here")


def coded(text: str) -> list[tuple[str, bool]]:
    """A message as a sentence, cut at its backticks: each part, and whether it is a command to type."""
    sentence = text[:1].upper() + text[1:].rstrip(".")
    return [(part, at % 2 == 1) for at, part in enumerate(sentence.split("`")) if part]


def counted(count: int, one: str, more: str | None = None) -> str:
    """A number and its noun: "1 article", "2,000 articles"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def levelled(text: str) -> str:
    """A text that cannot turn the direction of what stands beside it, where no markup can hold it together.

    U+2068 and U+2069 (Unicode bidirectional algorithm, isolates) end every override inside.
    """
    return f"\u2068{text}\u2069" if _TURNS.search(text) else text


def paragraphed(text: str) -> Markup:
    """A verbatim text as HTML in which the white space between two paragraphs stands in an element of its own.

    As it is, an empty line would be as high as a line of text.
    """
    between = Markup('<span class="gap">%s</span>')
    return Markup("").join(between % part if at % 2 else escape(part) for at, part in enumerate(_GAP.split(text)))


def evidence(attribution: Attribution) -> list[tuple[str, str, bool]]:
    """How it is known who said it, line by line: what is told, in which words, whether these stand in the article.

    The mention that names the source, the cue, what led from the one to the speaker, and how sure that is.
    """
    quotation = attribution.quotation
    found = []
    if quotation.source:
        found.append(("Named as", quotation.source.text, True))
    if quotation.cue:
        found.append(("Reported by", quotation.cue.text, True))
    if not quotation.source:
        found.append(("Source", "no name, description or pronoun stands beside these words", False))
    if attribution.speaker is None:
        found.append(("Therefore", "nobody is named: who is meant cannot be told", False))
        return found
    method = str(attribution.method)
    found.append(("Resolved", METHODS.get(method, method), False))
    found.append(("How sure", f"{attribution.confidence:.0%}: of those found like this, that share is right", False))
    return found


def known_in_short(attribution: Attribution) -> str:
    """The same in a few words, for whoever runs an eye over many."""
    if attribution.speaker is None:
        return "source not named"
    return f"{attribution.confidence:.0%} sure"


def pieces(span: Span, attributions: Iterable[Attribution]) -> list[Piece]:
    """A stretch of an article cut at the borders of what is quoted in it; joined again, it is `span.text`.

    Where two quotations overlap the earlier one keeps the words.
    """
    marked = sorted(
        ((said.start, said.end, attribution) for attribution in attributions for said in attribution.quotation.spans),
        key=lambda mark: mark[:2],
    )
    cut: list[Piece] = []
    at = span.start
    for start, end, attribution in marked:
        start, end = max(start, at), min(end, span.end)
        if start >= end:
            continue
        if start > at:
            cut.append(Piece(span.text[at - span.start : start - span.start]))
        begins = start == attribution.quotation.start
        cut.append(Piece(span.text[start - span.start : end - span.start], attribution, begins))
        at = end
    if at < span.end:
        cut.append(Piece(span.text[at - span.start :]))
    return cut


def stretches(hit: Hit) -> list[list[Stretch]]:
    """The passage of a hit cut at every border, so that marks nest: what is quoted, in it the sentence, in it words.

    Each inner list is all quoted or all context; joined again, the parts are the text of the passage. A sentence that
    holds all that is quoted tells a reader no more than the quotation does, and is not set apart.
    """
    span, found = hit.passage.span, hit.highlights
    said = hit.passage.attribution.quotation.spans
    words = found.words if found else ()
    answering: tuple[Span, ...] = ()
    if found and found.sentence and not all(found.sentence.covers(piece) for piece in said):
        answering = (found.sentence,)
    borders = {span.start, span.end}
    borders.update(at for mark in (*said, *answering, *words) for at in (mark.start, mark.end))
    cut = [
        (
            span.text[start - span.start : end - span.start],
            _within(start, said),
            _within(start, answering),
            _within(start, words),
        )
        for start, end in pairwise(sorted(borders))
    ]
    return [
        [
            Stretch(quoted, answers, tuple((text, asked) for text, _, _, asked in parts))
            for answers, parts in groupby(inner, key=lambda piece: piece[2])
        ]
        for quoted, inner in groupby(cut, key=lambda piece: piece[1])
    ]


def _within(at: int, marks: Iterable[Span]) -> bool:
    return any(mark.start <= at < mark.end for mark in marks)


def paragraphs(article: Article, attributions: Sequence[Attribution]) -> list[list[Piece]]:
    """The narration of an article, line by line without the empty ones, each cut by `pieces`.

    The header before `article.body` is left out: the page shows title and date in its place.
    """
    lines: list[list[Piece]] = []
    start = article.body
    for line in article.text[article.body :].splitlines(keepends=True):
        text = line.rstrip()
        if text:
            lines.append(pieces(article.span(start, start + len(text)), attributions))
        start += len(line)
    return lines
