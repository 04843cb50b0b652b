"""Sources beside an utterance without a verb of speaking: a colon, a noun for words, "was how Khan put it"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.document import Block, Sentence
from index.lexicon import SAY_FORMS, SAY_VERBS, SPEECH_NOUNS, SPEECH_VERBS
from index.quotations.cues import find_cues
from index.quotations.pieces import Finding, Piece, can_speak, follows_colon, mention_of
from index.quotations.sources import source_of
from index.types import Article

if TYPE_CHECKING:
    from spacy.tokens import Token

LONGEST_LEAD = 20
"""Tokens before a colon among which a source without a verb is sought."""
_WORDS = SPEECH_NOUNS | frozenset(
    """
    advice assessment boast call challenge chorus conclusion cry defence defense description diagnosis explanation
    instruction joke line mantra observation opinion order phrase plea prediction proposal prayer reaction refrain
    retort rule shout summary thought threat tribute verdict view wail whisper wish
    """.split()
)
_OPENERS = frozenset(("enter", "cue", "exit"))
_NO_PERSONS = frozenset(("GPE", "LOC", "DATE", "TIME", "FAC", "NORP", "WORK_OF_ART"))


def colon(article: Article, piece: Piece) -> Finding | None:
    """A noun for words with its owner, or a verb with its subject, before a colon ("his message: “...”")."""
    if not follows_colon(piece):
        return None
    parse = piece.sentence.parse
    owners = [cue for cue in piece.cues if cue.at < piece.first and cue.token.pos_ == "NOUN" and cue.source is not None]
    if owners:
        cue = owners[-1]
        assert cue.source is not None
        span = piece.sentence.span(article, cue.first, cue.last)
        return Finding("colon", mention_of(article, piece.sentence, cue.source), span)
    verbs = [t for t in parse[: piece.first] if t.pos_ in ("VERB", "AUX") and t.i not in piece.sentence.utterances]
    for verb in reversed(verbs):
        source = source_of(piece.sentence, verb)
        if source is not None and source < piece.first and can_speak(piece.sentence, source):
            return Finding("colon", mention_of(article, piece.sentence, source))
    return None


def verbless(article: Article, piece: Piece) -> Finding | None:
    """Whoever is named before a colon ("Enter Khan: “...”", "Khan, on leaving: “...”")."""
    if not follows_colon(piece):
        return None
    first = max((i + 1 for i in piece.sentence.utterances if i < piece.first), default=0)
    return _named(article, piece.sentence, first, piece.first, "verbless")


def announced(article: Article, block: Block) -> Finding | None:
    """Whose words the next paragraph holds, where this one ends in a colon ("She wrote:")."""
    if not block.sentences or article.text[block.paragraph.start : block.paragraph.end].rstrip('*_"”')[-1:] != ":":
        return None
    sentence = block.sentences[-1]
    for cue in reversed(find_cues(sentence)):
        if cue.source is not None and (cue.lemma in SAY_VERBS | SPEECH_VERBS or cue.token.pos_ == "NOUN"):
            source = mention_of(article, sentence, cue.source)
            return Finding("announced", source, sentence.span(article, cue.first, cue.last))
    return _named(article, sentence, 0, len(sentence.parse), "announced")


def _named(article: Article, sentence: Sentence, first: int, end: int, step: str) -> Finding | None:
    """The first who stands in no phrase behind a preposition or owns something that is nobody, else whoever does."""
    lead = [t for t in sentence.parse[first:end] if t.i not in sentence.utterances]
    if len(lead) > LONGEST_LEAD:
        return None
    if lead and lead[0].lower_ in _OPENERS:
        lead = lead[1:]  # the tagger takes "Enter" for part of the name
    able = [t for t in lead if t.dep_ != "compound" and _is_somebody(sentence, t)]
    # "Khan's lawyer" is the lawyer; "Khan's answer" is Khan's.
    able = [t for t in able if t.dep_ != "poss" or not _is_somebody(sentence, t.head)]
    head = (
        _before_verb(lead) or next((t for t in able if t.dep_ != "pobj"), None) or next(filter(_is_named, able), None)
    )
    if head is None:
        return None
    closing = next((t for t in reversed(lead) if not t.is_punct and not t.is_quote), head)
    if head.pos_ == "NOUN" and closing.ent_type_ == "PERSON" and not any(t.text == "," for t in lead):
        head = closing  # "Man of the match Finn Khan:"
        return Finding(step, sentence.span(article, _first_of_name(head), head.i))
    mention = mention_of(article, sentence, head.i)
    start = max(mention.start, sentence.starts[lead[0].i])
    return Finding(step, article.span(start, mention.end) if start < mention.end else mention)


def _before_verb(lead: Sequence[Token]) -> Token | None:
    """The name before a verb of speaking that the tagger took for a noun ("Khan shrugs:")."""
    words = [t for t in lead if not t.is_punct and not t.is_quote and not t.is_space]
    if len(words) < 2 or words[-1].lower_ not in SAY_FORMS or words[-1].tag_ not in ("NNS", "NNP", "NNPS"):
        return None
    return words[-2] if words[-2].tag_ in ("NNP", "NNPS") else None


def _is_named(token: Token) -> bool:
    """Whether the object of a preposition is a name that speaks ("for Khan", not "on Khan")."""
    return token.tag_ in ("NNP", "PRP") and token.head.lower_ in ("for", "from", "by", "to", "with", "was")


def _first_of_name(token: Token) -> int:
    first = token.i
    while first > 0 and token.doc[first - 1].tag_ == "NNP" and token.doc[first - 1].ent_type_ == "PERSON":
        first -= 1
    return first


def _is_somebody(sentence: Sentence, token: Token) -> bool:
    return can_speak(sentence, token.i) and token.ent_type_ not in _NO_PERSONS


def noun(article: Article, piece: Piece) -> Finding | None:
    """What stands behind the utterance tells whose it is: "was how Khan put it", "came the reply from Khan"."""
    sentence = piece.sentence
    behind = [t for t in sentence.parse[piece.last + 1 : piece.last + 12] if not t.is_punct and not t.is_space]
    inside = next((n for n, t in enumerate(behind) if t.i in sentence.utterances), len(behind))
    behind = behind[:inside]
    if not behind or not (behind[0].lemma_.lower() in ("be", "come", "go", "run") or behind[0].lower_ == "in"):
        return None
    for n, token in enumerate(behind[1:6], start=1):
        if token.lower_ in ("how", "what") and behind[0].lower_ != "in":
            return _way(article, sentence, behind[n + 1 :])
        if token.pos_ == "NOUN" and token.lemma_.lower() in _WORDS:
            owner = _owner(sentence, token, behind[n + 1 :])
            if owner is None:
                return None
            return Finding("noun", mention_of(article, sentence, owner.i), sentence.span(article, token.i, token.i))
    return None


def _way(article: Article, sentence: Sentence, behind: Sequence[Token]) -> Finding | None:
    source = next((t for t in behind[:6] if t.dep_ != "compound" and _is_somebody(sentence, t)), None)
    verb = next((t for t in behind if source is not None and t.i > source.i and t.pos_ == "VERB"), None)
    if source is None or verb is None:
        return None
    return Finding("noun", mention_of(article, sentence, source.i), sentence.span(article, verb.i, verb.i))


def _owner(sentence: Sentence, noun: Token, behind: Sequence[Token]) -> Token | None:
    owner = next((child for child in noun.children if child.dep_ == "poss"), None)
    if owner is not None:
        return owner if _is_somebody(sentence, owner) else None
    if not behind or behind[0].lower_ not in ("from", "of", "by"):
        return None
    return next((t for t in behind[1:6] if t.dep_ not in ("compound", "poss") and _is_somebody(sentence, t)), None)
