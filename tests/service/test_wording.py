from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from index.speakers.confidence import NAME_PRECISION, STEP_PRECISION
from index.types import Article, Attribution, Highlights, Hit, Passage, Quotation, Span, Speaker
from service import wording
from service.pages import pages
from service.routing import AnyId

APP = Flask("service")
APP.url_map.converters["any_id"] = AnyId
APP.register_blueprint(pages)
WORDS = APP.jinja_env.from_string(
    '{% autoescape true %}{% import "parts.html" as parts %}{{ parts.words(hit, stretches) }}{% endautoescape %}'
)
KHAN = Speaker("tariq-khan", "Tariq Khan", "person")
ARTICLE = Article("a", "Head\n\n“One,” Khan said, “two.”\n\nNo more. “Three.”", body=6)

RESOLVED = [
    ("Resolved", "a surname; the article names this person in full elsewhere", False),
    ("How sure", "93%: of those found like this, that share is right", False),
]
NO_SOURCE = ("Source", "no name, description or pronoun stands beside these words", False)
NOBODY = ("Therefore", "nobody is named: who is meant cannot be told", False)


def attributed(*texts: str, cue: str | None = None, source: str | None = None, known: bool = True) -> Attribution:
    def span(text: str) -> wording.Span:
        start = ARTICLE.text.index(text)
        return ARTICLE.span(start, start + len(text))

    quotation = Quotation(
        "a",
        "direct",
        tuple(span(text) for text in texts),
        cue=span(cue) if cue else None,
        source=span(source) if source else None,
    )
    return Attribution(quotation, KHAN, "surname", 0.928) if known else Attribution(quotation)


@pytest.mark.parametrize(
    ("given_", "lines"),
    [
        (
            attributed("One,", cue="said", source="Khan"),
            [("Named as", "Khan", True), ("Reported by", "said", True), *RESOLVED],
        ),
        (attributed("One,", source="Khan"), [("Named as", "Khan", True), *RESOLVED]),
        (attributed("One,", cue="said"), [("Reported by", "said", True), NO_SOURCE, *RESOLVED]),
        (attributed("One,"), [NO_SOURCE, *RESOLVED]),
        (
            attributed("One,", cue="said", source="Khan", known=False),
            [("Named as", "Khan", True), ("Reported by", "said", True), NOBODY],
        ),
        (attributed("One,", known=False), [NO_SOURCE, NOBODY]),
    ],
)
def test_evidence_says_mention_cue_method_and_confidence(
    given_: Attribution, lines: list[tuple[str, str, bool]]
) -> None:
    assert wording.evidence(given_) == lines


def test_evidence_in_short() -> None:
    assert wording.known_in_short(attributed("One,")) == "93% sure"
    assert wording.known_in_short(attributed("One,", known=False)) == "source not named"


def test_every_method_of_an_attribution_has_its_words() -> None:
    assert set(wording.METHODS) == (set(STEP_PRECISION) | set(NAME_PRECISION)) - {"cue"}


def test_unknown_method_is_shown_as_it_is() -> None:
    told = Attribution(attributed("One,").quotation, KHAN, "by ear", 0.5)
    assert ("Resolved", "by ear", False) in wording.evidence(told)


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 articles"), (1, "1 article"), (2, "2 articles"), (12345, "12,345 articles")]
)
def test_counted(count: int, words: str) -> None:
    assert wording.counted(count, "article") == words


def test_text_that_turns_its_direction_is_held_together() -> None:
    assert wording.levelled("plain") == "plain"
    assert wording.levelled("a\u202eb") == "\u2068a\u202eb\u2069"


@given(st.lists(st.sampled_from([*"ab <&\n", "\n\n", "\n \n", "<script>"])).map("".join))
def test_paragraphed_text_is_the_text_again(text: str) -> None:
    html = wording.paragraphed(text)
    assert set(re.findall(r"<[^>]*>", html)) <= {'<span class="gap">', "</span>"}
    assert unescape(re.sub(r"<[^>]*>", "", html)) == text


def test_pieces_mark_both_parts_of_a_split_quotation() -> None:
    split = attributed("One,", "two.")
    shown = ARTICLE.span(6, 30)
    assert [(piece.text, piece.attribution is not None) for piece in wording.pieces(shown, [split])] == [
        ("“", False),
        ("One,", True),
        ("” Khan said, “", False),
        ("two.", True),
        ("”", False),
    ]


def test_pieces_of_overlapping_quotations_leave_the_words_to_the_earlier() -> None:
    first, second = attributed("Khan said"), attributed("said, “two.")
    cut = wording.pieces(ARTICLE.span(0, len(ARTICLE.text)), [second, first])
    assert [(piece.text, piece.attribution) for piece in cut[1:3]] == [("Khan said", first), (", “two.", second)]


@given(st.data())
def test_pieces_joined_again_are_the_text(data: st.DataObject) -> None:
    text = data.draw(st.text(min_size=1, max_size=40).filter(str.strip))
    article = Article("a", text)
    bounds = st.tuples(st.integers(0, len(text) - 1), st.integers(1, len(text))).filter(lambda pair: pair[0] < pair[1])
    said = [
        Attribution(Quotation("a", "direct", (article.span(*pair),)))
        for pair in data.draw(st.lists(bounds, max_size=4))
    ]
    shown = article.span(*data.draw(bounds))
    assert "".join(piece.text for piece in wording.pieces(shown, said)) == shown.text


@st.composite
def hits(draw: st.DrawFn) -> Hit:
    """A passage with pieces quoted, a sentence and words wherever they may lie in it."""
    letters = st.sampled_from([*"ab <>&'\"\n“”é🙂", "<script>", "</p>", "&amp;", "<b x='1'>", "{{ 1 }}", "]]>", "<!--"])
    text = draw(st.lists(letters, min_size=1, max_size=25).map("".join).filter(str.strip))
    article = Article("a", text)

    def apart(most: int) -> tuple[Span, ...]:
        at = sorted(draw(st.lists(st.integers(0, len(text)), max_size=2 * most, unique=True)))
        return tuple(article.span(*pair) for pair in zip(at[::2], at[1::2], strict=False))

    said = apart(3) or (article.span(0, len(text)),)
    passage = Passage(Attribution(Quotation("a", "direct", said)), article.span(0, len(text)), "x")
    return Hit(1, 0.5, passage, article, highlights=Highlights(next(iter(apart(1)), None), apart(4)))


@given(hits())
def test_stretches_joined_again_are_the_passage_each_of_one_kind(hit: Hit) -> None:
    cut = wording.stretches(hit)
    parts = [(text, asked, one.quoted) for inner in cut for one in inner for text, asked in one.parts]
    assert "".join(text for text, _, _ in parts) == hit.passage.span.text
    assert all(len({one.quoted for one in inner}) == 1 for inner in cut)
    assert all(text for text, _, _ in parts)
    said = hit.passage.attribution.quotation.spans
    assert sum(len(text) for text, _, quoted in parts if quoted) == sum(len(piece.text) for piece in said)
    assert hit.highlights is not None
    asked_for = sum(len(word.text) for word in hit.highlights.words)
    assert sum(len(text) for text, asked, _ in parts if asked) == asked_for


@given(hits())
def test_passage_on_the_page_is_its_text_with_our_tags_alone(hit: Hit) -> None:
    html = WORDS.render(hit=hit, stretches=wording.stretches)
    ours = {"<mark>", "</mark>", '<strong class="match">', "</strong>", '<span class="answers">', "</span>"}
    html = re.sub(r'<span class="gap">(\s*)</span>', r"\1", html)
    tags = re.findall(r"<[^>]*>", html)
    assert set(tags) <= ours
    assert unescape(re.sub(r"<[^>]*>", "", html)) == hit.passage.span.text
    open_: list[str] = []
    for tag in tags:
        if tag.startswith("</"):
            assert open_.pop() == tag[2:-1]
        else:
            open_.append(tag[1:-1].split()[0])
            assert open_ == sorted(open_, key=["mark", "span", "strong"].index), "marks nest in one order"
    assert open_ == []


def test_sentence_that_holds_the_whole_quotation_is_not_set_apart() -> None:
    shown = Passage(attributed("One,", "two."), ARTICLE.span(6, 31), "x")
    whole, part = ARTICLE.span(6, 31), ARTICLE.span(6, 23)

    def apart(sentence: Span | None) -> str:
        cut = wording.stretches(Hit(1, 0.5, shown, ARTICLE, highlights=Highlights(sentence)))
        return "".join(text for inner in cut for one in inner for text, _ in one.parts if one.answers)

    assert [apart(whole), apart(part), apart(None)] == ["", part.text, ""]


def test_paragraphs_leave_out_header_and_empty_lines() -> None:
    lines = wording.paragraphs(ARTICLE, [attributed("Three.")])
    assert [["".join(piece.text for piece in line), line[-1].attribution is None] for line in lines] == [
        ["“One,” Khan said, “two.”", True],
        ["No more. “Three.”", True],
    ]
    assert [piece.text for piece in lines[1] if piece.attribution] == ["Three."]


def test_coded_tells_commands_from_words() -> None:
    assert wording.coded("no index; run `attributed rebuild` first.") == [
        ("No index; run ", False),
        ("attributed rebuild", True),
        (" first", False),
    ]
