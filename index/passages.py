"""Attributed quotations as passages: what is shown, and what is embedded and searched.

A quotation alone often means nothing ("unconventional options", "It will lead to instability"). What is shown is the
quotation with the sentences that carry it, name its source and introduce it; where it is short or opens with a word
that points back, with what stands before it as well.

What is embedded, and what was tried: nDCG@10 of the hybrid search on the own questions (tune.toml), nDCG@5 on the ten
questions on the seed, each with the heading of the article:

    quotation alone                                      .587   .841
    the stretch that is shown                            .618   .850
    the mean of both (what is done)                      .630   .861
    the mean of both and of 350 characters around        .640   .848
    with .15 of the neighbours' vectors, with .3         .631   .879, .627   .867
    with .3 of the same speaker's neighbours             .624   .865
    without the heading                                  .542   .866

A heading as a text before the stretch is as good as its vector added with a weight of .6 (.629), and needs no weight.
"""

from __future__ import annotations

import re
import textwrap
from bisect import bisect_right
from collections.abc import Sequence

from index.document.layout import lay_out
from index.document.sentences import sentences_of
from index.types import Article, Attribution, Passage

PASSAGES_VERSION = "passages-3"
"""Changes whenever the passages of the same attributions may."""

FEW_WORDS = 10
"""A quotation with fewer words than this is shown with the sentence before it as well."""

LONGEST = 1000
"""Characters of a passage at most, unless the quotation itself is longer; about what the model reads (256 tokens)."""

HEADING = 300
"""Characters of a first paragraph that stand for a title."""

_POINTS_BACK = re.compile(
    r"\W*(?:(?:and|but|so|because|or|yet|then|also)\W+)?"
    r"(?:it|this|that|these|those|they|them|he|she|his|her|their|its|such|neither|both|there|which|and|but|so|because)\b",
    re.IGNORECASE,
)


def make_passages(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
    """One passage for each attribution, in the same order."""
    layout = lay_out(article)
    sentences = [(*layout.bounds(i, start, end), i) for i, start, end in layout.sentences()]
    before: Attribution | None = None
    heading = _heading(article)
    passages = []
    for attribution in attributions:
        passages.append(_passage(article, attribution, before, sentences, heading))
        before = attribution
    return tuple(passages)


def _heading(article: Article) -> str:
    """What tells the subject of the article: its title, where it has none the beginning of its first paragraph.

    A quotation is seldom understood without it. On the project's own questions (tune.toml) it takes nDCG@10 of the
    hybrid search from .54 to .63; title and first paragraph together are worse than the title alone on the seed. A
    passage of the first paragraph itself needs none.
    """
    if article.title:
        return " ".join(article.title.split())
    lines = (line.strip() for line in article.text[article.body :].splitlines())
    first = next((line for line in lines if line), "")
    return textwrap.shorten(first, HEADING, placeholder="")


def _passage(
    article: Article,
    attribution: Attribution,
    before: Attribution | None,
    sentences: Sequence[tuple[int, int, int]],
    heading: str,
) -> Passage:
    quotation = attribution.quotation
    start, end = _carriers(quotation.start, quotation.end, sentences)
    for part in (quotation.cue, quotation.source):
        if part is not None:
            first, last = _carriers(part.start, part.end, sentences)
            if end - first <= LONGEST and last - start <= LONGEST:
                start, end = min(start, first), max(end, last)
    needs_more = len(quotation.text.split()) < FEW_WORDS or _POINTS_BACK.match(quotation.text) is not None
    if before is not None and _introduces(before, attribution, sentences, points_back=needs_more):
        start = _extended(start, end, _carriers(before.quotation.start, before.quotation.end, sentences)[0])
    elif needs_more:
        at = bisect_right(sentences, start, key=lambda s: s[1])
        if at > 0:
            start = _extended(start, end, sentences[at - 1][0])
    span = article.span(start, end)
    words = " ".join(span.text.split())
    speaker = attribution.speaker
    who = f"{speaker.name}: " if speaker is not None else ""
    return Passage(
        attribution,
        span,
        f"{heading}\n{who}{words}" if heading and heading not in words and words not in heading else who + words,
        who + " ".join(quotation.text.split()),
        sentences_of(span),
    )


def _carriers(start: int, end: int, sentences: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    """The stretch widened to the sentences that it touches."""
    at = bisect_right(sentences, start, key=lambda s: s[1])
    while at < len(sentences) and sentences[at][0] < end:
        start, end = min(start, sentences[at][0]), max(end, sentences[at][1])
        at += 1
    return start, end


def _extended(start: int, end: int, earlier: int) -> int:
    return min(start, earlier) if end - earlier <= LONGEST else start


def _introduces(
    before: Attribution, here: Attribution, sentences: Sequence[tuple[int, int, int]], *, points_back: bool
) -> bool:
    """Whether the quotation before is what this one goes on from: same speaker, this paragraph or the one before.

    Reported speech always introduces the words that follow it; a quotation only one that points back.
    """
    if before.speaker is None or here.speaker is None or before.speaker.id != here.speaker.id:
        return False
    first, second = before.quotation, here.quotation
    if first.end > second.start or not (points_back or (first.kind != "direct" and second.kind == "direct")):
        return False
    between = [s[2] for s in sentences if first.start < s[1] and s[0] < second.end]
    return not between or between[-1] - between[0] <= 1
