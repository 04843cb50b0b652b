"""Misspelt words of a question that are no names: "which analist doubts the air stirkes" → analyst, strikes.

A word is put right that neither the record nor English knows, where one letter makes it a word of questions, the noun
of a role on record, or a word that passages carry. The first letter counts as right: it is seldom wrong (Pollock and
Zamora, 1984: 8 % of misspellings), and what differs in it is mostly another word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from string import ascii_lowercase

from index.queries import folded
from index.questions.dates import NAMED as DAYS
from index.questions.dates import WORDS as DATES
from index.questions.lists import is_common, is_personal_name
from index.questions.names import Correction, Count, Names, Unit
from index.questions.patterns import FORMS, asked
from index.questions.roles import Roles, is_role, singular
from index.questions.words import FIRST_WORDS, Token, capitals_tell, quoted

SHORTEST = 5
"""Letters of a word that is put right; of those that questions are made of, one less."""
LONG = 6
"""Letters of one that may stand for what is no common word: a place, a term of the trade."""
MOST = 4
"""Words of a question that are put right at most."""

_FUNCTION = frozenset(
    (
        *(word for word in (*FORMS, *FIRST_WORDS) if len(word) > 3),
        *DATES,
        *"that their them they there these this those your which because should whether while without".split(),
    )
)
"""What questions are made of, whatever they are about."""
_CONFUSED = {"minster": "minister", "minsters": "ministers", "principle": "principal", "premiere": "premier"}
"""Words of English that stand for a role of nearly the same letters where a word of that role is in front of them."""
_OPENING = frozenset("the a an any some which what these those all every each his her their its".split())
_STOPS = frozenset(".?!:;")

Written = Callable[[Sequence[str]], Sequence[str]]
"""Those of the words that passages carry, as one of these writes them, those that most carry first."""


def respelt(
    question: str,
    tokens: Sequence[Token],
    units: Sequence[Unit],
    names: Names,
    roles: Roles,
    count: Count,
    written: Written,
) -> list[Correction]:
    """The words that are put right, in order; none that is part of a name, of which `units` has one mark each.

    None of a word with a capital in mid-sentence, unless what it stands for is written with one; none in a question of
    which most words are unknown, and not all can be put right: it is in another language. None between quotation marks:
    these are asked for as they stand.
    """
    words = [unit.first for unit in units if len(unit.word) > 2 and unit.word.isalpha()]
    meant = quoted(question)
    words = [at for at in words if not any(start <= tokens[at].start < end for start, end in meant)]
    found = [Correction(at, _CONFUSED[tokens[at].word]) for at in words if _is_confused(tokens, at, roles)]
    known = [one.at for one in found]
    unknown = [at for at in words if at not in known and not _known(tokens[at].word, names, count)]
    if not unknown:
        return found
    telling = capitals_tell(tokens) and question != question.upper()
    for at in unknown[: MOST + 1]:
        token = tokens[at]
        if len(token.word) < SHORTEST - 1 or not token.word.isascii() or question[max(token.start - 1, 0)] in "@#":
            continue
        proper = telling and token.capital and at > 0 and tokens[at - 1].word not in _STOPS
        if telling and token.raw.isupper():
            continue
        right = _proper(token.word, written) if proper else _right(tokens, at, roles, count, written)
        if right is not None:
            found.append(Correction(at, _as_written(token, right)))
    foreign = len(unknown) * 2 > len(words) and len(found) < len(unknown) + len(known)
    return [] if foreign or len(unknown) > MOST else sorted(found, key=lambda one: one.at)


def _known(word: str, names: Names, count: Count) -> bool:
    # In the order of what it costs: .4 µs the first, 2 the third.
    return is_common(word) or word in _FUNCTION or count(word) > 0 or word in names or is_personal_name(word)


def _is_confused(tokens: Sequence[Token], at: int, roles: Roles) -> bool:
    """Whether a word is a role in wrong letters: "the defence minster", where there is a defence minister."""
    right = _CONFUSED.get(tokens[at].word)
    if right is None or not at or is_role(tokens[at].word, roles) or not is_role(right, roles):
        return False
    return roles.tells(singular(right), singular(tokens[at - 1].word))


def _right(tokens: Sequence[Token], at: int, roles: Roles, count: Count, written: Written) -> str | None:
    word = tokens[at].word
    common = _common_near(word)
    swapped = [one for one in common if sorted(one) == sorted(word)]
    for some in (swapped, common):
        if function := [one for one in some if one in _FUNCTION]:
            return max(function, key=lambda one: -FORMS.index(one) if one in FORMS else -len(FORMS))
        if len(word) >= SHORTEST and (held := [one for one in some if is_role(one, roles)]):
            return max(held, key=count)
        if len(word) < SHORTEST or _is_asked_for_words(tokens, at):
            continue
        if (best := max(some, key=count, default=None)) and count(best):
            return best
    if len(word) < LONG or _is_asked_for_words(tokens, at):
        return None
    return next(iter(_near(word, written)), None)


def _proper(word: str, written: Written) -> str | None:
    """What a word with a capital stands for: what passages write with one, too."""
    if len(word) < LONG:
        return None
    named = [one.capitalize() for one in _one_away(word) if one in DAYS]
    return next(iter(named or [one for one in _near(word, written) if one[:1].isupper()]), None)


@lru_cache(maxsize=1024)
def _common_near(word: str) -> tuple[str, ...]:
    """The common words that are one letter away, the likeliest first: .5 ms, of 400 strings."""
    return tuple(one for one in _one_away(word) if is_common(one) or one in _FUNCTION)


def _as_written(token: Token, right: str) -> str:
    """With a capital where the word has one."""
    return right.upper() if token.raw.isupper() else right.capitalize() if token.capital and right.islower() else right


def _near(word: str, written: Written) -> list[str]:
    near = set(_one_away(word))
    return [one for one in written(sorted(near)) if folded(one) in near]


def _is_asked_for_words(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words of somebody of this name are asked for, whom the record does not know."""
    if at and tokens[at - 1].word in _OPENING:
        return False
    text = " ".join("@0" if place == at else token.word for place, token in enumerate(tokens))
    return bool(asked(text))


def _one_away(word: str) -> Iterable[str]:
    """All strings that one letter makes of a word, but for its first: swapped, put in, left out or replaced.

    What is likelier comes first: a letter that was left out is the commonest fault (34 % in Pollock and Zamora).
    """
    cuts = [(word[:at], word[at:]) for at in range(1, len(word) + 1)]
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1)
    yield from (head + letter + tail for head, tail in cuts for letter in ascii_lowercase)
    yield from (head + tail[1:] for head, tail in cuts if tail)
    yield from (head + letter + tail[1:] for head, tail in cuts if tail for letter in ascii_lowercase)
