"""Cues: the words that report speech, each with the mention of its source, read off the parse of a sentence.

A cue is a verb ("said"), a participle ("adding"), a noun with its owner ("his claim that"), "according to" or "in her
opinion".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.document import Sentence
from index.lexicon import (
    CUE_VERBS,
    GROUP_NOUNS,
    SAY_FORMS,
    SPEECH_NOUNS,
    VIEWS,
    is_person_noun,
)
from index.quotations.sources import NAME_TAGS, mention_range, source_of

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting word at token `at` of its sentence; `source` the head token of the mention, None where it has none.

    `first:last` (both included) are the tokens of the cue itself.
    """

    sentence: Sentence
    at: int
    first: int
    last: int
    source: int | None

    @property
    def token(self) -> Token:
        """The reporting word."""
        return self.sentence.parse[self.at]

    @property
    def lemma(self) -> str:
        """Its base form, lower case."""
        return self.token.lemma_.lower()


def find_cues(sentence: Sentence) -> list[Cue]:
    """Every cue of the sentence in the order of its words; those inside a masked utterance are not seen."""
    found = [*_verbs(sentence), *_according(sentence), *_in_ones_view(sentence), *_nouns(sentence)]
    return sorted(found, key=lambda cue: cue.at)


def _verbs(sentence: Sentence) -> Iterator[Cue]:
    for token in sentence.parse:
        if token.i in sentence.utterances or token.lemma_.lower() not in CUE_VERBS:
            continue
        if not token.tag_.startswith("VB") and not _misread(sentence, token):
            continue
        yield Cue(sentence, token.i, token.i, token.i, source_of(sentence, token))


def _misread(sentence: Sentence, token: Token) -> bool:
    """A speech verb that the tagger took for something else beside an utterance ("“...,” quips Khan")."""
    beside = any(abs(i - token.i) <= 4 for i in sentence.utterances)
    return beside and token.lower_ in SAY_FORMS and token.pos_ in ("NOUN", "PROPN", "ADJ")


def _according(sentence: Sentence) -> Iterator[Cue]:
    parse = sentence.parse
    for token in parse[: len(parse) - 1]:
        if token.lower_ != "according" or parse[token.i + 1].lower_ != "to":
            continue
        to = parse[token.i + 1]
        objects = [child for part in (token, to) for child in part.children if child.dep_ == "pobj" and child.i > to.i]
        yield Cue(sentence, token.i, token.i, to.i, objects[0].i if objects else None)


def _in_ones_view(sentence: Sentence) -> Iterator[Cue]:
    """Whose opinion a sentence gives ("In her opinion, it has “the bigger army”"): the phrase is the cue."""
    parse = sentence.parse
    for token in parse:
        noun = token.head
        if token.dep_ != "poss" or noun.lemma_.lower() not in VIEWS or noun.i in sentence.utterances:
            continue
        prep = noun.head
        beside = prep.head.pos_ in ("VERB", "AUX") or prep.head.dep_ == "nsubj"
        if noun.dep_ != "pobj" or prep.lower_ != "in" or not beside:
            continue
        opens = prep.i == 0 or parse[prep.i - 1].text == ","
        if opens and (prep.i == 0 or (noun.i + 1 < len(parse) and parse[noun.i + 1].is_punct)):
            yield Cue(sentence, prep.i, prep.i, noun.i, token.i)


def _nouns(sentence: Sentence) -> Iterator[Cue]:
    for token in sentence.parse:
        if token.lemma_.lower() not in SPEECH_NOUNS | VIEWS or token.pos_ != "NOUN" or token.i in sentence.utterances:
            continue
        owner = _owner(token)
        if owner is not None:
            yield Cue(sentence, token.i, token.i, token.i, owner.i)


def _owner(noun: Token) -> Token | None:
    holds = noun.head.head
    if noun.lemma_.lower() in VIEWS and (noun.dep_, noun.head.lower_, holds.lemma_.lower()) == ("pobj", "of", "be"):
        return next((c for c in holds.children if c.dep_ == "nsubj"), None)  # "was of the view that"
    for child in noun.children:
        if child.dep_ == "poss":
            return child
        if child.dep_ in ("prep", "agent") and child.lower_ in ("from", "by", "of"):
            for inner in child.children:
                if inner.dep_ == "pobj" and (
                    inner.tag_ in NAME_TAGS or (is_person_noun(inner.lemma_) or inner.lemma_.lower() in GROUP_NOUNS)
                ):
                    return inner
    return None


def follows_utterance(cue: Cue) -> bool:
    """Whether the cue reports the utterance right before it ("“...,” he said"), with only its source between."""
    parse, utterances = cue.sentence.parse, cue.sentence.utterances
    between = set(range(*mention_range(parse, cue.source))) | {cue.source} if cue.source is not None else set()
    for i in range(cue.at - 1, -1, -1):
        if i in utterances:
            return True
        token = parse[i]
        if i not in between and not (token.is_punct or token.is_quote or token.pos_ in ("ADV", "AUX")):
            return False
    return False
