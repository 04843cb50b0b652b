"""The words of a store in the making, listed while others write on in it.

Quotations that are as they were are read from the store before, which nobody writes; what is new is at hand.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import orjson
from numpy.typing import NDArray

from index.database import in_parts
from index.generation import Generation
from index.lexical import LexicalIndex
from index.relisted import Kept
from index.types import Span
from index.wording import WordingIndex

Ids = NDArray[np.int64]

TOGETHER = 10_000
"""Texts that are read together."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Quotations 1 to `count` of a store in the making.

    `before`: the store before. `kept`: rows that are as they were: the first, the first before, how many; rising.
    `new`: of every other row, rising, the text that is searched and the content as it is stored.
    """

    before: Path
    kept: Kept
    count: int
    new: Sequence[tuple[int, str, str]]

    @classmethod
    def of(cls, store: Path, before: Path, kept: Kept) -> Carried:
        """Those of a store to which nobody writes now."""
        new: list[tuple[int, str, str]] = []
        done = 0
        with _reading(store) as db:
            (count,) = db.execute("SELECT count(*) FROM quotation").fetchone()
            for first, _, number in [*kept, (count + 1, 0, 0)]:
                new += db.execute(
                    "SELECT row, search_text, spans FROM quotation WHERE row BETWEEN ? AND ? ORDER BY row",
                    (done + 1, first - 1),
                )
                done = first + number - 1
        return cls(before, tuple(kept), count, new)

    def texts(self, rows: Ids) -> Iterator[tuple[int, str]]:
        """Row and text for the words of these quotations, rising."""
        new = {row: text for row, text, _ in self.new}
        firsts = np.array([first for first, _, _ in self.kept], np.int64)
        moved = np.array([old - first for first, old, _ in self.kept], np.int64)
        with _reading(self.before) as db:
            for start in range(0, len(rows), TOGETHER):
                part = rows[start : start + TOGETHER]
                kept = part[~np.isin(part, list(new))]
                old = kept + moved[np.searchsorted(firsts, kept, side="right") - 1]
                found = dict(in_parts(db, "SELECT row, search_text FROM quotation WHERE row IN", old.tolist()))
                texts = {**new, **{row: found[was] for row, was in zip(kept.tolist(), old.tolist(), strict=True)}}
                yield from ((row, texts[row]) for row in part.tolist())

    def contents(self) -> Iterator[tuple[int, tuple[Span, ...]]]:
        """Row and content of every quotation, rising."""
        new = iter(self.new)
        done = 0
        with _reading(self.before) as db:
            for first, old, count in [*self.kept, (self.count + 1, 0, 0)]:
                for _ in range(done + 1, first):
                    row, _, spans = next(new)
                    yield row, _content(spans)
                for row, spans in db.execute(
                    "SELECT row, spans FROM quotation WHERE row BETWEEN ? AND ? ORDER BY row", (old, old + count - 1)
                ):
                    yield row - old + first, _content(spans)
                done = first + count - 1


def list_words(carried: Carried, generation: Generation, lexical: Path | None) -> int:
    """Write the words of passages and quotations into a generation; gives how many (OSError: it cannot be).

    `lexical`: the folder of the words of the passages before; None where they are to be cut anew.
    """
    for folder in (generation.lexical, generation.wording):
        shutil.rmtree(folder, ignore_errors=True)  # of a process that was at this and died
    rows = np.arange(1, carried.count + 1)
    if lexical is None:
        LexicalIndex.build(generation.lexical, carried.texts(rows))
    else:
        LexicalIndex.build_again(generation.lexical, lexical, carried.kept, rows, carried.texts)
    WordingIndex.build(generation.wording, carried.contents())
    return carried.count


@contextlib.contextmanager
def _reading(store: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        yield db


def _content(spans: str) -> tuple[Span, ...]:
    return tuple(Span(*span) for span in orjson.loads(spans))
