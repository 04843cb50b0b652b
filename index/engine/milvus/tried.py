"""What this program needs of a server, tried on what was just written there, before it may answer.

No version is believed: a server may take an order and not follow it, as 2.3.5 takes `group_by_field` and drops it. Two
calls on a few rows show that vectors come back as they were given, that a filter leaves out what it should, and that
the best of a search is the best. Besides rows by their keys, nothing else is asked of a server later.
"""

from __future__ import annotations

import numpy as np

from index.engine.milvus.connection import Connection
from index.errors import EngineError
from index.vectors import Ids, Vectors, inner_products

SOME = 64
"""Rows that are tried."""


def try_out(connection: Connection, passages: str, rows: Ids, vectors: Vectors) -> None:
    """EngineError: the server cannot do what is needed; the message says what.

    `rows` (shape (n,), n up to SOME, rising) were written into `passages` with `vectors` (shape (n, d)).
    """
    if not len(rows):
        return
    told = f"{connection.address.shown}: the server (Milvus {connection.version})"
    read = connection.rows(passages, "row", rows.tolist(), ["vector"], strong=True)
    found = {one["row"]: one["vector"] for one in read}
    if sorted(found) != rows.tolist():
        raise EngineError(f"{told} does not give back the rows that it is asked for; use another one")
    given = np.array([found[row] for row in rows.tolist()], np.float32)
    if not np.array_equal(given, np.asarray(vectors, np.float32)):
        raise EngineError(f"{told} gives back other vectors than it was given; use another one")
    allowed = rows[::2]
    named = f"row in [{','.join(map(str, allowed.tolist()))}]"
    hits = connection.search(passages, given[-1], len(allowed), (), named, strong=True)
    ids = np.array([hit["row"] for hit in hits], np.int64)
    if not np.isin(ids, allowed).all():
        raise EngineError(f"{told} searches without the filter that it is given; use another one")
    if connection.address.index == "FLAT":
        scores = inner_products(given[::2], given[-1])
        best = float(scores.max())
        if not len(ids) or scores[np.searchsorted(allowed, ids[0])] < best - 1e-4 or len(ids) != len(allowed):
            raise EngineError(f"{told} does not find the nearest vectors with the index FLAT; use another one")
