"""Sentences by nltk's Punkt, with the abbreviations of news English; it needs no data file."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from index.lean import bare, without
from index.types import Span

ABBREVIATIONS = frozenset(
    """
    mr mrs ms dr prof hon rev fr sr jr st mt ft sen sens rep reps gov govs pres gen lt col maj capt cmdr adm sgt cpl pvt
    brig engr supt insp det amb atty atty.gen asst dep sec dir supt messrs mme mlle
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun
    inc corp co ltd llc plc bros assn dept univ inst no nos vol pp ed eds fig al vs v etc approx est
    i.e e.g u.s u.k u.n e.u d.c n.y l.a n.j n.h n.c s.c r.i u.s.a a.m p.m ph.d m.d b.a m.a j.d
    ala ariz ark calif colo conn del fla ga ill ind kan ky la md mass mich minn miss mo mont neb nev okla ore pa penn
    tenn tex vt va wash wis wyo r d i r-ala r-ariz r-calif r-fla r-ga r-ky r-ohio r-tenn r-tex r-utah r-wis d-calif
    d-conn d-ill d-mass d-md d-minn d-nev d-n.y d-va d-vt d-wash a b c e f g h j k l m n o p q s t u w x y z
    """.split()
)
"""Words that do not end a sentence by their full stop (without it, lower case). Stock Punkt splits after "Gen."."""


_PARAGRAPH = re.compile(r"\S[^\n]*")


@cache
def _tokenizer() -> Any:
    with without("matplotlib", "scipy", "sklearn"), bare("nltk", "nltk.tokenize"):
        from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    parameters = PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)


def sentences_of(span: Span) -> tuple[tuple[int, int], ...]:
    """The sentences of a stretch of an article of one or more paragraphs, as offsets in the article."""
    return tuple(
        (span.start + line.start() + start, span.start + line.start() + end)
        for line in _PARAGRAPH.finditer(span.text)
        for start, end in split_sentences(line.group())
    )


def split_sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of one paragraph as half-open offsets, in order, without white space at their ends.

    A stretch that begins with a small letter belongs to the sentence before ("“Why?” he asked.").
    """
    found: list[tuple[int, int]] = []
    for start, end in _tokenizer().span_tokenize(text):
        first = next((c for c in text[start:end] if c.isalpha()), "")
        if found and first.islower():
            found[-1] = (found[-1][0], end)
        elif start < end:
            found.append((start, end))
    return found
