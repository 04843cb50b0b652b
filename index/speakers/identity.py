"""One id for one speaker in the whole corpus: the same full name with nothing against it joins, a lone one never does.

A pure function of the speakers of all articles, whatever their order: so a rebuild that works only what changed comes
to the same ids as one that works everything.

- People join by given name and surname. A middle name that one article leaves out, or gives as an initial, joins where
  everything else that it fits is one person. Another middle name, another suffix (Jr, Sr, II) or another gender that
  the article itself tells is another person. Roles change over the years and tell nothing here.
  Of two genders a seldom one is a slip of a pronoun and counts for nothing.
- Bodies, and groups named by a proper word ("Pakistani authorities"), join by their name.
- A lone surname or given name and a source known by a description alone ("the company", "officials") stay within their
  article: the id that extraction gave them holds it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.queries import folded
from index.speakers.fullname import FullName, fits, read_name
from index.types import ArticleSpeaker, Gender

SLIP = 0.2
"""A gender told by a smaller share of the articles that tell one for a name is a pronoun gone astray, not another
person: on 924 news articles of 2016 the names with both, told more than four times, had 4.9 % and 6.5 % such slips."""
LONGEST_SLUG = 80
"""Characters of a name that an id keeps."""
_COUNTED = re.compile(
    r"(?:an?|another|other|some|several|many|few|both|most|more|all|any|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|dozens|hundreds|thousands|\d+)\b"
)
"""What opens a description of some among many: "two Afghan officials" are not the two of another article."""


@dataclass(frozen=True, slots=True)
class Person:
    """One speaker of the corpus: its id, and which of the speakers of articles it is (places, rising).

    `lone`: known by a lone name or by a description, so within one article only. `special`: the id that it has while
    others have the plain one; it means the same speaker whoever has the plain one today.
    """

    id: str
    members: tuple[int, ...]
    lone: bool = False
    special: str = ""


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Places that are one speaker, and the ids that it may have: a plain one, and one that tells it from rivals.

    Of rivals on record in as many articles, the one that `yields` least keeps the plain id.
    """

    members: tuple[int, ...]
    plain: str
    special: str
    yields: int = 0
    lone: bool = False


def identify(said: Sequence[ArticleSpeaker]) -> list[Person]:
    """Every place of `said` in exactly one speaker of the corpus, in order of their ids; no id comes twice."""
    lone: list[int] = []
    bodies: list[int] = []
    people: list[int] = []
    for place, one in enumerate(said):
        described = one.speaker.kind == "group" or " " in one.speaker.name
        own = described and one.speaker.id == known_id(one.speaker.name, one.article_id)
        {"person": people, "unnamed": lone}.get(one.speaker.kind, lone if own else bodies).append(place)
    names = {place: read_name(said[place].speaker.name) for place in people}
    full = {name.words for name in names.values() if name.full}
    lone += [place for place in people if names[place].words not in full]
    clusters = _people(said, {place: name for place, name in names.items() if name.words in full})
    by_name = _grouped(bodies, lambda place: _body_key(said[place]) or (said[place].article_id, said[place].speaker.id))
    clusters += [_body_cluster(said, members) for members in by_name]
    by_article = _grouped(lone, lambda place: (said[place].article_id, said[place].speaker.id))
    clusters += [_lone_cluster(said, members) for members in by_article]
    return _with_ids(said, clusters)


def speaker_id(name: str, within: str | None = None) -> str:
    """A slug of the name, with the article in it where only that tells whom it means ("Khan", "a senior official")."""
    plain = name.lower()
    if not name.isascii():
        plain = unicodedata.normalize("NFKD", name).lower()
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    slug = re.sub(r"[^\w]+", "-", plain).strip("-_") or "speaker"
    slug = slug[:LONGEST_SLUG].rstrip("-")
    return slug if within is None else f"{slug}-{_hash(within)}"


known_id = lru_cache(maxsize=1 << 16)(speaker_id)
"""The same, remembered: names repeat, and a rebuild makes ids ahead of time."""


def _people(said: Sequence[ArticleSpeaker], names: dict[int, FullName]) -> list[_Cluster]:
    """Clusters of those with full names, told apart by whatever speaks against their being one."""
    spelled = _spelled(names.values())
    alike: defaultdict[tuple[str, str, str | None], list[_Trait]] = defaultdict(list)
    told = _told(said, names)
    for members in _grouped(names, lambda place: (names[place].words, names[place].suffix, told[place])):
        own = names[members[0]]
        bound = spelled[own.words]
        # Nearly every name is spelled one way, and to take one apart anew costs a third of all this.
        name = own if bound == own.bound and not own.lower else FullName(own.words, bound, own.suffix)
        alike[name.given, name.surname, name.suffix].append(_Trait(name, told[members[0]], members))
    clusters = []
    for group in alike.values():
        for one in _joined(group):
            members = tuple(sorted(place for trait in one for place in trait.members))
            shortest = one[0].name
            if len(one) > 1:
                shortest = min(
                    (trait.name for trait in one), key=lambda name: (len(name.words), len(str(name)), name.words)
                )
            gender = next((trait.gender for trait in one if trait.gender), None)
            plain = known_id(" ".join([*shortest.words, shortest.suffix or ""]))
            clusters.append(_Cluster(members, plain, f"{plain}-{gender or 'person'}", 0 if gender is None else 1))
    return clusters


@dataclass(frozen=True, slots=True)
class _Trait:
    """Places that nothing at all tells apart."""

    name: FullName
    gender: Gender | None
    members: tuple[int, ...]

    def fits(self, other: _Trait) -> bool:
        return (self.gender is None or other.gender is None or self.gender == other.gender) and fits(
            self.name, other.name
        )


def _told(said: Sequence[ArticleSpeaker], names: dict[int, FullName]) -> dict[int, Gender | None]:
    """The gender that each article tells, None also where so few articles tell it that it is a slip."""
    counts: Counter[tuple[str, str, str | None, Gender]] = Counter()
    told: dict[int, Gender | None] = dict.fromkeys(names)
    keys = {}
    for place, name in names.items():
        if (gender := said[place].speaker.gender) is not None:
            told[place] = gender
            keys[place] = (name.given, name.surname, name.suffix)
            counts[*keys[place], gender] += 1
    for place, key in keys.items():
        gender = told[place]
        both = counts[*key, "female"] + counts[*key, "male"]
        if gender is not None and counts[*key, gender] < both * SLIP:
            told[place] = None
    return told


def _spelled(names: Iterable[FullName]) -> dict[tuple[str, ...], frozenset[int]]:
    """Which words of each name hyphens bind: all that any article binds, unless that leaves no surname."""
    bound: dict[tuple[str, ...], frozenset[int]] = {}
    least: dict[tuple[str, ...], frozenset[int]] = {}
    for name in names:
        bound[name.words] = bound.get(name.words, frozenset()) | name.bound
        least[name.words] = least.get(name.words, name.bound) & name.bound
    return {
        words: joints if not joints or FullName(words, joints, None).full else least[words]
        for words, joints in bound.items()
    }


def _joined(traits: Sequence[_Trait]) -> list[list[_Trait]]:
    """Those who fit each other; one who fits two that do not fit each other stays alone.

    Two are one where all that fits either fits each other. That is the same from whichever side it is asked, so the
    order of articles does not count.
    """
    if len(traits) == 1:
        return [list(traits)]
    near = [[other for other in range(len(traits)) if traits[one].fits(traits[other])] for one in range(len(traits))]
    sure = [all(traits[a].fits(traits[b]) for a in fitting for b in fitting) for fitting in near]
    joined: list[list[_Trait]] = []
    done: set[int] = set()
    for one in range(len(traits)):
        if one not in done:
            same = [other for other in near[one] if other == one or (sure[one] and sure[other])]
            done.update(same)
            joined.append([traits[other] for other in same])
    return joined


def _body_key(said: ArticleSpeaker) -> str | None:
    """The name of a body as it is compared; None for some among many, who are not those of another article."""
    name = folded(said.speaker.name).removeprefix("the ")
    return None if not name or (said.speaker.kind == "group" and _COUNTED.match(name)) else name


def _body_cluster(said: Sequence[ArticleSpeaker], members: tuple[int, ...]) -> _Cluster:
    first = said[members[0]]
    name = _body_key(first)
    if name is None:
        own = known_id(first.speaker.name, first.article_id)
        return _Cluster(members, own, own)
    plain = known_id(name)
    return _Cluster(members, plain, f"{plain}-organisation", yields=2)


def _lone_cluster(said: Sequence[ArticleSpeaker], members: tuple[int, ...]) -> _Cluster:
    speaker, article_id = said[members[0]].speaker, said[members[0]].article_id
    if speaker.kind == "unnamed":
        return _Cluster(members, speaker.id, known_id(speaker.id, article_id), lone=True)
    own = known_id(speaker.name, article_id)
    return _Cluster(members, own, own, lone=True)


def _with_ids(said: Sequence[ArticleSpeaker], clusters: Sequence[_Cluster]) -> list[Person]:
    """Each its plain id where no rival goes before it, else its special one, at last one with a hash in it."""
    rivals: defaultdict[str, list[_Cluster]] = defaultdict(list)
    for cluster in clusters:
        rivals[cluster.plain].append(cluster)
    people: dict[str, Person] = {}
    waiting: list[tuple[str, str, _Cluster]] = []
    for plain, group in rivals.items():
        ranks = [(-len(one.members), one.yields) for one in group]
        best = min(ranks)
        for rank, one in zip(ranks, group, strict=True):
            if rank == best and ranks.count(best) == 1:
                people[plain] = Person(plain, one.members, one.lone, one.special)
            else:
                waiting.append((one.special, _first(said, one), one))
    for id_, first, cluster in sorted(waiting, key=lambda one: one[:2]):
        while id_ in people or id_ in rivals:
            id_ = f"{id_}-{_hash(first)}"
        people[id_] = Person(id_, cluster.members, cluster.lone, cluster.special)
    return [people[id_] for id_ in sorted(people)]


def _first(said: Sequence[ArticleSpeaker], cluster: _Cluster) -> str:
    """What tells the cluster from any other, whatever the order of reading."""
    return min(
        "\0".join((said[place].article_id, said[place].speaker.id, said[place].speaker.name))
        for place in cluster.members
    )


def _grouped(places: Iterable[int], key: Callable[[int], Hashable]) -> list[tuple[int, ...]]:
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place in places:
        groups[key(place)].append(place)
    return [tuple(members) for members in groups.values()]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
