from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

import service
from index.errors import NoIndexError
from index.queries import Filters, Query

ADDRESS = quote("https://example.org//a b?<i>", safe="")
PAGES = (
    "/",
    "/?q=Will+it+end%3F",
    "/?q=cake",
    "/?q=nothing+at+all",
    "/?q=x&limit=0",
    "/?q=x&sort=date&per_speaker=1&source=Haber",
    "/speakers",
    "/speakers?q=nobody",
    "/speakers/tariq-khan",
    "/speakers/script",
    "/speakers/nobody",
    "/quotations/b928f172dcf38209",
    "/articles/strikes-1",
    f"/articles/{ADDRESS}",
)


SCRIPTS = ["/static/vendor/htmx.min.js", "/static/page.js"]


class Reader(HTMLParser):
    """What a browser sees: tags in order, fields and labels, links, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.marked: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in {"meta", "link", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if "mark" in self.open:
            self.marked.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", "".join(self.words)).strip()

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read(client: FlaskClient, address: str, status: int = 200) -> Reader:
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.content_type == "text/html; charset=utf-8"
    return Reader(answer.get_data(as_text=True))


@pytest.mark.parametrize("address", PAGES)
def test_page_is_whole_html_with_landmarks_and_labels(client: FlaskClient, address: str) -> None:
    page = Reader(client.get(address).get_data(as_text=True))
    assert page.open == []
    names = [name for name, _ in page.tags]
    assert [names.count(landmark) for landmark in ("header", "main", "footer", "h1")] == [1] * 4
    assert page.all("html") == [{"lang": "en"}]
    assert [script["src"] for script in page.all("script") if "type" not in script] == SCRIPTS
    shown = [field for tag in ("input", "select") for field in page.all(tag) if field.get("type") != "hidden"]
    fields = [field["id"] for field in shown]
    assert set(fields) == {label["for"] for label in page.all("label")}
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_page_fetches_nothing_from_elsewhere(client: FlaskClient, address: str) -> None:
    page = Reader(client.get(address).get_data(as_text=True))
    fetched = [link["href"] for link in page.all("link") if link["rel"] not in {"canonical", "alternate"}]
    fetched += [attributes["src"] for _, attributes in page.tags if "src" in attributes]
    assert fetched == ["/static/style.css", "/static/favicon.svg", *SCRIPTS]
    forbidden = {"style", *(f"on{event}" for event in ("click", "load", "error", "focus", "toggle"))}
    assert not [attributes for _, attributes in page.tags if forbidden & set(attributes)]
    for address_ in fetched:
        with client.get(address_) as answer:
            assert answer.status_code == 200


def test_front_asks_and_names_the_most_quoted(client: FlaskClient) -> None:
    page = read(client, "/")
    assert page.all("form")[0]["action"] == "/"
    kinds, names = [option["value"] for option in page.all("option")][:4], page.all("option")[4:]
    assert kinds == ["", "direct", "mixed", "indirect"]
    assert [option["value"] for option in names] == [
        "Tameem Bahiss",
        "Tariq Khan",
        "<script>alert('name')</script>",
        "Émine Şahin",
    ]
    assert "Tameem Bahiss a Kabul-based security analyst 1" in page.text
    assert "On record: 5 quotations by 4 speakers in 3 articles." in page.text


def test_hit_shows_words_in_context_who_said_them_and_how_that_is_known(client: FlaskClient) -> None:
    page = read(client, "/?q=Will+it+end%3F&limit=1")
    assert page.marked == ["Attacks", " will continue,"]
    assert "Tameem Bahiss, a Kabul-based security analyst" in page.text
    assert "“Attacks will continue,” he said." in page.text
    assert "How do we know? 93% sure Named as “he” Reported by “said” Resolved a pronoun; of those" in page.text
    assert "How sure 93%: of those found like this, that share is right" in page.text
    assert "Strikes on Kabul Al Jazeera 27 February 2026 word for word" in page.text
    assert {"datetime": "2026-02-27"} in page.all("time")
    hrefs = [link["href"] for link in page.all("a")]
    for href in (
        "/speakers/tameem-bahiss",
        "/articles/strikes-1#q-b928f172dcf38209",
        "/quotations/b928f172dcf38209",
    ):
        assert href in hrefs
        assert client.get(href).status_code == 200
    assert "/verify?quote=Attacks+will+continue,&speaker=tameem-bahiss" in hrefs
    assert page.all("input")[0]["value"] == "Will it end?"


def test_hit_that_nobody_can_be_named_for_says_so(client: FlaskClient) -> None:
    page = read(client, "/?q=x")
    assert "Somebody whom the article does not name" in page.text
    assert "source not named Source no name, description or pronoun stands beside these words Therefore" in page.text
    assert "".join(page.marked[2:9]) == "We have not seen the peak,and there will be more to come."


def test_words_and_sentence_that_answer_are_set_apart_inside_the_marks(client: FlaskClient) -> None:
    html = client.get("/?q=x").get_data(as_text=True)
    shown = re.findall(r"<blockquote[^>]*><p>(.*?)</p>", html, re.DOTALL)
    match = '<strong class="match">'
    assert shown[0].endswith(f"“<mark>{match}Attacks</strong> will continue,</mark>” he said.")
    assert shown[1] == (
        f'<span class="answers">“</span><mark><span class="answers">We have not seen the {match}peak</strong>,</span>'
        f'</mark><span class="answers">” {match}Khan</strong> said, “</span><mark><span class="answers">and</span>'
        f" {match}there will</strong> be more to come.</mark>”"
    )
    assert f"alert{match}(1)&lt;/script&gt;. “</strong><mark>{match}&lt;script&gt;alert(2)</strong>&lt;" in shown[3]


def test_passage_on_the_page_reads_back_verbatim(client: FlaskClient, passage_texts: list[str]) -> None:
    html = client.get("/?q=x").get_data(as_text=True)
    shown = re.findall(r"<blockquote[^>]*><p>(.*?)</p>", html, re.DOTALL)
    assert [unescape(re.sub(r"<[^>]*>", "", one)) for one in shown] == passage_texts


def test_other_orders_are_one_link_away_and_stay_on_the_next_page(client: FlaskClient, holder: Any) -> None:
    links = [link["href"] for link in read(client, "/?q=x&kind=direct&limit=2&offset=2").all("a")]
    assert {"/?q=x&kind=direct&limit=2&sort=date", "/?q=x&kind=direct&limit=2&per_speaker=1"} <= set(links)
    page = read(client, "/?q=x&limit=2&sort=date&per_speaker=1")
    assert "On record, the newest of 5 first" in page.text
    assert "Or the nearest first all of each speaker" in page.text
    links = [link["href"] for link in page.all("a")]
    assert {"/?q=x&limit=2&per_speaker=1", "/?q=x&limit=2&sort=date"} <= set(links)
    assert "/?q=x&limit=2&sort=date&per_speaker=1&offset=2" in links
    assert holder.standing.asked[-1] == Query("x", limit=2, sort="date", per_speaker=1)


def test_every_guess_is_shown_and_can_be_switched_off(client: FlaskClient) -> None:
    page = read(client, "/?q=What+did+Bahiss+say+since+March&kind=direct&offset=0")
    assert "“Bahiss”: only what Tameem Bahiss said not so" in page.text
    assert "“since March”: published from 1 March 2026, but nothing is; these are of other days not so" in page.text
    links = [link["href"] for link in page.all("a") if "ignore=" in link["href"]]
    asked = "/?q=What+did+Bahiss+say+since+March&kind=direct&ignore="
    assert links == [f"{asked}speakers", f"{asked}dates"]


def test_what_is_not_guessed_can_be_guessed_again(client: FlaskClient, holder: Any) -> None:
    page = read(client, "/?q=What+did+Bahiss+say&ignore=speakers&ignore=dates")
    assert holder.standing.asked[-1].ignore == ("speakers", "dates")
    assert "Not guessed: names, days. Guess again" in page.text
    assert "/?q=What+did+Bahiss+say" in [link["href"] for link in page.all("a")]


def test_unanswered_question_says_so_and_lists_the_nearest(client: FlaskClient) -> None:
    page = read(client, "/?q=how+to+bake+a+cake")
    assert "Nothing on record answers this; the nearest are" in page.text
    assert len(page.all("blockquote")) == 5


def test_no_hits_at_all_is_a_state_of_its_own(client: FlaskClient) -> None:
    page = read(client, "/?q=nothing+at+all")
    assert "Other words may find it: see who is on record." in page.text
    assert page.all("blockquote") == []
    assert "Other words may find it, or fewer filters: ask without any." in (
        read(client, "/?q=nothing+at+all&kind=direct").text
    )


def test_fields_left_empty_were_not_given(client: FlaskClient, holder: Any) -> None:
    read(client, "/?q=x&speaker=&kind=&from=&to=")
    (asked,) = holder.standing.asked
    assert asked.filters.open


def test_filters_stay_in_the_form_and_in_the_links_to_the_other_pages(client: FlaskClient, holder: Any) -> None:
    page = read(client, "/?q=x&kind=direct&source=a&source=b&limit=2&offset=2&_scheme=javascript&endpoint=y")
    assert [option["value"] for option in page.all("option") if "selected" in option] == ["direct"]
    links = {link["rel"]: link["href"] for link in page.all("a") if link.get("rel") in {"prev", "next"}}
    assert links == {
        "prev": "/?q=x&kind=direct&source=a&source=b&limit=2&offset=0",
        "next": "/?q=x&kind=direct&source=a&source=b&limit=2&offset=4",
    }
    assert "3–4 of 5" in page.text
    last = read(client, links["next"])
    assert [link["rel"] for link in last.all("a") if link.get("rel") in {"prev", "next"}] == ["prev"]


def unseen(page: Reader) -> list[tuple[str, str]]:
    return [(field["name"], field["value"]) for field in page.all("input") if field.get("type") == "hidden"]


def test_asking_again_keeps_order_bound_and_source_and_begins_at_the_first_page(client: FlaskClient) -> None:
    page = read(client, "/?q=x&sort=date&per_speaker=1&source=a%22b&source=c&kind=direct&offset=2&ignore=dates")
    assert unseen(page) == [("source", 'a"b'), ("source", "c"), ("sort", "date"), ("per_speaker", "1")]
    assert unseen(read(client, "/?q=x&kind=direct&from=2026-01-01")) == []
    assert unseen(read(client, "/")) == []


def test_asking_again_after_a_fault_leaves_out_what_was_wrong(client: FlaskClient) -> None:
    assert unseen(read(client, "/?q=x&sort=rank&per_speaker=1", 400)) == [("per_speaker", "1")]
    assert unseen(read(client, "/?q=x&speaker=Kahn&sort=date", 404)) == [("sort", "date")]
    assert unseen(read(client, "/?q=x&sort=date&limit=1&limit=2", 400)) == [("sort", "date")]


def test_source_that_narrows_an_answer_is_seen_and_can_be_dropped(client: FlaskClient) -> None:
    page = read(client, "/?q=x&source=Haber&limit=1")
    assert "Drop: in Haber" in page.text
    assert "/?q=x&limit=1" in [link["href"] for link in page.all("a")]


def test_a_speaker_alone_leads_to_the_speakers_page(client: FlaskClient) -> None:
    answer = client.get("/?q=&speaker=Khan&kind=direct")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/speakers/tariq-khan?kind=direct")


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/?q=x&limit=0", 400, "Limit must be a whole number from 1 to 100, not '0'."),
        ("/?q=x&from=yesterday", 400, "From must be a day as YYYY-MM-DD, like 2026-02-27, not 'yesterday'."),
        ("/?q=x&limit=1&limit=2", 400, "'limit' is given with different values ('1', '2'); give it once."),
        ("/?q=%FF", 400, "The query is not UTF-8; percent-encode the UTF-8 bytes of each character."),
        (f"/?q={'x' * 2001}", 400, "Q has 2001 characters; at most 2000 are allowed."),
        ("/?q=x&sort=rank", 400, "Sort must be one of relevance, date, not 'rank'."),
        ("/?q=x&speaker=Kahn", 404, "Did you mean Tariq Khan, Tameem Bahiss?"),
        ("/speakers/Kahn", 404, "Did you mean Tariq Khan, Tameem Bahiss?"),
        ("/quotations/none", 404, "There is no quotation with the id 'none'."),
        ("/articles/%3Cscript%3E", 404, "There is no article with the id '<script>'."),
    ],
)
def test_bad_input_is_a_page_with_the_right_status(client: FlaskClient, address: str, status: int, words: str) -> None:
    assert words in read(client, address, status).text


def test_bytes_that_are_no_text_are_a_page_too(client: FlaskClient) -> None:
    answer = client.get("/", environ_overrides={"QUERY_STRING": "q=\xff"})
    assert (answer.status_code, answer.mimetype) == (400, "text/html")


def test_page_without_index_names_the_command(client: FlaskClient, holder: Any) -> None:
    holder.fault = NoIndexError("there is no index in var; run `attributed rebuild`")
    page = read(client, "/", 503)
    assert "There is no index in var; run attributed rebuild." in page.text
    assert len(page.all("code")) == 1


def test_failure_nobody_foresaw_is_a_page_without_details(client: FlaskClient, holder: Any) -> None:
    holder.fault = KeyError("secret")
    page = read(client, "/?q=x", 500)
    assert "The service failed on this request; what happened is in its log." in page.text
    assert "secret" not in page.text


@pytest.mark.parametrize(
    ("address", "accept", "mimetype"),
    [
        ("/speakers/Kahn", "*/*", "text/html"),
        ("/speakers/Kahn", "application/json", "application/problem+json"),
        ("/speakers/Kahn", "application/problem+json", "application/problem+json"),
        ("/nowhere", "*/*", "application/problem+json"),
        ("/nowhere", "text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("/api/nowhere", "text/html", "application/problem+json"),
        ("/api/speakers/Kahn", "text/html", "application/problem+json"),
    ],
)
def test_error_is_a_page_only_where_a_person_reads_it(
    client: FlaskClient, address: str, accept: str, mimetype: str
) -> None:
    answer = client.get(address, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, mimetype)


@pytest.mark.parametrize(
    "address",
    ["/", "/?q=x", "/speakers", "/speakers/script", f"/articles/{ADDRESS}", "/?q=%3Cscript%3Ealert(4)%3C/script%3E"],
)
def test_markup_in_articles_names_and_questions_is_text(client: FlaskClient, address: str) -> None:
    html = client.get(address).get_data(as_text=True)
    assert html.count("<script") == len(SCRIPTS)
    assert "<b>role" not in html
    assert "javascript:" not in html
    assert "&lt;script&gt;alert(" in html


def test_markup_reads_back_verbatim(client: FlaskClient) -> None:
    page = read(client, f"/articles/{ADDRESS}")
    assert page.marked == ["<script>alert(2)</script> & more,"]
    assert "Intro <script>alert(1)</script>. “" in page.text
    assert page.text.count("<script>alert('title')</script>") == 2


def test_facets_narrow_and_what_is_on_can_be_dropped(client: FlaskClient) -> None:
    def facets(page: Reader) -> dict[str, str]:
        return {link["id"]: link["href"] for link in page.all("a") if "-" in link.get("id", "")}

    page = read(client, "/?q=x&offset=2&sort=date")
    links = facets(page)
    assert links["speaker-tariq-khan"] == "/?q=x&sort=date&speaker=tariq-khan"
    assert links["source-Al%20Jazeera"] == "/?q=x&sort=date&source=Al+Jazeera"
    assert links["year-2026"] == "/?q=x&sort=date&from=2026-01-01&to=2026-12-31"
    assert "kind-direct" not in links, "all are alike in it"
    narrowed = read(client, links["speaker-tariq-khan"])
    assert facets(narrowed) == {"speaker-tariq-khan": "/?q=x&sort=date"}
    assert [link["id"] for link in narrowed.all("a") if link.get("aria-current") == "true"] == ["speaker-tariq-khan"]
    assert "Drop: by Tariq Khan" in narrowed.text
    year = read(client, links["year-2026"])
    assert facets(year)["year-2026"] == "/?q=x&sort=date"
    assert "Drop: from 1 January 2026 to 31 December 2026" in year.text


def test_speaker_page_searches_within_the_speaker(client: FlaskClient, holder: Any) -> None:
    page = read(client, "/speakers/tariq-khan?q=peak&kind=direct&speaker=tameem-bahiss")
    assert holder.standing.asked == [Query("peak", Filters(speakers=("tariq-khan",), kinds=("direct",)))]
    assert "1 quotation, the nearest first" in page.text
    assert "Nothing on record answers this; the nearest are" in read(client, "/speakers/tariq-khan?q=cake").text
    assert "/speakers/tariq-khan?q=peak&speaker=tameem-bahiss" in [link["href"] for link in page.all("a")]


def test_answer_is_kept_as_file_and_as_feed(client: FlaskClient) -> None:
    def kept(address: str) -> list[str]:
        page = read(client, address)
        links = [link["href"] for link in page.all("a") if link["href"].startswith("/api/")]
        assert links[-1] in [link["href"] for link in page.all("link")]
        return links

    assert kept("/?q=x&kind=direct&limit=2&offset=2") == [
        "/api/search.csv?q=x&kind=direct",
        "/api/search.jsonl?q=x&kind=direct",
        "/api/search.atom?q=x&kind=direct",
    ]
    path = "/api/speakers/tariq-khan/quotations"
    assert kept("/speakers/tariq-khan?kind=direct&limit=1") == [
        f"{path}.{form}?kind=direct" for form in ("csv", "jsonl", "atom")
    ]
    assert kept("/speakers/tariq-khan?q=x")[0] == "/api/search.csv?q=x&speaker=tariq-khan"


def test_speaker_page_shows_when_as_bars_and_as_a_table(client: FlaskClient) -> None:
    page = read(client, "/speakers/tariq-khan")
    assert [bar["height"] for bar in page.all("rect") if bar["class"] == "bar"] == ["60"]
    assert "March 2024 February 2026 Quotations by month, 1 at most As a table" in page.text
    assert "/speakers/tariq-khan?from=2026-02-01&to=2026-02-28" in [link["href"] for link in page.all("a")]
    assert page.all("svg")[0]["aria-hidden"] == "true"


def test_quotation_page_cites_it_and_carries_it_for_machines(client: FlaskClient) -> None:
    html = client.get("/quotations/b928f172dcf38209").get_data(as_text=True)
    (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert json.loads(told)["text"] == "Attacks will continue,"
    assert json.loads(told)["@id"] == "http://localhost/quotations/b928f172dcf38209"
    page = Reader(html)
    assert "“Attacks will continue,” — Tameem Bahiss, a Kabul-based security analyst, *Strikes on Kabul*" in page.text
    for style in ("APA", "Chicago", "BibTeX"):
        assert style in page.text
    copied = {button["data-copies"] for button in page.all("button") if "data-copies" in button}
    assert copied == {block["id"] for block in page.all("pre")} == {f"cite-{number}" for number in range(1, 6)}
    assert all("hidden" in button for button in page.all("button") if "data-copies" in button)


def test_json_ld_of_hostile_words_stays_inside_its_script(client: FlaskClient, quotation_ids: list[str]) -> None:
    html = client.get(f"/quotations/{quotation_ids[3]}").get_data(as_text=True)
    assert html.count("<script") == len(SCRIPTS) + 1 == html.count("</script>")
    (told,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert json.loads(told)["text"] == "<script>alert(2)</script> & more,"


def test_words_come_in_context(client: FlaskClient, quotation_ids: list[str]) -> None:
    part = client.get(f"/quotations/{quotation_ids[1]}/context").get_data(as_text=True)
    text = Reader(part).text
    assert text.startswith("Tameem Bahiss, a Kabul-based security analyst, spoke on Friday.")
    assert "one heard." in text
    assert Reader(part).marked == ["We have not seen the peak,", "and there will be more to come."]
    assert Reader(part).all("html") == []
    assert (
        "Strikes, again Wire 28 February 2026"
        in Reader(client.get(f"/quotations/{quotation_ids[0]}/copies").get_data(as_text=True)).text
    )


def test_article_page_tells_its_speakers_apart(client: FlaskClient, quotation_ids: list[str]) -> None:
    page = read(client, "/articles/strikes-1")
    said = {link["id"]: link for link in page.all("a") if link.get("class", "").startswith("said") and "id" in link}
    assert [(one["class"], one["data-who"]) for one in said.values()] == [
        ("said direct v1", "1"),
        ("said direct v2", "2"),
        ("said direct v0", "–"),
    ]
    assert list(said) == [f"q-{one}" for one in quotation_ids[:3]]
    assert "Who speaks 3 voices Tameem Bahiss 1 quotation, to the first Tariq Khan 1" in page.text
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert {one["aria-describedby"] for one in page.all("a") if "aria-describedby" in one} <= ids


def test_article_page_marks_one_speaker_where_asked_to(client: FlaskClient) -> None:
    page = read(client, "/articles/strikes-1?speaker=tariq-khan")
    assert page.marked == ["We have not seen the peak,", "and there will be more to come."]
    assert "Mark all of them" in page.text
    assert read(client, "/articles/strikes-1?speaker=").marked == ["It is over,"]
    assert len(read(client, "/articles/strikes-1?speaker=gone").marked) == 4


@pytest.mark.parametrize("address", ["/?q=&speaker=Khan", "/?q="])
def test_script_of_the_page_is_sent_on_instead_of_given_another_page(client: FlaskClient, address: str) -> None:
    answer = client.get(address, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["HX-Redirect"] == ("/speakers/tariq-khan" if "Khan" in address else "/")


def test_article_page_marks_and_links_every_quotation(client: FlaskClient, quotation_ids: list[str]) -> None:
    page = read(client, "/articles/strikes-1")
    assert page.marked == [
        "Attacks will continue,",
        "We have not seen the peak,",
        "and there will be more to come.",
        "It is over,",
    ]
    linked = [link["href"] for link in page.all("a") if link["href"].startswith("/quotations/")]
    first, second, third = quotation_ids[:3]
    assert linked == [f"/quotations/{one}" for one in (first, second, second, third)]
    assert "https://example.org/strikes?a=1&b=2" in [link["href"] for link in page.all("a")]


def test_speaker_page_shows_roles_aliases_and_counts(client: FlaskClient) -> None:
    page = read(client, "/speakers/Khan")
    assert "a retired three-star general 27 February 2026 the former general" in page.text
    assert "Also named “Khan”" in page.text
    assert "Person, quoted 1 time in 1 article" in page.text
    assert page.marked == ["We have not seen the peak,", "and there will be more to come."]


def test_unicode_slug_is_linked_and_found(client: FlaskClient) -> None:
    links = [link["href"] for link in read(client, "/speakers").all("a")]
    assert "/speakers/%C3%A9mine-%C5%9Fahin" in links
    assert "Émine Şahin" in read(client, "/speakers/%C3%A9mine-%C5%9Fahin").text


def test_copies_are_linked_from_the_quotation(client: FlaskClient) -> None:
    page = read(client, "/quotations/b928f172dcf38209")
    assert "The same words also stand in Strikes, again Wire 28 February 2026" in page.text
    assert "/articles/copy-1" in [link["href"] for link in page.all("a")]
    assert "/quotations/b928f172dcf38209#also" in [link["href"] for link in read(client, "/?q=x").all("a")]
    assert "Characters 65 to 87 of the article." in page.text


def test_stylesheet_is_small_and_knows_both_schemes() -> None:
    css = Path(service.__file__).with_name("static") / "style.css"
    text = css.read_text("utf-8")
    assert len(text.encode()) < 24_000
    assert "prefers-color-scheme: dark" in text
    assert "url(" not in text
    assert "@import" not in text
