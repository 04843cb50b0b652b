from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import exports, payloads
from index.queries import Exported
from index.types import Article, Attribution, Highlights, Hit, Passage, Quotation, Speaker

ARTICLE = Article(
    "a;1",
    "He said: “We have not, and never will.” “=HYPERLINK(1)” '=x",
    title="-Title",
    date=dt.date(2026, 2, 27),
    source="@Wire",
    url="https://example.org/a,-b",
)
KHAN = Speaker("tariq-khan", "Tariq, Khan", "person", ("Khan",), ('a "retired" general',))


def exported(*pieces: str, article: Article = ARTICLE, speaker: Speaker | None = KHAN, **given_: object) -> Exported:
    spans = []
    at = 0
    for piece in pieces:
        at = article.text.index(piece, at)
        spans.append(article.span(at, at + len(piece)))
        at += len(piece)
    quotation = Quotation(
        article.id,
        "direct",
        tuple(spans),
        source=article.span(0, 2),
        cue=article.span(0, 1),  # any
    )
    attribution = Attribution(quotation, speaker, "pronoun" if speaker else None, 0.91234567 if speaker else 0.0)
    passage = Passage(attribution, article.span(0, len(article.text)), "text")
    hit = Hit(2, given_.get("score"), passage, article, given_.get("also_in", ()), given_.get("highlights"))  # type: ignore[arg-type]
    return Exported(hit, given_.get("copy_of"))  # type: ignore[arg-type]


def link(id_: str) -> str:
    return f"https://quotes.example/quotations/{id_}"


def rows(*quotations: Exported, ranked: bool = False) -> list[list[str]]:
    whole = b"".join(exports.csv_chunks(quotations, link, ranked=ranked))
    assert whole.startswith(exports.BOM)
    return list(csv.reader(io.StringIO(whole.decode("utf-8-sig"), newline="")))


def test_csv_has_every_column_of_source_and_attribution() -> None:
    one = exported("We have not,", "and never will.", copy_of="f" * 16, also_in=("b", "=c"))
    header, row = rows(one)
    assert dict(zip(header, row, strict=True)) == {
        "quotation_id": one.hit.passage.attribution.quotation.id,
        "text": "We have not, and never will.",
        "kind": "direct",
        "start": "10",
        "end": "38",
        "spans": "[[10,22],[23,38]]",
        "speaker_id": "tariq-khan",
        "speaker_name": "Tariq, Khan",
        "speaker_role": 'a "retired" general',
        "speaker_kind": "person",
        "mention": "He",
        "mention_start": "0",
        "mention_end": "2",
        "cue": "H",
        "cue_start": "0",
        "cue_end": "1",
        "method": "pronoun",
        "confidence": "0.9123",
        "passage": ARTICLE.text,
        "passage_start": "0",
        "passage_end": str(len(ARTICLE.text)),
        "article_id": "a;1",
        "article_title": "'-Title",
        "article_date": "2026-02-27",
        "article_source": "'@Wire",
        "article_url": "https://example.org/a,'-b",
        "also_in": """["b","'=c"]""",
        "copy_of": "f" * 16,
        "link": link(one.hit.passage.attribution.quotation.id),
        "article_authors": "[]",
        "article_section": "",
        "article_agency": "",
        "article_date_certainty": "day",
        "article_summary_only": "0",
    }
    article = replace(ARTICLE, authors=("Ada", "=Per"), section="Harbour", agency="AP", date_certainty="month")
    assert rows(exported("We have not,", article=article))[1][-5:] == [
        """["Ada","'=Per"]""",
        "Harbour",
        "AP",
        "month",
        "0",
    ]


def test_csv_leaves_empty_what_is_not_known() -> None:
    article = Article("bare", "“Words.”")
    attribution = Attribution(Quotation("bare", "direct", (article.span(1, 7),)))
    one = Exported(Hit(1, None, Passage(attribution, article.span(0, 8), "text"), article))
    header, row = rows(one)
    assert [name for name, cell in zip(header, row, strict=True) if cell] == (
        "quotation_id text kind start end spans confidence passage passage_start passage_end article_id also_in link"
        " article_authors article_date_certainty article_summary_only"
    ).split()
    assert rows() == [exports.COLUMNS]


def test_csv_of_a_search_begins_with_rank_and_score() -> None:
    header, row = rows(exported("and never will.", score=-0.123456), ranked=True)
    assert header == ["rank", "score", *exports.COLUMNS]
    assert row[:2] == ["2", "-0.1235"]
    assert rows(ranked=True) == [["rank", "score", *exports.COLUMNS]]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-", "'-"),
        ("@who", "'@who"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("\n", "'\n"),
        ("＝1", "'＝1"),
        ("a;=cmd|'/C calc'!A0", "a;'=cmd|'/C calc'!A0"),
        ('x"=1', "x\"'=1"),
        ("first\n\nsecond", "first\n\nsecond"),
        ("'=1", "''=1"),
        ("'Tis said", "'Tis said"),
        ("a = b, - c", "a = b, - c"),
        ("", ""),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_is_guarded(text: str, cell: str) -> None:
    assert exports.guarded(text) == cell
    assert exports.unguarded(cell) == text


_hostile = st.text(st.sampled_from("=+-@＝\t\r\n\0'\",;| aş"), max_size=12)
_text = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30) | _hostile.map(
    lambda text: text.replace("\0", "")
)
_name = _text.filter(lambda text: bool(text.strip()))


@given(_hostile | _text)
def test_guarding_loses_nothing_and_no_part_of_a_cell_runs(text: str) -> None:
    cell = exports.guarded(text)
    assert exports.unguarded(cell) == text
    assert not cell.startswith(("\t", "\r", "\n", "\0"))
    for part in re.split('[;,|\t\r\n"]', cell):
        assert not part.startswith(tuple("=+-@＝＋－＠"))


@st.composite
def hostile(draw: st.DrawFn) -> Exported:
    pieces = draw(st.lists(_name, min_size=1, max_size=2))
    article = Article(
        draw(_name),
        "He: " + " — ".join(pieces),
        title=draw(st.none() | _text),
        date=draw(st.none() | st.dates()),
        source=draw(st.none() | _text),
        url=draw(st.none() | _text),
    )
    role = tuple(draw(st.lists(_name, max_size=1)))
    speaker = draw(st.none() | st.builds(Speaker, _name, _name, st.just("group"), roles=st.just(role)))
    copies = tuple(draw(st.lists(_name, max_size=2)))
    return exported(*pieces, article=article, speaker=speaker, also_in=copies)


def strict(whole: str) -> Iterator[list[str]]:
    """The records of a text by the grammar of RFC 4180, with every character beyond ASCII as TEXTDATA; nothing else."""
    field = re.compile(r'"((?:[^"]|"")*)"|([^",\r\n]*)')
    at, record = 0, []
    while at < len(whole):
        match = field.match(whole, at)
        assert match
        record.append(match[2] if match[1] is None else match[1].replace('""', '"'))
        at = match.end()
        if whole.startswith("\r\n", at):
            yield record
            record, at = [], at + 2
        else:
            assert whole[at] == ",", f"neither a comma nor CRLF at {at}"
            at += 1
    assert not record, "the last record ends in CRLF too"


@given(st.lists(hostile(), max_size=4))
def test_csv_is_rfc_4180_and_gives_every_text_back(quotations: list[Exported]) -> None:
    whole = b"".join(exports.csv_chunks(quotations, link, ranked=False)).decode("utf-8-sig")
    header, *found = strict(whole)
    assert [header, *found] == list(csv.reader(io.StringIO(whole, newline="")))
    assert header == exports.COLUMNS
    assert len(found) == len(quotations)
    for cells, one in zip(found, quotations, strict=True):
        assert not any(cell.startswith(tuple("=+-@\t\r\n")) for cell in cells)
        row = {name: exports.unguarded(cell) for name, cell in zip(header, cells, strict=True)}
        record = payloads.record(one.hit)
        quotation, article = record["quotation"], record["article"]
        assert isinstance(quotation, dict)
        assert isinstance(article, dict)
        assert row["text"] == quotation["text"]
        assert json.loads(row["spans"]) == quotation["spans"]
        assert row["passage"] == one.hit.passage.span.text
        assert [row[f"article_{name}"] or None for name in ("id", "title", "date", "source", "url")] == [
            article[name] or None for name in ("id", "title", "date", "source", "url")
        ]
        assert json.loads(row["also_in"]) == record["also_in"]
        said_by = quotation["speaker"] or {}
        assert [row[f"speaker_{name}"] or None for name in ("id", "name", "role", "kind")] == [
            said_by.get(name) for name in ("id", "name", "role", "kind")
        ]


@given(st.lists(hostile(), max_size=4))
def test_json_lines_are_the_records_of_the_interface(quotations: list[Exported]) -> None:
    whole = b"".join(exports.json_chunks(quotations, ranked=False))
    assert whole.endswith(b"\n") or not quotations
    assert [json.loads(line) for line in whole.split(b"\n")[:-1]] == [
        {**payloads.record(one.hit), "copy_of": one.copy_of} for one in quotations
    ]


def test_json_lines_of_a_search_are_its_hits() -> None:
    one = exported("and never will.", score=0.5, highlights=Highlights(), copy_of="e" * 16)
    (line,) = b"".join(exports.json_chunks([one], ranked=True)).splitlines()
    assert json.loads(line) == {**payloads.hit(one.hit), "copy_of": "e" * 16}
    assert json.loads(line)["score"] == 0.5


@pytest.mark.parametrize("size", [1, 500, 1 << 16])
def test_chunks_joined_are_the_same_whatever_their_size(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    quotations = [exported("and never will.")] * 7
    expected = [
        b"".join(exports.csv_chunks(quotations, link, ranked=False)),
        b"".join(exports.json_chunks(quotations, ranked=False)),
    ]
    monkeypatch.setattr(exports, "CHUNK", size)
    chunks = [
        list(exports.csv_chunks(iter(quotations), link, ranked=False)),
        list(exports.json_chunks(iter(quotations), ranked=False)),
    ]
    assert [b"".join(one) for one in chunks] == expected
    assert all(all(one) for one in chunks), "no chunk is empty: to a WSGI server that might be the end"
    if size == 1:
        assert [len(one) for one in chunks] == [7, 7]
