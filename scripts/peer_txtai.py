"""A peer as a program of its own: txtai's hybrid search behind Flask. It needs nothing of this project's packages.

    PYTHON scripts/peer_txtai.py build FOLDER MODEL     index what `scripts.peers.prepare` made, print the seconds
    PYTHON scripts/peer_txtai.py serve FOLDER MODEL     answer on a free port

txtai is no dependency of this project, whose pins it need not fit. In an environment of its own:

    python -m venv /tmp/txtai
    /tmp/txtai/bin/pip install torch==2.13.0 txtai==9.14.0 sentence-transformers==6.2.0 flask==3.1.3 waitress==3.0.2
    python scripts/benchmark.py --peers --txtai /tmp/txtai/bin/python
"""

from __future__ import annotations

import importlib
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from scripts import peer_serving

THREADS = 4


def build(folder: Path, model: str) -> None:
    """Index the vectors that all peers have: only the questions are encoded by the model."""
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    started = time.perf_counter()
    given = iter(range(len(vectors)))

    def known(texts: list[str]) -> Any:
        # txtai asks for the vectors of the texts in the order in which it was given them.
        return np.asarray(vectors[[next(given) for _ in texts]])

    embeddings = _embeddings({"method": "external", "transform": known, **_HYBRID})
    embeddings.index(_passages(folder))
    # What is loaded again encodes by itself; a function cannot be written.
    embeddings.config |= {"method": "sentence-transformers", "path": model}
    del embeddings.config["transform"]
    embeddings.save(str(folder / "txtai"))
    print(time.perf_counter() - started, flush=True)


_HYBRID = {"hybrid": True, "content": True, "backend": "faiss", "faiss": {"components": "IDMap,Flat"}}
"""Exact vectors and BM25, as its own page on hybrid search has it."""


def _passages(folder: Path) -> Iterator[tuple[int, dict[str, str], None]]:
    db = sqlite3.connect(folder / "passages.db")
    for id_, text, speaker, source, day in db.execute("SELECT id, text, speaker, source, day FROM passage ORDER BY id"):
        yield id_, {"text": text, "speaker": speaker, "source": source, "day": day}, None
    db.close()


def _embeddings(config: dict[str, Any] | None = None) -> Any:
    return importlib.import_module("txtai").Embeddings(config)


def serve(folder: Path, model: str) -> None:
    from flask import Flask, jsonify, request

    embeddings = _embeddings()
    embeddings.load(str(folder / "txtai"), config={"method": "sentence-transformers", "path": model})
    lock = threading.Lock()
    app = Flask(__name__)

    @app.get("/api/search")
    def search() -> Any:
        parts, given = ["similar(:q)"], {"q": request.args["q"]}
        for column in ("speaker", "source"):
            values = {f"{column}{number}": value for number, value in enumerate(request.args.getlist(column))}
            if values:
                parts.append(f"{column} IN ({', '.join(f':{name}' for name in values)})")
                given |= values
        for name, comparison in (("from", ">="), ("to", "<=")):
            if name in request.args:
                parts.append(f"day {comparison} :day_{name}")
                given[f"day_{name}"] = request.args[name]
        asked = f"SELECT id, text, speaker, source, day, score FROM txtai WHERE {' AND '.join(parts)}"
        # Two at once fail with "Recursive use of cursors not allowed"; its own API has a lock round every search, too.
        with lock:
            hits = embeddings.search(asked, int(request.args.get("limit", 10)), parameters=given)
        return jsonify({"hits": hits})

    peer_serving.serve(app, THREADS)


if __name__ == "__main__":
    {"build": build, "serve": serve}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
