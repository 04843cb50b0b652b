"""Borders of a reported clause: which words of its subtree are reported, and which belong to the report itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from index.document import Sentence
from index.lexicon import SAY_VERBS, SPEECH_VERBS
from index.quotations.cues import Cue
from index.quotations.sources import mention_range

if TYPE_CHECKING:
    from spacy.tokens import Token


def kept(cue: Cue, clause: Token) -> list[int]:
    """The tokens of the clause, without what the parser joined to it that belongs to the report itself."""
    tokens = reach(clause)
    stops = [*_other_reports(cue, clause), *_later_reports(clause, tokens)] if clause.i > cue.at else []
    inside = [i for i in stops if not _in_a_fragment(cue.sentence, i)]
    if inside:
        tokens = [i for i in tokens if i < min(inside)]
    while tokens and _times_the_report(cue, clause, tokens[0]):
        last = clause.doc[tokens[0]].right_edge.i
        tokens = [i for i in tokens if i > last]
    return tokens


def _other_reports(cue: Cue, clause: Token) -> Iterator[int]:
    """Where a second report of the same source begins ("said it was over and called for calm")."""
    for conjunct in clause.conjuncts:
        if conjunct.i < clause.i:
            continue
        if has_subject(conjunct):
            if (begins := _reports_of_another(clause, conjunct)) is not None:
                yield begins
            continue
        past = conjunct.tag_ == "VB" and any(c.lower_ == "did" for c in conjunct.children)
        reports = conjunct.lemma_.lower() in SPEECH_VERBS and (conjunct.tag_ == cue.token.tag_ or past)
        finite = conjunct.tag_ in ("VBD", "VBZ", "VBP") and clause.tag_ == "VB"
        if reports or finite:
            yield next((t.i for t in clause.doc[clause.i : conjunct.i] if t.dep_ == "cc"), conjunct.i)


def _reports_of_another(clause: Token, conjunct: Token) -> int | None:
    """Where somebody else named reports on ("said it would wait, and its head, Ola Berg, said that it was late")."""
    if conjunct.lemma_.lower() not in SAY_VERBS or conjunct.tag_ not in ("VBD", "VBZ"):
        return None
    subject = next((c for c in conjunct.children if c.dep_ == "nsubj"), None)
    if subject is None or not any(t.tag_ in ("NNP", "NNPS") for t in subject.subtree):
        return None
    begins = subject.left_edge.i
    joint = clause.doc[begins - 2 : begins]
    opens = len(joint) == 2 and joint[0].text == "," and joint[1].dep_ == "cc"
    return joint[0].i if opens and any(c.dep_ == "ccomp" for c in conjunct.children) else None


def _later_reports(clause: Token, tokens: Sequence[int]) -> Iterator[int]:
    """Where a participle or "according to" behind a comma opens another report (", telling voters that ...").

    `tokens` are those of the clause.
    """
    doc, within = clause.doc, np.array(tokens)
    # A sentence of thousands of words in one another's clauses is asked for each of them, so the few words that matter
    # are picked without Python.
    opens = doc.to_array("LOWER") == doc.vocab.strings["according"]
    opens |= doc.to_array("TAG") == doc.vocab.strings["VBG"]
    for token in (doc[i] for i in within[opens[within]].tolist()):
        edge = token.left_edge.i
        if edge <= clause.i or doc[edge - 1].text not in (",", "--", "—", "–"):
            continue
        if token.lower_ == "according" or (
            token.i == edge
            and token.dep_ in ("advcl", "acl", "prep", "pcomp", "conj", "dep", "xcomp", "ccomp")
            and token.lemma_.lower() in SPEECH_VERBS
        ):
            yield edge


def _in_a_fragment(sentence: Sentence, i: int) -> bool:
    return any(f.start < sentence.starts[i] < f.end for f in sentence.fragments)


def _times_the_report(cue: Cue, clause: Token, first: int) -> bool:
    """Whether the clause opens with when the report was made ("told reporters on Thursday he ...")."""
    token = clause.doc[first]
    if first < cue.at or token.dep_ not in ("prep", "npadvmod") or token.right_edge.i + 1 >= clause.i + 1:
        return False
    last = clause.doc[token.right_edge.i]
    return last.ent_type_ in ("DATE", "TIME") and clause.doc[last.i + 1].text != ","


def own(cue: Cue, root: Token, tokens: Iterable[int]) -> list[int]:
    """The tokens without the cue, its mention and any utterance."""
    drop = {*range(cue.first, cue.last + 1), *cue.sentence.utterances}
    if cue.source is not None and root.i != cue.source:
        first, last = mention_range(cue.sentence.parse, cue.source)
        if not first <= root.i <= last:
            drop.update(range(first, last + 1))
    return [i for i in tokens if i not in drop]


def last_clause(cue: Cue, tokens: list[int]) -> list[int]:
    """The tokens without what stands before a colon or semicolon in front of the cue."""
    parse = cue.sentence.parse
    stops = [i for i in tokens if i < cue.at and parse[i].text in (":", ";") and not _in_a_fragment(cue.sentence, i)]
    return [i for i in tokens if i > stops[-1]] if stops else tokens


def has_subject(verb: Token) -> bool:
    """Whether the verb has a subject of its own."""
    return any(c.dep_ in ("nsubj", "nsubjpass", "expl", "csubj") for c in verb.children)


def through(first: Token, last: Token) -> list[int]:
    """Token numbers from where the phrase of the one begins to where that of the other ends."""
    return list(range(first.left_edge.i, last.right_edge.i + 1))


def behind(preposition: Token) -> list[int]:
    """Token numbers of what a preposition leads to."""
    return list(range(preposition.i + 1, preposition.right_edge.i + 1))


def reach(token: Token) -> list[int]:
    """Token numbers of the word and all that hangs on it, in order.

    As `token.subtree`, which hands each word up through every level of the tree and is slow where that is deep.
    """
    doc = token.doc
    above = np.arange(len(doc)) + doc.to_array("HEAD").view(np.int64)
    within = np.arange(len(doc)) == token.i
    # Those who hang on it directly, then over up to two words, four, eight ...
    while (above != (higher := above[above])).any():
        within |= within[above]
        above = higher
    within |= within[above]
    reached: list[int] = np.flatnonzero(within).tolist()
    return reached
