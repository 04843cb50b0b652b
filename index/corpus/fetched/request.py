"""One request to one place, within limits of size and time whatever the server does."""

from __future__ import annotations

import contextlib
import importlib.metadata
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from index.corpus.fetched.addresses import Address, FetchError, Number
from index.corpus.fetched.network import Network

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
    from urllib3.response import BaseHTTPResponse

AGENT = "attributed"
"""The name under which robots.txt speaks of this program (RFC 9309, 2.2.1)."""
SECONDS_LIMIT = 30.0
"""Seconds from the look-up of the name to the last byte; an ordinary page takes under two."""
CONNECT_LIMIT = 10.0
"""Seconds given to one number of a name to take the call."""
PART = 1 << 16
"""Bytes read at once."""

_PACKED = frozenset(("", "identity", "gzip", "x-gzip", "deflate"))
"""How a body may be packed: zlib's ways alone are asked for, and unpacked bit by bit."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. `headers`: by their names in small letters. `body`: of a 200 alone.

    `whole`: whether that is all of it, rather than as much as was asked for.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    whole: bool = True


def agent() -> str:
    """How this program introduces itself."""
    try:
        version = importlib.metadata.version("attributed")
    except importlib.metadata.PackageNotFoundError:  # a bare checkout is not installed
        version = "0"
    return f"{AGENT}/{version} (an index of quotations; asks for pages that its user names, as robots.txt allows)"


def ask(
    address: Address, network: Network, headers: Mapping[str, str], most: int, seconds: float = SECONDS_LIMIT
) -> Answer:
    """What the server of an address answers, with no more of its body than `most` bytes, unpacked.

    The name is looked up once, and the call goes to a number that was found and may be asked; the certificate must be
    the name's. Proxies that the environment names are passed by: they would look the name up anew.

    Raises:
        FetchError: there is no answer, none in `seconds`, or one that cannot be read.
    """
    ends = time.monotonic() + seconds
    numbers = network.numbers(address, seconds)
    fault: FetchError | None = None
    for number in numbers:
        with _Call(address, number, network, ends) as call:
            try:
                call.connect()
            except FetchError as error:
                fault = error
                continue
            return call.answer(headers, most)
    raise fault or FetchError("there is nobody to ask")


class _Call:
    """A connection to one number, cut when the time is over: a limit a read would let a server go on byte by byte."""

    def __init__(self, address: Address, number: Number, network: Network, ends: float) -> None:
        self._address = address
        self._number = number
        self._network = network
        self._ends = ends
        self._connection: HTTPConnection | None = None
        self._socket: socket.socket | None = None
        self._late = threading.Event()
        self._timer = threading.Timer(max(0.0, self._left), self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Call:
        self._timer.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._timer.cancel()
        if self._connection is not None:
            self._connection.close()
        if self._socket is not None:
            self._socket.close()

    @property
    def _left(self) -> float:
        return self._ends - time.monotonic()

    def connect(self) -> None:
        """Make the connection. FetchError: that failed."""
        from ssl import SSLCertVerificationError

        from urllib3.connection import HTTPConnection, HTTPSConnection
        from urllib3.exceptions import HTTPError

        where: dict[str, Any] = {
            "host": str(self._number),
            "port": self._address.port,
            "timeout": max(0.01, min(CONNECT_LIMIT, self._left)),
        }
        try:
            if self._address.scheme == "https":
                # OpenSSL holds the certificate against this name, not against the number.
                name = self._address.host.strip("[]")
                self._connection = HTTPSConnection(**where, server_hostname=name, ssl_context=self._network.trust())
            else:
                self._connection = HTTPConnection(**where)
            self._connection.connect()
        except SSLCertVerificationError as error:
            raise FetchError(f"its certificate is not trusted: {error.verify_message}") from error
        except (OSError, HTTPError) as error:
            self._say_late()
            raise FetchError(f"{self._address.host} cannot be reached: {_reason(error)}") from error
        self._socket = self._connection.sock

    def answer(self, headers: Mapping[str, str], most: int) -> Answer:
        """Ask, and read what is answered."""
        from http.client import HTTPException

        from urllib3.exceptions import HTTPError

        assert self._connection is not None
        own = {
            "Host": self._address.authority,
            "User-Agent": agent(),
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        try:
            self._connection.timeout = max(0.01, self._left)
            self._connection.request("GET", self._address.target, headers={**own, **headers}, preload_content=False)
            with contextlib.closing(self._connection.getresponse()) as response:
                answer = self._read(response, most)
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            self._say_late()
            raise FetchError(f"the answer broke off: {_reason(error)}") from error
        self._say_late()
        return answer

    def _read(self, response: BaseHTTPResponse, most: int) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status != HTTPStatus.OK:
            return Answer(response.status, headers)
        packed = headers.get("content-encoding", "").strip().lower()
        if packed not in _PACKED:
            raise FetchError(f"it comes packed as {packed[:40]!r}, which was not asked for")
        body = bytearray()
        for part in response.stream(PART):
            body += part
            if len(body) > most:
                return Answer(response.status, headers, bytes(body[:most]), whole=False)
        return Answer(response.status, headers, bytes(body))

    def _cut(self) -> None:
        self._late.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Not SSLSocket's own, which would change it under the one who reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _say_late(self) -> None:
        if self._late.is_set() or self._left <= 0:
            raise FetchError("the answer was not there in time; it is slow, or meant to be") from None


def _reason(error: BaseException) -> str:
    """What went wrong, safe to print: it may quote the server."""
    if isinstance(error.__cause__, OSError):  # urllib3's own words name its objects
        error = error.__cause__
    reason = str((isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__)
    return "".join(one if one.isprintable() else "\ufffd" for one in " ".join(reason.split())[:160])
