"""How the network is reached: names → numbers, whose certificates are trusted."""

from __future__ import annotations

import functools
import ipaddress
import os
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.corpus.fetched.addresses import PORTS, Address, FetchError, Number, is_public

if TYPE_CHECKING:
    import ssl


def resolved(host: str, port: int) -> list[Number]:
    """The numbers of a name, in the order in which the system would ask them. OSError: it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(ipaddress.ip_address(str(about[4][0]).partition("%")[0]) for about in found))


@functools.cache
def trusted() -> ssl.SSLContext:
    """TLS with the certificates that the system trusts; those of Mozilla (certifi) where it has none."""
    import ssl

    paths = ssl.get_default_verify_paths()
    has_some = paths.cafile is not None or (paths.capath is not None and any(os.scandir(paths.capath)))
    if has_some:
        return ssl.create_default_context()
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


@dataclass(frozen=True, slots=True)
class Network:
    """What requests go through. Another one than the default is for tests, which ask servers of this machine.

    `resolve`: name and port → numbers. `may_ask`: whether a number, and `may_knock`, whether a port is asked.
    """

    resolve: Callable[[str, int], Sequence[Number]] = resolved
    may_ask: Callable[[Number], bool] = is_public
    may_knock: Callable[[int], bool] = PORTS.__contains__
    trust: Callable[[], ssl.SSLContext] = trusted

    def numbers(self, address: Address, seconds: float) -> Sequence[Number]:
        """The numbers of an address, looked up once: whoever connects goes to one of these and asks no more.

        FetchError: its port is not asked, it has no number, or one of them is none that is asked. A name that leads to
        numbers of both kinds is one that somebody plays with.
        """
        if not self.may_knock(address.port):
            raise FetchError(f"port {address.port} is not asked, only 80 and 443")
        host = address.host.strip("[]")
        numbers = self._looked_up(host, address.port, seconds)
        for number in numbers:
            if not self.may_ask(number):
                what = host if host == str(number) else f"{host} leads to {number}, which"
                raise FetchError(f"{what} is no public address; save the page, and name the file")
        return numbers

    def _looked_up(self, host: str, port: int, seconds: float) -> Sequence[Number]:
        found: list[Sequence[Number]] = []
        faults: list[OSError] = []

        def look_up() -> None:
            try:
                found.append(self.resolve(host, port))
            except UnicodeError:  # getaddrinfo's, for a name with an empty or too long part
                faults.append(OSError("no such name"))
            except OSError as error:
                faults.append(error)

        # The system's own look-up knows no limit of time.
        beside = threading.Thread(target=look_up, name="look-up", daemon=True)
        beside.start()
        beside.join(seconds)
        if faults or not (found and found[0]):
            reason = (faults[0].strerror or str(faults[0])) if faults else "no answer in time"
            raise FetchError(f"{host} was not found ({reason}); check the name and the connection")
        return found[0]
