"""The one place that speaks to a Milvus server: with limits of time, and errors in this program's words.

What was found of pymilvus 3.0.2 and the servers, and is seen to here:

- pymilvus logs every error with a traceback; what there is to say is said by this program's own message.
- It tries a call again by itself as long as its `timeout` lasts, an insert too; so what is written again must be the
  same rows under the same keys, and is counted before it answers.
- 2.3.5 waits up to .4 s to give a Strong reading (what was written a moment ago); a generation does not change, so
  readers take Bounded, 2 to 5 ms.
- Of a connection that cannot be made pymilvus says no more than that; why stands in the error of gRPC below.
- 2.3.5 drops a `group_by_field` without a word and knows no BM25; neither is asked for.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from index.engine.breaker import Breaker
from index.engine.milvus.address import TOKEN, Address
from index.errors import DamagedIndexError, EngineAwayError, EngineError

T = TypeVar("T")

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
WRITE_SECONDS = 120.0
"""For a call to be answered. Two that are not, and nobody asks for a while (`index.engine.breaker`)."""
KEYS = 2_000
"""Keys in one expression: some 30 KB, which is parsed in a few ms."""
OLDEST = (2, 3)
"""The first server with aliases, upsert and vectors that can be read back."""
NOT_THERE = (4, 100)
"""Codes of "there is no such collection", of 2.3 and of newer servers."""
DENIED = (1800, 65535)
"""Codes of a refusal, of servers that say what was wrong in words; the second is that of much else."""

_VERSION = re.compile(r"([0-9]+)\.([0-9]+)")
_NO_TLS = re.compile(r"handshake failed|certificate|verification check failed", re.IGNORECASE)
_REFUSED = re.compile(r"\bauth|permission|privilege|credential", re.IGNORECASE)


class Connection:
    """A client that is made when it is first needed. May be used from many threads."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.breaker = Breaker(address.shown)
        self._making = threading.Lock()
        self._client: Any = None
        self.version = ""

    def close(self) -> None:
        """End the connection; a later call makes a new one."""
        with self._making:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    # Reading

    def search(
        self,
        collection: str,
        vector: Any,
        limit: int,
        fields: Sequence[str],
        expression: str = "",
        *,
        strong: bool = False,
    ) -> list[Mapping[str, Any]]:
        """The nearest rows by inner product, the best first; at most `limit`. `strong`: as of `query`."""

        def ask(client: Any, seconds: float) -> Any:
            return client.search(
                collection,
                data=[vector],
                limit=limit,
                filter=expression,
                output_fields=list(fields),
                search_params={"metric_type": "IP"},
                consistency_level="Strong" if strong else "Bounded",
                timeout=seconds,
            )

        hits = self._read(ask)[0]
        # Not by the name of the key, which 2.3 does not tell.
        return [{**hit["entity"], "row": hit.id} for hit in hits]

    def rows(
        self, collection: str, key: str, keys: Sequence[int | str], fields: Sequence[str], *, strong: bool = False
    ) -> list[Any]:
        """The rows with these keys, in any order; those that there are. `strong`: as of `query`."""
        found: list[Any] = []
        for at in range(0, len(keys), KEYS):
            part = keys[at : at + KEYS]
            listed = ",".join(f'"{one}"' if isinstance(one, str) else str(one) for one in part)
            found += self.query(collection, f"{key} in [{listed}]", [key, *fields], strong=strong)
        return found

    def query(self, collection: str, expression: str, fields: Sequence[str], *, strong: bool = False) -> list[Any]:
        """The rows that an expression allows. `strong`: with all that was written before."""
        level = "Strong" if strong else "Bounded"

        def ask(client: Any, seconds: float) -> Any:
            return client.query(
                collection, filter=expression, output_fields=list(fields), consistency_level=level, timeout=seconds
            )

        return list(self._read(ask))

    def count(self, collection: str) -> int:
        """How many rows a collection has, with all that was written before."""
        return int(self.query(collection, "", ["count(*)"], strong=True)[0]["count(*)"])

    def collections(self) -> list[str]:
        """The names of all collections."""
        return list(self._read(lambda client, seconds: client.list_collections(timeout=seconds)))

    def behind(self, alias: str) -> str | None:
        """The collection that an alias stands for; None where it stands for none."""
        try:
            found = self._read(lambda client, seconds: client.describe_collection(alias, timeout=seconds))
        except NotThereError:
            return None
        return str(found["collection_name"])

    # Writing

    def create(self, collection: str, fields: Callable[[Any], None], vector: str, index: str) -> None:
        """A new collection whose fields are those that `fields` adds to its schema; it is loaded."""

        def work(client: Any, seconds: float) -> None:
            schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
            fields(schema)
            indexed = client.prepare_index_params()
            indexed.add_index(vector, index_type=index, metric_type="IP", params=_index_params(index))
            client.create_collection(collection, schema=schema, index_params=indexed, timeout=seconds)

        self._write(work)

    def load(self, collection: str) -> None:
        """Make sure that a collection can be asked: milvus-lite forgets that it could when its process ends."""
        self._write(lambda client, seconds: client.load_collection(collection, timeout=seconds))

    def put(self, collection: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write rows; those that are there under the same keys are replaced, so that it may be done again."""
        listed = list(rows)
        self._write(lambda client, seconds: client.upsert(collection, listed, timeout=seconds))

    def flush(self, collection: str) -> None:
        """Bring what was written to where the server keeps it."""
        self._write(lambda client, seconds: client.flush(collection, timeout=seconds))

    def drop(self, collection: str) -> None:
        """Remove a collection; nothing where there is none."""
        self._write(lambda client, seconds: client.drop_collection(collection, timeout=seconds))

    def switch(self, alias: str, collection: str) -> None:
        """Let an alias stand for this collection from now on, in one step."""
        there = self.behind(alias) is not None

        def work(client: Any, seconds: float) -> None:
            change = client.alter_alias if there else client.create_alias
            change(collection, alias, timeout=seconds)

        self._write(work)

    def forget(self, alias: str) -> None:
        """Let an alias stand for nothing; nothing where it does already."""
        if self.behind(alias) is not None:
            self._write(lambda client, seconds: client.drop_alias(alias, timeout=seconds))

    # How

    def _read(self, work: Callable[[Any, float], T]) -> T:
        return self.breaker.call(lambda seconds: self._called(work, seconds), READ_SECONDS)

    def _write(self, work: Callable[[Any, float], T]) -> T:
        return self.breaker.call(lambda seconds: self._called(work, seconds), WRITE_SECONDS)

    def _called(self, work: Callable[[Any, float], T], seconds: float) -> T:
        client = self._made()
        import grpc
        from pymilvus.exceptions import MilvusException

        try:
            return work(client, seconds)
        except (MilvusException, grpc.RpcError) as error:  # the latter as it comes, where time has run out
            raise self._told(error) from error
        except (OSError, ValueError) as error:  # a channel that was closed, a file that is gone
            raise EngineAwayError(f"{self.address.shown}: the server does not answer ({_line(error)})") from error

    def _made(self) -> Any:
        with self._making:
            if self._client is None:
                try:
                    from pymilvus import MilvusClient
                    from pymilvus.exceptions import MilvusException
                except ImportError:
                    raise EngineError(
                        f"{self.address.shown} needs the package pymilvus: pip install 'attributed[milvus]'"
                    ) from None
                logging.getLogger("pymilvus").setLevel(logging.CRITICAL + 1)
                address = self.address
                if address.lite:
                    # Its server is in this process and logs what it does not know, with a traceback, on every flush.
                    logging.getLogger("grpc._server").setLevel(logging.CRITICAL + 1)
                given: dict[str, Any] = {"secure": True} if address.secure else {}
                if address.ca:
                    _readable(address)
                    given["server_pem_path"] = address.ca
                try:
                    client = MilvusClient(
                        address.uri,
                        token=address.token,
                        db_name=address.database,
                        timeout=CONNECT_SECONDS,
                        dedicated=not address.lite,
                        **given,
                    )
                except (MilvusException, OSError, ValueError) as error:
                    raise self._told(error) from error
                except ImportError:
                    raise EngineError(
                        f"{address.shown} needs the package milvus-lite: pip install milvus-lite"
                    ) from None
                try:
                    self._check_version(str(client.get_server_version(timeout=CONNECT_SECONDS)))
                except MilvusException as error:
                    client.close()
                    raise self._told(error) from error
                except BaseException:
                    client.close()
                    raise
                self._client = client
            return self._client

    def _check_version(self, version: str) -> None:
        found = _VERSION.search(version)
        if not self.address.lite and (found is None or (int(found[1]), int(found[2])) < OLDEST):
            oldest = ".".join(map(str, OLDEST))
            raise EngineError(f"{self.address.shown}: the server is Milvus {version}; {oldest} or newer is needed")
        self.version = version

    def _told(self, error: Exception) -> EngineError | DamagedIndexError:
        import grpc

        # Where a connection fails, its cause tells why.
        below = next((one for one in (error.__cause__, error) if isinstance(one, grpc.RpcError)), None)
        code = getattr(error, "code", None)
        shown, said = self.address.shown, _line(below or error)
        if code in NOT_THERE and "not" in said:
            return NotThereError(f"{shown}: {said}; run `attributed rebuild`")
        if _NO_TLS.search(said):
            return EngineError(
                f"{shown}: TLS cannot be agreed on ({_tail(said)}); ?ca=FILE names the certificate of who signed the"
                " server's, the address the server as its certificate does"
            )
        status = below.code() if isinstance(below, grpc.Call) else None
        if status in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED) or (
            code in DENIED and _REFUSED.search(said)
        ):
            return EngineError(f"{shown}: the server refuses ({said}); see that {TOKEN} holds what it expects")
        return EngineAwayError(f"{shown}: the server does not answer ({said})")


class NotThereError(DamagedIndexError):
    """A collection that should be there is not."""


def _index_params(index: str) -> dict[str, int]:
    return {"HNSW": {"M": 32, "efConstruction": 200}, "IVF_FLAT": {"nlist": 1024}, "IVF_SQ8": {"nlist": 1024}}.get(
        index, {}
    )


def _line(error: Exception) -> str:
    details = getattr(error, "details", None)  # of gRPC's own errors, whose text is of many lines
    said = str(getattr(error, "message", "") or (details() if callable(details) else "") or error).strip()
    return said.splitlines()[0][:300] if said else type(error).__name__


def _tail(said: str) -> str:
    """The end of a chain of reasons."""
    return said.removesuffix(": OK").rpartition(": ")[2]


def _readable(address: Address) -> None:
    try:
        with Path(address.ca).open("rb"):
            pass
    except OSError as error:
        raise EngineError(
            f"{address.shown}: the certificate {address.ca} cannot be read ({error.strerror}); name a file that can"
        ) from error
