"""The speakers: all of them, and one with everything that he or she said."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from index.queries import Answer, Listing
from service import models, payloads
from service.engine import searcher, speaker_in_path
from service.pages import keeping
from service.pages.blueprint import pages
from service.pages.links import kept, paging, parsed
from service.pages.narrowing import chosen, groups
from service.pages.timeline import timeline

SHOWN = ("q", "kind", "from", "to", "offset", "ignore")
"""What the form of a speaker's page shows, and what does not go on: the page begins anew."""


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
    """One speaker and everything that he or she said; with `q`, what of it answers a question."""
    asked = searcher()
    known = speaker_in_path(asked, id)
    parameters = parsed(models.SearchParameters if request.args.get("q", "").strip() else models.FilterParameters)
    found: Answer | Listing
    files = keeping.quotations(known.speaker.id)
    if isinstance(parameters, models.SearchParameters):
        found = asked.search(payloads.query(parameters.model_copy(update={"speaker": [known.speaker.id]})))
        files = keeping.search(speaker=known.speaker.id)
    else:
        found = asked.speaker_quotations(
            known.speaker.id, payloads.filters(parameters), parameters.limit, parameters.offset
        )
    return make_response(
        render_template(
            "speaker.html",
            known=known,
            found=found,
            answered=found.answered if isinstance(found, Answer) else True,
            chosen=chosen(asked, parameters, "speaker"),
            facets=groups(found.facets, parameters, found.total, "speaker"),
            timeline=timeline(asked.activity(known.speaker.id)),
            roles=asked.roles(known.speaker.id),
            carried=[(name, value) for name, values in kept(type(parameters), *SHOWN).items() for value in values],
            paging=paging(parameters, len(found.hits), found.total),
            kept=files,
        )
    )
