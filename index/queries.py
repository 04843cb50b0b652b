"""What is asked and what is answered, as values: Query → Answer, a filter → Listing, a name → SpeakerRecord.

All are frozen and slotted; a question or a filter that is not valid cannot be built (QueryError).
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from index.errors import NotFoundError, QueryError
from index.types import QUOTATION_KINDS, SPEAKER_KINDS, Hit, Span, Speaker

Mode = Literal["hybrid", "semantic", "lexical"]
"""hybrid: both sides blended; semantic: vectors alone; lexical: words alone."""

Sort = Literal["relevance", "date"]
"""relevance: best first; date: the passages that bear on the question, newest first."""

MODES: tuple[str, ...] = get_args(Mode)
SORTS: tuple[str, ...] = get_args(Sort)
GUESSES = ("speakers", "roles", "dates", "spelling")
"""What is guessed of a question and can be switched off."""
KINDS: tuple[str, ...] = (*QUOTATION_KINDS, *SPEAKER_KINDS)
MAX_QUESTION = 2000
"""Characters in a question; the outside of the program promises it."""
MAX_LIMIT = 100
MAX_OFFSET = 1_000_000
"""More than any corpus that was measured has speakers; passing over many costs no more than passing over none."""
MAX_PER_SPEAKER = 100
MAX_VALUE = 300
"""Characters in one value of a filter: longer than any name or source, short enough for an error message."""
MAX_VALUES = 50
"""Values in one field of a filter."""

_WORD = re.compile(r"[^\W_]+")
_UNDECOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ı": "i"})
"""Letters that Unicode does not take apart into a letter and an accent."""
_UNREADABLE = re.compile("[\0\ud800-\udfff]")


def is_readable(text: str) -> bool:
    """Whether a text is free of NUL and of lone surrogates: it can be stored, encoded and shown."""
    return _UNREADABLE.search(text) is None


def check_text(value: object, parameter: str, longest: int) -> str:
    """Give `value` back when it is readable text of 1 to `longest` characters.

    Raises:
        QueryError: not a string, blank, too long, or with NUL or lone surrogates in it.
    """
    if not isinstance(value, str):
        raise QueryError(f"{parameter} must be text, not {type(value).__name__}", parameter)
    if not value.strip():
        raise QueryError(f"{parameter} is blank; give 1 to {longest} characters", parameter)
    if len(value) > longest:
        raise QueryError(f"{parameter} has {len(value)} characters; at most {longest} are allowed", parameter)
    if not is_readable(value):
        raise QueryError(f"{parameter} holds NUL or half a surrogate pair; give plain Unicode text", parameter)
    return value


def check_id(id_: str, kind: str) -> str:
    """Check that an id can be looked up; `kind` is what it names (NotFoundError: it cannot be an id)."""
    try:
        return check_text(id_, kind, 2000)
    except QueryError:
        raise NotFoundError(kind, ascii(id_)[:200]) from None


def check_page(limit: object, offset: object) -> None:
    """Check a page: `limit` 1 to 100, `offset` 0 to 1000000.

    Raises:
        QueryError: either is not a whole number in its range.
    """
    _check_whole("limit", limit, 1, MAX_LIMIT)
    _check_whole("offset", offset, 0, MAX_OFFSET)


def _check_whole(parameter: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise QueryError(f"{parameter} must be a whole number from {least} to {most}, not {value!r}", parameter)


def folded(name: str) -> str:
    """A name as names are compared: words and figures in lower case without accents, one space between them."""
    if name.isascii():  # the same at a fifth of the cost; most names are
        return " ".join(_WORD.findall(name.lower()))
    # Some letters have a lower case only when they are taken apart, others come apart only in lower case.
    lower = unicodedata.normalize("NFKD", name).casefold().translate(_UNDECOMPOSED)
    letters = (c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return " ".join(_WORD.findall("".join(letters)))


@dataclass(frozen=True, slots=True)
class Filters:
    """Which passages may answer: any of the values within one field, all fields together; empty means all.

    `speakers`: id, name or alias each (an alias of several people means all of them). `kinds`: of the quotation
    (direct, mixed, indirect) or of the speaker (person, organisation, group, unnamed); the two are fields of
    their own. `sources`: as the articles give them. `since`, `until`: days of publication, both inclusive; an
    article without a date is outside any range. `authors`, `sections`, `agencies`: as the articles give them, whatever
    the capitals; an agency by any of its names.
    """

    speakers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    authors: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for parameter, values in (
            ("speaker", self.speakers),
            ("kind", self.kinds),
            ("source", self.sources),
            ("author", self.authors),
            ("section", self.sections),
            ("agency", self.agencies),
        ):
            if len(values) > MAX_VALUES:
                raise QueryError(
                    f"{parameter} is given {len(values)} times; at most {MAX_VALUES} are allowed", parameter
                )
            for value in values:
                check_text(value, parameter, MAX_VALUE)
        for kind in self.kinds:
            if kind not in KINDS:
                raise QueryError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}", "kind")
        if self.since and self.until and self.since > self.until:
            raise QueryError(f"from {self.since} lies after to {self.until}; no day is in between", "from")

    @property
    def quotation_kinds(self) -> tuple[str, ...]:
        """The kinds of quotation among `kinds`."""
        return tuple(kind for kind in self.kinds if kind in QUOTATION_KINDS)

    @property
    def speaker_kinds(self) -> tuple[str, ...]:
        """The kinds of speaker among `kinds`."""
        return tuple(kind for kind in self.kinds if kind in SPEAKER_KINDS)

    @property
    def open(self) -> bool:
        """Whether everything may answer."""
        return self == Filters()


@dataclass(frozen=True, slots=True)
class Query:
    """A question: `text` of 1 to 2000 characters, `limit` 1 to 100, `offset` 0 to 1000000.

    `per_speaker` (1 to 100, None for no bound): the most hits of one speaker in the whole ranking, the best ones.
    `ignore`: what is not to be guessed, of GUESSES. `today`: the day that "last week" is told from, from 1900 to
    2200; the current day by default.

    Raises:
        QueryError: any of these is out of its range, or the text holds NUL or lone surrogates.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    limit: int = 10
    offset: int = 0
    mode: Mode = "hybrid"
    sort: Sort = "relevance"
    per_speaker: int | None = None
    ignore: tuple[str, ...] = ()
    today: dt.date | None = None

    def __post_init__(self) -> None:
        check_text(self.text, "q", MAX_QUESTION)
        check_page(self.limit, self.offset)
        if self.mode not in MODES:
            raise QueryError(f"mode must be one of {', '.join(MODES)}, not {self.mode!r}", "mode")
        if self.sort not in SORTS:
            raise QueryError(f"sort must be one of {', '.join(SORTS)}, not {self.sort!r}", "sort")
        if self.per_speaker is not None:
            _check_whole("per_speaker", self.per_speaker, 1, MAX_PER_SPEAKER)
        for guess in self.ignore:
            if guess not in GUESSES:
                raise QueryError(f"ignore must be one of {', '.join(GUESSES)}, not {guess!r}", "ignore")
        if self.today is not None and not 1900 <= self.today.year <= 2200:
            raise QueryError(f"today must lie between 1900 and 2200, not {self.today}", "today")


@dataclass(frozen=True, slots=True)
class Guess:
    """Words of a question and what they were taken for: `text == question[start:end]`.

    `kind`: one of GUESSES, by which it is switched off. `speakers`: ids of those who were taken to be meant by a name
    or a role; `taken`: the right spelling of a misspelt word.
    """

    kind: str
    text: str
    start: int
    end: int
    speakers: tuple[str, ...] = ()
    taken: str | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What a question was taken to mean.

    `speakers`: ids of those whose words alone are asked for; `likely`: of those whose words are ranked higher, because
    the question names them less surely. Both are empty where none is named as the speaker, or where a filter names one
    already. `since`, `until`: days of publication asked for, both inclusive. `searched`: the words of the question that
    are searched, in their order: without whom it asks, and when; empty where it names nothing else, so that all of it
    is searched. `corrected`: the same with its misspelt words put right, which is what is searched then; empty where
    none is. `guesses`: the words behind each of these.
    """

    speakers: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    searched: str = ""
    corrected: str = ""
    guesses: tuple[Guess, ...] = ()

    @property
    def corrections(self) -> tuple[tuple[str, str], ...]:
        """Misspelt words as given, and what they were taken for."""
        return tuple((guess.text, guess.taken) for guess in self.guesses if guess.taken is not None)


@dataclass(frozen=True, slots=True)
class Count:
    """How many (1 or more) have a value: `value` as a filter takes it, `label` as a reader sees it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """What the quotations of an answer or a listing have in common, counted over all that its `total` counts.

    `speaker`: by id, without sources known by a description alone; `source` as the articles give it; `kind` of the
    quotation; `year` of publication, as "2026". Of each the most counted (`index.facets` says how many), most counted
    first; years newest first. What has no speaker, source or date is not counted there.
    """

    speaker: tuple[Count, ...] = ()
    source: tuple[Count, ...] = ()
    kind: tuple[Count, ...] = ()
    year: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """Hits for a question, best first or, where asked for, newest first.

    `answered` is false when nothing on record bears on the question; the nearest hits are still listed.
    `total` counts the passages over which paging runs, copies once: those ranked for this question under its
    filters, without those that `per_speaker` or the bound of `sort` date leaves out.
    `took_ms`: milliseconds inside the search. `bearing`: by how much the evidence passes the floor of `answered`, 0 or
    more where it is true; for measuring, and of no use to a reader. `facets`: counted over what `total` counts.
    """

    question: str
    answered: bool
    total: int
    took_ms: float
    generation: str
    understood: Understood
    hits: tuple[Hit, ...]
    bearing: float = 0.0
    facets: Facets = field(default_factory=Facets)


@dataclass(frozen=True, slots=True)
class Listing:
    """Hits without a question, newest first, copies once; their score is None.

    `total` counts all, over all pages; so do the `facets`.
    """

    total: int
    generation: str
    hits: tuple[Hit, ...]
    facets: Facets = field(default_factory=Facets)


@dataclass(frozen=True, slots=True)
class Exported:
    """One quotation of an export; `copy_of`: of which it is a copy, the id of the earliest with these words."""

    hit: Hit
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class Export:
    """All quotations that a question or filters find, `total` of them, read as they are asked for, once.

    Whatever replaces the index meanwhile, they are of this `generation`. `answered` is that of `Answer`, None where
    nothing was asked.
    """

    total: int
    generation: str
    answered: bool | None
    quotations: Iterator[Exported]


@dataclass(frozen=True, slots=True)
class SpeakerRecord:
    """A speaker over the whole corpus, with the number of quotations and of articles that carry them."""

    speaker: Speaker
    quotations: int
    articles: int


@dataclass(frozen=True, slots=True)
class SpeakerPage:
    """Speakers, most quoted first, then by name. `total` counts all of them, over all pages."""

    total: int
    generation: str
    speakers: tuple[SpeakerRecord, ...]


@dataclass(frozen=True, slots=True)
class Activity:
    """When a speaker is quoted: every quotation by the day of its article, copies too, as SpeakerRecord counts them.

    `months`: value as "2026-02", `years`: as "2026", both oldest first and without those that have none. `undated`:
    quotations of articles without a date. Either list and `undated` together make all quotations.
    """

    months: tuple[Count, ...]
    years: tuple[Count, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """A role as articles give it to a speaker, verbatim: in how many of them, and the first and the last day.

    The days are None where no such article has a date. `articles` is 0 for a role that the user alone gives.
    """

    role: str
    first: dt.date | None
    last: dt.date | None
    articles: int


@dataclass(frozen=True, slots=True)
class Context:
    """Whole sentences of an article before and after a passage, verbatim; None where there are none."""

    before: Span | None
    after: Span | None
