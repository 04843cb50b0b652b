"""Requests as pydantic models: /openapi.json is made from what checks them; `service.answers` has the responses.

They say in plain words what is wrong and what would be right, and forbid what they do not know.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from index.errors import QueryError
from index.queries import (
    GUESSES,
    KINDS,
    MAX_LIMIT,
    MAX_OFFSET,
    MAX_PER_SPEAKER,
    MAX_QUESTION,
    MAX_VALUE,
    MAX_VALUES,
    MODES,
    SORTS,
    Mode,
    Sort,
    check_text,
)
from index.types import QuotationKind, SpeakerKind

MAX_ID = 1000
"""Characters of an id in a path: an article's own id may be a long address."""

# Something besides white space, and no NUL: what `index.queries.check_text` takes.
_NOT_BLANK = r"^[^\x00]*[^\s\x00][^\x00]*$"


_FROM_1900_TO_2200 = r"^(19[0-9]{2}|2[01][0-9]{2}|2200)-[0-9]{2}-[0-9]{2}$"

NO_DAYS = "no_days"
"""The type of the one fault that is no fault of the request's form: it names days that there are not."""


def _wrong(message: str) -> PydanticCustomError:
    # The message goes in as a value: braces in what a client sent are not placeholders.
    return PydanticCustomError("plain", "{message}", {"message": message})


def shown(value: object, longest: int = 80) -> str:
    """A value as a message quotes it: cut after `longest` characters, control characters escaped."""
    text = str(value)
    return repr(text if len(text) <= longest else text[:longest] + "…")


def _text(name: str, longest: int) -> BeforeValidator:
    def check(value: object) -> str:
        try:
            return check_text(value, name, longest)
        except QueryError as error:
            raise _wrong(str(error)) from None

    return BeforeValidator(check)


def _whole(name: str, low: int, high: int) -> BeforeValidator:
    def check(value: object) -> int:
        # `int` alone would also take " 10", "1_0" and digits of other scripts.
        text = str(value)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise _wrong(f"{name} must be a whole number from {low} to {high}, not {shown(text)}")
        return int(text)

    return BeforeValidator(check)


def _day(name: str) -> BeforeValidator:
    def check(value: object) -> dt.date:
        # `date.fromisoformat` alone would also take 20260227 and 2026-W09-5.
        if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        raise _wrong(f"{name} must be a day as YYYY-MM-DD, like 2026-02-27, not {shown(value)}")

    return BeforeValidator(check)


def _one_of(name: str, right: tuple[str, ...]) -> BeforeValidator:
    def check(value: object) -> object:
        if value not in right:
            raise _wrong(f"{name} must be one of {', '.join(right)}, not {shown(value)}")
        return value

    return BeforeValidator(check)


def _few(name: str) -> BeforeValidator:
    def check(value: object) -> object:
        if isinstance(value, list) and len(value) > MAX_VALUES:
            raise _wrong(f"{name} is given {len(value)} times; at most {MAX_VALUES} are taken")
        return value

    return BeforeValidator(check)


def documented(longest: int) -> Any:
    """The schema of a text that `check_text` takes; it has already answered in plain words where this does not hold."""
    return Field(json_schema_extra={"minLength": 1, "maxLength": longest, "pattern": _NOT_BLANK})


_SpeakerName = Annotated[str, _text("speaker", MAX_VALUE), documented(MAX_VALUE)]
_SourceName = Annotated[str, _text("source", MAX_VALUE), documented(MAX_VALUE)]
_AuthorName = Annotated[str, _text("author", MAX_VALUE), documented(MAX_VALUE)]
_SectionName = Annotated[str, _text("section", MAX_VALUE), documented(MAX_VALUE)]
_AgencyName = Annotated[str, _text("agency", MAX_VALUE), documented(MAX_VALUE)]
_Kind = Annotated[Literal[QuotationKind, SpeakerKind], _one_of("kind", KINDS)]
_Guess = Annotated[Literal["speakers", "roles", "dates", "spelling"], _one_of("ignore", GUESSES)]
_Limit = Annotated[
    int,
    _whole("limit", 1, MAX_LIMIT),
    Field(description="How many at most.", json_schema_extra={"minimum": 1, "maximum": MAX_LIMIT}),
]
_Offset = Annotated[
    int,
    _whole("offset", 0, MAX_OFFSET),
    Field(description="How many to pass over.", json_schema_extra={"minimum": 0, "maximum": MAX_OFFSET}),
]


class Parameters(BaseModel):
    """The parameters of one request; an unknown one is an error."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """The schema; without options it is made once, since flask-openapi asks for it at every request (0.8 ms)."""
        return super().model_json_schema(*args, **options) if args or options else cls._schema()

    @classmethod
    @functools.cache
    def _schema(cls) -> dict[str, Any]:
        return super().model_json_schema()

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The parameters that are known, as a request writes them."""
        return tuple(field.alias or name for name, field in cls.model_fields.items())


class NoParameters(Parameters):
    """A request that takes no parameters."""


class _Question(Parameters):
    q: Annotated[
        str,
        _text("q", MAX_QUESTION),
        documented(MAX_QUESTION),
        Field(description="The question, in words.", examples=["Will it escalate?"]),
    ]


class Paged(Parameters):
    """A page of what there is."""

    limit: _Limit = 10
    offset: _Offset = 0


class ExportParameters(Parameters):
    """Filters: any of the values of one field, all the fields together."""

    speaker: Annotated[list[_SpeakerName], _few("speaker"), Field(max_length=MAX_VALUES)] = Field(
        default=[], description="Only what this speaker said: id, name or alias; may repeat."
    )
    kind: Annotated[list[_Kind], _few("kind"), Field(max_length=MAX_VALUES)] = Field(
        default=[], description="Only quotations of this kind, or by speakers of this kind; may repeat."
    )
    source: Annotated[list[_SourceName], _few("source"), Field(max_length=MAX_VALUES)] = Field(
        default=[], description="Only articles of this publisher or feed; may repeat."
    )
    author: Annotated[list[_AuthorName], _few("author"), Field(max_length=MAX_VALUES)] = Field(
        default=[], description="Only articles by this author, named as the byline does; may repeat."
    )
    section: Annotated[list[_SectionName], _few("section"), Field(max_length=MAX_VALUES)] = Field(
        default=[], description="Only articles of this section; may repeat."
    )
    agency: Annotated[list[_AgencyName], _few("agency"), Field(max_length=MAX_VALUES)] = Field(
        default=[], description="Only articles of this news agency, by any of its names; may repeat."
    )
    since: Annotated[dt.date | SkipJsonSchema[None], _day("from")] = Field(
        default=None, alias="from", description="Only articles of this day or later, YYYY-MM-DD."
    )
    until: Annotated[dt.date | SkipJsonSchema[None], _day("to")] = Field(
        default=None, alias="to", description="Only articles of this day or earlier, YYYY-MM-DD."
    )

    @model_validator(mode="after")
    def _in_order(self) -> ExportParameters:
        if self.since and self.until and self.since > self.until:
            raise PydanticCustomError(NO_DAYS, f"from ({self.since}) lies after to ({self.until}); swap them")
        return self


class FilterParameters(Paged, ExportParameters):
    """Filters and a page."""


class _Moded(Parameters):
    mode: Annotated[
        Mode,
        _one_of("mode", MODES),
        Field(description="What decides: meaning and words together, meaning alone, or words alone."),
    ] = "hybrid"


class Sorted(Parameters):
    """An order of what is found."""

    sort: Annotated[
        Sort,
        _one_of("sort", SORTS),
        Field(description="Best first, or the passages that bear on the question by their day, newest first."),
    ] = "relevance"


class _Asked(Parameters):
    per_speaker: Annotated[
        int | SkipJsonSchema[None],
        _whole("per_speaker", 1, MAX_PER_SPEAKER),
        Field(json_schema_extra={"minimum": 1, "maximum": MAX_PER_SPEAKER}),
    ] = Field(
        default=None,
        description="The most hits of one speaker, the best ones; whom nobody can name is not counted as one.",
    )
    ignore: Annotated[list[_Guess], _few("ignore"), Field(max_length=MAX_VALUES)] = Field(
        default=[], description="What is not to be guessed from the question; may repeat."
    )
    today: Annotated[
        dt.date | SkipJsonSchema[None], _day("today"), Field(json_schema_extra={"pattern": _FROM_1900_TO_2200})
    ] = Field(
        default=None, description='The day that "last week" is told from, YYYY-MM-DD; by default the current one.'
    )


# The fields of the last base come first: in this order a request is documented, and a link carries it on.


class FeedParameters(_Asked, _Moded, ExportParameters, _Question):
    """A question with its filters; the order of a feed is its own."""


class SearchExportParameters(_Asked, Sorted, _Moded, ExportParameters, _Question):
    """A question with its filters and its order."""


class SearchParameters(_Asked, Sorted, _Moded, FilterParameters, _Question):
    """A question with its filters, its order and its page."""


class _Named(Parameters):
    q: Annotated[str | SkipJsonSchema[None], _text("q", MAX_VALUE), documented(MAX_VALUE)] = Field(
        default=None, description="A name, an alias, or a part of one."
    )


class SpeakersParameters(Paged, _Named):
    """A name to look for and a page."""

    limit: _Limit = 50


REQUESTS: dict[str, type[Parameters]] = {
    model.__name__: model
    for model in (
        NoParameters,
        SearchParameters,
        SearchExportParameters,
        FeedParameters,
        SpeakersParameters,
        FilterParameters,
        ExportParameters,
    )
}
"""The request models by the name that a validation error carries."""


_QuotationId = Annotated[
    str,
    _text("the id", MAX_ID),
    documented(MAX_ID),
    Field(description="The id, percent-encoded.", examples=["8ac3d444fe4dc287"]),
]
_ArticleId = Annotated[
    str,
    _text("the id", MAX_ID),
    documented(MAX_ID),
    Field(description="The id, percent-encoded.", examples=["2026-02-27-pakistan-afghanistan-open-war-5996a4a6"]),
]


class QuotationPath(BaseModel):
    """A quotation in a path, its id percent-encoded."""

    id: _QuotationId


class ArticlePath(BaseModel):
    """An article in a path, its id percent-encoded."""

    id: _ArticleId


class SpeakerPath(BaseModel):
    """A speaker in a path: id, name or alias, percent-encoded there."""

    id: Annotated[
        str,
        _text("the id", MAX_VALUE),
        documented(MAX_VALUE),
        Field(description="Id, name or alias, percent-encoded.", examples=["tameem-bahiss"]),
    ]
