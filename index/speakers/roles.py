"""Roles as the article gives them, verbatim: before the name ("Defence Minister") or behind it ("an analyst")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lexicon import PERSON_NOUNS, TITLES, is_person_noun
from index.speakers.descriptions import BODIES
from index.speakers.names import NameMention
from index.types import Article

if TYPE_CHECKING:
    from spacy.tokens import Token

LONGEST = 120
"""Characters of a role; what is longer is a sentence about somebody."""

_CLAUSES = frozenset(("relcl", "advcl", "ccomp", "parataxis", "acl"))
_MODIFIERS = frozenset("former late deputy vice prime foreign defence defense interior finance information".split())
_COURTESY = frozenset(
    """alhaja alhaji dame dato datin datuk dr encik hajia hon lady lord madam mallam miss mme mr mrs ms mx otunba puan
    shri shrimati sir smt""".split()
)
_BESIDE_COURTESY = _COURTESY | {"the", ""}
_ROLE_HEADS = (PERSON_NOUNS | TITLES) - _MODIFIERS - _COURTESY
_APPOSED_WITHIN = 12
"""Words of a description before a name at most."""


def roles_of(article: Article, mention: NameMention) -> list[str]:
    """The roles that stand with this mention, the one behind the name first."""
    parse = mention.sentence.parse
    found = []
    for token in parse[mention.first : mention.last + 1]:
        for child in token.children:
            if child.dep_ == "appos" and child.i > mention.last:
                found += _phrase(article, mention, child)
    return [*found, *_apposed(article, mention), *_before(article, mention)]


def _phrase(article: Article, mention: NameMention, head: Token) -> list[str]:
    """The noun phrase round `head` up to its first clause, apposition or comma."""
    if not (head.lemma_.lower() in _ROLE_HEADS or is_person_noun(head.lemma_)) and not any(
        c.lemma_.lower() in _ROLE_HEADS for c in head.children if c.dep_ == "conj"
    ):
        return []
    if mention.label == "organisation" and head.lemma_.lower() in BODIES:
        return []
    first, last = head.left_edge.i, head.right_edge.i
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
    """Titles and nouns in front of the name, with what modifies them; courtesy titles left off."""
    parse = mention.sentence.parse
    last = mention.first - 1
    while last >= 0 and parse[last].lower_.strip(".") in _COURTESY:
        last -= 1
    if last < 0 or parse[last].lemma_.lower().strip(".") not in _ROLE_HEADS:
        return []
    first = last
    while first > 0 and first - 1 not in mention.sentence.utterances and _modifies(parse[first - 1]):
        first -= 1
    while first < last and parse[first].tag_ in ("POS", "HYPH"):
        first += 1
    return _text(article, mention, first, last)


def _modifies(token: Token) -> bool:
    return token.pos_ in ("NOUN", "PROPN", "ADJ", "DET") or token.tag_ in ("POS", "VBN", "HYPH", "PRP$")


def _apposed(article: Article, mention: NameMention) -> list[str]:
    """The description that the name stands behind, set off by commas ("The chief justice of Kenya, Martha Koome,")."""
    parse = mention.sentence.parse
    comma, behind = mention.first - 1, mention.last + 1
    while comma > 1 and parse[comma].lower_.strip(".") in _BESIDE_COURTESY:  # "a judge, the Hon. Teresa Mack,"
        comma -= 1
    if comma < 1 or parse[comma].text != "," or (behind < len(parse) and not parse[behind].is_punct):
        return []
    first = comma
    while first > 0 and first - 1 not in mention.sentence.utterances and comma - first < _APPOSED_WITHIN:
        if not (_modifies(parse[first - 1]) or parse[first - 1].pos_ in ("ADP", "NUM")):
            break
        first -= 1
    while first < comma and parse[first].pos_ == "ADP":
        first += 1
    before_of = [t for t in parse[first:comma] if not any(a.pos_ == "ADP" for a in parse[first : t.i])]
    nouns = [t for t in before_of if t.pos_ in ("NOUN", "PROPN")]
    if not nouns or nouns[-1].lemma_.lower() not in _ROLE_HEADS or nouns[-1].tag_ == "NNS":
        return []
    return _text(article, mention, first, comma - 1)


def _text(article: Article, mention: NameMention, first: int, last: int) -> list[str]:
    if last < first:
        return []
    role = " ".join(mention.sentence.span(article, first, last).text.split()).strip(" ,;:-–—")
    return [role] if role and len(role) <= LONGEST else []
