"""Copies folded: a corpus with planted agency copies, and how many pairs are joined as they should be.

The quotations of the short articles are said once in an agency's article. Other papers carry that article, each
quotation changed as desks change it, and pick up single quotations. Among them stand what is no copy: the same speaker
with another number, negation or object, or with other words around a phrase, and the same words from somebody else.
All chance comes from one seed. The quotations are given, not extracted: finding them has its own measure.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from index.errors import SourceError
from index.evaluation.articles import FormArticle
from index.recorder import Recorder
from index.store import Store
from index.types import Article, Attribution, Passage, Quotation, Speaker

SEED = 4
PAPERS = 3
"""Papers that carry an agency's article whole."""
TRIM_FROM = 12
"""Words from which desks trim: what is left has six at least."""

Figures = Mapping[str, Mapping[str, float]]
Change = Callable[[str, random.Random], "tuple[str, ...] | None"]
"""A text → its pieces as changed, None where it cannot be changed so."""


def evaluate(articles: Sequence[FormArticle], seed: int = SEED) -> Figures:
    """Kind of change → rows, pairs, precision and recall of the pairs with one of that kind; and "overall".

    Precision and recall lie between 0 and 1; without a pair they are 1. SourceError: there is nothing to plant.
    """
    planted = _Planted(random.Random(seed), articles).planted
    if not planted:
        raise SourceError("the articles hold no quotation to plant copies of")
    with tempfile.TemporaryDirectory(prefix="attributed-") as folder:
        rows = _recorded(Path(folder) / "store.sqlite", planted)
        with contextlib.closing(Store(Path(folder) / "store.sqlite")) as store:
            groups = store.copies.groups()
    return _figures(rows, groups)


def printed(figures: Figures) -> str:
    """The figures as a table, a kind of change a line."""
    lines = [f"{'':34}{'rows':>7}{'pairs':>8}{'precision':>11}{'recall':>9}"]
    lines += [
        f"{kind:34}{row['rows']:7.0f}{row['pairs']:8.0f}{row['precision']:11.4f}{row['recall']:9.4f}"
        for kind, row in figures.items()
    ]
    return "\n".join(lines)


# What is planted


@dataclass(frozen=True, slots=True)
class Words:
    """One quotation to plant. `truth`: the same for copies of one another. `kind`: how it was changed."""

    pieces: tuple[str, ...]
    speaker: Speaker | None
    truth: int
    kind: str


@dataclass(frozen=True, slots=True)
class Story:
    """An article to plant."""

    id: str
    date: dt.date | None
    words: tuple[Words, ...]


@dataclass(slots=True)
class _Planted:
    chance: random.Random
    articles: Sequence[FormArticle]
    planted: list[Story] = field(default_factory=list)
    truths: int = 0
    others: list[Speaker] = field(init=False)
    nouns: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.others = [
            Speaker(f"other-{number}", f"Other Voice{number}", "person") for number in range(len(self.articles))
        ]
        self.nouns = sorted(
            {
                word
                for article in self.articles
                for quote in article.gold.quotes
                for start, end in quote.spans
                for word in re.findall(r"\b[a-z]{6,}\b", article.gold.article.text[start:end])
            }
        )
        for number, article in enumerate(self.articles):
            self._story(number, article)

    def _story(self, number: int, article: FormArticle) -> None:
        day = dt.date(2026, 1, 1) + dt.timedelta(days=3 * number)
        wire = [self._original(article, place) for place in range(len(article.gold.quotes))]
        if not wire:
            return
        self._add(day, wire)
        for _ in range(PAPERS):
            kept = [words for words in wire if self.chance.random() < 0.8]
            self._add(self._later(day), [self._changed(words) for words in kept])
        for words in wire:
            if words.speaker is not None and words.speaker.kind != "unnamed":
                self._picked_up(day, words)
                self._no_copies(number, day, words)

    def _original(self, article: FormArticle, place: int) -> Words:
        quote = article.gold.quotes[place]
        pieces = tuple(article.gold.article.text[start:end] for start, end in quote.spans)
        speaker = None
        if quote.speaker_name is not None and quote.speaker_kind not in (None, "unnamed"):
            speaker = Speaker(f"{article.gold.article.id}-{quote.speaker_name}", quote.speaker_name, quote.speaker_kind)
        elif quote.speaker_text is not None and quote.speaker_kind == "unnamed":
            speaker = Speaker(f"{article.gold.article.id}-{quote.speaker_text}", quote.speaker_text, "unnamed")
        self.truths += 1
        return Words(pieces, speaker, self.truths, "as the agency has it")

    def _changed(self, words: Words) -> Words:
        """One of the changes that fits; the same words where none does."""
        for kind in self.chance.sample(sorted(CHANGES), len(CHANGES)):
            pieces = CHANGES[kind](" ".join(words.pieces), self.chance)
            if pieces is not None:
                return Words(pieces, words.speaker, words.truth, kind)
        return Words(words.pieces, words.speaker, words.truth, "identical")

    def _picked_up(self, day: dt.date, words: Words) -> None:
        """The quotation alone in other stories, once in each way that fits; once without its speaker."""
        text = " ".join(words.pieces)
        if len(text.split()) < 4:
            return
        for kind, change in CHANGES.items():
            pieces = change(text, self.chance)
            if pieces is not None:
                self._add(self._later(day, undated=True), [Words(pieces, words.speaker, words.truth, kind)])
        if len(text.split()) >= TRIM_FROM:
            self._add(self._later(day), [Words(words.pieces, None, words.truth, "speaker not found")])

    def _no_copies(self, number: int, day: dt.date, words: Words) -> None:
        text = " ".join(words.pieces)
        other = self.chance.choice([one for at, one in enumerate(self.others) if at != number])
        said: list[tuple[str, str | None, Speaker | None]] = [
            ("other speaker", text, other),
            ("other number", _other_number(text, self.chance), words.speaker),
            ("negated", _negated(text), words.speaker),
            ("other object", self._other_word(text), words.speaker),
            ("a phrase of it", self._phrase(text), words.speaker),
            ("short formula", self.chance.choice(["No comment.", "Yes, of course.", "I agree"]), words.speaker),
        ]
        for kind, changed, speaker in said:
            if changed is not None:
                self.truths += 1
                self._add(self._later(day, undated=True), [Words((changed,), speaker, self.truths, f"not: {kind}")])

    def _other_word(self, text: str) -> str | None:
        found = list(re.finditer(r"\b[a-z]{6,}\b", text))
        if len(text.split()) < 4 or not found:
            return None
        place = self.chance.choice(found)
        other = self.chance.choice([noun for noun in self.nouns if noun[:4] != place[0][:4]])
        return text[: place.start()] + other + text[place.end() :]

    def _phrase(self, text: str) -> str | None:
        """Five words of it in the middle of others."""
        words = text.split()
        if len(words) < TRIM_FROM:
            return None
        at = self.chance.randrange(len(words) - 5)
        ahead, behind = self.chance.sample(self.nouns, 6), self.chance.sample(self.nouns, 6)
        return " ".join([*ahead, *words[at : at + 5], *behind])

    def _later(self, day: dt.date, *, undated: bool = False) -> dt.date | None:
        if undated and self.chance.random() < 0.1:
            return None
        return day + dt.timedelta(days=self.chance.randrange(4))

    def _add(self, day: dt.date | None, words: Sequence[Words]) -> None:
        if words:
            self.planted.append(Story(f"story-{len(self.planted)}", day, tuple(words)))


# How desks change words


def _marks(text: str, chance: random.Random) -> tuple[str, ...]:
    """Other quotation marks, dashes, dots, spacing and capitals."""
    text = re.sub("[“”„]", '"' if chance.random() < 0.5 else "'", text)
    text = re.sub("[‘’]", "'", text) if "’" in text else text.replace("'", "’")
    text = re.sub(r"\s?[—–]\s?", chance.choice([" - ", "—", " – "]), text)
    text = text.rstrip(".,;!?") + chance.choice(["", ",", ".", "!"])
    text = getattr(text, chance.choice(["upper", "lower", "capitalize", "strip"]))()
    return (text.replace(" ", chance.choice([" ", "  ", "\u00a0"]), 1),)


def _words(text: str, least: int = TRIM_FROM) -> list[str] | None:
    words = text.split()
    return words if len(words) >= least else None


def _front(text: str, chance: random.Random) -> tuple[str, ...] | None:
    """The front is gone, up to a comma or a sentence's end."""
    places = [found.end() for found in re.finditer(r"[,.;:—]\s+", text)]
    fitting = [at for at in places if len(text[at:].split()) >= TRIM_FROM // 2]
    return (text[chance.choice(fitting) :],) if _words(text) and fitting else None


def _back(text: str, chance: random.Random) -> tuple[str, ...] | None:
    words = _words(text)
    return (" ".join(words[: chance.randrange(len(words) // 2, len(words))]),) if words else None


def _half(text: str, chance: random.Random) -> tuple[str, ...] | None:
    del chance
    words = _words(text)
    return (" ".join(words[: (len(words) + 1) // 2]),) if words else None


def _inner(text: str, chance: random.Random) -> tuple[str, ...] | None:
    """Three words or more from the middle are dots."""
    words = _words(text)
    if words is None:
        return None
    start = chance.randrange(4, len(words) - 7)
    end = start + chance.randrange(3, len(words) - 3 - start)
    dots = chance.choice(["[...]", "...", "…", "[…]", ". . ."])
    return (" ".join([*words[:start], dots, *words[end:]]),)


def _split(text: str, chance: random.Random) -> tuple[str, ...] | None:
    words = _words(text, 6)
    if words is None:
        return None
    at = chance.randrange(2, len(words) - 1)
    return " ".join(words[:at]).rstrip(",") + ",", " ".join(words[at:])


_NUMBERS = "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty".split()
_FIGURES = (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 30, 40, 50, 60)
_DESK = tuple(
    [(rf"\b{word}\b(?!-)", str(figure)) for word, figure in zip(_NUMBERS, _FIGURES, strict=True)]
    + [(rf"(?<![\d.,$£]){figure}\b(?![.,%]\d)", word) for word, figure in zip(_NUMBERS, _FIGURES, strict=True)]
    + [
        (r"%", " per cent"),
        (r"\bpercent\b", "per cent"),
        (r"\$(\d+) million", r"\1 million dollars"),
        (r"\b([a-z]{4,})isation\b", r"\1ization"),
        (r"\b([a-z]{3,})ising\b", r"\1izing"),
        (r"\b(col|lab|fav|harb|neighb|hon|behavi)our", r"\1or"),
        (r"\b(col|lab|fav|harb|neighb|hon|behavi)or(?=s?\b)", r"\1our"),
        (r"\bcentre", "center"),
        (r"\bprogramme\b", "program"),
        (r"\bdefence\b", "defense"),
        (r"\b(do|does|did|is|was|are|were|could|would|should|has|have)n[’']t\b", r"\1 not"),
        (r"\b(do|does|did|could|would|should) not\b", r"\1n’t"),
        (r"\b([Ii]t|[Tt]hat|[Tt]here)[’']s\b", r"\1 is"),
        (r"\b([Ww]e)[’']re\b", r"\1 are"),
        (r"\b([Ww]e)[’']ll\b", r"\1 will"),
        (r"^(Well|So|And|But|Look),? ", ""),
    ]
)


def _desk(text: str, chance: random.Random) -> tuple[str, ...] | None:
    """Numbers, contractions and spelling by another style book, or a name in brackets."""
    changed = text
    for pattern, other in chance.sample(_DESK, len(_DESK)):
        if changed == text:
            changed = re.sub(pattern, other, changed)
    if changed == text and _words(text):
        changed = re.sub(r"\b(he|she|they|him|them)\b", "[the minister]", text, count=1)
    return None if changed == text else (changed,)


def _desk_and_back(text: str, chance: random.Random) -> tuple[str, ...] | None:
    cut = _back(text, chance)
    return None if cut is None else _desk(cut[0], chance)


CHANGES: Mapping[str, Change] = {
    "identical": lambda text, _: (text,),
    "marks, dashes, case": _marks,
    "trimmed front": _front,
    "trimmed back": _back,
    "first half": _half,
    "inner [...]": _inner,
    "split, joined": _split,
    "desk": _desk,
    "desk and trimmed": _desk_and_back,
}


def _other_number(text: str, chance: random.Random) -> str | None:
    found = list(re.finditer(rf"\d+|\b(?:{'|'.join(_NUMBERS)})\b", text))
    if not found or len(text.split()) < 4:
        return None
    place = chance.choice(found)
    other = str(int(place[0]) + chance.randrange(1, 9)) if place[0].isdigit() else "seventeen"
    return text[: place.start()] + other + text[place.end() :]


def _negated(text: str) -> str | None:
    changed = re.sub(r"\b(will|can|is|are|was|were|has|have|should|would|could|must)\b", r"\1 not", text, count=1)
    return None if changed == text or " not not" in changed or len(text.split()) < 4 else changed


# How it is counted


def _recorded(path: Path, stories: Sequence[Story]) -> dict[int, Words]:
    """Record the stories; row → what was planted there."""
    recorder = Recorder(path)
    with contextlib.closing(recorder):
        for story in stories:
            article, passages = _article(story)
            recorder.add(article, passages, fingerprint=story.id, extractor="planted", version="planted")
        recorder.finish()
    # Rows are integers in order of reading.
    return dict(enumerate((words for story in stories for words in story.words), start=1))


def _article(story: Story) -> tuple[Article, tuple[Passage, ...]]:
    text, spans = "", []
    for words in story.words:
        places = []
        for number, piece in enumerate(words.pieces):
            text += ", it was said, “" if number else "“"
            places.append((len(text), len(text) + len(piece)))
            text += f"{piece}”"
        spans.append(places)
        text += ".\n\n"
    article = Article(story.id, text, date=story.date)
    return article, tuple(_passages(article, story, spans))


def _passages(article: Article, story: Story, spans: Sequence[Sequence[tuple[int, int]]]) -> Iterator[Passage]:
    for words, places in zip(story.words, spans, strict=True):
        quotation = Quotation(article.id, "direct", tuple(article.span(start, end) for start, end in places))
        said = Attribution(quotation)
        if words.speaker is not None:
            said = Attribution(quotation, words.speaker, "planted", 1.0)
        yield Passage(said, article.span(quotation.start, quotation.end), quotation.text)


def _figures(rows: Mapping[int, Words], groups: Sequence[Sequence[int]]) -> Figures:
    truths: defaultdict[int, list[int]] = defaultdict(list)
    for row, words in rows.items():
        truths[words.truth].append(row)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    joined = {pair for group in groups for pair in combinations(sorted(group), 2)}
    right = {pair for same in truths.values() for pair in combinations(same, 2)}
    for pair in joined | right:
        for kind in {rows[pair[0]].kind, rows[pair[1]].kind, "overall"}:
            counts[kind]["joined"] += pair in joined
            counts[kind]["right"] += pair in right
            counts[kind]["both"] += pair in joined and pair in right
    sizes = Counter(words.kind for words in rows.values())
    figures: dict[str, dict[str, float]] = {}
    for kind in [*sorted(sizes), "overall"]:
        count = counts[kind]
        figures[kind] = {
            "rows": sizes[kind] if kind != "overall" else len(rows),
            "pairs": count["right"],
            "precision": round(count["both"] / count["joined"], 4) if count["joined"] else 1.0,
            "recall": round(count["both"] / count["right"], 4) if count["right"] else 1.0,
        }
    return figures
