"""What a cue carries: the words of its sentence that are reported, as token numbers of the parse."""

from __future__ import annotations

from index.lexicon import CLAUSE_VERBS, PLAN_NOUNS, SPEECH_VERBS, TO_VERBS, TOPIC_NOUNS, VIEWS
from index.quotations.borders import behind, has_subject, last_clause, reach
from index.quotations.clauses import clause_of
from index.quotations.cues import Cue
from index.quotations.objects import infinitive_of, object_of

_NOUN_PREPOSITIONS = frozenset("about of on".split())


def content_of(cue: Cue) -> list[int]:
    """Token numbers of what is reported, in order; empty where the cue carries nothing."""
    if cue.token.lower_ in ("according", "in"):
        return _round_according(cue)
    if cue.token.pos_ == "NOUN":
        return _noun_clause(cue)
    lemma = cue.lemma
    if lemma in CLAUSE_VERBS | SPEECH_VERBS | {"put"}:
        clause = clause_of(cue)
        if clause:
            return clause
    if lemma in TO_VERBS:
        clause = infinitive_of(cue)
        if clause:
            return clause
    return object_of(cue)


def _noun_clause(cue: Cue) -> list[int]:
    """What a noun carries: "his claim that ...", "her call for ...", "their promise to ..."."""
    for child in cue.token.children:
        if child.dep_ in ("acl", "ccomp") and any(c.dep_ == "mark" and c.lower_ == "that" for c in child.children):
            return reach(child)
        that = child.left_edge
        if cue.lemma in VIEWS and child.dep_ in ("acl", "ccomp") and that.lower_ == "that" and that.i == cue.at + 1:
            return [i for i in reach(child) if i > that.i]  # taken for an object: "the view that they are late"
    if cue.source is None or cue.source > cue.at:
        return []
    for child in cue.token.children:
        if child.i < cue.at:
            continue
        fits = child.lower_ in _NOUN_PREPOSITIONS or (child.lower_ == "for" and cue.lemma in PLAN_NOUNS)
        if child.dep_ == "prep" and fits and cue.lemma in TOPIC_NOUNS:
            return behind(child)
        if child.dep_ == "acl" and cue.lemma in PLAN_NOUNS:
            return reach(child)
    return []


def _round_according(cue: Cue) -> list[int]:
    """The clause that "according to" stands in: behind it where it opens the sentence, else before it."""
    verb = cue.token.head
    if cue.token.lower_ == "in" and verb.dep_ == "nsubj":
        verb = verb.head  # "Hotlines, in her view, are for others"
    while (
        verb.pos_ not in ("VERB", "AUX")
        and verb.head.i != verb.i
        and verb.dep_ in ("prep", "pcomp", "pobj", "npadvmod", "attr", "appos", "dobj", "dep")
    ):
        verb = verb.head
    while verb.dep_ == "conj" and verb.head.i < verb.i and not has_subject(verb):
        verb = verb.head
    skip = {t.i for t in cue.token.subtree} | set(range(cue.first, cue.last + 1))
    if cue.source is not None:
        skip |= {t.i for t in cue.sentence.parse[cue.source].subtree}
    tokens = [i for i in reach(verb) if i not in skip and i not in cue.sentence.utterances]
    if verb.i < cue.at and tokens and not has_subject(verb):
        tokens = [*(i for i in range(tokens[0]) if i not in cue.sentence.utterances), *tokens]
    if verb.i > cue.at:
        return tokens
    behind = [i for i in tokens if i > cue.at and not cue.sentence.parse[i].is_punct]
    if behind and (cue.sentence.parse[behind[0]].dep_ == "cc" or cue.sentence.parse[behind[0]].lower_ == "while"):
        tokens = [i for i in tokens if i < cue.at]
    return last_clause(cue, tokens)
