"""Quotations → groups of copies. Every known speaker has groups of his or her own; nothing depends on the order.

Each text is linked to one fuller text at most, so a phrase that two speeches share never joins the speeches.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.copies.alike import Shared
from index.copies.candidates import candidates
from index.copies.wording import Wording, wording
from index.copies.words import Memory, Words, shown_as

SHORT = 4
"""Words from which equal words by one speaker are a copy whenever they were said. Fewer ("No comment", "Yes, of
course") are said anew in every story: they are a copy only in articles that share a longer one."""
TRIMMED = 5
"""Words that a copy with other words around it must share where the articles are near in time,"""
CERTAIN = 8
"""and where they are not."""
LONG = 12
"""Words that nobody says by chance as somebody else did: where a source is not named they show the copy."""
WITNESSED = 3
"""Words that a copy with other words around it must share where the articles share a longer copy as well."""
NEAR = 7
"""Days that lie at most between agency copies; beyond them nothing is a copy that names nobody."""
STORY = 31
"""Days for which papers quote the same occasion. Beyond them a speaker's words must be quoted directly, long and
unchanged: reported words are the reporter's, and speakers say their phrases again."""
RUN, LONG_RUN = 3, 6
"""Words in the runs by which candidates are found: by one speaker, and where nobody is named."""
_FAR = 1 << 30
_VAGUE = frozenset(
    "senior former chief head member official officials source sources person people named unnamed".split()
)
"""Words that tell no source from another."""


@dataclass(slots=True)  # not frozen, which takes three times as long to make
class Said:
    """A quotation as copies are looked for.

    `pieces`: its words in order, as they stand in the article. `start`: the place in the article. `speaker`: one known
    over the whole corpus, None where there is none or one known within the article alone. `known_as`: name and roles,
    or the description; empty where nobody is named. `direct`: whether the words stand in marks; reported ones are the
    reporter's.
    """

    row: int
    article: str
    date: dt.date | None
    start: int
    pieces: Sequence[str]
    speaker: int | None
    known_as: str = ""
    direct: bool = True


@dataclass(slots=True)
class _Text:
    """Quotations of the very same words that are copies of one another beyond doubt."""

    memory: Memory
    first: Said
    count: int
    """Of its words."""
    whole: int
    """The hash of its words."""
    shown: int
    """The hash of its words and marks."""
    speaker: int | None
    known_as: str
    direct: bool
    members: list[int]
    marks: bytes | None = None
    """Of equal words in several articles the marks differ: a gap in one is a gap. None where they do not differ."""
    days: list[int] = field(default_factory=list)
    articles: set[str] = field(default_factory=set)

    @property
    def wording(self) -> Wording:
        """Words and marks themselves, read when they are compared."""
        words = self.memory.wording(self.first.row, self.first.pieces)
        return words if self.marks is None else Wording(words.words, self.marks)


def grouped(
    said: Sequence[Said], memory: Memory | None = None, worded: Callable[[Said], Wording] | None = None
) -> list[tuple[int, ...]]:
    """The rows of every group of two or more copies, the earliest first; what is in no group is no copy.

    Earliest: by date, undated last; then the fuller one; then by article and place. `memory`: what the run before
    knows, which is of use where `said` comes by row; it knows afterwards what this one had to know. `worded` gives the
    words of each, where somebody has them already.
    """
    memory = memory or Memory()
    if worded is not None:
        memory.wordings.update((one.row, worded(one)) for one in said)
    words = memory.read(np.array([one.row for one in said], np.int64), [one.pieces for one in said])
    order = sorted(range(len(said)), key=lambda at: (said[at].article, said[at].start, said[at].row))
    said = [said[at] for at in order]
    places = np.array(order, np.int64)
    counts: list[int] = words.counts[places].tolist()
    whole: list[int] = words.whole[places].tolist()
    groups = _Groups([one.speaker for one in said])
    texts = _texts(said, counts, whole, words.shown[places].tolist(), memory)
    for text in texts:
        groups.join_all(text.members)
    weak = _link(texts, words, places, memory, groups)
    _witnessed(said, counts, whole, texts, weak, groups)

    def age(place: int) -> tuple[bool, dt.date, int, int]:
        date = said[place].date
        return date is None, date or dt.date.min, -counts[place], place

    together = [sorted(group, key=age) for group in groups.all()]
    return [tuple(said[place].row for place in group) for group in sorted(together)]


def _texts(
    said: Sequence[Said], counts: Sequence[int], whole: Sequence[int], shown: Sequence[int], memory: Memory
) -> list[_Text]:
    """The texts by which copies are found, the fullest first."""
    same: defaultdict[tuple[int, int, str, bool], list[int]] = defaultdict(list)
    for place, (one, count) in enumerate(zip(said, counts, strict=True)):
        if count >= (SHORT if one.speaker is not None else LONG):
            known = (one.speaker, "") if one.speaker is not None else (-1, one.known_as)
            same[(whole[place], *known, one.direct)].append(place)
    texts = []
    for (_, speaker, _, direct), places in same.items():
        named = speaker >= 0
        for members in [places] if named and direct else _near_ones(said, places, STORY if named else NEAR, named):
            texts.append(_text(said, counts, whole, shown, members, memory))  # noqa: PERF401  one line a stretch reads better
    texts.sort(key=lambda text: (-text.count, text.whole, text.members))
    return texts


def _text(
    said: Sequence[Said],
    counts: Sequence[int],
    whole: Sequence[int],
    shown: Sequence[int],
    members: list[int],
    memory: Memory,
) -> _Text:
    at = members[0]
    first = said[at]
    text = _Text(memory, first, counts[at], whole[at], shown[at], first.speaker, first.known_as, first.direct, members)
    if len(members) > 1 and any(shown[place] != shown[at] for place in members):
        different = {memory.wording(said[place].row, said[place].pieces).marks for place in members}
        text.marks = bytes(map(_either, zip(*different, strict=True)))
        text.shown = shown_as(text.wording)
    for place in members:
        one = said[place]
        text.articles.add(one.article)
        if one.date is not None:
            text.days.append(one.date.toordinal())
    if len(text.days) > 1:
        text.days = sorted(set(text.days))
    return text


def _either(marks: Iterable[int]) -> int:
    whole = 0
    for mark in marks:
        whole |= mark
    return whole


def _near_ones(said: Sequence[Said], places: Sequence[int], days: int, undated: bool) -> Iterator[list[int]]:
    """Cut into stretches of time; those without a date go with the first with `undated`, else each by itself."""
    dated = sorted((date.toordinal(), place) for place in places if (date := said[place].date) is not None)
    others = [place for place in places if said[place].date is None]
    stretch: list[int] = others if undated else []
    for number, (day, place) in enumerate(dated):
        if number and day - dated[number - 1][0] > days:
            yield sorted(stretch)
            stretch = []
        stretch.append(place)
    if stretch:
        yield sorted(stretch)
    if not undated:
        yield from ([place] for place in others)


@lru_cache(maxsize=65_536)
def _telling(known_as: str) -> frozenset[str]:
    words = wording((known_as,)).words
    return frozenset(word for word in words if len(word) > 3 and word not in _VAGUE)


def _link(
    texts: Sequence[_Text], words: Words, places: NDArray[np.int64], memory: Memory, groups: _Groups
) -> list[tuple[int, int]]:
    """Join each text with the fuller one that it is a copy of; give back the pairs that are too short to be sure."""
    words = words.taken(places[np.array([text.members[0] for text in texts], np.int64)])
    known = [number for number, text in enumerate(texts) if text.speaker is not None]
    among = _among(texts, words, known, [text.speaker for text in texts], RUN)
    if len(known) < len(texts):
        long = [number for number, text in enumerate(texts) if text.count >= LONG]
        for number, parents in _among(texts, words, long, [0] * len(texts), LONG_RUN, nobody=True).items():
            among[number] = list(dict.fromkeys([*among.get(number, ()), *parents]))
    weak: list[tuple[int, int]] = []
    # Links between known ones first: what has no name never decides whose words they are.
    links: list[tuple[int, int, list[int]]] = []
    for child, text in enumerate(texts):
        parents = []
        for parent in among.get(child, ()):
            count = memory.shared(text, texts[parent])
            if count.words and _sure(text, texts[parent], count):
                parents.append(parent)
            elif (
                count.words >= WITNESSED
                and text.articles != texts[parent].articles
                and _compatible(text, texts[parent])
            ):
                weak.append((child, parent))
        if parents:
            parents = [
                parent for _, parent in sorted((_fit(text, texts[parent], parent), parent) for parent in parents)
            ]
            unknown = (text.speaker is None) + (texts[parents[0]].speaker is None)
            links.append((unknown, child, parents))
    for _, child, parents in sorted(links, key=lambda link: link[:2]):
        any(groups.join(texts[child].members[0], texts[parent].members[0]) for parent in parents)
    return weak


def _among(
    texts: Sequence[_Text],
    words: Words,
    chosen: Sequence[int],
    spaces: Sequence[int | None],
    size: int,
    *,
    nobody: bool = False,
) -> dict[int, list[int]]:
    """Candidates among the chosen texts; with `nobody` only pairs of which one has no known speaker."""
    some = words.taken(np.array(chosen, np.int64))
    found = candidates(
        some.numbers,
        some.starts,
        [spaces[number] or 0 for number in chosen],
        size,
        [texts[number].speaker is None for number in chosen] if nobody else None,
    )
    return {number: [chosen[parent] for parent in parents] for number, parents in zip(chosen, found, strict=True)}


def _sure(text: _Text, fuller: _Text, both: Shared) -> bool:
    """Whether what is shared shows a copy, by how much it is, who says it and when."""
    if text.articles == fuller.articles and len(text.articles) == 1:
        return both.words >= CERTAIN and text.speaker == fuller.speaker
    if text.speaker is None or text.speaker != fuller.speaker:
        return both.words >= LONG and _compatible(text, fuller) and _apart(text, fuller) <= NEAR
    if not text.days or not fuller.days or _apart(text, fuller) <= STORY:
        return both.words >= TRIMMED or text.whole == fuller.whole
    return both.words >= CERTAIN and not both.edits and text.direct and fuller.direct


def _compatible(text: _Text, fuller: _Text) -> bool:
    """Whether the two may be said by one: the same one, or nobody is named, or a description fits."""
    if text.speaker is not None and fuller.speaker is not None:
        return text.speaker == fuller.speaker
    told, fuller_told = _telling(text.known_as), _telling(fuller.known_as)
    return not told or not fuller_told or not told.isdisjoint(fuller_told)


def _fit(text: _Text, fuller: _Text, number: int) -> tuple[bool, bool, int, int, int]:
    """How well a fuller text fits as what a copy was made from, the best first: named, near, widely carried."""
    apart = _apart(text, fuller)
    return fuller.speaker is None, apart > STORY, -len(fuller.articles), apart, number


def _apart(text: _Text, fuller: _Text) -> int:
    """Days between the two where they come nearest; a great number where either has no date."""
    few, many = sorted((text.days, fuller.days), key=len)
    nearest = _FAR
    for day in few:
        at = bisect(many, day)
        for other in many[max(0, at - 1) : at + 1]:
            nearest = min(nearest, abs(day - other))
    return nearest


def _witnessed(
    said: Sequence[Said],
    counts: Sequence[int],
    whole: Sequence[int],
    texts: Sequence[_Text],
    weak: Sequence[tuple[int, int]],
    groups: _Groups,
) -> None:
    """Join what is too short to be sure of, where the articles share a copy that is sure."""
    shares: defaultdict[str, set[int]] = defaultdict(set)
    for number, group in enumerate(groups.all()):
        articles = {said[place].article for place in group}
        if len(articles) > 1:
            for article in articles:
                shares[article].add(number)
    same: defaultdict[tuple[int, int, str, int], list[int]] = defaultdict(list)
    for place, (one, count) in enumerate(zip(said, counts, strict=True)):
        if 0 < count < (SHORT if one.speaker is not None else _FAR):
            known = (one.speaker, "") if one.speaker is not None else (-1, one.known_as)
            for number in shares.get(one.article, ()):
                same[(whole[place], *known, number)].append(place)
    for places in same.values():
        if len({said[place].article for place in places}) > 1:
            groups.join_all(places)
    linked: set[int] = set()
    for child, parent in weak:
        both = [set().union(*(shares.get(article, ()) for article in texts[one].articles)) for one in (child, parent)]
        if child not in linked and not both[0].isdisjoint(both[1]):
            linked.add(child)
            groups.join(texts[child].members[0], texts[parent].members[0])


class _Groups:
    """Disjoint sets of places; two known speakers never come into one."""

    def __init__(self, speakers: Sequence[int | None]) -> None:
        self._root = list(range(len(speakers)))
        self._speaker = list(speakers)
        self._joined: set[int] = set()

    def _find(self, place: int) -> int:
        while (above := self._root[place]) != place:
            self._root[place] = self._root[above]
            place = self._root[place]
        return place

    def join(self, one: int, other: int) -> bool:
        """Make the two groups one; False where each has a known speaker of its own."""
        first, second = sorted((self._find(one), self._find(other)))
        speakers = {self._speaker[first], self._speaker[second]} - {None}
        if len(speakers) > 1:
            return False
        self._joined |= {one, other}
        self._root[second] = first
        self._speaker[first] = next(iter(speakers), None)
        return True

    def join_all(self, places: Sequence[int]) -> None:
        """Make one group of these."""
        for place in places[1:]:
            self.join(places[0], place)

    def all(self) -> list[list[int]]:
        """Every group of several, its places rising; the groups by their first place."""
        found: dict[int, list[int]] = {}
        for place in sorted(self._joined):
            found.setdefault(self._find(place), []).append(place)
        return [places for places in found.values() if len(places) > 1]
