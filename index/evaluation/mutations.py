"""Real quotations made into pastes: as a careless hand, a tweet or a forger would change them. Seeded, so repeatable.

A mutation is labelled by what it means, not by how it was made: without its first word a quotation is a true part of
itself; a change that happens to give other words on record is not used.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.verdicts import Verdict

FEWEST = 5
"""Words of a quotation from which one is changed; a part and half a stitched quotation have `PART` at least."""
PART = 4

_WORD = re.compile(r"[^\W_]+")
_NUMBERS = "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty".split()
_NUMBERS += "seventy eighty ninety hundred thousand million billion".split()
_AUXILIARIES = "is are was were will would can could should must has have had do does did may might".split()
_CONTRACTED = {"will": "won’t", "can": "can't", "do": "don’t", "did": "didn't", "is": "isn’t", "was": "wasn't"}
_JOINERS = (" ", " ... ", " [...] ", " … ", "” “", " — ")
_DOUBLE = ("“", "”"), ('"', '"'), ("«", "»")
_MARKS = ("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»"), ("„", "“"), ("``", "''")

Words = list[str]
Change = Callable[[random.Random, Words, Sequence[str]], Words | None]


@dataclass(frozen=True, slots=True)
class Said:
    """A quotation on record: its words, and the id and the name of its speaker, None where nobody is named."""

    text: str
    speaker: str | None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Mutation:
    """A paste and what is right about it. `name`: the kind of mutation; `stitched`: as the answer must say it."""

    name: str
    quote: str
    verdict: Verdict
    speaker: str | None = None
    stitched: bool = False


def plain(text: str) -> str:
    """The words of a text as this measure compares them: simpler than, and apart from, what is measured."""
    return f" {' '.join(_WORD.findall(unicodedata.normalize('NFC', text).casefold()))} "


def mutations(said: Sequence[Said], unsaid: Sequence[str], each: int, seed: int = 0) -> Iterator[Mutation]:
    """At most `each` mutations of every kind, of quotations on record and of sentences that are not.

    `unsaid`: sentences of articles that are not on record.
    """
    record = _Record(said)
    for name, make in _KINDS.items():
        rng = random.Random(f"{seed} {name}")
        made = 0
        for one in rng.sample(said, len(said)) * 2:
            if made == each:
                break
            mutation = make(rng, one, record)
            if mutation is not None:
                made += 1
                yield Mutation(name, *mutation)
    rng = random.Random(f"{seed} invented")
    for text in rng.sample(unsaid, min(each, len(unsaid))):
        if not record.holds(text):
            yield Mutation("invented: said elsewhere", text, "not_found")
    for _ in range(each):
        text = _recombined(rng, record)
        if not record.holds(text):
            yield Mutation("invented: words recombined", text, "not_found")


class _Record:
    def __init__(self, said: Sequence[Said]) -> None:
        self.said = said
        self.vocabulary = [word for one in said for word in one.text.split() if word.isalpha() and len(word) > 3]
        self.speakers = sorted({one.speaker for one in said if one.speaker is not None})
        self.names = sorted({(one.speaker, one.name) for one in said if one.speaker and one.name})
        self._plain = [(plain(one.text), one.speaker) for one in said]

    def holds(self, text: str, speaker: str | None = None) -> bool:
        """Whether the words stand in a quotation, of this speaker or of one who is not named where one is given."""
        words = plain(text)
        return any(words in whole and (speaker is None or by in (speaker, None)) for whole, by in self._plain)


_Made = tuple[str, Verdict] | tuple[str, Verdict, str | None] | tuple[str, Verdict, str | None, bool] | None


def _case(rng: random.Random, one: Said, record: _Record) -> _Made:  # noqa: ARG001
    return rng.choice((str.upper, str.lower, str.title, str.swapcase))(one.text), "verbatim"


def _marks(rng: random.Random, one: Said, record: _Record) -> _Made:  # noqa: ARG001
    text = one.text.rstrip(".,;!? ") if rng.random() < 0.6 else f"{one.text}{rng.choice(('.', '!', ',', '...', '”'))}"
    text = re.sub(r"(?<=\w)[’'](?=\w)", rng.choice("’'ʼ"), text)
    text = re.sub(r"\s*—\s*|\s+[–-]\s+", rng.choice((" — ", "—", " – ", " - ", " -- ")), text)
    text = re.sub(r"[“”\"]", lambda _: rng.choice('“”"«»'), text)
    text = re.sub(r"…|\.\.\.", rng.choice(("...", "…", ". . .", "")), text)
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", rng.choice("-‑ "), text)
    text = re.sub(r"(?<=[a-z]), ", rng.choice((", ", " ", " , ", "; ")), text)
    text = text.replace(" ", rng.choice((" ", "  ", "\n", "\u00a0", " \t")))
    text = unicodedata.normalize(rng.choice(("NFC", "NFD")), text)
    first, last = rng.choice(_MARKS)
    return f"{first}{text}{last}", "verbatim"


def _part(rng: random.Random, one: Said, record: _Record) -> _Made:  # noqa: ARG001
    words = one.text.split()
    if len(words) <= PART:
        return None
    count = rng.randint(PART, len(words) - 1)
    start = rng.randint(0, len(words) - count)
    text = " ".join(words[start : start + count])
    return (text, "verbatim") if len(_WORD.findall(text)) >= PART else None


def _edge(rng: random.Random, one: Said, record: _Record) -> _Made:  # noqa: ARG001
    words = one.text.split()
    if len(words) < FEWEST:
        return None
    return " ".join(words[1:] if rng.random() < 0.5 else words[:-1]), "verbatim"


def _changed(change: Change, fewest: int = FEWEST) -> Callable[[random.Random, Said, _Record], _Made]:
    def make(rng: random.Random, one: Said, record: _Record) -> _Made:
        words = one.text.split()
        if len(words) < fewest or (changed := change(rng, list(words), record.vocabulary)) is None:
            return None
        text = " ".join(changed)
        return None if record.holds(text) else (text, "altered")

    return make


def _drop(rng: random.Random, words: Words, vocabulary: Sequence[str]) -> Words | None:  # noqa: ARG001
    inner = [at for at in range(1, len(words) - 1) if _WORD.search(words[at])]
    if not inner:
        return None
    del words[rng.choice(inner)]
    return words


def _drop_middle(rng: random.Random, words: Words, vocabulary: Sequence[str]) -> Words | None:  # noqa: ARG001
    start = rng.randint(PART, len(words) - PART - 2)
    end = rng.randint(start + 2, len(words) - PART)
    return [*words[:start], rng.choice(("...", "[...]", "…", "–")), *words[end:]]


def _add(rng: random.Random, words: Words, vocabulary: Sequence[str]) -> Words:
    words.insert(rng.randint(0, len(words)), rng.choice(vocabulary).lower())
    return words


def _change(rng: random.Random, words: Words, vocabulary: Sequence[str]) -> Words | None:
    at = rng.choice([at for at, word in enumerate(words) if _WORD.search(word)])
    words[at] = _WORD.sub(rng.choice(vocabulary).lower(), words[at], count=1)
    return words


def _change_two(rng: random.Random, words: Words, vocabulary: Sequence[str]) -> Words | None:
    return _change(rng, _change(rng, words, vocabulary) or words, vocabulary)


def _number(rng: random.Random, words: Words, vocabulary: Sequence[str]) -> Words | None:  # noqa: ARG001
    places = [at for at, word in enumerate(words) if word.strip(".,;:").lower() in _NUMBERS or re.search(r"\d", word)]
    if not places:
        return None
    at = rng.choice(places)
    if re.search(r"\d", words[at]):
        figure = rng.choice(list(re.finditer(r"\d", words[at])))
        other = rng.choice([one for one in "123456789" if one != figure[0]])
        changes = [words[at][: figure.start()] + other + words[at][figure.end() :]]
        changes.append(words[at][: figure.end()] + "0" + words[at][figure.end() :])
        if re.search(r"\d\.\d", words[at]):
            changes.append(re.sub(r"(\d)\.(\d)", r"\1\2", words[at]))
        if re.search(r"[%$€£]", words[at]):
            changes.append(re.sub(r"[%$€£]", "", words[at]))
        words[at] = rng.choice(changes)
    else:
        bare = words[at].strip(".,;:").lower()
        words[at] = rng.choice([one for one in _NUMBERS if one != bare])
    return words


def _negation(rng: random.Random, words: Words, vocabulary: Sequence[str]) -> Words | None:  # noqa: ARG001
    negated = [
        at for at, word in enumerate(words) if word.lower() in ("not", "never", "no") and 0 < at < len(words) - 1
    ]
    if negated:
        del words[rng.choice(negated)]
        return words
    auxiliaries = [at for at, word in enumerate(words) if word.lower() in _AUXILIARIES]
    if not auxiliaries:
        return None
    at = rng.choice(auxiliaries)
    contracted = _CONTRACTED.get(words[at].lower())
    if contracted and rng.random() < 0.5:
        words[at] = contracted
    else:
        words.insert(at + 1, "not")
    return words


def _right_speaker(rng: random.Random, one: Said, record: _Record) -> _Made:  # noqa: ARG001
    return (one.text, "verbatim", one.speaker) if one.speaker else None


def _other_speaker(rng: random.Random, one: Said, record: _Record) -> _Made:
    if one.speaker is None:
        return None
    other = rng.choice(record.speakers)
    if record.holds(one.text, other):
        return None
    return one.text, "misattributed", other


def _stitched(rng: random.Random, one: Said, record: _Record) -> _Made:
    other = rng.choice(record.said)
    first, second = one.text.split(), other.text.split()
    if other.text == one.text or min(len(first), len(second)) < 2 * PART:
        return None
    text = " ".join(first[: len(first) // 2]) + rng.choice(_JOINERS) + " ".join(second[len(second) // 2 :])
    return None if record.holds(text) else (text, "altered", None, True)


def _attributed(rng: random.Random, one: Said, record: _Record) -> _Made:  # noqa: ARG001
    if one.name is None or _within_marks(one.text):
        return None
    return _told(rng, _in_marks(rng, one.text), one.name), "verbatim"


def _attributed_to_another(rng: random.Random, one: Said, record: _Record) -> _Made:
    if one.speaker is None or not record.names or _within_marks(one.text):
        return None
    other, name = rng.choice(record.names)
    if record.holds(one.text, other):
        return None
    return _told(rng, _in_marks(rng, one.text), name), "misattributed"


def _attributed_and_changed(rng: random.Random, one: Said, record: _Record) -> _Made:
    changed = _changed(_change)(rng, one, record)
    if changed is None or one.name is None or _within_marks(one.text):
        return None
    return _told(rng, _in_marks(rng, changed[0]), one.name), "altered"


def _narration_between(rng: random.Random, one: Said, record: _Record) -> _Made:  # noqa: ARG001
    words = one.text.split()
    if len(words) < 2 * PART or one.name is None or _within_marks(one.text):
        return None
    at = rng.randint(PART, len(words) - PART)
    first, last = rng.choice(_DOUBLE)
    told = rng.choice(("she said", "he added", f"{one.name} said", f"said {one.name}, who was there for a day"))
    mark = rng.choice((",", "."))
    return f"{first}{' '.join(words[:at])},{last} {told}{mark} {first}{' '.join(words[at:])}{last}", "verbatim"


def _scare_marks(rng: random.Random, one: Said, record: _Record) -> _Made:
    """Words of a changed quotation put between marks, none around all of it: what stands there is not what is asked."""
    words = one.text.split()
    if len(words) < 2 * PART or one.name is None or _within_marks(one.text):
        return None
    count = rng.randint(1, 4)
    at = rng.randint(1, len(words) - count - 1)
    others = [place for place in range(len(words)) if not at <= place < at + count and _WORD.search(words[place])]
    if not others:
        return None
    changed = rng.choice(others)
    words[changed] = _WORD.sub(rng.choice(record.vocabulary).lower(), words[changed], count=1)
    first, last = rng.choice(_DOUBLE)
    if record.holds(" ".join(words)):
        return None
    words[at : at + count] = [f"{first}{' '.join(words[at : at + count])}{last}"]
    text = " ".join(words)
    return f"{text.rstrip('.,')}, {one.name} said." if rng.random() < 0.5 else text, "altered"


def _in_marks(rng: random.Random, text: str) -> str:
    first, last = rng.choice(_DOUBLE)
    words = text.split()
    if len(words) > 2 * PART and rng.random() < 0.3:  # words that the quotation itself puts between marks
        inner = rng.choice((("‘", "’"), ("'", "'"), (first, last)))
        at = rng.randint(1, len(words) - PART)
        count = rng.randint(1, PART - 1)
        words[at : at + count] = [f"{inner[0]}{' '.join(words[at : at + count])}{inner[1]}"]
        text = " ".join(words)
    if rng.random() < 0.15:
        return f"{first}{text.rstrip('.,')},"  # the closing mark is lost
    stop = rng.choice((",", ".", "", "!"))
    return f"{first}{text.rstrip('.,')}{stop}{last}"


def _told(rng: random.Random, quoted: str, name: str) -> str:
    """A quotation in its marks, and beside it who is to have said it."""
    if not quoted.endswith(tuple(last for _, last in _DOUBLE)):
        return f"{quoted} said {name}."
    return rng.choice(
        (
            f"{quoted} said {name}.",
            f"{quoted} {name} said",
            f"{quoted} — {name}",
            f"{quoted} - {name}, in an interview",
            f"{name}: {quoted}",
            f"{name} said: {quoted}",
            f"According to {name}, {quoted}",
            f"{quoted} {name} told reporters on Friday. Nothing more was heard of it.",
            f"It was a long evening. {quoted} said {name}, who had come by train.",
            f"{quoted} ({name})",
        )
    )


def _within_marks(text: str) -> bool:
    """Whether a quotation has marks of its own, which a careless hand would have to change."""
    return any(mark in text for mark in "“”\"«»„`''")


def _recombined(rng: random.Random, record: _Record) -> str:
    """As many words as a quotation has, drawn from three others and mixed: the subject stays, nobody said it."""
    words = [word for one in rng.sample(record.said, 3) for word in one.text.split()]
    rng.shuffle(words)
    return " ".join(words[: rng.randint(6, 24)])


_KINDS: dict[str, Callable[[random.Random, Said, _Record], _Made]] = {
    "case": _case,
    "marks, dashes, spacing": _marks,
    "part": _part,
    "word dropped at the border": _edge,
    "word dropped inside": _changed(_drop),
    "stretch dropped inside": _changed(_drop_middle, 2 * PART + 4),
    "word added": _changed(_add),
    "word changed": _changed(_change),
    "two words changed": _changed(_change_two, 2 * FEWEST),
    "number changed": _changed(_number),
    "negation added or removed": _changed(_negation),
    "right speaker": _right_speaker,
    "other speaker": _other_speaker,
    "halves stitched": _stitched,
    "with its attribution": _attributed,
    "with another's name": _attributed_to_another,
    "changed, with its attribution": _attributed_and_changed,
    "narration between": _narration_between,
    "marks inside a changed one": _scare_marks,
}
