"""What the pages do where scripts run: answers in place, keys, copying."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.pages import MONUMENT, PAGES


def focused(page: Page) -> str:
    """Id of the element that has the focus."""
    return str(page.evaluate("document.activeElement.id"))


def test_question_keeps_focus_words_and_history(visit: Visit) -> None:
    visitor = visit()
    page = visitor.opens("/?q=ferry")
    page.evaluate("window.same = true")
    box = page.locator("#q")
    box.fill("storm wall")
    box.press("Enter")
    page.wait_for_url("**/?q=storm%20wall")
    expect(page).to_have_title("storm wall · Attributed")
    expect(page.locator("#answer")).to_have_text("What is on record about: storm wall")
    assert focused(page) == "q"
    box.press_sequentially("s")
    expect(box).to_have_value("storm walls")
    assert page.evaluate("window.same"), "the answer was put in place"
    page.go_back()
    expect(page).to_have_url(re.compile(r"q=ferry$"))
    expect(page.locator("#answer")).to_have_text("What is on record about: ferry")
    expect(page.locator("#q")).to_have_value("ferry")
    page.go_forward()
    expect(page.locator("#answer")).to_have_text("What is on record about: storm wall")
    expect(page.locator("#q")).to_have_value("storm wall")


def test_first_question_leads_from_the_front_to_the_answer(visit: Visit) -> None:
    page = visit().opens("/")
    assert focused(page) == "q"
    page.keyboard.type("storm wall")
    page.keyboard.press("Enter")
    expect(page.locator(".hits .hit").first).to_be_visible()


def test_facet_narrows_in_place_and_is_dropped_again(visit: Visit) -> None:
    page = visit().opens(PAGES["search"])
    page.evaluate("window.same = true")
    total = page.locator("#summary").inner_text()
    facet = page.locator("#speaker-tomas-lind")
    facet.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".chosen")).to_contain_text("by Tomas Lind")
    assert focused(page) == "speaker-tomas-lind", "focus stays where it was"
    expect(page.locator("#summary")).not_to_have_text(total)
    assert page.locator(".byline").all_inner_texts() == ["Tomas Lind, who has fished these waters since 1989"] * 5
    expect(page.locator("#speaker")).to_have_value("tomas-lind")
    page.locator("#q").fill("pumps")
    page.locator("#q").press("Enter")
    page.wait_for_url("**/?q=pumps&speaker=tomas-lind")
    page.locator(".chosen a").click()
    expect(page.locator(".chosen")).to_have_count(0)
    assert page.evaluate("window.same")
    assert focused(page) == "answer"


def test_next_page_begins_at_its_first_hit(visit: Visit) -> None:
    page = visit(viewport={"width": 1280, "height": 500}).opens("/?q=storm+wall&limit=3")
    page.locator("a[rel=next]").click()
    page.wait_for_url("**offset=3*")
    first = page.locator(".hits .hit").first
    expect(first).to_be_focused()
    expect(page.locator("#summary")).to_be_in_viewport()
    assert page.locator(".hits").get_attribute("start") == "4"


def test_what_cannot_be_answered_is_opened_as_a_page(visit: Visit) -> None:
    visitor = visit()
    page = visitor.opens(PAGES["search"])
    page.locator("#q").fill("storm")
    page.locator(".precise summary").click()
    page.locator("#speaker").fill("Nobody Ofthisname")
    page.locator("#q").press("Enter")
    expect(page.locator("h1")).to_have_text("Not on record")
    expect(page.locator("#q")).to_have_value("storm")
    assert all("404" in fault for fault in visitor.faults), visitor.faults
    visitor.faults.clear()


def test_context_opens_in_place(visit: Visit) -> None:
    visitor = visit()
    page = visitor.opens("/?q=wall+monument&speaker=maren-okello")
    hit = page.locator(f"#hit-{MONUMENT}")
    hit.get_by_text("In context").click()
    expect(hit.locator(".surroundings")).to_contain_text("The second storm wall is not in this year’s budget")
    expect(hit.locator(".surroundings mark")).to_have_text("A wall that is built after the flood is a monument")
    assert page.url.startswith(f"{visitor.site}/?q=wall")
    hit.get_by_text("Also in 1 other article").click()
    expect(hit.locator(".copies")).to_contain_text("Minister regrets budget decision")
    hit.get_by_text("How do we know?").click()
    expect(hit.locator(".proof")).to_contain_text("Named as “Maren Okello”")
    asked = [url for url in visitor.asked if "/context" in url]
    hit.get_by_text("In context").click()
    hit.get_by_text("In context").click()
    assert [url for url in visitor.asked if "/context" in url] == asked, "what came stays"


def test_speakers_are_found_as_one_types(visit: Visit) -> None:
    page = visit().opens("/speakers")
    page.locator("#q").press_sequentially("oke")
    expect(page.locator(".people li")).to_have_count(1)
    expect(page.locator("#summary")).to_have_text("1 speaker by that name")
    page.wait_for_url("**/speakers?q=oke")
    assert focused(page) == "q"
    page.locator("#q").press_sequentially("xx")
    expect(page.locator("#found")).to_contain_text("Nobody on record goes by “okexx”")


def test_keys_move_over_the_hits_open_them_and_leave(visit: Visit) -> None:
    page = visit().opens(PAGES["search"])
    page.keyboard.press("/")
    assert focused(page) == "q"
    assert page.evaluate("getSelection().toString()") == "Will the storm wall hold?"
    hits = [str(one.get_attribute("id")) for one in page.locator(".hits .hit").all()]
    page.keyboard.press("ArrowDown")
    assert focused(page) == hits[0]
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert focused(page) == hits[2]
    page.keyboard.press("k")
    assert focused(page) == hits[1]
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert focused(page) == hits[1], "from inside a hit to the hit"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("j")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/quotations/" + hits[0].removeprefix("hit-"))
    page.keyboard.press("/")
    page.wait_for_url("**/")


def test_letters_in_the_question_are_letters(visit: Visit) -> None:
    page = visit().opens("/?q=a")
    page.locator("#q").fill("")
    page.keyboard.type("jk/?")
    expect(page.locator("#q")).to_have_value("jk/?")
    expect(page.locator("#keys")).not_to_be_visible()


def test_help_opens_closes_and_switches_single_keys_off(visit: Visit) -> None:
    page = visit().opens(PAGES["search"])
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).not_to_be_visible()
    page.get_by_role("button", name="Keyboard").click()
    page.get_by_label("Single keys do this").uncheck()
    page.get_by_role("button", name="Close").click()
    for _ in range(2):
        page.locator("h1").focus()
        page.keyboard.press("/")
        page.keyboard.press("?")
        assert focused(page) != "q"
        expect(page.locator("#keys")).not_to_be_visible()
        page.reload()


@pytest.mark.parametrize("allowed", [True, False])
def test_citations_are_copied_or_selected(visit: Visit, allowed: bool) -> None:
    visitor = visit(permissions=["clipboard-read", "clipboard-write"] if allowed else [])
    page = visitor.opens(PAGES["quotation"])
    if not allowed:
        page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }")
    text = page.locator("#cite-1").inner_text()
    assert text.startswith("“A wall that is built after the flood is a monument” — Maren Okello, the minister")
    assert f"{visitor.site}/quotations/{MONUMENT}" in text
    page.get_by_role("button", name=re.compile("Copy.*Quotation with attribution")).click()
    if allowed:
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == text
    else:
        expect(page.get_by_role("button", name="Selected")).to_be_visible()
        assert page.evaluate("getSelection().toString()") == text


def test_machines_read_the_quotation_in_its_head(visit: Visit) -> None:
    page = visit().opens(PAGES["hostile quotation"])
    told = page.evaluate("JSON.parse(document.querySelector('[type=\"application/ld+json\"]').textContent)")
    assert told["@type"] == "Quotation"
    assert "<script>window.struck=1</script>" in told["text"]
    assert "url" not in told["isPartOf"]
