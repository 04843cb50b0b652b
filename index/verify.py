"""Is this on record? A pasted quotation against the words of every quotation: verbatim, altered, or not found.

First the words as they stand, one after another, in any quotation of the corpus; then, where nothing holds them so, the
quotations that share the most with them, aligned word by word. What no single quotation explains is looked for in
others, so that two true halves joined are told from one altered quotation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.comparison import Comparison, Kind, Piece, Token, compare, runs, tokens, whole_words
from index.errors import QueryError
from index.queries import check_text
from index.store import Store
from index.types import Hit, Span
from index.wording import WordingIndex

Verdict = Literal["verbatim", "altered", "misattributed", "not_found"]
"""verbatim: every word is on record, in this order; altered: near to what is on record, some words differ;
misattributed: verbatim, but somebody else said it; not_found: nothing on record comes near."""

MAX_QUOTE = 5000
"""Characters of a quotation that is verified."""
LISTED = 20
"""Matches in an answer; `total` counts all."""
READ = 200
"""Quotations with the very words that are read; where more have them, as with "yes", the rest are counted only."""
NEAR = 0.1
"""Altered matches are listed down to this much similarity below the best one."""

RARE = 24
"""Words of a quotation that look for candidates, the most telling first."""
PAIRS = 12
"""Pairs of neighbouring words that do: a quotation of common words is known by them alone."""
CANDIDATES = 40
ALIGNED = 8
"""Candidates that are aligned word by word: those with the longest common subsequence."""

SHORTEST = 3
"""Words that must agree before a quotation is called altered, and words of a part that is looked for by itself."""
SIMILAR = 0.6
"""Similarity from which a quotation is an altered one. Measured: `python scripts/evaluate.py verify`."""
CLOSE = 0.75
"""Similarity from which common words are enough."""
RUN = 8
"""Words in a row that agree and show by themselves that this is on record, whatever stands beside them."""
COVERED = 0.6
"""Share of the words that the parts of a stitched quotation must explain together."""
LENGTH = 25
"""Words of a quotation in the mean, roughly; with the size of the corpus it tells how much agreement may be chance."""

Rows = NDArray[np.int64]
_LINE_END = re.compile(r"[-‐\u00ad][^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of both wordings, verbatim.

    `quoted` is `quote[start:end]`; `recorded` the words on record, the pieces of a split quotation joined by a space,
    and `spans` where these stand in the article. Of words missing or added one side is empty.
    """

    kind: Kind
    quoted: str
    start: int
    end: int
    recorded: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A quotation on record that holds the words pasted, or comes near to them.

    `quote[start:end]` is what it is compared with: everything, or one part of a stitched quotation. `stretches` cover
    that and `spans`, the part of the article that is compared. `similarity`: 0 to 1, 1 where no word differs.
    `whole`: the whole quotation is compared, not a part of it. `speaker_agrees`: None where nobody was asked for, or
    where the article does not name who said it.
    """

    hit: Hit
    similarity: float
    whole: bool
    speaker_agrees: bool | None
    start: int
    end: int
    stretches: tuple[Stretch, ...]

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where the words compared stand in the article, a pair of offsets for each piece of the quotation."""
        joined: list[tuple[int, int]] = []
        pieces = self.hit.passage.attribution.quotation.spans
        places = [place for stretch in self.stretches for place in stretch.spans]
        for piece in pieces:
            within = [place for place in places if piece.start <= place[0] and place[1] <= piece.end]
            if within:
                joined.append((within[0][0], within[-1][1]))
        return tuple(joined)

    @property
    def differences(self) -> tuple[Stretch, ...]:
        """The stretches in which the two wordings differ."""
        return tuple(stretch for stretch in self.stretches if stretch.kind != "same")


@dataclass(frozen=True, slots=True)
class Verification:
    """What is on record of a pasted quotation.

    `stitched`: true parts from different quotations, or from one in another order, are joined; the matches are then
    its parts, in the order of the paste. `asked`: the ids of the speaker asked for, None where none was. `total`:
    quotations that hold the words, or come near; `matches` are the first of them, copies in other articles folded.
    """

    quote: str
    verdict: Verdict
    stitched: bool
    asked: tuple[str, ...] | None
    total: int
    took_ms: float
    generation: str
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Verdict, whether stitched, how many quotations, and the first of them."""

    verdict: Verdict
    stitched: bool = False
    total: int = 0
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class _Record:
    row: int
    spans: tuple[Span, ...]
    words: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of the words pasted, explained by one record; ranges of `comparison` count from the first word."""

    record: _Record
    comparison: Comparison


def check_quote(quote: object) -> str:
    """Give the quotation back when it can be verified.

    Raises:
        QueryError: not text, blank, longer than 5000 characters, not readable, or without a letter.
    """
    text = check_text(quote, "quote", MAX_QUOTE)
    if not any(map(str.isalpha, text)):
        raise QueryError("quote holds no letters; paste the words that were said", "quote")
    return text


class Verifier:
    """Looks pasted words up in one generation. Thread safe."""

    def __init__(self, store: Store, wording: WordingIndex) -> None:
        self._store = store
        self._wording = wording

    def find(self, quote: str, asked: Collection[str] | None, theirs: Rows | None) -> Finding:
        """What is on record of `quote`, which `check_quote` let pass.

        `asked` are the ids of the speaker asked for and `theirs` the rows of what is on record of that speaker;
        both None where nobody was asked for.
        """
        looking = _Looking(self._store, self._wording, quote, asked, theirs)
        plain = tokens(quote)
        if not plain:
            return Finding("not_found")
        mended = _mended(quote, plain, self._wording)
        for words in [plain] if mended == plain else [plain, mended]:
            total, parts = looking.verbatim(words)
            if parts:
                return looking.verdict(words, total, parts)
        return looking.altered(mended)


def _mended(quote: str, words: Sequence[Token], wording: WordingIndex) -> list[Token]:
    """The words, those that a line end cut in two joined where the corpus knows them as one."""
    joined: list[Token] = []
    for word in words:
        before = joined[-1] if joined else None
        if before and _LINE_END.fullmatch(quote, before.end, word.start) and wording.knows(before.form + word.form):
            joined[-1] = before._replace(form=before.form + word.form, end=word.end)
        else:
            joined.append(word)
    return joined


class _Looking:
    """One quotation being looked for."""

    def __init__(
        self, store: Store, wording: WordingIndex, quote: str, asked: Collection[str] | None, theirs: Rows | None
    ) -> None:
        self._store = store
        self._wording = wording
        self._quote = quote
        self._asked = asked
        self._theirs = theirs
        self._records: dict[int, _Record] = {}
        self._weights: dict[str, float] = {}
        # Words of this weight together stand somewhere in the corpus by chance about once.
        self._chance = math.log(len(wording) * LENGTH + 1)

    # Verbatim

    def verbatim(self, words: Sequence[Token]) -> tuple[int, list[_Part]]:
        """How many quotations hold these very words one after another, and the first of them."""
        forms = [word.form for word in words]
        rows, counts = self._wording.phrase(forms)
        others = np.zeros(len(rows), bool) if self._theirs is None else ~np.isin(rows, self._theirs)
        first = np.lexsort((self._store.places(rows), counts != len(forms), others))[:READ]
        parts = []
        for record in self._read(rows[first].tolist()):
            for start in runs(forms, [word.form for word in record.words]):
                if whole_words(record.words, start, start + len(forms)):
                    same = Piece("same", (0, len(forms)), (start, start + len(forms)))
                    parts.append(_Part(record, Comparison((same,))))
                    break
        return len(parts) if len(rows) <= READ else len(rows), parts

    def verdict(self, words: Sequence[Token], total: int, parts: Sequence[_Part]) -> Finding:
        """Verbatim or, where somebody was asked for and only others are named with these words, misattributed."""
        matches = self._folded(self._matches(words, parts))
        matches.sort(key=_first_said)
        if self._asked is not None and any(match.speaker_agrees is False for match in matches):
            if not any(match.speaker_agrees for match in matches):
                near = self._matches(words, self._accepted(words, self._nearest(words, self._theirs)))
                own = [match for match in near if match.speaker_agrees]
                return Finding("misattributed", total=total, matches=tuple(matches[: LISTED - 1] + own[:1]))
        return Finding("verbatim", total=total, matches=tuple(matches[:LISTED]))

    # Altered

    def altered(self, words: Sequence[Token]) -> Finding:
        """Altered, by what one quotation or several explain of it; else not found."""
        parts = self._merged(self._cover(words, 0, None))
        if len({part.record.row for part in parts}) > 1 or len(parts) > 1:
            if sum(part.comparison.matched for part in parts) >= COVERED * len(words):
                matches = self._matches(words, _spread(parts, len(words)))
                return Finding("altered", stitched=True, total=len(matches), matches=tuple(matches[:LISTED]))
        near = self._nearest(words, None)
        if self._theirs is not None:
            near += self._nearest(words, self._theirs)
        if len(parts) == 1:
            near += _spread(parts, len(words))
        matches = self._folded(self._matches(words, self._accepted(words, near)))
        matches.sort(key=lambda match: (-round(match.similarity, 3), _first_said(match)))
        matches = [match for match in matches if match.similarity >= matches[0].similarity - NEAR]
        if not matches:
            return Finding("not_found")
        return Finding("altered", total=len(matches), matches=tuple(matches[:LISTED]))

    def _accepted(self, words: Sequence[Token], near: Iterable[_Part]) -> list[_Part]:
        """Those that come so near that it cannot be chance; one a record, the nearest."""
        best: dict[int, _Part] = {}
        for part in near:
            row = part.record.row
            if self._is_near(words, part) and (
                row not in best or part.comparison.similarity > best[row].comparison.similarity
            ):
                best[row] = part
        return list(best.values())

    def _is_near(self, words: Sequence[Token], part: _Part) -> bool:
        comparison = part.comparison
        matched, telling = comparison.matched, self._telling(words, comparison)
        longest = max(comparison.same, key=lambda piece: piece.quote[1] - piece.quote[0])
        if longest.quote[1] - longest.quote[0] >= RUN:
            if self._telling(words, Comparison((longest,))) >= 1.5 * self._chance:
                return True
        whole = comparison.record == (0, len(part.record.words))
        if matched < SHORTEST:
            return matched == SHORTEST - 1 and whole and len(words) >= SHORTEST and comparison.similarity >= SIMILAR
        return comparison.similarity >= CLOSE or (comparison.similarity >= SIMILAR and telling >= self._chance)

    def _cover(self, words: Sequence[Token], offset: int, parent: _Record | None) -> list[_Part]:
        """The parts of the words that are on record, from the first to the last; `offset` words stand before them."""
        if len(words) < SHORTEST:
            return []
        near = self._nearest(words, None)
        if parent is not None:
            again = compare(words, parent.words)
            near += [_Part(parent, again)] if again else []
        cores = [_Part(part.record, core) for part in near if (core := _core(part.comparison))]
        cores = [core for core in cores if self._is_part(words, core)]
        if not cores:
            return []
        best = max(cores, key=lambda core: (core.comparison.matched, core.record is parent, core.comparison.similarity))
        pieces: list[Piece] = []
        found: list[_Part] = []
        first, last = best.comparison.quote
        found += self._cover(words[:first], offset, best.record)
        for piece in best.comparison.pieces:
            inner = self._cover(words[slice(*piece.quote)], offset + piece.quote[0], best.record) if (
                piece.kind in ("added", "changed") and piece.quote[1] - piece.quote[0] > SHORTEST
            ) else []
            if inner:
                found += [_shifted(_Part(best.record, Comparison(tuple(pieces))), offset)] if pieces else []
                found += inner
                pieces = []
            else:
                pieces.append(piece)
        found += [_shifted(_Part(best.record, Comparison(tuple(pieces))), offset)] if pieces else []
        return found + self._cover(words[last:], offset + last, best.record)

    def _is_part(self, words: Sequence[Token], part: _Part) -> bool:
        """Whether a stretch is on record for itself: not by chance, and hardly changed."""
        comparison = part.comparison
        return (
            comparison.matched >= SHORTEST
            and comparison.similarity >= CLOSE
            and self._telling(words, comparison) >= self._chance
        )

    def _merged(self, parts: Sequence[_Part]) -> list[_Part]:
        """Neighbouring parts of one record in its own order made one: words are missing or added between them."""
        merged: list[_Part] = []
        for part in parts:
            before = merged[-1] if merged else None
            if (
                before
                and before.record.row == part.record.row
                and before.comparison.record[1] <= part.comparison.record[0]
            ):
                gap = _between(before.comparison, part.comparison)
                joined = Comparison((*before.comparison.pieces, *gap, *part.comparison.pieces))
                merged[-1] = replace(before, comparison=joined)
            else:
                merged.append(part)
        return merged

    # Candidates

    def _nearest(self, words: Sequence[Token], among: Rows | None) -> list[_Part]:
        """The quotations that share the most with these words, each with its alignment."""
        from rapidfuzz.distance import LCSseq

        forms = [word.form for word in words]
        weights = {form: self._weight(form) for form in forms}
        rare = sorted(weights, key=lambda form: -weights[form])[:RARE]
        pairs = {pair: weights[pair[0]] + weights[pair[1]] for pair in zip(forms, forms[1:], strict=False)}
        looked_for = {(form,): weights[form] for form in rare}
        looked_for |= {pair: pairs[pair] for pair in sorted(pairs, key=lambda pair: -pairs[pair])[:PAIRS]}
        records = list(self._read(self._wording.sharing(looked_for, CANDIDATES, among)))
        shared = {
            record.row: LCSseq.similarity(forms, [word.form for word in record.words]) for record in records
        }
        records.sort(key=lambda record: -shared[record.row])
        compared = ((record, compare(words, record.words)) for record in records[:ALIGNED])
        return [_Part(record, comparison) for record, comparison in compared if comparison is not None]

    def _weight(self, form: str) -> float:
        if form not in self._weights:
            self._weights[form] = self._wording.weight(form)
        return self._weights[form]

    def _telling(self, words: Sequence[Token], comparison: Comparison) -> float:
        """The weight of all words that agree."""
        return sum(self._weight(word.form) for piece in comparison.same for word in words[slice(*piece.quote)])

    def _read(self, rows: Sequence[int]) -> Iterator[_Record]:
        missing = [row for row in rows if row not in self._records]
        for row, spans in self._store.spans(missing).items():
            words = tuple(word for span in spans for word in tokens(span.text, span.start))
            self._records[row] = _Record(row, spans, words)
        return (self._records[row] for row in rows if self._records[row].words)

    # Matches

    def _matches(self, words: Sequence[Token], parts: Sequence[_Part]) -> list[Match]:
        found = self._store.passages([part.record.row for part in parts])
        matches = []
        for rank, (part, (passage, article, also_in)) in enumerate(zip(parts, found, strict=True), 1):
            speaker = passage.attribution.speaker
            agrees = None
            if self._asked is not None and speaker is not None:
                agrees = speaker.id in self._asked
                if not agrees and speaker.kind == "unnamed":  # "a senior official" may be anybody
                    agrees = None
            comparison = part.comparison
            stretches = tuple(self._stretch(piece, words, part.record) for piece in comparison.pieces)
            matches.append(
                Match(
                    hit=Hit(rank, None, passage, article, also_in),
                    similarity=comparison.similarity,
                    whole=comparison.record == (0, len(part.record.words)),
                    speaker_agrees=agrees,
                    start=stretches[0].start,
                    end=stretches[-1].end,
                    stretches=stretches,
                )
            )
        return matches

    def _stretch(self, piece: Piece, words: Sequence[Token], record: _Record) -> Stretch:
        first, last = piece.quote
        if first < last:
            start, end = words[first].start, words[last - 1].end
        else:
            start = end = words[first - 1].end if first else 0
        said = record.words[slice(*piece.record)]
        places, recorded = [], []
        for span in record.spans:
            inside = [word for word in said if span.start <= word.start and word.end <= span.end]
            if inside:
                places.append((inside[0].start, inside[-1].end))
                recorded.append(span.text[inside[0].start - span.start : inside[-1].end - span.start])
        return Stretch(piece.kind, self._quote[start:end], start, end, " ".join(recorded), tuple(places))

    def _folded(self, matches: Sequence[Match]) -> list[Match]:
        """One match for the copies of one quotation in several articles, the earliest."""
        kept: dict[object, Match] = {}
        for match in sorted(matches, key=_first_said):
            attribution = match.hit.passage.attribution
            speaker = attribution.speaker
            words = " ".join(word.form for word in tokens(attribution.quotation.text))
            kept.setdefault((speaker.id, words) if speaker else attribution.quotation.id, match)
        return list(kept.values())


def _first_said(match: Match) -> tuple[object, ...]:
    """By the speaker asked for, whole, word for word, and early: the smaller the better."""
    attribution, article = match.hit.passage.attribution, match.hit.article
    kinds = ("direct", "mixed", "indirect")
    return (
        match.speaker_agrees is not True,
        not match.whole,
        kinds.index(attribution.quotation.kind),
        article.date is None,
        article.date.isoformat() if article.date else "",
        article.id,
        attribution.quotation.start,
    )


def _core(comparison: Comparison) -> Comparison | None:
    """From the first word that agrees to the last one."""
    places = [place for place, piece in enumerate(comparison.pieces) if piece.kind == "same"]
    return Comparison(comparison.pieces[places[0] : places[-1] + 1]) if places else None


def _shifted(part: _Part, offset: int) -> _Part:
    pieces = (
        replace(piece, quote=(piece.quote[0] + offset, piece.quote[1] + offset)) for piece in part.comparison.pieces
    )
    return replace(part, comparison=Comparison(tuple(pieces)))


def _between(before: Comparison, after: Comparison) -> tuple[Piece, ...]:
    quote, record = (before.quote[1], after.quote[0]), (before.record[1], after.record[0])
    added, missing = quote[0] < quote[1], record[0] < record[1]
    if not added and not missing:
        return ()
    kind: Kind = "changed" if added and missing else "added" if added else "missing"
    return (Piece(kind, quote, record),)


def _spread(parts: Sequence[_Part], count: int) -> list[_Part]:
    """The parts with the words that none of them explains, each added to the part before it, the first to the first."""
    spread = []
    for place, part in enumerate(parts):
        pieces = list(part.comparison.pieces)
        first, last = part.comparison.quote
        after = parts[place + 1].comparison.quote[0] if place + 1 < len(parts) else count
        if place == 0 and first:
            pieces.insert(0, Piece("added", (0, first), (pieces[0].record[0],) * 2))
        if last < after:
            pieces.append(Piece("added", (last, after), (pieces[-1].record[1],) * 2))
        spread.append(replace(part, comparison=Comparison(tuple(pieces))))
    return spread
