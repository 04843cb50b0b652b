"""Many vectors: codes of a few bits find candidates, and the kept numbers of these score them.

The codes are those of product quantisation (Jégou et al., 2011), four bits each so that a register holds their table
(André et al., 2015; FAISS' FastScan). They only propose: whatever is answered is scored again, from numbers whose inner
products are off by less than .0002, and put in that order.

Where the codes could hide something that belongs among the best, more is looked at. How far codes lie from the truth is
seen on each question's own candidates: errors are scores less estimates, and what was not looked at could only matter
with an error of SURE standard deviations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedIndexError
from index.places import Places
from index.vectors.kept import Ids, KeptVectors, Vectors
from index.vectors.ladder import Rung, rung
from index.vectors.protocol import Found, inner_products

SURE = 5.0
"""Standard deviations under a filter, which loses nothing: an error beyond them has a chance of three in ten million.
Of 88,000 real vectors the tenth best is 7 of them above what was not looked at (1st percentile), with codes of half the
size 4, and more is looked at."""
ALMOST_SURE = 3.0
"""The same without a filter: one in a thousand, of the few rows that come so near. Of a million mixed vectors .993 of
the best ten are found with 3, .998 with 3.5, which scans one question in eight twice."""
CHECKED = 10
"""The best ones of which it is made sure that nothing better was overlooked."""
DEEPER = 4
"""How many times more candidates are looked at where that is not sure."""
FEW = 2_000
"""Rows that a filter allows and that are all scored, about 1 µs each; or a FEW_OF-th of all, if that is more."""
FEW_OF = 50
WIDER = 2
"""How many times more candidates than without a filter are looked at first under one that allows many, where more has
to be sure: to scan again costs more."""
TRAINED = 16_000
"""Vectors that the codes are learnt from, spread evenly over all: a thousand for each of the 16 values of a part."""
ROUNDS = 10
"""Rounds in which codes are learnt, .6 s. With FAISS's own 25, 1.5 s, they come nearer to the numbers by 2 % (errors
squared, 50,000 vectors of news), and no more is found: either way 300 candidates of the longer codes hold all of the
best ten, and 450 of the shorter ones .9995."""
BLOCK = 16_384
"""Vectors read at once where all are."""
LIST = 250
"""Vectors of a list in the mean."""
PROBED = 2
"""One of so many lists is looked at: .996 of the best ten of 88,000 real vectors lie there; in one of three .992, in
one of four .984, in one of two lists four times as long .990."""
LEARNT = 40
"""Vectors for each list that lists are learnt from; FAISS warns under 39."""


class CodedIndex:
    """Codes in memory, numbers in a mapped file; `ids` are the rows that they belong to, rising.

    `fetched`: candidates that are looked at for each one wanted, see `index.vectors.ladder`.
    """

    def __init__(self, codes: Any, kept: KeptVectors, ids: Ids, fetched: float) -> None:
        self._codes = codes
        self._kept = kept
        self._ids = ids
        self._places = Places(ids)
        self._lists = int(getattr(codes, "nlist", 0))
        self._fetched = fetched

    @classmethod
    def open(cls, codes: Path, kept: Path, ids: Ids, rungs: Sequence[Rung]) -> CodedIndex:
        """Read what `write_codes` wrote, and map the numbers.

        Raises:
            DamagedIndexError: a file is missing, is none of these, or holds another number of vectors.
        """
        import faiss

        numbers = KeptVectors.open(kept, len(ids))
        try:
            read = faiss.read_index(str(codes))
            if not isinstance(read, (faiss.IndexPQFastScan, faiss.IndexIVFPQFastScan)):
                raise TypeError(f"an index of another kind, {type(read).__name__}")
            if read.ntotal != len(ids) or read.d != numbers.dimension:
                raise TypeError(
                    f"{read.ntotal} codes of {read.d} dimensions, {len(ids)} of {numbers.dimension} are expected"
                )
        except (RuntimeError, TypeError, MemoryError) as error:
            reason = str(error).strip().splitlines()[0]
            raise DamagedIndexError(f"{codes}: FAISS cannot read it ({reason}); run `attributed rebuild`") from error
        return cls(read, numbers, ids, rung(len(ids), numbers.dimension, rungs).fetched)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._kept.dimension

    @property
    def bits(self) -> int:
        """The bits of a number."""
        return self._kept.bits

    def ids(self) -> Ids:
        """All ids, rising."""
        return self._ids

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> Found:
        """The best `k`, fewer where there are fewer; among `allowed` (rising), where given.

        A few allowed rows are all scored. Of many, and without a filter, the codes propose more than are
        wanted, more where the best CHECKED of them are not surely those of all.
        """
        wanted = min(k, len(self) if allowed is None else len(allowed))
        if wanted <= 0:
            return _none(self.dimension)
        vector = np.ascontiguousarray(vector, np.float32)
        if allowed is None:
            places, share = None, 1.0
        else:
            places, share = self._places.checked(allowed), len(allowed) / len(self)
            if len(allowed) <= max(FEW, len(self) // FEW_OF):
                return self._best(places, vector, wanted)
        fetched = round(self._fetched * wanted / share) * (1 if allowed is None else WIDER)
        while fetched < len(self) / 2:
            near, estimates = self._candidates(vector, fetched, everywhere=allowed is not None)
            floor = float(estimates[-1]) if len(estimates) else -1.0
            if places is not None:
                among = np.searchsorted(places, near)
                may = places[np.minimum(among, len(places) - 1)] == near
                near, estimates = near[may], estimates[may]
            if len(near) >= wanted:
                sure = ALMOST_SURE if places is None else SURE
                found, reached = self._scored(near, estimates, vector, wanted, floor, sure)
                if reached:
                    return found
            fetched *= DEEPER
        return self._best(np.arange(len(self)) if places is None else places, vector, wanted)

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Inner products of `vector` (shape (d,)) with those of `ids`, in their order (KeyError: unknown)."""
        return inner_products(self.vectors(ids), vector)

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d) (KeyError: unknown)."""
        return self._kept.read(self._places.checked(ids))

    def kept(self, ids: Ids) -> tuple[KeptVectors, Ids]:
        """The file of the numbers, and the places of `ids` in it (KeyError: unknown)."""
        return self._kept, self._places.checked(ids)

    def _candidates(self, vector: Vectors, count: int, *, everywhere: bool) -> tuple[Ids, Vectors]:
        """Places and estimates of the best by their codes, best first; `everywhere`: in all lists."""
        import faiss

        faiss.omp_set_num_threads(1)
        given: dict[str, Any] = {}
        if self._lists:
            probed = self._lists if everywhere else max(1, self._lists // PROBED)
            given["params"] = parameters = faiss.SearchParametersIVF()
            parameters.nprobe = probed
        estimates, places = self._codes.search(vector.reshape(1, -1), count, **given)
        # FAISS fills places that it cannot fill with -1.
        real = places[0] >= 0
        return places[0][real], estimates[0][real]

    def _scored(
        self, places: Ids, estimates: Vectors, vector: Vectors, wanted: int, floor: float, sure: float
    ) -> tuple[Found, bool]:
        """The best of these places, and whether others, of estimates under `floor`, are surely none of CHECKED."""
        order = np.argsort(places)
        rows = self._kept.read(places[order])
        scores = inner_products(rows, vector)
        errors = scores - estimates[order]
        best = np.argsort(-scores, kind="stable")[:wanted]
        reach = floor + abs(float(errors.mean())) + sure * float(errors.std())
        last = float(scores[best[min(CHECKED, wanted) - 1]])
        return Found(self._ids[places[order][best]], scores[best], rows[best]), last >= reach

    def _best(self, places: Ids, vector: Vectors, wanted: int) -> Found:
        """The best of these places (rising), all of them scored."""
        scores = np.concatenate(
            [
                inner_products(self._kept.read(places[at : at + BLOCK]), vector)
                for at in range(0, max(1, len(places)), BLOCK)
            ]
        )
        best = np.argsort(-scores, kind="stable")[:wanted]
        return Found(self._ids[places[best]], scores[best], self._kept.read(places[best]))


def write_codes(path: Path, kept: KeptVectors, chosen: Rung) -> None:
    """Make the codes of all that is kept, which is one vector at least (OSError: they cannot be written)."""
    import faiss

    count, dimension = len(kept), kept.dimension
    parts = round(chosen.share * dimension)
    name = f"PQ{parts}x4fs" if chosen.finder == "scan" else f"IVF{max(1, count // LIST)},PQ{parts}x4fs"
    codes: Any = faiss.index_factory(dimension, name, faiss.METRIC_INNER_PRODUCT)
    codes.pq.cp.niter = ROUNDS
    # Threads meet some ten thousand times while codes are learnt, and wait for each other actively: beside any other
    # work on the machine two took 5 to 78 s for the 1.6 s of one.
    faiss.omp_set_num_threads(1)
    trained = min(count, max(TRAINED, LEARNT * getattr(codes, "nlist", 0)))
    codes.train(kept.read(np.linspace(0, count - 1, trained).astype(np.int64)))
    for block in _blocks(kept):
        # Not `add_core`, which leaves FastScan's blocks half filled.
        codes.add(block)
    try:
        faiss.write_index(codes, str(path))
    except RuntimeError as error:
        raise OSError(f"{path}: FAISS cannot write it ({str(error).splitlines()[0]})") from error


def _blocks(kept: KeptVectors) -> Iterator[NDArray[np.float32]]:
    for at in range(0, len(kept), BLOCK):
        yield kept.read(slice(at, at + BLOCK))


def _none(dimension: int) -> Found:
    return Found(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros((0, dimension), np.float32))
