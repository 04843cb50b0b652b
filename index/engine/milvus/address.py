"""`milvus://host:19530/name?database=...&index=...&ca=...`, `milvuss://` over TLS, `milvus+lite:///path`."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from index.errors import EngineError

TOKEN = "ATTRIBUTED_ENGINE_TOKEN"
"""The variable of the environment with `user:password` or an API key: an address is printed and logged, a token not."""
PORT = 19530
NAME = "attributed"
INDEXES = ("FLAT", "IVF_FLAT", "IVF_SQ8", "HNSW", "AUTOINDEX")
"""What may find candidates. FLAT alone finds all: the others lose some of the best, and of what a filter allows."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and how an index is called there.

    `uri` as pymilvus wants it. `index`: the kind of index over the vectors. `ca`: a file with the certificate of who
    signed the server's, for TLS.
    """

    shown: str
    uri: str
    name: str
    database: str
    index: str
    ca: str
    secure: bool
    lite: bool

    @property
    def token(self) -> str:
        """What the server knows this program by."""
        return os.environ.get(TOKEN, "")


def read_address(text: str) -> Address:
    """An address (EngineError: it is none; the message says what would be right)."""
    try:
        parts = urlsplit(text)
        port = parts.port or PORT
    except ValueError as error:
        raise EngineError(f"the engine is {text[:80]!r}: {error}; write milvus://host:19530/name") from None
    if "@" in parts.netloc:
        # The text is not repeated: it holds what must not be logged.
        raise EngineError(f"the address of the engine must not hold a password; put it into {TOKEN}")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    lite = parts.scheme == "milvus+lite"
    known = {"index", "name"} if lite else {"index", "database", "ca"}
    if unknown := [name for name in given if name not in known]:
        raise EngineError(f"the engine is {text[:80]!r}: {unknown[0][:40]!r} is not known; there are {sorted(known)}")
    name = given.get("name", NAME) if lite else parts.path.strip("/") or NAME
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", name):
        raise EngineError(f"the engine is {text[:80]!r}: a name is of letters, figures and _, like {NAME}")
    if lite and (parts.netloc or len(parts.path) < 2):
        raise EngineError(f"the engine is {text[:80]!r}: write milvus+lite:///path/to/file.db")
    if not lite and not parts.hostname:
        raise EngineError(f"the engine is {text[:80]!r}: write milvus://host:19530/name")
    index = given.get("index", "FLAT").upper()
    if index not in INDEXES:
        raise EngineError(f"the engine is {text[:80]!r}: the index is one of {', '.join(INDEXES)}")
    secure = parts.scheme == "milvuss"
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    uri = parts.path if lite else f"{'https' if secure else 'http'}://{host}:{port}"
    return Address(text, uri, name, given.get("database", ""), index, given.get("ca", ""), secure, lite)
