"""Who is behind the mentions: each quotation of an article given to a speaker, with the reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from index.document import Document
from index.lexicon import FEMALE_WORDS, MALE_WORDS
from index.speakers.confidence import FLOOR, confidence_in
from index.speakers.given_names import gender_of
from index.speakers.identity import speaker_id
from index.speakers.names import pronoun_gender
from index.speakers.registry import Entity
from index.speakers.resolve import Resolver
from index.types import Attribution, Gender, Quotation, Speaker, SpeakerKind

__all__ = ["attribute"]

_KINDS: dict[str, SpeakerKind] = {
    "person": "person",
    "other": "person",
    "organisation": "organisation",
    "place": "organisation",
    "group": "group",
}
_DESCRIBED: dict[str, SpeakerKind] = {"organisation": "organisation", "group": "group"}

_SUFFIX = re.compile(r",?\s{1,2}((?:Jr|Sr)\b\.?|I{2,3}\b|IV\b)")

FOR_A_SOURCE = 2
"""What a pronoun that names the source of a quotation tells of gender; one elsewhere beside the name tells 1, and as
little as that is chance."""
APART = ("label", "dash", "signed")
"""Steps whose mention is no part of a sentence."""


def attribute(document: Document, quotations: Sequence[Quotation]) -> tuple[Attribution, ...]:
    """Give each quotation to a speaker, in the same order.

    One without a source, or with a source that nobody can name, goes to none.
    """
    labels = {q.source for q in quotations if q.source is not None and q.step in APART}
    sources = (q.source for q in quotations if q.source is not None and q.source not in labels)
    resolver = Resolver(document, sources, labels)
    speakers: dict[Entity, Speaker] = {}
    pronouns: dict[Entity, Counter[Gender]] = {}
    for mention in dict.fromkeys(q.source for q in quotations if q.source is not None):
        gender = pronoun_gender(mention.text)
        resolved = resolver.resolve(mention) if gender is not None else None
        if resolved is not None and gender is not None:
            pronouns.setdefault(resolved.entity, Counter())[gender] += FOR_A_SOURCE
    for entity, told in pronouns.items():
        speakers[entity] = _speaker(document, entity, told)
    return tuple(_attribution(document, resolver, quotation, speakers) for quotation in quotations)


def _attribution(
    document: Document, resolver: Resolver, quotation: Quotation, speakers: dict[Entity, Speaker]
) -> Attribution:
    resolved = resolver.resolve(quotation.source) if quotation.source is not None else None
    if resolved is None or quotation.step is None:
        return Attribution(quotation)
    method = resolved.method if quotation.step == "cue" else quotation.step
    sure = confidence_in(quotation, resolved)
    if sure < FLOOR:
        return Attribution(quotation)
    if resolved.entity not in speakers:
        speakers[resolved.entity] = _speaker(document, resolved.entity, Counter())
    return Attribution(quotation, speakers[resolved.entity], method, sure)


def _speaker(document: Document, entity: Entity, pronouns: Counter[Gender]) -> Speaker:
    article = document.article
    if entity.description is not None:
        # "Pakistani authorities" are the same everywhere; "officials" are whoever this article speaks of.
        kind: SpeakerKind = _DESCRIBED.get(entity.label, "unnamed")
        own = speaker_id(entity.name, None if entity.description.proper and kind != "unnamed" else article.id)
        return Speaker(own, entity.name, kind)
    kind = _KINDS[entity.label]
    if kind != "person":
        return Speaker(speaker_id(entity.name), entity.name, kind, entity.aliases, tuple(entity.roles))
    name = entity.name + _suffix(article.text, entity)
    own = speaker_id(name, article.id if len(entity.words) == 1 else None)
    return Speaker(own, name, kind, entity.aliases, tuple(entity.roles), _gender(entity, pronouns))


def _suffix(text: str, entity: Entity) -> str:
    """What stands behind a name, such as "Jr.", where most mentions in full have it: it tells father and son apart."""
    ends = [m.sentence.ends[m.last] for m in entity.mentions if m.words == entity.words]
    found = Counter(match[1] for end in ends if (match := _SUFFIX.match(text, end)) is not None)
    most, times = (*found.most_common(1), ("", 0))[0]
    return f" {most}" if 2 * times > len(ends) else ""


def _gender(entity: Entity, pronouns: Counter[Gender]) -> Gender | None:
    """What the article tells: a title ("Mrs"), or else pronouns; None for nothing, for little or for both.

    A given name alone tells nothing here, as it is the same in every article; but what speaks against it is more often
    a pronoun gone astray than another person.
    """
    usual = gender_of(entity.words[0]) if len(entity.words) > 1 else None
    titles = {word for mention in entity.mentions for word in mention.titles}
    male, female = titles & MALE_WORDS, titles & FEMALE_WORDS
    if male or female:
        return None if male and female else "male" if male else "female"
    told = pronouns + entity.beside
    (best, most), (_, least) = [*told.most_common(2), (None, 0), (None, 0)][:2]
    sure = most >= FOR_A_SOURCE and most > 2 * least and usual in (None, best)
    return best if sure else None
