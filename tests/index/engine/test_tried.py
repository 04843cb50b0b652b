"""A server that takes orders and does not follow them is found out before it may answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pytest

from index.engine.milvus.address import read_address
from index.engine.milvus.connection import Connection
from index.engine.milvus.tried import try_out
from index.errors import EngineError

ROWS = np.array([3, 5, 8, 13, 21], np.int64)
VECTORS = np.eye(5, 4, dtype=np.float32) + np.float32(0.1)


class Server:
    """Does all that is asked; what is given by name is done otherwise."""

    version = "2.3.5"

    def __init__(self, index: str = "FLAT", **otherwise: Any) -> None:
        self.address = read_address(f"milvus://host/name?index={index}")
        self.otherwise = otherwise

    def rows(self, _collection: str, _key: str, keys: Sequence[int], *_: object, **__: object) -> list[dict[str, Any]]:
        found = [{"row": row, "vector": VECTORS[ROWS.tolist().index(row)].tolist()} for row in keys]
        return cast(list[dict[str, Any]], self.otherwise.get("rows", lambda given: given)(found))

    def search(
        self, _collection: str, vector: Any, limit: int, _fields: object, expression: str, **_: object
    ) -> list[dict[str, int]]:
        named = expression.removeprefix("row in [").removesuffix("]").split(",")
        allowed = ROWS.tolist() if self.otherwise.get("unfiltered") else list(map(int, named))
        scores = {row: float(VECTORS[ROWS.tolist().index(row)] @ np.array(vector)) for row in allowed}
        best = sorted(allowed, key=lambda row: scores[row], reverse=not self.otherwise.get("worst"))
        return [{"row": row} for row in best[:limit]]


def tried(server: Server) -> None:
    try_out(cast(Connection, server), "passages", ROWS, VECTORS)


def test_one_that_does_as_it_is_told_may_answer() -> None:
    tried(Server())
    try_out(cast(Connection, Server()), "passages", ROWS[:0], VECTORS[:0])


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (Server(rows=lambda found: found[1:]), "does not give back the rows that it is asked for"),
        (
            Server(rows=lambda found: [{**one, "vector": [1.0, 0.0, 0.0, 0.0]} for one in found]),
            "gives back other vectors",
        ),
        (Server(unfiltered=True), "searches without the filter that it is given"),
        (Server(worst=True), "does not find the nearest vectors with the index FLAT"),
    ],
)
def test_one_that_does_not_is_named_with_what_it_cannot(server: Server, said: str) -> None:
    with pytest.raises(EngineError, match=rf"milvus://host/name\?index=FLAT: the server \(Milvus 2\.3\.5\) {said}"):
        tried(server)


def test_of_an_index_that_may_lose_some_the_nearest_are_not_asked_for() -> None:
    tried(Server("IVF_SQ8", worst=True))
