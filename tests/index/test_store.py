"""What goes into the store comes out of it; speakers are one over all articles."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DamagedIndexError
from index.joining import forms
from index.queries import Filters
from index.recorder import Recorder, natural
from index.store import Store, passage_faults
from index.types import Article, Attribution, Passage, Quotation, Span, Speaker

ARTICLE = Article(
    "a1", "“Stop,” he said, “now.” Rain fell.", "Rain", dt.date(2026, 1, 2), "Gazette", "https://gazette.example/1", 3
)
COPIED = "one two in the harbour three four"
SPLIT = Quotation(
    "a1", "direct", (ARTICLE.span(1, 5), ARTICLE.span(18, 21)), ARTICLE.span(11, 15), ARTICLE.span(8, 10), "s"
)
HALE = Speaker("jo-hale", "Jo Hale", "person", ("he", "Hale"), ("the pilot",))


def _passage(
    article: Article, start: int, end: int, speaker: Speaker | None, search_text: str | None = None
) -> Passage:
    quotation = Quotation(article.id, "direct", (article.span(start, end),))
    attribution = Attribution(quotation, speaker, None if speaker is None else "beside", 0.5 if speaker else 0.0)
    return Passage(attribution, article.span(start, end), search_text or quotation.text)


def _stored(path: Path, worked: Sequence[tuple[Article, Sequence[Passage]]]) -> Store:
    recorder = Recorder(path)
    for article, passages in worked:
        recorder.add(article, passages, fingerprint=f"f-{article.id}", extractor="e1", version="p1")
    recorder.finish()
    return Store(path)


def _article(id_: str, text: str = "one two three four", day: str | None = None, source: str | None = None) -> Article:
    return Article(id_, text, date=None if day is None else dt.date.fromisoformat(day), source=source)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three articles: a1 with a split quotation; b of February and c without a date, which share their words."""
    b, c = _article("b", COPIED, "2026-02-01", "Herald"), _article("c", COPIED)
    worked = [
        (ARTICLE, [Passage(Attribution(SPLIT, HALE, "pronoun", 0.97), ARTICLE.span(0, 23), "Jo Hale: Stop now.")]),
        (
            b,
            [
                _passage(b, 23, 33, HALE),
                _passage(b, 0, 22, Speaker("jo-hale", "Jo M. Hale", "person", (), ("a flyer", "the pilot"))),
            ],
        ),
        (c, [_passage(c, 0, 22, HALE), _passage(c, 23, 33, None)]),
    ]
    with contextlib.closing(_stored(tmp_path / "store.sqlite", worked)) as opened:
        yield opened


def test_what_an_article_says_of_itself_comes_back_and_is_copied_to_the_next_store(tmp_path: Path) -> None:
    told = Article(
        "told",
        "one two three four",
        date=dt.date(2026, 2, 1),
        authors=("Ada Holm", "Per Lie"),
        section="Harbour",
        agency="AP",
        date_certainty="month",
        summary_only=True,
    )
    recorder = Recorder(tmp_path / "one.sqlite")
    recorder.add(told, [_passage(told, 0, 3, None)], fingerprint="f", extractor="e", version="p")
    recorder.finish()
    recorder = Recorder(tmp_path / "two.sqlite", tmp_path / "one.sqlite")
    recorder.again("told")
    recorder.finish()
    for name in ("one", "two"):
        store = Store(tmp_path / f"{name}.sqlite")
        stored = store.article("told")
        assert stored is not None
        assert stored.article == told
        store.close()


def test_an_article_comes_back_as_it_went_in(store: Store) -> None:
    found = store.article("a1")
    assert found is not None
    assert found.article == ARTICLE
    assert found.passages == (
        Passage(Attribution(SPLIT, HALE, "pronoun", 0.97), ARTICLE.span(0, 23), "Jo Hale: Stop now."),
    )
    assert found.passages_version == "p1"
    assert store.article("nobody") is None
    assert store.article_ids() == ["a1", "b", "c"]


def test_an_article_is_served_with_the_speakers_of_the_corpus(store: Store) -> None:
    worked, served = store.article("c"), store.article("c", served=True)
    assert worked is not None
    assert served is not None
    assert [p.attribution.speaker for p in worked.passages] == [HALE, None]
    assert [p.attribution.speaker for p in served.passages] == [dataclasses.replace(HALE, name="Jo M. Hale"), None]


def test_rows_are_integers_in_order_of_reading(store: Store) -> None:
    assert store.rows().tolist() == [1, 2, 3, 4, 5]
    assert store.quotation_row(SPLIT.id) == 1
    assert store.quotation_row("0" * 16) is None


def test_places_are_newest_first_then_article_then_start(store: Store) -> None:
    assert store.columns.places(store.rows()).tolist() == [3, 2, 1, 4, 5]


def test_speakers_have_a_number_each_and_nobody_has_none(store: Store) -> None:
    numbers = store.columns.speakers(store.rows()).tolist()
    assert numbers[4] == -1
    assert len({*numbers[:4]}) == 1 + (numbers[1] == -1)
    assert store.columns.speakers(store.rows()[[4, 0]]).tolist() == [-1, numbers[0]]


def test_passages_come_in_the_order_that_was_asked_with_their_copies(store: Store) -> None:
    found = store.passages([4, 1, 3])
    assert [(passage.span.start, article.id, also_in) for passage, article, also_in in found] == [
        (0, "c", ("b",)),
        (0, "a1", ()),
        (0, "b", ("c",)),
    ]


def test_the_same_words_by_nobody_are_no_copy(store: Store) -> None:
    assert [also_in for _, _, also_in in store.passages([2, 5])] == [(), ()]


def test_a_speaker_is_joined_over_the_articles(store: Store) -> None:
    record = store.speaker("jo-hale")
    assert record is not None
    assert record.speaker == Speaker(
        "jo-hale", "Jo M. Hale", "person", ("Jo Hale", "Hale", "he"), ("the pilot", "a flyer")
    )
    assert (record.quotations, record.articles) == (4, 3)
    assert store.speaker("nobody") is None


def test_what_the_user_says_of_a_speaker_is_added_to_what_articles_say(tmp_path: Path) -> None:
    b, c = _article("b"), _article("c")
    given = Speaker("hale", "Joan Hale", "group", ("the Captain",), ("an ace", "a flyer"))
    recorder = Recorder(tmp_path / "s.sqlite")
    for article, who in ((b, Speaker("1", "Jo Hale", "person", ("Hale",))), (c, Speaker("2", "a pilot", "unnamed"))):
        recorder.add(article, [_passage(article, 0, 7, who)], fingerprint=article.id, extractor="e1", version="p1")
    recorder.finish(lambda said: (["hale"] * len(said), {"hale": given}))
    with contextlib.closing(Store(tmp_path / "s.sqlite")) as opened:
        record = opened.speaker("hale")
        assert record is not None
        assert record.speaker == dataclasses.replace(given, aliases=("the Captain", "Jo Hale", "Hale"))
        (served, _, _), (other, _, _) = opened.passages([1, 2])
        assert opened.speakers_named("the captain") == ["hale"]
    assert served.attribution.speaker is not None
    assert served.attribution.speaker == Speaker("hale", "Joan Hale", "group", ("Hale",), ("an ace", "a flyer"))
    assert other.attribution.speaker == Speaker("hale", "Joan Hale", "group", (), ("an ace", "a flyer"))


def test_the_fullest_name_wins_then_the_more_frequent(tmp_path: Path) -> None:
    worked = []
    for number, name in enumerate(["Ana Roy", "Anna Roy", "Anna Roy", "Roy"]):
        article = _article(str(number))
        worked.append((article, [_passage(article, 0, 7, Speaker("roy", name, "person"))]))
    record = _stored(tmp_path / "s.sqlite", worked).speaker("roy")
    assert record is not None
    assert (record.speaker.name, record.speaker.aliases) == ("Anna Roy", ("Ana Roy", "Roy"))


@pytest.mark.parametrize("key", ["jo-hale", "Jo Hale", "jo m. hale", "HALE", "Hâle", " hale ", "he"])
def test_a_speaker_is_found_by_id_name_and_alias_without_case_and_accents(store: Store, key: str) -> None:
    assert store.speakers_named(key) == ["jo-hale"]


@pytest.mark.parametrize("key", ["jo", "hal", "???", ""])
def test_a_part_of_a_name_is_no_name(store: Store, key: str) -> None:
    assert store.speakers_named(key) == []


def test_names_roles_and_the_first_day_are_what_questions_are_understood_by(store: Store) -> None:
    forms_of = {form for form, speaker in store.names() if speaker.id == "jo-hale"}
    assert {"jo hale", "jo m hale", "hale", "he"} <= forms_of
    assert {speaker for _, speaker in store.names() if speaker.id == "jo-hale"} == {
        Speaker("jo-hale", store.speaker("jo-hale").speaker.name, "person")  # type: ignore[union-attr]
    }
    assert ("jo-hale", store.speaker("jo-hale").speaker.role) in store.roles()  # type: ignore[union-attr]
    assert store.earliest() == min(store.article(id_).article.date or dt.date.max for id_ in store.article_ids())  # type: ignore[union-attr]


def test_an_id_goes_before_a_name_and_a_name_before_an_alias(tmp_path: Path) -> None:
    article = _article("a")
    people = [
        Speaker("khan", "Z. Khan", "person"),
        Speaker("i", "Imran Khan", "person"),
        Speaker("x", "Imran", "person"),
    ]
    spans = [(0, 3), (4, 7), (8, 13)]
    store = _stored(
        tmp_path / "s.sqlite",
        [(article, [_passage(article, *span, who) for span, who in zip(spans, people, strict=True)])],
    )
    assert store.speakers_named("khan") == ["khan"]
    assert store.speakers_named("Khan") == ["i", "khan"]
    assert store.speakers_named("imran") == ["x"]


def test_an_unnamed_source_and_a_body_have_no_surname() -> None:
    assert forms(Speaker("o", "a senior official", "unnamed", ("official",))) == {"a senior official": True}
    assert forms(Speaker("r", "River Council", "organisation", ("Council",))) == {
        "river council": True,
        "council": False,
    }
    assert forms(Speaker("p", "Ed Roe Jr.", "person")) == {"ed roe jr": True, "roe": False}


def test_speakers_are_listed_most_quoted_first_and_searched_by_any_part(tmp_path: Path) -> None:
    article = _article("a")
    roy, abe, zoe = (Speaker(name.lower(), name, "person", (f"Dr {name}",)) for name in ("Roy", "Abe", "Zoë"))
    spans = [(0, 3, roy), (4, 7, zoe), (8, 13, abe), (14, 18, roy)]
    store = _stored(tmp_path / "s.sqlite", [(article, [_passage(article, *one) for one in spans])])
    total, page = store.speakers(None, 2, 0)
    assert (total, [record.speaker.name for record in page]) == (3, ["Roy", "Abe"])
    assert [record.speaker.name for record in store.speakers(None, 2, 2)[1]] == ["Zoë"]
    assert [record.speaker.name for record in store.speakers("DR ZO", 9, 0)[1]] == ["Zoë"]
    assert store.speakers("%", 9, 0) == (0, ())
    assert store.speaker_names() == ["Abe", "Roy", "Zoë"]


def test_descriptions_are_not_among_the_names_that_a_misspelt_one_may_mean(tmp_path: Path) -> None:
    article = _article("a")
    speakers = Speaker("roy", "Roy", "person"), Speaker("man", "a man", "unnamed"), Speaker("aides", "Aides", "group")
    passages = [_passage(article, 4 * at, 4 * at + 3, one) for at, one in enumerate(speakers)]
    assert _stored(tmp_path / "s.sqlite", [(article, passages)]).speaker_names() == ["Aides", "Roy"]


@pytest.mark.parametrize(
    ("filters", "speakers", "rows"),
    [
        (Filters(), [], None),
        (Filters(), [{"jo-hale"}], [1, 2, 3, 4]),
        (Filters(), [{"jo-hale"}, {"nobody"}], []),
        (Filters(sources=("Herald", "Gazette")), [], [1, 2, 3]),
        (Filters(sources=("Herald",), kinds=("direct",)), [], [2, 3]),
        (Filters(kinds=("indirect",)), [], []),
        (Filters(kinds=("person",)), [], [1, 2, 3, 4]),
        (Filters(since=dt.date(2026, 1, 2)), [], [1, 2, 3]),
        (Filters(since=dt.date(2026, 1, 3)), [], [2, 3]),
        (Filters(until=dt.date(2026, 1, 2)), [], [1]),
    ],
)
def test_filters_are_exact(store: Store, filters: Filters, speakers: list[set[str]], rows: list[int] | None) -> None:
    allowed = store.allowed(filters, speakers)
    assert (None if allowed is None else allowed.tolist()) == rows


def test_searchable_rows_name_the_first_with_the_same_text(store: Store) -> None:
    rows = store.searchable(1, 3)
    assert [(one.row, one.first, one.texts) for one in rows] == [
        (2, 2, ("three four",)),
        (3, 3, ("one two in the harbour",)),
        (4, 3, ("one two in the harbour",)),
    ]
    first = store.searchable(0, 1)[0]
    assert store.rows_by_hash({first.hash, "0"}) == {first.hash: 1}
    assert list(store.lexical_rows())[:2] == [(1, "Jo Hale: Stop now."), (2, "three four")]


def test_only_articles_of_the_same_extractor_are_used_again(store: Store) -> None:
    (version,) = {one.passages_version for one in map(store.article, ("a1", "b", "c")) if one is not None}
    assert store.reusable("e1", version) == {"a1": ("f-a1", True), "b": ("f-b", True), "c": ("f-c", True)}
    assert store.reusable("e1", "other") == {"a1": ("f-a1", False), "b": ("f-b", False), "c": ("f-c", False)}
    assert store.reusable("e2", version) == {}


def test_no_quotation_comes_twice(tmp_path: Path) -> None:
    article = _article("a")
    with contextlib.closing(Recorder(tmp_path / "s.sqlite")) as recorder, pytest.raises(sqlite3.IntegrityError):
        recorder.add(article, [_passage(article, 0, 3, None)] * 2, fingerprint="f", extractor="e", version="p")


def test_threads_read_at_once(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: store.article("a1"), range(200)))
    assert all(one is not None and one.article == ARTICLE for one in found)


def test_a_finished_store_is_whole_and_cannot_be_written(store: Store) -> None:
    assert store.integrity() == []
    assert (store.count("article"), store.count("speaker"), store.count("quotation")) == (3, 1, 5)
    with pytest.raises(DamagedIndexError, match="readonly"), store._reading() as db:
        db.execute("DELETE FROM quotation")
    assert [path.name for path in store.path.parent.iterdir()] == ["store.sqlite"]


@pytest.mark.parametrize("content", [None, b"", b"no database at all, but long enough to have a header of its own"])
def test_a_file_that_is_no_store_is_damaged(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "store.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DamagedIndexError, match=r"store\.sqlite.*attributed rebuild"):
        Store(path)


def test_a_span_that_does_not_read_back_its_text_is_named() -> None:
    wrong = Attribution(Quotation("a1", "direct", (Span(1, 5, "Halt"),)))
    assert passage_faults(ARTICLE, Passage(wrong, ARTICLE.span(0, 7), "x")) == [
        "span 1:5 says 'Halt', the article 'Stop'"
    ]
    other = Attribution(Quotation("b", "direct", (ARTICLE.span(1, 5),)))
    assert passage_faults(ARTICLE, Passage(other, ARTICLE.span(0, 7), "x")) == ["a quotation is of article 'b'"]


_words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(str.strip)


@given(text=_words, name=_words, alias=_words, role=_words, title=st.none() | _words)
def test_any_text_is_stored_and_given_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, name: str, alias: str, role: str, title: str | None
) -> None:
    article = Article("id", text, title)
    speaker = Speaker("s", name, "person", (alias,), (role,))
    passage = _passage(article, 0, len(text), speaker)
    with contextlib.closing(_stored(tmp_path_factory.mktemp("s") / "s.sqlite", [(article, [passage])])) as store:
        found = store.article("id")
        assert found is not None
        assert (found.article, found.passages) == (article, (passage,))
        assert store.speakers_named("s") == ["s"]


@pytest.mark.parametrize(
    ("first", "second"), [("item-9", "item-10"), ("2", "10"), ("a", "b"), ("a1b9", "a1b11"), ("9" * 30, "a")]
)
def test_ids_are_ordered_as_a_reader_counts(first: str, second: str) -> None:
    assert natural(first) < natural(second)
