"""Quoted utterances in their sentences, and what the steps for direct quotations ask of a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.document import Block, Quoted, Sentence
from index.lexicon import GROUP_NOUNS, PERSON_PRONOUNS, PLURAL_PRONOUNS, SPEECH_VERBS, is_person_noun
from index.quotations.cues import Cue, find_cues
from index.quotations.sources import mention_range, source_of
from index.types import Article, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

_NOT_SPEAKERS = frozenset(
    ("DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "QUANTITY", "EVENT", "LAW", "LANGUAGE")
)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a step found: the cue, the mention of the source, and the step's name."""

    step: str
    source: Span | None
    cue: Span | None = None


@dataclass(slots=True)
class Piece:
    """One quoted utterance in its sentence; `first:last` are the tokens that stand for it there."""

    block: Block
    sentence: Sentence
    quoted: Quoted
    first: int
    last: int
    cues: Sequence[Cue]
    finding: Finding | None = field(default=None)


def pieces_of(block: Block) -> list[Piece]:
    """The utterances of a paragraph in order."""
    found: dict[Quoted, Piece] = {}
    for sentence in block.sentences:
        cues = find_cues(sentence) if sentence.utterances else ()
        for quoted in dict.fromkeys(sentence.utterances.values()):
            tokens = [i for i, q in sentence.utterances.items() if q is quoted]
            found.setdefault(quoted, Piece(block, sentence, quoted, min(tokens), max(tokens), cues))
    return list(found.values())


def mention_of(article: Article, sentence: Sentence, head: int) -> Span:
    """The mention round the token `head` as the article has it."""
    first, last = mention_range(sentence.parse, head)
    return sentence.span(article, first, last)


def follows_colon(piece: Piece) -> bool:
    """Whether the utterance stands right behind a colon."""
    i = piece.first - 1
    while i >= 0 and (piece.sentence.parse[i].text == '"' or piece.sentence.parse[i].is_space):
        i -= 1
    return i >= 0 and piece.sentence.parse[i].text == ":"


def spoken_of(sentence: Sentence) -> int | None:
    """Whom a sentence of narration speaks of: the source of its last cue, else the subject of its main verb."""
    for cue in reversed(find_cues(sentence)):
        if cue.source is None or (cue.token.dep_ not in ("ROOT", "conj") and cue.token.lower_ != "in"):
            continue
        if cue.lemma in SPEECH_VERBS or cue.token.lower_ == "in" or can_speak(sentence, cue.source):
            return cue.source
    for token in sentence.parse:
        if token.dep_ == "ROOT" and token.i not in sentence.utterances:
            source = source_of(sentence, token)
            if source is not None and can_speak(sentence, source):
                return source
            if _is_misread(token):
                return token.i - 1
            # Done to him or her: "Adjei was once sent home."
            done_to = [c.i for c in token.children if c.dep_ == "nsubjpass" and can_speak(sentence, c.i)]
            if source is None and done_to:
                return int(done_to[0])
    return None


def _is_misread(root: Token) -> bool:
    """Whether a verb behind a name was taken for a noun, in a sentence without another ("Asked, Khan laughs.")."""
    if root.tag_ != "NNS" or root.i == 0 or not root.text.islower() or not root.lower_.endswith("s"):
        return False
    name = root.nbor(-1)
    alone = not any(token.tag_ in ("VBD", "VBZ", "VBP", "MD") for token in root.sent)
    return alone and name.tag_ == "NNP" and name.dep_ == "compound" and name.ent_type_ == "PERSON"


def can_speak(sentence: Sentence, head: int) -> bool:
    """Whether the noun can be a source: a pronoun for people, a name that is no date or sum, a noun for people."""
    token = sentence.parse[head]
    if token.i in sentence.utterances:
        return False
    if token.lower_ in PERSON_PRONOUNS | PLURAL_PRONOUNS or token.lower_ == "who":
        return True
    if token.tag_ in ("NNP", "NNPS"):
        return token.ent_type_ not in _NOT_SPEAKERS
    if any(child.dep_ == "appos" and child.tag_ in ("NNP", "NNPS") for child in token.children):
        return True
    return is_person_noun(token.lemma_) or token.lemma_.lower() in GROUP_NOUNS
