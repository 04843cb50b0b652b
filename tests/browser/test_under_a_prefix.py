"""The pages where a proxy hands on one path of a host: nothing is asked for beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import opening
from tests.browser.conftest import Visit


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service over the record, under a path."""
    with opening.site(tmp_path_factory.mktemp("record"), hard=False, prefix="/news/record") as address:
        yield address


def test_from_a_question_to_speaker_article_and_verdict(visit: Visit) -> None:
    visitor = visit()
    page = visitor.opens("/")
    page.get_by_role("searchbox").fill("storm wall")
    page.keyboard.press("Enter")
    expect(page.locator("article.hit").first).to_be_visible()
    page.locator(".facets a").first.click()
    expect(page).to_have_url(re.compile(f"^{visitor.site}/[?]q=storm"))
    page.locator("article.hit .byline a").first.click()
    expect(page).to_have_url(re.compile(f"^{visitor.site}/speakers/"))
    page.locator("article.hit a[href*='/articles/']").first.click()
    expect(page).to_have_url(re.compile(f"^{visitor.site}/articles/"))
    page.get_by_role("link", name="Verify", exact=True).click()
    page.get_by_label("The quotation, as you found it").fill("A wall which is built after a flood is a monument")
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#verdict")).to_have_text("Altered")
    assert page.url == f"{visitor.site}/verify"


def test_interface_tries_requests_where_it_stands(visit: Visit) -> None:
    visitor = visit()
    page = visitor.opens("/docs")
    page.locator("#operations-record-speakers .opblock-summary-control").click()
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table tbody .response-col_status").first).to_contain_text("200")
    assert f"{visitor.site}/api/speakers" in {address.partition("?")[0] for address in visitor.asked}
