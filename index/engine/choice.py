"""An address → its engine. Whose package that needs is imported then, and not before."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from index.engine.embedded import Embedded
from index.engine.protocol import Engine
from index.errors import EngineError

EMBEDDED = "embedded"
SCHEMES: Mapping[str, str] = {
    "milvus": "index.engine.milvus",
    "milvuss": "index.engine.milvus",
    "milvus+lite": "index.engine.milvus",
}
"""What an address begins with → the module whose `engine` makes one of it."""


def engine_of(address: str | None) -> Engine:
    """The engine at `address`; without one, the embedded one.

    Raises:
        EngineError: the address is none, or the package that speaks to this engine is missing.
    """
    if not address or address == EMBEDDED:
        return Embedded()
    scheme, found, _ = address.partition("://")
    if not found or scheme not in SCHEMES:
        known = ", ".join(f"{one}://" for one in SCHEMES)
        raise EngineError(f"the engine {address[:80]!r} is not known; leave it out, or begin with one of {known}")
    made: Engine = importlib.import_module(SCHEMES[scheme]).engine(address)
    return made
