"""A pasted quotation and what is on record of it."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from index.errors import QueryError
from index.verdicts import MAX_QUOTE
from service.engine import searcher
from service.pages.blueprint import pages
from service.pages.search import suggestions


@pages.route("/verify", methods=["GET", "POST"])
def verify() -> Response:
    """The form posts a quotation, since it may be long; a link may carry it."""
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
