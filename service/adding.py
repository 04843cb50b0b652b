"""`POST /api/articles` and `DELETE /api/articles/{id}`: what is added and removed, and what the answers say of it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from flask import Response, request
from flask_openapi.models.tag import Tag
from pydantic import BeforeValidator, Field, RootModel, ValidationError
from pydantic_core import PydanticCustomError

from index import payloads as shapes
from index.corpus.fields import written_by
from index.corpus.files import LENGTH_LIMIT
from index.errors import QueryError
from index.live.writer import Outcome
from index.queries import check_text
from index.types import Article
from service import models, payloads
from service.answers import Answered, Quotation
from service.api import ID, PROBLEM, api, respond
from service.engine import Adder, engine
from service.errors import ProblemError
from service.models import MAX_ID, Parameters
from service.operation.access import require
from service.routing import checked, takes_articles

MOST = 100
"""Articles in one request."""
MOST_AUTHORS = 20
"""Authors of one article."""
LONGEST = LENGTH_LIMIT
"""Characters of a text, as of one from a file: a later rebuild must take it."""
LONGEST_LINE = 2000
"""Characters of a title, a source or an address."""

_ABOUT: Any = {
    "tags": [Tag(name="adding", description="Articles added and removed while the index answers.")],
    "security": [{"bearer": []}, {"header": []}],
}


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("plain", "{message}", {"message": message})


def _line(name: str, longest: int) -> BeforeValidator:
    def check(value: object) -> str | None:
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return check_text(value, name, longest).strip()
        except QueryError as error:
            raise _wrong(str(error)) from None

    return BeforeValidator(check)


def _text(value: object) -> str:
    try:
        return check_text(value, "text", LONGEST)
    except QueryError as error:
        raise _wrong(str(error)) from None


def _day(value: object) -> dt.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])", value):
        try:
            return dt.datetime.fromisoformat(value).date()
        except ValueError:
            pass
    raise _wrong(f"date must be a day or a time as ISO 8601 writes it, like 2026-02-27, not {models.shown(value)}")


def _documented(longest: int, description: str) -> Any:
    return Field(
        default=None, description=description, json_schema_extra={"maxLength": longest, "pattern": r"^[^\x00]*$"}
    )


_OneLine = Annotated[str | None, _line("value", LONGEST_LINE)]


class NewArticle(Parameters):
    """An article as it is to be on record: `text` to the letter, offsets will be characters of it."""

    text: Annotated[
        str,
        BeforeValidator(_text),
        Field(
            description="The text of the article, paragraphs parted by empty lines.",
            json_schema_extra={"minLength": 1, "maxLength": LONGEST, "pattern": r"^[^\x00]*[^\s\x00][^\x00]*$"},
        ),
    ]
    id: Annotated[str | None, _line("id", MAX_ID)] = _documented(
        MAX_ID,
        "The source's own id; without one it is made of the text, so the same text again is the same article.",
    )
    title: Annotated[str | None, _line("title", LONGEST_LINE)] = _documented(LONGEST_LINE, "The headline.")
    date: Annotated[dt.date | None, BeforeValidator(_day)] = Field(
        default=None, description="The day of publication; of a time its day counts."
    )
    source: Annotated[str | None, _line("source", 300)] = _documented(300, "The publisher or feed.")
    url: Annotated[str | None, _line("url", LONGEST_LINE)] = _documented(
        LONGEST_LINE, "Where it was published; kept as it is, and never fetched."
    )

    authors: Annotated[list[Annotated[str, _line("an author", 300)]], Field(max_length=MOST_AUTHORS)] = Field(
        default_factory=list,
        description="Whom the byline names; where none is given, a line `By Jane Doe` at the top of the text tells.",
    )
    section: Annotated[str | None, _line("section", 300)] = _documented(300, "The section of the paper or site.")
    agency: Annotated[str | None, _line("agency", 300)] = _documented(
        300, "The news agency whose the article is; where none is given, what the text says of itself tells."
    )
    date_certainty: Literal["day", "month", "year", "address"] | None = Field(
        default=None, description="How sure `date` is, as answers say it; `day` where it is not given."
    )

    def article(self) -> Article:
        """As the index takes it."""
        id_ = self.id or f"article-{hashlib.sha256(self.text.encode('utf-8')).hexdigest()[:16]}"
        named, agency = written_by(self.text, 0, "\n".join(self.authors), self.agency, self.source)
        return Article(
            id_,
            self.text,
            self.title,
            self.date,
            self.source,
            self.url,
            authors=tuple(dict.fromkeys(self.authors)) or named,
            section=self.section,
            agency=agency,
            date_certainty=self.date_certainty or "day",
        )


class NewArticles(Parameters):
    """Several articles at once."""

    articles: Annotated[list[NewArticle], Field(min_length=1, max_length=MOST)]


class Posting(RootModel[NewArticles | NewArticle]):
    """One article, or several."""


_READ_HERE: Any = None
"""A body is documented by its model; it is read by the view, whose messages say which article is at fault."""


class AddedArticle(Answered):
    """What became of one article, and the quotations that were found in it."""

    id: str
    status: Literal["added", "replaced", "unchanged", "refused"]
    reason: str | None = Field(description="Why it was refused; null of the others.")
    instead: list[str] = Field(description="Ids of earlier versions, at the same address, whose place it took.")
    quotations: list[Quotation]


class AddedAnswer(Answered):
    """What became of each article, in the order in which they were sent, and the state of the index that has them."""

    generation: str
    articles: list[AddedArticle]


class RemovedAnswer(Answered):
    """The article that was removed, and the state of the index without it."""

    generation: str
    removed: str


def _adder() -> Adder:
    found = engine().adder
    if found is None:
        raise ProblemError(503, "this service answers only; it was started without a folder to add to")
    return found


@api.post(
    "/articles",
    operation_id="add_articles",
    summary="Add one article, or several",
    responses={
        200: AddedAnswer,
        409: {"description": "Two of its articles have one id.", **PROBLEM},
        422: {"description": "Nothing in it can be taken.", **PROBLEM},
    },
    **_ABOUT,
)
@require("write")
@takes_articles
@checked
def add(query: models.NoParameters, body: Posting = _READ_HERE) -> Response:  # noqa: ARG001  checked; read below
    """One article, `{"text": ..., "id"?, "title"?, "date"?, "source"?, "url"?}`, or `{"articles": [...]}`.

    When the answer comes they are on the disk, and every answer from then on knows them. An article whose id is on
    record, or whose `url` is, replaces the one there (`replaced`; `instead` names other ids); the very same one again
    changes nothing (`unchanged`), so a request that was not answered may be sent again. Each article stands for itself:
    one that cannot be worked within its limits of time and memory is `refused` with the reason, and the others are
    added; where none can be taken the answer is 422. What is not of this shape is refused as a whole (400), as is an id
    given twice (409). What was added stays through rebuilds from files, until it is removed.
    """
    sent = _sent(request.get_data(), is_json=request.is_json)
    outcomes = _adder().add(sent)
    refused = [one for one in outcomes if one.status == "refused"]
    if len(refused) == len(outcomes):
        named = "; ".join(f"article {one.id!r}: {one.reason}" for one in refused[:3])
        more = f"; and {len(refused) - 3} more" if len(refused) > 3 else ""
        raise ProblemError(422, f"{named}{more}; nothing was added")
    generation = engine().holder.searcher().generation
    return respond({"generation": generation, "articles": [_added(one) for one in outcomes]})


@api.delete(
    "/articles/<any_id:id>",
    operation_id="remove_article",
    summary="Remove one article",
    responses={200: RemovedAnswer, **ID},
    **_ABOUT,
)
@require("write")
@checked
def remove(path: models.ArticlePath, query: models.NoParameters) -> Response:  # noqa: ARG001  checked, none is taken
    """When the answer comes no answer knows it any longer, whether it was posted or came from a file.

    It stays away, from rebuilds of that file too, until it is posted again. Sent again this is 404: there is none.
    """
    if not _adder().remove(path.id):
        raise ProblemError(404, f"there is no article with the id {models.shown(path.id)}")
    return respond({"generation": engine().holder.searcher().generation, "removed": path.id})


def _sent(body: bytes, *, is_json: bool) -> list[Article]:
    """The articles of a request. ProblemError 400, or 409 for an id given twice, names the one at fault."""
    value = payloads.check_object(body, is_json=is_json, like='{"text": "..."} or {"articles": [...]}')
    several = "articles" in value
    try:
        found = NewArticles.model_validate(value).articles if several else [NewArticle.model_validate(value)]
    except ValidationError as error:
        raise _refusal(error, several=several) from error
    sent = [one.article() for one in found]
    for id_, times in Counter(one.id for one in sent).items():
        if times > 1:
            raise ProblemError(
                409, f"the id {models.shown(id_)} is given {times} times; give each article its own", "id"
            )
    return sent


def _refusal(error: ValidationError, *, several: bool) -> ProblemError:
    """Every fault with its place: "articles[2].text is missing"."""
    faults = []
    for fault in error.errors(include_url=False, include_input=False)[:5]:
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]).lstrip(".")
        if fault["type"] == "missing":
            faults.append(f"{place} is missing; it must be given")
        elif fault["type"] == "extra_forbidden":
            known = NewArticle.names() if "." in place or not several else NewArticles.names()
            faults.append(f"{models.shown(place)} is not known; an article has {', '.join(known)}")
        elif place == "articles" and fault["type"] in ("too_long", "too_short"):
            faults.append(f"{place} must hold 1 to {MOST} articles")
        elif fault["type"] != "plain":
            faults.append(f"{place}: {fault['msg']}")
        else:
            where = place.rpartition(".")[0]
            faults.append(f"{where}: {fault['msg']}" if where else fault["msg"])
    first = error.errors(include_url=False, include_input=False)[0]["loc"]
    return ProblemError(400, "; ".join(dict.fromkeys(faults)), str(first[0])[:80] if first else None)


def _added(one: Outcome) -> shapes.Payload:
    said = sorted(one.attributions, key=lambda found: (found.quotation.start, found.quotation.end))
    found: Sequence[shapes.Payload] = [shapes.quotation(attribution) for attribution in said]
    told: shapes.Payload = {"id": one.id, "status": one.status, "reason": one.reason, "instead": list(one.instead)}
    return {**told, "quotations": list(found)}
