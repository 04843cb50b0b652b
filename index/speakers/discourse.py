"""Whom a pronoun or a description stands for: salience over the article, read from left to right.

Every reference to an entity adds to its salience by its place in the sentence (a subject more than an object, the
source of speech most) and fades sentence by sentence, after Lappin and Leass (1994). A pronoun takes the entity that
stands out most and that gender and number allow, and is itself a reference to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from index.document import Document, Sentence
from index.lexicon import PERSON_PRONOUNS, SPEECH_VERBS, is_person_noun
from index.speakers.antecedents import Known, agrees, fits_body, fits_role, has_office, may_be
from index.speakers.descriptions import ANYBODY, BODIES, GENERIC, KIN, Description, describe, is_person_word
from index.speakers.given_names import Gender
from index.speakers.names import Label, pronoun_gender
from index.speakers.registry import Entity, Registry, is_interposed

if TYPE_CHECKING:
    from spacy.tokens import Token

FADE = 0.5
"""What is left of a reference's weight one sentence later."""
NEW_PARAGRAPH = 0.8
"""What is left besides where a paragraph ends in between. Of 70 pronouns of news articles with a known antecedent 66
are right with these figures; from 63 to 66 are with .5 to .7, subjects from 1 to 1.5, and paragraphs from .7 to .9."""
NEAR = 0.5
"""Salience of a person whom a description without a role may mean: somebody of this paragraph or the one before."""
FAR = 0.05
"""The same for a body of which no noun tells ("the company"): of the last paragraphs."""
OTHERWISE = 0.3
"""What "he" makes of somebody whom "she" has stood for before, where nothing else tells the gender."""
UNNAMED = 0.4
"""What "he" or "she" makes of a source without a name of which nothing tells the gender."""
PLACE = 0.3
"""What "it" that speaks makes of a place that does not speak itself; by hand."""
SELDOM = 0.2
"""What the name of a person in the quotation makes of him or her as its source: few name themselves; by hand."""
_CAPITAL = re.compile(r"[A-Z][\w-]*\w")
_SINGULAR_THEY = re.compile(r"\b(?:non-?binary|they/them|gender-neutral pronouns|genderqueer|agender)\b", re.IGNORECASE)
_SOURCE, _SUBJECT, _OBJECT, _OTHER = 1.5, 1.25, 0.5, 0.3
_SUBJECTS = frozenset(("nsubj", "nsubjpass"))
_OBJECTS = frozenset(("dobj", "dative", "attr", "conj"))
_GENDERS: tuple[Gender, ...] = ("female", "male")


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
        self._text = document.article.text
        self._named = named
        self._described = described
        self._sources = sources
        self._resolved: dict[int, Entity] = {}
        self._margin: dict[int, float] = {}
        self._salience: dict[Entity, float] = {}
        self._last: dict[Entity, int] = {}
        self._introduced: set[str] = set()
        self._plural: set[Entity] = set()
        self._peopled = False
        self._called: dict[Entity, Counter[Gender | None]] = {}
        self._known = Known(registry.entities)
        self._sentences = [sentence for block in document.body for sentence in block.sentences]
        self._order = {id(sentence): number for number, sentence in enumerate(self._sentences)}
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
                    self._last[entity] = self._order[id(sentence)]
                self._peopled = self._peopled or any(e.label == "person" and e.description is None for e in here)
                self._tell_plural(sentence)
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
                meant = self._meant(self._described[start], sentence)
                if meant is not None:
                    self._resolved[start] = meant
                    yield meant, _SOURCE
            elif (entity := self._registry.at(start)) is not None:
                if token.i not in seen:
                    tokens = self._registry.tokens_of(sentence, token.i)
                    seen.update(tokens)
                    if tokens and not any(sentence.starts[i] in self._named for i in tokens):
                        yield entity, self._weight(sentence.parse[tokens[0] : tokens[-1] + 1].root)
            elif token.tag_ in ("PRP", "PRP$") or token.lower_ in PERSON_PRONOUNS:
                spoken = self._spoken(sentence, token) if start in self._sources else frozenset[str]()
                found = self._ahead(sentence, token) or self._antecedent(token, spoken)
                if found is not None:
                    self._resolved[start], self._margin[start] = found
                    if start in self._sources or self._is_told_apart(sentence, token):
                        self._called.setdefault(found[0], Counter())[pronoun_gender(token.text)] += 1
                    yield found[0], _SOURCE if start in self._sources else self._weight(token)
            elif token.tag_ == "NN" and token.dep_ in _SUBJECTS and (told := self._told(sentence, token)) is not None:
                yield told, _SUBJECT

    def _told(self, sentence: Sentence, token: Token) -> Entity | None:
        """Whom a subject that is no source describes; what "a" brings up is remembered."""
        first = token.left_edge.i
        opening = sentence.parse[first].lower_
        noun = token.lemma_.lower()
        if opening in ("a", "an"):
            self._introduced.add(noun)
        if noun in KIN:
            return self._kin(sentence, token)
        if opening != "the" or first in sentence.utterances:
            return None
        if noun in BODIES and not is_person_noun(noun):
            body = describe(sentence, first, token.i, token, noun)
            return None if body.proper or body.words else self._unnamed.get(noun)
        if not is_person_word(noun):
            return None
        return self._meant(describe(sentence, first, token.i, token, noun), sentence, source=False)

    def _kin(self, sentence: Sentence, noun: Token) -> Entity | None:
        """Somebody's husband, sister or the like without a name, whom the pronoun of the other gender then means.

        "Her mother" is left: behind it, "she" is as likely the daughter.
        """
        owner = next((child for child in noun.children if child.tag_ == "PRP$" or child.dep_ == "poss"), None)
        if owner is None or any(child.dep_ == "appos" for child in noun.children):
            return None
        if any(self._registry.at(sentence.starts[i]) is not None for i in range(owner.i + 1, noun.right_edge.i + 1)):
            return None
        named = self._registry.at(sentence.starts[owner.i])
        theirs = pronoun_gender(owner.text) if named is None else named.gender
        first = noun.left_edge.i
        text = sentence.parse[first : noun.i + 1].text
        kin = describe(sentence, first, noun.i, noun, text)
        if theirs is None or kin.gender in (None, theirs):
            return None
        return self._unnamed.setdefault(text.lower(), Entity(description=kin))

    def _tell_plural(self, sentence: Sentence) -> None:
        """Remember of whom the sentence says that "they" stands for one person."""
        if _SINGULAR_THEY.search(sentence.parse.text):
            people = [(weight, e) for e, weight in self._salience.items() if e.label == "person"]
            if people:
                self._plural.add(max(people, key=lambda one: one[0])[1])

    def _weight(self, token: Token) -> float:
        while token.dep_ == "appos" and token.head.i != token.i:
            token = token.head
        if token.dep_ in _SUBJECTS:
            return _SOURCE if token.head.lemma_.lower() in SPEECH_VERBS else _SUBJECT
        return _OBJECT if token.dep_ in _OBJECTS else _OTHER

    def _meant(self, description: Description, sentence: Sentence, *, source: bool = True) -> Entity | None:
        """Whom the article names and this describes, else one without a name; None for one that is no source."""
        entity = None
        if description.label == "organisation" and description.definite:
            entity = self._body(description)
        elif description.label in ("person", "other") and description.definite:
            entity = self._person(description, source=source)
        if entity is not None or not source:
            return entity
        if description.label == "person" and (entity := self._named_next(description, sentence)) is not None:
            entity.roles.append(description.text)
            self._known.add_role(entity, description.text)
            return entity
        earlier = self._unnamed.get(description.noun) if description.definite and not description.words else None
        entity = earlier or self._unnamed.setdefault(description.text.lower(), Entity(description=description))
        if description.label in ("person", "organisation") and not (description.definite or description.proper):
            self._unnamed[description.noun] = entity
        return entity

    def _person(self, description: Description, *, source: bool) -> Entity | None:
        """The person of whom a role has the noun ("the former general"), else one whom it can only mean."""
        known = [
            (fits_role(description, entity), entity)
            for entity in dict.fromkeys((*self._known.in_role(description.noun), *self._salience))
        ]
        fits = [(fit, self._salience.get(e, 0.0), self._last.get(e, -1), e) for fit, e in known if fit]
        fits = [fit for fit in fits if fit[2] >= 0] or (fits if description.words else [])
        if fits:
            return max(fits, key=lambda fit: fit[:3])[3]
        if not source and description.age is None:
            return None
        if description.age is not None:
            aged = [e for e in self._known.aged(description.age) if e in self._last]
            if aged:
                return max(aged, key=lambda e: self._last[e])
        if description.possessed or description.noun in self._introduced:
            return None
        near = [
            (weight, e)
            for e, weight in self._salience.items()
            if weight >= NEAR and e.label == "person" and agrees(e, description.gender)
        ]
        _, best = max(near, key=lambda one: one[0], default=(0.0, None))
        return best if best is not None and may_be(description, best) else None

    def _body(self, description: Description) -> Entity | None:
        """The body that the noun fits best, of several the one that stands out."""
        named = [e for e in self._known.bodies(description.noun) if e in self._last]
        near = [e for e, weight in self._salience.items() if weight >= FAR and not description.proper]
        fits = [
            (fits_body(description, e), self._salience.get(e, 0.0), self._last.get(e, -1), e) for e in (*named, *near)
        ]
        fits = [fit for fit in fits if fit[0]]
        return max(fits, key=lambda fit: (fit[0] > 1, *fit[1:3], fit[0]))[3] if fits else None

    def _named_next(self, description: Description, sentence: Sentence) -> Entity | None:
        """Who is named for the first time right behind a description that opens the article or is taken up there."""
        at = self._order[id(sentence)]
        opening = not self._peopled and not self._registry.named_in(sentence, "person")
        if description.noun in ANYBODY or (description.possessed and description.noun in KIN):
            return None
        if not opening and not description.definite:
            return None
        for following in self._sentences[at + 1 : at + (4 if opening else 2)]:
            new = [e for e in self._subjects(following) if e not in self._last]
            if new:
                fit = fits_role(description, new[0])
                may = may_be(description, new[0]) if description.noun in GENERIC else not has_office(new[0])
                alike = may and not _is_of_a_body(new[0])
                return new[0] if agrees(new[0], description.gender) and (fit or alike) else None
        return None

    def _subjects(self, sentence: Sentence) -> list[Entity]:
        """The people who are subjects in a sentence, or named as a source there."""
        return [
            entity
            for entity, token in self._registry.named_in(sentence, "person")
            if token.dep_ in _SUBJECTS or sentence.starts[token.i] in self._named
        ]

    def _is_told_apart(self, sentence: Sentence, pronoun: Token) -> bool:
        """Whether somebody of the other gender is named in the sentence, so that the pronoun was weighed there."""
        gender = pronoun_gender(pronoun.text)
        people = self._registry.named_in(sentence, "person") if gender is not None else []
        return any(entity.gender not in (None, gender) for entity, _ in people)

    def _spoken(self, sentence: Sentence, pronoun: Token) -> frozenset[str]:
        """The words in a capital of what a pronoun says in its sentence."""
        if is_interposed(pronoun):
            said = [sentence.parse[: pronoun.i].text]
        else:
            said = [self._text[q.inner_start : q.inner_end] for q in dict.fromkeys(sentence.utterances.values())]
        return frozenset(word for words in said for word in _CAPITAL.findall(words))

    def _ahead(self, sentence: Sentence, pronoun: Token) -> tuple[Entity, float] | None:
        """The subject behind the clause that the pronoun stands in ("Asked whether he was, Berg laughed")."""
        clause = next((a for a in pronoun.ancestors if a.dep_ == "advcl" and a.head.dep_ == "ROOT"), None)
        gender = pronoun_gender(pronoun.text)
        if clause is None or gender is None:
            return None
        for subject in clause.head.children:
            if subject.dep_ == "nsubj" and clause.right_edge.i < subject.i:
                entity = self._registry.at(sentence.starts[subject.i])
                fits = entity is not None and entity.label == "person" and agrees(entity, gender)
                return (entity, 1.0) if entity is not None and fits else None
        return None

    def _antecedent(self, token: Token, spoken: Collection[str]) -> tuple[Entity, float] | None:
        """Whom a pronoun stands for, and by what share; `spoken` are names in what it says, where it is a source."""
        gender = pronoun_gender(token.text)
        fits = [
            (weight * self._fit(entity, token.lower_, gender) * (SELDOM if _is_named(entity, spoken) else 1.0), entity)
            for entity, weight in self._salience.items()
        ]
        total = sum(weight for weight, _ in fits)
        if total <= 0:
            return None
        best = max(fits, key=lambda fit: fit[0])
        return best[1], best[0] / total

    def _fit(self, entity: Entity, pronoun: str, gender: Gender | None) -> float:
        """0 where gender or number forbid it, 1 where they allow it, less for a name that may be no person's."""
        if entity not in self._traits:
            self._traits[entity] = (entity.label, {g for g in _GENDERS if agrees(entity, g)})
        label, genders = self._traits[entity]
        if gender is not None:
            if label not in ("person", "other") or gender not in genders:
                return 0.0
            called = self._called.get(entity)
            if called is not None and entity.gender is None and called[gender] < max(called[g] for g in _GENDERS):
                return OTHERWISE
            if entity.description is not None and entity.gender is None:
                return UNNAMED
            return 0.1 if label == "other" and entity not in self._speaking else 1.0
        if pronoun in ("they", "them", "their"):
            return 1.0 if entity in self._plural else float(label in ("organisation", "group"))
        if pronoun not in ("it", "its") or label not in ("organisation", "place"):
            return 0.0
        return PLACE if label == "place" and entity not in self._speaking else 1.0


def _is_named(entity: Entity, spoken: Collection[str]) -> bool:
    """Whether a person's name is among words."""
    return bool(spoken) and entity.label == "person" and any(len(w) > 2 and w in spoken for w in entity.words)


def _is_of_a_body(entity: Entity) -> bool:
    """Whether somebody is first named with a body of his or her own ("Tamsin Hurd of PVM Oil")."""
    first = min(entity.mentions, key=lambda mention: (mention.sentence.start, mention.first))
    behind = first.sentence.parse[first.last + 1 : first.last + 3]
    return len(behind) == 2 and behind[0].lower_ in ("of", "at", "from") and behind[1].ent_type_ == "ORG"
