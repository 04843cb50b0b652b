"""One index in every engine that is at hand: the same articles, the same encoder, taken from the same rebuild.

ATTRIBUTED_TEST_MILVUS names a server to be tested as well, `milvus://host:port`; scripts/milvus_server.py starts one.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest

from index.engine import Engine
from index.engine.choice import engine_of
from index.engine.milvus.served import Milvus

SERVER = os.environ.get("ATTRIBUTED_TEST_MILVUS", "")
KINDS = ["embedded", "lite", *(["server"] if SERVER else [])]

collect_ignore = [] if SERVER.startswith("milvuss://") else ["test_secured.py"]
"""What only a server that asks for a password can show."""


def named(name: str) -> str:
    """The address of an index of this name on the server."""
    server, asked, query = SERVER.partition("?")
    return f"{server.rstrip('/')}/{name}{asked}{query}"


def silent(stage: str, done: int, total: int | None) -> None:
    del stage, done, total


@pytest.fixture(scope="module")
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an empty engine."""
    if request.param == "embedded":
        return ""
    if request.param == "lite":
        return f"milvus+lite://{tmp_path_factory.mktemp('lite') / 'lite.db'}"
    return named(f"test_{uuid.uuid4().hex[:12]}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "served" in metafunc.fixturenames:
        metafunc.parametrize("address", KINDS[1:], indirect=True, scope="module")
    elif "address" in metafunc.fixturenames:
        metafunc.parametrize("address", KINDS, indirect=True, scope="module")


@pytest.fixture(scope="module")
def engine(address: str) -> Iterator[Engine]:
    """An engine of this module; what is written there is removed afterwards."""
    made = engine_of(address)
    yield made
    if isinstance(made, Milvus):
        made.clear()
        made.close()


@pytest.fixture
def served(engine: Engine) -> Milvus:
    """An empty engine that is a server: for what an embedded one has no need of."""
    assert isinstance(engine, Milvus)
    engine.clear()
    return engine
