"""The speakers of all articles brought together: by their names first, then as the user's `speakers.toml` has it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.queries import folded
from index.speakers.fullname import read_name
from index.speakers.identity import Person, identify, known_id, speaker_id
from index.speakers.userfile import NOTHING, Entry, Split, UserFile
from index.types import ArticleSpeaker, Speaker, SpeakerKind


@dataclass(frozen=True, slots=True)
class Together:
    """`ids`: of each speaker of an article, in order, the id over the corpus. `given`: id → what the user says.

    `warnings`: lines of the file that name somebody who is not, or no longer, on record.
    """

    ids: tuple[str, ...]
    given: Mapping[str, Speaker]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Claim:
    """What belongs to one entry: places of speakers of articles, and the person whom the entry is about."""

    members: list[int] = field(default_factory=list)
    own: Person | None = None
    joined: list[Person] = field(default_factory=list)

    @property
    def people(self) -> list[Person]:
        """All whom the entry is about."""
        return self.joined if self.own is None else [self.own, *self.joined]


def bring_together(said: Sequence[ArticleSpeaker], user: UserFile = NOTHING) -> Together:
    """One id for one speaker; the same whatever the order of `said`, entries in the order of the file."""
    return _Corpus(said, user).together()


def look_at(one: ArticleSpeaker) -> None:
    """Take a name apart ahead of time; what names come to, and the ids that are made of them, is remembered."""
    known_id(one.speaker.name, one.article_id)
    if one.speaker.kind == "person":
        name = read_name(one.speaker.name)
        known_id(" ".join([*name.words, name.suffix or ""]))


class _Corpus:
    def __init__(self, said: Sequence[ArticleSpeaker], user: UserFile) -> None:
        self._said = said
        self._user = user
        self._warnings: list[tuple[int, str]] = []
        self._split = self._split_off()
        rest = [place for place in range(len(said)) if place not in self._split]
        people = identify([said[place] for place in rest] if self._split else said)
        if self._split:
            people = [replace(one, members=tuple(rest[place] for place in one.members)) for one in people]
        self._people = {person.id: person for person in people}
        self._special = {person.special: person for person in self._people.values()}
        self._by_name: defaultdict[str, dict[str, Person]] = defaultdict(dict)
        for person in self._people.values() if user.entries or user.splits else ():
            for place in person.members:
                for key in _keys(said[place].speaker.name, said[place].speaker.kind):
                    self._by_name[key][person.id] = person

    def together(self) -> Together:
        """Every place with its id, in three steps: by names, by entries, by splits that no entry is about."""
        claims = self._claims()
        ids = [""] * len(self._said)
        for person in self._people.values():
            for place in person.members:
                ids[place] = person.id
        taken = {person.id for claim in claims for person in claim.people}
        given: dict[str, Speaker] = {}
        about: list[tuple[Entry, str]] = []
        for entry, claim in zip(self._user.entries, claims, strict=True):
            members = [*claim.members, *(place for person in claim.people for place in person.members)]
            if members:
                id_ = _id_of(entry, claim, (self._people.keys() - taken) | given.keys())
                about.append((entry, id_))
                given[id_] = self._speaker(id_, entry, members)
                for place in members:
                    ids[place] = id_
        for place, split in self._split.items():
            if not ids[place]:
                ids[place] = self._other(split, ids, given)
        for entry, id_ in about:
            self._warn_of_clashes(entry, id_, ids)
        lines = (f"{self._user.path}:{line}: {reason}" for line, reason in sorted(self._warnings))
        return Together(tuple(ids), given, tuple(dict.fromkeys(lines)))

    def _other(self, split: Split, ids: Sequence[str], given: dict[str, Speaker]) -> str:
        """The id of whom a split is to, where no entry is about them; somebody new is written into `given`."""
        known = self._people.get(split.target)
        if split.id is None and known is None:
            named = [person for person in self._meant(split.shown or "") if not person.lone]
            known = named[0] if len(named) == 1 else None
        if known is not None:
            return ids[known.members[0]]
        if split.shown is not None and split.target not in given:
            kind = self._kind(place for place, one in self._split.items() if one.target == split.target)
            given[split.target] = Speaker(split.target, split.shown, kind)
        return split.target

    def _split_off(self) -> dict[int, Split]:
        """Place → the split that it falls under; one by article goes before one by source, then the earlier."""
        taken: dict[int, Split] = {}
        articles: defaultdict[str, list[int]] = defaultdict(list)
        sources: defaultdict[str | None, dict[str, None]] = defaultdict(dict)
        for place, one in enumerate(self._said if self._user.splits else ()):
            articles[one.article_id].append(place)
            sources[one.source][one.article_id] = None
        for split in sorted(self._user.splits, key=lambda one: one.article is None):
            inside = [split.article] if split.article is not None else sources.get(split.source, ())
            found = [place for id_ in inside for place in self._called(split.name, articles.get(id_, ()))]
            if not found:
                where = f"article {split.article!r}" if split.source is None else f"an article from {split.source!r}"
                self._warn(split.line, f"no speaker in {where} goes by {split.name!r}; the split waits for one")
            for place in found:
                taken.setdefault(place, split)
        return taken

    def _called(self, name: str, places: Iterable[int]) -> list[int]:
        """Those of one article who go by a name: by the whole of it, or else by an alias."""
        whole: list[int] = []
        other: list[int] = []
        for place in places:
            speaker = self._said[place].speaker
            if name == speaker.id or _keys(name, speaker.kind) & _keys(speaker.name, speaker.kind):
                whole.append(place)
            elif folded(name) in map(folded, speaker.aliases):
                other.append(place)
        return whole or other

    def _claims(self) -> list[_Claim]:
        """What belongs to each entry. An id goes before a name, so that two of one name can be told apart by id."""
        entries = self._user.entries
        claims = [_Claim() for _ in entries]
        owner: dict[str, Entry] = {}
        for entry, claim in zip(entries, claims, strict=True):
            if entry.id in self._people:
                claim.own = self._people[entry.id]
                owner[entry.id] = entry
        for entry, claim in zip(entries, claims, strict=True):
            claim.members = [place for place, split in self._split.items() if split.is_to(entry)]
            # Who is split off from others of the same name is not those others.
            apart = any(folded(self._split[place].name) == folded(entry.name) for place in claim.members)
            if claim.own is None and not apart:
                claim.own = self._named(entry, owner)
        for entry, claim in zip(entries, claims, strict=True):
            for term in entry.join:
                found = self._meant(term.value)
                if not found:
                    self._warn(term.line, f"nobody on record goes by {term.value!r}; the join waits for them")
                for person in found:
                    if owner.setdefault(person.id, entry) is not entry:
                        self._claimed_twice(term.line, person.id, owner[person.id])
                    elif person is not claim.own:
                        claim.joined.append(person)
            if claim.own is None and not claim.joined and not claim.members and not self._ambiguous(entry):
                self._warn(entry.line, f"nobody on record goes by {entry.name!r}; the entry waits for them")
        return claims

    def _named(self, entry: Entry, owner: dict[str, Entry]) -> Person | None:
        """The one person of this full name; where several are, none."""
        found = [person for person in self._meant(entry.name) if not person.lone]
        free = [person for person in found if person.id not in owner]
        if len(found) == 1 and not free and entry.id is None:
            self._claimed_twice(entry.line, found[0].id, owner[found[0].id])
        if len(free) != 1:
            return None
        owner[free[0].id] = entry
        return free[0]

    def _meant(self, value: str) -> list[Person]:
        """Whose id this is, or else all whose whole name it is."""
        known = self._people.get(value) or self._special.get(value)
        if known is not None:
            return [known]
        keys = _keys(value, "person") | _keys(value, "organisation")
        found = {id_: person for key in keys for id_, person in self._by_name.get(key, {}).items()}
        return [found[id_] for id_ in sorted(found)]

    def _ambiguous(self, entry: Entry) -> bool:
        """Whether the name of an entry means several, or is a lone one; says so."""
        found = self._meant(entry.name)
        if found:
            listed = ", ".join(person.id for person in found[:5]) + (", ..." if len(found) > 5 else "")
            self._warn(
                entry.line,
                f"{entry.name!r} alone does not say who is meant ({listed}); give one id, or join those who are one",
            )
        return bool(found)

    def _speaker(self, id_: str, entry: Entry, members: Sequence[int]) -> Speaker:
        aliases = tuple(dict.fromkeys(term.value for term in entry.aliases))
        return Speaker(id_, entry.name, entry.kind or self._kind(members), aliases, tuple(dict.fromkeys(entry.roles)))

    def _kind(self, members: Iterable[int]) -> SpeakerKind:
        """The kind of most quotations; a name is given here, so nobody is unnamed."""
        counts: Counter[SpeakerKind] = Counter()
        for place in members:
            counts[self._said[place].speaker.kind] += self._said[place].quotations
        kinds: tuple[SpeakerKind, ...] = ("person", "organisation", "group")
        return max(kinds, key=lambda kind: counts[kind])

    def _warn_of_clashes(self, entry: Entry, id_: str, ids: Sequence[str]) -> None:
        """An alias that is somebody else's whole name finds the other alone."""
        for term in entry.aliases:
            named = (person for person in self._by_name.get(folded(term.value), {}).values() if not person.lone)
            others = sorted({ids[person.members[0]] for person in named} - {id_})
            if others:
                self._warn(
                    term.line,
                    f"the alias {term.value!r} is the whole name of {others[0]}, who alone is found by it;"
                    " join both, or leave it out",
                )

    def _claimed_twice(self, line: int, id_: str, other: Entry) -> None:
        self._warn(line, f"{id_} belongs to the entry at line {other.line} already; make one entry of both")

    def _warn(self, line: int, reason: str) -> None:
        self._warnings.append((line, reason))


def _keys(name: str, kind: SpeakerKind) -> set[str]:
    """The whole name as it is compared; that of a person also without titles."""
    plain = folded(name).removeprefix("the ") if kind != "person" else folded(name)
    if kind != "person":
        return {plain}
    read = read_name(name)
    return {plain, " ".join([*read.words, read.suffix or ""]).strip()}


def _id_of(entry: Entry, claim: _Claim, used: Iterable[str]) -> str:
    """The id that the entry gives, else the one that its person has, else one made of its name."""
    if entry.id is not None:
        return entry.id
    if claim.own is not None:
        return claim.own.id
    plain = speaker_id(entry.name)
    return plain if plain not in set(used) else min(person.id for person in claim.joined)
