"""The parts that explain a paste, each a stretch of it and of one record: trimmed, joined, spread over all of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.candidates import Part
from index.comparison import Comparison, Kind, Piece


def core(part: Part) -> Part:
    """From the first word that agrees to the last one, no word of the record cut."""
    pieces, words = part.comparison.pieces, part.record.words
    places = [place for place, piece in enumerate(pieces) if piece.kind == "same"]
    first, last = places[0], places[-1]
    first -= words[pieces[first].record[0]].glued
    end = pieces[last].record[1]
    last += end < len(words) and words[end].glued
    return replace(part, comparison=Comparison(pieces[first : last + 1]))


def merged(parts: Sequence[Part]) -> list[Part]:
    """Neighbouring parts of one record in its own order made one: words are missing or added between them."""
    merged: list[Part] = []
    for part in parts:
        before = merged[-1] if merged else None
        if before and before.record.row == part.record.row and before.comparison.record[1] <= part.comparison.record[0]:
            gap = _between(before.comparison, part.comparison)
            joined = Comparison((*before.comparison.pieces, *gap, *part.comparison.pieces))
            merged[-1] = replace(before, comparison=joined)
        else:
            merged.append(part)
    return merged


def shifted(part: Part, offset: int) -> Part:
    """The part with `offset` words of the paste before it."""
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


def spread(parts: Sequence[Part], count: int) -> list[Part]:
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


def cut(part: Part, borders: Sequence[int]) -> Part:
    """No piece of it reaching over one of `borders`, numbers of words of the paste, so that each reads as it stands."""
    pieces: list[Piece] = []
    for piece in part.comparison.pieces:
        (start, end), (first, last) = piece.quote, piece.record
        for border in borders:
            if start < border < end:
                there = min(first + border - start, last)
                pieces.append(_piece(piece.kind, (start, border), (first, there)))
                start, first = border, there
        pieces.append(_piece(piece.kind, (start, end), (first, last)))
    return replace(part, comparison=Comparison(tuple(pieces)))


def _piece(kind: Kind, quote: tuple[int, int], record: tuple[int, int]) -> Piece:
    return Piece("added" if kind == "changed" and record[0] == record[1] else kind, quote, record)
