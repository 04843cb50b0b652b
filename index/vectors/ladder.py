"""Which kind of index so many vectors get: one table, and the reasons.

Measured with 88,000 real vectors of 384 numbers (sentences of the news and of debates), one thread; 500
candidates wanted. 1,000,000 are mixed of real ones.

                                     bytes a vector   88,000: ms, build s   1,000,000: ms, build s
    flat, 16 bits                    768              4.4, 0.1              50, 1
    scanned, 192 numbers of 4 bits   96 + 484         0.56, 3.9             12, 13
    scanned, 96 numbers of 4 bits    48 + 484         0.36, 2.1             3.4, 6.4
    1,024 lists, a quarter probed    100 + 484                              2.8, 55 (recall .991)

A graph (HNSW) has no rung. Of a question 500 candidates are wanted, and a graph that gives so many visits more than
that: it is no faster than the scan, takes 256 bytes a vector for its edges and 20 s for 100,000 to build, and what it
finds hangs on the order in which vectors came, so that a rebuild of what is new would not answer as a full one does.
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
