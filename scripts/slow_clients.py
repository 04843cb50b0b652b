"""Slow clients beside quick ones: `python scripts/slow_clients.py --data DIR [--clients N] [--json FILE]`.

Serves DIR, asks it, then asks it again while clients send headers and bodies byte by byte. Prints how long `/livez` and
searches took without and with them, from connecting to the last byte of the answer, each over a new connection.
"""

from __future__ import annotations

import argparse
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.figures import as_json, keep
from scripts.serving import Request as Asked
from scripts.serving import ask, latency, machine, search, served

EACH = 0.25
"""Seconds between two bytes of a slow client, and between two rounds of a quick one."""
QUESTIONS = ("Who spoke about the war?", "What is said of the border?", "Will the attacks go on?", "Who wants peace?")


class Slow:
    """Clients that hold a connection by sending a byte now and then; each opens another one when it is closed."""

    def __init__(self, address: tuple[str, int], count: int) -> None:
        self._address = address
        self._ended = threading.Event()
        self.held = 0
        self.closed = 0
        self.failed = 0
        self._threads = [threading.Thread(target=self._work, args=(at,), daemon=True) for at in range(count)]

    def start(self) -> None:
        """Connect all of them."""
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """Let all of them go."""
        self._ended.set()
        for thread in self._threads:
            thread.join(10)

    def _work(self, at: int) -> None:
        head = b"GET /api/search?q=x HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 60_000
        body = (
            b"POST /api/verify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n"
        )
        while not self._ended.is_set():
            try:
                self._hold(head if at % 2 else body + b"{" * 60_000, 0 if at % 2 else len(body))
            except ConnectionError:
                self.closed += 1
            except OSError:
                self.failed += 1

    def _hold(self, sent: bytes, at_once: int) -> None:
        with socket.create_connection(self._address, timeout=10) as connection:
            self.held += 1
            try:
                connection.sendall(sent[:at_once])
                for at in range(at_once, len(sent)):
                    connection.sendall(sent[at : at + 1])
                    if self._ended.wait(EACH):
                        return
            finally:
                self.held -= 1


def asked(url: str, seconds: float) -> dict[str, Any]:
    """Milliseconds of `/livez` and of searches over so many seconds."""
    alive: list[float] = []
    searches: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        question = QUESTIONS[len(searches) % len(QUESTIONS)]
        alive += ask(url, [Asked("/livez")])[0]
        searches += ask(url, [search(question)])[0]
        time.sleep(EACH)
    return {"livez": _figures(alive), "search": _figures(searches)}


def _figures(times: Sequence[float]) -> dict[str, float]:
    found = latency(times)
    return {
        "count": found.count,
        "p50": round(found.p50, 1),
        "p95": round(found.p95, 1),
        "most": round(max(times), 1),
    }


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of an index")
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60.0, help="with the slow clients; half as long without")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    given = parser.parse_args(argv)
    with served(given.data) as (_, url, _):
        asked(url, 1)
        without = asked(url, given.seconds / 2)
        place = urlsplit(url)
        slow = Slow((str(place.hostname), int(place.port or 0)), given.clients)
        slow.start()
        time.sleep(1)
        beside = asked(url, given.seconds)
        held = slow.held
        slow.end()
    figures = {
        "machine": machine(),
        "slow clients": given.clients,
        "seconds": given.seconds,
        "held at the end": held,
        "closed by the service": slow.closed,
        "failed to connect": slow.failed,
        "without them": without,
        "beside them": beside,
    }
    print(as_json(figures))
    keep(figures, given.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
