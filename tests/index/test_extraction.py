"""The text side as a whole: the seed article against its gold, and free text that must never raise."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.corpus import read_articles
from index.extraction import SieveExtractor
from index.types import Article, Attribution

ROOT = Path(__file__).parents[2]
GOLD = [json.loads(line) for line in (ROOT / "tests/seed/quotations.jsonl").read_text(encoding="utf-8").splitlines()]
INDIRECT = [json.loads(line) for line in (ROOT / "tests/seed/indirect.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def seed() -> tuple[Article, tuple[Attribution, ...]]:
    (article,) = (a for a in read_articles([ROOT / "seeds"]) if isinstance(a, Article))
    return article, next(iter(SieveExtractor().extract([article])))


@pytest.mark.parametrize("gold", [g for g in GOLD if g["kind"] != "scare"], ids=lambda g: g["text"][:30])
def test_extraction_gives_each_seed_quotation_to_its_speaker(
    seed: tuple[Article, tuple[Attribution, ...]], gold: dict[str, object]
) -> None:
    covering = [
        a
        for a in seed[1]
        if a.quotation.kind != "indirect" and a.quotation.start <= gold["start"] and gold["end"] <= a.quotation.end
    ]
    assert [a.speaker.name for a in covering if a.speaker] == [gold["speaker"]]


def test_extraction_gives_nothing_else_as_quoted(seed: tuple[Article, tuple[Attribution, ...]]) -> None:
    quoted = [a for a in seed[1] if a.quotation.kind != "indirect"]
    assert len(quoted) == sum(g["kind"] != "scare" for g in GOLD) == 27


def test_extraction_finds_reported_speech_of_the_seed(seed: tuple[Article, tuple[Attribution, ...]]) -> None:
    right = [
        g
        for g in INDIRECT
        if any(
            a.speaker is not None
            and a.speaker.name == g["speaker"]
            and min(a.quotation.end, g["end"]) - max(a.quotation.start, g["start"]) >= 0.6 * (g["end"] - g["start"])
            for a in seed[1]
            if a.quotation.kind != "direct"
        )
    ]
    assert len(right) >= len(INDIRECT) - 1


def test_extraction_names_the_four_analysts_with_their_roles(seed: tuple[Article, tuple[Attribution, ...]]) -> None:
    roles = {a.speaker.name: a.speaker.role for a in seed[1] if a.speaker and a.speaker.kind == "person"}
    assert roles["Tariq Khan"] == "a retired three-star general"
    assert roles["Tameem Bahiss"] == "a Kabul-based security analyst"
    assert roles["Abdul Basit"] == ("a security researcher at Singapore’s S Rajaratnam School of International Studies")
    assert roles["Iftikhar Firdous"] == "a security analyst and cofounder of The Khorasan Diary"


PIECES = st.sampled_from(
    [
        *"“”\"'‘’«»„`—–-:;,.?!…()[]\n\t ",
        "\n\n",
        "\r\n",
        "``",
        "''",
        " said ",
        " he said",
        "Mara Lind",
        " Mr. ",
        " told the Herald",
        " according to ",
        "the former general",
        " warned of ",
        "Q:",
        "PENCE:",
        "😀",
        "שלום",
        "\u202eabc\u202c",
        "\u200b",
        "\xa0",
        "İ",
        "ﬁ",
        "e\u0301",
        "漢字",
        "U.S.",
        "'60s",
        "6'2\"",
        "that ",
        " and ",
    ]
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=40).map("".join)).filter(str.strip)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("“")
@example('"\n"\n"')
@example("“A “B “C” said Mara Lind")
@example("\u202e“abc” he said\u202c")
def test_extraction_never_raises_and_spans_read_back_their_text(text: str) -> None:
    article = Article("a", text)
    for attribution in next(iter(SieveExtractor().extract([article]))):
        quotation = attribution.quotation
        for span in (*quotation.spans, *filter(None, (quotation.cue, quotation.source))):
            assert article.text[span.start : span.end] == span.text


def test_extraction_of_the_same_text_is_the_same_twice_and_in_company() -> None:
    texts = ["“We lost,” Mara Lind said.", "It rained.", "“No,” said Ola Berg. “Never.”"]
    articles = [Article(f"a{i}", text) for i, text in enumerate(texts)]
    together = list(SieveExtractor().extract(articles))
    alone = [next(iter(SieveExtractor().extract([article]))) for article in articles]
    assert together == alone
    assert [len(found) for found in together] == [1, 0, 2]


def test_a_source_without_letters_is_nobody() -> None:
    text = (
        "\ufeff\n\n\xbb_-\t warned"
        ' of "\U0001f600\u201c\u201c;\xab`` w'
        "arned of !!\u202e\u2019\u6f22"
        "\u5b57\u05e9\u05dc\u05d5\u05dd\u05e9\u05dc\u05d5\u05ddQ: PE"
        "NCE: \ufb01 '60s\"A:"
        " \u2014,\u2018[that Mara"
        " Lind said \u6f22\u5b57-"
        "6'2\"that \r\n , "
        " `#\n\n\x0b\u201d\r\n!\u202e;xx"
        "xxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxx"
        "xxxxxx as "
    )
    found = next(SieveExtractor().extract([Article("a", text)]))
    assert [(one.quotation.source and one.quotation.source.text, one.speaker) for one in found] == [("\t ", None)]
