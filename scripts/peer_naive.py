"""A peer as a program of its own: what a user would write. Flask, waitress, torch, FAISS, SQLite.

    python scripts/peer_naive.py FOLDER MODEL

FOLDER is what `scripts.peers.prepare` made, MODEL a folder of sentence-transformers. FAISS knows nothing of
filters here: they pick from what it found.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts import peer_serving

FETCHED = 100
"""Nearest passages that a filter picks from."""
THREADS = 4


def main(words: list[str]) -> None:
    import faiss
    from flask import Flask, jsonify, request
    from sentence_transformers import SentenceTransformer

    folder, model = Path(words[0]), SentenceTransformer(words[1], local_files_only=True)
    index: Any = faiss.read_index(str(folder / "passages.faiss"))
    app = Flask(__name__)

    @app.get("/api/search")
    def search() -> Any:
        limit = int(request.args.get("limit", 10))
        narrowing = bool({"speaker", "source", "from", "to"} & set(request.args))
        vector = model.encode([request.args["q"]], normalize_embeddings=True, show_progress_bar=False)
        scores, ids = index.search(vector, FETCHED if narrowing else limit)
        db = sqlite3.connect(folder / "passages.db")
        db.row_factory = sqlite3.Row
        marks = ",".join("?" * len(ids[0]))
        rows = {row["id"]: row for row in db.execute(f"SELECT * FROM passage WHERE id IN ({marks})", ids[0].tolist())}
        db.close()
        hits = [
            {"score": float(score), **rows[id_]}
            for score, id_ in zip(scores[0], ids[0].tolist(), strict=True)
            if id_ in rows and fits(rows[id_])
        ]
        return jsonify({"hits": hits[:limit]})

    def fits(row: sqlite3.Row) -> bool:
        given = request.args
        return (
            ("speaker" not in given or row["speaker"] in given.getlist("speaker"))
            and ("source" not in given or row["source"] in given.getlist("source"))
            and ("from" not in given or row["day"] >= given["from"])
            and ("to" not in given or row["day"] <= given["to"])
        )

    peer_serving.serve(app, THREADS)


if __name__ == "__main__":
    main(sys.argv[1:])
