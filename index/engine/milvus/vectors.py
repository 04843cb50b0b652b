"""Vectors on the server: it proposes the nearest, their own numbers score them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.engine.milvus.connection import Connection
from index.errors import DamagedIndexError
from index.manifest import REMEDY
from index.places import Places
from index.vectors import Found, Ids, SpokenVectors, Vectors, inner_products
from index.vectors.kept import KeptVectors

LISTED = 8_192
"""Allowed rows that one expression names: 60 KB of it. More are asked in several searches."""
MOST = 16_384
"""Rows that a server gives of one search at most."""
SPARE = 1.5
"""How many times more candidates than it takes in the mean are asked where a filter allows many rows."""


def fields(schema: Any, dimension: int) -> None:
    """The fields of such a collection; the numbers beside the vectors are those of `index.columns`."""
    from pymilvus import DataType

    schema.add_field("row", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field("spoken", DataType.VARCHAR, max_length=16_384)
    for name in ("speaker", "kind", "day", "source"):
        schema.add_field(name, DataType.INT64)


class ServedVectors:
    """One vector a row; `ids` are the rows, rising."""

    def __init__(self, connection: Connection, collection: str, ids: Ids, dimension: int, bits: int) -> None:
        self._connection = connection
        self._collection = collection
        self._ids = ids
        self._places = Places(ids)
        self.dimension = dimension
        self.bits = bits

    def __len__(self) -> int:
        return len(self._ids)

    def ids(self) -> Ids:
        """All ids, rising."""
        return self._ids

    def search(self, vector: Vectors, k: int, allowed: Ids | None = None) -> Found:
        """The best `k`, fewer where there are fewer; among `allowed` (rising), where given.

        As few allowed rows as are wanted are all scored. More are named in the search, so that the server looks at
        no others. Of very many the best are asked without a filter, enough of them that the wanted ones are there; only
        where they are not, all are named. With the index FLAT nothing is lost on any of these ways.
        """
        vector = np.ascontiguousarray(vector, np.float32)
        wanted = min(k, len(self) if allowed is None else len(allowed))
        if wanted <= 0:
            return self._best(vector, np.zeros(0, np.int64), np.zeros((0, self.dimension), np.float32), 0)
        if allowed is None:
            return self._best(vector, *self._nearest(vector, wanted), wanted)
        if len(allowed) <= wanted:
            return self._best(vector, allowed, self.vectors(allowed), wanted)
        if len(allowed) > 2 * LISTED:
            asked = int(SPARE * wanted * len(self) / len(allowed))
            if asked <= MOST:
                ids = np.array([hit["row"] for hit in self._ask(vector, asked, ())], np.int64)
                among = ids[np.isin(ids, allowed, assume_unique=True)][:wanted]
                if len(among) == wanted:
                    among = np.sort(among)
                    return self._best(vector, among, self.vectors(among), wanted)
        ids, vectors = self._among(vector, wanted, allowed)
        return self._best(vector, ids, vectors, wanted)

    def scores(self, vector: Vectors, ids: Ids) -> Vectors:
        """Inner products of `vector` (shape (d,)) with those of `ids`, in their order (KeyError: unknown)."""
        return inner_products(self.vectors(ids), vector)

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d) (KeyError: unknown)."""
        self._places.checked(ids)
        rows = self._connection.rows(self._collection, "row", ids.tolist(), ["vector"]) if len(ids) else []
        return _in_order(self._told, ids, {row["row"]: row["vector"] for row in rows}, self.dimension)

    def _ask(self, vector: Vectors, limit: int, fields: Sequence[str], expression: str = "") -> list[Any]:
        return self._connection.search(self._collection, vector, limit, fields, expression)

    def _nearest(self, vector: Vectors, limit: int, expression: str = "") -> tuple[Ids, Vectors]:
        if limit > MOST:
            ids = self._ids
            return ids, self.vectors(ids)
        hits = self._ask(vector, limit, ["vector"], expression)
        ids = np.array([hit["row"] for hit in hits], np.int64)
        vectors = np.array([hit["vector"] for hit in hits], np.float32).reshape(-1, self.dimension)
        order = np.argsort(ids)
        return ids[order], vectors[order]

    def _among(self, vector: Vectors, wanted: int, allowed: Ids) -> tuple[Ids, Vectors]:
        """The best of each LISTED of the allowed rows."""
        parts = [
            self._nearest(vector, min(wanted, len(some)), f"row in [{','.join(map(str, some.tolist()))}]")
            for some in (allowed[at : at + LISTED] for at in range(0, len(allowed), LISTED))
        ]
        return np.concatenate([ids for ids, _ in parts]), np.concatenate([vectors for _, vectors in parts])

    def _best(self, vector: Vectors, ids: Ids, vectors: Vectors, wanted: int) -> Found:
        scores = inner_products(vectors, vector)
        best = np.argsort(-scores, kind="stable")[:wanted]
        return Found(ids[best], scores[best], vectors[best])

    @property
    def _told(self) -> str:
        return f"{self._connection.address.shown}: {self._collection}"


class ServedSpoken(SpokenVectors):
    """The vectors of the quotations alone, as an embedded index keeps them: the same few bits, as base64."""

    def __init__(self, connection: Connection, collection: str, dimension: int, count: int, dtype: Any) -> None:
        self._connection = connection
        self._collection = collection
        self._dimension = dimension
        self._count = count
        self._dtype = np.dtype(dtype)

    def __len__(self) -> int:
        return self._count

    @property
    def bits(self) -> Any:
        """The bits of a number."""
        from index.vectors.spoken import BITS

        return BITS

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of `ids`, in their order, shape (n, d)."""
        if not len(ids):
            return np.zeros((0, self._dimension), np.float32)
        rows = self._connection.rows(self._collection, "row", ids.tolist(), ["spoken"])
        found = {row["row"]: base64.b64decode(row["spoken"]) for row in rows}
        missing = next((one for one in ids.tolist() if one not in found), None)
        if missing is not None:
            raise DamagedIndexError(
                f"{self._connection.address.shown}: {self._collection} has no row {missing}; {REMEDY}"
            )
        kept = np.frombuffer(b"".join(found[one] for one in ids.tolist()), self._dtype)
        return KeptVectors(kept, self._dimension, self.bits).read(slice(None))


def _in_order(told: str, ids: Ids, found: dict[int, Any], dimension: int) -> NDArray[np.float32]:
    missing = next((one for one in ids.tolist() if one not in found), None)
    if missing is not None:
        raise DamagedIndexError(f"{told} has no row {missing}; {REMEDY}")
    return np.array([found[one] for one in ids.tolist()], np.float32).reshape(-1, dimension)
