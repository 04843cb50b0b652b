"""The words of the field as values: Article → Quotation → Attribution → Passage → Hit.

All are frozen, slotted and checked on construction: an invalid one cannot be built. Every offset is a
character offset (a Python `str` index) into `Article.text`; spans are half-open and carry their own text,
so that a wrong offset shows itself wherever a span meets its article.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

QuotationKind = Literal["direct", "mixed", "indirect"]
"""direct: words inside marks; mixed: a quoted fragment inside a reported clause; indirect: reported without marks."""

Gender = Literal["female", "male"]

DateCertainty = Literal["day", "month", "year", "address", "unknown"]
"""How sure a date is. day: the source gives the day; month, year: it gives no more, and the date is the first day of
it; address: no more than the web address or the name of the file tells; unknown: there is no date."""

SpeakerKind = Literal["person", "organisation", "group", "unnamed"]
"""unnamed: a source known by a description alone ("a senior official"); it is never joined across articles."""

DATE_CERTAINTIES: tuple[str, ...] = get_args(DateCertainty)
QUOTATION_KINDS: tuple[str, ...] = get_args(QuotationKind)
SPEAKER_KINDS: tuple[str, ...] = get_args(SpeakerKind)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of an article: `text == article.text[start:end]`, `0 <= start < end`."""

    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, not {self.start}:{self.end}")
        if len(self.text) != self.end - self.start:
            raise ValueError(f"span {self.start}:{self.end} does not fit its text of {len(self.text)} characters")

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Article:
    """One article as its source gives it.

    `text` is never changed after reading. `body` is where the narration begins: a header (date, standfirst)
    stands before it; 0 where there is none. `date` is the day of publication; `source` the publisher or feed.
    `language`: ISO 639-1 code, as it is told from the text where the article is worked; None before that.
    `authors`: whom the byline names, each as it does. `section`: of the paper or site. `agency`: the news agency whose
    the article says to be, by the name that `index.agencies` has for it. `date_certainty`: "unknown" where there is no
    date. `summary_only`: the text is the summary of an entry in a feed, which gives no more.
    """

    id: str
    text: str
    title: str | None = None
    date: dt.date | None = None
    source: str | None = None
    url: str | None = None
    body: int = 0
    language: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    agency: str | None = None
    date_certainty: DateCertainty = "day"
    summary_only: bool = False

    def __post_init__(self) -> None:
        if self.date_certainty not in DATE_CERTAINTIES:
            raise ValueError(f"a date is one of {', '.join(DATE_CERTAINTIES)}, not {self.date_certainty!r}")
        if self.date is None:
            object.__setattr__(self, "date_certainty", "unknown")
        elif self.date_certainty == "unknown":
            object.__setattr__(self, "date_certainty", "day")
        if not self.id.strip():
            raise ValueError("an article needs an id")
        if not self.text.strip():
            raise ValueError(f"article {self.id!r} has no text")
        if not 0 <= self.body < len(self.text):
            raise ValueError(f"the body of article {self.id!r} begins at {self.body}, outside its text")

    def span(self, start: int, end: int) -> Span:
        """The stretch from `start` to `end`, which must lie inside the text (ValueError otherwise)."""
        return Span(start, end, self.text[start:end])

    def holds(self, span: Span) -> bool:
        """Whether the span reads back its own text here."""
        return self.text[span.start : span.end] == span.text


@dataclass(frozen=True, slots=True)
class Quotation:
    """Content, cue and source of something said; not yet who the source is.

    `spans`: the pieces of the content in order, without outer quotation marks; more than one where a cue
    splits it. `cue` is the word that reports it ("said"), `source` the mention that names the speaker ("he").
    `step` names the rule that found the source, None where there is no source.
    """

    article_id: str
    kind: QuotationKind
    spans: tuple[Span, ...]
    cue: Span | None = None
    source: Span | None = None
    step: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in QUOTATION_KINDS:
            raise ValueError(f"a quotation is one of {', '.join(QUOTATION_KINDS)}, not {self.kind!r}")
        if not self.spans:
            raise ValueError("a quotation needs at least one span")
        if len(self.spans) > 1 and any(a.end > b.start for a, b in pairwise(self.spans)):
            raise ValueError("the spans of a quotation must be in order and apart")

    @property
    def start(self) -> int:
        """Where the first piece begins."""
        return self.spans[0].start

    @property
    def end(self) -> int:
        """Where the last piece ends."""
        return self.spans[-1].end

    @property
    def text(self) -> str:
        """The words, verbatim; the pieces of a split quotation joined by one space."""
        return " ".join([span.text for span in self.spans])

    @property
    def id(self) -> str:
        """16 hex digits of SHA-256 over article id and spans: the same for the same text at every rebuild."""
        key = "\0".join([self.article_id, *[f"{span.start}:{span.end}:{span.text}" for span in self.spans]])
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is behind the mentions.

    `id`: a slug, one for one speaker in the whole corpus; as an extractor gives it, one within its article. `name`: as
    full as the articles give it. `aliases`: other names that mentions use ("Khan"), without `name`. `roles`: as the
    articles give them, verbatim, the most telling first. `gender`: what titles and pronouns of an article tell, None
    where they tell none.
    """

    id: str
    name: str
    kind: SpeakerKind
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    gender: Gender | None = None

    def __post_init__(self) -> None:
        if not self.id or not self.name.strip():
            raise ValueError("a speaker needs an id and a name")
        if self.kind not in SPEAKER_KINDS:
            raise ValueError(f"a speaker is one of {', '.join(SPEAKER_KINDS)}, not {self.kind!r}")

    @property
    def role(self) -> str | None:
        """The most telling role, None where the articles give none."""
        return self.roles[0] if self.roles else None


@dataclass(frozen=True, slots=True)
class ArticleSpeaker:
    """A speaker as one article gives it: in which article, from which source, with how many quotations (1 or more)."""

    speaker: Speaker
    article_id: str
    source: str | None = None
    quotations: int = 1


@dataclass(frozen=True, slots=True)
class Attribution:
    """A quotation given to a speaker, and why.

    `method` names what decided it (the step of the sieve, or how the mention was resolved); `confidence` is a
    share between 0 and 1. `speaker` is None where nobody can be named; then `method` is None and
    `confidence` 0.
    """

    quotation: Quotation
    speaker: Speaker | None = None
    method: str | None = None
    confidence: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"a confidence lies between 0 and 1, not at {self.confidence}")
        if (self.speaker is None) != (self.method is None):
            raise ValueError("an attribution has both a speaker and a method, or neither")


@dataclass(frozen=True, slots=True)
class Passage:
    """What is searched and shown: a quotation with as much around it as makes it understandable.

    `span` is the verbatim stretch of the article that is shown; it covers the quotation. `search_text` (title,
    speaker, then the stretch) is what BM25 reads and what is embedded, together with `spoken_text` (speaker, then the
    quotation alone) where there is one. Neither is shown. `sentences`: start and end in the article of each sentence of
    the stretch, in order; whoever answers need not split them.
    """

    attribution: Attribution
    span: Span
    search_text: str
    spoken_text: str | None = None
    sentences: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        quotation = self.attribution.quotation
        if not (self.span.start <= quotation.start and quotation.end <= self.span.end):
            raise ValueError(f"passage {self.span.start}:{self.span.end} does not cover its quotation")
        if not self.search_text.strip():
            raise ValueError("a passage needs a text to search")
        first, last = self.span.start, self.span.end
        for start, end in self.sentences:
            if not first <= start < end <= last:
                raise ValueError(f"passage {first}:{last} has a sentence outside it")

    @property
    def embedded(self) -> tuple[str, ...]:
        """The texts whose vectors make the vector of the passage: their mean, normalised."""
        return (self.search_text,) if self.spoken_text is None else (self.search_text, self.spoken_text)


@dataclass(frozen=True, slots=True)
class Highlights:
    """What of a passage answers a question, as stretches of the article.

    `sentence`: the sentence that answers best, None where the passage has none. `words`: those that the question asks
    for, in order and apart; empty where none is shared.
    """

    sentence: Span | None = None
    words: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        before = 0
        for word in self.words:
            if word.start < before:
                raise ValueError("highlighted words must be in order and apart")
            before = word.end


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: a passage of an article. `rank` counts from 1.

    `score` lies between -1 and 1, larger is better; None in a listing, where nothing was asked. `also_in` lists the ids
    of the other articles that carry a copy, the same words by the same speaker, the earliest first. `highlights`: what
    of the passage answers; None in a listing. `agency`: whose story is told in `article` and its copies, where one of
    them says so and none another; None without copies.
    """

    rank: int
    score: float | None
    passage: Passage
    article: Article
    also_in: Sequence[str] = ()
    highlights: Highlights | None = None
    agency: str | None = None

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise ValueError(f"ranks count from 1, not from {self.rank}")
        if not self.article.holds(self.passage.span):
            raise ValueError(f"passage {self.passage.span.start} is not of article {self.article.id!r}")
        if self.highlights is not None:
            # The words are in order: where the first and the last lie inside, all do.
            words = self.highlights.words
            for stretch in (self.highlights.sentence, *words[:1], *words[-1:]):
                if stretch is not None and not self.passage.span.covers(stretch):
                    raise ValueError(f"a highlight lies outside the passage at {self.passage.span.start}")
