"""Which of the articles that were read go into an index: each once, in its latest version.

All are read before the first is worked, so that a version that comes late still takes the place of an earlier one, and
so that it is known how many there are. They wait in a file that no name leads to: a process that is killed leaves
nothing behind, and memory holds some 300 bytes an article.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import pickle
import re
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from index.errors import ArticleError
from index.queries import is_readable
from index.store import Store
from index.types import Article

MADE = 8
"""Hex digits of its text's SHA-256 at the end of an id that its reader made."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What tells an article from others."""

    id: str
    text: bytes
    url: str | None
    date: dt.date | None
    source: str | None

    @property
    def made(self) -> bool:
        """Whether the id was made from the text, and says no more than it."""
        return self.id.endswith(self.text.hex()[:MADE])

    @property
    def told(self) -> int:
        """How much is told of the article beside its text."""
        return sum(value is not None for value in (self.url, self.date, self.source))

    def agrees(self, other: _Known) -> bool:
        """Whether nothing that both tell is different."""
        pairs = ((self.url, other.url), (self.date, other.date), (self.source, other.source))
        return all(one is None or two is None or one == two for one, two in pairs)


@dataclass(slots=True)
class Admission:
    """Reads articles and gives those that go in; `folder` is where they wait meanwhile.

    `set_aside`: what could not be read, and articles whose id another one has. `again`: articles that came more than
    once and are one. `replaced`: ids of earlier versions that a later one has taken the place of.
    """

    folder: Path
    kept: Collection[str] = ()
    """Ids of articles that were posted: each goes in, and what is one with it does not."""
    set_aside: list[ArticleError] = field(default_factory=list)
    again: int = 0
    replaced: list[str] = field(default_factory=list)
    count: int = 0
    """Articles that go in; known when the first is given."""
    _waiting: list[_Known | None] = field(default_factory=list)
    _by_id: dict[str, int] = field(default_factory=dict)
    _by_url: dict[str, int] = field(default_factory=dict)
    _by_text: dict[bytes, list[int]] = field(default_factory=dict)

    def admitted(
        self, articles: Iterable[Article | ArticleError], tell: Callable[[int], None] = lambda _: None
    ) -> Iterator[Article]:
        """The articles that go in, in the order of reading; `tell` hears how many have been read."""
        with tempfile.TemporaryFile(dir=self.folder) as waiting:
            for number, item in enumerate(articles, 1):
                self._read(item, waiting)
                tell(number)
            self.count = sum(known is not None for known in self._waiting)
            waiting.seek(0)
            for known in self._waiting:
                article: Article = pickle.load(waiting)
                if known is not None:
                    yield article

    def _read(self, item: Article | ArticleError, waiting: IO[bytes]) -> None:
        if isinstance(item, ArticleError):
            self.set_aside.append(item)
            return
        fields = {"id": item.id, "text": item.text, "title": item.title, "source": item.source, "url": item.url}
        fields |= {"author": "\n".join(item.authors), "section": item.section, "agency": item.agency}
        unreadable = [name for name, value in fields.items() if value is not None and not is_readable(value)]
        if unreadable:
            self.set_aside.append(
                ArticleError(ascii(item.id), None, f"NUL or half a surrogate pair in {unreadable[0]}")
            )
            return
        text = hashlib.sha256(item.text.encode("utf-8")).digest()
        known = _Known(item.id, text, address(item.url), item.date, item.source)
        if self._goes_in(known):
            place = len(self._waiting)
            self._waiting.append(known)
            self._by_id[known.id] = place
            if known.url is not None:
                self._by_url[known.url] = place
            self._by_text.setdefault(text, []).append(place)
            pickle.dump(item, waiting, pickle.HIGHEST_PROTOCOL)

    def _goes_in(self, known: _Known) -> bool:
        """Whether an article is new, or takes the place of the version that is there."""
        if known.id in self.kept and known.id not in self._by_id:
            return True
        for place in (self._by_id.get(known.id), None if known.url is None else self._by_url.get(known.url)):
            there = None if place is None else self._waiting[place]
            if place is None or there is None:
                continue
            if there.text == known.text or there.id in self.kept:
                self.again += 1
                return False
            if known.url is None or there.url != known.url:
                self.set_aside.append(ArticleError(known.id, None, "another article has this id and another text"))
                return False
            if there.date is not None and known.date is not None and known.date < there.date:
                self.replaced.append(known.id)
                return False
            self.replaced.append(there.id)
            self._leave_out(place, there)
        same = [
            (place, there)
            for place in self._by_text.get(known.text, ())
            if (there := self._waiting[place]) is not None and (there.made or known.made) and there.agrees(known)
        ]
        if any(there.told >= known.told for _, there in same):
            self.again += 1
            return False
        for place, there in same:
            self.again += 1
            self._leave_out(place, there)
        return True

    def _leave_out(self, place: int, there: _Known) -> None:
        self._waiting[place] = None
        if self._by_id.get(there.id) == place:
            del self._by_id[there.id]
        if there.url is not None and self._by_url.get(there.url) == place:
            del self._by_url[there.url]


def same_address(url: str | None, store: Store) -> list[str]:
    """The ids of the articles in `store` that were published at `url`, as addresses are compared."""
    wanted = address(url)
    if wanted is None:
        return []
    # What is left as it is when addresses are brought into one form.
    telling = max(re.findall(r"[a-z0-9]+", wanted.partition("/")[2].lower()) or [wanted.partition("/")[0]], key=len)
    return [id_ for id_, other in store.addressed(telling) if address(other) == wanted]


def address(url: str | None) -> str | None:
    """A web address as addresses are compared: without scheme, `www.`, fragment, what only counts visits, and a last
    slash. None for what is no web address.
    """
    if url is None or not url.lower().startswith(("http://", "https://")):
        return None
    from courlan import normalize_url

    try:
        plain = str(normalize_url(url)).partition("#")[0]
    except ValueError:
        plain = url
    return plain.partition("://")[2].removeprefix("www.").rstrip("/") or None
