"""Address → page: robots.txt asked first, redirects followed, one request at a time and a pause between two of a host.

A page that was had before is asked for by its tag, and stands in for itself where it cannot be had: a server that is
down, or a page that is gone, takes nothing off the record. Whoever wants it off leaves its address out.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from index.corpus.fetched import rules
from index.corpus.fetched.addresses import Address, FetchError, read_address, shown_address
from index.corpus.fetched.kept import Kept, Version
from index.corpus.fetched.network import Network
from index.corpus.fetched.request import AGENT, SECONDS_LIMIT, Answer, ask
from index.corpus.files import File, decode_as, printable
from index.errors import ArticleError, SourceError
from index.types import Article

SIZE_LIMIT = 16 * 2**20
"""Bytes of the largest answer, unpacked: the largest feed that is read."""
REDIRECTS_LIMIT = 5
"""Redirects followed from one address (robots.txt: RFC 9309, 2.3.1.2)."""
ALTOGETHER_LIMIT = 60.0
"""Seconds of asking, pauses apart, after which no further redirect is followed."""
SILENT_LIMIT = 3
"""Pages in a row for which a host gives no answer, after which it is asked for no more."""
PAUSE = 1.0
"""Seconds between two pages of a host."""
LONGEST_PAUSE = 30.0
"""Seconds of the longest Crawl-delay that is kept; nobody waits a day for a page."""

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_BUSY = frozenset((429, 503))
"""Statuses of a server that wants to be left alone; its other pages are not asked for in this run."""
_ACCEPT = (
    "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9,"
    " text/plain;q=0.8, */*;q=0.5"
)
_NO_ARTICLE = re.compile(r"\s*(?:image|audio|video|font)/|\s*(?:text|application)/(?:css|(?:x-)?javascript)\b", re.I)
"""Media types of what may be text, and is none of an article; what else there is, its content tells."""
_TAG = re.compile(r"[\x20-\x7e]{1,500}")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Page:
    """What an address gave: the file that it is read as, and the version to keep once it is known to hold an article.

    `new`: None where it is the version that is kept already.
    """

    address: str
    file: File
    new: Version | None = None


@dataclass(slots=True)
class Fetcher:
    """Fetches pages one after the other; what it learns of a site holds for one run.

    `kept`: the file that remembers pages from run to run; None: nothing is remembered. `follow`: also the pages behind
    a feed's summaries. `tell` hears in one line of each page for which an earlier version stands in. `network`,
    `sleep`, `clock` and the limits are for tests.
    """

    kept: Path | None = None
    follow: bool = False
    tell: Callable[[str], None] = lambda _: None
    network: Network = field(default_factory=Network)
    pause: float = PAUSE
    seconds: float = SECONDS_LIMIT
    most: int = SIZE_LIMIT
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _robots: dict[str, bytes | str] = field(default_factory=dict)
    """Origin → its robots.txt, or why nothing is asked of it."""
    _asked: dict[str, float] = field(default_factory=dict)
    """Host → when it was last asked for a page."""
    _busy: dict[str, str] = field(default_factory=dict)
    """Host → why it is not asked for another page."""
    _silent: dict[str, int] = field(default_factory=dict)
    """Host → how many pages in a row it gave no answer for."""
    _kept: Kept | None = None

    def __post_init__(self) -> None:
        self._kept = None if self.kept is None else Kept(self.kept)

    def close(self) -> None:
        """Close the file that remembers."""
        if self._kept is not None:
            self._kept.close()

    def check(self, source: str) -> None:
        """SourceError, before anything is asked, where a source is no address that is fetched."""
        try:
            address = read_address(source)
            if not self.network.may_knock(address.port):
                raise FetchError(f"port {address.port} is not asked, only 80 and 443")
        except FetchError as error:
            raise SourceError(f"{shown_address(source)}: {error}") from error

    def page(self, source: str) -> Page:
        """What an address gives now. ArticleError: nothing, and why."""
        start = read_address(source)
        before = self._version(start)
        try:
            address, answer = self._followed(start, before)
            if answer.status == HTTPStatus.NOT_MODIFIED and before is not None:
                return Page(str(start), _file(source, before))
            if answer.status != HTTPStatus.OK:
                raise FetchError(_refusal(answer))
            media = answer.headers.get("content-type", "")
            if _NO_ARTICLE.match(media):
                raise FetchError(f"it is {printable(media.partition(';')[0][:60])}, and no article")
            if not answer.whole:
                raise FetchError(f"it has more than the {self.most} bytes that are read")
        except FetchError as error:
            raise ArticleError(shown_address(source), None, str(error)) from error
        body = _in_utf8(answer.body, media)
        etag, modified = _tag(answer, "etag"), _tag(answer, "last-modified")
        version = Version(str(address), body, dt.datetime.now(dt.UTC), etag, modified)
        return Page(str(start), _file(source, version), version)

    def keep(self, page: Page, listed: Sequence[Article] = ()) -> None:
        """Remember a page, as articles were read of it; and these one by one where it lists them (`listed`)."""
        if self._kept is None:
            return
        now = dt.datetime.now(dt.UTC)
        if page.new is not None:
            self._kept.keep(page.address, page.new, now)
        if listed:
            self._kept.keep_listed(page.address, listed, now)

    def earlier(self, source: str, now: Sequence[Article]) -> Iterator[Article]:
        """What a feed or another list gave once, but for those that it gives `now`; in the order in which it came."""
        if self._kept is None:
            return
        ids = {article.id for article in now}
        urls = {article.url for article in now if article.url is not None}
        for article in self._kept.listed(str(read_address(source)), dt.datetime.now(dt.UTC)):
            if article.id not in ids and article.url not in urls:
                yield article

    def stand_in(self, source: str, fault: str) -> File | None:
        """The version that was had before, for a page that `fault` keeps away, and say so; None where there is none."""
        before = self._version(read_address(source))
        if before is None:
            return None
        self.tell(f"kept as fetched on {before.fetched:%Y-%m-%d}: {shown_address(source)}: {fault}")
        return _file(source, before)

    def _version(self, address: Address) -> Version | None:
        return None if self._kept is None else self._kept.version(str(address), dt.datetime.now(dt.UTC))

    def _followed(self, address: Address, before: Version | None) -> tuple[Address, Answer]:
        """The answer behind all redirects, and the address that gave it."""
        spent = 0.0
        for _ in range(REDIRECTS_LIMIT + 1):
            if spent >= ALTOGETHER_LIMIT:
                raise FetchError(f"it leads on for more than {ALTOGETHER_LIMIT:.0f} s")
            began = self.clock()
            delay = self._delay_of(address)
            spent += self.clock() - began
            self._wait(address, delay)
            headers = {"Accept": _ACCEPT}
            if before is not None and before.final == str(address):
                tags = {"If-None-Match": before.etag, "If-Modified-Since": before.modified}
                headers |= {name: tag for name, tag in tags.items() if tag}
            began = self.clock()
            answer = self._asked_for(address, headers)
            spent += self.clock() - began
            if answer.status not in _REDIRECTS:
                return address, answer
            address = _next(address, answer)
        raise FetchError(f"it leads on more than {REDIRECTS_LIMIT} times")

    def _asked_for(self, address: Address, headers: Mapping[str, str]) -> Answer:
        """The answer to one request for a page; what it tells of the host is remembered."""
        host = address.host
        try:
            answer = ask(address, self.network, headers, self.most, self.seconds)
        except FetchError as error:
            self._silent[host] = self._silent.get(host, 0) + 1
            if self._silent[host] >= SILENT_LIMIT:
                self._busy[host] = str(error)
            raise
        finally:
            self._asked[host] = self.clock()
        self._silent[host] = 0
        if answer.status in _BUSY:
            self._busy[host] = _refusal(answer)
        return answer

    def _delay_of(self, address: Address) -> float:
        """The Crawl-delay of the site, 0 where it wants none. FetchError: it does not want to be asked for this."""
        if said := self._busy.get(address.host):
            raise FetchError(f"{address.host} is not asked any more in this run ({said}); rebuild again later")
        robots = self._robots_of(address)
        if isinstance(robots, str):
            raise FetchError(robots)
        allowed, delay = rules.asked(robots, str(address), AGENT) if robots.strip() else (True, 0.0)
        if not allowed:
            raise FetchError(f"the robots.txt of {address.host} does not allow {address.target}")
        return delay

    def _wait(self, address: Address, delay: float) -> None:
        """Wait as long as the site wants between two pages."""
        if address.host in self._asked:
            since = self.clock() - self._asked[address.host]
            wait = max(self.pause, min(delay, LONGEST_PAUSE)) - since
            if wait > 0:
                self.sleep(wait)

    def _robots_of(self, address: Address) -> bytes | str:
        origin = address.origin
        if origin not in self._robots:
            self._robots[origin] = self._fetched_robots(read_address(f"{origin}/robots.txt"))
        return self._robots[origin]

    def _fetched_robots(self, address: Address) -> bytes | str:
        """RFC 9309, 2.3.1: one that is not there allows all (4xx), one that cannot be had allows nothing.

        Too many requests (429) is a server that cannot be asked now, though its number begins with a 4.
        """
        first = address
        away = f"{first} cannot be had, so nothing is asked there"
        ends = self.clock() + self.seconds
        try:
            for _ in range(REDIRECTS_LIMIT + 1):
                headers, left = {"Accept": "text/plain, */*;q=0.5"}, max(0.01, ends - self.clock())
                answer = ask(address, self.network, headers, rules.SIZE_LIMIT, left)
                if answer.status == HTTPStatus.OK:
                    return answer.body
                if answer.status not in _REDIRECTS:
                    break
                address = _next(address, answer)
            else:
                return b""  # more redirects are as good as none (2.3.1.2)
        except FetchError as error:
            return f"{error} (asked for its robots.txt)" if address == first else f"{away}: {error}"
        if 400 <= answer.status < 500 and answer.status not in _BUSY:
            return b""
        return f"{away}: {_refusal(answer)}"


def _next(address: Address, answer: Answer) -> Address:
    location = answer.headers.get("location")
    if not location:
        raise FetchError(f"it leads on ({answer.status}), and does not say where")
    with contextlib.suppress(UnicodeError):  # headers come as Latin-1; one that is no ASCII means UTF-8
        location = location.encode("latin-1").decode("utf-8")
    try:
        return address.leads_to(location)
    except FetchError as error:
        raise FetchError(f"it leads on to {shown_address(location)}: {error}") from error


def _tag(answer: Answer, name: str) -> str | None:
    """A header to send back later, None where there is none, or none that may be sent."""
    tag = answer.headers.get(name, "")
    return tag if _TAG.fullmatch(tag) else None


def _refusal(answer: Answer) -> str:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = ""
    return f"the server answered {answer.status} {phrase}".rstrip()


def _file(source: str, version: Version) -> File:
    """The page as any file is read, under the name that the end of its path gives."""
    member = unquote(urlsplit(version.final).path) or "/"
    name = shown_address(source)
    return File(name, lambda: io.BytesIO(version.body), version.final, member=printable(member))


def _in_utf8(body: bytes, media: str) -> bytes:
    """The body in UTF-8 where the header alone tells that it is in something else; XML tells for itself."""
    charset = _CHARSET.search(media)
    if charset is None or "xml" in media.lower() or body.lstrip().startswith(b"<?xml"):
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return decode_as(body, charset[1]).encode("utf-8")
        except (LookupError, ValueError):
            pass
    return body
