"""Keys → bytes in a collection: texts, and arrays and files cut into blocks.

A value is a VARCHAR, the one type that every server has and that holds something of this size: 65,535 bytes of UTF-8.
So bytes stand as base64, and what is longer in parts under one key: `a12`, `a12.1`, ... Each value begins with the
number of its parts and a CRC-32, which is compared whenever it is read. 2.3 wants a vector in every collection, hence
`none`; milvus-lite has no binary vectors.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from index.engine.milvus.connection import Connection
from index.errors import DamagedIndexError
from index.manifest import REMEDY

BLOCK = 48_000
"""Bytes of a part: 64,000 characters of base64; arrays of 2, 3, 4 and 8 bytes an entry end where a block does."""
TOGETHER = 4_000_000
"""Characters that are written in one call; servers take 64 MB."""
ASKED = 64
"""Keys that are read in one call where each may be a whole block."""


def fields(schema: Any) -> None:
    """The fields of such a collection."""
    from pymilvus import DataType

    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=128)
    schema.add_field("value", DataType.VARCHAR, max_length=65_535)
    schema.add_field("none", DataType.FLOAT_VECTOR, dim=2)


class Records:
    """The records of one generation."""

    def __init__(self, connection: Connection, collection: str) -> None:
        self.connection = connection
        self.collection = collection

    def get(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The values of keys (DamagedIndexError: one is not there, or not as it was written)."""
        values = self._values(keys)
        found: dict[str, bytes] = {}
        more = {key: int(values[key].partition(":")[0]) for key in keys if not values[key].startswith("1:")}
        rest = self._values([f"{key}.{at}" for key, parts in more.items() for at in range(1, parts)])
        for key in keys:
            parts = [values[key], *(rest[f"{key}.{at}"] for at in range(1, more.get(key, 1)))]
            found[key] = b"".join(self._bytes(key, part) for part in parts)
        return found

    def _values(self, keys: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for at in range(0, len(keys), ASKED):
            some = keys[at : at + ASKED]
            for row in self.connection.rows(self.collection, "key", some, ["value"]):
                found[row["key"]] = row["value"]
        missing = next((key for key in keys if key not in found), None)
        if missing is not None:
            raise DamagedIndexError(
                f"{self.connection.address.shown}: {self.collection} has no record {missing}; {REMEDY}"
            )
        return found

    def _bytes(self, key: str, value: str) -> bytes:
        _, check, encoded = value.split(":", 2)
        try:
            read = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            read = None
        if read is None or f"{zlib.crc32(read):08x}" != check:
            raise DamagedIndexError(
                f"{self.connection.address.shown}: record {key} of {self.collection} is not as it was written; {REMEDY}"
            )
        return read

    def put(self, records: Iterable[tuple[str, bytes]]) -> int:
        """Write values under keys; gives how many rows they took."""
        rows: list[Mapping[str, Any]] = []
        size = count = 0
        for key, value in records:
            for row in rows_of(key, value):
                rows.append(row)
                count += 1
                size += len(row["value"]) + 100
            if size >= TOGETHER:
                self.connection.put(self.collection, rows)
                rows, size = [], 0
        if rows:
            self.connection.put(self.collection, rows)
        return count


def rows_of(key: str, value: bytes) -> list[dict[str, Any]]:
    """The rows that hold a value."""
    parts = [value[at : at + BLOCK] for at in range(0, len(value), BLOCK)] or [b""]
    return [
        {
            "key": f"{key}.{at}" if at else key,
            "value": f"{len(parts)}:{zlib.crc32(part):08x}:{base64.b64encode(part).decode('ascii')}",
            "none": [1.0, 0.0],
        }
        for at, part in enumerate(parts)
    ]
