"""From the mention of a source to the entity or description that is meant, with the way it was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.document import Document, Sentence
from index.lexicon import GROUP_NOUNS, PERSON_NOUNS, PERSON_PRONOUNS, PRONOUNS, TITLES
from index.speakers.discourse import Discourse
from index.speakers.registry import Entity, Registry
from index.types import Span

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a mention names: an entity of the registry, or only its own description.

    `method`: name, surname, organisation, pronoun, description, or unnamed. `margin` is the share of salience behind
    a pronoun, 1 for the rest. `plural` tells "officials" from "an official".
    """

    method: str
    entity: Entity | None
    description: str
    margin: float = 1.0
    plural: bool = False
    proper: bool = False


class Resolver:
    """Resolves the mentions of one document; `sources` are the mentions that name who speaks somewhere in it."""

    def __init__(self, document: Document, sources: Iterable[Span] = ()) -> None:
        self._article = document.article
        self._registry = Registry(document)
        self._discourse = Discourse(
            document, self._registry, {i for span in sources for i in range(span.start, span.end)}
        )
        self._tokens: dict[int, tuple[Sentence, int]] = {}
        for block in document.body:
            for sentence in block.sentences:
                for i, start in enumerate(sentence.starts):
                    if i not in sentence.utterances:
                        self._tokens[start] = (sentence, i)

    def resolve(self, mention: Span) -> Resolved | None:
        """Who the mention names; None where it names nobody who could be kept (a pronoun without antecedent)."""
        placed = self._tokens.get(mention.start)
        if placed is None:
            return self._by_text(mention)
        sentence, first = placed
        last = first
        while (
            last + 1 < len(sentence.parse)
            and sentence.ends[last + 1] <= mention.end
            and last + 1 not in sentence.utterances
        ):
            last += 1
        head = sentence.parse[first : last + 1].root
        return self._resolve(sentence, head, first, last, mention)

    def _resolve(self, sentence: Sentence, head: Token, first: int, last: int, mention: Span) -> Resolved | None:
        text = " ".join(mention.text.split())
        if head.lower_ in PRONOUNS and first == last:
            entity, margin = self._discourse.pronoun(sentence.starts[head.i])
            return Resolved("pronoun", entity, text, margin) if entity is not None else None
        entity = self._named(sentence, head, first, last)
        if entity is not None:
            return self._by_name(entity, sentence, head, text)
        for child in head.children:
            if (
                child.dep_ == "appos"
                and (entity := self._named_at(sentence, child)) is not None
                and entity.label in ("person", "other")
            ):
                return Resolved("name", entity, text)
        lemma = head.lemma_.lower()
        definite = sentence.parse[first].lower_ in ("the", "this", "that") or sentence.parse[first].tag_ == "PRP$"
        if lemma in PERSON_NOUNS and definite and head.tag_ == "NN":
            found = self._discourse.described(sentence.start, lemma, text)
            if found is not None:
                return Resolved("description", found, text)
        proper = any(t.tag_ in ("NNP", "NNPS") or t.ent_type_ == "NORP" for t in sentence.parse[first : last + 1])
        plural = head.tag_ in ("NNS", "NNPS") or lemma in GROUP_NOUNS
        return Resolved("unnamed", None, text, plural=plural, proper=proper)

    def _named(self, sentence: Sentence, head: Token, first: int, last: int) -> Entity | None:
        entity = self._registry.at(sentence.starts[head.i])
        if entity is not None:
            return entity
        if head.lemma_.lower() not in PERSON_NOUNS | TITLES and head.tag_ not in ("NNP", "NNPS"):
            return None
        if any(t.tag_ == "POS" or t.dep_ == "prep" for t in sentence.parse[head.i : last + 1]):
            return None
        # The parser may take the title for the head ("Former military official Khan").
        for i in range(last, first - 1, -1):
            entity = self._registry.at(sentence.starts[i])
            if entity is not None and entity.label == "person":
                return entity
        return None

    def _named_at(self, sentence: Sentence, token: Token) -> Entity | None:
        entity = self._registry.at(sentence.starts[token.i])
        if entity is None:
            for i in range(token.i, min(token.right_edge.i, token.i + 4) + 1):
                entity = entity or self._registry.at(sentence.starts[i])
        return entity

    def _by_name(self, entity: Entity, sentence: Sentence, head: Token, text: str) -> Resolved:
        mention = next((m for m in entity.mentions if m.sentence is sentence and m.first <= head.i <= m.last), None)
        if entity.label in ("organisation", "place", "group"):
            return Resolved("organisation", entity, text)
        short = mention is not None and len(mention.words) < len(entity.words)
        return Resolved("surname" if short else "name", entity, text)

    def _by_text(self, mention: Span) -> Resolved | None:
        """A mention outside the parsed narration (a label, a name behind a dash): by its words."""
        words = tuple(mention.text.split())
        for entity in self._registry.entities:
            if words in {m.words for m in entity.mentions}:
                return Resolved("name" if words == entity.words else "surname", entity, " ".join(words))
        lower = [w.lower() for w in words]
        if not words or any(w in PERSON_PRONOUNS for w in lower):
            return None
        return Resolved("unnamed", None, " ".join(words), proper=all(w[0].isupper() for w in words))
