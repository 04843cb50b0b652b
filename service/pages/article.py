"""One article: its whole text with every quotation marked in place."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from service import citing, wording
from service.engine import searcher
from service.pages.blueprint import pages
from service.pages.voices import voices


@pages.get("/articles/<any_id:id>")
def article(id: str) -> Response:  # noqa: A002  the field's word
    """With `speaker`, an id, only what that speaker says is marked; with an empty one, what nobody is named for."""
    source, attributions = searcher().article(id)
    heard = voices(attributions)
    only = request.args.get("speaker")
    if only not in {voice.key for voice in heard}:  # a link of an earlier generation: all are shown
        only = None
    shown = [one for one in attributions if only is None or (one.speaker.id if one.speaker else "") == only]
    return make_response(
        render_template(
            "article.html",
            article=source,
            # An address of another scheme (javascript:) would be run where it is followed.
            link=citing.web_address(source.url),
            attributions=attributions,
            voices=heard,
            voice={voice.key: voice for voice in heard},
            only=only,
            paragraphs=wording.paragraphs(source, shown),
        )
    )
