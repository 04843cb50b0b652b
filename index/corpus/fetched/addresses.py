"""Which web addresses are asked, and which numbers (IP addresses) a name in one may lead to.

Whoever writes a page or answers for a name could else make this program ask the machines beside it: an address that
leads, by a name, by a redirect or in another spelling, to a service that trusts its own network.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urljoin

Number = ipaddress.IPv4Address | ipaddress.IPv6Address
"""Where a name leads."""

LENGTH_LIMIT = 4096
"""Characters of the longest address that is asked."""
PORTS = frozenset((80, 443))
"""Behind others answers what is no site for readers."""
_DEFAULT = {"http": 80, "https": 443}

_IS_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]+\]")
_USER = re.compile(r"(?<=://)[^/?#\\]*@")

_NEVER = tuple(
    map(
        ipaddress.ip_network,
        """
        0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
        192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
        168.63.129.16/32
        2001::/23 2001:db8::/32 2002::/16 3fff::/20
        """.split(),
    )
)
"""No public numbers: IANA's registries of special purposes for IPv4 and IPv6 (RFC 6890, as of 2025), of IPv6 as far as
they lie within 2000::/3. Among them 192.88.99.0/24 and 2002::/16 (6to4) and 2001::/23 (Teredo, ORCHID, others), which
`ipaddress` calls global in part; and 168.63.129.16, by which machines in Azure reach their host."""
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given to networks (RFC 4291, 2.4). Left out are therefore numbers that carry one of IPv4: mapped
(::ffff:0:0/96), compatible (::/96), translated (64:ff9b::/96 and 64:ff9b:1::/48, RFC 6052 and 8215)."""


class FetchError(Exception):
    """Why an address is not fetched, in words that follow the address and a colon."""


@dataclass(frozen=True, slots=True)
class Address:
    """A web address in one form: no user, no fragment, the port only where it is not the scheme's own.

    `host`: in small letters, a name in its ASCII form, a number of IPv6 in brackets. `target`: path and query.
    """

    scheme: str
    host: str
    port: int
    target: str

    def __str__(self) -> str:
        return f"{self.origin}{self.target}"

    @property
    def authority(self) -> str:
        """Host, and port where it is not the scheme's own."""
        return self.host if self.port == _DEFAULT[self.scheme] else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """What robots.txt speaks for (RFC 9309, 2.3)."""
        return f"{self.scheme}://{self.authority}"

    def leads_to(self, location: str) -> Address:
        """Where a redirect goes from here. FetchError: nowhere that is asked, or from https to http."""
        try:
            there = read_address(urljoin(str(self), location))
        except ValueError as error:
            raise FetchError("it is no web address") from error
        if self.scheme == "https" and there.scheme == "http":
            raise FetchError(
                f"it leads from https to {shown_address(str(there))}, where anybody on the way can change it"
            )
        return there


def is_address(source: str) -> bool:
    """Whether a source is an address of any scheme, rather than the name of a file."""
    return _IS_ADDRESS.match(source) is not None


def shown_address(text: str) -> str:
    """An address as a message can print it: without user and password, and no longer than a few lines."""
    plain = _USER.sub("", "".join(one if one.isprintable() and one != " " else "\ufffd" for one in text[:LENGTH_LIMIT]))
    return plain if len(plain) <= 400 else f"{plain[:400]}…"


def read_address(text: str) -> Address:
    """The address that a text is. FetchError: it is none, or none that is asked."""
    from urllib3.exceptions import LocationParseError
    from urllib3.util import parse_url

    if len(text) > LENGTH_LIMIT:
        raise FetchError(f"it has more than {LENGTH_LIMIT} characters")
    try:
        url = parse_url(text)
    except LocationParseError as error:
        raise FetchError("it is no web address") from error
    if url.scheme not in _DEFAULT:
        raise FetchError("only http and https addresses are fetched")
    if url.auth is not None:
        raise FetchError("a user or password stands in it; pages are asked for without")
    if not url.host or not _HOST.fullmatch(url.host):
        raise FetchError("it names no host")
    port = _DEFAULT[url.scheme] if url.port is None else url.port
    return Address(url.scheme, url.host, port, url.request_uri)


def is_public(number: Number) -> bool:
    """Whether a number is of the public internet, where anybody may ask."""
    if isinstance(number, ipaddress.IPv6Address) and number not in _GLOBAL_6:
        return False
    if any(number.version == network.version and number in network for network in _NEVER):
        return False
    return number.is_global and not number.is_multicast and not number.is_reserved
