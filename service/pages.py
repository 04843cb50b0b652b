"""The pages: the same questions as the JSON side, answered as HTML that needs no script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from index import understanding
from index.errors import QueryError
from index.queries import MAX_OFFSET, Answer, SpeakerRecord
from index.searcher import Searcher
from index.types import QUOTATION_KINDS
from index.verdicts import MAX_QUOTE
from service import models, payloads, wording
from service.engine import searcher, speaker_in_path
from service.errors import MEDIA_TYPE, ProblemError

SUGGESTED = 100
"""Speakers that the search field offers: the most quoted."""
SHOWN_FIRST = 8
"""Speakers that the front page names."""
COPIES = 30
"""Articles with the same words that the page of a quotation gives with title, source and day; more by their id."""

pages = Blueprint("pages", __name__, template_folder="templates")
pages.add_app_template_filter(understanding.day, "day")
pages.add_app_template_filter(wording.how_known, "how_known")
pages.add_app_template_filter(wording.coded, "coded")
pages.add_app_template_filter(wording.without_verdict, "without_verdict")
pages.add_app_template_filter(wording.failure_words, "failure_words")
pages.add_app_template_filter(wording.VERDICTS.__getitem__, "verdict_words")

_Parameters = TypeVar("_Parameters", bound=models.Parameters)


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of `total` is shown, and where the parts before and after it are; None where there is none."""

    first: int
    last: int
    total: int
    before: str | None
    after: str | None


def kept(model: type[models.Parameters], *without: str) -> dict[str, Any]:
    """The parameters of this request that a link carries on: those that `model` knows, none that was left empty."""
    # `url_for` would take other names, like _scheme, as its own.
    names = [name for name in model.names() if name not in without]
    given = {name: [value for value in request.args.getlist(name) if value.strip()] for name in names}
    return {name: values for name, values in given.items() if values}


def parsed(model: type[_Parameters]) -> _Parameters:
    """The parameters of a page. ProblemError 400 where one is wrong.

    A field of a form that was left empty was not given; what the model does not know is not for the page.
    """
    given = kept(model)
    payloads.check_repeats(given)
    try:
        return model.model_validate(
            {name: values if name in payloads.MAY_REPEAT else values[0] for name, values in given.items()}
        )
    except ValidationError as error:
        raise payloads.refusal(error) from error


def paging(parameters: models.FilterParameters | models.SpeakersParameters, count: int, total: int) -> Paging:
    """Where a page of `count` items stands among `total`."""
    offset, limit = parameters.offset, parameters.limit

    def at(start: int) -> str:
        given = {**(request.view_args or {}), **kept(type(parameters), "offset"), "offset": start}
        return url_for(str(request.endpoint), **given)

    onwards = count and offset + count < total and offset + limit <= MAX_OFFSET
    return Paging(
        first=offset + 1,
        last=offset + count,
        total=total,
        before=at(max(0, offset - limit)) if offset else None,
        after=at(offset + limit) if onwards else None,
    )


FIELDS = ("q", "speaker", "kind", "from", "to")
"""What the form of a question shows."""


def unseen(*without: str) -> list[tuple[str, str]]:
    """Names and values that the form sends again without showing them, so that asking on does not lose them.

    The page begins anew, and a guess is switched off for the question in which it was made, not for the next one.
    """
    given = kept(models.SearchParameters, *FIELDS, "offset", "ignore", *without)
    return [(name, value) for name, values in given.items() for value in values]


def orders(parameters: models.SearchParameters) -> list[tuple[str, str]]:
    """Other ways to list the same answer: what a reader would call each, and its link."""

    def link(name: str, value: str | int | None) -> str:
        given = kept(models.SearchParameters, "offset", name)
        if value is not None:
            given[name] = value
        return url_for("pages.front", **given)

    by_date, bounded = parameters.sort == "date", parameters.per_speaker is not None
    found = [
        ("the nearest first", link("sort", None)) if by_date else ("the newest first", link("sort", "date")),
        ("all of each speaker", link("per_speaker", None))
        if bounded
        else ("one of each speaker", link("per_speaker", 1)),
    ]
    if parameters.source:  # the form has no field for it, and what narrows an answer must be seen
        found.append((f"all sources, not only {' or '.join(parameters.source)}", link("source", None)))
    return found


@dataclass(frozen=True, slots=True)
class Reading:
    """Words of the question, what they were taken to mean, and the address of the question without that guess."""

    text: str
    taken: str
    without: str


def readings(asked: Searcher, answer: Answer) -> list[Reading]:
    """Every guess at what the question means, in the order of its words."""
    given = kept(models.SearchParameters, "offset")
    ignored = given.pop("ignore", [])
    found = []
    for guess, taken in understanding.readings(answer, understanding.names(answer.understood, asked.speaker)):
        without = url_for("pages.front", **given, ignore=list(dict.fromkeys([*ignored, guess.kind])))
        found.append(Reading(guess.text, taken, without))
    return found


def suggestions(asked: Searcher) -> tuple[SpeakerRecord, ...]:
    """The speakers that the search field offers."""
    return asked.speakers(limit=SUGGESTED).speakers


@pages.get("/")
def front() -> AnyResponse:
    """A question with its answer, or, without one, where to begin."""
    asked = searcher()
    known = suggestions(asked)
    if not request.args.get("q", "").strip():
        filters = parsed(models.FilterParameters)
        if filters.speaker:
            one = speaker_in_path(asked, filters.speaker[0])
            onwards = kept(models.FilterParameters, "speaker")
            return redirect(url_for("pages.speaker", id=one.speaker.id, **onwards), 303)
        return make_response(
            render_template("front.html", counts=asked.manifest.counts, first=known[:SHOWN_FIRST], speakers=known)
        )
    parameters = parsed(models.SearchParameters)
    answer = asked.search(payloads.query(parameters))
    return make_response(
        render_template(
            "search.html",
            answer=answer,
            readings=readings(asked, answer),
            ignored=[wording.GUESSES[guess] for guess in dict.fromkeys(parameters.ignore)],
            guess_again=url_for("pages.front", **kept(models.SearchParameters, "offset", "ignore")),
            paging=paging(parameters, len(answer.hits), answer.total),
            sort=parameters.sort,
            orders=orders(parameters),
            unseen=unseen(),
            speakers=known,
        )
    )


@pages.get("/speakers")
def speakers() -> Response:
    """All speakers, or those whom a name finds."""
    parameters = parsed(models.SpeakersParameters)
    page = searcher().speakers(parameters.q, parameters.limit, parameters.offset)
    return make_response(
        render_template(
            "speakers.html",
            page=page,
            q=parameters.q,
            paging=paging(parameters, len(page.speakers), page.total),
        )
    )


@pages.get("/speakers/<id>")
def speaker(id: str) -> Response:  # noqa: A002  the field's word
    """One speaker and everything that he or she said."""
    parameters = parsed(models.FilterParameters)
    asked = searcher()
    known = speaker_in_path(asked, id)
    listing = asked.speaker_quotations(
        known.speaker.id, payloads.filters(parameters), parameters.limit, parameters.offset
    )
    return make_response(
        render_template(
            "speaker.html",
            known=known,
            listing=listing,
            paging=paging(parameters, len(listing.hits), listing.total),
        )
    )


@pages.route("/verify", methods=["GET", "POST"])
def verify() -> Response:
    """A pasted quotation and what is on record of it. The form posts it, since it may be long; a link may carry it."""
    asked = searcher()
    pasted = request.form if request.method == "POST" else request.args
    quote, speaker = pasted.get("quote", ""), pasted.get("speaker", "").strip() or None
    found, wrong = None, None
    if quote.strip() or request.method == "POST":
        try:
            found = asked.verify(quote, speaker)
        except QueryError as error:  # said beside the form, so that what was pasted is not lost
            wrong = str(error)
    page = render_template(
        "verify.html", found=found, wrong=wrong, pasted=pasted, speakers=suggestions(asked), longest=MAX_QUOTE
    )
    return make_response(page, 400 if wrong else 200)


@pages.get("/quotations/<id>")
def quotation(id: str) -> Response:  # noqa: A002
    """One quotation in context."""
    asked = searcher()
    hit = asked.quotation(id)
    copies = [asked.article(copy)[0] for copy in hit.also_in[:COPIES]]
    return make_response(render_template("quotation.html", hit=hit, copies=copies))


@pages.get("/articles/<any_id:id>")
def article(id: str) -> Response:  # noqa: A002
    """One article with its quotations marked."""
    source, attributions = searcher().article(id)
    return make_response(
        render_template(
            "article.html",
            article=source,
            # An address of another scheme (javascript:) would be run where it is followed.
            link=source.url if source.url and source.url.startswith(("http://", "https://")) else None,
            attributions=attributions,
            paragraphs=wording.paragraphs(source, attributions),
        )
    )


@pages.app_context_processor
def wordings() -> dict[str, object]:
    """What every template may use; `asked` holds the parameters as they came."""
    try:
        asked: Mapping[str, str] = request.args
    except UnicodeDecodeError:  # the page that says so is being made
        asked = {}
    return {
        "asked": asked,
        "kind_words": wording.KINDS,
        "recorded_words": wording.RECORDED,
        "stretches": wording.stretches,
        "quotation_kinds": QUOTATION_KINDS,
        "speaker_kind_words": wording.SPEAKER_KINDS,
    }


def wants_page() -> bool:
    """Whether an error is to be read by a person: on a page, and wherever HTML is asked for by name outside the API."""
    accepted = request.accept_mimetypes
    if request.blueprint == "pages":
        html = accepted["text/html"] if accepted else 1
        return bool(html and html >= max(accepted["application/json"], accepted[MEDIA_TYPE]))
    elsewhere = request.endpoint is None and not request.path.startswith("/api/")
    return elsewhere and any(media_type == "text/html" for media_type, _ in accepted)


def render_problem(problem: ProblemError) -> Response:
    """An error as HTML on a page, else as problem+json."""
    if wants_page():
        try:
            carried = unseen(*filter(None, [problem.parameter]))
        except UnicodeDecodeError:
            carried = []
        return Response(render_template("error.html", problem=problem, unseen=carried), problem.status)
    return Response(payloads.as_json(payloads.problem(problem)), problem.status, content_type=MEDIA_TYPE)
