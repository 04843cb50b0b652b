"""Responses as pydantic models: they document what goes out in /openapi.json, and tests check every answer by them.

They describe the shapes that `index.payloads` makes, in the same order, and forbid anything more; `service.models` has
the requests.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from index.types import DateCertainty, QuotationKind, SpeakerKind


class Answered(BaseModel):
    """Root of what is answered: exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class Speaker(Answered):
    """Who said it."""

    id: str
    name: str
    role: str | None = Field(description="The most telling role, as the articles give it.")
    kind: SpeakerKind


class SpeakerRecord(Speaker):
    """One speaker with every name and role, and the counts."""

    roles: list[str]
    aliases: list[str]
    quotations: int = Field(ge=0)
    articles: int = Field(ge=0)


class Year(Answered):
    """How many quotations stand in articles of one year."""

    year: int = Field(ge=1, le=9999)
    quotations: int = Field(ge=1)


class Month(Answered):
    """How many quotations stand in articles of one month."""

    month: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}$")
    quotations: int = Field(ge=1)


class RoleOverTime(Answered):
    """A role as articles give it: in how many, and the days of the first and the last of them."""

    role: str
    first: dt.date | None = Field(description="Null where no such article has a date.")
    last: dt.date | None
    articles: int = Field(ge=0, description="0 where the user alone gives the role.")


class SpeakerAnswer(SpeakerRecord):
    """One speaker: when he or she is quoted, in which roles, and the generation of the index that knows of it.

    `years` and `undated`, and `months` and `undated`, make up `quotations`, copies included.
    """

    years: list[Year] = Field(description="Without those that have none, the earliest first.")
    months: list[Month] = Field(description="Without those that have none, the earliest first.")
    undated: int = Field(ge=0, description="Quotations of articles without a date.")
    roles_over_time: list[RoleOverTime] = Field(description="The earliest first, those without days last.")
    generation: str


class Attribution(Answered):
    """How it is known who said it: the mention that names the source, the cue, and what resolved the mention."""

    mention: str | None
    mention_start: int | None
    mention_end: int | None
    cue: str | None
    cue_start: int | None
    cue_end: int | None
    method: str | None
    confidence: float = Field(ge=0, le=1)


class Quotation(Answered):
    """The words, verbatim; offsets are characters of the article's text."""

    id: str
    text: str
    kind: QuotationKind
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    spans: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        description="The pieces of the quotation as [start, end]."
    )
    speaker: Speaker | None = Field(description="Null where nobody can be named.")
    attribution: Attribution


class Verbatim(Answered):
    """A stretch of an article, with its place as characters of the article's text."""

    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class Passage(Verbatim):
    """The quotation with as much around it as makes it understandable."""


class Article(Answered):
    """What names an article."""

    id: str
    title: str | None
    date: dt.date | None
    source: str | None
    url: str | None
    language: str | None = Field(
        description="ISO 639-1 code, told from the text. Of an article that is not in English what stands in quotation"
        " marks is on record, and nobody is guessed to have said it."
    )
    authors: list[str] = Field(description="Whom the byline names, each as it does; empty where none is known.")
    section: str | None = Field(description="The section of the paper or site.")
    agency: str | None = Field(
        description='The news agency whose the article says to be: by dateline, byline, source or last lines, as "AP".'
    )
    date_certainty: DateCertainty = Field(
        description="How sure `date` is. `day`: the source gives the day; `month`, `year`: it gives no more, and `date`"
        " is the first day of it; `address`: the day stands in the web address or in the name of the file alone;"
        " `unknown`: there is no date."
    )
    summary_only: bool = Field(description="Whether the text is a feed's summary of the article, and no more is known.")


class WholeArticle(Article):
    """One article with its text."""

    text: str


class Record(Answered):
    """One quotation in context."""

    quotation: Quotation
    passage: Passage
    article: Article
    also_in: list[str] = Field(
        description="Ids of other articles that carry a copy of these words by the same speaker, the earliest first."
    )
    agency: str | None = Field(
        description="The news agency whose story `article` and its copies tell, where one of them says so and none says"
        " another; null where there is no copy."
    )


class Context(Answered):
    """Two sentences of the article on either side of the passage, fewer at its ends; what is said in one breath counts
    as one.
    """

    before: Verbatim | None
    after: Verbatim | None


class QuotationAnswer(Record):
    """One quotation with what stands around its passage."""

    context: Context


_Stretch = Annotated[list[int], Field(min_length=2, max_length=2)]


class Highlights(Answered):
    """What of a passage answers the question; offsets are characters of the article's text, inside the passage."""

    sentence: _Stretch | None = Field(description="The sentence that answers best, as [start, end].")
    words: list[_Stretch] = Field(
        description="The words that the question asks for, as [start, end], in order and apart; empty where none is"
        " shared."
    )


class Hit(Answered):
    """One answer: rank, score and a quotation in context."""

    rank: int = Field(ge=1)
    score: float | None = Field(description="Between -1 and 1, larger is better; null where nothing was asked.")
    quotation: Quotation
    passage: Passage
    article: Article
    also_in: list[str] = Field(
        description="Ids of other articles that carry a copy of these words by the same speaker, the earliest first."
    )
    agency: str | None = Field(
        description="The news agency whose story `article` and its copies tell, where one of them says so and none says"
        " another; null where there is no copy."
    )
    highlights: Highlights | None = Field(description="Null where nothing was asked: in a listing.")


class Correction(Answered):
    """A word taken for misspelt, and what for."""

    given: str
    taken: str


class Guess(Answered):
    """Words of the question that were taken to mean something; offsets are characters of the question."""

    kind: Literal["speakers", "roles", "dates", "spelling"] = Field(description="The value of `ignore` against it.")
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    speakers: list[str] | SkipJsonSchema[None] = Field(default=None, description="Ids of those taken to be meant.")


class Understood(Answered):
    """What the question was taken to mean; a wrong guess is switched off by `ignore`."""

    speakers: list[str] = Field(description="Ids of the speakers whose words alone the question asks for.")
    likely: list[str] = Field(description="Ids of speakers whose words are ranked higher: the question may mean them.")
    since: dt.date | None = Field(alias="from", description="First day of publication asked for.")
    until: dt.date | None = Field(alias="to", description="Last day of publication asked for.")
    searched: str = Field(description="The words of the question that are searched, in their order.")
    corrected: str = Field(
        description="The same with misspelt words put right, which is searched then; empty where none is."
    )
    corrections: list[Correction] = Field(description="Words taken for misspelt.")
    guesses: list[Guess] = Field(description="Every guess with the words of the question behind it.")


class Count(Answered):
    """How many hits have a value."""

    value: str = Field(description="As the filter takes it; a year is asked for by `from` and `to`.")
    label: str = Field(description="As a reader sees it.")
    count: int = Field(ge=1)


class Facets(Answered):
    """What the hits of all pages have in common: all that `total` counts.

    Of each the twenty most counted at most, most counted first. What has no speaker with a name, no source or no date
    is not counted there.
    """

    speaker: list[Count]
    source: list[Count]
    kind: list[Count] = Field(description="The kind of the quotation.")
    year: list[Count] = Field(description="The year of publication, the newest first.")


class SearchAnswer(Answered):
    """The answer to a question; `answered` is false where nothing on record bears on it."""

    question: str
    answered: bool
    total: int = Field(ge=0)
    took_ms: float = Field(ge=0)
    generation: str
    understood: Understood
    facets: Facets
    hits: list[Hit]


class SpeakersAnswer(Answered):
    """A page of speakers, most quoted first."""

    total: int = Field(ge=0)
    generation: str
    speakers: list[SpeakerRecord]


class SpeakerQuotationsAnswer(Answered):
    """One speaker and a page of what he or she said, newest first."""

    speaker: SpeakerRecord
    total: int = Field(ge=0)
    generation: str
    facets: Facets
    hits: list[Hit]


class ArticleAnswer(Answered):
    """One article with its quotations in order."""

    article: WholeArticle
    quotations: list[Quotation]


class Alive(Answered):
    """The process answers."""

    status: Literal["alive"]


class Ready(Answered):
    """Questions can be answered, from this generation of the index."""

    status: Literal["ready"]
    generation: str
    verified: Literal["sizes", "hashes"] = Field(
        description="What of the index is known to be as it was written: sizes and counts of its files, or every byte."
    )
    set_aside: list[str] = Field(
        description="A line for each damaged generation in whose place this one answers, with the remedy."
    )


class Description(BaseModel):
    """An OpenAPI document."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
    components: dict[str, Any]

    model_config = ConfigDict(extra="allow")


class Problem(BaseModel):
    """An error, as RFC 9457 shapes it: `detail` says what was wrong and what would be right."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Bad Request",
                    "status": 400,
                    "detail": "limit must be a whole number from 1 to 100, not '0'",
                    "parameter": "limit",
                }
            ]
        },
    )

    type: Literal["about:blank"]
    title: str = Field(description="The words of the status.")
    status: int = Field(ge=400, le=599)
    detail: str
    parameter: str | SkipJsonSchema[None] = Field(default=None, description="The parameter at fault.")
    nearest: list[str] | SkipJsonSchema[None] = Field(
        default=None, description="Names that come near one that nobody goes by."
    )
    request_id: str | SkipJsonSchema[None] = Field(
        default=None, description="Where the service failed, the id under which the log tells why."
    )
