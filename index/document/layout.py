"""An article cut into paragraphs and sentences, utterances kept whole; what needs no parse."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from index.document.marks import Quoted, pair_marks, uses_singles
from index.document.narration import Masked, mask
from index.document.paragraphs import Paragraph, narration_start, split_paragraphs
from index.document.sentences import split_sentences
from index.types import Article

_OPENING = "“\"«„‘'`"


@dataclass(frozen=True, slots=True)
class Layout:
    """Paragraphs, what is quoted in each, and its narration with utterances masked; three tuples of one length."""

    paragraphs: tuple[Paragraph, ...]
    quoted: tuple[tuple[Quoted, ...], ...]
    narration: tuple[Masked, ...]

    def sentences(self) -> list[tuple[int, int, int]]:
        """The sentences of the body: number of the paragraph, then start and end in its masked narration."""
        return [
            (i, start, end)
            for i, (paragraph, narration) in enumerate(zip(self.paragraphs, self.narration, strict=True))
            if paragraph.kind == "body"
            for start, end in split_sentences(narration.text)
        ]

    def bounds(self, paragraph: int, start: int, end: int) -> tuple[int, int]:
        """Where a sentence of the masked narration stands in the article, its quotation marks included."""
        narration = self.narration[paragraph]
        first, last = narration.starts[start], narration.ends[end - 1]
        quoted = narration.utterances
        at = bisect_left(quoted, first, key=lambda stretch: stretch.inner_start)
        if at < len(quoted) and quoted[at].inner_start == first:
            first = quoted[at].start
        at = bisect_left(quoted, last, key=lambda stretch: stretch.inner_end)
        if at < len(quoted) and quoted[at].inner_end == last:
            last = quoted[at].end
        return first, last


def lay_out(article: Article) -> Layout:
    """Cut the article; linear in its length."""
    text = article.text
    singles = uses_singles(text)
    paragraphs = split_paragraphs(article)
    goes_on = [*(text[p.start] in _OPENING for p in paragraphs[1:]), False]
    quoted = tuple(
        pair_marks(text, p.start, p.end, singles=singles, goes_on=on) for p, on in zip(paragraphs, goes_on, strict=True)
    )
    narration = tuple(
        mask(text, narration_start(text, p), p.end, stretches) for p, stretches in zip(paragraphs, quoted, strict=True)
    )
    return Layout(paragraphs, quoted, narration)
