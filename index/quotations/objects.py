"""What a verb of speech reports by its object: "urged them to go", "called it a mistake", "announced a ceasefire"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.lexicon import (
    AS_VERBS,
    CHARGING_VERBS,
    DOING_VERBS,
    NAMING_VERBS,
    SPEECH_NOUNS,
    SPEECH_VERBS,
    THING_VERBS,
    TOPIC_VERBS,
    is_person_noun,
)
from index.quotations.borders import behind, kept, through
from index.quotations.cues import Cue

if TYPE_CHECKING:
    from spacy.tokens import Token

_REPORT_PREPOSITIONS = frozenset("after at before by during since until via when while within".split())
_POINTING = frozenset("the this that these those".split())
_POINTED_AT = 2
"""Words of a phrase that begins with "the" or "her" and names what was told before, at most."""
_FUTURE_VERBS = frozenset("announce call demand pledge predict promise propose threaten vow".split())
_VENUES = frozenset(
    """
    address article blog book broadcast column conference court debate document editorial event facebook filing forum
    gathering hearing instagram meeting memoir note op-ed parliament podcast programme program rally report show
    television time tv twitter video
    """.split()
)


def infinitive_of(cue: Cue) -> list[int]:
    """Token numbers of an infinitive that is said ("vowed to fight on"), with whom it is asked of."""
    verb = cue.token
    heard: Token | None = None
    for child in verb.children:
        if child.i < verb.i or child.i in cue.sentence.utterances:
            continue
        if child.dep_ in ("dobj", "dative") or (child.dep_ == "prep" and child.lower_ in ("on", "for")):
            heard = child
        if child.dep_ in ("xcomp", "ccomp", "advcl") and any(
            c.lower_ == "to" and c.dep_ == "aux" for c in child.children
        ):
            if child.lemma_.lower() in ("name", "identify", "quote") and any(c.dep_ == "neg" for c in child.children):
                return []  # "asked not to be named" tells of the interview
            keep_hearer = heard is not None and cue.lemma not in ("promise", "tell", "warn", "advise")
            start = (
                (heard.left_edge.i + (heard.dep_ == "prep")) if heard is not None and keep_hearer else child.left_edge.i
            )
            words = kept(cue, child)
            return list(range(start, words[-1] + 1)) if words else []
    return []


def object_of(cue: Cue) -> list[int]:
    """Token numbers of the object or complement that is said, and what belongs to it."""
    return _with_complements(cue, _without_venue(cue, _phrase(cue)))


def _phrase(cue: Cue) -> list[int]:
    verb = cue.token
    objects = [c for c in verb.children if c.i > verb.i and c.i not in cue.sentence.utterances]
    if cue.lemma in NAMING_VERBS:
        parts = [c for c in objects if c.dep_ in ("dobj", "oprd", "attr", "ccomp", "acomp", "xcomp")]
        if len(parts) >= 2 or any(c.dep_ in ("oprd", "ccomp", "xcomp") for c in parts):
            return through(parts[0], parts[-1])
    if cue.lemma in AS_VERBS and any(c.dep_ == "prep" and c.lower_ == "as" for c in objects):
        parts = [c for c in objects if c.dep_ == "dobj" or (c.dep_ == "prep" and c.lower_ in ("as", "to"))]
        # "an offer that the operator described as “final”": what it is called stands alone.
        bare = parts[0].lower_ == "to" or (verb.dep_ == "relcl" and len(parts) == 1)
        start = parts[0].left_edge.i + bare
        return list(range(start, parts[-1].right_edge.i + 1))
    if cue.lemma in CHARGING_VERBS and any(c.dep_ == "dobj" for c in objects):
        charge = [c for c in objects if c.dep_ == "prep" and c.lower_ in ("of", "for", "with", "over")]
        if charge:
            return through(objects[0], charge[-1])
        if cue.lemma == "accuse":
            return through(objects[0], objects[0])
    if cue.lemma in DOING_VERBS:
        for c in objects:
            if c.dep_ in ("xcomp", "ccomp", "pcomp") and c.tag_ == "VBG":
                return through(c, c)
    topics = TOPIC_VERBS.get(cue.lemma, frozenset())
    for c in objects:
        if c.dep_ == "prep" and c.lower_ in topics and c.right_edge.i > c.i:
            return behind(c)
    for c in objects:
        if c.dep_ in ("dobj", "oprd", "attr", "acomp") and _quoted_within(cue, c):
            return through(c, c)
    if cue.lemma in THING_VERBS or (cue.lemma == "rule" and any(c.dep_ == "prt" for c in objects)):
        for c in objects:
            if c.dep_ == "dobj" and c.pos_ != "PRON" and _says_something(c) and _quoted_within(cue, c) is not False:
                return through(c, c)
    return []


def _says_something(noun: Token) -> bool:
    """Whether the phrase tells what was said, and not only points at it ("outlined her terms", "denied the claim")."""
    words = list(noun.subtree)
    pointing = words[0].tag_ == "PRP$" or words[0].lower_ in _POINTING
    return not pointing or len(words) > _POINTED_AT


def _with_complements(cue: Cue, tokens: list[int]) -> list[int]:
    """The phrase and what follows it as part of the thing said ("“open war” on the plan", "him as a coward").

    When, where and to whom it was said is told by the report ("on Monday", "in a letter", "to reporters").
    """
    parse = cue.sentence.parse
    if tokens and tokens[-1] + 1 < len(parse) and parse[tokens[-1] + 1].lower_ == "that":
        clause = parse[tokens[-1] + 1].head
        if clause.dep_.startswith("aux"):
            clause = clause.head
        if clause.i > tokens[-1] and clause.pos_ in ("VERB", "AUX"):
            return [*tokens, *range(tokens[-1] + 1, clause.right_edge.i + 1)]
    while tokens:
        following = [c for c in cue.token.children if c.left_edge.i == tokens[-1] + 1 and c.dep_ == "prep"]
        if not following or _places_the_report(cue, following[0]):
            return tokens
        tokens = [*tokens, *range(tokens[-1] + 1, following[0].right_edge.i + 1)]
    return tokens


def _without_venue(cue: Cue, tokens: list[int]) -> list[int]:
    """The phrase without where it was said, which the parser may hang on its noun ("the claim in a statement")."""
    parse = cue.sentence.parse
    for i in tokens[1:]:
        token = parse[i]
        told = (
            token.dep_ == "prep" and token.lower_ in ("in", "on", "at", "during") and token.right_edge.i == tokens[-1]
        )
        nouns = [c.lemma_.lower() for c in token.children if c.dep_ == "pobj"] if told else []
        if any(noun in _VENUES | SPEECH_NOUNS for noun in nouns):
            return [j for j in tokens if j < i]
    return tokens


def _places_the_report(cue: Cue, prep: Token) -> bool:
    if prep.lower_ == "by" and cue.lemma in _FUTURE_VERBS:
        return False  # "promised two trains by 2030"
    if prep.lower_ in _REPORT_PREPOSITIONS or prep.right_edge.i in cue.sentence.utterances:
        return True
    if any(t.ent_type_ in ("DATE", "TIME") for t in prep.subtree):
        return True
    nouns = [c for c in prep.children if c.dep_ == "pobj"]
    return any(
        noun.lemma_.lower() in SPEECH_NOUNS | _VENUES
        or (prep.lower_ in ("on", "at", "in") and noun.tag_ in ("NNP", "NNPS"))
        or (prep.lower_ == "to" and (is_person_noun(noun.lemma_) or noun.tag_ in ("NNP", "NNPS")))
        for noun in nouns
    )


def _quoted_within(cue: Cue, token: Token) -> bool | None:
    """Whether no other cue inside the phrase reports the fragment in it; None where there is none."""
    starts, ends = cue.sentence.starts, cue.sentence.ends
    for part in token.subtree:
        if any(f.start <= starts[part.i] and ends[part.i] <= f.end for f in cue.sentence.fragments):
            between = [a for a in part.ancestors if a.i > cue.at and a.i not in {x.i for x in token.ancestors}]
            return not any(a.pos_ == "VERB" and a.lemma_.lower() in SPEECH_VERBS and a.i != part.i for a in between)
    return None
