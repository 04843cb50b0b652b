"""The request and the answer of `POST /api/verify`, as the models of `service.models` are."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from index.comparison import Kind
from index.errors import QueryError
from index.queries import MAX_VALUE, check_text
from index.verdicts import MAX_QUOTE, Verdict, check_quote
from service.answers import Answered, Record, Speaker
from service.models import Parameters, documented

_WITH_A_LETTER = r"^[^\x00]*\p{L}[^\x00]*$"
"""What `check_quote` takes, as ECMA-262 writes patterns."""

_Place = Annotated[list[int], Field(min_length=2, max_length=2)]


def _quote(value: object) -> str:
    try:
        return check_quote(value)
    except QueryError as error:
        raise PydanticCustomError("plain", "{message}", {"message": str(error)}) from None


def _speaker(value: object) -> str | None:
    try:
        return None if value is None else check_text(value, "speaker", MAX_VALUE)
    except QueryError as error:
        raise PydanticCustomError("plain", "{message}", {"message": str(error)}) from None


class VerifyRequest(Parameters):
    """A quotation as it was found somewhere, and who is to have said it."""

    quote: Annotated[
        str,
        BeforeValidator(_quote),
        Field(
            description="The quotation; it must hold a letter.",
            examples=["Our cup of patience has overflowed."],
            json_schema_extra={"minLength": 1, "maxLength": MAX_QUOTE, "pattern": _WITH_A_LETTER},
        ),
    ]
    speaker: Annotated[Annotated[str, documented(MAX_VALUE)] | None, BeforeValidator(_speaker)] = Field(
        default=None, description=f"Id, name or alias, {MAX_VALUE} characters at most; null where nobody is asked for."
    )


class Difference(Answered):
    """Words in which the two wordings differ; of words missing or added one side is empty."""

    kind: Kind
    quoted: str
    quote_start: int = Field(ge=0, description="Characters of the quotation as it was sent.")
    quote_end: int = Field(ge=0)
    recorded: str = Field(description="The words on record; pieces of a split quotation are joined by a space.")
    spans: list[_Place] = Field(description="Where these stand in the article, as [start, end].")


class Matched(Answered):
    """Which part of what was sent is compared with which part of the article."""

    quote_start: int = Field(ge=0)
    quote_end: int = Field(ge=1)
    spans: list[_Place] = Field(description="The part of the article as [start, end], one a piece of the quotation.")


class Match(Record):
    """A quotation on record that holds the words, or comes near to them."""

    similarity: float = Field(ge=0, le=1, description="1 where every word agrees.")
    whole: bool = Field(description="The whole quotation is compared, not a part of it.")
    speaker_agrees: bool | None = Field(
        description="Null where nobody was asked for, or where the article does not name who said it."
    )
    matched: Matched
    differences: list[Difference] = Field(description="In the order of the words; empty where every word agrees.")


class VerifyAnswer(Answered):
    """The verdict on a quotation, and what is on record of it."""

    quote: str
    verdict: Verdict
    stitched: bool = Field(description="Parts from different places are joined; the matches are these parts in order.")
    summary: str = Field(description="The verdict as a sentence.")
    asked: list[Speaker] | None = Field(description="Whom the name asked for may mean; null where none was given.")
    attributed_to: list[Speaker] | None = Field(
        description="Whom the words outside the quotation marks name, where they name one who is on record and nobody"
        " was asked for; the verdict is on that name. Null otherwise."
    )
    checked: list[_Place] = Field(
        description="The parts of the quotation that are compared, as [start, end]: all of it, or what it has between"
        " quotation marks where the words outside of them say who said it."
    )
    total: int = Field(ge=0, description="Quotations that hold the words, or come near; `matches` may be fewer.")
    took_ms: float = Field(ge=0)
    generation: str
    matches: list[Match]


REQUESTS: dict[str, type[Parameters]] = {VerifyRequest.__name__: VerifyRequest}
"""The request models of this module by the name that a validation error carries."""
