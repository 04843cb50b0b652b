"""Block quotations: paragraphs behind ">" or an indent, without marks, that the paragraph before announces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.document import Block, Document
from index.quotations.apart import signed
from index.quotations.pieces import Finding
from index.quotations.verbless import announced
from index.types import Article, Quotation, Span

SAID = 3
"""Words at least; a shorter line behind ">" or an indent is a heading or a sum."""

_ARROW = re.compile(r">[ \t\xa0]*")


def find_blocks(document: Document) -> dict[int, Quotation]:
    """The block quotations of an article, by number of their block.

    Paragraphs behind ">" are quoted whatever stands before; indented ones only where the paragraph before ends in a
    colon. They are of whoever is announced there, of whom the line below names, or of nobody.
    """
    found: dict[int, Quotation] = {}
    for run in _runs(document):
        first, last = document.blocks[run[0]], document.blocks[run[-1]]
        own = _own_signature(document, last) if len(run) > 1 else None
        run = run[:-1] if own is not None else run
        source = own or _announced(document, first) or _below(document, last)
        if source is None and document.article.text[first.paragraph.start] != ">":
            continue
        for index in run:
            if (words := _words(document.article, document.blocks[index])) is not None:
                found[index] = _quotation(document.article, words, source, continued=index != run[0])
    return found


def _runs(document: Document) -> Iterator[list[int]]:
    """Neighbouring blocks set off in the same way."""
    text, kind = document.article.text, ""
    run: list[int] = []
    margin = _is_indented_throughout(document)
    for position, block in enumerate(document.blocks):
        start = block.paragraph.start
        set_off = ">" if text[start] == ">" else "" if margin else _indent(text, start)
        if block.paragraph.kind == "header":
            set_off = ""
        if run and set_off != kind:
            yield run
            run = []
        kind = set_off
        if kind:
            run.append(position)
    if run:
        yield run


def _indent(text: str, start: int) -> str:
    before = text[max(0, start - 12) : start].rpartition("\n")[2]
    return "indent" if before.startswith(("    ", "\t")) and not before.strip() else ""


def _is_indented_throughout(document: Document) -> bool:
    """Whether paragraphs begin with an indent as books print them."""
    blocks = document.body
    return 2 * sum(bool(_indent(document.article.text, block.paragraph.start)) for block in blocks) >= len(blocks)


def _announced(document: Document, block: Block) -> Finding | None:
    before = document.blocks[block.index - 1] if block.index else None
    return announced(document.article, before) if before is not None and before.paragraph.kind == "body" else None


def _below(document: Document, block: Block) -> Finding | None:
    behind = document.blocks[block.index + 1 : block.index + 2]
    return signed(document.article, behind[0]) if behind else None


def _own_signature(document: Document, block: Block) -> Finding | None:
    """The last line of what is set off, where it names who said it behind a dash."""
    line = document.article.text[block.paragraph.start : block.paragraph.start + 4].lstrip("> ")
    return signed(document.article, block) if line[:1] in ("-", "–", "—", "―") else None


def _words(article: Article, block: Block) -> Span | None:
    """What the paragraph says, without ">" and the marks round it."""
    start, end = block.paragraph.start, block.paragraph.end
    while arrow := _ARROW.match(article.text, start, end):
        start = arrow.end()
    quoted = block.quoted[0] if block.quoted else None
    if quoted is not None and quoted.start == start and quoted.end == end:
        start, end = quoted.inner_start, quoted.inner_end
    while start < end and article.text[start] in "*_ ":
        start += 1
    while start < end and article.text[end - 1] in "*_ ":
        end -= 1
    enough = sum(word[0].isalpha() for word in article.text[start:end].split()) >= SAID
    return article.span(start, end) if enough else None


def _quotation(article: Article, words: Span, finding: Finding | None, *, continued: bool) -> Quotation:
    if finding is None:
        return Quotation(article.id, "direct", (words,))
    if continued:
        return Quotation(article.id, "direct", (words,), None, finding.source, "continued")
    return Quotation(article.id, "direct", (words,), finding.cue, finding.source, finding.step)
