"""Who speaks by a reporting verb: the head word of the mention, read off the parse, and how far the mention reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.document import Sentence
from index.lexicon import PRONOUNS, SAY_VERBS, SPEECH_NOUNS, SPEECH_VERBS, is_person_noun, is_retired

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_SUBJECTS = frozenset(("nsubj", "nsubjpass"))
_CLIMBED = frozenset("conj advcl xcomp ccomp aux pcomp prep dep parataxis".split())
_CLIMBED_NOUNS = frozenset("dobj pobj acomp attr oprd".split())
_SPEAKING_ADJECTIVES = frozenset("few half many most others quarter several some third".split())
_NAME_WITHIN = 12
"""Words behind an inverted verb among which its subject's name must stand."""
_ASKED = frozenset(("ask", "press", "question", "quiz"))
_GOING_ON = frozenset(("ccomp", "conj", "parataxis", "dep"))
_NUMBERS = frozenset(("MONEY", "CARDINAL", "PERCENT", "QUANTITY", "ORDINAL"))
NAME_TAGS = frozenset(("NNP", "NNPS"))


def source_of(sentence: Sentence, verb: Token) -> int | None:
    """The head token of the mention that names who speaks by `verb`; None where the sentence has nobody."""
    if _is_addressed(verb):
        return _agent(verb)
    seen: set[int] = set()
    current = verb
    while current.i not in seen:
        seen.add(current.i)
        found = _subject(sentence, current, of_another=current.i != verb.i)
        if found is not None and found.ent_type_ in _NUMBERS and current.head.i != current.i:
            current = current.head  # "announced a 90 trillion won investment, calling it": the parser's "trillion won"
            continue
        if found is not None and not _is_reported(verb, current):
            return found.i
        if current.dep_ == "acl" and current.tag_ == "VBG" and (author := _author(sentence, current.head)) is not None:
            return author
        if current.dep_ == "relcl" or (current.dep_ == "acl" and current.tag_ in ("VBG", "VBN")):
            return current.head.i if current.tag_ != "VBN" else _agent(current) or _cut_off(current)
        if current.dep_ == "acl":
            finite = current.tag_ in ("VBD", "VBZ", "VBP")  # "Berg, the mayor, called on ministers"
            return int(current.head.i) if finite else _possessor(current.head)
        climbs = _CLIMBED | _CLIMBED_NOUNS if verb.tag_ in ("VBG", "VB") else _CLIMBED
        if found is not None:
            current = current.head
            continue
        if current.dep_ not in climbs or (current.dep_ in ("ccomp", "parataxis", "dep") and current.tag_ != "VBG"):
            return _far_left(sentence, current)
        current = current.head
    return None


def _is_reported(verb: Token, clause: Token) -> bool:
    """Whether the verb goes on with the report that the clause is part of ("noted that it burned and said that")."""
    return (
        clause.i != verb.i
        and verb.dep_ == "conj"
        and verb.head.i == clause.i
        and clause.dep_ == "ccomp"
        and clause.i > clause.head.i
        and clause.head.lemma_.lower() in SPEECH_VERBS
        and verb.lemma_.lower() in SPEECH_VERBS
        and verb.tag_ == clause.head.tag_
        and clause.lemma_.lower() not in SPEECH_VERBS
    )


def _is_addressed(verb: Token) -> bool:
    """A participle that tells of its subject ("Asked whether it was over, she said ...": she was asked)."""
    if verb.lemma_.lower() in _ASKED and verb.i > 0 and verb.nbor(-1).text == ",":
        main = verb.head
        if verb.dep_ == "ccomp" and main.i > verb.i and main.tag_ in ("VBD", "VBZ") and not _has_own(main):
            return True
        # The parser's main verb in "Berg, asked if it was over, says".
        return any(
            c.i > verb.i and c.tag_ in ("VBD", "VBZ") and c.dep_ in _GOING_ON and not _has_own(c) for c in verb.children
        )
    return (
        (verb.tag_ == "VBN" or (verb.tag_ == "VBD" and verb.i == 0))
        and verb.dep_ in ("advcl", "acl")
        and not any(c.dep_.startswith("aux") or c.dep_ in _SUBJECTS for c in verb.children)
        and _cut_off(verb) is None
    )


def _has_own(verb: Token) -> bool:
    return any(c.dep_ in _SUBJECTS for c in verb.children)


def _cut_off(verb: Token) -> int | None:
    """The noun before a verb that the parser took for a participle, in a sentence without any other main verb.

    "Ola Berg, who runs the port, tweeted on Friday": Berg.
    """
    noun = verb.head
    described = any(c.dep_ in ("relcl", "appos") and noun.i < c.i < verb.i for c in noun.children)
    alone = noun.dep_ == "ROOT" and verb.i > 0 and verb.nbor(-1).text == ","
    return int(noun.i) if alone and described else None


def _author(sentence: Sentence, noun: Token) -> int | None:
    """Who made the statement that the participle belongs to ("Berg issued a statement saying")."""
    if noun.lemma_.lower() not in SPEECH_NOUNS:
        return None
    owner = _possessor(noun)
    if owner is not None or noun.dep_ != "dobj":
        return owner
    subject = _subject(sentence, noun.head)
    return None if subject is None else int(subject.i)


def _possessor(noun: Token) -> int | None:
    return next((int(c.i) for c in noun.children if c.dep_ == "poss"), None)


def _far_left(sentence: Sentence, verb: Token) -> int | None:
    """The subject of a finite verb that the parser hung into a clause or phrase before it."""
    if verb.tag_ not in ("VBD", "VBZ", "VBP", "VBN") or any(c.dep_ == "auxpass" for c in verb.children):
        return None
    before = [c for c in verb.children if c.i < verb.i and c.i not in sentence.utterances]
    for child in before:
        inner = [c for c in child.children if c.dep_ in _SUBJECTS and c.tag_ not in ("WP", "WDT")]
        if child.dep_ == "csubj" and inner:
            return int(inner[0].i)  # "Activists hoping to stop the dam say ..."
        if child.dep_ == "ccomp" and inner and any(c.tag_ == "WP" for c in child.children):
            return int(inner[0].i)  # "Lind, meanwhile, who owns the dam, said ..."
    if before and before[-1].lower_ in _SPEAKING_ADJECTIVES:
        return int(before[-1].i)
    return _before_comma(sentence, verb)


def _before_comma(sentence: Sentence, verb: Token) -> int | None:
    """The name that the parser took for an apposition of the place before it ("In Oslo, Lind, its mayor, said")."""
    at = verb.i - 1
    while at > 0 and sentence.parse[at].pos_ in ("AUX", "ADV"):
        at -= 1
    if at < 1 or sentence.parse[at].text != ",":
        return None
    token, found = sentence.parse[at - 1], None
    while token.dep_ in ("appos", "conj", "pobj", "nmod") and token.head.i < token.i:
        if token.dep_ in ("appos", "conj") and (token.ent_type_ == "PERSON" or is_person_noun(token.lemma_)):
            found = int(token.i)
        token = token.head
    return found


def _subject(sentence: Sentence, verb: Token, *, of_another: bool = False) -> Token | None:
    """The subject of the verb, where it may speak; of one that another verb hangs on, that of a passive too."""
    passive = any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children) and not _is_contracted(verb)
    if passive and not of_another and verb.lemma_.lower() not in ("quote", "hear"):
        agent = _agent(verb)
        return sentence.parse[agent] if agent is not None else None
    behind = any(c.dep_ in _SUBJECTS and c.i > verb.i for c in verb.children) and _follows_content(sentence, verb)
    for child in verb.children:
        if child.dep_ in _SUBJECTS and child.i not in sentence.utterances:
            if behind and any(i in sentence.utterances for i in range(child.i, verb.i)):
                continue  # of what is quoted: "The finding “should be a warning,” said Berg"
            if child.tag_ in ("WP", "WDT") and verb.dep_ == "relcl":
                return verb.head
            if child.i > verb.i and (not _follows_content(sentence, verb) or _left_neighbour(sentence, verb)):
                continue  # the subject of what is reported, hung on the wrong verb
            return _behind_a_place(child) if child.lower_ not in ("what", "there") else None
    return _inverted(sentence, verb) or _left_neighbour(sentence, verb)


def _behind_a_place(subject: Token) -> Token:
    """The name set off behind a place that the parser took for the subject ("Outside court, Mara Lind said")."""
    if subject.left_edge.lower_ not in ("outside", "inside"):
        return subject
    return next((c for c in subject.children if c.dep_ == "appos"), subject)


def _is_contracted(verb: Token) -> bool:
    """Whether "'s" before a participle is "has" and not "is" ("who's argued for years that")."""
    short = any(c.dep_ == "auxpass" and c.text in ("'s", "’s") for c in verb.children)
    return short and any(c.dep_ == "ccomp" for c in verb.children)


def _follows_content(sentence: Sentence, verb: Token) -> bool:
    """Whether content may stand before the verb, as inversion needs ("...”, said Khan", "..., said Khan")."""
    if verb.i == 0:
        return True  # "Said Lind: “...”"
    before = sentence.parse[verb.i - 1]
    return before.is_punct or before.is_quote or before.i in sentence.utterances or before.pos_ in ("AUX", "ADV")


def _left_neighbour(sentence: Sentence, verb: Token) -> Token | None:
    """A name, pronoun or person right before the verb, over commas and adverbs, that the parser hung elsewhere."""
    if verb.tag_ not in ("VBD", "VBZ", "VBP") or any(c.dep_ in _SUBJECTS for c in verb.children if c.i < verb.i):
        return None
    i = verb.i - 1
    while (
        i > 0
        and (sentence.parse[i].pos_ in ("ADV", "AUX", "PUNCT") or sentence.parse[i].lower_ == "though")
        and verb.i - i < 5
    ):
        i -= 1
    token = sentence.parse[i]
    if i < 0 or i in sentence.utterances or token.dep_ in ("pobj", "dobj"):
        return None
    return token if token.tag_ in NAME_TAGS or token.lower_ in ("he", "she", "they") else None


def _agent(verb: Token) -> int | None:
    for child in verb.children:
        if child.dep_ == "agent":
            for inner in child.children:
                if inner.dep_ == "pobj":
                    return int(inner.i)
    return None


def _inverted(sentence: Sentence, verb: Token) -> Token | None:
    """The noun phrase right behind a speech verb that has an utterance before it ("“...,” said Khan")."""
    if verb.lemma_.lower() not in SAY_VERBS or not _opens_clause(sentence, verb):
        return None
    titled = _titled_behind(sentence, verb)
    if titled is not None:
        return titled
    parse = sentence.parse
    for child in verb.children:
        if child.i > verb.i and child.dep_ in ("dobj", "attr", "oprd", "npadvmod", "dative", "appos", "acomp", "pobj"):
            head = _name_end(parse, child)
            between = parse[verb.i + 1 : child.i]
            if all(t.head.i in {*range(verb.i, head.i + 1)} and t.pos_ not in ("VERB", "AUX") for t in between):
                return head
    following = parse[verb.i + 1] if verb.i + 1 < len(parse) else None
    if following is not None and (following.tag_ in NAME_TAGS or following.lower_ in PRONOUNS):
        return _name_end(parse, following)
    return None


def _titled_behind(sentence: Sentence, verb: Token) -> Token | None:
    """The name behind a noun for a person, before any stop ("said Oceanwatch campaigns director Tomas Reyl")."""
    parse = sentence.parse
    seen = False
    for token in parse[verb.i + 1 : verb.i + _NAME_WITHIN]:
        if token.is_punct and token.text != "-":
            return None
        if seen and token.tag_ in NAME_TAGS:
            return _name_end(parse, token)
        seen = is_person_noun(token.lemma_) or is_person_noun(token.text)
    return None


def _opens_clause(sentence: Sentence, verb: Token) -> bool:
    """Whether only punctuation and adverbs stand between an utterance and the verb."""
    for i in range(verb.i - 1, -1, -1):
        if i in sentence.utterances:
            return True
        token = sentence.parse[i]
        if not (token.is_punct or token.is_quote or token.pos_ in ("ADV", "AUX", "CCONJ")):
            return False
    return False


def _name_end(parse: Doc, token: Token) -> Token:
    """The last word of the run of names that `token` is in."""
    end = token
    while end.tag_ in NAME_TAGS and end.i + 1 < len(parse):
        step = 2 if parse[end.i + 1].text == "-" and not end.whitespace_ and end.i + 2 < len(parse) else 1
        if parse[end.i + step].tag_ not in NAME_TAGS:
            break
        end = parse[end.i + step]
    return end


def mention_range(parse: Doc, head: int) -> tuple[int, int]:
    """First and last token of the mention round `head`: titles and modifiers in front, "of ..." behind.

    Appositions, relative clauses and whatever follows a comma describe the source; they are not part of the mention.
    """
    token = parse[head]
    first = last = head
    for child in token.children:
        if child.i < head and child.dep_ not in (
            "punct",
            "cc",
            "conj",
            "relcl",
            "advcl",
            "ccomp",
            "parataxis",
            "mark",
            "preconj",
        ):
            edge = child.left_edge.i
            if not any(t.lower_ in (",", ";", ":", "—") for t in parse[edge:head] if t.head.i == head):
                first = min(first, edge)
    last = _name_end(parse, token).i
    if is_person_noun(token.lemma_) and last + 1 < len(parse) and parse[last + 1].tag_ in NAME_TAGS:
        last = _name_end(parse, parse[last + 1]).i  # "Former military official Khan", cut by the parser
    if is_retired(parse[last + 1 : last + 4].text) and last + 4 < len(parse) and parse[last + 4].tag_ in NAME_TAGS:
        last = _name_end(parse, parse[last + 4]).i
    for child in token.children:
        if (
            child.i > last
            and child.dep_ == "prep"
            and child.lower_ in ("of", "for", "at", "from", "in", "with")
            and _restricts(last, child)
        ):
            last = max(last, child.right_edge.i if not _has_clause(child) else last)
        elif child.i > last and child.dep_ == "conj" and child.i - last <= 5 and _joins(parse, last, child):
            last = child.i
    last = whole_word(parse, last)
    while first < last and (parse[first].is_punct or parse[first].is_quote or parse[first].is_space):
        first += 1
    while last > first and (parse[last].is_punct or parse[last].is_space) and parse[last].text[-1] != ".":
        last -= 1
    return first, last


def whole_word(parse: Doc, last: int) -> int:
    """The last part of a word that the tokenizer cut at its hyphens ("de-escalation", "vice-chancellor")."""
    while (
        last + 2 < len(parse)
        and parse[last + 1].text == "-"
        and not (parse[last].whitespace_ or parse[last + 1].whitespace_)
    ):
        last += 2
    return last


def _restricts(last: int, prep: Token) -> bool:
    return prep.i == last + 1 and prep.right_edge.i - prep.i <= 8


def _has_clause(token: Token) -> bool:
    return any(t.dep_ in ("relcl", "acl", "advcl", "ccomp", "appos") or t.text in (",", ";") for t in token.subtree)


def _joins(parse: Doc, last: int, other: Token) -> bool:
    """Two sources that speak as one ("Khan and Basit said")."""
    between = parse[last + 1 : other.i]
    return (
        any(t.lower_ in ("and", "or") for t in between)
        and not any(t.text in (",", ";") for t in between)
        and other.pos_ in ("PROPN", "NOUN")
    )
