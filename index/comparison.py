"""Two wordings compared word by word: what counts as a word, and how one wording departs from the other.

Marks do not count: quotation marks, dashes, commas, full stops, ellipses, brackets, spacing, capitals, and whether an
accented letter is written as one character or two. Words do, and with them all that changes what is said:

- letters with their accents, and an apostrophe inside a word, curly or straight ("can't" is not "cant", "its" is not
  "it's"); an apostrophe at the border of a word is a mark;
- figures, with what stands inside a number ("1.5" is not "15", "10:30" not "1030") and the minus before one; only the
  comma between thousands is a mark ("1,000" is "1000");
- every sign of currency and of reckoning: $ £ € % ‰ ° + & § and the like, < > = ~ before a number; raised figures
  and fractions. Emoji, # @ * / and bullets are marks.

A hyphen is as good as another dash or a space, so "re-open" is "re open", but neither is "reopen". Full stops inside
initials do not count ("U.S." is "US"). Figures and letters part where they meet ("5am" is "5 am").
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

APOSTROPHES = "'’‘ʼ‛`´′＇"
_ONE_APOSTROPHE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))
_NUMBER_MARKS = ".,:/"
_HYPHENS = "-‐‑‒–−﹣－"
"""What may be a minus, or join two words to one; a longer dash never does."""
_SIGNS = "&§°※‰‱%"
_TRADE_MARKS = "™℠"
_RELATIONS = "<>=~≈≤≥"
"""Signs that count before a number alone; elsewhere they rule off a text, or mark it as somebody's mail."""
_DRAWN = re.compile("[|\u2190-\u21ff∙⋅]")
"""Rules, arrows and bullets, which Unicode counts among the signs of mathematics."""

# Every character is first read as its class, so that one pattern finds the words of any script:
# L letter or accent, D figure, I invisible inside a word, A apostrophe, H hyphen, h longer dash, C currency,
# R relation, S another sign that counts, the marks that may stand inside a number as themselves, and a space for
# everything else.
_WORDS = re.compile(
    r"""
    (?P<sign>  (?<![LDISHh]) H (?=C?\.?D) )
  | (?P<number> (?: D{1,3} (?:,DDD)+ (?!D) | D+ | (?<![LDI.]) \.D+ ) (?:[.:/]D+)* )
  | (?P<initials> (?<![LDIA]) L (?:\.L)+ (?![LI]) )
  | (?P<word> L[LI]* (?:AI*L[LI]*)* )
  | (?P<symbol> [SC] | R(?=C?\.?D) )
    """,
    re.VERBOSE,
)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)")


class _Classes(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = found = _class_of(chr(code))
        return found


def _class_of(letter: str) -> str:
    if letter in _NUMBER_MARKS:
        return letter
    if letter in APOSTROPHES:
        return "A"
    if letter in _HYPHENS:
        return "H"
    category = unicodedata.category(letter)
    if category == "Pd":
        return "h"
    if category[0] in "LM" or category == "Nl":
        return "L"
    if category == "Nd":
        return "D"
    if category == "Cf":
        return "I"
    if category == "Sc":
        return "C"
    if letter in _RELATIONS:
        return "R"
    if category == "No" or letter in _SIGNS or (category == "Sm" and not _DRAWN.match(letter)):
        return "S"
    wide = unicodedata.normalize("NFKC", letter)
    if wide != letter and letter not in _TRADE_MARKS and (wide in _SIGNS or any(map(str.isalnum, wide))):
        return "S"
    return " "


_CLASSES = _Classes()


class Token(NamedTuple):
    """A word of a text at `start:end`; two words are the same when their `form` is.

    `glued`: it belongs to the word before, as in "non-violent", "5am" and "10 %"; who cuts there changes a word.
    `opens`: a sentence ends between the word before and this one.
    """

    form: str
    start: int
    end: int
    glued: bool
    opens: bool


def forms(text: str) -> list[str]:
    """The words of a text as they are compared."""
    found: list[str] = []
    for stretch in text.split():
        found += _FORMS[stretch]
    return found


class _Forms(dict[str, tuple[str, ...]]):
    """The words of each stretch of text without a space, which never hang on what stands beyond one.

    They repeat, with the marks beside them: a quotation takes 3 µs, and 26 where all of its words are new.
    """

    def __missing__(self, stretch: str) -> tuple[str, ...]:
        found = tuple(form for form, _, _ in _found(stretch))
        if len(self) >= REMEMBERED:
            self.clear()
        if len(stretch) <= LONGEST_REMEMBERED:
            self[stretch] = found
        return found


REMEMBERED = 50_000
"""Stretches, some 10 MB,"""
LONGEST_REMEMBERED = 40
"""of so many characters at most; longer ones hardly repeat."""
_FORMS = _Forms()


def tokens(text: str, offset: int = 0) -> list[Token]:
    """The words of a text with their places, `offset` added to each."""
    listed: list[Token] = []
    end = 0
    for form, start, stop in _found(text):
        gap = text[end:start]
        before = listed[-1].form if listed else None
        glued = before is not None and _glued(before, gap, form)
        listed.append(Token(form, start + offset, stop + offset, glued, any(mark in gap for mark in ".!?")))
        end = stop
    return listed


def _found(text: str) -> Iterator[tuple[str, int, int]]:
    for match in _WORDS.finditer(text.translate(_CLASSES)):
        start, end = match.span()
        form = _form(text[start:end], str(match.lastgroup))
        if form:
            yield form, start, end


def _glued(before: str, gap: str, form: str) -> bool:
    if not gap or (len(gap) == 1 and (gap in APOSTROPHES or gap in _HYPHENS)):
        return True
    if gap.strip():
        return False
    figures, money = before[-1].isdigit(), unicodedata.category(form[0]) == "Sc"
    return (figures and (form in "%‰°" or money)) or (
        form[0].isdigit() and unicodedata.category(before[0]) in ("Sc", "Sm")
    )


@functools.lru_cache(maxsize=65536)
def _form(text: str, kind: str) -> str:
    if kind == "sign":
        return "-"
    if kind == "number":
        figures = "".join(str(unicodedata.digit(one)) if one.isdigit() else one for one in text)
        return figures.replace(",", "") if _THOUSANDS.match(figures) else figures
    if kind == "symbol":
        return text if unicodedata.category(text) == "No" else unicodedata.normalize("NFKC", text).casefold()
    text = text.translate(_ONE_APOSTROPHE)  # an acute accent standing alone would come apart into a space and an accent
    if text.isascii():
        return text.lower() if kind == "word" else text.lower().replace(".", "")
    plain = "".join(one for one in text if _CLASSES[ord(one)] not in "I.")
    # Folding case may bring letters apart, and ligatures and wide letters fold only once they are plain.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold()).casefold()
    folded = folded.translate(_ONE_APOSTROPHE).strip("'")
    # Turkish: the dot of a capital, and the small letter without one, are lost by a change of case.
    return unicodedata.normalize("NFKC", folded.replace("i\u0307", "i").replace("ı", "i"))


# Alignment

MATCH, CHANGE, GAP, MISSING_ON, ADDED_ON = 100, -40, -60, -5, -25
"""Scores of a word that agrees, of one in place of another, of the first word missing or added, of each further one.

A long stretch may be left out at little cost, so that both halves of a shortened quotation stay together; a single
common word that agrees far away is not worth the gap to it. Many words added are words from elsewhere.
"""
EDGE = 3
"""Words at the border of the aligned stretch that are read as changed rather than as added."""

Ids = NDArray[np.int32]
Kind = Literal["same", "changed", "missing", "added"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of both wordings, as half-open ranges of their words; one is empty where words are missing or added.

    same: the words agree; changed: others stand in their place; missing: on record, not quoted; added: quoted, not
    on record.
    """

    kind: Kind
    quote: tuple[int, int]
    record: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a quotation departs from a record: `pieces` cover all its words and one stretch of the record, in order."""

    pieces: tuple[Piece, ...]

    @property
    def record(self) -> tuple[int, int]:
        """The words of the record that are compared."""
        return self.pieces[0].record[0], self.pieces[-1].record[1]

    @property
    def quote(self) -> tuple[int, int]:
        """The words quoted that are compared."""
        return self.pieces[0].quote[0], self.pieces[-1].quote[1]

    @property
    def same(self) -> tuple[Piece, ...]:
        """Where both agree."""
        return tuple(piece for piece in self.pieces if piece.kind == "same")

    @property
    def matched(self) -> int:
        """How many words agree."""
        return sum(piece.quote[1] - piece.quote[0] for piece in self.same)

    @property
    def similarity(self) -> float:
        """Twice the words that agree over the words of both: 1 where all agree, 0 where none does."""
        return 2 * self.matched / (self.quote[1] - self.quote[0] + self.record[1] - self.record[0])


def runs(words: Sequence[str], among: Sequence[str]) -> Iterator[int]:
    """Every place at which `words` stand one after another in `among`."""
    count, first = len(words), words[0]
    at = -1
    while True:
        try:
            at = among.index(first, at + 1)
        except ValueError:
            return
        if list(among[at : at + count]) == list(words):
            yield at


def whole_words(record: Sequence[Token], start: int, end: int) -> bool:
    """Whether the stretch `start:end` of a record cuts no word at either border."""
    return not record[start].glued and (end == len(record) or not record[end].glued)


def compare(quote: Sequence[Token], record: Sequence[Token]) -> Comparison | None:
    """The stretch of the record that is nearest to the words quoted, and where they differ; None where no word agrees.

    This is local alignment with affine gaps (Gotoh, 1982) over words, O(len(quote) · len(record)).
    """
    pairs = _aligned(quote, record)
    if not pairs:
        return None
    first, last = pairs[0], pairs[-1]
    start, end = first[1], last[1] + 1
    for _ in range(first[0] if first[0] <= EDGE else 0):
        if start and not record[start].opens:
            start -= 1
    left = len(quote) - last[0] - 1
    for _ in range(left if left <= EDGE else 0):
        if end < len(record) and not record[end].opens:
            end += 1
    while record[start].glued:
        start -= 1
    while end < len(record) and record[end].glued:
        end += 1
    return Comparison(tuple(_pieces(pairs, (0, len(quote)), (start, end))))


def _pieces(pairs: Sequence[tuple[int, int]], quote: tuple[int, int], record: tuple[int, int]) -> Iterator[Piece]:
    at, there = quote[0], record[0]
    begun: tuple[int, int] | None = None
    for one, other in [*pairs, (quote[1], record[1])]:
        if (one, other) != (at, there):
            if begun:
                yield Piece("same", (begun[0], at), (begun[1], there))
                begun = None
            kind: Kind = "added" if other == there else "missing" if one == at else "changed"
            yield Piece(kind, (at, one), (there, other))
        if begun is None:
            begun = (one, other)
        at, there = one + 1, other + 1
    if begun is not None and begun[0] < quote[1]:
        yield Piece("same", (begun[0], quote[1]), (begun[1], record[1]))


def _aligned(quote: Sequence[Token], record: Sequence[Token]) -> list[tuple[int, int]]:
    """The pairs of words that agree in the best local alignment, in order."""
    numbers: dict[str, int] = {}
    ours = np.array([numbers.setdefault(token.form, len(numbers)) for token in quote], np.int32)
    theirs = np.array([numbers.setdefault(token.form, len(numbers)) for token in record], np.int32)
    if len(ours) <= len(theirs):
        return _pairs(ours, theirs, ADDED_ON, MISSING_ON)
    # A row is worked at once, so the longer wording lies along it.
    return [(there, at) for at, there in _pairs(theirs, ours, MISSING_ON, ADDED_ON)]


def _pairs(rows: Ids, columns: Ids, down_on: int, across_on: int) -> list[tuple[int, int]]:
    best, down = _scores(rows, columns, down_on, across_on)
    at, there = (int(place) for place in np.unravel_index(int(best.argmax()), best.shape))
    pairs: list[tuple[int, int]] = []
    while best[at, there] > 0:
        agrees = rows[at - 1] == columns[there - 1]
        if best[at, there] == best[at - 1, there - 1] + (MATCH if agrees else CHANGE):
            at, there = at - 1, there - 1
            if agrees:
                pairs.append((at, there))
        elif best[at, there] == down[at, there]:
            while down[at, there] != best[at - 1, there] + GAP:
                at -= 1
            at -= 1
        else:
            back = 1
            while best[at, there] != best[at, there - back] + GAP + across_on * (back - 1):
                back += 1
            there -= back
    return pairs[::-1]


def _scores(rows: Ids, columns: Ids, down_on: int, across_on: int) -> tuple[Ids, Ids]:
    """The best score of an alignment that ends in each cell, and of one that ends there with a word of the row left.

    `down_on`, `across_on`: what each further word costs that is left over of the rows, and of the columns.
    """
    best = np.zeros((len(rows) + 1, len(columns) + 1), np.int32)
    down = np.full_like(best, -(2**30))
    ramp = -across_on * np.arange(len(columns) + 1, dtype=np.int32)
    for row, word in enumerate(rows, 1):
        down[row] = np.maximum(best[row - 1] + GAP, down[row - 1] + down_on)
        here = np.maximum(down[row], 0)
        step = np.where(columns == word, MATCH, CHANGE).astype(np.int32)
        np.maximum(here[1:], best[row - 1, :-1] + step, out=here[1:])
        # The best gap that ends before each column, for all of them at once: a running maximum.
        across = np.maximum.accumulate(here + ramp)[:-1] + GAP - ramp[:-1]
        np.maximum(here[1:], across, out=here[1:])
        best[row] = here
    return best, down
