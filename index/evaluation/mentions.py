"""When a predicted source, and a predicted name, are the right ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

MentionType = Literal["named", "nominal", "pronoun", "none"]

PRONOUNS = frozenset(
    """
    he her herself him himself his i it its itself me my our she that their them themselves these they this those us
    we which who you
    """.split()
)

TITLES = frozenset(
    """
    a an and dr former gov her his its mr mrs ms of president rep said says secretary sen the their
    """.split()
)
"""Words that say nothing of who is meant: titles, articles, offices before a name."""

REPORTING = frozenset(
    """
    according accuse accused accusing acknowledge acknowledged add added adding adds admit admitted allege alleged
    announce announced announcing answer answered argue argued argues arguing ask asked asking asks assert asserted
    asserting blast blasted boast boasted call called calling calls chant chanted charge charged cite cited citing
    claim claimed claiming claims comment commented complain complained concede conceded conclude concluded confirm
    confirmed contend contended contends continue continued criticize criticized declare declared declaring denied
    deny describe described emphasize emphasized exclaim exclaimed explain explained explaining express expressed
    hint hinted insist insisted insisting insists interview joke joked maintain maintained mention mentioned message
    note noted notes noting observe observed pledge pledged point pointed predict predicted promise promised put
    question questioned quip quipped read reads recall recalled recount recounted reiterate reiterated remark
    remarked repeat repeated replied reply report reported reporting reports respond responded responding reveal
    revealed said say saying says shout shouted slam slammed speak spoke state stated statement states stating
    stress stressed suggest suggested suggesting suggests talk talked tell telling tells testified testify told
    tweet tweeted tweeting tweets urge urged vow vowed warn warned warning warns write writes writing written wrote
    """.split()
)
"""Words that report speech, as they are written; a reported quotation with one of them in its cue is speech."""

_SMALL_WORDS = PRONOUNS | TITLES | {"one", "some", "many", "other", "another", "both", "but"}
_WORD = re.compile(r"\w[\w'’.\-]*")
_POSSESSIVE = re.compile(r"['’]s$")


def words(mention: str | None) -> list[str]:
    """Words of a mention as written, without a possessive ending."""
    return [_POSSESSIVE.sub("", word) for word in _WORD.findall(mention or "")]


def plain(mention: str | None) -> list[str]:
    """Words of a mention in small letters, titles and articles left out."""
    lowered = (word.lower().strip(".") for word in words(mention))
    return [word for word in lowered if word not in TITLES]


def mention_right(
    gold: str,
    gold_head: str | None,
    gold_spans: Sequence[tuple[int, int]],
    predicted: str | None,
    predicted_span: tuple[int, int] | None,
) -> bool:
    """Whether a predicted mention names the gold source.

    It does when its words are the same, when it holds the head of the gold mention or a capitalised word of it
    (three letters or more), or when the two share a character of the article.
    """
    if plain(predicted) and plain(predicted) == plain(gold):
        return True
    theirs = words(predicted)
    head = _POSSESSIVE.sub("", (gold_head or "").lower())
    if head and head in {word.lower() for word in theirs}:
        return True
    capitals = {word for word in words(gold) if word[0].isupper() and len(word) > 2 and word.lower() not in TITLES}
    if not capitals.isdisjoint(theirs):
        return True
    if predicted_span is None:
        return False
    first, last = predicted_span
    return any(first < end and last > start for start, end in gold_spans)


def name_right(gold: str, predicted: str | None) -> bool:
    """Whether a predicted name is the gold full name, titles apart: all its words, or two or more and none besides."""
    expected, given = plain(gold), plain(predicted)
    if not given:
        return False
    return expected == given or set(expected) <= set(given) or (len(given) >= 2 and set(given) <= set(expected))


def mention_type(mention: str | None) -> MentionType:
    """How a mention names its speaker: by pronoun, by a name (a capital that is no title's), else by description."""
    found = re.findall(r"[A-Za-z][\w'’.-]*", mention or "")
    if not found:
        return "none"
    if all(word.lower() in PRONOUNS for word in found):
        return "pronoun"
    named = any(word[0].isupper() and word.lower() not in _SMALL_WORDS for word in found)
    return "named" if named else "nominal"


def reports_speech(cue: str | None) -> bool:
    """Whether a cue holds a word that reports speech, rather than belief or stance."""
    return not REPORTING.isdisjoint(re.findall(r"[a-z]+", (cue or "").lower()))
