"""What a cue carries: the words of its sentence that are reported, as token numbers of the parse."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from index.document import Sentence
from index.lexicon import (
    AS_VERBS,
    CHARGING_VERBS,
    CLAUSE_VERBS,
    DOING_VERBS,
    NAMING_VERBS,
    PLAN_NOUNS,
    SPEECH_NOUNS,
    SPEECH_VERBS,
    THING_VERBS,
    TO_VERBS,
    TOPIC_NOUNS,
    TOPIC_VERBS,
    is_person_noun,
)
from index.quotations.cues import Cue
from index.quotations.sources import mention_range

if TYPE_CHECKING:
    from spacy.tokens import Token

_REPORT_PREPOSITIONS = frozenset("after at before by during since until via when while within".split())
_VENUES = frozenset(
    """
    address article blog book broadcast column conference court debate document editorial event facebook filing forum
    gathering hearing instagram meeting memoir note op-ed parliament podcast programme program rally report show
    television time tv twitter video
    """.split()
)
_NOUN_PREPOSITIONS = frozenset("about for of on".split())
_ASIDE_VERBS = frozenset("add argue claim confirm explain insist note report say state suggest tell think warn write".split())
_WOULD = frozenset("could should will would".split())
_ADDRESSING = frozenset("assure inform remind tell warn".split())
_LONGEST_ASIDE = 8
"""Words behind the verb of a report between commas, at most ("he told me on Friday")."""
_CLAUSE_PRONOUNS = frozenset("he she it they we i you there".split())
_WEAK_ASIDES = frozenset("begin charge consider continue feel go hold know learn offer point see".split())
_SUBORDINATING = frozenset("because if unless until when".split())
_OF_VERBS = frozenset("warn speak complain accuse boast talk call point hint".split())


def content_of(cue: Cue) -> list[int]:
    """Token numbers of what is reported, in order; empty where the cue carries nothing."""
    if cue.token.lower_ == "according":
        return _round_according(cue)
    if cue.token.pos_ == "NOUN":
        return _noun_clause(cue)
    lemma = cue.lemma
    if lemma in CLAUSE_VERBS or lemma in SPEECH_VERBS:
        clause = _clause(cue)
        if clause:
            return clause
    if lemma in TO_VERBS:
        clause = _to_clause(cue)
        if clause:
            return clause
    return _with_complements(cue, _object(cue))


def _clause(cue: Cue) -> list[int]:
    verb = cue.token
    utterances = cue.sentence.utterances
    complements = [c for c in verb.children if c.dep_ == "ccomp" and c.i not in utterances]
    behind = [c for c in (*complements, *_in_a_statement(verb)) if c.i > verb.i]
    for clause in behind or complements:
        return _extended(cue, _led_in(cue, clause, _own(cue, clause, _kept(cue, clause))))
    head = verb.head
    if (
        verb.dep_ in ("parataxis", "ccomp", "dep", "conj")
        and head.i not in utterances
        and head.i != verb.i
        and _has_subject(head)
        and _interposed(cue)
    ):
        skip = {t.i for t in verb.subtree}
        return _last_clause(cue, _own(cue, head, [i for i in _reach(head) if i not in skip]))
    if verb.dep_ == "advcl" and head.i not in utterances and _opens_with_as(verb):
        skip = {t.i for t in verb.subtree}
        return _own(cue, head, [i for i in _reach(head) if i not in skip])
    return _behind_that(cue) or _round_an_aside(cue)


def _behind_that(cue: Cue) -> list[int]:
    """The clause behind the first "that", where the parser hung it on a word between ("told a meeting that ...")."""
    parse = cue.sentence.parse
    said = any(c.dep_ == "dobj" and c.i > cue.at for c in cue.token.children)
    if cue.lemma not in CLAUSE_VERBS or (said and cue.lemma not in _ADDRESSING):
        return []
    for token in parse[cue.last + 1 :]:
        if token.pos_ == "VERB" or token.i in cue.sentence.utterances or token.text in (";", ":"):
            return []
        if token.lower_ == "that" and token.tag_ == "IN" and token.dep_ == "mark" and token.head.i > token.i:
            return _own(cue, token.head, [i for i in _kept(cue, token.head) if i >= token.i])
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
    return _last_clause(cue, tokens) if any(_has_subject(parse[i]) and parse[i].pos_ in ("VERB", "AUX") for i in tokens) else []


def _opens_with_as(verb: Token) -> bool:
    """Whether the report is a clause beside what is said ("As the paper noted, it is surprising")."""
    first = verb.left_edge
    return (
        first.lower_ == "as"
        and verb.lemma_.lower() in SPEECH_VERBS
        and not any(c.dep_ in ("dobj", "ccomp", "xcomp") for c in verb.children)
    )


def _kept(cue: Cue, clause: Token) -> list[int]:
    """The tokens of the clause, without what the parser joined to it that belongs to the report itself."""
    tokens = _reach(clause)
    stops = [*_other_reports(cue, clause), *_later_reports(clause)] if clause.i > cue.at else []
    inside = [i for i in stops if not _in_a_fragment(cue.sentence, i)]
    if inside:
        tokens = [i for i in tokens if i < min(inside)]
    while tokens and _times_the_report(cue, clause, tokens[0]):
        last = clause.doc[tokens[0]].right_edge.i
        tokens = [i for i in tokens if i > last]
    return tokens


def _led_in(cue: Cue, clause: Token, tokens: list[int]) -> list[int]:
    """The tokens of a clause without subject, with the noun phrase before it that the parser made the cue's object."""
    if not tokens or tokens[0] <= cue.last + 1 or _has_subject(clause) or clause.tag_ in ("VB", "VBG"):
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


def _other_reports(cue: Cue, clause: Token) -> Iterator[int]:
    """Where a second report of the same source begins ("said it was over and called for calm")."""
    for conjunct in clause.conjuncts:
        if conjunct.i < clause.i or _has_subject(conjunct):
            continue
        past = conjunct.tag_ == "VB" and any(c.lower_ == "did" for c in conjunct.children)
        reports = conjunct.lemma_.lower() in SPEECH_VERBS and (conjunct.tag_ == cue.token.tag_ or past)
        finite = conjunct.tag_ in ("VBD", "VBZ", "VBP") and clause.tag_ == "VB"
        if reports or finite:
            yield next((t.i for t in clause.doc[clause.i : conjunct.i] if t.dep_ == "cc"), conjunct.i)


def _later_reports(clause: Token) -> Iterator[int]:
    """Where a participle or "according to" behind a comma opens another report (", telling voters that ...")."""
    for token in clause.subtree:
        edge = token.left_edge.i
        if edge <= clause.i or clause.doc[edge - 1].text not in (",", "--", "—", "–"):
            continue
        if token.lower_ == "according" or (
            token.tag_ == "VBG"
            and token.i == edge
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


def _interposed(cue: Cue) -> bool:
    """Whether the cue stands between commas or at the end ("What is unfolding, analysts say, is more dangerous")."""
    verb, parse = cue.token, cue.sentence.parse
    if cue.lemma not in CLAUSE_VERBS - _WEAK_ASIDES or any(c.dep_ == "mark" for c in verb.children):
        return False
    if any(c.dep_ in ("dobj", "ccomp", "xcomp") and c.i > verb.i for c in verb.children) and cue.lemma != "tell":
        return False
    if verb.dep_ == "conj" and (any(c.dep_ == "cc" for c in verb.head.children) or not _has_subject(verb)):
        return False
    first, last = _aside(cue)
    return (
        first > 0
        and parse[first - 1].text in (",", "—", "--", "-", ";")
        and (last + 1 >= len(parse) or parse[last + 1].is_punct)
    )


def _has_subject(verb: Token) -> bool:
    return any(c.dep_ in ("nsubj", "nsubjpass", "expl", "csubj") for c in verb.children)


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


def _reach(token: Token) -> list[int]:
    return sorted(t.i for t in token.subtree)


def _own(cue: Cue, root: Token, tokens: Iterable[int]) -> list[int]:
    """The tokens without the cue, its mention and any utterance."""
    drop = {*range(cue.first, cue.last + 1), *cue.sentence.utterances}
    if cue.source is not None and root.i != cue.source:
        first, last = mention_range(cue.sentence.parse, cue.source)
        if not first <= root.i <= last:
            drop.update(range(first, last + 1))
    return [i for i in tokens if i not in drop]


def _to_clause(cue: Cue) -> list[int]:
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
            kept = _kept(cue, child)
            return list(range(start, kept[-1] + 1)) if kept else []
    return []


def _object(cue: Cue) -> list[int]:
    verb = cue.token
    objects = [c for c in verb.children if c.i > verb.i and c.i not in cue.sentence.utterances]
    if cue.lemma in NAMING_VERBS:
        parts = [c for c in objects if c.dep_ in ("dobj", "oprd", "attr", "ccomp", "acomp", "xcomp")]
        if len(parts) >= 2 or any(c.dep_ in ("oprd", "ccomp", "xcomp") for c in parts):
            return list(range(parts[0].left_edge.i, parts[-1].right_edge.i + 1))
    if cue.lemma in AS_VERBS and any(c.dep_ == "prep" and c.lower_ == "as" for c in objects):
        parts = [c for c in objects if c.dep_ == "dobj" or (c.dep_ == "prep" and c.lower_ in ("as", "to"))]
        start = parts[0].left_edge.i + (parts[0].lower_ == "to")
        return list(range(start, parts[-1].right_edge.i + 1))
    if cue.lemma in CHARGING_VERBS and any(c.dep_ == "dobj" for c in objects):
        charge = [c for c in objects if c.dep_ == "prep" and c.lower_ in ("of", "for", "with", "over")]
        if charge:
            return list(range(objects[0].left_edge.i, charge[-1].right_edge.i + 1))
        if cue.lemma == "accuse":
            return list(range(objects[0].left_edge.i, objects[0].right_edge.i + 1))
    if cue.lemma in DOING_VERBS:
        for c in objects:
            if c.dep_ in ("xcomp", "ccomp", "pcomp") and c.tag_ == "VBG":
                return list(range(c.left_edge.i, c.right_edge.i + 1))
    topics = TOPIC_VERBS.get(cue.lemma, frozenset())
    for c in objects:
        if c.dep_ == "prep" and c.lower_ in topics and c.right_edge.i > c.i:
            return list(range(c.i + 1, c.right_edge.i + 1))
    if cue.lemma in _OF_VERBS:
        for c in objects:
            if (
                c.dep_ == "prep"
                and c.lower_ in ("of", "about", "for", "against", "at", "to")
                and (_quoted_within(cue, c) or c.lower_ == "of")
            ):
                return list(range(c.i + 1, c.right_edge.i + 1))
    for c in objects:
        if c.dep_ in ("dobj", "oprd", "attr", "acomp") and _quoted_within(cue, c):
            return list(range(c.left_edge.i, c.right_edge.i + 1))
    if cue.lemma in THING_VERBS:
        for c in objects:
            if c.dep_ == "dobj" and c.pos_ != "PRON":
                return list(range(c.left_edge.i, c.right_edge.i + 1))
    return []


def _with_complements(cue: Cue, tokens: list[int]) -> list[int]:
    """The phrase and what follows it as part of the thing said ("“open war” on the plan", "him as a coward").

    When, where and to whom it was said is told by the report ("on Monday", "in a letter", "to reporters").
    """
    while tokens:
        following = [c for c in cue.token.children if c.left_edge.i == tokens[-1] + 1 and c.dep_ == "prep"]
        if not following or _places_the_report(cue, following[0]):
            return tokens
        tokens = [*tokens, *range(tokens[-1] + 1, following[0].right_edge.i + 1)]
    return tokens


def _places_the_report(cue: Cue, prep: Token) -> bool:
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


def _quoted_within(cue: Cue, token: Token) -> bool:
    """Whether a fragment is part of the phrase, and no other cue inside the phrase reports it."""
    starts, ends = cue.sentence.starts, cue.sentence.ends
    for part in token.subtree:
        if any(f.start <= starts[part.i] and ends[part.i] <= f.end for f in cue.sentence.fragments):
            between = [a for a in part.ancestors if a.i > cue.at and a.i not in {x.i for x in token.ancestors}]
            return not any(a.pos_ == "VERB" and a.lemma_.lower() in SPEECH_VERBS and a.i != part.i for a in between)
    return False


def _noun_clause(cue: Cue) -> list[int]:
    """What a noun carries: "his claim that ...", "her call for ...", "their promise to ..."."""
    for child in cue.token.children:
        if child.dep_ in ("acl", "ccomp") and any(c.dep_ == "mark" and c.lower_ == "that" for c in child.children):
            return _reach(child)
    if cue.source is None or cue.source > cue.at:
        return []
    for child in cue.token.children:
        if child.i < cue.at:
            continue
        if child.dep_ == "prep" and child.lower_ in _NOUN_PREPOSITIONS and cue.lemma in TOPIC_NOUNS:
            return list(range(child.i + 1, child.right_edge.i + 1))
        if child.dep_ == "acl" and cue.lemma in PLAN_NOUNS:
            return _reach(child)
    return []


def _round_according(cue: Cue) -> list[int]:
    """The clause that "according to" stands in: behind it where it opens the sentence, else before it."""
    verb = cue.token.head
    while (
        verb.pos_ not in ("VERB", "AUX")
        and verb.head.i != verb.i
        and verb.dep_ in ("prep", "pcomp", "pobj", "npadvmod", "attr", "appos", "dobj", "dep")
    ):
        verb = verb.head
    while verb.dep_ == "conj" and verb.head.i < verb.i and not _has_subject(verb):
        verb = verb.head
    skip = {t.i for t in cue.token.subtree} | set(range(cue.first, cue.last + 1))
    if cue.source is not None:
        skip |= {t.i for t in cue.sentence.parse[cue.source].subtree}
    tokens = [i for i in _reach(verb) if i not in skip and i not in cue.sentence.utterances]
    if verb.i < cue.at and tokens and not _has_subject(verb):
        tokens = [*(i for i in range(tokens[0]) if i not in cue.sentence.utterances), *tokens]
    if verb.i > cue.at:
        return tokens
    behind = [i for i in tokens if i > cue.at and not cue.sentence.parse[i].is_punct]
    if behind and (cue.sentence.parse[behind[0]].dep_ == "cc" or cue.sentence.parse[behind[0]].lower_ == "while"):
        tokens = [i for i in tokens if i < cue.at]
    return _last_clause(cue, tokens)


def _last_clause(cue: Cue, tokens: list[int]) -> list[int]:
    """The tokens without what stands before a colon or semicolon in front of the cue."""
    parse = cue.sentence.parse
    stops = [i for i in tokens if i < cue.at and parse[i].text in (":", ";") and not _in_a_fragment(cue.sentence, i)]
    return [i for i in tokens if i > stops[-1]] if stops else tokens
