"""Other names that an article gives somebody or something: acronyms in brackets, nicknames, "better known as"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.speakers.names import NameMention, name_key

_KNOWN_AS = re.compile(
    r"\W{0,3}(?:who (?:is|was|goes) )?(?:(?:\w+ly|better|best|also|sometimes|often) )*"
    r"(?:known|nicknamed|dubbed|aka|a\.k\.a\.|alias)(?: [a-z][a-z ]{0,30})?\W{0,3}",
    re.IGNORECASE,
)
_REAL_NAME = re.compile(
    r"\W{0,3}(?:(?:whose |his |her |their )?(?:real |legal |birth |full )?name (?:is|was)|real name|born|née)\W{0,3}",
    re.IGNORECASE,
)
_BETWEEN = 60
"""Characters between two names of one person at most."""


def find_aliases(names: Sequence[NameMention]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Key of another name → key of the name that it stands beside where the article brings it up, in order."""
    aliases: dict[tuple[str, ...], tuple[str, ...]] = {}
    for mention, following in zip(names, [*names[1:], None], strict=False):
        own = name_key(mention.words)
        if mention.nickname:
            nickname = tuple(mention.nickname.split())
            for words in (nickname, (*nickname, mention.words[-1])):
                aliases.setdefault(name_key(words), own)
        if (acronym := _acronym(mention)) is not None:
            aliases.setdefault(name_key((acronym,)), own)
        if following is not None and following.sentence is mention.sentence and _same(mention, following):
            aliases.setdefault(name_key(following.words), own)
            aliases.setdefault(name_key(following.words[-1:]), own)
    return {short: own for short, own in aliases.items() if short != own and own not in aliases}


def _acronym(mention: NameMention) -> str | None:
    """The short form in brackets behind the name of a body ("National Union of Teachers (NUT)")."""
    behind = mention.sentence.parse[mention.last + 1 : mention.last + 4]
    if len(behind) < 3 or len(mention.words) < 2 or mention.label in ("person", "group"):
        return None
    opening, short, closing = behind
    capitals = [c for c in short.text if c.isupper()]
    if opening.text != "(" or closing.text != ")" or len(capitals) < 2 or not short.text.replace("-", "").isalnum():
        return None
    initials = {word[0].upper() for word in mention.words if word[0].isalpha()}
    return short.text if capitals[0] in initials and capitals[1] in initials else None


def _same(mention: NameMention, following: NameMention) -> bool:
    parse = mention.sentence.parse
    between = parse[mention.last + 1 : following.first].text_with_ws
    if len(between) > _BETWEEN or "organisation" in (mention.label, following.label) != (
        mention.label,
        following.label,
    ):
        return False
    return _KNOWN_AS.fullmatch(between) is not None or _REAL_NAME.fullmatch(between) is not None
