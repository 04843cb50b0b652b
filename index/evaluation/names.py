"""Questions that name a speaker, made from the short articles that stand with the tests: is that speaker first?

Every named speaker on record is asked for in several ways (full name, surname where nobody else has it, role and name),
with a topic out of his or her own words and with one out of somebody else's in the same article; then the same with
one letter of the name wrong. Questions that ask for nobody are counted where they are given a speaker all the same.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.generation import current
from index.joining import forms
from index.lexical import LexicalIndex
from index.queries import Query, folded
from index.questions import Questions
from index.types import Article, Attribution, Speaker

if TYPE_CHECKING:
    import datetime as dt

    from index.build import QuoteExtractor
    from index.encoder import Encoder

SEED = 7
MADE_UP = 20_000
MISSPELT = "misspelt"
ROLE = "role alone"
TEMPLATES = (
    "What did {who} say about {topic}?",
    "what does {who} think of {topic}",
    "Has {who} commented on {topic}?",
    "{who} on {topic}",
    "{who}'s view of {topic}",
    "According to {who}, what about {topic}?",
    "Why did {who} warn about {topic}?",
    "quotes by {who} on {topic}",
    "{who}: {topic}",
    "{who} {topic}",
    "statements from {who} about {topic}",
    "everything {who} said about {topic}",
    "Did {who} mention {topic}?",
    "How does {who} describe {topic}?",
    "waht did {who} say about {topic}",
)
ROLE_TEMPLATES = (
    "What did {who} say about {topic}?",
    "what does {who} think of {topic}",
    "{who} on {topic}",
    "Did {who} mention {topic}?",
)
_STOP = frozenset(
    "about after again against also because before being could every first from have here into".split()
) | {
    *"just like made make many more most much never only other over said same should some still such than that".split(),
    *"their them then there these they thing this those through under until very want were what when where".split(),
    *"which while will with would year your been does know every going come back take year years people".split(),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, how it was made, and the ids of the speakers of whom any must come first."""

    text: str
    way: str
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Report:
    """`first`: way of asking → (questions with a speaker asked for first, questions). `wrong`: whose names, and which
    guess → how many of the texts that ask for nobody; `texts`: how many these are. `faults`: a line each.
    """

    first: Mapping[str, tuple[int, int]]
    wrong: Mapping[str, Mapping[str, int]]
    texts: int
    faults: tuple[str, ...]

    def share(self, *, misspelt: bool) -> float:
        """The share over all questions with the name as it is, or with one letter wrong; none by a role alone."""
        of = [count for way, count in self.first.items() if (MISSPELT in way) == misspelt and not way.startswith(ROLE)]
        return sum(right for right, _ in of) / max(sum(asked for _, asked in of), 1)

    def as_json(self) -> dict[str, object]:
        """Shares over all, of each way with how many were asked, and the wrong guesses."""
        ways = {way: {"first": round(right / of, 4), "of": of} for way, (right, of) in self.first.items()}
        named = {"first": round(self.share(misspelt=False), 4), "first misspelt": round(self.share(misspelt=True), 4)}
        return {**named, "ways": ways, "wrong": self.wrong, "texts": self.texts}


def evaluate(
    articles: Sequence[Article],
    extractor: QuoteExtractor,
    encoder: Encoder,
    texts: Sequence[str] = (),
    few: int | None = None,
) -> Report:
    """Index the articles in a temporary folder and ask; `few` takes a sample of so many questions of each way.

    `texts` ask for nobody: what is guessed of them is counted, with the names of the articles and with made-up ones.
    """
    from index.build import rebuild
    from index.searcher import Searcher
    from index.store import Store

    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        data = Path(folder)
        rebuild(articles, data, extractor=extractor, encoder=encoder)
        with Searcher.open(data, encoder) as searcher:
            for question in sampled(questions([searcher.article(one.id) for one in articles]), few):
                answer = searcher.search(Query(question.text, limit=1))
                said = answer.hits[0].passage.attribution.speaker if answer.hits else None
                found = said is not None and said.id in question.ids
                of[question.way] += 1
                right[question.way] += found
                if not found:
                    faults.append(f"{question.way}: {question.text} → {said.name if said else 'nobody'}")
        store = Store(current(data).store)
        known = Questions(store, LexicalIndex.open(current(data).lexical).carries)
        wrong = {"names of the articles": wrong_guesses(texts, known)}
        store.close()
    wrong[f"{MADE_UP} made-up names"] = wrong_guesses(texts, Questions(made_up(MADE_UP), _carries_nothing))
    counts = {whose: {kind: len(lines) for kind, lines in by.items()} for whose, by in wrong.items()} if texts else {}
    lines = [f"{whose}, {kind}: {line}" for whose, by in wrong.items() for kind, some in by.items() for line in some]
    return Report({way: (right[way], of[way]) for way in sorted(of)}, counts, len(texts), (*faults, *lines))


def printed(report: Report, *, errors: bool = False) -> str:
    """The faults, if asked for, then each way of asking, all of them, and the wrong guesses."""
    lines = list(report.faults) if errors else []
    lines += [f"{way:42s} {right / of:6.1%} of {of}" for way, (right, of) in report.first.items()]
    for misspelt_, name in ((False, "all with the name"), (True, "all with one letter wrong")):
        lines.append(f"{name:42s} {report.share(misspelt=misspelt_):6.1%}")
    for whose, kinds in report.wrong.items():
        counted = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
        lines.append(f"of {report.texts} texts that ask for nobody, {whose}: {counted}")
    return "\n".join(lines)


def sampled(asked: Sequence[Asked], few: int | None) -> list[Asked]:
    """All of them, or so many of each way; the same at every run."""
    if few is None:
        return list(asked)
    chance = random.Random(SEED)
    of_way = {way: [one for one in asked if one.way == way] for way in dict.fromkeys(one.way for one in asked)}
    return [one for some in of_way.values() for one in chance.sample(some, min(few, len(some)))]


Said = list[tuple[Article, Attribution]]


def questions(articles: Sequence[tuple[Article, Sequence[Attribution]]]) -> list[Asked]:
    """Every question, the same at every run; `articles` with their attributions as they are served."""
    chance = random.Random(SEED)
    said: dict[str, Said] = {}
    people: dict[str, Speaker] = {}
    for article, attributions in articles:
        for one in attributions:
            if one.speaker is not None and one.speaker.kind == "person":
                people.setdefault(one.speaker.id, one.speaker)
                said.setdefault(one.speaker.id, []).append((article, one))
    ids_of: dict[str, set[str]] = {}
    for id_, person in people.items():
        for form in (*forms(person), _role(person)):
            ids_of.setdefault(form, set()).add(id_)
    made: list[Asked] = []
    for id_, person in people.items():
        inside = {article.id for article, _ in said[id_]}
        others = [
            one
            for article, attributions in articles
            if article.id in inside
            for one in attributions
            if one.speaker is not None and one.speaker.id != id_
        ]
        own = _topics([one for _, one in said[id_]], chance)[:2]
        foreign = _topics(others, chance)[:1]
        for whose, topic in [("own", topic) for topic in own] + [("other's", topic) for topic in foreign]:
            for how, who, ids in _ways_to_ask(person, ids_of):
                if how == ROLE:
                    if whose == "own":
                        made.append(Asked(chance.choice(ROLE_TEMPLATES).format(who=who, topic=topic), how, ids))
                    continue
                for template in chance.sample(TEMPLATES, 2):
                    made.append(Asked(template.format(who=who, topic=topic), f"{how}, {whose} topic", ids))
                    wrong = misspelt(who, chance, person.name)
                    way = f"{how} {MISSPELT}, {whose} topic"
                    made.append(Asked(template.format(who=wrong, topic=topic), way, ids))
    return made


def _topics(said: Iterable[Attribution], chance: random.Random) -> list[str]:
    return [topic for one in said if (topic := topic_of(one.quotation.text, chance))]


def _role(person: Speaker) -> str:
    """The first role without its article where it is short; else empty."""
    role = person.role or ""
    return (
        re.sub(r"^(?:an?|the|his|her|their|its) ", "", role.lower())
        if len(role.split()) < 5 and "," not in role
        else ""
    )


def _ways_to_ask(person: Speaker, ids_of: Mapping[str, set[str]]) -> list[tuple[str, str, frozenset[str]]]:
    ways = [("full name", person.name, frozenset(ids_of[folded(person.name)]))]
    surname = person.name.split()[-1]
    if len(person.name.split()) > 1 and ids_of.get(folded(surname)) == {person.id}:
        ways.append(("surname", surname, frozenset({person.id})))
    if role := _role(person):
        ways.append(("role and name", f"{role} {person.name}", frozenset({person.id})))
        ways.append((ROLE, f"the {role}", frozenset(ids_of[role])))
    return ways


def topic_of(text: str, chance: random.Random) -> str | None:
    """Two or three content words that stand near each other in something said, in their order."""
    words = [word for word in re.findall(r"[^\W\d_]{4,}", text) if word.lower() not in _STOP and word.islower()]
    if len(words) < 2:
        return None
    number = min(len(words), chance.choice((2, 3)))
    start = chance.randrange(len(words) - number + 1)
    return " ".join(words[start : start + number])


def misspelt(who: str, chance: random.Random, name: str) -> str:
    """`who` with one letter wrong in one word of `name`, seldom the first letter."""
    inside = [word for word in name.split() if word in who.split()]
    words = [word for word in inside if len(word) > 3] or [max(inside, key=len)]
    word = words[-1] if chance.random() < 0.7 else chance.choice(words)
    wrong = word
    while wrong == word:
        wrong = one_wrong_letter(word, chance)
    at = who.rindex(word)
    return who[:at] + wrong + who[at + len(word) :]


def one_wrong_letter(word: str, chance: random.Random) -> str:
    """A letter replaced, left out, doubled, or swapped with the next one; one time in ten the first."""
    at = 0 if chance.random() < 0.1 else chance.randrange(1, len(word))
    way = chance.choice(("replace", "drop", "double", "swap"))
    if way == "replace":
        letter = chance.choice("abcdefghijklmnopqrstuvwxyz")
        return word[:at] + (letter.upper() if word[at].isupper() else letter) + word[at + 1 :]
    if way == "drop":
        return word[:at] + word[at + 1 :]
    if way == "double":
        return word[: at + 1] + word[at:]
    at = min(at, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


class MadeUp:
    """A record of made-up people, as `Questions` reads it; roles of none."""

    def __init__(self, people: Iterable[Speaker], roles: Iterable[tuple[str, str]] = ()) -> None:
        self._people, self._roles = list(people), list(roles)

    def names(self) -> list[tuple[str, Speaker]]:
        """Every form of every name."""
        return [(form, person) for person in self._people for form in forms(person)]

    def roles(self) -> list[tuple[str, str]]:
        """As given."""
        return self._roles

    def earliest(self) -> dt.date | None:
        """Nothing is dated."""
        return None


def _carries_nothing(_word: str) -> bool:
    return False


def made_up(number: int) -> MadeUp:
    """So many people of different names, as English-speaking countries have them; the same at every run."""
    from faker import Faker

    maker = Faker(["en_US", "en_GB", "en_IN", "en_NZ", "en_AU"])
    maker.seed_instance(SEED)
    names: dict[str, None] = {}
    while len(names) < number:
        names[f"{maker.first_name()} {maker.last_name()}"] = None
    return MadeUp(Speaker(folded(name).replace(" ", "-"), name, "person") for name in names)


def wrong_guesses(texts: Iterable[str], questions: Questions) -> dict[str, list[str]]:
    """The texts that are narrowed to a speaker by a name, by a misspelt one, by a role, or only raised; a line each."""
    found: dict[str, list[str]] = {"name": [], "misspelt": [], "role": [], "raised": []}
    for text in texts:
        understood = questions.understand(text)
        if understood.speakers or understood.likely:
            kinds = {guess.kind for guess in understood.guesses if guess.speakers or guess.taken}
            filters = "spelling" if "spelling" in kinds else "name" if "speakers" in kinds else "role"
            kind = filters.replace("spelling", "misspelt") if understood.speakers else "raised"
            taken = ", ".join(f"{guess.text!r} as {guess.taken or guess.speakers[:3]}" for guess in understood.guesses)
            found[kind].append(f"{taken}: {text[:120]}")
    return found
