"""A site on this machine, and a network in which names lead to it: 127.0.0.1 is public there, and nothing else is."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.corpus import read_articles
from index.corpus.fetched.addresses import Number
from index.corpus.fetched.fetcher import Fetcher
from index.corpus.fetched.network import Network
from index.errors import ArticleError
from index.types import Article

TLS = Path(__file__).with_name("tls")
"""An authority made up for these tests, and a certificate of it for `news.test`; good until 2120."""
HERE = ipaddress.ip_address("127.0.0.1")
BESIDE = ipaddress.ip_address("10.0.0.5")

Play = Callable[[socket.socket], None]


def said(status: str, body: str | bytes = b"", *headers: str) -> bytes:
    """An answer as it goes over the line."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + data


def page(words: str, title: str = "Ferry starts") -> str:
    """A page with these words as its article."""
    rest = "The ferry crosses the river every hour, and few of those who came to see it left early that day. " * 2
    return (
        f"<html><head><title>{title}</title></head><body><article><p>{words}</p><p>{rest}</p></article></body></html>"
    )


@dataclass
class Site:
    """A server: path → what it says, or a play of its own on the line. `asked`: the requests that came, whole."""

    pages: dict[str, bytes | Play] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    def __call__(self, path: str, host: str = "news.test") -> str:
        """The address of a path of this site."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for, in their order."""
        return [request.split()[1] for request in self.asked]

    def header(self, path: str, name: str) -> str | None:
        """A header of the last request for a path."""
        request = next(request for request in reversed(self.asked) if request.split()[1] == path)
        for line in request.split("\r\n"):
            if line.lower().startswith(f"{name.lower()}: "):
                return line.partition(": ")[2]
        return None

    def answer(self, line: socket.socket) -> None:
        """Hear a request, and say what there is."""
        heard = b""
        while b"\r\n\r\n" not in heard and (part := line.recv(65536)):
            heard += part
        if not heard:
            return
        self.asked.append(heard.decode("latin-1"))
        what = self.pages.get(self.paths[-1], said("404 Not Found"))
        if isinstance(what, bytes):
            line.sendall(what)
        else:
            what(line)


@contextlib.contextmanager
def serving(site: Site, context: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Let a site answer, one request after the other."""
    listener = socket.create_server((str(HERE), 0))
    site.port = listener.getsockname()[1]
    site.scheme = "http" if context is None else "https"

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            # Who asks may hang up at any point, in the middle of a handshake as well.
            with contextlib.suppress(OSError), line:
                if context is None:
                    site.answer(line)
                else:
                    with context.wrap_socket(line, server_side=True) as wrapped:
                        site.answer(wrapped)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield site
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as started:
        yield started


def network(*, leads: dict[str, Sequence[Number]] | None = None, trust: ssl.SSLContext | None = None) -> Network:
    """A network in which every name leads here, but those that `leads` names; a number is itself."""

    def resolve(host: str, _port: int) -> Sequence[Number]:
        try:
            return [ipaddress.ip_address(host)]
        except ValueError:
            return (leads or {}).get(host, [HERE])

    return Network(
        resolve=resolve,
        may_ask=lambda number: number == HERE,
        may_knock=lambda _port: True,
        trust=lambda: trust or ssl.create_default_context(),
    )


@dataclass
class Clock:
    """A time that passes while somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def heard() -> list[str]:
    """What fetchers have told."""
    return []


Fetchers = Callable[..., Fetcher]


@pytest.fixture
def fetcher(clock: Clock, heard: list[str], tmp_path: Path) -> Iterator[Fetchers]:
    """Makes fetchers that remember in one file, whose clock stands still."""
    made: list[Fetcher] = []

    def make(**given: object) -> Fetcher:
        defaults = {
            "kept": tmp_path / "fetched.sqlite",
            "tell": heard.append,
            "network": network(),
            "sleep": clock.sleep,
            "clock": clock,
        }
        made.append(Fetcher(**{**defaults, **given}))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def read(fetcher: Fetcher, *addresses: str) -> list[Article | ArticleError]:
    """Everything that addresses give."""
    return list(read_articles(addresses, None, fetcher))


def article(fetcher: Fetcher, address: str) -> Article:
    """The one article of an address."""
    (found,) = read(fetcher, address)
    assert isinstance(found, Article), found
    return found


def reason(fetcher: Fetcher, address: str) -> str:
    """Why an address gives no article."""
    (found,) = read(fetcher, address)
    assert isinstance(found, ArticleError), found
    return found.reason
