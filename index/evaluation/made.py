"""A corpus of any size made of real sentences, to measure speed by: articles, quotations, speakers and their vectors.

What is real and what is not: every part of a sentence stands in the texts that are given, but parts of two are joined,
so that any number of quotations differ. They are given to people who do not exist, with roles, sources and days.
All sentences and the first texts of the index are encoded by the real model; the vector of any other text is the
normalised sum of those of the sentences that it is made of, with a little noise. There are fewer different words than
in as much real news, so each stands in more passages: the lexical side has more to do than it would. No article is a
copy of another. Everything follows from the seed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import math
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from faker import Faker
from numpy.typing import NDArray

from index.build import PassageMaker, default_passages
from index.document.paragraphs import split_paragraphs
from index.document.sentences import split_sentences
from index.embedded import readings
from index.encoder import Encoder, normalised
from index.errors import QuoteIndexError
from index.types import Article, Attribution, Passage, Quotation, Speaker

Vectors = NDArray[np.float32]

WORDS = (8, 40)
"""Fewest and most words of a sentence that is used."""
HELD_BACK = 10
"""Every tenth sentence is not used: nobody in the corpus says it."""
QUOTATIONS = 8
"""Quotations of an article; the last one has what is left."""
QUOTED_BY = 20
"""Quotations for each speaker, in the mean; the most quoted have hundreds of times as many."""
SOURCES = 400
"""With shares as 1 / rank one has 15 % of the articles, the 15th 1 %, the 150th .1 %."""
DAYS = (dt.date(2016, 1, 1), 3653)
"""The first day of publication, and how many."""
LOCALES = ["en_US", "en_GB", "en_IN", "fr_FR", "es_ES", "de_DE", "it_IT", "pl_PL"]
"""Whose names the speakers have."""
CUES = ("said", "warned", "argued", "told reporters on Monday", "wrote", "conceded", "insisted", "added")
REAL = 2_000
"""Texts of the corpus that are encoded by the real model, besides all sentences."""
NOISE = 0.4
"""Length of the noise in a mixed vector, beside a sum of length 1; no two are equal."""

CUTS = 3
"""Places at which two sentences are crossed: a quarter, half, three quarters of each."""

_MARKS = re.compile(r"[“”\"«»]|``|''")


@dataclass(frozen=True, slots=True)
class Made:
    """An article, its attributions, and of each the numbers of the sentences that its words are of."""

    article: Article
    attributions: tuple[Attribution, ...]
    pieces: tuple[tuple[int, ...], ...]


def sentences(articles: Iterable[Article]) -> list[str]:
    """The sentences of articles, each once, without quotation marks; of a length in WORDS."""
    found: dict[str, None] = {}
    for article in articles:
        for paragraph in split_paragraphs(article):
            text = article.text[paragraph.start : paragraph.end]
            for start, end in split_sentences(text):
                sentence = " ".join(_MARKS.sub("", text[start:end]).split())
                if WORDS[0] <= len(sentence.split()) <= WORDS[1]:
                    found[sentence] = None
    return list(found)


def stretches(texts: Sequence[str], count: int, lengths: tuple[int, int]) -> list[str]:
    """`count` different stretches of the texts, each from another place, of all numbers of words in `lengths`.

    Raises:
        QuoteIndexError: the texts give fewer.
    """
    words = [word for text in texts for word in re.findall(r"[\w’'-]+", text)]
    shortest, longest = lengths
    found: dict[str, None] = {}
    # A stride without a common divisor with the length visits every place before it comes back to one.
    stride = next(step for step in range(len(words) // 3 + 1, 2 * len(words) + 2) if math.gcd(step, len(words)) == 1)
    for number in range(len(words)):
        place = number * stride % len(words)
        length = shortest + number % (longest - shortest + 1)
        found[" ".join(words[place : place + length])] = None
        if len(found) == count:
            return list(found)
    raise QuoteIndexError(f"the articles give {len(found)} questions, {count} are needed")


class MadeCorpus:
    """`size` quotations by many speakers, no two alike. It is its own extractor; `seconds`: what making them took.

    Raises:
        QuoteIndexError: too few sentences are given for so many quotations.
    """

    def __init__(self, given: Sequence[str], size: int, seed: int = 0) -> None:
        self.size = size
        self.version = f"made {seed}"
        self.unsaid = list(given[HELD_BACK - 1 :: HELD_BACK])
        self.sentences = [one for place, one in enumerate(given) if place % HELD_BACK != HELD_BACK - 1]
        self.seconds = 0.0
        self._ways = CUTS * len(self.sentences) ** 2
        if not 0 < size <= self._ways:
            raise QuoteIndexError(f"{len(self.sentences)} sentences make 1 to {self._ways} quotations, not {size}")
        self._seed = seed
        # Without a common divisor with the number of ways, a stride comes to each before it comes back to one.
        first = int(0.618 * self._ways) + 1
        self._stride = next(step for step in itertools.count(first) if math.gcd(step, self._ways) == 1)
        self.speakers, self.sources = _invented(max(1, size // QUOTED_BY), random.Random(f"{seed} people"), seed)
        self._by_rank = list(itertools.accumulate(1 / rank**0.8 for rank in range(1, len(self.speakers) + 1)))
        self._by_source = list(itertools.accumulate(1 / rank for rank in range(1, len(self.sources) + 1)))
        self._waiting: dict[str, Made] = {}
        self.counted: dict[str, Counter[str]] = {"speaker": Counter(), "source": Counter(), "day": Counter()}
        self._pieces: dict[int, tuple[int, ...]] = {}
        self._maker = default_passages()

    def __len__(self) -> int:
        return -(-self.size // QUOTATIONS)

    def __iter__(self) -> Iterator[Article]:
        """The articles, each made when it is asked for, and counted in `counted`: how many quotations have a value."""
        for number in range(len(self)):
            started = time.perf_counter()
            made = self.article(number)
            self._waiting[made.article.id] = made
            for attribution in made.attributions:
                assert attribution.speaker is not None
                assert made.article.date is not None
                self.counted["speaker"][attribution.speaker.name] += 1
                self.counted["source"][str(made.article.source)] += 1
                self.counted["day"][made.article.date.isoformat()] += 1
            self.seconds += time.perf_counter() - started
            yield made.article

    def prepare(self) -> None:
        """Nothing is to be loaded."""

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        """The attributions of articles that this corpus gave."""
        for article in articles:
            yield self._waiting[article.id].attributions

    def passages(self) -> PassageMaker:
        """The passages that the program serves; it is remembered of which sentences their texts are made."""
        return PassageMaker(self._maker.version, self._made_passages)

    def pieces(self, text: str) -> tuple[int, ...] | None:
        """The numbers of the sentences that an embedded text is made of; None for any other text."""
        return self._pieces.get(_key(text))

    def article(self, number: int) -> Made:
        """The article with this number, from 0: the same at every call."""
        rng = random.Random(f"{self._seed} {number}")
        first = number * QUOTATIONS
        heading = rng.randrange(len(self.sentences))
        title = " ".join(self.sentences[heading].split()[:9]).rstrip(",;:.")
        text = title
        found: list[tuple[Speaker, str, int, int, int, int]] = []
        pieces = []
        for place in range(first, min(first + QUOTATIONS, self.size)):
            words, of = self._words(place, rng)
            (speaker,) = rng.choices(self.speakers, cum_weights=self._by_rank)
            cue = rng.choice(CUES)
            start = len(text) + 3
            text += f"\n\n“{words},” "
            at = len(text)
            text += f"{speaker.name}, {speaker.role}, {cue}. {rng.choice(self.sentences)}"
            found.append((speaker, cue, start, start + len(words), at, at + len(speaker.name)))
            pieces.append((heading, *of))
        (source,) = rng.choices(self.sources, cum_weights=self._by_source)
        day = DAYS[0] + dt.timedelta(rng.randrange(DAYS[1]))
        article = Article(f"made-{number}", text, title, day, source)
        attributions = []
        for speaker, cue, start, end, low, high in found:
            said = text.index(cue, high)
            quotation = Quotation(
                article.id,
                "direct",
                (article.span(start, end),),
                article.span(said, said + len(cue)),
                article.span(low, high),
                "made",
            )
            attributions.append(Attribution(quotation, speaker, "made", 1.0))
        return Made(article, tuple(attributions), tuple(pieces))

    def _words(self, place: int, rng: random.Random) -> tuple[str, tuple[int, ...]]:
        """A quotation that no other place has, and its sentences: one crossing or two."""
        count = len(self.sentences)
        pair, cut = divmod(place * self._stride % self._ways, CUTS)
        one, other = divmod(pair, count)
        words, of = self._crossed(one, other, cut), (one, other)
        if rng.random() < 0.5:
            third, fourth = rng.randrange(count), rng.randrange(count)
            return f"{words}. {self._crossed(third, fourth, 1)}", (*of, third, fourth)
        return words, of

    def _crossed(self, one: int, other: int, cut: int) -> str:
        """The beginning of one sentence and the end of another, both cut at (`cut` + 1) / (CUTS + 1)."""
        first, second = self.sentences[one].split(), self.sentences[other].split()
        low, high = ((cut + 1) * len(words) // (CUTS + 1) for words in (first, second))
        words = " ".join([*first[:low], *second[high:]]).rstrip(".,;:!?…’' ")
        return words[:1].upper() + words[1:]

    def _made_passages(self, article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
        passages = self._maker.make(article, attributions)
        pieces = self._waiting.pop(article.id).pieces
        for passage, of in zip(passages, pieces, strict=True):
            for text in readings(passage.search_text, passage.spoken_text):
                self._pieces[_key(text)] = of if text == passage.search_text else of[1:]
        return passages


class MixedEncoder:
    """The encoder `real`, and for all but the first texts of a corpus mixed vectors. It passes for `real` itself.

    `encoded`: texts that the real model encoded, without the sentences; `mixed`: the others; `seconds`: what all of
    them took.
    """

    def __init__(self, real: Encoder, corpus: MadeCorpus, count: int = REAL) -> None:
        self.name, self.fingerprint, self.dimension = real.name, real.fingerprint, real.dimension
        self._real = real
        self._corpus = corpus
        self._count = count
        self.encoded = 0
        self.mixed = 0
        started = time.perf_counter()
        self._sentences = normalised(real.encode(corpus.sentences))
        self.seconds = time.perf_counter() - started

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimension), each of length 1."""
        started = time.perf_counter()
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        really: list[int] = []
        for place, text in enumerate(texts):
            pieces = self._corpus.pieces(text)
            if pieces is None or self.encoded + len(really) < self._count:
                really.append(place)
            else:
                vectors[place] = self._mix(text, pieces)
        if really:
            vectors[really] = self._real.encode([texts[place] for place in really])
        self.encoded += len(really)
        self.mixed += len(texts) - len(really)
        self.seconds += time.perf_counter() - started
        return normalised(vectors)

    def _mix(self, text: str, pieces: Sequence[int]) -> Vectors:
        whole = self._sentences[list(pieces)].sum(axis=0)
        noise = np.random.default_rng(_key(text)).standard_normal(self.dimension)
        mixed: Vectors = whole / np.linalg.norm(whole) + NOISE * noise / np.linalg.norm(noise)
        return mixed


def _invented(count: int, rng: random.Random, seed: int) -> tuple[list[Speaker], list[str]]:
    """So many people of different names, each with a role; and the sources."""
    faker = Faker(LOCALES)
    faker.seed_instance(seed)
    english = Faker("en_GB")
    english.seed_instance(seed)
    people: dict[str, Speaker] = {}
    while len(people) < count:
        name = f"{faker.first_name()} {faker.last_name()}"
        if rng.random() < 0.2:  # as common as middle names are, and enough of them for any number of people
            name = name.replace(" ", f" {faker.first_name()} ", 1)
        job = re.split(r"[,/(]", english.job())[0].strip().lower()
        role = f"{'an' if job[0] in 'aeiou' else 'a'} {job} from {english.city()}"
        people.setdefault(name, Speaker(f"made-{len(people)}", name, "person", (name.split()[-1],), (role,)))
    sources: dict[str, None] = {}
    while len(sources) < SOURCES:
        sources[f"{english.city()} {rng.choice(('Gazette', 'Herald', 'Times', 'Post', 'Observer'))}"] = None
    return list(people.values()), list(sources)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:8], "big")
