"""An index on a Milvus server, 2.3 or newer, or in a file of milvus-lite: `milvus://host:19530/name`.

A generation is two collections. `passages` has a row a quotation: its vector, that of its words alone, and numbers to
filter by. `records` has what is looked up by a key: texts, the lists of words in blocks, and the catalogue. An alias,
the name in the address, stands for the `records` of the generation that answers; it is moved in one step, the last.

The server finds candidates and keeps what is read. Scores, filters and counts are worked out here from the very numbers
that an embedded index has: BM25's weights are those of all passages, not of a segment of the server, and a vector is
scored again from its own numbers. So an answer is the same whatever version stands at the address.

The catalogue is the store without its texts, in a file of each reader: who speaks, where and when. Filters, facets and
names are read from it without asking anybody.
"""

from __future__ import annotations

from index.engine.milvus.address import read_address
from index.engine.milvus.served import Milvus


def engine(address: str) -> Milvus:
    """The engine at an address (EngineError: it is none)."""
    return Milvus(read_address(address))
