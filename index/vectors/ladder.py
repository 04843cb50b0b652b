"""Which kind of index so many vectors get: one table, and the reasons.

Measured by `scripts/benchmark.py --rungs` on 54,000 real vectors of 384 numbers, sentences of the news, 300 wanted,
in one thread; for the last two columns by the bare codes over 1,000,000 vectors mixed of real ones:

                                     bytes a vector  ms    build s  best ten   1,000,000: ms, build s
    flat, 32 bits                    1544            6.5   0.3      1.0000
    scan of 192 numbers of 4 bits    96 + 772        0.9   2.6      1.0000     12, 13
    scan of 96 numbers of 4 bits     48 + 580        1.8   1.6      0.9998     3.4, 6.4
    lists of 96 numbers, half seen   66 + 580        1.6   3.8      0.9942
    lists of 192, a quarter seen                                               2.8, 55 (best ten .991)
    a graph, HNSW32 over 8 bits      656             1.9   9.2      0.9934

A graph has no rung. Of a question 300 candidates are wanted, and a graph that gives so many visits more than that: it
is no faster than a scan, is built for six times as long, takes 256 bytes a vector for its edges, loses most of what a
filter to .01 % allows, and what it finds hangs on the order in which vectors came, so that a rebuild of what is new
would not answer as a full one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rung:
    """From how many vectors on an index is of which kind.

    `bits` of a number that scores are computed from.
    `finder`: what finds candidates: every number itself ("flat"), or codes of `share` numbers of 4 bits a dimension,
    all of them looked at ("scan") or those of the nearest lists ("lists"). `fetched`: candidates looked at for each one
    wanted, the more the shorter the codes. With 300 wanted, 450 of the longer codes hold all of the best ten of 88,000
    real vectors; of a million mixed ones 900 of the shorter ones hold .993 of them, 600 .988, 450 .982.
    """

    at: int
    bits: Literal[32, 16, 12]
    finder: Literal["flat", "scan", "lists"]
    share: float = 0.0
    fetched: float = 1.0


RUNGS = (
    Rung(0, 32, "flat"),
    # What a flat search costs is to read all numbers, 1.5 ms here. From here on codes are scanned in a tenth of the
    # time, and numbers are read of the candidates alone.
    Rung(20_000, 16, "scan", 0.5, 1.5),
    # The codes of 250,000 are 24 MB: what no longer fits the caches is scanned at a third of the speed. And from here
    # on the disk counts: 872 bytes a passage in all (codes,
    # these numbers, those of the quotations alone) for 1,112.
    Rung(250_000, 12, "scan", 0.25, 3.0),
    # A scan is 10 ms here; the nearest half of the lists holds nearly all of the best ten in half the time.
    Rung(2_500_000, 12, "lists", 0.25, 3.0),
)


def rung(count: int, dimension: int, rungs: Sequence[Rung] = RUNGS) -> Rung:
    """The rung for `count` vectors; one with codes only where they divide the dimension evenly."""
    fitting = [one for one in rungs if one.at <= count and (one.finder == "flat" or dimension % 4 == 0)]
    return fitting[-1]
