"""The question: where to begin, and what is on record of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from index import understanding
from index.queries import Answer, SpeakerRecord
from index.searcher import Searcher
from service import models, payloads, wording
from service.engine import searcher, speaker_in_path
from service.pages import keeping
from service.pages.blueprint import pages
from service.pages.links import elsewhere, kept, paging, parsed, unseen
from service.pages.narrowing import chosen, groups

SUGGESTED = 100
"""Speakers that the search field offers: the most quoted."""
SHOWN_FIRST = 8
"""Speakers that the front page names."""


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


def orders(parameters: models.SearchParameters) -> list[tuple[str, str]]:
    """Other ways to list the same answer: what a reader would call each, and its link."""

    def link(name: str, value: str | int | None) -> str:
        given = kept(models.SearchParameters, "offset", name)
        if value is not None:
            given[name] = value
        return url_for("pages.front", **given)

    by_date, bounded = parameters.sort == "date", parameters.per_speaker is not None
    return [
        ("the nearest first", link("sort", None)) if by_date else ("the newest first", link("sort", "date")),
        ("all of each speaker", link("per_speaker", None))
        if bounded
        else ("one of each speaker", link("per_speaker", 1)),
    ]


def suggestions(asked: Searcher) -> tuple[SpeakerRecord, ...]:
    """The speakers that the search field offers."""
    return asked.speakers(limit=SUGGESTED).speakers


@pages.get("/")
def front() -> AnyResponse:
    """A question with its answer, or, without one, where to begin."""
    asked = searcher()
    if not request.args.get("q", "").strip():
        return _beginning(asked)
    parameters = parsed(models.SearchParameters)
    answer = asked.search(payloads.query(parameters))
    return make_response(
        render_template(
            "search.html",
            answer=answer,
            readings=readings(asked, answer),
            ignored=[wording.GUESSES[guess] for guess in dict.fromkeys(parameters.ignore)],
            guess_again=url_for("pages.front", **kept(models.SearchParameters, "offset", "ignore")),
            chosen=chosen(asked, parameters),
            facets=groups(answer.facets, parameters, answer.total),
            paging=paging(parameters, len(answer.hits), answer.total),
            kept=keeping.search(),
            sort=parameters.sort,
            orders=orders(parameters),
            unseen=unseen(),
            speakers=suggestions(asked),
        )
    )


def _beginning(asked: Searcher) -> AnyResponse:
    filters = parsed(models.FilterParameters)
    if filters.speaker:
        one = speaker_in_path(asked, filters.speaker[0])
        onwards = kept(models.FilterParameters, "speaker")
        return elsewhere(url_for("pages.speaker", id=one.speaker.id, **onwards))
    if "HX-Request" in request.headers:
        return elsewhere(url_for("pages.front"))
    known = suggestions(asked)
    return make_response(
        render_template("front.html", counts=asked.manifest.counts, first=known[:SHOWN_FIRST], speakers=known)
    )
