"""The arithmetic of an answer: both sides' scores → one ranking; how well it bears on the question → answered."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

DENSE_SHARE = 0.68
LEXICAL_SHARE = 0.32
"""Each side's score over its maximum, weighted and added up: rank fusion throws the scores away. nDCG@10 with
all-MiniLM-L6-v2 on two collections with judgments and two made of news (reported speech to the direct speech that
follows it, headlines to the quotations below them):

                                              arguments  claims  reported  headlines
    BM25 as it is                                  .323    .852      .125       .165
    dense                                          .236    .881      .173       .205
    reciprocal rank fusion, k = 60                 .263    .884
    .7 dense + .3 BM25                             .285    .915      .184       .222
    the same, `apart`, rarer words count more      .381    .917      .186       .225

Between .65 and .8 for the dense side the mean of the four differs by less than .005; .68 is the best of these on the
project's own questions (tune.toml)."""
NEAR = 0.25
"""The dense side is divided by so much at least: where nothing comes near, nothing scores as if it did. Of the own
questions that nothing answers 21 % have a best score below .6, 10 % without, and of the others 6 and 4 %. nDCG@10 is
the same for arguments, claims and tune.toml, .7155 for .7160 for report.toml."""
ALIKE = 20
"""Best candidates whose common part is looked at."""
ALIKE_POWER = 3.0
"""How fast the common part counts less. With 1.5 arguments gain another .02, and on the one article in seeds/, all of
whose passages are about one subject, the ten questions lose .03."""
KIND_WEIGHTS = {"direct": 1.0, "mixed": 0.9, "indirect": 0.8}
"""What a blended score counts for by the kind of its quotation: who asks for words wants them verbatim first. On ten
questions on the seed article, whose answers are direct, nDCG@5 is .862 with these weights, .872 with .85 and .7, .777
without any; on the own questions (tune.toml), which grade all kinds alike, .633, .612 and .656."""
LIKELY_BONUS = np.float32(0.3)
"""What the words of somebody whom a question names less surely are raised by. Of 95 questions by role and topic over
the articles of the tests 80 have a holder of the role first without, 88 with .15, 90 with .3 and with .5."""
QUOTED_BONUS = np.float32(1.1)
"""What quotations are raised by that hold the very words which a question puts between marks: all others come after."""
DECIMALS = 6
"""Scores closer than this are equal: the same text encoded in another batch differs in the seventh decimal."""


def blend(dense: Scores, lexical: Scores) -> Scores:
    """One score per candidate, 1 at most, from its scores by both sides (lexical ones are 0 or more)."""
    return DENSE_SHARE * over_maximum(dense, NEAR) + LEXICAL_SHARE * over_maximum(lexical)


def nearest(dense: Scores, lexical: Scores) -> Ids:
    """The positions of the ALIKE best candidates by both sides, the best first."""
    return np.argsort(-np.round(blend(dense, lexical).astype(np.float64), DECIMALS), kind="stable")[:ALIKE]


def alikeness(vectors: Scores) -> float:
    """The mean cosine between two different ones of `vectors` (shape (n, d), length 1 each), 0 to 1; 0 for one."""
    count = len(vectors)
    if count < 2:
        return 0.0
    centre = vectors.mean(axis=0)
    return float(np.clip((count * (centre @ centre) - 1) / (count - 1), 0, 1))


def apart(dense: Scores, common: Scores, asked: float, alike: float) -> Scores:
    """The cosines of the candidates, with what the best of them have in common counting less.

    Where all of the best are about one subject, the words of the question that name it part none from another: what is
    left of the question after them does. `common`: inner products of the candidates with the mean vector of the
    nearest; `asked`: that of the question; `alike`: `alikeness` of the nearest, by which it is weighted. In an index of
    broad news the nearest are little alike (.2) and nothing changes; on one debated motion they are much alike (.8).
    The same idea as Rocchio's negative feedback (1971), against the centre of the candidates.
    """
    weight = alike**ALIKE_POWER
    scores: Scores = dense + np.float32(weight) * (np.float32(asked) - common)
    return scores


def raised(scores: Scores, likely: NDArray[np.bool_], bonus: np.float32 = LIKELY_BONUS) -> Scores:
    """Scores with the bonus where `likely`; 1 at most, as they were."""
    return ((scores + bonus * likely) / (1 + bonus)).astype(np.float32)


def over_maximum(scores: Scores, least: float = 0.0) -> Scores:
    """Scores divided by the largest, or by `least` where that is more; as they are where neither is above 0."""
    largest = max(float(scores.max(initial=0.0)), least)
    return scores / np.float32(largest) if largest > 0 else scores


def bounded(scores: Scores) -> Scores:
    """Scores of 1 at most as numbers above -1, in the same order: those below 0 are drawn together."""
    drawn: Scores = np.where(scores < 0, scores / (1 + np.abs(scores)), scores)
    return drawn


def order(scores: Scores, places: Ids) -> Ids:
    """The positions from the best score to the worst; the smaller place first among equals."""
    return np.lexsort((places, -np.round(scores.astype(np.float64), DECIMALS)))


def carried(terms: Sequence[str], weights: Sequence[float], passages: Sequence[Collection[str]]) -> float:
    """The share of the question's terms that its best passage carries, by weight, between 0 and 1; 0 without terms."""
    weight = dict(zip(terms, weights, strict=True))
    total = sum(weight.values())
    if total <= 0:
        return 0.0
    return max(
        (sum(value for term, value in weight.items() if term in found) / total for found in passages), default=0.0
    )


def unknown(weights: Sequence[float], frequencies: Sequence[int]) -> float:
    """The share of the question's terms, by weight, that no passage at all carries, between 0 and 1; 0 without terms.

    `frequencies`: in how many passages each term stands.
    """
    total = sum(weights)
    absent = sum(weight for weight, count in zip(weights, frequencies, strict=True) if not count)
    return absent / total if total > 0 else 0.0


def strangeness(frequencies: Sequence[float]) -> float:
    """How unlikely a passage of English has these words, in nats: 0 for none, 13 at most for one.

    `frequencies`: the share of all words that each is, above 0. The sum of what each tells (Shannon's information of
    its standing in a passage of PASSAGE words), as if words came alone.
    """
    return sum(-math.log(-math.expm1(-share * PASSAGE)) for share in frequencies)


# Does anything bear on the question? A passage is found by all that makes it understandable, its headline among it, so
# a question about the subject of an article comes near all of it. Whether the words answer shows in the cosine of the
# quotation alone: the evidence is the mean of both, the best of the first WEIGHED. Against it speak words that nothing
# on record carries. On the project's own questions (report.toml; 707 passages) the area under the curve is .776 by the
# passage and the words that it carries, .796 by the quotation alone, .812 by the mean, .833 with the unknown words.
#
# The evidence that is found rises with the number of passages, because the nearest of many strangers is nearer:
#
#   passages                             questions on record            questions on something else
#     20  (tests/index/test_answered.py) 27: lowest .149, next .171     one in ten above .14
#     20  (fact-checked claims, sampled) 3 % lie below .284             one in ten above .183, one in 20 above .216
#     58  (the article in seeds/)        24: lowest .343                4: highest .105
#    300  (claims)                       3 % .324                       one in ten .332
#    707  (own questions, tune.toml)     3 % .276, 5 % .286             half above .193, one in ten above .288
#    700  (claims)                       3 % .347                       half .277, one in ten .384
#   2000  (claims)                       3 % .415                       half .330, one in ten .442
#  10375  (claims, all)                  3 % .408                       half .394, one in four .450
#
# So the floor goes through the points below, straight in the logarithm between them. A miss costs more than a false
# alarm, since the nearest hits are shown either way.
#
# A small record tells little of what words are worth: of 58 passages "team" is in none, and so is "cricket". How common
# a word is in English tells it (`strangeness` of the words that nothing on record carries). And where all of the record
# is about one subject, what bears on that comes nearer than in a broad one. Answerable questions called unanswered, and
# others called answered, in percent; the constants were set on the first of each pair:
#
#   small records                                            before              with both
#     of 8 short articles, 39 to 72 passages (tune, report)    2.7, 42; 6.0, 41    4.3, 32; 6.5, 32
#     of 58 arguments on one motion (4 and 4 motions)          0, 20; 0, 17        0, 12; 0, 10
#     the article in seeds/ (30 and 30 of the others)          3.3, 20; 3.3, 27    3.3, 13; 3.3, 7
#     of 58 claims                                             2.3, 67             3.4, 33
#
# Somebody's own passages are few, so that their floor is low, and a subject that others speak of comes near enough.
# Where words of the question are on record, and the best of these passages carry none of them, that speaks against it.
# The own questions that name nobody, put to those who answer them and to two who speak of other things, are called
# answered in 66 and 73 % of the latter (285 of tune, 295 of report) before, 51 and 56 % with; and not answered in 0 and
# .7 % of the former (143, 150), both ways.
UNKNOWN_COUNTS = 0.1
"""How much it speaks against a question that all its words are unknown."""
OF_OTHERS = 0.05
"""How much it speaks against a question for somebody's words that only others' passages carry what it asks about."""
FLOORS = ((2, 0.03), (20, 0.11), (50, 0.2), (300, 0.25), (700, 0.27), (2_000, 0.32), (10_000, 0.38))
"""Passages that could answer → least evidence that bears on a question; beyond the last one it stays."""
SMALL = ((10, 0.0), (40, 1.0), (100, 1.0), (700, 0.0))
"""Passages on record → how much of both corrections counts: measured on 39 to 72; from 700 on the words of the record
itself tell as much. None where a filter or a name narrows what may answer."""
BROAD = SMALL[-1][0]
STRANGE_COUNTS = 0.004
"""How much a nat of unknown words speaks against a question."""
STRANGE = 12.0, 22.0, 40.0
"""Nats of unknown words: the fewest that are told apart, those of an ordinary question on a small record (two words),
and the most that count: a pasted claim of forty words has many that no record has."""
PASSAGE = 60
"""Words of a passage, as news has them in the mean."""
ALIKE_COUNTS = 0.25
"""How much it raises the floor that the nearest passages are alike."""
BROAD_ALIKE = 0.35
"""How alike the nearest of a broad record are at most, in nine questions of ten."""
ALL_CARRIED = 0.9
"""Share of the words, two at least, that bears on the question without the model."""
SOME_CARRIED = 0.1
"""The same where words are all there is, in mode lexical: the tenth percentile of 300 long questions on record."""
LOOKED_AT = 5
"""Best passages whose words are looked at."""
WEIGHED = 20
"""Best passages whose vectors are looked at; of the best 5 alone the area is .779, of 10 .788, of 20 .796."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the best passages of a question.

    `cosine`: mean of that of a passage and that of its quotation alone, of the best; None where the model was not
    asked. `among`: how many passages could answer.
    `named`: whether the question asks for the words of somebody. `terms`: its other terms, without the name and the
    word for speaking; `share`: the share of them, by weight, that the best passage carries; `unknown`: the share that
    none at all carries, `strange` their `strangeness`. `alike`: `alikeness` of the nearest, 0 where nobody asked.
    `passages`: how many are on record, 0 where it is of no account. `quoted`: whether one that could answer holds the
    very words that the question puts between marks; None where none on record does, or none are asked for.
    """

    cosine: float | None
    among: int
    named: bool
    terms: int
    share: float
    unknown: float = 0.0
    strange: float = 0.0
    alike: float = 0.0
    passages: int = 0
    quoted: bool | None = None


def bearing(evidence: Evidence) -> float:
    """By how much the evidence passes the floor: 0 or more where something on record bears on the question.

    -1 where nothing could answer, and where the very words that are asked for are on record, but not of whom or of when
    they are asked for; 1 where they are, and where somebody's words are asked for whatever they are about. Else the
    evidence less the floor that stands for it, between about -1 and 1. In mode lexical it is a share of words, and no
    measure beside that of the other modes.
    """
    if not evidence.among:
        return -1.0
    if evidence.named and not evidence.terms:
        return 1.0
    if evidence.quoted is not None:
        return 1.0 if evidence.quoted else -1.0
    if evidence.cosine is None:
        return evidence.share - SOME_CARRIED
    sizes, floors = zip(*FLOORS, strict=True)
    floor = float(np.interp(math.log(evidence.among), np.log(sizes), floors))
    margin = evidence.cosine - UNKNOWN_COUNTS * evidence.unknown - _small(evidence) - floor
    if evidence.named and not evidence.share:
        margin -= OF_OTHERS * (1 - evidence.unknown)
    return max(margin, evidence.share - ALL_CARRIED) if evidence.terms > 1 else margin


def _small(evidence: Evidence) -> float:
    """What speaks against a question to a small record, all of which may answer; negative where little does."""
    if not evidence.among == evidence.passages < BROAD:
        return 0.0
    sizes, shares = zip(*SMALL, strict=True)
    fewest, usual, most = STRANGE
    strange = STRANGE_COUNTS * (min(max(evidence.strange, fewest), most) - usual)
    alike = ALIKE_COUNTS * max(0.0, evidence.alike - BROAD_ALIKE)
    return float(np.interp(math.log(evidence.passages), np.log(sizes), shares)) * (strange + alike)
