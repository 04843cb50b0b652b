"""What an index answers with, as one hash: two that were made in different ways are the same where it is."""

from __future__ import annotations

import contextlib
import hashlib

from index.generation import Generation
from index.store import Store

_MADE_OF_VECTORS_AND_WORDS = ("vectors", "spoken", "lexical/")
"""Files that hold numbers alone, the same bytes whenever they are made. What else lies beside them is made of the rows
of the store too, and has names or times in it."""


def content_hash(generation: Generation) -> str:
    """SHA-256 over every row of the store and over the vectors and word lists; 64 hex digits.

    Neither time nor place of a run is in it, nor how many processes or machines made it. Vectors are the same on
    processors of the same kind; others may differ in the last bits of their numbers, and then so does this.

    Raises:
        DamagedIndexError: a part cannot be read.
    """
    digest = hashlib.sha256()
    with contextlib.closing(Store(generation.store)) as store:
        for row in store.everything():
            digest.update(row)
    for name, record in sorted(generation.read_manifest().files.items()):
        if name.startswith(_MADE_OF_VECTORS_AND_WORDS):
            digest.update(f"{name} {record.sha256}\n".encode())
    return digest.hexdigest()
