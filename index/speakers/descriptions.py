"""What a mention without a name says of its source: one person, a body or some people, known to the reader or not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.document import Sentence
from index.lexicon import FEMALE_WORDS, GROUP_NOUNS, MALE_WORDS, is_person_noun
from index.speakers.given_names import Gender

if TYPE_CHECKING:
    from spacy.tokens import Token

    from index.speakers.names import Label

COMPANIES = frozenset(
    """
    airline brand brewer builder business carmaker carrier chain company conglomerate contractor corporation developer
    distributor enterprise exporter firm giant group importer insurer lender maker manufacturer miner operator platform
    producer provider retailer start-up startup subsidiary supermarket supplier utility
    """.split()
)
"""Nouns for a body that trades; those that may be a person too are bodies where no person is known by them."""
BODIES = (GROUP_NOUNS | COMPANIES) - frozenset(
    "authorities authority forces junta media police poll polls staff spokespeople survey".split()
) | frozenset(
    """
    academy airport alliance archive assembly authority bakery borough broadcaster centre chamber choir clinic
    confederation coastguard cooperative co-operative embassy faculty festival guild hotel institute laboratory lobby
    monarchy municipality museum observatory orchestra palace publisher regulator retailer secretariat society
    syndicate theatre theater trust tribunal zoo
    """.split()
)
"""Nouns for bodies, trading or not."""
CROWDS = frozenset("audience authorities couple crowd family forces media pair people police public staff trio".split())
"""Nouns for some people together that stand in the singular."""
_PERSON_ENDINGS = ("er", "or", "ist", "ian", "eer", "ee", "ster", "wright", "keeper", "winner", "old")
_THINGS = frozenset(
    """
    answer article banner barrier border car center chapter character charter corner cover dossier error factor
    folder former ladder layer letter manner matter member meter minor mirror newsletter newspaper number offer order
    other paper picture pointer poster power proper quarter register river sector semester shelter sticker summer
    theater theatre timer tower trailer transfer tremor vapor weather winter cancer computer dinner door float floor
    error terror horror humor rumor color labor harbor vector monitor committee degree fee guarantee trustee list
    """.split()
)
GENERIC = frozenset(
    """
    boy daughter dad elder father father-of-two gentleman girl granddad grandfather grandmother grandparent graduate lad
    lady man mother mum native newcomer octogenarian pensioner septuagenarian parent person retiree son survivor teen
    teenager veteran victim widow widower woman year-old youngster youth old
    """.split()
)
"""Nouns that fit whoever an article is about."""
ANYBODY = frozenset(
    """
    aide insider official officer person prosecutor source spokesman spokesperson spokeswoman witness bystander caller
    commentator correspondent critic detective investigator lawyer attorney reporter resident passer-by onlooker
    """.split()
)
"""Nouns for whoever speaks for a body or saw something: never taken for the person whom an article is about."""
KIN = frozenset(
    """
    aunt boyfriend brother brother-in-law cousin dad daughter father fiancé fiancée friend girlfriend grandfather
    grandmother husband mother mother-in-law mum mom neighbor neighbour nephew niece partner sister sister-in-law son
    uncle widow widower wife
    """.split()
)
_YEARS = re.compile(r"\b(\d{1,3})[- ]years?[- ]old\b")
_POINTING = frozenset(("the", "this", "that"))
_SOMEBODY = frozenset(("somebody", "someone", "anyone", "nobody", "one", "another"))
_EMPTY = frozenset(
    """
    the a an this that of former then ex retired late acting outgoing incoming new newly old young older younger elder
    veteran senior junior long-time longtime long time his her its their our one said own - 's ’s
    """.split()
)


@dataclass(frozen=True, slots=True)
class Description:
    """A mention that describes its source without a name: "a senior official", "the ministry".

    `noun` is its head as a lemma, `definite` whether it points to somebody known ("the"), `proper` whether a name in it
    tells which body it is in every article ("Pakistani authorities"); `possessed` whether it is somebody's ("her
    lawyer"). `words` are those besides the noun that tell one from another ("finance" minister), `age` in years.
    """

    text: str
    noun: str
    label: Label
    gender: Gender | None
    definite: bool = False
    proper: bool = False
    possessed: bool = False
    words: frozenset[str] = frozenset()
    age: str | None = None


def describe(sentence: Sentence, first: int, last: int, head: Token, text: str) -> Description:
    """Read the tokens `first` to `last` (both included) of a sentence as a description with this head."""
    opening = sentence.parse[first]
    tokens = sentence.parse[first : last + 1]
    age = _YEARS.search(tokens.text)
    noun = "old" if age and head.lower_ in ("year", "years", "old") else head.lemma_.lower()
    label = _label(head, noun)
    small = {t.lower_ for t in tokens}
    gender: Gender | None = "male" if small & MALE_WORDS else "female" if small & FEMALE_WORDS else None
    proper = label != "person" and any(t.tag_ in ("NNP", "NNPS") or t.ent_type_ == "NORP" for t in tokens)
    before = frozenset(telling(t.lower_ for t in sentence.parse[first : head.i] if not t.is_digit))
    possessed = any(t.tag_ == "POS" for t in sentence.parse[first : head.i]) or opening.tag_ == "PRP$"
    return Description(
        " ".join(text.split()),
        noun,
        label,
        gender,
        definite=(opening.lower_ in _POINTING or possessed) and label != "group",
        proper=proper,
        possessed=possessed,
        words=before - {noun, "year", "years"},
        age=age[1] if age else None,
    )


def telling(words: Iterable[str]) -> set[str]:
    """Of the words of a role or a description those that tell one from another."""
    return {word.strip(".,'’") for word in words if word not in _EMPTY}


def is_person_word(noun: str) -> bool:
    """Whether the noun is one for a person, or made like one ("midfielder", "violinist") and no known thing."""
    if is_person_noun(noun) or noun in GENERIC:
        return True
    return len(noun) > 4 and noun.endswith(_PERSON_ENDINGS) and noun not in _THINGS and noun not in BODIES


def _label(head: Token, noun: str) -> Label:
    if noun == "old":
        return "person"
    if head.lower_ in _SOMEBODY:
        return "person"
    if head.tag_ in ("NNS", "NNPS") or noun in CROWDS or head.lower_ in CROWDS:
        return "group"
    if noun in BODIES and not is_person_noun(noun):
        return "organisation"
    return "person" if is_person_word(noun) else "other"
