"""Interviews: who answers, and answers that no label names ("Q: ... A: ...", questions in paragraphs of their own)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.document import Block, Document
from index.types import Article, Span

QUESTIONS = 3
"""Question paragraphs that make an interview without labels."""
LONGEST_QUESTION = 60
"""Words of a question paragraph at most."""

_BOLD = re.compile(r"(?P<mark>\*\*|__)\s*(?P<text>[^*_\n]{3,400}?)\s*(?P=mark)")
_FIRST_PERSON = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e|us|[Oo]urs?)\b(?!\.)")
_OF_ONESELF = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b(?!\.)")
_TO_ONE = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_PARTICLES = "(?:(?:de|da|di|du|van|von|der|den|bin|bint|al|ibn|la|le)[ \xa0]){0,2}"
_NAME = re.compile(rf"[A-Z][\w’'-]+\.?(?:[ \xa0]{_PARTICLES}[A-Z][\w’'-]*\.?){{1,4}}")
_MEETING = r"\b(?:with|[Mm]eet|[Mm]eets|[Mm]et|asked|asks|interviewed|[Qq]uestions for|[Ii]nterview:|Q&A:)"
_BEFORE_INTERVIEWEE = re.compile(rf"(?:{_MEETING}|\b[a-z]{{4,}}(?:er|or|ist|an|ian|ef))\s$")
_BEFORE_INTERVIEWER = re.compile(r"\b(?:[Bb]y|to|told|from|photographs?|pictures?|of|for)\s$")
_DOES = "is|has|was|runs|keeps|works|leads|grew|won|began|took|spent|wrote"
_DESCRIBED = re.compile(rf",? (?:\d\d\b|who\b|(?:{_DOES})\b)|, (?:a|an|the|\d)")
_HONORIFIC = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Senator|Minister|President|Captain|General)\.? )"
_SPOKEN_TO = re.compile(rf"[*_\s]*(?:(?:So|Now|And|But|Well),? )?{_HONORIFIC}?(?P<name>[A-Z][\w’'-]+),\s")
_SPOKEN_TO_LAST = re.compile(rf",\s{_HONORIFIC}?(?P<name>[A-Z][\w’'-]+)\?[*_\s]*$")
_ENDING = re.compile(r"[.’'\s]+$")


@dataclass(frozen=True, slots=True)
class Answered:
    """A paragraph of an interview without labels: a question, or what answers one; `start:end` are its words."""

    block: Block
    start: int
    end: int
    is_question: bool


def find_answers(document: Document) -> list[Answered]:
    """The questions and answers of an interview whose paragraphs have no labels; empty where the article is none.

    Questions are paragraphs of their own, in bold or with a question mark at the end, put to somebody ("you"); what
    stands between two of them answers the first, in the first person and without quotation marks of its own.
    """
    text = document.article.text
    blocks = [block for block in document.blocks if block.paragraph.kind != "header"]
    asked = {block.index: question for block in blocks if (question := _question(text, block)) is not None}
    if sum(question.bold for question in asked.values()) >= QUESTIONS:
        asked = {index: question for index, question in asked.items() if question.bold}
    if len(asked) < QUESTIONS or not _alternate([block.index in asked for block in blocks]):
        return []
    found: list[Answered] = []
    last = max(asked)
    for block in blocks:
        start, end = block.paragraph.start, block.paragraph.end
        if block.index in asked:
            question = asked[block.index]
            found.append(Answered(block, question.start, question.end, is_question=True))
        elif found and block.paragraph.kind == "body":
            if block.index > last + 1 and not in_first_person(text[start:end]):
                break
            found.append(Answered(block, start, end, is_question=False))
    return found if _is_talk(text, found) else []


def in_first_person(words: str) -> bool:
    """Whether somebody speaks of himself or herself, outside quotation marks or inside."""
    return _FIRST_PERSON.search(words) is not None


@dataclass(frozen=True, slots=True)
class _Question:
    start: int
    end: int
    bold: bool


def _question(text: str, block: Block) -> _Question | None:
    start, end = block.paragraph.start, block.paragraph.end
    bold = _BOLD.fullmatch(text, start, end)
    if bold is not None:
        start, end = bold.span("text")
    words = len(text[start:end].split())
    if block.quoted or not 1 < words <= LONGEST_QUESTION or not (text[start].isupper() or text[start].isdigit()):
        return None
    return _Question(start, end, bold is not None) if text[start:end].endswith("?") else None


def _alternate(asked: Sequence[bool]) -> bool:
    """Whether nearly every question has something behind it that is none."""
    pairs = list(zip(asked, [*asked[1:], True], strict=True))
    return 4 * sum(now and not then for now, then in pairs) >= 3 * sum(asked)


def _is_talk(text: str, found: Sequence[Answered]) -> bool:
    """Whether those who ask speak to somebody, and those who answer of themselves (a list of questions does not)."""
    questions = [text[a.start : a.end] for a in found if a.is_question]
    answers = [a for a in found if not a.is_question]
    quoting = sum(bool(a.block.utterances) for a in answers)
    put = sum(_TO_ONE.search(question) is not None for question in questions)
    told = sum(_OF_ONESELF.search(text[a.start : a.end]) is not None for a in answers)
    return bool(answers) and 3 * put >= len(questions) and 3 * told >= len(answers) and 4 * quoting <= len(answers)


def interviewee(document: Document, first: int) -> Span | None:
    """The mention of whoever answers: the name in headline and introduction, before the block of number `first`.

    Where several are named it is the one whom a question speaks to by name ("Ms Brandauer, when did you"), whom the
    headline names, who is named again, described, or met.
    """
    article = document.article
    before = [block for block in document.blocks if block.index < first]
    head = [block for block in before if block.paragraph.kind != "body"] or before[:1]
    headline = " ".join(article.text[b.paragraph.start : b.paragraph.end] for b in head)
    found = {span: person for block in before for span, person in _names(article, block).items()}
    named = list(found)
    if not named:
        return None
    introduction = article.text[before[0].paragraph.start : before[-1].paragraph.end]
    # Further down counts less; the first of two as likely stands.
    addressed = {name for block in document.blocks[first:] for name in _addressed(article.text, block)}
    rated = [
        (
            _likely(article.text, span, headline, introduction)
            + 4.0 * any(word in addressed for word in span.text.split())
            - 2.0 * (not found[span])
            - i / 10,
            -i,
            span,
        )
        for i, span in enumerate(named)
    ]
    best = max(rated)[2]
    same = [span for span in named if span.text == best.text and not _in(head, span)]
    return same[0] if same else best


def _addressed(text: str, block: Block) -> list[str]:
    """The surname or given name that a question speaks to, at its head or at its end."""
    start, end = block.paragraph.start, block.paragraph.end
    if not text[start:end].rstrip("*_ ").endswith("?"):
        return []
    ends = (_SPOKEN_TO.match(text, start, end), _SPOKEN_TO_LAST.search(text, start, end))
    return [found["name"] for found in ends if found is not None]


def whose_initials(document: Document, first: int, initials: str) -> Span | None:
    """The first mention before the block of number `first` of a name with these initials ("SK": Sadia Karim)."""
    for block in document.blocks[:first]:
        for span in _names(document.article, block):
            if "".join(word[0] for word in span.text.split()) == initials:
                return span
    return None


def _in(blocks: Sequence[Block], span: Span) -> bool:
    return any(b.paragraph.start <= span.start < b.paragraph.end for b in blocks if b.paragraph.kind != "body")


def _names(article: Article, block: Block) -> dict[Span, bool]:
    """Names of two words and more by their capitals, and whether the parser takes each for a person's.

    True of all where nothing is parsed.
    """
    spans: dict[Span, bool] = {}
    persons = {
        sentence.starts[token.i]
        for sentence in block.sentences
        for token in sentence.parse
        if token.ent_type_ == "PERSON" and token.i not in sentence.utterances
    }
    for match in _NAME.finditer(article.text, block.paragraph.start, block.paragraph.end):
        start, end = match.span()
        end = start + len(_ENDING.sub("", re.sub(r"[’']s$", "", match.group())))
        within = [at for at in persons if start <= at < end]
        if within and " " in article.text[min(within) : end]:
            start = min(within)
        if " " in article.text[start:end] and not article.text[start:end].isupper():
            span = article.span(start, end)
            spans[span] = bool(within) or not block.sentences
    return spans if any(spans.values()) else dict.fromkeys(spans, True)


def _likely(text: str, span: Span, headline: str, introduction: str) -> float:
    surname = span.text.split()[-1]
    rating = 2.0 * (surname in headline) + 0.5 * min(introduction.count(surname), 4)
    rating += 1.5 * (_BEFORE_INTERVIEWEE.search(text, max(0, span.start - 30), span.start) is not None)
    rating -= 1.5 * (_BEFORE_INTERVIEWER.search(text, max(0, span.start - 20), span.start) is not None)
    return rating + (_DESCRIBED.match(text, span.end) is not None)
