"""Names in the narration: where they stand, what is name and what is title, what they seem to name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from index.document import Document, Sentence
from index.lexicon import (
    FEMALE_WORDS,
    GROUP_NOUNS,
    HONORIFICS,
    MALE_WORDS,
    PERSON_NOUNS,
    PERSON_PRONOUNS,
    TITLES,
    is_person_noun,
)
from index.speakers.given_names import Gender, gender_of, is_given_name

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Label = Literal["person", "organisation", "place", "group", "other"]

_LABELS: dict[str, Label] = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "group",
}
_PARTICLES = frozenset(
    "bin bint ibn abu al el de del della di da dos das du la le van von der den ter ten ben ul ud y e st".split()
)
_KEPT_TITLES = frozenset("pope king queen prince princess sister brother father saint emperor sultan mullah".split())
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_NOT_NAMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december i islam christianity christian muslim jewish english french""".split()
)


@dataclass(frozen=True, slots=True)
class NameMention:
    """One name where it stands: tokens `first:last` (both included) of its sentence.

    `words` is the name without titles, `titles` the title words before it (lower case), `label` what the tagger and the
    words round it make of it, `gender` what a title or a given name says. `sure` where a title or a description says
    that it is a person.
    """

    sentence: Sentence
    first: int
    last: int
    words: tuple[str, ...]
    titles: tuple[str, ...]
    label: Label
    gender: Gender | None
    sure: bool = False

    @property
    def name(self) -> str:
        """The name as one string."""
        return " ".join(self.words)


def find_names(document: Document) -> list[NameMention]:
    """Every run of names in the article's body, in order."""
    return [
        mention
        for block in document.body
        for sentence in block.sentences
        for mention in (_mention(sentence, first, last) for first, last in _runs(sentence))
        if mention is not None
    ]


def _runs(sentence: Sentence) -> Iterator[tuple[int, int]]:
    parse = sentence.parse
    i = 0
    while i < len(parse):
        if not _is_name(sentence, parse[i]):
            i += 1
            continue
        first = last = i
        while True:
            following = _next_name(sentence, last)
            if following is None:
                break
            last = following
        yield first, last
        i = last + 1


def _is_name(sentence: Sentence, token: Token) -> bool:
    if token.i in sentence.utterances or not token.text[:1].isupper():
        return False
    if token.lower_ in _NOT_NAMES or token.ent_type_ in (
        "DATE",
        "TIME",
        "MONEY",
        "PERCENT",
        "CARDINAL",
        "ORDINAL",
        "QUANTITY",
    ):
        return False
    return token.tag_ in ("NNP", "NNPS") or (
        token.ent_type_ in _LABELS and token.pos_ not in ("DET", "PRON", "VERB", "AUX", "ADP")
    )


def _next_name(sentence: Sentence, last: int) -> int | None:
    """The next token of the run: a name, or one behind a particle ("bin"), a hyphen or "of" inside an organisation."""
    parse = sentence.parse
    if last + 1 < len(parse) and _is_name(sentence, parse[last + 1]) and not _broken(parse, last, last + 1):
        return last + 1
    step = last + 1
    while step < len(parse) and step - last <= 3 and (parse[step].lower_ in _PARTICLES or parse[step].text == "-"):
        step += 1
    if step > last + 1 and step < len(parse) and _is_name(sentence, parse[step]) and not _broken(parse, last, step):
        return step
    inside = last + 1 < len(parse) and parse[last].ent_type_ == "ORG" and parse[last + 1].ent_iob_ == "I"
    if inside:
        return last + 1
    return None


def _broken(parse: Doc, last: int, following: int) -> bool:
    """Two names side by side that the tagger keeps apart ("Friday Obama", "Republicans Ryan")."""
    left, right = parse[last], parse[following]
    return (
        right.ent_iob_ == "B"
        and left.ent_type_ in ("NORP", "GPE", "ORG")
        and right.ent_type_ == "PERSON"
        and left.ent_type_ != right.ent_type_
        and not _is_title(left)
    )


def _is_title(token: Token) -> bool:
    return _plain(token.text) in TITLES or _plain(token.text) in PERSON_NOUNS


def _plain(word: str) -> str:
    return word.lower().strip(".")


def _mention(sentence: Sentence, first: int, last: int) -> NameMention | None:
    parse = sentence.parse
    tokens = list(parse[first : last + 1])
    begin = _name_begin(tokens)
    titles = [_plain(t.text) for t in tokens[:begin]]
    titles += _nouns_before(parse, first) if begin == 0 else []
    name = tokens[begin:]
    while len(name) > 1 and (_plain(name[-1].text) in _SUFFIXES or not name[-1].text[0].isalnum()):
        name = name[:-1]
    words = _words(name)
    if not words or not any(len(w) > 1 for w in words):
        return None
    sure = _titled(titles) or _described_as_person(tokens[begin:])
    label = "person" if sure else _label(tokens[begin:], words)
    gender = _gender(titles, words) if label == "person" else None
    return NameMention(sentence, tokens[begin].i, name[-1].i, words, tuple(titles), label, gender, sure)


def _name_begin(tokens: list[Token]) -> int:
    """Where titles end and the name begins; "Justice Department" has no title."""
    begin = 0
    if tokens[-1].lower_ in GROUP_NOUNS:
        return 0
    for i, token in enumerate(tokens[:-1]):
        if _is_title(token) and not (i + 1 < len(tokens) and tokens[i + 1].text == "-"):
            begin = i + 1
        elif token.text == "-" and i + 1 < len(tokens) - 1 and _is_title(tokens[i + 1]):
            begin = i + 2
    person = [i for i, t in enumerate(tokens) if t.ent_type_ == "PERSON"]
    if begin == 0 and person and person[0] > 0 and person[-1] == len(tokens) - 1:
        begin = person[0]
        while begin < len(tokens) - 1 and _is_title(tokens[begin]):
            begin += 1
    if begin == 0 and len(tokens) > 2:
        begin = next(
            (
                i
                for i, t in enumerate(tokens[:-1])
                if i
                and is_given_name(t.text)
                and not is_given_name(tokens[0].text)
                and tokens[0].ent_type_ in ("NORP", "ORG", "GPE")
            ),
            0,
        )
    if begin == len(tokens) - 1 and begin and _plain(tokens[begin - 1].text) in _KEPT_TITLES:
        begin -= 1
    return begin


def _words(tokens: list[Token]) -> tuple[str, ...]:
    """The words of the name; "Al-Hamad", which the tokeniser cuts, is one."""
    words: list[str] = []
    glued = False
    for token in tokens:
        if words and (glued or token.text.startswith("-")) and not token.doc[token.i - 1].whitespace_:
            words[-1] += token.text
        else:
            words.append(token.text)
        glued = token.text.endswith("-") and not token.whitespace_
    return tuple(words)


def _nouns_before(parse: Doc, first: int) -> list[str]:
    """Person nouns right before a name ("Taliban spokesman Zabihullah Mujahid")."""
    found = []
    i = first - 1
    while i >= 0 and parse[i].pos_ in ("NOUN", "ADJ", "PROPN") and i >= first - 4:
        if parse[i].lemma_.lower() in PERSON_NOUNS:
            found.append(parse[i].lemma_.lower())
        i -= 1
    return found


def _titled(titles: list[str]) -> bool:
    return any(t in HONORIFICS or t in PERSON_NOUNS or t in TITLES for t in titles)


def _label(tokens: list[Token], words: tuple[str, ...]) -> Label:
    labels = [_LABELS[t.ent_type_] for t in tokens if t.ent_type_ in _LABELS]
    given = is_given_name(words[0]) and len(words) in (2, 3, 4)
    if given and not {"organisation", "place"} & set(labels):
        return "person"
    if given and len(words) <= 3 and words[-1].lower() not in GROUP_NOUNS and "place" not in labels:
        return "person"
    if labels:
        return max(set(labels), key=labels.count)
    return "organisation" if _described_as_thing(tokens) else "other"


def _described_as_thing(tokens: list[Token]) -> bool:
    """A name with "the state utility" behind it, between commas."""
    return any(
        child.dep_ == "appos" and child.i > tokens[-1].i and child.tag_ == "NN" and not is_person_noun(child.lemma_)
        for token in tokens
        for child in token.children
    )


def _described_as_person(tokens: list[Token]) -> bool:
    """A name with "a retired general" or "who" behind it."""
    head = tokens[-1]
    for candidate in tokens:
        for child in candidate.children:
            if child.i <= head.i:
                continue
            if child.dep_ == "appos" and is_person_noun(child.lemma_):
                return True
            if child.dep_ == "relcl" and any(t.lower_ == "who" for t in child.children):
                return True
    return False


def _gender(titles: list[str], words: tuple[str, ...]) -> Gender | None:
    for title in titles:
        if title in MALE_WORDS:
            return "male"
        if title in FEMALE_WORDS:
            return "female"
    return gender_of(re.split(r"[-‐]", words[0])[0]) if len(words) > 1 else None


def pronoun_gender(word: str) -> Gender | None:
    """What a pronoun for one person says."""
    if word.lower() not in PERSON_PRONOUNS:
        return None
    return "male" if word.lower() in ("he", "him", "his", "himself") else "female"
