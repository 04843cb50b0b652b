"""Roles as the article gives them, verbatim: before the name ("Defence Minister") or behind it ("an analyst")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lexicon import HONORIFICS, PERSON_NOUNS, TITLES
from index.speakers.names import NameMention
from index.types import Article

if TYPE_CHECKING:
    from spacy.tokens import Token

LONGEST = 120
"""Characters of a role; what is longer is a sentence about somebody."""

_CLAUSES = frozenset(("relcl", "advcl", "ccomp", "parataxis", "acl"))
_MODIFIERS = frozenset("former late deputy vice prime foreign defence defense interior finance information".split())
_ROLE_HEADS = (PERSON_NOUNS | TITLES) - _MODIFIERS


def roles_of(article: Article, mention: NameMention) -> list[str]:
    """The roles that stand with this mention, the one behind the name first."""
    parse = mention.sentence.parse
    found = []
    for token in parse[mention.first : mention.last + 1]:
        for child in token.children:
            if child.dep_ == "appos" and child.i > mention.last:
                found += _phrase(article, mention, child)
    head = parse[mention.last]
    if head.dep_ == "appos" and head.head.lemma_.lower() in _ROLE_HEADS and head.head.i < mention.first:
        found += _phrase(article, mention, head.head, stop=mention.first)
    return [*found, *_before(article, mention)]


def _phrase(article: Article, mention: NameMention, head: Token, stop: int | None = None) -> list[str]:
    """The noun phrase round `head` up to its first clause, apposition or comma."""
    if head.lemma_.lower() not in _ROLE_HEADS and not any(
        c.lemma_.lower() in _ROLE_HEADS for c in head.children if c.dep_ == "conj"
    ):
        return []
    first, last = head.left_edge.i, head.right_edge.i
    if stop is not None:
        last = min(last, stop - 1)
    for token in head.doc[head.i + 1 : last + 1]:
        if (
            token.dep_ in _CLAUSES
            or token.text in ("—", "–", "(", ";")
            or (token.dep_ == "appos" and token.head.i != head.i)
        ):
            last = min(last, token.left_edge.i - 1, token.i - 1)
        elif token.text == "," and not _lists(token):
            last = min(last, token.i - 1)
    return _text(article, mention, first, last)


def _lists(comma: Token) -> bool:
    """A comma inside a list or a place name ("director of a school in Lyon, France") does not end a role."""
    following = comma.nbor() if comma.i + 1 < len(comma.doc) else None
    return following is not None and following.ent_type_ == "GPE" and comma.nbor(-1).ent_type_ == "GPE"


def _before(article: Article, mention: NameMention) -> list[str]:
    """Titles and nouns in front of the name, with what modifies them."""
    parse = mention.sentence.parse
    if mention.first == 0:
        return []
    i = mention.first - 1
    while (
        i >= 0
        and parse[i].i not in mention.sentence.utterances
        and (
            parse[i].pos_ in ("NOUN", "PROPN", "ADJ")
            or parse[i].tag_ in ("POS", "VBN", "HYPH")
            or parse[i].lower_ in ("the", "a", "an", "former", "and")
            or parse[i].text in ("-", "'s", "’s")
        )
    ):
        i -= 1
    first = i + 1
    while (
        first < mention.first
        and parse[first].lower_ in ("the", "and", "of", "'s", "’s", "-")
        and not (parse[first].lower_ == "the" and first + 1 < mention.first)
    ):
        first += 1
    words = list(parse[first : mention.first])
    last_noun = words[-1] if words else None
    if last_noun is None or last_noun.lemma_.lower().strip(".") not in _ROLE_HEADS:
        return []
    if all(t.lower_.strip(".") in HONORIFICS or t.lower_ in ("the", "a") for t in words):
        return []
    # "... and former general Khan" speaks of one person: what stands before "and" is another.
    for t in reversed(words[:-1]):
        if t.lower_ == "and":
            first = t.i + 1
            break
    return _text(article, mention, first, mention.first - 1)


def _text(article: Article, mention: NameMention, first: int, last: int) -> list[str]:
    if last < first:
        return []
    role = " ".join(mention.sentence.span(article, first, last).text.split()).strip(" ,;:-–—")
    return [role] if role and len(role) <= LONGEST else []
