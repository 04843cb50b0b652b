"""The program beside others over the same passages, vectors and questions, each a server of its own process.

The vectors of the passages are those of the index, so that none is better for having encoded other texts; each encodes
the questions itself. How long the others' builds take is therefore not told, but for txtai's words.
"""

from __future__ import annotations

import itertools
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder.models import asked_model, packaged_folder
from index.errors import QuoteIndexError
from index.evaluation.made import stretches
from index.generation import current
from index.queries import GUESSES
from index.store import Store
from index.types import Article
from index.vectors import open_vectors
from scripts import filtered
from scripts.ceiling import FAKE
from scripts.serving import Latency, Request, ask, ask_all, load, resident, running, search
from scripts.sized import CLIENTS, QUESTION_WORDS, Built

SIZE = 100_000
"""Passages where no size is given."""
FILTER = 0.001
"""Of the rows, that the filters leave."""
BLOCK = 2_000
"""Passages read at once."""
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Effort:
    """How many questions each is asked; no one is asked the same twice."""

    alone: int = 200
    together: int = 600
    filtered: int = 60


@dataclass(frozen=True, slots=True)
class Peer:
    """One of them. `start`: seconds until it was ready; `first`: milliseconds of the first search, which may load.

    `memory`: MiB resident after all. `filtered`: one client, a third of the questions under each of three filters to
    FILTER of the rows; `full`: share of their pages with ten hits, `hits` in the mean. `build`: seconds, where it has
    something to build of its own.
    """

    name: str
    start: float
    first: float
    memory: float
    alone: Latency
    together: Latency
    per_second: float
    filtered: Latency
    full: float
    hits: float
    build: float | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """All of them over so many passages; `missing`: name → why it was not measured. `load` before and after."""

    passages: int
    load: tuple[float, float]
    peers: tuple[Peer, ...]
    missing: dict[str, str]

    def payload(self) -> dict[str, object]:
        """The figures as JSON."""
        return asdict(self)


Start = Callable[[], AbstractContextManager[tuple[subprocess.Popen[str], str, float]]]


def measure(
    built: Built, articles: Sequence[Article], txtai: str = sys.executable, effort: Effort | None = None
) -> Compared:
    """Ask the program and every peer the same. `txtai`: the Python that may have it.

    QuoteIndexError where a server does not come up or does not answer.
    """
    effort = effort or Effort()
    before, missing = load(), {}
    filters = filtered.narrowed(built.corpus, [FILTER])
    each = effort.filtered // len(filters)
    wanted = 1 + effort.alone + effort.together + each * len(filters)
    asked = iter(stretches([article.text for article in articles], wanted, QUESTION_WORDS))

    def take(number: int, **parameters: Any) -> list[Request]:
        return [search(question, **parameters) for question in itertools.islice(asked, number)]

    first, alone, together = take(1), take(effort.alone), take(effort.together)
    # The program alone guesses whom a question means, which would narrow further; it is told not to.
    under = [(request, rows) for given, rows in filters.values() for request in take(each, ignore=GUESSES, **given)]
    model = asked_model() or str(packaged_folder())
    fake = [FAKE] if built.fake else []
    found = []
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        prepare(built.data, Path(folder))
        starts: list[tuple[str, Start, float | None]] = [
            ("attributed", built.served, None),
            ("floor", _program("peer_floor.py", folder, str(built.data), *fake), None),
            ("naive", _program("peer_naive.py", folder, model), None),
        ]
        seconds = build_txtai(txtai, Path(folder), model)
        if isinstance(seconds, str):
            missing["txtai"] = seconds
        else:
            starts.append(("txtai", _program("peer_txtai.py", "serve", folder, model, python=txtai), seconds))
        for name, start, build in starts:
            found.append(_peer(name, start, build, first, alone, together, under))
    return Compared(built.report.passages, (before, load()), tuple(found), missing)


def _program(script: str, *words: str, python: str = sys.executable) -> Start:
    return lambda: running([python, str(HERE / script), *words], script)


def _peer(
    name: str,
    start: Start,
    build: float | None,
    first: Sequence[Request],
    alone: Sequence[Request],
    together: Sequence[Request],
    under: Sequence[tuple[Request, int]],
) -> Peer:
    with start() as (process, url, ready):
        (loading,), _ = ask(url, first)
        by_one = ask_all(url, process.pid, alone)
        by_many = ask_all(url, process.pid, together, CLIENTS)
        narrowed = ask_all(url, process.pid, [request for request, _ in under])
        memory = resident(process.pid)
    hits = [len(answer["hits"]) for answer in narrowed.answers]
    pages = [len_ >= min(filtered.PAGE, rows) for len_, (_, rows) in zip(hits, under, strict=True)]
    return Peer(
        name=name,
        start=ready,
        first=loading,
        memory=memory,
        alone=by_one.latency,
        together=by_many.latency,
        per_second=by_many.per_second,
        filtered=narrowed.latency,
        full=sum(pages) / len(pages),
        hits=sum(hits) / len(hits),
        build=build,
    )


def prepare(data: Path, folder: Path) -> None:
    """Write the passages of an index as a user would have them: passages.db, vectors.npy, passages.faiss."""
    import faiss

    generation = current(data)
    store = Store(generation.store)
    rows = store.rows()
    vectors = open_vectors(generation.vectors, rows)
    index: Any = faiss.IndexIDMap(faiss.IndexFlatIP(vectors.dimension))
    numbers = np.lib.format.open_memmap(
        folder / "vectors.npy", mode="w+", dtype=np.float32, shape=(len(rows), vectors.dimension)
    )
    db = sqlite3.connect(folder / "passages.db")
    db.execute("CREATE TABLE passage (id INTEGER PRIMARY KEY, text TEXT, speaker TEXT, source TEXT, day TEXT)")
    for at in range(0, len(rows), BLOCK):
        block = rows[at : at + BLOCK]
        numbers[at : at + BLOCK] = vectors.vectors(block)
        index.add_with_ids(numbers[at : at + BLOCK], block)
        for row, (passage, article, _) in zip(block.tolist(), store.passages(block.tolist()), strict=True):
            speaker = passage.attribution.speaker
            db.execute(
                "INSERT INTO passage VALUES (?, ?, ?, ?, ?)",
                (row, passage.span.text, speaker and speaker.name, article.source, str(article.date)),
            )
    for column in ("speaker", "source", "day"):
        db.execute(f"CREATE INDEX passage_{column} ON passage ({column})")
    db.commit()
    db.close()
    store.close()
    numbers.flush()
    faiss.write_index(index, str(folder / "passages.faiss"))


def build_txtai(python: str, folder: Path, model: str) -> float | str:
    """Let txtai index what `prepare` wrote: seconds, or why not (QuoteIndexError: it fails)."""
    if subprocess.run([python, "-c", "import txtai"], capture_output=True, check=False).returncode:
        return "not installed"
    command = [python, str(HERE / "peer_txtai.py"), "build", str(folder), model]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise QuoteIndexError(f"txtai cannot index: {(done.stderr.strip().splitlines() or ['no word why'])[-1]}")
    return float(done.stdout.split()[-1])


def printed(compared: Compared) -> str:
    """The figures as lines."""
    lines = [
        f"{compared.passages} passages, load {compared.load[0]:.1f} before, {compared.load[1]:.1f} after",
        f"  (ms)           p50     p95     p99  {CLIENTS} clients: p50     p99  req/s   start s  first   MiB"
        "  filtered: p50   p95  full  hits",
    ]
    lines += [
        f"  {one.name:10}{one.alone.p50:8.1f}{one.alone.p95:8.1f}{one.alone.p99:8.1f}{one.together.p50:16.1f}"
        f"{one.together.p99:8.1f}{one.per_second:7.0f}{one.start:10.1f}{one.first:7.0f}{one.memory:6.0f}"
        f"{one.filtered.p50:15.1f}{one.filtered.p95:6.1f}{one.full:6.0%}{one.hits:6.2f}"
        for one in compared.peers
    ]
    lines += [f"  {name:10} {why}" for name, why in compared.missing.items()]
    return "\n".join(lines)
