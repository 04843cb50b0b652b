"""From the mention of a source to the entity that is meant, with the way it was found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from index.document import Document, Sentence
from index.lexicon import (
    GROUP_NOUNS,
    PERSON_PRONOUNS,
    PRONOUNS,
    TITLES,
    is_person_noun,
)
from index.speakers.descriptions import BODIES, Description, describe, is_person_word
from index.speakers.discourse import Discourse
from index.speakers.given_names import Gender, gender_of, is_given_name
from index.speakers.labels import FullNames, without_titles
from index.speakers.names import Label, name_key
from index.speakers.registry import Entity, Registry
from index.types import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

_ROLE_WITHIN = 7
"""Words of a role between the comma and the name at most ("the applicant, retired maths teacher Ola Berg,")."""
_IN_ROLES = frozenset(("NOUN", "PROPN", "ADJ", "NUM", "PUNCT", "ADP", "DET"))
_BODIES = ("organisation", "place", "group")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a mention stands for.

    `method`: name, surname, organisation, pronoun, description, or unnamed (the entity has no name, only a
    description). `margin` is the share of all salience behind a pronoun, 1 for the rest.
    """

    method: str
    entity: Entity
    margin: float = 1.0


@dataclass(frozen=True, slots=True)
class _Placed:
    """A mention in its sentence: tokens `first:last` (both included) and their head."""

    sentence: Sentence
    first: int
    last: int
    head: Token

    @property
    def offset(self) -> int:
        return self.sentence.starts[self.head.i]


class Resolver:
    """Resolves the mentions of one document.

    `sources` are all the mentions in sentences that name who speaks, `labels` those that stand apart ("PENCE:").
    """

    def __init__(self, document: Document, sources: Iterable[Span], labels: Collection[Span] = ()) -> None:
        self._labels = frozenset(labels)
        self._text = document.article.text
        self._registry = Registry(document)
        self._tokens = {
            start: (sentence, i)
            for block in document.body
            for sentence in block.sentences
            for i, start in enumerate(sentence.starts)
            if i not in sentence.utterances
        }
        named: dict[int, Entity] = {}
        described: dict[int, Description] = {}
        pronouns: set[int] = set()
        for mention in sources:
            placed = self._placed(mention)
            if placed is None:
                continue
            entity = self._named(placed)
            if entity is not None:
                named[placed.offset] = entity
            elif placed.head.lower_ in PRONOUNS:
                pronouns.add(placed.offset)
            else:
                described[placed.offset] = describe(
                    placed.sentence, placed.first, placed.last, placed.head, mention.text
                )
        self._by_name = named
        self._apart: dict[str, Resolved | None] = {}
        self._unplaced: dict[tuple[str, ...], Entity] = {}
        self._discourse = Discourse(document, self._registry, named, described, pronouns)

    def resolve(self, mention: Span) -> Resolved | None:
        """Who the mention stands for; None for a pronoun without antecedent and for what has no letters."""
        found = self._found(mention)
        return found if found is not None and any(map(str.isalnum, found.entity.name)) else None

    def _found(self, mention: Span) -> Resolved | None:
        placed = None if mention in self._labels else self._placed(mention)
        if placed is None:
            if mention.text not in self._apart:
                self._apart[mention.text] = self._by_text(mention)
            return self._apart[mention.text]
        entity = self._by_name.get(placed.offset)
        if entity is not None:
            return Resolved(self._way(entity, placed), entity)
        entity, margin = self._discourse.resolved(placed.offset)
        if entity is None:
            return None
        if placed.head.lower_ in PRONOUNS:
            return Resolved("pronoun", entity, margin)
        return Resolved("unnamed" if entity.description is not None else "description", entity)

    def _placed(self, mention: Span) -> _Placed | None:
        found = self._tokens.get(mention.start)
        if found is None:
            return None
        sentence, first = found
        last = first
        while (
            last + 1 < len(sentence.parse)
            and sentence.ends[last + 1] <= mention.end
            and last + 1 not in sentence.utterances
        ):
            last += 1
        return _Placed(sentence, first, last, sentence.parse[first : last + 1].root)

    def _named(self, placed: _Placed) -> Entity | None:
        """The entity that the mention names: by its head, its last word, or a name set off by commas behind it."""
        sentence, head = placed.sentence, placed.head
        entity = self._registry.at(placed.offset)
        if entity is not None:
            return entity
        if head.lower_ in PRONOUNS:
            return None
        inside = sentence.parse[head.i : placed.last + 1]
        if not any(t.tag_ == "POS" or t.dep_ == "prep" for t in inside) and (
            is_person_noun(head.lemma_) or head.lemma_.lower() in TITLES or head.tag_ in ("NNP", "NNPS")
        ):
            # The parser may take the title for the head ("Former military official Khan").
            for i in range(placed.last, placed.first - 1, -1):
                entity = self._registry.at(sentence.starts[i])
                if i < placed.last and sentence.parse[i + 1].tag_ == "POS":
                    break
                if entity is not None and entity.label == "person":
                    return entity
        return self._behind_its_office(placed) or self._apposed(placed)

    def _behind_its_office(self, placed: _Placed) -> Entity | None:
        """The name right behind an office of some body ("Leader of the Opposition Sunita Rawat")."""
        sentence, head = placed.sentence, placed.head
        entity = self._registry.at(sentence.starts[placed.last])
        name = self._registry.tokens_of(sentence, placed.last)
        if entity is None or entity.label != "person" or not is_person_noun(head.lemma_) or len(name) < 2:
            return None
        between = sentence.parse[head.i + 1 : name[0]]
        words = [token.lower_ for token in between]
        # "The wife of President Ola Berg" is not the president.
        body = len(words) > 1 and words[0] == "of" and between[-1].pos_ in ("NOUN", "PROPN")
        return entity if body and words[-1] in GROUP_NOUNS and "," not in words else None

    def _apposed(self, placed: _Placed) -> Entity | None:
        """The name behind a description and a comma ("The chief justice of Kenya, Martha Koome, has warned")."""
        parse, starts = placed.sentence.parse, placed.sentence.starts
        comma = self._comma(placed)
        if comma is None:
            return None
        at = comma + 1
        while at < len(parse) and at - comma <= _ROLE_WITHIN and (entity := self._registry.at(starts[at])) is None:
            if parse[at].pos_ not in _IN_ROLES or at in placed.sentence.utterances:
                return None
            at += 1
        if at >= len(parse) or entity is None:
            return None
        role = parse[at - 1].lower_.strip(".")
        tokens = self._registry.tokens_of(placed.sentence, at)
        # "The felon, contractor Leonard Sisk,": a noun for a body is a role where it hangs on a person's name.
        hangs = entity.label == "person" and parse[at - 1].tag_ == "NN" and parse[at - 1].head.i in tokens
        is_role = role in TITLES or role == "old" or hangs or is_person_word(parse[at - 1].lemma_.lower())
        if at > comma + 1 and not is_role:
            return None
        behind = tokens[-1] + 1 if len(tokens) else at
        while behind < len(parse) and parse[behind].text in ("III", "II", "IV", "Jr", "Jr.", "Sr", "Sr."):
            behind += 1
        if not tokens or (behind < len(parse) and not parse[behind].is_punct):
            return None
        noun = placed.head.lemma_.lower()
        if entity.label == "organisation" or (entity.label == "other" and noun in BODIES):
            return entity if noun in BODIES else None
        return entity if entity.label == "person" or (entity.label == "other" and is_person_word(noun)) else None

    def _comma(self, placed: _Placed) -> int | None:
        """The comma behind a description, nothing but more of it in between."""
        parse = placed.sentence.parse
        for at in range(placed.last + 1, min(len(parse), placed.last + 11)):
            if parse[at].text == ",":
                return at
            if parse[at].pos_ in ("VERB", "AUX") or at in placed.sentence.utterances:
                return None
        return None

    def _way(self, entity: Entity, placed: _Placed) -> str:
        if entity.label in _BODIES:
            return "organisation"
        tokens = self._registry.tokens_of(placed.sentence, placed.head.i)
        return "surname" if 0 < len(tokens) < len(entity.words) else "name"

    def _by_text(self, mention: Span) -> Resolved | None:
        """A mention apart from any sentence (a label, a name behind a dash): by its words, titles and case aside."""
        words = tuple(mention.text.split())
        if (
            len(words) > 2
            and is_person_word(words[0].lower())
            and not is_given_name(words[0])
            and is_given_name(words[1])
        ):
            words = words[1:]  # "Conductor Ilse Brandauer"
        key = name_key(tuple(word for word in words if word.lower().strip(".") not in TITLES) or words)
        entity = self._by_key.get(key)
        if entity is None or len(entity.words) == 1 or entity.name.isupper():
            full = self._full_names.of(without_titles(words)) if words else None
            if full is not None:
                return Resolved("name" if len(key) > 1 else "surname", self._person(full))
        if entity is not None:
            return Resolved("name" if key == name_key(entity.words) else "surname", entity)
        if not words or any(word.lower() in PERSON_PRONOUNS for word in words):
            return None
        label: Label = "person" if all(word[0].isupper() for word in words) else "other"
        description = Description(" ".join(words), words[-1].lower(), label, gender=None)
        return Resolved("unnamed", self._unplaced.setdefault(key, Entity(description=description)))

    def _person(self, full: tuple[str, ...]) -> Entity:
        """The person of this full name, whom perhaps no sentence names so."""
        known = self._by_key.get(name_key(full))
        if known is not None and not known.name.isupper():
            return known
        settled: tuple[Label, Gender | None, tuple[str, ...]] = ("person", gender_of(full[0]), full)
        return self._unplaced.setdefault(name_key(full), Entity(settled=settled))

    @cached_property
    def _by_key(self) -> dict[tuple[str, ...], Entity]:
        """Every name and every surname of a person → who is named most often by it."""
        found: dict[tuple[str, ...], Entity] = {}
        for entity in sorted(self._registry.entities, key=lambda e: -len(e.mentions)):
            for known in {name_key(m.words) for m in entity.mentions}:
                found.setdefault(known, entity)
            if entity.label == "person":
                found.setdefault(name_key(entity.words)[-1:], entity)
        return found

    @cached_property
    def _full_names(self) -> FullNames:
        return FullNames(self._text, self._labels)
