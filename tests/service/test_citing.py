from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Attribution, Hit, Passage, Quotation, Speaker
from service import citing

LINK = "https://quotes.example/quotations/0123456789abcdef"
BAHISS = Speaker("tameem-bahiss", "Tameem Bahiss", "person", roles=("a Kabul-based security analyst",))
ARTICLE = Article(
    "strikes-1",
    "Tameem Bahiss spoke. “Attacks will continue,” he said, “and spread.”",
    title="Strikes on Kabul: what next?",
    date=dt.date(2026, 2, 7),
    source="Al Jazeera",
    url="https://example.org/strikes?a=1&b=2%20_x#top",
)


def hit(*pieces: str, article: Article = ARTICLE, speaker: Speaker | None = BAHISS, kind: str = "direct") -> Hit:
    spans = []
    at = 0
    for piece in pieces or ("Attacks will continue,",):
        at = article.text.index(piece, at)
        spans.append(article.span(at, at + len(piece)))
        at += len(piece)
    quotation = Quotation(article.id, kind, tuple(spans))  # type: ignore[arg-type]
    attribution = Attribution(quotation, speaker, "name" if speaker else None, 0.9 if speaker else 0.0)
    return Hit(1, None, Passage(attribution, article.span(0, len(article.text)), "text"), article)


BARE = replace(ARTICLE, title=None, date=None, source=None, url="javascript:alert(1)")


def test_quoted_gives_words_speaker_role_title_source_day_and_link() -> None:
    assert citing.quoted(hit(), LINK) == (
        "“Attacks will continue,” — Tameem Bahiss, a Kabul-based security analyst, *Strikes on Kabul: what next?*,"
        f" Al Jazeera, 7 February 2026, {LINK}"
    )


def test_quoted_sets_each_piece_of_a_split_quotation_in_marks_of_its_own() -> None:
    assert citing.quoted(hit("Attacks will continue,", "and spread."), LINK).startswith(
        "“Attacks will continue,” … “and spread.” — Tameem"
    )


def test_quoted_leaves_out_what_is_not_known() -> None:
    assert citing.quoted(hit(article=BARE, speaker=None), LINK) == (
        f"“Attacks will continue,” — somebody whom the article does not name, {LINK}"
    )


@pytest.mark.parametrize("kind", ["indirect", "mixed"])
def test_reported_speech_is_not_set_in_marks_as_if_the_speaker_had_said_it(kind: str) -> None:
    found = hit(kind=kind)
    assert citing.quoted(found, LINK) == (
        "Tameem Bahiss, a Kabul-based security analyst, as reported: Attacks will continue, —"
        f" *Strikes on Kabul: what next?*, Al Jazeera, 7 February 2026, {LINK}"
    )
    assert citing.apa(found, LINK).startswith("Attacks will continue, (Tameem Bahiss, as reported in “Strikes")
    assert citing.chicago(found, LINK).startswith("Attacks will continue,\n\nTameem Bahiss, reported in “Strikes")
    assert "note  = {Tameem Bahiss, reported: Attacks will continue, " in re.sub(
        " +=", "  =", citing.bibtex(found, LINK)
    )
    data = citing.json_ld(found, LINK)
    assert "creator" not in data
    assert data["spokenByCharacter"] == {
        "@type": "Person",
        "name": "Tameem Bahiss",
        "description": "a Kabul-based security analyst",
    }
    assert data["disambiguatingDescription"] == "Reported speech: the words are those of the article."


def test_apa_cites_the_speaker_as_cited_in_the_article_and_lists_the_article() -> None:
    assert citing.apa(hit(), LINK) == (
        "“Attacks will continue,” (Tameem Bahiss, as cited in “Strikes on Kabul: what next?,” 2026).\n\n"
        "Strikes on Kabul: what next? (2026, February 7). Al Jazeera. https://example.org/strikes?a=1&b=2%20_x#top"
    )


def test_apa_of_an_article_without_title_date_source_and_address() -> None:
    assert citing.apa(hit(article=BARE), LINK) == (
        "“Attacks will continue,” (Tameem Bahiss, as cited in [Article that quotes Tameem Bahiss], n.d.).\n\n"
        f"[Article that quotes Tameem Bahiss]. (n.d.). {LINK}"
    )


def test_chicago_gives_a_note() -> None:
    assert citing.chicago(hit(), LINK) == (
        "“Attacks will continue,”\n\n"
        "Tameem Bahiss, quoted in “Strikes on Kabul: what next?,” *Al Jazeera*, February 7, 2026,"
        " https://example.org/strikes?a=1&b=2%20_x#top."
    )


def test_chicago_of_an_article_without_title_date_source_and_address() -> None:
    assert citing.chicago(hit(article=BARE, speaker=None), LINK) == (
        "“Attacks will continue,”\n\n"
        f"Somebody whom the article does not name, quoted in an article without a title, n.d., {LINK}."
    )


def test_bibtex_gives_an_entry_for_both_readers() -> None:
    article = replace(ARTICLE, title="50% of {all} R&D_costs \\ #1", source="Şahin & Co")
    found = hit(article=article)
    assert citing.bibtex(found, LINK) == (
        f"@misc{{attributed-{found.passage.attribution.quotation.id},\n"
        r"  key          = {50\% of \textbraceleft{}all\textbraceright{} R\&D\_costs \textbackslash{} \#1}," + "\n"
        r"  title        = {{50\% of \textbraceleft{}all\textbraceright{} R\&D\_costs \textbackslash{} \#1}}," + "\n"
        r"  howpublished = {{Şahin \& Co}}," + "\n"
        "  date         = {2026-02-07},\n"
        "  year         = {2026},\n"
        "  month        = feb,\n"
        "  url          = {https://example.org/strikes?a=1&b=2%20_x#top},\n"
        r"  note         = {Tameem Bahiss, quoted: “Attacks will continue,” \url{" + LINK + "}}\n"
        "}\n"
    )


def test_bibtex_of_an_article_without_title_date_source_and_address() -> None:
    assert citing.bibtex(hit(article=BARE), LINK).splitlines()[1:] == [
        "  key   = {Article that quotes Tameem Bahiss},",
        "  title = {{Article that quotes Tameem Bahiss}},",
        f"  url   = {{{LINK}}},",
        r"  note  = {Tameem Bahiss, quoted: “Attacks will continue,” \url{" + LINK + "}}",
        "}",
    ]


TOLD = replace(ARTICLE, authors=("Ada Holm", "Per Lie"), section="World", agency="AP")


def test_authors_are_cited_by_every_style() -> None:
    assert citing.apa(hit(article=TOLD), LINK) == (
        "“Attacks will continue,” (Tameem Bahiss, as cited in Ada Holm & Per Lie, 2026).\n\n"
        "Ada Holm, & Per Lie. (2026, February 7). Strikes on Kabul: what next? Al Jazeera."
        " https://example.org/strikes?a=1&b=2%20_x#top"
    )
    note = citing.chicago(hit(article=TOLD), LINK).partition("\n\n")[2]
    assert note.startswith(
        "Tameem Bahiss, quoted in Ada Holm and Per Lie, “Strikes on Kabul: what next?,” *Al Jazeera*, "
    )
    assert "author       = {{Ada Holm} and {Per Lie}}" in citing.bibtex(hit(article=TOLD), LINK)
    carrier: Any = citing.json_ld(hit(article=TOLD), LINK)["isPartOf"]
    assert [one["name"] for one in carrier["author"]] == ["Ada Holm", "Per Lie"]
    assert (carrier["articleSection"], carrier["sourceOrganization"]["name"]) == ("World", "AP")


def test_of_many_authors_the_first_is_cited_and_without_any_the_agency() -> None:
    many = replace(ARTICLE, authors=("A One", "B Two", "C Three", "D Four"))
    assert "as cited in A One et al., 2026" in citing.apa(hit(article=many), LINK)
    assert "A One, B Two, C Three, & D Four. (2026" in citing.apa(hit(article=many), LINK)
    assert "quoted in A One et al., “Strikes" in citing.chicago(hit(article=many), LINK)
    agency = replace(ARTICLE, agency="Reuters")
    assert "as cited in Reuters, 2026" in citing.apa(hit(article=agency), LINK)
    assert "quoted in Reuters, “Strikes" in citing.chicago(hit(article=agency), LINK)


def test_no_more_of_a_date_is_cited_than_is_known() -> None:
    month = hit(article=replace(ARTICLE, date_certainty="month"))
    year = hit(article=replace(ARTICLE, date_certainty="year"))
    assert (", February 2026, " in citing.quoted(month, LINK), ", 2026, " in citing.quoted(year, LINK)) == (True, True)
    assert ("(2026, February)." in citing.apa(month, LINK), "(2026)." in citing.apa(year, LINK)) == (True, True)
    assert "*Al Jazeera*, February 2026, http" in citing.chicago(month, LINK)
    assert "*Al Jazeera*, 2026, http" in citing.chicago(year, LINK)
    assert "= {2026-02}" in citing.bibtex(month, LINK)
    assert "month" not in citing.bibtex(year, LINK)
    dates: list[Any] = [citing.json_ld(one, LINK)["isPartOf"] for one in (month, year)]
    assert [one["datePublished"] for one in dates] == ["2026-02", "2026"]


def test_json_ld_gives_the_quotation_its_creator_and_the_article() -> None:
    found = hit()
    assert citing.json_ld(found, LINK) == {
        "@context": "https://schema.org",
        "@type": "Quotation",
        "@id": LINK,
        "url": LINK,
        "identifier": found.passage.attribution.quotation.id,
        "text": "Attacks will continue,",
        "creator": {"@type": "Person", "name": "Tameem Bahiss", "description": "a Kabul-based security analyst"},
        "isPartOf": {
            "@type": "NewsArticle",
            "identifier": "strikes-1",
            "headline": "Strikes on Kabul: what next?",
            "datePublished": "2026-02-07",
            "url": "https://example.org/strikes?a=1&b=2%20_x#top",
            "publisher": {"@type": "Organization", "name": "Al Jazeera"},
        },
    }


def test_json_ld_leaves_out_what_is_not_known_and_addresses_that_would_run() -> None:
    data = citing.json_ld(hit(article=BARE, speaker=None), LINK)
    assert data["isPartOf"] == {"@type": "NewsArticle", "identifier": "strikes-1"}
    assert "creator" not in data
    assert "spokenByCharacter" not in data


@pytest.mark.parametrize(
    ("kind", "type_"),
    [("person", "Person"), ("unnamed", "Person"), ("organisation", "Organization"), ("group", "Organization")],
)
def test_json_ld_knows_what_kind_of_speaker_it_is(kind: str, type_: str) -> None:
    speaker = Speaker("s", "Somebody", kind)  # type: ignore[arg-type]
    assert citing.json_ld(hit(speaker=speaker), LINK)["creator"] == {"@type": type_, "name": "Somebody"}


@pytest.mark.parametrize(
    ("url", "followed"),
    [
        ("https://example.org/a?b=c&d=%20#e", "https://example.org/a?b=c&d=%20#e"),
        ("HTTP://example.org/", "HTTP://example.org/"),
        ("https://example.org/ş {x}\\\n", "https://example.org/%C5%9F%20%7Bx%7D%5C"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.org/x", None),
        ("http:example.org", None),
        ("http://[::1", None),
        ("java\nscript:alert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_followed(url: str | None, followed: str | None) -> None:
    assert citing.web_address(url) == followed


# Whatever an article may hold: no half of a surrogate pair, which no source can be read with, and no NUL.
_text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
_name = _text.filter(lambda text: bool(text.strip()))
_maybe = st.none() | _text
_url = _maybe | st.text('{}\\"%#&_ <>^|`şa', max_size=12).map("https://example.org/".__add__)


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    pieces = draw(st.lists(_name, min_size=1, max_size=3))
    article = Article(
        draw(_name),
        " — ".join(pieces),
        title=draw(_maybe),
        date=draw(st.none() | st.dates()),
        source=draw(_maybe),
        url=draw(_url),
    )
    role = draw(st.lists(_name, max_size=1))
    kind = draw(st.sampled_from(["person", "organisation", "group", "unnamed"]))
    speaker = draw(st.none() | st.builds(Speaker, st.just("id"), _name, st.just(kind), roles=st.just(tuple(role))))
    return hit(*pieces, article=article, speaker=speaker, kind=draw(st.sampled_from(["direct", "mixed", "indirect"])))


def one_line(text: str) -> str:
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f]", " ", text).split())


@given(hits())
def test_every_citation_holds_every_word_whatever_the_text(found: Hit) -> None:
    for span in found.passage.attribution.quotation.spans:
        assert one_line(span.text) in citing.quoted(found, LINK)
        assert one_line(span.text) in citing.apa(found, LINK)
        assert one_line(span.text) in citing.chicago(found, LINK)
    assert "\n" not in citing.quoted(found, LINK)
    assert citing.apa(found, LINK).count("\n\n") == 1
    assert citing.chicago(found, LINK).count("\n") == 2


_UNDONE = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    r"\textless{}": "<",
    r"\textgreater{}": ">",
    r"\textbar{}": "|",
    **{"\\" + character: character for character in "$%&#_"},
}


def read_bibtex(entry: str) -> dict[str, str]:
    """The fields of one entry, told by counting braces, as BibTeX does, which knows no escape."""
    head, rest = entry.split(",\n", 1)
    assert re.fullmatch(r"@misc\{attributed-[0-9a-f]{16}", head)
    fields = {}
    at = 0
    while match := re.compile(r"\s*(\w+) += (?:([a-z]{3})|(?=\{))").match(rest, at):
        at = match.end()
        if match[2]:
            fields[match[1]] = match[2]
        else:
            start, depth = at, 0
            while True:
                depth += {"{": 1, "}": -1}.get(rest[at], 0)
                at += 1
                if not depth:
                    break
            fields[match[1]] = rest[start + 1 : at - 1]
        at += rest.startswith(",", at)
    assert rest[at:] == "\n}\n"
    return fields


def undone(field: str) -> str:
    return re.sub("|".join(map(re.escape, _UNDONE)), lambda match: _UNDONE[match[0]], field)


@given(hits())
def test_a_bibtex_entry_is_read_field_by_field_and_gives_the_text_back(found: Hit) -> None:
    fields = read_bibtex(citing.bibtex(found, LINK))
    article = found.article
    if title := one_line(article.title or ""):
        assert undone(fields["title"]) == "{" + title + "}"
        assert undone(fields["key"]) == title
    assert undone(fields.get("howpublished", "{}")) == "{" + one_line(article.source or "") + "}"
    note, link = fields["note"].rsplit(r" \url", 1)
    assert link == "{" + LINK + "}"
    for span in found.passage.attribution.quotation.spans:
        assert one_line(span.text) in undone(note)
    assert not set(fields["url"]) & set('{}\\" ')
    bare = re.sub("|".join(map(re.escape, _UNDONE)), "", fields["title"][1:-1])
    assert not set(bare) & set("\\{}$%&#_~^<>|")
    assert (fields.get("date"), fields.get("month")) == (
        (article.date.isoformat(), "jan feb mar apr may jun jul aug sep oct nov dec".split()[article.date.month - 1])
        if article.date
        else (None, None)
    )


class Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  the parser gives them
        self.found.append(("start", tag))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(("end", tag))

    def handle_data(self, data: str) -> None:
        self.found.append(("data", data))


@pytest.mark.parametrize("words", ["</script><script>alert(1)</script>", "<!--<script>", "]]>&amp;\u2028\u2029"])
def test_json_in_a_script_ends_where_the_page_says(words: str) -> None:
    article = replace(ARTICLE, text=words, title=words)
    written = citing.in_script(citing.json_ld(hit(words, article=article), LINK))
    page = Scripts()
    page.feed(f'<script type="application/ld+json">{written}</script>')
    page.close()
    assert page.found == [("start", "script"), ("data", written), ("end", "script")]
    assert json.loads(written)["text"] == words


@given(hits())
def test_json_in_a_script_is_read_as_what_it_was(found: Hit) -> None:
    data = citing.json_ld(found, LINK)
    written = citing.in_script(data)
    assert json.loads(written) == data
    assert not set(written) & set("<>&\u2028\u2029")
    assert data["text"] == found.passage.attribution.quotation.text
