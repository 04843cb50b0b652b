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

from index.queries import Query, folded
from index.questions import Questions
from index.recorder import forms
from index.types import Article, Speaker

if TYPE_CHECKING:
    import datetime as dt

    from index.build import QuoteExtractor
    from index.encoder import Encoder

SEED = 7
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
_STOP = frozenset("about after again against also because before being could every first from have here into".split()) | {
    *"just like made make many more most much never only other over said same should some still such than that".split(),
    *"their them then there these they thing this those through under until very want were what when where".split(),
    *"which while will with would year your been does know every going come back take year years people".split(),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, how it was made, the ids of the speakers of whom either must come first, and whence its topic."""

    text: str
    way: str
    ids: frozenset[str]
    quotation: str | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """`first`: way of asking → (questions with the named speaker first, questions); `faults`: a line each."""

    first: Mapping[str, tuple[int, int]]
    faults: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """Share of each way, rounded, and how many were asked."""
        return {way: {"first": round(right / of, 4), "of": of} for way, (right, of) in self.first.items()}


def evaluate(articles: Sequence[Article], extractor: QuoteExtractor, encoder: Encoder, few: int | None = None) -> Shares:
    """Index the articles in a temporary folder and ask; `few` takes a sample of so many questions of each way."""
    from index.build import rebuild
    from index.searcher import Searcher

    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        data = Path(folder)
        rebuild(articles, data, extractor=extractor, encoder=encoder)
        with Searcher.open(data, encoder) as searcher:
            asked = questions([searcher.article(one.id) for one in articles])
            for question in _sampled(asked, few):
                answer = searcher.search(Query(question.text, limit=1))
                said = answer.hits[0].passage.attribution.speaker if answer.hits else None
                of[question.way] += 1
                right[question.way] += said is not None and said.id in question.ids
                if said is None or said.id not in question.ids:
                    faults.append(f"{question.way}: {question.text} → {said and said.id}, {answer.understood.speakers}")
    return Shares({way: (right[way], of[way]) for way in of}, tuple(faults))


def _sampled(asked: Sequence[Asked], few: int | None) -> list[Asked]:
    if few is None:
        return list(asked)
    chance = random.Random(SEED)
    ways = dict.fromkeys(one.way for one in asked)
    of_way = {way: [one for one in asked if one.way == way] for way in ways}
    return [one for some in of_way.values() for one in chance.sample(some, min(few, len(some)))]


def questions(articles: Sequence[tuple[Article, Sequence[object]]]) -> list[Asked]:
    """Every question, the same at every run; `articles` with their attributions as they are served."""
    from index.types import Attribution

    chance = random.Random(SEED)
    said: dict[str, list[tuple[Article, Attribution]]] = {}
    for article, attributions in articles:
        for one in attributions:
            assert isinstance(one, Attribution)
            if one.speaker is not None and one.speaker.kind == "person":
                said.setdefault(one.speaker.id, []).append((article, one))
    people = {id_: some[0][1].speaker for id_, some in said.items()}
    by_form: dict[str, set[str]] = {}
    for id_, person in people.items():
        assert person is not None
        for form in forms(person):
            by_form.setdefault(form, set()).add(id_)
    made: list[Asked] = []
    for id_, some in said.items():
        person = people[id_]
        assert person is not None
        inside = {article.id for article, _ in some}
        others = [
            one
            for article, attributions in articles
            if article.id in inside
            for one in attributions
            if isinstance(one, Attribution) and one.speaker is not None and one.speaker.id != id_
        ]
        said_by = [one for _, one in some]
        own, foreign = (
            [(topic, one.quotation.id) for one in whose if (topic := topic_of(one.quotation.text, chance))]
            for whose in (said_by, others)
        )
        topics = [("own", *one) for one in own[:2]] + [("other's", topic, None) for topic, _ in foreign[:1]]
        for whose, topic, told in topics:
            for how, who, ids in _ways_to_ask(person, by_form):
                for template in chance.sample(TEMPLATES, 2):
                    asked = template.format(who=who, topic=topic)
                    made.append(Asked(asked, f"{how}, {whose} topic", ids, told))
                    wrong = template.format(who=misspelt(who, chance, person.name), topic=topic)
                    made.append(Asked(wrong, f"{how} misspelt, {whose} topic", ids, told))
    return made


def _ways_to_ask(person: Speaker, by_form: Mapping[str, set[str]]) -> list[tuple[str, str, frozenset[str]]]:
    ways = [("full name", person.name, frozenset(by_form[folded(person.name)]))]
    surname = person.name.split()[-1]
    if len(person.name.split()) > 1 and by_form.get(folded(surname)) == {person.id}:
        ways.append(("surname", surname, frozenset({person.id})))
    role = person.role
    if role and len(role.split()) <= 4 and "," not in role:
        plain = re.sub(r"^(?:an?|the|his|her|their|its) ", "", role)
        ways.append(("role and name", f"{plain} {person.name}", frozenset({person.id})))
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
