"""Whom a pronoun or a description stands for: salience over the article, read from left to right.

Every reference to an entity adds to its salience by its place in the sentence (a subject more than an object, the
source of speech most) and fades sentence by sentence, after Lappin and Leass (1994). A pronoun takes the entity that
stands out most and that gender and number allow, and is itself a reference to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from index.document import Document, Sentence
from index.lexicon import FEMALE_WORDS, MALE_WORDS, PERSON_PRONOUNS, SPEECH_VERBS
from index.speakers.given_names import Gender
from index.speakers.names import pronoun_gender
from index.speakers.registry import Entity, Registry

if TYPE_CHECKING:
    from spacy.tokens import Token

FADE = 0.65
"""What is left of a reference's weight one sentence later."""
NEW_PARAGRAPH = 0.8
"""What is left besides where a paragraph ends in between."""
_SOURCE, _SUBJECT, _OBJECT, _OTHER = 1.5, 1.0, 0.5, 0.3
_SUBJECTS = frozenset(("nsubj", "nsubjpass"))
_OBJECTS = frozenset(("dobj", "dative", "attr", "conj"))


class Discourse:
    """The references of an article in order, with what each pronoun was resolved to.

    `sources` are the character offsets of words that stand in the mention of a source.
    """

    def __init__(self, document: Document, registry: Registry, sources: Collection[int] = ()) -> None:
        self._registry = registry
        self._sources = frozenset(sources)
        self._resolved: dict[int, Entity] = {}
        self._margin: dict[int, float] = {}
        self._salience: dict[Entity, float] = {}
        self._history: list[tuple[int, dict[Entity, float]]] = []
        for block in document.body:
            for sentence in block.sentences:
                self._read(sentence)
                self._fade(FADE)
            self._fade(NEW_PARAGRAPH)

    def pronoun(self, offset: int) -> tuple[Entity | None, float]:
        """Whom the pronoun at this character offset stands for, and by what share of all salience it stood out."""
        return self._resolved.get(offset), self._margin.get(offset, 0.0)

    def described(self, offset: int, noun: str, text: str) -> Entity | None:
        """The most salient person of whom a role has the noun of the description ("the former general"), if any."""
        words = {w.lower().strip(".,") for w in text.split()} - {"the", "a", "an", "this", "that", "of", "former"}
        found: list[tuple[int, float, Entity]] = []
        for entity, salience in self._before(offset).items():
            if entity.label != "person":
                continue
            roles = [set(role.lower().replace("-", " ").split()) for role in entity.roles]
            if any(noun in role for role in roles):
                found.append((max(len(words & role) for role in roles), salience, entity))
        return max(found, key=lambda f: f[:2])[2] if found else None

    def _before(self, offset: int) -> dict[Entity, float]:
        state: dict[Entity, float] = {}
        for start, salience in self._history:
            if start > offset:
                break
            state = salience
        return state

    def _fade(self, share: float) -> None:
        self._salience = {entity: weight * share for entity, weight in self._salience.items() if weight > 0.001}

    def _read(self, sentence: Sentence) -> None:
        self._history.append((sentence.start, dict(self._salience)))
        for token, entity in self._references(sentence):
            self._salience[entity] = self._salience.get(entity, 0.0) + self._weight(sentence, token)

    def _weight(self, sentence: Sentence, token: Token) -> float:
        if sentence.starts[token.i] in self._sources:
            return _SOURCE
        if token.dep_ in _SUBJECTS:
            return _SOURCE if token.head.lemma_.lower() in SPEECH_VERBS else _SUBJECT
        return _OBJECT if token.dep_ in _OBJECTS else _OTHER

    def _references(self, sentence: Sentence) -> Iterator[tuple[Token, Entity]]:
        seen: set[int] = set()
        for token in sentence.parse:
            if token.i in sentence.utterances:
                continue
            start = sentence.starts[token.i]
            entity = self._registry.at(start)
            if entity is not None:
                mention = next(
                    (m for m in entity.mentions if m.sentence is sentence and m.first <= token.i <= m.last), None
                )
                if mention is not None and mention.first not in seen:
                    seen.add(mention.first)
                    yield sentence.parse[mention.first : mention.last + 1].root, entity
            elif token.tag_ in ("PRP", "PRP$") or token.lower_ in PERSON_PRONOUNS:
                found = self._antecedent(token)
                if found is not None:
                    self._resolved[start], self._margin[start] = found
                    yield token, found[0]

    def _antecedent(self, token: Token) -> tuple[Entity, float] | None:
        gender = pronoun_gender(token.text)
        word = token.lower_
        fits = []
        for entity, weight in self._salience.items():
            label = entity.label
            if gender is not None:
                ok = label in ("person", "other") and _agrees(entity, gender)
                if label == "other" and not any(m.sentence.starts[m.first] in self._sources for m in entity.mentions):
                    weight *= 0.1
            elif word in ("they", "them", "their"):
                ok = label in ("organisation", "group")
            elif word in ("it", "its"):
                ok = label in ("organisation", "place")
            else:
                ok = False
            if ok and weight > 0:
                fits.append((weight, entity))
        if not fits:
            return None
        total = sum(weight for weight, _ in fits)
        best = max(fits, key=lambda f: f[0])
        return best[1], best[0] / total


def _agrees(entity: Entity, gender: Gender) -> bool:
    return entity.gender in (None, gender) and not _other_gender(entity, gender)


def _other_gender(entity: Entity, gender: Gender) -> bool:
    wrong = FEMALE_WORDS if gender == "male" else MALE_WORDS
    return any(word.lower() in wrong for role in entity.roles for word in role.split())
