"""Every rung of the ladder on the same real vectors, beside plain numpy, FAISS' exact search and its graph.

What is near is told by numpy's inner products of 32-bit numbers. A row found is right where its own is at least that of
the last of the best, less TIE: of rows that are equally near either may come. `strict` counts the very rows of numpy.
"""

from __future__ import annotations

import importlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.vectors import RUNGS, Ids, Rung, Vectors, VectorWriter, open_vectors
from scripts.serving import percentile

WANTED = 300
"""Candidates that a search asks the vectors for."""
BEST = 10
"""Hits of a page."""
SHARES = (0.0001, 0.001, 0.01, 0.1, 0.5)
"""Of the rows, that a filter leaves."""
TIE = 1e-6
"""Sums of 384 products of 32-bit numbers differ by less with their order, and by more with another vector."""
FILTERED = 100
"""Questions under each filter."""
GRAPH_UP_TO = 100_000
"""Vectors beyond which no graph is built: at a million it takes minutes."""
GRAPH = "HNSW32_SQ8"
DEPTH_OF_GRAPH = 512
"""Its efSearch; under WANTED it could not give as many."""
BLOCK = 16_384


@dataclass(frozen=True, slots=True)
class Under:
    """A filter that leaves `rows`: recall of the best ten, milliseconds a search at the median; `short` as in Tried."""

    share: float
    rows: int
    recall_10: float
    strict_10: float
    short: float
    p50: float


@dataclass(frozen=True, slots=True)
class Tried:
    """One way to search. `build`: seconds; `bytes`: on disk a vector; `p50`, `p95`: milliseconds of one thread.

    `off`: the largest difference of a score to numpy's. `short`: by how much at most the last of the best ten is worse
    than the exact one, by numpy's scores.
    """

    name: str
    build: float
    bytes: float
    p50: float
    p95: float
    recall_10: float
    strict_10: float
    recall_300: float
    strict_300: float
    off: float
    short: float
    filters: tuple[Under, ...]


@dataclass(frozen=True, slots=True)
class Rungs:
    """All ways on the same vectors. `texts`: what was encoded; `encoding`: seconds, 0 where vectors were kept."""

    texts: str
    vectors: int
    questions: int
    dimension: int
    encoding: float
    ways: tuple[Tried, ...]

    def payload(self) -> dict[str, object]:
        """The figures as JSON."""
        return asdict(self)


Search = Callable[[Vectors, int, Ids | None], tuple[Ids, Vectors]]
"""Vector, how many, which rows may answer → ids and scores, the best first. Ids are places + 1."""


class Way(NamedTuple):
    """How vectors are made searchable: `make` takes them and a path, in a folder that holds nothing else."""

    name: str
    make: Callable[[Vectors, Path], Search]


def measure(vectors: Vectors, questions: Vectors, texts: str, encoding: float = 0.0) -> Rungs:
    """Every way over `vectors`, asked `questions` (shape (m, d)), all of length 1."""
    from threadpoolctl import threadpool_limits

    ways = [*map(_rung, RUNGS), Way("numpy, 32 bits", _numpy), Way("FAISS IndexFlatIP", _flat)]
    if len(vectors) <= GRAPH_UP_TO:
        ways.append(Way(f"FAISS {GRAPH}, efSearch {DEPTH_OF_GRAPH}", _graph))
    exact = products(vectors, questions)
    with threadpool_limits(1, "blas"):
        tried = [_tried(way, vectors, questions, exact) for way in ways]
    return Rungs(texts, len(vectors), len(questions), vectors.shape[1], encoding, tuple(tried))


def products(vectors: Vectors, questions: Vectors) -> Vectors:
    """Inner products, shape (m, n): numpy's, of 32-bit numbers."""
    return np.concatenate([questions @ vectors[at : at + BLOCK].T for at in range(0, len(vectors), BLOCK)], axis=1)


def found_of(ids: Ids, truth: Vectors, wanted: int) -> tuple[float, float, float]:
    """Of the best `wanted`, fewer where there are fewer, the share found: by score, and the very same rows.

    And by how much the worst of those found is worse than the worst of the best; 0 where all are found.

    `truth`: the score of every row that may answer, -inf for the others (shape (n,)); `ids`: places + 1.
    """
    wanted = min(wanted, int(np.isfinite(truth).sum()))
    if not wanted:
        return 1.0, 1.0, 0.0
    best = np.argpartition(-truth, wanted - 1)[:wanted]
    last = float(truth[best].min())
    places = np.unique(ids[:wanted]) - 1
    right = truth[places] >= last - TIE
    short = max(0.0, last - float(truth[places].min(initial=np.inf)))
    return float(right.sum()) / wanted, len(np.intersect1d(places, best)) / wanted, short


def _tried(way: Way, vectors: Vectors, questions: Vectors, exact: Vectors) -> Tried:
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        started = time.perf_counter()
        search = way.make(vectors, Path(folder) / "vectors.faiss")
        build = time.perf_counter() - started
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
        times, at_10, at_300, off = [], [], [], 0.0
        search(questions[0], WANTED, None)
        for question, truth in zip(questions, exact, strict=True):
            (ids, scores), taken = _timed(search, question, None)
            times.append(taken)
            at_10.append(found_of(ids, truth, BEST))
            at_300.append(found_of(ids, truth, WANTED))
            off = max(off, float(np.abs(scores - truth[ids - 1]).max(initial=0)))
        filters = tuple(_under(search, share, questions[:FILTERED], exact) for share in SHARES)
    recall_10, strict_10, _ = np.mean(at_10, axis=0).tolist()
    recall_300, strict_300, _ = np.mean(at_300, axis=0).tolist()
    return Tried(
        name=way.name,
        build=build,
        bytes=size / len(vectors),
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
        recall_10=recall_10,
        strict_10=strict_10,
        recall_300=recall_300,
        strict_300=strict_300,
        off=off,
        short=max(short for *_, short in at_10),
        filters=filters,
    )


def _timed(search: Search, question: Vectors, allowed: Ids | None) -> tuple[tuple[Ids, Vectors], float]:
    """What is found, and milliseconds of this thread: what else the machine does does not count."""
    started = time.thread_time()
    found = search(question, WANTED, allowed)
    return found, (time.thread_time() - started) * 1000


def _under(search: Search, share: float, questions: Vectors, exact: Vectors) -> Under:
    count = exact.shape[1]
    rows = max(1, round(share * count))
    times, shares = [], []
    for number, (question, truth) in enumerate(zip(questions, exact, strict=False)):
        chosen = np.sort(np.random.default_rng(number).choice(count, rows, replace=False))
        may = np.full(count, -np.inf, np.float32)
        may[chosen] = truth[chosen]
        (ids, _), taken = _timed(search, question, chosen.astype(np.int64) + 1)
        times.append(taken)
        shares.append(found_of(ids, may, BEST))
    recall, strict, _ = np.mean(shares, axis=0).tolist()
    return Under(share, rows, recall, strict, max(short for *_, short in shares), percentile(times, 0.5))


def named(rung: Rung) -> str:
    """A rung in a few words."""
    if rung.finder == "flat":
        return f"from {rung.at:,}: flat, {rung.bits} bits"
    kind = "scan" if rung.finder == "scan" else "lists"
    return f"from {rung.at:,}: {kind}, {rung.share:g} codes of 4 bits a dimension, {rung.bits} bits"


def _rung(rung: Rung) -> Way:
    def make(vectors: Vectors, path: Path) -> Search:
        ids = np.arange(1, len(vectors) + 1, dtype=np.int64)
        forced = (replace(rung, at=0),)
        writer = VectorWriter(path, vectors.shape[1], len(vectors), forced)
        for at in range(0, len(vectors), BLOCK):
            writer.add(ids[at : at + BLOCK], vectors[at : at + BLOCK])
        writer.save()
        index = open_vectors(path, ids, forced)

        def search(vector: Vectors, k: int, allowed: Ids | None) -> tuple[Ids, Vectors]:
            found = index.search(vector, k, allowed)
            return found.ids, found.scores

        return search

    return Way(named(rung), make)


def _numpy(vectors: Vectors, path: Path) -> Search:
    np.save(path.with_suffix(".npy"), vectors)

    def search(vector: Vectors, k: int, allowed: Ids | None) -> tuple[Ids, Vectors]:
        scores = (vectors if allowed is None else vectors[allowed - 1]) @ vector
        best = np.argpartition(-scores, k)[:k] if k < len(scores) else np.arange(len(scores))
        best = best[np.argsort(-scores[best])]
        return (best + 1 if allowed is None else allowed[best]), scores[best]

    return search


def _flat(vectors: Vectors, path: Path) -> Search:
    faiss = _library()
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    faiss.write_index(index, str(path))

    def parameters(chosen: Any) -> Any:
        return faiss.SearchParameters(sel=chosen)

    return _faiss(index, len(vectors), parameters, None)


def _graph(vectors: Vectors, path: Path) -> Search:
    faiss = _library()
    faiss.omp_set_num_threads(faiss.omp_get_max_threads())
    index = faiss.index_factory(vectors.shape[1], GRAPH, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors)
    index.add(vectors)
    faiss.write_index(index, str(path))

    def parameters(chosen: Any) -> Any:
        return faiss.SearchParametersHNSW(efSearch=DEPTH_OF_GRAPH, **({} if chosen is None else {"sel": chosen}))

    return _faiss(index, len(vectors), parameters, parameters(None))


def _library() -> Any:
    # Its own types lack what its arguments may be.
    return importlib.import_module("faiss")


def _faiss(index: Any, count: int, parameters: Callable[[Any], Any], unfiltered: Any) -> Search:
    faiss = _library()

    def search(vector: Vectors, k: int, allowed: Ids | None) -> tuple[Ids, Vectors]:
        faiss.omp_set_num_threads(1)
        given = unfiltered
        if allowed is not None:
            may = np.zeros(count, np.bool_)
            may[allowed - 1] = True
            bits: NDArray[np.uint8] = np.packbits(may, bitorder="little")
            given = parameters(faiss.IDSelectorBitmap(bits))
        scores, places = index.search(vector.reshape(1, -1), k, params=given)
        # FAISS fills places that it cannot fill with -1.
        real = places[0] >= 0
        return places[0][real] + 1, scores[0][real]

    return search


def printed(rungs: Rungs) -> str:
    """The figures as lines."""
    filters = "".join(f"{f'{share * 100:g}%':>15}" for share in SHARES)
    lines = [
        f"{rungs.vectors} vectors of {rungs.texts}, {rungs.questions} questions, {WANTED} wanted;"
        f" encoding {rungs.encoding:.0f} s; under a filter recall@10 and ms",
        f"  {'':62}build s   bytes    p50    p95     @10    @300      off{filters}",
    ]
    for one in rungs.ways:
        under = "".join(f"{each.recall_10:8.4f}{each.p50:7.2f}" for each in one.filters)
        lines.append(
            f"  {one.name:62}{one.build:7.1f}{one.bytes:8.0f}{one.p50:7.2f}{one.p95:7.2f}{one.recall_10:8.4f}"
            f"{one.recall_300:8.4f} {one.off:8.6f}{under}"
        )
    return "\n".join(lines)


def hold_back(vectors: Vectors, questions: int) -> tuple[Vectors, Vectors]:
    """Vectors without `questions` of them, spread evenly, and these."""
    held = np.linspace(0, len(vectors) - 1, questions).astype(np.int64)
    kept = np.ones(len(vectors), np.bool_)
    kept[held] = False
    return np.ascontiguousarray(vectors[kept]), np.ascontiguousarray(vectors[held])
