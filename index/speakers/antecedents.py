"""Whether a description fits somebody or something that the article names, and how well."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.lexicon import FEMALE_WORDS, MALE_WORDS, is_person_noun
from index.speakers.descriptions import ANYBODY, BODIES, COMPANIES, GENERIC, KIN, Description, is_person_word, telling
from index.speakers.given_names import Gender
from index.speakers.names import NameMention
from index.speakers.registry import Entity

_ANY_BODY = frozenset("body organisation organization group outfit institution".split())
_UNION_LIKE = {"organization": "organisation", "centre": "center", "theatre": "theater"}
_SOMEBODYS = re.compile(r"['’]s?\s")
_OF_SOMETHING = re.compile(r"\b(?:of|for|to|in|at|from|with)\b")
_FURTHER = re.compile(r"\w (?:from|in|at|with|of|behind|who) ")
"""What tells one man from another: "the man from the gas company" is not whom the article is about."""
_TITLES = {
    "atty": "attorney", "capt": "captain", "cllr": "councillor", "col": "colonel", "cr": "councillor", "dr": "doctor",
    "gen": "general", "gov": "governor", "insp": "inspector", "lt": "lieutenant", "maj": "major", "pres": "president",
    "prof": "professor", "rep": "representative", "rev": "reverend", "sen": "senator", "sgt": "sergeant",
    "supt": "superintendent",
}  # fmt: skip
"""How a title is written before a name → the noun that stands for its holder later."""
_ANYWHERE = frozenset(
    "big central giant largest leading local main national parent private public regional state state-run".split()
)
"""Words before a noun for a body that are seldom in its name ("the central bank")."""
MOST = 50
"""People of one role that are weighed wherever a description stands, besides those named of late; a long text has
hundreds."""
_OF_ONE_KIND = (
    frozenset(("airline", "carrier", "airways", "airlines", "air")),
    frozenset(("university", "college", "school", "academy", "institute")),
    frozenset(("ministry", "department", "office")),
    frozenset(("union", "federation", "association", "congress", "syndicate", "guild")),
    frozenset(("bank", "lender", "banking")),
    frozenset(("charity", "foundation", "trust")),
    frozenset(("regulator", "commission", "authority", "agency", "ofcom", "watchdog")),
    frozenset(("club", "fc", "united", "city", "team", "side", "rovers")),
    frozenset(("newspaper", "times", "herald", "post", "paper", "guardian", "tribune", "daily")),
    frozenset(("council", "city", "borough", "county")),
    frozenset(("retailer", "supermarket", "chain", "stores")),
    frozenset(("hospital", "clinic", "infirmary")),
)
"""Words of which one in a name answers to another in a description."""


def agrees(entity: Entity, gender: Gender | None) -> bool:
    """Whether nothing that the article tells of the entity speaks against this gender."""
    if gender is None:
        return True
    wrong = FEMALE_WORDS if gender == "male" else MALE_WORDS
    told_otherwise = any(word in wrong for role in entity.roles for word in _own_words(role))
    return entity.gender in (None, gender) and not told_otherwise


def _own_words(role: str) -> list[str]:
    """The words of a role that are about its holder: those of "the man’s lawyer" and "spokesman for women" are two."""
    own = _SOMEBODYS.split(role.lower())[-1]
    return role_words(_OF_SOMETHING.split(own)[0])


def fits_role(description: Description, entity: Entity) -> int:
    """0 where no role has the noun or each speaks against it; else one more than the telling words that both have."""
    if entity.label != "person" or not agrees(entity, description.gender):
        return 0
    best = 0
    other = False
    for role in (*entity.roles, *entity.titles):
        words = role_words(role)
        nouns = description.noun.replace("-", " ").split()
        if not nouns or nouns[-1] not in words:
            continue
        others = telling(words[: words.index(nouns[-1])])
        own = description.words - set(nouns)
        if own and others and own.isdisjoint(others):
            other = True
            continue
        if other and len(words) == 1:
            continue  # a title that is short for the role before it
        best = max(best, 1 + len(own & set(words)))
    return best


def may_be(description: Description, entity: Entity) -> bool:
    """Whether a description that no role answers may still be this person's: no age, gender or office against it."""
    if entity.label != "person" or entity.description is not None or not agrees(entity, description.gender):
        return False
    if description.age is not None and entity.age not in (None, description.age):
        return False
    if description.noun in GENERIC:
        return _FURTHER.search(description.text) is None
    if description.noun in ANYBODY or description.noun in KIN or description.possessed:
        return False
    # "The midfielder" may be the captain; a minister is no general.
    return not is_person_noun(description.noun) or not has_office(entity)


def fits_body(description: Description, entity: Entity) -> int:
    """0 where the body is of another kind, 1 where nothing tells, 2 and more where a name or a noun by it says so."""
    if entity.description is not None or entity.label not in ("organisation", "other"):
        return 0
    called = kinds(entity)
    noun = _UNION_LIKE.get(description.noun, description.noun)
    same = next((group for group in _OF_ONE_KIND if noun in group), frozenset((noun,)))
    if noun in called or called & same:
        others, own = called - same, description.words - _ANYWHERE
        if own and others and own.isdisjoint(others) and not noun_called(entity, noun):
            return 0
        return (3 if noun in called else 2) + len(description.words & called)
    bodies = called & (BODIES - COMPANIES - _ANY_BODY)
    if noun in COMPANIES or noun in _ANY_BODY:
        return 0 if bodies and noun not in _ANY_BODY else 1
    acronym = all(len(m.words) == 1 and m.words[0].isupper() for m in entity.mentions)
    return 1 if acronym and entity.label == "organisation" and not description.words else 0


class Known:
    """The people and bodies of an article by what a description may call them, so that none is asked in vain."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._roles: dict[str, list[Entity]] = {}
        self._bodies: dict[str, list[Entity]] = {}
        self._ages: dict[str, list[Entity]] = {}
        for entity in entities:
            entity.titles = frozenset(
                _TITLES.get(title, title) for mention in entity.mentions for title in mention.titles
            )
            if entity.label == "person":
                for role in (*entity.roles, *entity.titles):
                    self.add_role(entity, role)
                if entity.age:
                    self._ages.setdefault(entity.age, []).append(entity)
            elif entity.label in ("organisation", "other"):
                for word in kinds(entity):
                    self._bodies.setdefault(word, []).append(entity)

    def add_role(self, entity: Entity, role: str) -> None:
        """Take up a role that the article tells late; it stands in `entity.roles` too."""
        for word in dict.fromkeys(role_words(role)):
            self._roles.setdefault(word, []).append(entity)

    def in_role(self, noun: str) -> list[Entity]:
        """Everybody one of whose roles has the noun."""
        return self._roles.get(noun.rpartition("-")[2], [])[:MOST]

    def aged(self, age: str) -> list[Entity]:
        """Everybody of this age."""
        return self._ages.get(age, [])[:MOST]

    def bodies(self, noun: str) -> list[Entity]:
        """Every body that has the noun, or one of its kind, in its name or beside it."""
        words = next((group for group in _OF_ONE_KIND if noun in group), (noun,))
        return [entity for word in sorted(words) for entity in self._bodies.get(word, [])[:MOST]]


def role_words(role: str) -> list[str]:
    """The words of a role as they are compared."""
    return [word.strip(".,'’") for word in role.lower().replace("-", " ").split()]


def has_office(entity: Entity) -> bool:
    """Whether the article gives the person a role that is one."""
    return any(is_person_word(word) for role in entity.roles for word in role_words(role))


def kinds(entity: Entity) -> set[str]:
    """The words of a body's names and the nouns that stand with them ("the airline Kestrel", "Kestrel, an airline")."""
    return {word.lower() for m in entity.mentions for word in m.words} | {
        noun for m in entity.mentions for noun in _nouns(m)
    }


def noun_called(entity: Entity, noun: str) -> bool:
    """Whether the article itself calls the body by this noun ("Berg Engineers, the union")."""
    return any(noun in _nouns(m) for m in entity.mentions)


def _nouns(mention: NameMention) -> set[str]:
    parse = mention.sentence.parse
    found = {
        child.lemma_.lower()
        for token in parse[mention.first : mention.last + 1]
        for child in token.children
        if child.dep_ == "appos" and child.i > mention.last and not is_person_noun(child.lemma_)
    }
    before = parse[mention.first - 1] if mention.first else None
    if before is not None and before.text == "," and mention.first > 1:
        before = parse[mention.first - 2]
    if before is not None and before.tag_ == "NN" and before.lemma_.lower() in BODIES:
        found.add(before.lemma_.lower())
    return found
