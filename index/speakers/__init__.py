"""Who is behind the mentions: each quotation of an article given to a speaker, with the reason."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from index.document import Document
from index.speakers.registry import Entity
from index.speakers.resolve import Resolver
from index.types import Attribution, Quotation, Speaker, SpeakerKind

__all__ = ["attribute"]

_KINDS: dict[str, SpeakerKind] = {
    "person": "person",
    "other": "person",
    "organisation": "organisation",
    "place": "organisation",
    "group": "group",
}

CONFIDENCE = {"name": 0.95, "surname": 0.95, "organisation": 0.9, "description": 0.8, "unnamed": 0.85, "pronoun": 0.85}
STEP_CONFIDENCE = {
    "label": 0.95,
    "cue": 1.0,
    "colon": 0.85,
    "dash": 0.9,
    "paragraph": 0.85,
    "continued": 0.85,
    "introduced": 0.75,
}


def attribute(document: Document, quotations: Sequence[Quotation]) -> tuple[Attribution, ...]:
    """Give each quotation to a speaker, in the same order.

    One without a source, or with a source that nobody can name, goes to none.
    """
    resolver = Resolver(document, (q.source for q in quotations if q.source is not None))
    return tuple(_attribution(document, resolver, quotation) for quotation in quotations)


def _attribution(document: Document, resolver: Resolver, quotation: Quotation) -> Attribution:
    resolved = resolver.resolve(quotation.source) if quotation.source is not None else None
    if resolved is None or quotation.step is None:
        return Attribution(quotation)
    method = resolved.method if quotation.step == "cue" else quotation.step
    sure = CONFIDENCE[resolved.method] * STEP_CONFIDENCE[quotation.step]
    if resolved.method == "pronoun":
        sure *= 0.6 + 0.4 * resolved.margin
    return Attribution(quotation, _speaker(document.article.id, resolved.entity), method, round(sure, 2))


def _speaker(article_id: str, entity: Entity) -> Speaker:
    if entity.description is not None:
        # "Pakistani authorities" are the same everywhere; "officials" are whoever this article speaks of.
        proper = entity.description.proper
        kind: SpeakerKind = "group" if proper else "unnamed"
        return Speaker(_id(entity.name, None if proper else article_id), entity.name, kind)
    kind = _KINDS[entity.label]
    lone = kind == "person" and len(entity.words) == 1
    return Speaker(
        _id(entity.name, article_id if lone else None), entity.name, kind, entity.aliases, tuple(entity.roles)
    )


def _id(name: str, within: str | None) -> str:
    """A slug of the name, with the article in it where only that tells whom it means ("Khan", "a senior official")."""
    folded = unicodedata.normalize("NFKD", name).lower()
    slug = re.sub(r"[^\w]+", "-", "".join(c for c in folded if not unicodedata.combining(c))).strip("-_") or "speaker"
    slug = slug[:80].rstrip("-")
    return (
        slug if within is None else f"{slug}-{hashlib.sha256(within.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
    )
