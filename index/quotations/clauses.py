"""The clause that a verb of speech reports: its complement, or the sentence that it stands in or beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.lexicon import CLAUSE_VERBS, SPEECH_VERBS
from index.quotations.borders import has_subject, kept, last_clause, own, reach
from index.quotations.cues import Cue
from index.quotations.sources import mention_range

if TYPE_CHECKING:
    from spacy.tokens import Token

_ASIDE_VERBS = frozenset(
    "add argue claim confirm explain insist note report say state suggest tell think warn write".split()
)
_WOULD = frozenset("could should will would".split())
_ADDRESSING = frozenset("assure inform remind tell warn".split())
_LONGEST_ASIDE = 8
"""Words behind the verb of a report between commas, at most ("he told me on Friday")."""
_CLAUSE_PRONOUNS = frozenset("he she it they we i you there".split())
_WEAK_ASIDES = frozenset("begin charge consider continue feel go hold know learn offer point see".split())
_SUBORDINATING = frozenset("because if unless until when".split())


def clause_of(cue: Cue) -> list[int]:
    """Token numbers of the clause that the verb reports; empty where it has none."""
    verb = cue.token
    utterances = cue.sentence.utterances
    complements = [c for c in verb.children if c.dep_ == "ccomp" and c.i not in utterances]
    behind = [c for c in (*complements, *_in_a_statement(verb)) if c.i > verb.i]
    for clause in behind or complements:
        return _extended(cue, _led_in(cue, clause, own(cue, clause, kept(cue, clause))))
    head = verb.head
    if (
        verb.dep_ in ("parataxis", "ccomp", "dep", "conj")
        and head.i not in utterances
        and head.i != verb.i
        and (has_subject(head) or any(c.dep_.startswith("aux") and has_subject(c) for c in head.children))
        and _interposed(cue)
    ):
        skip = {t.i for t in verb.subtree}
        return last_clause(cue, own(cue, head, [i for i in reach(head) if i not in skip]))
    if verb.dep_ == "advcl" and head.i not in utterances and _opens_with_as(verb):
        skip = {t.i for t in verb.subtree}
        return own(cue, head, [i for i in reach(head) if i not in skip])
    return _behind_that(cue) or _round_an_aside(cue)


def _in_a_statement(verb: Token) -> Iterator[Token]:
    """Clauses that the parser hung on the place of the report ("said in a statement that the law was bad")."""
    for prep in verb.children:
        if prep.dep_ == "prep" and prep.i > verb.i:
            for noun in prep.children:
                for clause in noun.children if noun.dep_ == "pobj" else ():
                    if any(c.dep_ == "mark" and c.lower_ == "that" for c in clause.children) or (
                        clause.dep_ == "relcl" and clause.left_edge.lower_ in _CLAUSE_PRONOUNS
                    ):
                        yield clause


def _opens_with_as(verb: Token) -> bool:
    """Whether the report is a clause beside what is said ("As the paper noted, it is surprising", "as she put it")."""
    objects = [c for c in verb.children if c.dep_ in ("dobj", "ccomp", "xcomp")]
    if verb.lemma_.lower() == "put":
        objects = [c for c in objects if c.lower_ != "it"] if objects else [verb]
    if any(c.dep_ == "auxpass" for c in verb.children):
        return False  # "wept as the verdict was read"
    return verb.left_edge.lower_ == "as" and verb.lemma_.lower() in CLAUSE_VERBS | {"put"} and not objects


def _interposed(cue: Cue) -> bool:
    """Whether the cue stands between commas or at the end ("What is unfolding, analysts say, is more dangerous")."""
    verb, parse = cue.token, cue.sentence.parse
    if cue.lemma not in CLAUSE_VERBS - _WEAK_ASIDES or any(c.dep_ == "mark" for c in verb.children):
        return False
    if any(c.dep_ in ("dobj", "ccomp", "xcomp") and c.i > verb.i for c in verb.children) and cue.lemma != "tell":
        return False
    if verb.dep_ == "conj" and (any(c.dep_ == "cc" for c in verb.head.children) or not has_subject(verb)):
        return False
    first, last = _aside(cue)
    return (
        first > 0
        and parse[first - 1].text in (",", "—", "--", "-", ";")
        and (last + 1 >= len(parse) or parse[last + 1].is_punct)
    )


def _aside(cue: Cue) -> tuple[int, int]:
    """First and last token of the report itself, from its source to what hangs on the verb behind it."""
    verb, parse = cue.token, cue.sentence.parse
    first, last = verb.left_edge.i, verb.right_edge.i
    if cue.source is not None and first < cue.source < verb.i:
        first = max(first, mention_range(parse, cue.source)[0])
    while first < verb.i and parse[first].is_punct:
        first += 1
    while last > verb.i and parse[last].is_punct:
        last -= 1
    return first, last


def _behind_that(cue: Cue) -> list[int]:
    """The clause behind the first "that", where the parser hung it on a word between ("told a meeting that ...")."""
    parse = cue.sentence.parse
    said = any(c.dep_ == "dobj" and c.i > cue.at for c in cue.token.children)
    if cue.lemma not in CLAUSE_VERBS or (said and cue.lemma not in _ADDRESSING):
        return []
    for token in parse[cue.last + 1 :]:
        if token.pos_ == "VERB" or token.i in cue.sentence.utterances or token.text in (";", ":"):
            return []
        if token.lower_ == "that" and token.dep_ not in ("nsubj", "nsubjpass", "det") and token.head.i > token.i:
            return own(cue, token.head, [i for i in kept(cue, token.head) if i > token.i])
    return []


def _round_an_aside(cue: Cue) -> list[int]:
    """The sentence round a report that the parser took for a part of it ("The deal, he told me on Friday, is off")."""
    parse, verb = cue.sentence.parse, cue.token
    if cue.source is None or cue.source > cue.at or cue.sentence.utterances or cue.lemma not in _ASIDE_VERBS:
        return []
    first, last = mention_range(parse, cue.source)[0], cue.last
    if verb.tag_ not in ("VBD", "VBZ", "VBP") or first < 2 or parse[first - 1].text not in (",", "—", "--", "–"):
        return []
    while last + 1 < len(parse) and not parse[last + 1].is_punct:
        last += 1
        if parse[last].pos_ in ("VERB", "AUX", "SCONJ", "PRON") or last - cue.last > _LONGEST_ASIDE:
            return []
    if last + 1 < len(parse) and parse[last + 1].text not in (",", ".", "—", "--", "–"):
        return []
    if last + 2 < len(parse) and parse[last + 2].pos_ not in ("VERB", "AUX"):
        return []
    tokens = [i for i in range(len(parse)) if not first - 1 <= i <= last + 1]
    goes_on = last + 2 < len(parse)
    beside = [c for c in verb.children if c.dep_ == "advcl" and c.left_edge.i == 0 and c.right_edge.i >= first - 2]
    if beside and not goes_on:
        return []  # "Asked what it meant, he thought for a while" tells when
    return last_clause(cue, tokens) if goes_on or any(_heads_a_sentence(parse[i]) for i in tokens) else []


def _heads_a_sentence(token: Token) -> bool:
    return token.pos_ in ("VERB", "AUX") and has_subject(token)


def _led_in(cue: Cue, clause: Token, tokens: list[int]) -> list[int]:
    """The tokens of a clause without subject, with the noun phrase before it that the parser made the cue's object."""
    if not tokens or tokens[0] <= cue.last + 1 or has_subject(clause) or clause.tag_ in ("VB", "VBG"):
        return tokens
    objects = [c for c in cue.token.children if c.dep_ in ("dobj", "attr", "npadvmod", "advmod") and c.i > cue.last]
    if objects and objects[0].left_edge.i == cue.last + 1 and objects[0].right_edge.i + 1 >= tokens[0]:
        return [*range(cue.last + 1, tokens[0]), *tokens]
    return tokens


def _extended(cue: Cue, tokens: list[int]) -> list[int]:
    """The tokens, with a verb or clause right behind them, no comma between, that the parser hung on the cue."""
    parse = cue.sentence.parse
    if not tokens or tokens[-1] < cue.at or tokens[-1] + 1 >= len(parse):
        return tokens
    if (more := _would_also(cue, tokens[-1])) is not None:
        return [*tokens, *range(tokens[-1] + 1, more + 1)]
    following = parse[tokens[-1] + 1]
    while following.head.i != following.i and following.head.i != cue.at and following.head.i > tokens[-1]:
        following = following.head
    finite = following.tag_ in ("VBD", "VBZ", "VBP", "MD") and following.i == tokens[-1] + 1
    reason = following.dep_ == "advcl" and parse[tokens[-1] + 1].lower_ in _SUBORDINATING
    if following.head.i != cue.at or not (finite or reason) or following.right_edge.i in cue.sentence.utterances:
        return tokens
    return [*tokens, *range(tokens[-1] + 1, following.right_edge.i + 1)]


def _would_also(cue: Cue, last: int) -> int | None:
    """Where a second half of what is reported ends that the parser hung on the cue ("..., but would not pay for it").

    Its auxiliary shows that it goes on with the clause; what somebody would not say is no part of it.
    """
    for child in cue.token.children:
        if child.dep_ not in ("conj", "ccomp") or child.i < last:
            continue
        if child.lemma_.lower() in SPEECH_VERBS and any(c.dep_ == "neg" for c in child.children):
            continue
        opening = [t for t in child.doc[last + 1 : child.i] if t.text not in (",", "and", "but", "or", "yet")]
        inside = all(t.left_edge.i > last for t in opening) and len(opening) <= _LONGEST_ASIDE
        if opening and inside and opening[0].lower_ in _WOULD and opening[0].dep_ in ("aux", "auxpass"):
            return int(child.right_edge.i)
    return None
