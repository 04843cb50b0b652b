"""The speakers of articles → those of the corpus: read from a store; what all articles say of one brought together."""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import orjson

from index.queries import folded
from index.types import ArticleSpeaker, Speaker, SpeakerKind

NAME_ENDINGS = frozenset({"jr", "sr", "ii", "iii", "iv"})
"""Behind a surname, and not one."""


def said_in(db: sqlite3.Connection, first: int, last: int) -> Iterator[tuple[int, ArticleSpeaker]]:
    """The speakers of articles from one row to another, rising, who say anything; each with its row."""
    for row, article, source, quotations, id_, name, kind, aliases, roles, gender in db.execute(_SAID, (first, last)):
        if quotations:
            speaker = Speaker(id_, name, kind, tuple(orjson.loads(aliases)), tuple(orjson.loads(roles)), gender)
            yield row, ArticleSpeaker(speaker, article, source, quotations)


# By way of the article, for which quotations have an index.
_SAID = """
SELECT article_speaker.row, article.id, article.source, (
           SELECT count(*) FROM quotation
           WHERE quotation.article = article_speaker.article AND quotation.article_speaker = article_speaker.row
       ), article_speaker.id, name, article_speaker.kind, aliases, roles, gender
FROM article_speaker JOIN article ON article.row = article_speaker.article
WHERE article_speaker.row BETWEEN ? AND ? ORDER BY article_speaker.row
"""


class Ahead:
    """The speakers of the articles of a finished store, read in a thread while something else is waited for.

    `look` is shown each of them, so that it may remember what it makes of a name.
    """

    def __init__(self, path: Path, look: Callable[[ArticleSpeaker], object] | None = None) -> None:
        self._thread = ThreadPoolExecutor(1, "read-speakers")
        self._read = self._thread.submit(_read, path, look)

    def said(self) -> dict[int, ArticleSpeaker]:
        """Row → speaker of an article, waited for."""
        return self._read.result()

    def close(self) -> None:
        """Wait until the thread is done."""
        self._thread.shutdown()


def _read(path: Path, look: Callable[[ArticleSpeaker], object] | None) -> dict[int, ArticleSpeaker]:
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    with contextlib.closing(db):
        found = dict(said_in(db, 1, 1 << 62))
    if look is not None:
        for one in found.values():
            look(one)
    return found


class OfAll(NamedTuple):
    """A speaker over all articles, in so many `quotations` and `articles`.

    `rows`: as the caller knows those of articles. `roles`: how many quotations articles give under each. `given`: the
    roles that the user gives.
    """

    speaker: Speaker
    quotations: int
    articles: int
    roles: Mapping[str, int]
    given: Sequence[str]
    rows: Sequence[int]


def joined(
    ids: Sequence[str], given: Mapping[str, Speaker], rows: Sequence[int], said: Sequence[ArticleSpeaker]
) -> list[OfAll]:
    """Every speaker over all articles, in the order in which `ids` name them; what the user says of some is `given`."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, id_ in enumerate(ids):
        places[id_].append(place)
    found = []
    for id_, own in places.items():
        if len(own) == 1 and id_ not in given:
            found.append(_alone(id_, rows[own[0]], said[own[0]]))
            continue
        one = Joined(id_, given.get(id_))
        for place in own:
            one.add(rows[place], said[place])
        told = () if one.given is None else one.given.roles
        found.append(OfAll(one.speaker(), one.quotations, len(one.articles), one.roles, told, one.rows))
    return found


def _alone(id_: str, row: int, one: ArticleSpeaker) -> OfAll:
    """As `Joined` gives a speaker of one article, four of five: there is nothing to be counted."""
    said = one.speaker
    aliases = tuple(sorted({*said.aliases} - {said.name})) if said.aliases else ()
    roles = dict.fromkeys(said.roles, one.quotations)
    return OfAll(Speaker(id_, said.name, said.kind, aliases, tuple(roles)), one.quotations, 1, roles, (), (row,))


@dataclass(slots=True)
class Joined:
    """What the articles say of one speaker, and the user; the same whatever the order of the articles.

    `rows`: whatever the caller knows each article's speaker by.
    """

    id: str
    given: Speaker | None = None
    names: Counter[str] = field(default_factory=Counter)
    kinds: Counter[SpeakerKind] = field(default_factory=Counter)
    aliases: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    telling: dict[str, int] = field(default_factory=dict)
    """Role → its best place in an article, the most telling first."""
    articles: set[str] = field(default_factory=set)
    rows: list[int] = field(default_factory=list)
    quotations: int = 0

    def add(self, row: int, one: ArticleSpeaker) -> None:
        """Count one article's speaker."""
        said = one.speaker
        if said.kind != "unnamed" or self.given is None:  # "a senior official" is no name of whom the user names
            self.names[said.name] += one.quotations
        self.kinds[said.kind] += one.quotations
        for alias in dict.fromkeys(said.aliases):
            self.aliases[alias] += one.quotations
        for place, role in enumerate(dict.fromkeys(said.roles)):
            self.roles[role] += one.quotations
            self.telling[role] = min(place, self.telling.get(role, place))
        self.articles.add(one.article_id)
        self.rows.append(row)
        self.quotations += one.quotations

    def speaker(self) -> Speaker:
        """Under the fullest name, the more frequent of two as full; every other name is an alias."""
        names = sorted(
            self.names, key=lambda name: (name.isupper(), -len(folded(name).split()), -self.names[name], name)
        )
        kind = min(self.kinds, key=lambda kind: (-self.kinds[kind], kind))
        roles = sorted(self.roles, key=lambda role: (-self.roles[role], self.telling[role], role))
        aliases = sorted(self.aliases, key=lambda alias: (-self.aliases[alias], alias))
        if self.given is None:
            first, *others = names
            return Speaker(self.id, first, kind, _without(first, others, aliases), tuple(roles))
        first = self.given.name
        others = [*self.given.aliases, *names]
        roles = [*self.given.roles, *(role for role in roles if role not in self.given.roles)]
        return Speaker(self.id, first, self.given.kind, _without(first, others, aliases), tuple(roles))


def _without(name: str, *others: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(other for some in others for other in some if other != name))


def forms(speaker: Speaker) -> dict[str, bool]:
    """Folded form → whether it is the whole name: name, aliases, and the surname of a person.

    An unnamed source is asked for by its whole description only.
    """
    whole = folded(speaker.name)
    named = {whole: True} if whole else {}
    if speaker.kind == "unnamed":
        return named
    words = [word for word in whole.split() if word not in NAME_ENDINGS]
    surname = words[-1:] if speaker.kind == "person" and len(words) > 1 else []
    for form in [*map(folded, speaker.aliases), *surname]:
        if form:
            named.setdefault(form, False)
    return named
