"""What a vector takes in Milvus by kind of index: bytes on the disk and in memory, seconds to put in and to index.

    python scripts/milvus_sizes.py --json FILE

It starts a server of its own; see milvus_server.py. The vectors are random: sizes do not depend on them.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import click
import numpy as np

from index.errors import QuoteIndexError
from index.running import run
from scripts.milvus_server import VERSION, Server, alone, install, started
from scripts.serving import machine, resident

KINDS: dict[str, dict[str, Any]] = {
    "FLAT": {},
    "IVF_SQ8": {"nlist": 1024},
    "HNSW": {"M": 16, "efConstruction": 200},
}
"""DISKANN is not among them: this server takes the order for it and never ends indexing."""

BATCH = 2000
LIMIT = 600.0
"""Seconds that indexing may take."""
SETTLING = 5.0
"""Seconds before memory is read: what is released comes back late."""


@dataclass(frozen=True, slots=True)
class Size:
    """Of one kind. `disk`: bytes a vector of the index's files; `memory`: bytes a vector by which the server, started
    anew, grows when it loads them; `insert`: rows a second that are acknowledged; `indexing`: seconds.
    """

    kind: str
    disk: float
    memory: float
    insert: float
    indexing: float


def measure(server: Server, kind: str, count: int, dimension: int) -> Size:
    """Put `count` vectors into a server that holds nothing, index and load them (QuoteIndexError: it cannot)."""
    import grpc
    from pymilvus import DataType, MilvusClient, MilvusException

    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    client = MilvusClient(server.url.replace("milvus://", "http://"), timeout=60)
    schema = client.create_schema()
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    try:
        client.create_collection("sizes", schema=schema)
        taken = _insert(client, count, dimension)
        client.flush("sizes", timeout=300)
        before = _indexed(server.folder)
        params = client.prepare_index_params()
        params.add_index("vector", index_type=kind, index_name="vector", metric_type="IP", params=KINDS[kind])
        begun = time.perf_counter()
        client.create_index("sizes", params, timeout=LIMIT)
        _until_indexed(client, count)
        indexing = time.perf_counter() - begun
        client.close()
        server.kill()  # what it holds from writing would count as well
        server.start()
        client = MilvusClient(server.url.replace("milvus://", "http://"), timeout=60)
        time.sleep(SETTLING)
        held = resident(server.pid)
        _load(client)
        time.sleep(SETTLING)
        grown = (resident(server.pid) - held) * 2**20
        return Size(kind, (_indexed(server.folder) - before) / count, grown / count, count / taken, indexing)
    except (MilvusException, grpc.RpcError) as error:
        raise QuoteIndexError(f"{kind}: {error}") from error
    finally:
        client.close()


def _load(client: Any) -> None:
    """Load them; a server that was killed takes half a minute to know that it was."""
    import grpc
    from pymilvus import MilvusException

    deadline = time.monotonic() + LIMIT
    while True:
        try:
            client.load_collection("sizes", timeout=60)
        except (MilvusException, grpc.RpcError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


def _insert(client: Any, count: int, dimension: int) -> float:
    """Seconds until all are acknowledged, without making them."""
    random = np.random.default_rng(1)
    taken = 0.0
    for start in range(0, count, BATCH):
        rows = random.standard_normal((min(BATCH, count - start), dimension), np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        batch = [{"id": start + place, "vector": row} for place, row in enumerate(rows)]
        begun = time.perf_counter()
        client.insert("sizes", batch, timeout=60)
        taken += time.perf_counter() - begun
    return taken


def _until_indexed(client: Any, count: int) -> None:
    """Until no row is pending: the state alone says finished too early."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        told = client.describe_index("sizes", "vector", timeout=60)
        if int(told.get("indexed_rows", 0)) >= count and not int(told.get("pending_index_rows", 0)):
            return
        time.sleep(0.5)
    raise QuoteIndexError(f"{count} vectors were not indexed within {LIMIT:.0f} s")


def _indexed(folder: Path) -> int:
    return sum(
        path.stat().st_size for path in (folder / "data").rglob("*") if path.is_file() and "index_files" in path.parts
    )


def main(argv: Sequence[str] | None = None) -> int:
    return run(milvus_sizes, "milvus_sizes.py", argv)


@click.command(help=__doc__)
@click.option("--count", default=100_000, show_default=True, type=click.IntRange(1025), help="Vectors.")
@click.option("--dimension", default=384, show_default=True, type=click.IntRange(8), help="Numbers of each.")
@click.option("--json", "json_file", type=click.Path(path_type=Path, dir_okay=False), help="Write figures here.")
def milvus_sizes(count: int, dimension: int, json_file: Path | None) -> None:
    install()
    alone()
    found: list[Size] = []
    refused: dict[str, str] = {}
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="milvus-") as folder, started(Server(Path(folder))) as server:
            assert isinstance(server, Server)
            try:
                one = measure(server, kind, count, dimension)
            except QuoteIndexError as error:
                refused[kind] = str(error)
                click.echo(f"{kind}: refused: {error}")
                continue
        found.append(one)
        click.echo(
            f"{kind:8} disk {one.disk:6.0f}  memory {one.memory:6.0f} bytes a vector;"
            f" {one.insert:.0f} rows a second put in, indexed in {one.indexing:.0f} s"
        )
    if json_file is not None:
        report = {
            "machine": machine(),
            "server": VERSION,
            "vectors": count,
            "dimension": dimension,
            "kinds": [asdict(one) for one in found],
            "refused": refused,
        }
        json_file.write_text(json.dumps(report, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
