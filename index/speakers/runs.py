"""Where names stand: runs of words in capitals with what belongs between them (particles, hyphens, nicknames)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.document import Sentence
from index.lexicon import PERSON_NOUNS, TITLES, is_retired
from index.speakers.given_names import is_given_name

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

NAMED = frozenset(("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP"))
"""What the tagger calls names."""
PARTICLES = frozenset(
    "bin bint ibn abu al el de del della di da dos das du la le van von der den ter ten ben ul ud y e st".split()
)
_OPENING_PARTICLES = frozenset("bin bint ibn al el de del della di da dos das du la le van von der den".split())
_ARABIC = frozenset("al el ad an ar as ash at az ul".split())
_NOT_NAMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december i islam christianity christian muslim jewish english french""".split()
)
_NUMBERS = frozenset(("DATE", "TIME", "MONEY", "PERCENT", "CARDINAL", "ORDINAL", "QUANTITY"))
_SYLLABLE = re.compile(
    r"(?:[bcdfghjklmnprstvwxyz]|ch|sh|zh|hs|kw|kk|tt|pp|ss|jj|ts|tz|sz|ph|th|kh|gw|hw|ng)?[wy]?[aeiouyüŏŭ]{1,3}"
    r"(?:ng|n|m|k|l|p|t|b|r|h|s|w)?",
    re.IGNORECASE,
)
"""One syllable of a Korean or Chinese given name as newspapers write it."""
_SMALL_SYLLABLES = frozenset(
    "a and as at be by de do for go hit how in is it la le let like man men new no non not of off old on or out per"
    " run set sur than the then to top too up was we who win won yet you".split()
)
"""Words behind a hyphen that look like such a syllable ("state-run")."""
_OPENING, _CLOSING = frozenset("“‘\"'(`«``"), frozenset("”’\"')»''")
_NICKNAME_WORDS = 3


def name_runs(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """First and last token of each run of names, in order."""
    parse = sentence.parse
    i = done = 0
    while i < len(parse):
        if not is_name(sentence, parse[i]):
            i += 1
            continue
        first = _opening(sentence, i, done)
        last = _over_hyphen(parse, i) or i
        while True:
            following = _next_name(sentence, last)
            if following is None:
                break
            last = following
        yield first, last
        i = done = last + 1


def is_title(word: str) -> bool:
    """Whether the word, with or without its full stop, is one before a name that is not part of it."""
    plain = word.lower().strip(".")
    return plain in TITLES or plain in PERSON_NOUNS


def is_name(sentence: Sentence, token: Token) -> bool:
    """Whether the token is a word of a name in the narration."""
    if token.i in sentence.utterances or not token.text[:1].isupper():
        return False
    if token.lower_ in _NOT_NAMES or token.ent_type_ in _NUMBERS:
        return False
    return token.tag_ in ("NNP", "NNPS") or (
        token.ent_type_ in NAMED and token.pos_ not in ("DET", "PRON", "VERB", "AUX", "ADP")
    )


def name_words(tokens: Sequence[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of the name and those of a nickname inside it; "Al-Hamad", which the tokeniser cuts, is one word."""
    words: list[str] = []
    nickname: list[str] = []
    closing = None
    glued = False
    for at, token in enumerate(tokens):
        if closing is not None and at < closing:
            nickname.append(token.text)
        elif closing == at:
            closing = None
        elif words and (end := _nickname(tokens[0].doc, token.i, tokens[-1].i)) is not None:
            closing = at + end - token.i
        elif words and (glued or token.text.startswith(("-", "‐", "‑"))) and not token.nbor(-1).whitespace_:
            words[-1] += token.text
        elif token.text != ".":
            words.append(token.text)
        glued = token.text.endswith(("-", "‐", "‑")) and not token.whitespace_
    return tuple(words), tuple(nickname)


def _opening(sentence: Sentence, first: int, done: int) -> int:
    """Where the run begins with the particles in front of it ("van der Walt", "al-Masri")."""
    parse = sentence.parse
    if first - 2 >= done and parse[first - 1].text == "-" and not parse[first - 1].whitespace_:
        return first - 2 if parse[first - 2].lower_ in _ARABIC and not parse[first - 2].whitespace_ else first
    at = first
    while at > done and parse[at - 1].text in _OPENING_PARTICLES and parse[at - 1].whitespace_:
        at -= 1
    return first if at < first and at > 0 and parse[at - 1].pos_ in ("DET", "ADJ", "NUM") else at


def _next_name(sentence: Sentence, last: int) -> int | None:
    """The next token of the run: a name, or one behind a particle ("bin"), a hyphen, a nickname, or "of" in a body."""
    parse = sentence.parse
    if last + 1 >= len(parse):
        return None
    if is_name(sentence, parse[last + 1]) and not _broken(parse, last, last + 1):
        return _over_hyphen(parse, last + 1) or last + 1
    if _is_surname(sentence, last + 1):
        return last + 1
    if is_retired(parse[last + 1 : last + 4].text) and last + 4 < len(parse) and is_name(sentence, parse[last + 4]):
        return last + 4
    step = last + 1
    if parse[step].text == "." and is_title(parse[last].text) and not parse[last].whitespace_:
        step += 1
    while step < len(parse) and step - last <= 3 and (parse[step].lower_ in PARTICLES or parse[step].text == "-"):
        step += 1
    if step > last + 1 and step < len(parse) and is_name(sentence, parse[step]) and not _broken(parse, last, step):
        return _over_hyphen(parse, step) or step
    closing = _nickname(parse, last + 1, len(parse) - 1)
    if closing is not None and parse[last].text[:1].isupper() and is_name(sentence, parse[closing + 1]):
        return closing + 1
    if parse[last].ent_type_ == "ORG" and parse[last + 1].ent_iob_ == "I" and last + 1 not in sentence.utterances:
        return None if parse[last + 1].is_bracket else last + 1
    return None


def _is_surname(sentence: Sentence, at: int) -> bool:
    """A word in a capital right behind a given name that the tagger takes for no name ("Eoin Lally said")."""
    token = sentence.parse[at]
    if at in sentence.utterances or token.lower_ in _NOT_NAMES or token.ent_type_ in _NUMBERS:
        return False
    whole = len(token.text) > 2 and token.text[0].isupper() and token.text[1:].islower()
    return whole and not sentence.parse[at - 1].is_upper and is_given_name(sentence.parse[at - 1].text)


def _over_hyphen(parse: Doc, at: int) -> int | None:
    """The end of a given name of two syllables that opens at this token ("Ji-sung"), None for another word."""
    if at + 2 >= len(parse) or parse[at + 1].text not in ("-", "‐", "‑"):
        return None
    left, right = parse[at], parse[at + 2]
    behind_a_surname = at > 0 and parse[at - 1].tag_ == "NNP" and left.ent_type_ == "PERSON"  # "Seo Yun-a"
    small = right.lower_ in _SMALL_SYLLABLES and not (behind_a_surname and right.lower_ == "a")
    if left.whitespace_ or parse[at + 1].whitespace_ or small:
        return None
    both = _SYLLABLE.fullmatch(left.text) and _SYLLABLE.fullmatch(right.text)
    return at + 2 if both and left.text[1:].islower() and right.text.islower() else None


def _nickname(parse: Doc, opening: int, last: int) -> int | None:
    """The closing mark of a nickname whose opening mark stands here, a name on both sides; None where there is none."""
    if opening < 1 or parse[opening].text not in _OPENING or parse[opening].whitespace_:
        return None
    for closing in range(opening + 2, min(opening + _NICKNAME_WORDS + 2, last)):
        if parse[closing].text in _CLOSING:
            inside = parse[opening + 1 : closing]
            words = all(t.text[:1].isupper() for t in inside) and not all(t.text.isupper() for t in inside)
            return closing if words and parse[closing].whitespace_ else None
    return None


def _broken(parse: Doc, last: int, following: int) -> bool:
    """Two names side by side that the tagger keeps apart ("Friday Obama", "Republicans Ryan")."""
    left, right = parse[last], parse[following]
    return (
        right.ent_iob_ == "B"
        and left.ent_type_ in ("NORP", "GPE", "ORG")
        and right.ent_type_ == "PERSON"
        and left.ent_type_ != right.ent_type_
        and not is_title(left.text)
    )
