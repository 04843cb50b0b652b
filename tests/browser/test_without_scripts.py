"""The pages where no script runs: all of it is there, in a few more steps."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.pages import ALTERED, MONUMENT, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_page_stands_without_scripts(visit: Visit, name: str) -> None:
    page = visit(java_script_enabled=False).opens(PAGES[name])
    expect(page.locator("h1")).to_have_count(1)
    for button in page.locator("button").all():
        assert button.is_hidden() or button.evaluate("e => Boolean(e.form)"), "no button that does nothing"


def test_from_a_question_to_the_whole_article(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.opens("/")
    page.locator("#q").fill("wall monument")
    page.locator("#q").press("Enter")
    page.locator("#speaker-maren-okello").click()
    expect(page.locator(".chosen")).to_contain_text("by Maren Okello")
    hit = page.locator(f"#hit-{MONUMENT}")
    hit.get_by_text("In context").click()
    hit.get_by_text("The sentences around it").click()
    page.wait_for_url(f"**/quotations/{MONUMENT}#context")
    expect(page.locator(".surroundings mark")).to_have_text("A wall that is built after the flood is a monument")
    assert page.locator("#cite-1").is_visible()
    page.get_by_role("link", name="In the whole article").click()
    page.wait_for_url(f"**/articles/budget#q-{MONUMENT}")
    expect(page.locator(f"#q-{MONUMENT}")).to_be_in_viewport()
    page.locator(".voice").filter(has_text="Idris Vale").click()
    assert page.locator("mark").all_inner_texts() == [
        "We will go out again, and we will bring back whom we can",
        "But a captain cannot vote for a wall",
    ]


def test_a_name_is_found_and_its_words_are_narrowed(visit: Visit) -> None:
    page = visit(java_script_enabled=False).opens("/speakers")
    page.locator("#q").fill("okello")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Maren Okello").click()
    page.get_by_text("As a table").click()
    page.get_by_role("link", name="November 2024").click()
    expect(page.locator("#summary")).to_have_text("3 quotations, the newest first")
    page.get_by_role("searchbox").fill("gates")
    page.get_by_role("button", name="Find").click()
    expect(page.locator(".chosen")).to_contain_text("from 1 November 2024 to 30 November 2024")


def test_a_quotation_is_verified(visit: Visit) -> None:
    page = visit(java_script_enabled=False).opens("/verify")
    page.locator("#quote").fill(ALTERED)
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("#verdict")).to_have_text("Altered")
    assert page.locator(".hit del").first.inner_text().endswith("that")
    assert page.locator(".hit ins").first.inner_text().endswith("which")
