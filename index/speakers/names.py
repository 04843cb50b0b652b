"""Names in the narration: where they stand, what is name and what is title, what they seem to name."""

from __future__ import annotations

import re
import unicodedata
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
    RETIRED,
    TITLES,
    is_person_noun,
)
from index.speakers.descriptions import BODIES, is_person_word
from index.speakers.given_names import Gender, gender_of, is_given_name
from index.speakers.runs import PARTICLES, is_title, name_runs, name_words

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
_KEPT_TITLES = frozenset("pope king queen prince princess sister brother father saint emperor sultan mullah".split())
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii", "iv"))
_ARTICLE = re.compile(r"(?:al|el|ad|an|ar|as|ash|at|az|ul)[-‐‑](?=\w)", re.IGNORECASE)
_AGE = re.compile(r"1?\d\d|[4-9]")
_ACRONYM = re.compile(r"[A-Z]{3,6}")
_AFTER_AGE = frozenset((",", ".", ")", ";", "and", "who", "from", "of"))
_YEARS_OLD = re.compile(r"\b(\d{1,3})[- ]years?[- ]old(?: [a-z][\w-]+){0,3}$")
_WHERE = frozenset("in near outside off across around inside throughout".split())
_SECOND_TITLES = frozenset("sri seri paduka utama wira".split())
"""Malay titles that follow another (\"Tan Sri\", \"Datuk Seri\"); alone they are names."""


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
    age: str | None = None
    nickname: str = ""

    @property
    def name(self) -> str:
        """The name as one string."""
        return " ".join(self.words)


def find_names(document: Document) -> list[NameMention]:
    """Every run of names in the article's body, in order; a noun in a capital at the head of a sentence is none."""
    found = [
        mention
        for block in document.body
        for sentence in block.sentences
        for mention in (_mention(sentence, first, last) for first, last in name_runs(sentence))
        if mention is not None
    ]
    parts = {word for mention in found if len(mention.words) > 1 for word in mention.words}
    return [mention for mention in found if mention.words[0] in parts or not _is_opening_noun(mention)]


def _is_opening_noun(mention: NameMention) -> bool:
    """A lone noun for people in front ("Counsel for the state said", "Commuters said")."""
    token = mention.sentence.parse[mention.first]
    if mention.titles or len(mention.words) > 1 or mention.first > 0:
        return False
    return is_person_noun(token.lemma_) or is_title(token.text) or is_person_noun(token.text.removesuffix("s"))


def _plain(word: str) -> str:
    return word.lower().strip(".")


def _mention(sentence: Sentence, first: int, last: int) -> NameMention | None:
    parse = sentence.parse
    tokens = list(parse[first : last + 1])
    begin = _name_begin(tokens)
    titles = [_plain(t.text) for t in tokens[:begin]]
    titles += _nouns_before(parse, first) if begin == 0 else []
    if begin == 1 and (office := _office_of(tokens[0])) is not None:
        titles.append(office)
    name = tokens[begin:]
    while len(name) > 1 and (_plain(name[-1].text) in _SUFFIXES or not name[-1].text[0].isalnum()):
        name = name[:-1]
    words, nickname = name_words(name)
    if not words or not any(len(w) > 1 for w in words) or _is_office(tokens):
        return None
    age = _age(parse, tokens[begin].i, name[-1].i)
    sure = age is not None or _titled(titles) or _described_as_person(tokens[begin:])
    label = "person" if sure else _label(tokens[begin:], words)
    gender = _gender(titles, words) if label == "person" else None
    return NameMention(
        sentence, tokens[begin].i, name[-1].i, words, tuple(titles), label, gender, sure, age, " ".join(nickname)
    )


def _is_office(tokens: list[Token]) -> bool:
    """An office in capitals ("Permanent Secretary", "Attorney General"), which is nobody's name."""
    last = tokens[-1]
    named = is_given_name(tokens[0].text) or last.ent_type_ == "PERSON"
    return len(tokens) > 1 and not named and (is_person_noun(last.lemma_) or is_title(last.text))


def _name_begin(tokens: list[Token]) -> int:
    """Where titles end and the name begins; "Justice Department" has no title."""
    if tokens[-1].lower_ in GROUP_NOUNS:
        return 0
    if len(tokens) > 2 and _office_of(tokens[0]) is not None:
        return 1
    begin = 1 if _opens_with_role(tokens) else 0
    for i, token in enumerate(tokens[:-1]):
        if is_title(token.text) and tokens[i + 1].text != "-" and not _inside_name(tokens, i):
            begin = i + 1
        elif token.text == "-" and i + 1 < len(tokens) - 1 and is_title(tokens[i + 1].text):
            begin = i + 2
        elif i and _goes_on(tokens[i - 1].lower_, token.lower_, after_title=begin == i):
            begin = i + 1
    if begin == 0:
        begin = _after_others(tokens)
    if begin == len(tokens) - 1 and begin and _plain(tokens[begin - 1].text) in _KEPT_TITLES:
        begin -= 1
    return begin


def _office_of(body: Token) -> str | None:
    """The office in front of a body that a name follows ("Leader of the Opposition Sunita Rawat")."""
    parse, at = body.doc, body.i - 1
    if body.lower_ not in GROUP_NOUNS or at < 1:
        return None
    at -= parse[at].lower_ == "the"
    if at < 1 or parse[at].lower_ != "of" or not is_person_noun(parse[at - 1].lemma_):
        return None
    return parse[at - 1].lemma_.lower()


def _opens_with_role(tokens: list[Token]) -> bool:
    """A noun for a person that is in a capital as it opens the sentence ("Hydrologist Piet van der Merwe said")."""
    noun = tokens[0]
    is_role = is_person_noun(noun.lower_) or (is_person_word(noun.lower_) and not noun.lower_.endswith("ian"))
    if noun.i > 0 or len(tokens) < 3 or not is_role or is_given_name(noun.text):
        return False
    if any(token.ent_type_ not in ("PERSON", "") for token in tokens):
        return False
    return is_given_name(tokens[1].text) or all(token.ent_type_ == "PERSON" for token in tokens[1:])


def _goes_on(before: str, word: str, *, after_title: bool) -> bool:
    """A full stop or a second title behind a title ("Datuk Seri")."""
    goes_on = word in (".", "(", ")") or word in _SECOND_TITLES | RETIRED
    return (after_title and goes_on) or (before, word) == ("tan", "sri")


def _inside_name(tokens: list[Token], at: int) -> bool:
    """A title's word that is a name here ("Martin Luther King Jr.")."""
    return at > 0 and tokens[at - 1].ent_type_ == tokens[at].ent_type_ == "PERSON" and is_given_name(tokens[0].text)


def _after_others(tokens: list[Token]) -> int:
    """Where a person's name begins behind another name ("Downing Street Peter Moss"); 0 where there is none before."""
    person = [i for i, t in enumerate(tokens) if t.ent_type_ == "PERSON"]
    if person and person[0] > 0 and person[-1] == len(tokens) - 1:
        begin = person[0]
        others = {t.ent_type_ for t in tokens[:begin]} & {"ORG", "GPE", "NORP", "FAC", "LOC"}
        rest = len(tokens) - begin
        joined = "-" in (tokens[begin - 1].text, tokens[begin - 2].text) and tokens[0].text[1:].islower()
        alone = rest == 1 and not others
        if joined or tokens[begin].lower_ in PARTICLES or alone:
            return 0  # a given name that the tagger does not know
        while begin < len(tokens) - 1 and is_title(tokens[begin].text):
            begin += 1
        return begin
    if len(tokens) > 2 and tokens[0].ent_type_ in ("NORP", "ORG", "GPE") and not is_given_name(tokens[0].text):
        return next((i for i, t in enumerate(tokens[:-1]) if i and is_given_name(t.text)), 0)
    return 0


def _age(parse: Doc, first: int, last: int) -> str | None:
    """The age that stands with the name ("Ola Berg, 54," and "54-year-old Ola Berg"), None where there is none."""
    behind = parse[last + 1 : last + 4]
    if len(behind) > 1 and behind[0].text in (",", "(") and _AGE.fullmatch(behind[1].text):
        return behind[1].text if len(behind) < 3 or behind[2].text in _AFTER_AGE else None
    before = parse[max(0, first - 8) : first].text
    found = _YEARS_OLD.search(before)
    return found[1] if found else None


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
    if _described_as_body(tokens) or (len(words) == 1 and _ACRONYM.fullmatch(words[0])):
        return "organisation"
    if labels:
        best = max(dict.fromkeys(labels), key=labels.count)  # the first of equals, in every process
        return best if best != "person" or given else _unless_thing(tokens, words)
    return "organisation" if _described_as_thing(tokens) else "other"


def _unless_thing(tokens: list[Token], words: tuple[str, ...]) -> Label:
    """What the tagger takes for a person: a place behind "in", "other" behind "the" or before a noun."""
    parse, before = tokens[0].doc, tokens[0].i - 1
    if before >= 0 and len(words) == 1 and parse[before].lower_ in _WHERE:
        return "place"
    if before >= 0 and parse[before].pos_ == "ADJ" and parse[before].text.islower():
        before -= 1
    pointed = before >= 0 and parse[before].lower_ in ("the", "a", "an")
    return "other" if pointed and (len(words) == 1 or tokens[-1].dep_ == "compound") else "person"


def _described_as_thing(tokens: list[Token]) -> bool:
    """A name with "the state utility" behind it, between commas."""
    return any(
        child.dep_ == "appos" and child.i > tokens[-1].i and child.tag_ == "NN" and not is_person_word(child.lemma_)
        for token in tokens
        for child in token.children
    )


def _described_as_body(tokens: list[Token]) -> bool:
    """A name with "the union" or "a producer of steel" behind it, or "The operator," in front."""
    parse, before = tokens[0].doc, tokens[0].i - 1
    if before > 0 and parse[before].text == ",":
        before -= 1
        if parse[before].lemma_.lower() in BODIES and parse[before].tag_ == "NN" and parse[before].left_edge.i == 0:
            return True
    return any(
        child.dep_ == "appos" and child.i > tokens[-1].i and child.lemma_.lower() in BODIES
        for token in tokens
        for child in token.children
    )


def _described_as_person(tokens: list[Token]) -> bool:
    """A name with "a retired general" or "who" behind it, or with "The transport secretary," in front."""
    last = tokens[-1].i
    if _apposed_to_person(tokens):
        return True
    for child in (child for token in tokens for child in token.children if child.i > last):
        noun = child.lemma_.lower()
        if child.dep_ == "appos" and noun not in BODIES and (is_person_noun(noun) or is_person_word(noun)):
            # "A herder" is somebody; "the country's largest grower" may be a company.
            return is_person_noun(noun) or child.left_edge.lower_ in ("a", "an")
        if child.dep_ == "relcl" and any(t.lower_ == "who" for t in child.children):
            return True
    return False


def _apposed_to_person(tokens: list[Token]) -> bool:
    """Whether the name stands between commas behind one person's role ("its regional manager, Neville Berg, said")."""
    parse, first, last = tokens[0].doc, tokens[0].i, tokens[-1].i
    head = parse[first : last + 1].root.head
    comma = first - 1
    while comma > 0 and is_title(parse[comma].text):
        comma -= 1
    if comma < 1 or parse[comma].text != "," or last + 1 >= len(parse) or parse[last + 1].text not in (",", ".", "—"):
        return False
    role = head if head.i < comma and parse[first : last + 1].root.dep_ == "appos" else parse[comma - 1]
    return role.tag_ in ("NN", "NNP") and is_person_noun(role.lemma_) and role.lemma_.lower() not in BODIES


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


def name_key(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a name as they are compared: without case, accents, punctuation and the Arabic article."""
    words = tuple(_ARTICLE.sub("", word) for word in words if word != "al" or len(words) == 1)
    folded = (unicodedata.normalize("NFKD", word.lower()).lower() for word in words)  # "🄐" gives "(A)"
    return tuple("".join(c for c in word if c.isalnum()) or word for word in folded)
