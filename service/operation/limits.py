"""How often one caller may ask: counted by key where one is sent, else by address, in memory, one service at a time.

    limit_read      every page and answer             off, unless set
    limit_write     adding and removing               by key
    limit_keys      keys that are wrong or revoked    by address

Health, assets and metrics are never counted. Who asks too often gets 429 with Retry-After, and every counted answer
says how much is left (`RateLimit`, draft-ietf-httpapi-ratelimit-headers-10).

A right key is never refused for the wrong ones that come from the same address: a guess hits one key in 2^160, and
behind one address may sit a whole newsroom.

The count is the generic cell rate algorithm (ITU-T I.371, annex A): one number a caller. `limits` does as much; its
memory store walks through all callers a hundred times a second: with 100,000 of them a third of a core, and 8 ms at p99
for a request.
"""

from __future__ import annotations

import functools
import ipaddress
import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from flask import Flask, Response, current_app, g, request

from service.errors import ProblemError
from service.operation import access
from service.settings import Rate

_LIMITERS = "attributed.limits"
_PRUNED_FROM = 1000
"""Callers that are remembered before those are looked for who have not asked for long."""


class Left(NamedTuple):
    """What a caller may do: whether once was right, how often more, seconds until once more is, until all of it is."""

    allowed: bool
    remaining: int
    wait: float
    full: float


class Limiter:
    """Counts callers by one rate: as many as it says at once, and from then on as many in its time, evenly."""

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = rate
        self._clock = clock
        self._lock = threading.Lock()
        # When each caller would have used up nothing if nobody asked more often than the rate.
        self._even: dict[str, float] = {}
        self._prune_at = _PRUNED_FROM

    def take(self, who: str) -> Left:
        """Count one, unless it is too much."""
        amount, seconds = self.rate
        each = seconds / amount
        now = self._clock()
        with self._lock:
            used = max(self._even.get(who, now) - now, 0.0) + each
            # A millionth of room: sums of fractions are not to lose the last one that is right.
            if used > seconds * (1 + 1e-6):
                return Left(False, 0, used - seconds, used - each)
            self._even[who] = now + used
            if len(self._even) >= self._prune_at:
                self._prune(now)
        return Left(True, int((seconds - used) / each + 1e-6), 0.0, used)

    def _prune(self, now: float) -> None:
        self._even = {who: even for who, even in self._even.items() if even > now}
        self._prune_at = max(_PRUNED_FROM, 2 * len(self._even))

    def __len__(self) -> int:
        return len(self._even)


def install(app: Flask, rates: Mapping[str, Rate | None]) -> None:
    """Count what the application is asked. `rates`: for `read`, `write` and `keys`, None for what is not counted."""
    app.extensions[_LIMITERS] = {name: Limiter(rate) for name, rate in rates.items() if rate is not None}
    app.before_request(_count)
    app.after_request(_tell)


def count_wrong_key() -> None:
    """Count a key that is wrong against the address that sent it. ProblemError 429 where that is too often."""
    _take("keys", caller(request.remote_addr), "wrong keys from this address")


def _count() -> None:
    if request.endpoint in access.OPEN:
        return
    scope = access.needed()
    key = access.key()
    if key is not None:
        _take(scope, key.id, f"requests with the key {key.id}")
    else:
        _take(scope, caller(request.remote_addr), "requests from this address")


def _take(name: str, who: str, what: str) -> None:
    limiter: Limiter | None = current_app.extensions[_LIMITERS].get(name)
    if limiter is None:
        return
    left = limiter.take(who)
    g.left = (name, limiter.rate, left)
    if not left.allowed:
        wait = max(1, math.ceil(left.wait))
        detail = f"too many {what}; {limiter.rate} are taken, ask again in {wait} s"
        raise ProblemError(429, detail, retry_after=wait)


def _tell(response: Response) -> Response:
    if (counted := g.get("left")) is not None:
        name, rate, left = counted
        response.headers["RateLimit-Policy"] = f'"{name}";q={rate.amount};w={rate.seconds}'
        wait = left.full if left.allowed else max(1.0, left.wait)
        response.headers["RateLimit"] = f'"{name}";r={left.remaining};t={math.ceil(wait)}'
    return response


@functools.lru_cache(4096)
def caller(address: str | None) -> str:
    """Who asks from this address: of IPv6 the network of 64 bits, which one subscriber has whole (RFC 6177)."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or "nobody"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
