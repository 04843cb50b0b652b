"""Every page, light and dark, as wide as a desk, a phone and a desk at twice the size."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import Visit, Visitor
from tests.browser.pages import FAULTY, PAGES

ADDRESSES = {name: (address, 200) for name, address in PAGES.items()} | FAULTY
CUT_OFF = """[...document.querySelectorAll("main *")]
    .filter(e => e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && !e.matches("input, textarea"))
    .filter(e => getComputedStyle(e).overflowX !== "visible")
    .map(e => e.outerHTML.slice(0, 99))"""
"""Elements whose words are cut off at an edge."""


SWAGGER = {"nested-interactive", "aria-allowed-role"}
"""What axe finds of Swagger UI's own markup: buttons within buttons; a second `main`, which this page calls a group."""


def violations(visitor: Visitor, known: Collection[str] = ()) -> list[str]:
    """What axe finds, each with the elements at fault, but for the rules that are `known` not to be kept."""
    found = [one for one in Axe().run(visitor.page).response["violations"] if one["id"] not in known]
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}" for one in found]


@pytest.mark.parametrize("name", ADDRESSES)
def test_page_is_accessible_fits_and_runs_nothing_of_an_article(visit: Visit, name: str) -> None:
    visitor = visit()
    address, status = ADDRESSES[name]
    page = visitor.opens(address, status)
    if status != 200:  # the browser tells of it as an error
        assert all("status of" in fault for fault in visitor.faults)
        visitor.faults.clear()
    visitor("document.querySelectorAll('main details').forEach(details => details.open = true)")
    expect(page.locator(".part > a")).to_have_count(0)
    assert violations(visitor) == []
    page.emulate_media(color_scheme="dark")
    assert visitor("getComputedStyle(document.body).backgroundColor") == "rgb(23, 21, 18)"
    assert violations(visitor) == []
    for width in (390, 640, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert visitor("document.documentElement.scrollWidth") <= width, width
        assert visitor(CUT_OFF) == [], width
    assert visitor("window.struck") is None


def test_interface_is_accessible_and_dark_where_the_page_is(visit: Visit) -> None:
    visitor = visit(reduced_motion="reduce")
    page = visitor.opens("/docs")
    page.locator("#operations-record-search .opblock-summary-control").click()
    expect(page.get_by_role("button", name="Execute")).to_be_visible()
    expect(page.locator("#interface")).to_have_css("background-color", "rgb(255, 255, 255)")
    assert violations(visitor, SWAGGER) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("#interface")).to_have_css("background-color", "rgb(28, 32, 34)")
    assert visitor("getComputedStyle(document.body).backgroundColor") == "rgb(23, 21, 18)"
    assert violations(visitor, SWAGGER) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert visitor("document.documentElement.scrollWidth") <= 390


def test_direction_follows_the_words(visit: Visit) -> None:
    visitor = visit()
    visitor.opens(PAGES["from right to left"])
    assert visitor("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
    assert visitor("getComputedStyle(document.querySelector('.text p')).direction") == "rtl"
    assert visitor("getComputedStyle(document.querySelector('.masthead')).direction") == "ltr"


def test_print_leaves_out_what_is_for_the_screen(visit: Visit) -> None:
    visitor = visit()
    page = visitor.opens(PAGES["search"])
    page.emulate_media(media="print")
    assert page.locator("blockquote").first.is_visible()
    assert not page.locator("form").first.is_visible()
    assert not page.locator(".facets").first.is_visible()


@pytest.mark.parametrize("name", ["search", "speaker", "article", "quotation", "verdict"])
def test_nothing_moves_for_who_wants_it_so(visit: Visit, name: str) -> None:
    visitor = visit(reduced_motion="reduce")
    visitor.opens(PAGES[name])
    lasting = "const s = getComputedStyle(e); return [s.transitionDuration, s.animationDuration]"
    assert visitor(f"[...new Set([...document.querySelectorAll('*')].flatMap(e => {{ {lasting} }}))]") == ["0s"]


def test_colours_of_an_article_never_stand_alone(visit: Visit) -> None:
    page = visit().opens(PAGES["article"])
    marked = page.locator("a.said[data-who]")
    assert marked.count() == 5
    numbers = {one.get_attribute("data-who") for one in marked.all()}
    assert numbers == {one.get_attribute("data-who") for one in page.locator(".voice").all()}
    direct, reported = page.locator(".said.direct mark").first, page.locator(".said.indirect mark").first
    style = "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).textDecorationLine]"
    assert direct.evaluate(style)[1] == "none"
    assert reported.evaluate(style) == ["rgba(0, 0, 0, 0)", "underline"]
