"""A peer as a program of its own: the floor of this stack. Our encoder and our vectors under Flask, and nothing more.

    python scripts/peer_floor.py FOLDER DATA [--fake]

No words are searched, no question is understood, nothing is highlighted or checked. FOLDER is what
`scripts.peers.prepare` made, DATA the folder of the index.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import orjson

from index.encoder import default_encoder
from index.generation import current
from index.vectors import Ids, open_vectors
from scripts import peer_serving
from scripts.ceiling import FAKE
from scripts.fakes import RandomEncoder
from scripts.serving import cores


def main(words: list[str]) -> None:
    from flask import Flask, Response, request

    folder, data = Path(words[0]), Path(words[1])
    encoder = RandomEncoder() if FAKE in words else default_encoder(data)

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(folder / "passages.db")

    def ids_of(statement: str, given: list[str]) -> Ids:
        db = connect()
        found = np.fromiter((id_ for (id_,) in db.execute(statement, given)), np.int64)
        db.close()
        return found

    index = open_vectors(current(data).vectors, ids_of("SELECT id FROM passage ORDER BY id", []))
    app = Flask(__name__)

    def allowed() -> Ids | None:
        parts, given = [], []
        for column in ("speaker", "source"):
            if values := request.args.getlist(column):
                parts.append(f"{column} IN ({','.join('?' * len(values))})")
                given += values
        for name, comparison in (("from", ">="), ("to", "<=")):
            if name in request.args:
                parts.append(f"day {comparison} ?")
                given.append(request.args[name])
        return ids_of(f"SELECT id FROM passage WHERE {' AND '.join(parts)} ORDER BY id", given) if parts else None

    @app.get("/api/search")
    def search() -> Response:
        found = index.search(encoder.encode([request.args["q"]])[0], int(request.args.get("limit", 10)), allowed())
        db = connect()
        marks = ",".join("?" * len(found.ids))
        asked = f"SELECT id, text, speaker, source, day FROM passage WHERE id IN ({marks})"
        rows = {row[0]: row for row in db.execute(asked, found.ids.tolist())}
        db.close()
        hits: list[dict[str, Any]] = [
            {"score": score, **dict(zip(("id", "text", "speaker", "source", "day"), rows[id_], strict=True))}
            for id_, score in zip(found.ids.tolist(), found.scores.tolist(), strict=True)
        ]
        return Response(orjson.dumps({"hits": hits}), mimetype="application/json")

    peer_serving.serve(app, cores())


if __name__ == "__main__":
    main(sys.argv[1:])
