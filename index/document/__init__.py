"""An article laid out for reading: paragraphs, quoted stretches, narration parsed sentence by sentence.

    Article → paragraphs → marks → narration with utterances masked → sentences → parse

Both sides of attribution (`index.quotations`, `index.speakers`) read from the same `Document`, so that an article is
parsed once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from index.document.layout import Layout, lay_out
from index.document.marks import Quoted
from index.document.narration import Masked
from index.document.paragraphs import Paragraph
from index.document.parse import Need, Parser, load_parser
from index.types import Article, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

__all__ = ["Block", "Document", "Paragraph", "Quoted", "Sentence", "read_documents"]

AHEAD = 20_000
"""Characters of articles that are parsed together; one short article by itself costs the model half as much again."""
_LONGEST = 20_000
"""Characters of one sentence that are parsed; a longer one is no sentence, and a parse of it takes minutes."""
_SIGNS = re.compile(r"[^\w\s]{100}")
"""Where the parse of a sentence ends: the tokenizer takes the square of the length of such a run, 66 s for 20,000."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of narration with its parse, as far as it has one: dependencies only where speech may be reported
    or a name described, entities only where it has a name.

    Token i of `parse` stands for `article.text[starts[i]:ends[i]]`; a token of a masked utterance for the whole of it.
    `utterances[i]` is the quoted stretch that token i stands for, if any; `fragments` are quoted words left in place,
    wholly or in part in this sentence.
    """

    start: int
    end: int
    parse: Doc
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    utterances: dict[int, Quoted]
    fragments: tuple[Quoted, ...]

    def span(self, article: Article, first: int, last: int) -> Span:
        """The stretch of the article from token `first` to token `last`, both included."""
        return article.span(self.starts[first], self.ends[last])

    def start_of(self, token: Token) -> int:
        """Where the token begins in the article."""
        return self.starts[token.i]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with what is quoted in it and its narration, sentence by sentence."""

    index: int
    paragraph: Paragraph
    quoted: tuple[Quoted, ...]
    utterances: tuple[Quoted, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """An article and its blocks, header and headings included."""

    article: Article
    blocks: tuple[Block, ...]

    @property
    def body(self) -> tuple[Block, ...]:
        """The blocks of narration, without header and headings."""
        return tuple(block for block in self.blocks if block.paragraph.kind == "body")

    def without(self, blocks: Collection[int]) -> Document:
        """The same article without the blocks of these numbers."""
        return Document(self.article, tuple(b for b in self.blocks if b.index not in blocks)) if blocks else self


@dataclass(frozen=True, slots=True)
class _Draft:
    """An article cut into sentences. `stretches`: paragraph, start and end in its narration; `texts`: their words.

    Masked sentences repeat themselves ("“It is,” he said."); `needs` has each once, in order.
    """

    article: Article
    layout: Layout
    stretches: Sequence[tuple[int, int, int]]
    texts: Sequence[str]
    needs: Mapping[str, Need]


def read_documents(articles: Iterable[Article]) -> Iterator[Document]:
    """Lay out and parse each article, in order.

    Short ones are parsed together, so that some AHEAD characters are read ahead of what is given back.
    """
    parser = load_parser()
    for drafts in _together(_draft(article, parser) for article in articles):
        parses = iter(parser.parse([pair for draft in drafts for pair in draft.needs.items()]))
        for draft in drafts:
            own = dict(zip(draft.needs, islice(parses, len(draft.needs)), strict=True))
            _same_names(own.values())
            yield _document(draft, own)


def _draft(article: Article, parser: Parser) -> _Draft:
    layout = lay_out(article)
    stretches = layout.sentences()
    texts = [_readable(layout.narration[i].text, first, min(last, first + _LONGEST)) for i, first, last in stretches]
    needs: dict[str, Need] = {}
    for text, quoted in zip(texts, _beside_quoted(layout, stretches), strict=True):
        needs[text] = needs.get(text, Need.WORDS) | (Need.ALL if quoted else parser.need(text))
    return _Draft(article, layout, stretches, texts, needs)


def _readable(text: str, start: int, end: int) -> str:
    signs = _SIGNS.search(text, start, end)
    return text[start : end if signs is None else signs.start()]


def _together(drafts: Iterable[_Draft]) -> Iterator[list[_Draft]]:
    some: list[_Draft] = []
    characters = 0
    for draft in drafts:
        some.append(draft)
        characters += len(draft.article.text)
        if characters >= AHEAD:
            yield some
            some, characters = [], 0
    if some:
        yield some


def _document(draft: _Draft, parses: Mapping[str, Doc]) -> Document:
    layout, masked = draft.layout, draft.layout.narration
    sentences: list[list[Sentence]] = [[] for _ in layout.paragraphs]
    utterances = [{stretch.inner_start: stretch for stretch in narration.utterances} for narration in masked]
    for (i, first, _), text in zip(draft.stretches, draft.texts, strict=True):
        if len(parse := parses[text]):
            sentences[i].append(_sentence(masked[i], utterances[i], first, parse))
    blocks = tuple(
        Block(i, paragraph, layout.quoted[i], masked[i].utterances, tuple(sentences[i]))
        for i, paragraph in enumerate(layout.paragraphs)
    )
    return Document(draft.article, blocks)


def _beside_quoted(layout: Layout, stretches: Sequence[tuple[int, int, int]]) -> list[bool]:
    """For each sentence whether its source may be sought in it for what is quoted.

    That is wherever its paragraph quotes something, and in the two sentences before a paragraph that does.
    """
    quoting = [*map(bool, layout.quoted), False]
    behind = [*(i for i, _, _ in stretches[2:]), None, None]
    return [quoting[i] or (quoting[i + 1] and third != i) for (i, _, _), third in zip(stretches, behind, strict=False)]


def _same_names(parses: Collection[Doc]) -> None:
    """A word that is a name in one sentence and never written small is a name in every sentence of the article.

    The tagger takes an unknown surname that opens a sentence for an adjective or a verb ("Firdous, however, said").
    """
    names: set[str] = set()
    small: set[str] = set()
    for parse in parses:
        for token in parse:
            if token.text[:1].islower():
                small.add(token.lower_)
            elif token.tag_ == "NNP" and token.text[:1].isupper() and token.i > 0:
                names.add(token.text)
    for parse in parses:
        for token in parse:
            if token.tag_ not in ("NNP", "NNPS") and token.text in names and token.lower_ not in small:
                token.tag_ = "NNP"
                token.pos_ = "PROPN"


def _sentence(masked: Masked, stretches: Mapping[int, Quoted], first: int, parse: Doc) -> Sentence:
    starts = tuple(masked.starts[first + token.idx] for token in parse)
    ends = tuple(masked.ends[first + token.idx + len(token) - 1] for token in parse)
    utterances = {
        i: stretches[start]
        for i, (start, end) in enumerate(zip(starts, ends, strict=True))
        if start in stretches and end == stretches[start].inner_end
    }
    start, end = min(starts), max(ends)
    left = bisect_right(masked.fragments, start, key=lambda fragment: fragment.end)
    right = bisect_left(masked.fragments, end, key=lambda fragment: fragment.start)
    return Sentence(start, end, parse, starts, ends, utterances, masked.fragments[left:right])
