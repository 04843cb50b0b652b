"""The pages: the same questions as the JSON side, answered as HTML that needs no script.

    blueprint   what every template may use
    links       parameters, and the links that carry them on
    narrowing   what narrows an answer, and the links that add and drop it
    search, people, article, quotation, verify: the views, a module a page
    keeping     an answer as a file or a feed
    voices      the speakers of an article, told apart by number and colour
    timeline    quotations by month as bars
    problem     errors

Where scripts run, htmx puts a part of the very same page in place of its old self (`service/static/page.js` has the
keys and the copy buttons); a view knows nothing of that but for `links.elsewhere`.
"""

from __future__ import annotations

from service.pages import article, people, quotation, search, verify
from service.pages.blueprint import pages
from service.pages.problem import render_problem

__all__ = ["article", "pages", "people", "quotation", "render_problem", "search", "verify"]
