"""Answers → what a reader sees: words marked in their context, and in plain words how it is known who said them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

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


FAILURES = {
    400: "This cannot be answered as asked",
    404: "Not on record",
    503: "Not ready to answer",
}
"""What heads the page of an error, by status."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `attribution` where it is quoted, None where it is context."""

    text: str
    attribution: Attribution | None = None


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


def how_known(attribution: Attribution) -> str:
    """How it is known who said it: mention, cue, what resolved the mention, and how sure that is."""
    quotation = attribution.quotation
    mention = f"“{quotation.source.text}”" if quotation.source else None
    cue = f"“{quotation.cue.text}”" if quotation.cue else None
    if mention and cue:
        found = f"{mention} is the source of {cue}"
    elif mention:
        found = f"{mention} is the source"
    elif cue:
        found = f"{cue} reports it, without a source beside it"
    else:
        found = "no source stands beside it"
    if attribution.speaker is None:
        return f"{found}; whom that means cannot be told"
    return f"{found}; resolved by: {attribution.method}, confidence {attribution.confidence:.2f}"


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
        cut.append(Piece(span.text[start - span.start : end - span.start], attribution))
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
