"""The people and bodies of one article: which mentions are one, under which full name, in which roles."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from index.document import Document, Sentence
from index.lexicon import GROUP_NOUNS, SPEECH_VERBS
from index.speakers.aliases import find_aliases
from index.speakers.descriptions import Description
from index.speakers.given_names import Gender
from index.speakers.names import Label, NameMention, find_names, name_key, pronoun_gender
from index.speakers.roles import roles_of
from index.speakers.runs import PARTICLES

if TYPE_CHECKING:
    from spacy.tokens import Token

FAR_MORE = 3
"""So many times as often a full name must be used to own the surname wherever it stands."""

SHARING = 100
"""People of one surname among whom a short name is sought; more are a list of names, and took time by its square."""


@dataclass(eq=False, slots=True)
class Entity:
    """Somebody or something that the article names: all its mentions, in order; or only describes.

    `beside` counts the pronouns that follow the name in a sentence where no other could be meant.
    """

    mentions: list[NameMention] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    beside: Counter[Gender] = field(default_factory=Counter)
    description: Description | None = None
    titles: frozenset[str] = frozenset()
    """The nouns of the titles before the names ("Sen." → senator)."""
    settled: tuple[Label, Gender | None, tuple[str, ...]] | None = None
    """Label, gender and fullest name once every mention is read."""
    places: list[int] = field(default_factory=list)
    """Character offsets of the mentions, rising."""
    human: bool = False
    """Whether a lone last word of the name speaks, as a person's surname does."""

    @property
    def words(self) -> tuple[str, ...]:
        """The fullest name that the article gives: most words, then first given; without a name, the description."""
        if self.description is not None:
            return tuple(self.description.text.split())
        if self.settled is not None:
            return self.settled[2]
        # Of names as long one in small letters before one in capitals ("ALVAREZ:" of a transcript).
        return max((m.words for m in self.mentions), key=lambda words: (len(words), not "".join(words).isupper()))

    @property
    def name(self) -> str:
        """The fullest name as one string."""
        return " ".join(self.words)

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other names that mentions use, in order of appearance."""
        return tuple(dict.fromkeys(m.name for m in self.mentions if m.name != self.name))

    @property
    def label(self) -> Label:
        """A person once a title or a description says so; else what most mentions in full are taken for.

        The tagger knows a full name better than a surname alone, so a full name is not outvoted by short ones.
        """
        if self.description is not None:
            return self.description.label
        if self.settled is not None:
            return self.settled[0]
        if self.human or any(m.sure for m in self.mentions):
            return "person"
        longest = len(self.words)
        for mentions in ([m for m in self.mentions if len(m.words) == longest], self.mentions):
            counts = Counter(m.label for m in mentions if m.label != "other")
            if counts:
                best = "person" if counts["person"] * 2 >= counts.total() else counts.most_common(1)[0][0]
                # The tagger takes many a name from elsewhere for a company; a role or "her" beside it knows better.
                return "person" if best == "organisation" and (self.roles or self.beside) else best
        return "person" if self.roles else "other"

    @property
    def age(self) -> str | None:
        """In years, as the article writes it."""
        return next((m.age for m in self.mentions if m.age), None)

    @property
    def gender(self) -> Gender | None:
        """What titles, given name and pronouns beside the name say, by weight; None for nothing or for both."""
        if self.description is not None:
            return self.description.gender
        if self.settled is not None:
            return self.settled[1]
        told: Counter[Gender] = Counter(self.beside)
        for mention in self.mentions:
            if mention.gender:
                told[mention.gender] += 3 if mention.titles else 2
        (best, most), (_, least) = [*told.most_common(2), (None, 0), (None, 0)][:2]
        return best if most > 2 * least else None


class Registry:
    """All entities of an article and the way from a mention to its entity."""

    def __init__(self, document: Document) -> None:
        self.entities: list[Entity] = []
        self._at: dict[int, Entity] = {}
        self._by_word: dict[str, list[Entity]] = {}
        self._by_name: dict[tuple[str, ...], Entity] = {}
        names = find_names(document)
        self._aliases = find_aliases(names)
        # Full names first: a surname in the first paragraph belongs to the full name in the second.
        for mention in sorted(names, key=lambda m: (-len(m.words), m.sentence.start, m.first)):
            self._place(mention)
        for entity in self.entities:
            entity.mentions.sort(key=lambda m: m.sentence.starts[m.first])
            article = document.article
            entity.roles = list(dict.fromkeys(role for m in entity.mentions for role in roles_of(article, m)))

        self._count_pronouns(names)
        for entity in self.entities:
            entity.settled = (entity.label, entity.gender, entity.words)
        self._in_sentence: dict[int, list[NameMention]] = {}
        for mention in names:
            self._in_sentence.setdefault(id(mention.sentence), []).append(mention)

    def named_in(self, sentence: Sentence, label: Label) -> list[tuple[Entity, Token]]:
        """The entities of this label that a sentence names, each with the head of its name, in order."""
        found = []
        for mention in self._in_sentence.get(id(sentence), ()):
            entity = self.at(sentence.starts[mention.first])
            if entity is not None and entity.label == label:
                found.append((entity, sentence.parse[mention.first : mention.last + 1].root))
        return found

    def at(self, offset: int) -> Entity | None:
        """The entity whose name stands over this character offset."""
        return self._at.get(offset)

    def tokens_of(self, sentence: Sentence, token: int) -> range:
        """The tokens of the name that `token` is in; empty where it is in none."""
        for mention in self._in_sentence.get(id(sentence), ()):
            if mention.first <= token <= mention.last:
                return range(mention.first, mention.last + 1)
        return range(0)

    def _count_pronouns(self, names: Iterable[NameMention]) -> None:
        for _, group in groupby(names, key=lambda m: id(m.sentence)):
            mentions = list(group)
            for token in mentions[0].sentence.parse:
                gender = pronoun_gender(token.text)
                if gender is None or token.i in mentions[0].sentence.utterances or is_interposed(token):
                    continue
                before = {e for m in mentions if m.last < token.i and (e := self._candidate(m)) is not None}
                if len(before) == 1:
                    before.pop().beside[gender] += 1

    def _candidate(self, mention: NameMention) -> Entity | None:
        entity = self.at(mention.sentence.starts[mention.first])
        if entity is not None and (entity.label in ("person", "other") or _may_be_person(mention)):
            return entity
        return None

    def _place(self, mention: NameMention) -> None:
        key = name_key(mention.words)
        entity = (
            self._by_name.get(key) or self._by_name.get(self._aliases.get(key, key)) or self._shorter_form(mention, key)
        )
        if entity is None:
            entity = Entity()
            self.entities.append(entity)
            self._by_name[key] = entity
            for word in key:
                self._by_word.setdefault(word, []).append(entity)
        entity.mentions.append(mention)
        insort(entity.places, mention.sentence.starts[mention.first])
        for token in range(mention.first, mention.last + 1):
            self._at[mention.sentence.starts[token]] = entity

    def _shorter_form(self, mention: NameMention, key: tuple[str, ...]) -> Entity | None:
        """The entity with a fuller name that this one shortens: surname, first name, or less a middle part."""
        near = self._by_word.get(key[-1], ())[:SHARING]
        fuller = [e for e in near if _shortens(key, name_key(e.words), mention, e)]
        if len(fuller) > 1 and mention.gender:
            fuller = [e for e in fuller if e.gender in (None, mention.gender)] or fuller
        if not fuller and len(key) == 1 and (mention.label == "person" or _speaks(mention)):
            fuller = [e for e in near if key[0] == name_key(e.words)[-1] and _may_be_person(e.mentions[0])]
            for entity in fuller:
                entity.human = True
        if not fuller:
            return None
        if len(fuller) > 1:
            return _likelier(fuller, mention)
        return fuller[0]


def is_interposed(pronoun: Token) -> bool:
    """Whether a pronoun speaks between commas, of others than the names around it ("Andes Lithium, she adds, has")."""
    parse, verb = pronoun.doc, pronoun.head
    if pronoun.i == 0 or parse[pronoun.i - 1].text != "," or verb.lemma_.lower() not in SPEECH_VERBS:
        return False
    return verb.i in (pronoun.i + 1, pronoun.i + 2) and verb.i + 1 < len(parse) and parse[verb.i + 1].text == ","


def _likelier(fuller: list[Entity], mention: NameMention) -> Entity:
    """Of several of one surname whoever was named last, unless another is named far more often."""
    start = mention.sentence.starts[mention.first]
    most = max(fuller, key=lambda e: (e.places[0] <= start, len(e.places)))
    if all(len(most.places) >= FAR_MORE * len(e.places) for e in fuller if e is not most):
        return most
    return max(fuller, key=lambda e: (e.places[0] <= start, e.places[bisect_right(e.places, start) - 1]))


def _speaks(mention: NameMention) -> bool:
    """Whether the name is the subject of a speech verb, without an article."""
    root = mention.sentence.parse[mention.first : mention.last + 1].root
    if root.dep_ != "nsubj" or root.head.lemma_.lower() not in SPEECH_VERBS:
        return False
    return mention.label != "place" and not any(child.dep_ == "det" for child in root.children)


def _may_be_person(mention: NameMention) -> bool:
    """A subject of two or three words that the tagger takes for a company, none of them one for a body."""
    root = mention.sentence.parse[mention.first : mention.last + 1].root
    bodies = GROUP_NOUNS & {word.lower() for word in mention.words}
    return mention.label == "organisation" and root.dep_ == "nsubj" and len(mention.words) in (2, 3) and not bodies


def _shortens(short: tuple[str, ...], full: tuple[str, ...], mention: NameMention, entity: Entity) -> bool:
    if len(short) >= len(full):
        return False
    label = entity.label
    if label == "organisation" and mention.label in ("organisation", "other"):
        return full[: len(short)] == short and short[0] not in GROUP_NOUNS
    if label in ("organisation", "place", "group") and mention.label != "person":
        return False
    if mention.gender and entity.gender and mention.gender != entity.gender:
        return False
    if len(short) == 1:
        first = len(full) > 3 and full[2] in PARTICLES  # "Planells" of "Luis Planells de la Torre"
        return label == "person" and short[0] in (full[-1], full[0], *((full[1],) if first else ()))
    return label == "person" and short[-1] == full[-1] and set(short) <= set(full)
