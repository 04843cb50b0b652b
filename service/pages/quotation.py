"""One quotation: large, in its surroundings, with the proof and the copies; and parts of that for the lists of hits."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, render_template, url_for
from markupsafe import Markup

from index.searcher import Searcher
from index.types import Article, Hit
from service import citing
from service.engine import searcher
from service.pages.blueprint import pages

COPIES = 30
"""Articles with the same words that are given with title, source and day; more by their id."""


@dataclass(frozen=True, slots=True)
class Around:
    """What stands before and after a passage, with the white space between: joined, the three are its article's."""

    before: str
    after: str


def around(asked: Searcher, hit: Hit) -> Around:
    """The sentences on either side of a hit."""
    context = asked.context(hit.passage.attribution.quotation.id)
    text, passage = hit.article.text, hit.passage.span
    return Around(
        before=text[context.before.start : passage.start] if context.before else "",
        after=text[passage.end : context.after.end] if context.after else "",
    )


def copies(asked: Searcher, hit: Hit) -> list[Article]:
    """The articles that carry the same words, the first COPIES of them."""
    return [asked.article(copy)[0] for copy in hit.also_in[:COPIES]]


@pages.get("/quotations/<id>")
def quotation(id: str) -> Response:  # noqa: A002  the field's word
    """The permanent address of one quotation."""
    asked = searcher()
    hit = asked.quotation(id)
    link = url_for("pages.quotation", id=id, _external=True)
    citations = [
        ("Quotation with attribution", citing.quoted(hit, link)),
        ("APA", citing.apa(hit, link)),
        ("Chicago", citing.chicago(hit, link)),
        ("BibTeX", citing.bibtex(hit, link)),
    ]
    json_ld = citing.in_script(citing.json_ld(hit, link))
    return make_response(
        render_template(
            "quotation.html",
            hit=hit,
            link=link,
            around=around(asked, hit),
            copies=copies(asked, hit),
            citations=[*citations, ("schema.org, JSON-LD", json_ld)],
            json_ld=Markup(json_ld),  # what would end the script is escaped in it
        )
    )


@pages.get("/quotations/<id>/context")
def surroundings(id: str) -> Response:  # noqa: A002
    """The part of the page that shows the words among the sentences around them."""
    asked = searcher()
    hit = asked.quotation(id)
    return make_response(render_template("surroundings.html", hit=hit, around=around(asked, hit)))


@pages.get("/quotations/<id>/copies")
def copied(id: str) -> Response:  # noqa: A002
    """The part of the page that lists the copies."""
    asked = searcher()
    hit = asked.quotation(id)
    return make_response(render_template("copies.html", hit=hit, copies=copies(asked, hit)))
