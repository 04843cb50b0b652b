"""What narrows an answer: filters that are on, with links that drop them, and those that could be, with counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from index import understanding
from index.errors import QueryError
from index.queries import Count, Facets
from index.searcher import Searcher
from index.types import SPEAKER_KINDS
from service import models, wording
from service.pages.links import here, kept


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is on, in words, and the address of the page without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: its name, how many quotations have it, whether it is on, and the link that changes that.

    `key` is the same for the same value on every page of an answer, and another for every other value.
    """

    key: str
    words: str
    count: int
    on: bool
    link: str


@dataclass(frozen=True, slots=True)
class Group:
    """A facet: its name, and its values with the most counted first; those beyond FIRST are folded away."""

    name: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]


FIRST = 7
"""Values of a facet that are seen at once."""


def groups(facets: Facets, parameters: models.FilterParameters, total: int, *fixed: str) -> list[Group]:
    """The facets of an answer of `total` quotations as links, without those in which all of them are alike."""
    without = _Without(parameters)
    found = []
    for field, name, counts in (
        ("speaker", "Speaker", facets.speaker),
        ("kind", "Quoted", facets.kind),
        ("source", "Source", facets.source),
        ("year", "Year", facets.year),
    ):
        choices = [_choice(field, count, parameters, without) for count in counts]
        alike = len(choices) == 1 and not choices[0].on and choices[0].count == total
        if choices and not alike and field not in fixed:
            found.append(Group(name, tuple(choices[:FIRST]), tuple(choices[FIRST:])))
    return found


def _choice(field: str, count: Count, parameters: models.FilterParameters, without: _Without) -> Choice:
    words = wording.KINDS[count.value] if field == "kind" else count.label
    changed: dict[str, list[str]]
    if field == "year":
        days = (f"{count.value}-01-01", f"{count.value}-12-31")
        on = (str(parameters.since), str(parameters.until)) == days
        changed = {"from": [], "to": []} if on else {"from": [days[0]], "to": [days[1]]}
    else:
        given: list[str] = getattr(parameters, field)
        on = count.value in given or count.label in given
        rest = [one for one in given if one not in (count.value, count.label)]
        # What is counted has the values that are on already: one more narrows it in their place.
        beside = [one for one in given if one in SPEAKER_KINDS] if field == "kind" else []
        changed = {field: rest if on else [*beside, count.value]}
    return Choice(f"{field}-{quote(count.value, safe='')}", words, count.count, on, without(changed))


def chosen(asked: Searcher, parameters: models.FilterParameters, *fixed: str) -> list[Chosen]:
    """Every filter of this request, in the order of the fields. `fixed`: fields that belong to the page itself."""
    names: dict[str, Callable[[str], str]] = {
        "speaker": lambda key: _speaker(asked, key),
        "kind": _kind,
        "source": lambda source: f"in {source}",
        "author": lambda author: f"written by {author}",
        "section": lambda section: f"section {section}",
        "agency": lambda agency: f"agency {agency}",
    }
    without = _Without(parameters)
    found = []
    for name, worded in names.items():
        if name in fixed:
            continue
        values: list[str] = list(dict.fromkeys(getattr(parameters, name)))
        for value in values:
            rest = [one for one in values if one != value]
            found.append(Chosen(worded(value), without({name: rest})))
    if parameters.since or parameters.until:
        ends = [("from", parameters.since), ("to", parameters.until)]
        words = " ".join(f"{word} {understanding.day(end)}" for word, end in ends if end)
        found.append(Chosen(words, without({"from": [], "to": []})))
    return found


def _speaker(asked: Searcher, key: str) -> str:
    try:
        return f"by {asked.speaker(key).speaker.name}"
    except QueryError:  # a name that several go by filters to all of them
        return f"by {key}"


def _kind(kind: str) -> str:
    return wording.KINDS.get(kind) or f"speaker: {wording.SPEAKER_KINDS[kind]}"


class _Without:
    """The address of this page from its beginning, with other values in some fields.

    A page has some thirty of them: what they share is looked up once.
    """

    def __init__(self, parameters: models.FilterParameters) -> None:
        self._given: dict[str, list[str]] = kept(type(parameters), "offset")
        self._page = here({})

    def __call__(self, changed: dict[str, list[str]]) -> str:
        given = {name: values for name, values in {**self._given, **changed}.items() if values}
        # What stands for itself in a query is left as `url_for` leaves it.
        return f"{self._page}?{urlencode(given, doseq=True, safe=_PLAIN)}" if given else self._page


_PLAIN = "!$'()*,/:;?@"
