"""Whom a pronoun or a description stands for: salience over the article, read from left to right.

Every reference to an entity adds to its salience by its place in the sentence (a subject more than an object, the
source of speech most) and fades sentence by sentence, after Lappin and Leass (1994). A pronoun takes the entity that
stands out most and that gender and number allow, and is itself a reference to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from index.document import Document, Sentence
from index.lexicon import FEMALE_WORDS, MALE_WORDS, PERSON_PRONOUNS, SPEECH_VERBS
from index.speakers.given_names import Gender
from index.speakers.names import Label, pronoun_gender
from index.speakers.registry import Description, Entity, Registry

if TYPE_CHECKING:
    from spacy.tokens import Token

FADE = 0.5
"""What is left of a reference's weight one sentence later."""
NEW_PARAGRAPH = 0.8
"""What is left besides where a paragraph ends in between. Of 70 pronouns of news articles with a known antecedent 66
are right with these figures; from 63 to 66 are with .5 to .7, subjects from 1 to 1.5, and paragraphs from .7 to .9."""
_SOURCE, _SUBJECT, _OBJECT, _OTHER = 1.5, 1.25, 0.5, 0.3
_SUBJECTS = frozenset(("nsubj", "nsubjpass"))
_OBJECTS = frozenset(("dobj", "dative", "attr", "conj"))
_GENDERS: tuple[Gender, ...] = ("female", "male")
_ARTICLES = frozenset(("the", "a", "an", "this", "that", "of", "former"))


class Discourse:
    """The references of an article in order, with what each pronoun and description was resolved to.

    `named` and `described` are the mentions of sources, by the character offset of their head: those that name an
    entity, and those that only describe one. `sources` are the offsets of pronouns that are sources.
    """

    def __init__(
        self,
        document: Document,
        registry: Registry,
        named: Mapping[int, Entity],
        described: Mapping[int, Description],
        sources: Collection[int],
    ) -> None:
        self._registry = registry
        self._named = named
        self._described = described
        self._sources = sources
        self._resolved: dict[int, Entity] = {}
        self._margin: dict[int, float] = {}
        self._salience: dict[Entity, float] = {}
        self._unnamed: dict[str, Entity] = {}
        self._traits: dict[Entity, tuple[Label, set[Gender]]] = {}
        self._speaking = set(named.values())
        for block in document.body:
            for sentence in block.sentences:
                here: dict[Entity, float] = {}
                for entity, weight in self._references(sentence):
                    # Once a sentence: its name after its title says nothing new of "former official Khan".
                    more = max(0.0, weight - here.get(entity, 0.0))
                    here[entity] = here.get(entity, 0.0) + more
                    self._salience[entity] = self._salience.get(entity, 0.0) + more
                self._fade(FADE)
            self._fade(NEW_PARAGRAPH)

    def resolved(self, offset: int) -> tuple[Entity | None, float]:
        """Whom the pronoun or description at this offset stands for, and by what share of all salience it stood out."""
        return self._resolved.get(offset), self._margin.get(offset, 1.0)

    def _fade(self, share: float) -> None:
        self._salience = {entity: weight * share for entity, weight in self._salience.items() if weight > 0.001}

    def _references(self, sentence: Sentence) -> Iterator[tuple[Entity, float]]:
        seen: set[int] = set()
        for token in sentence.parse:
            if token.i in sentence.utterances:
                continue
            start = sentence.starts[token.i]
            if start in self._named:
                yield self._named[start], _SOURCE
                seen.update(self._registry.tokens_of(sentence, token.i))
            elif start in self._described:
                self._resolved[start] = self._meant(self._described[start])
                yield self._resolved[start], _SOURCE
            elif (entity := self._registry.at(start)) is not None:
                if token.i not in seen:
                    tokens = self._registry.tokens_of(sentence, token.i)
                    seen.update(tokens)
                    if tokens and not any(sentence.starts[i] in self._named for i in tokens):
                        yield entity, self._weight(sentence.parse[tokens[0] : tokens[-1] + 1].root)
            elif token.tag_ in ("PRP", "PRP$") or token.lower_ in PERSON_PRONOUNS:
                found = self._antecedent(token)
                if found is not None:
                    self._resolved[start], self._margin[start] = found
                    yield found[0], _SOURCE if start in self._sources else self._weight(token)

    def _weight(self, token: Token) -> float:
        while token.dep_ == "appos" and token.head.i != token.i:
            token = token.head
        if token.dep_ in _SUBJECTS:
            return _SOURCE if token.head.lemma_.lower() in SPEECH_VERBS else _SUBJECT
        return _OBJECT if token.dep_ in _OBJECTS else _OTHER

    def _meant(self, description: Description) -> Entity:
        """The most salient person of whom a role has the noun ("the former general"), else an unnamed one."""
        if description.definite:
            words = {w.lower().strip(".,") for w in description.text.split()} - _ARTICLES
            fits = []
            for entity, salience in self._salience.items():
                roles = [set(role.lower().replace("-", " ").split()) for role in entity.roles]
                if entity.label == "person" and any(description.noun in role for role in roles):
                    fits.append((max(len(words & role) for role in roles), salience, entity))
            if fits:
                return max(fits, key=lambda fit: fit[:2])[2]
        return self._unnamed.setdefault(description.text.lower(), Entity(description=description))

    def _antecedent(self, token: Token) -> tuple[Entity, float] | None:
        gender = pronoun_gender(token.text)
        fits = [(weight * self._fit(entity, token.lower_, gender), entity) for entity, weight in self._salience.items()]
        total = sum(weight for weight, _ in fits)
        if total <= 0:
            return None
        best = max(fits, key=lambda fit: fit[0])
        return best[1], best[0] / total

    def _fit(self, entity: Entity, pronoun: str, gender: Gender | None) -> float:
        """0 where gender or number forbid it, 1 where they allow it, less for a name that may be no person's."""
        if entity not in self._traits:
            self._traits[entity] = (entity.label, {g for g in _GENDERS if _agrees(entity, g)})
        label, genders = self._traits[entity]
        if gender is not None:
            if label not in ("person", "other") or gender not in genders:
                return 0.0
            return 0.1 if label == "other" and entity not in self._speaking else 1.0
        if pronoun in ("they", "them", "their"):
            return float(label in ("organisation", "group"))
        return float(pronoun in ("it", "its") and label in ("organisation", "place"))


def _agrees(entity: Entity, gender: Gender) -> bool:
    wrong = FEMALE_WORDS if gender == "male" else MALE_WORDS
    told_otherwise = any(word.lower() in wrong for role in entity.roles for word in role.split())
    return entity.gender in (None, gender) and not told_otherwise
