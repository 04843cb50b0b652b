"""Response models of what a question was taken to mean; `service.models` has the others."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema


class Answered(BaseModel):
    """Root of what is answered: exactly these fields."""

    model_config = ConfigDict(extra="forbid")


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
    corrections: list[Correction] = Field(description="Words taken for misspelt.")
    guesses: list[Guess] = Field(description="Every guess with the words of the question behind it.")
