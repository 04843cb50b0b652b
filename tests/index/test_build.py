"""A rebuild: counts, what is set aside, what is used again, and what a failure leaves behind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import embedding
from index.build import BuildReport, PassageMaker, corpus_hash, fingerprint
from index.check import check
from index.errors import ArticleError, BusyError, NoIndexError, QuoteIndexError, SourceError
from index.generation import current, writing
from index.queries import Query
from index.recorder import Recorder
from index.searcher import Searcher
from index.types import Article, Attribution, Passage, Quotation, Span
from index.vectors import VectorWriter
from index.wording import WordingIndex

Build = Callable[..., BuildReport]


def _answers(data: Path, encoder: Any) -> list[object]:
    """What a few questions and listings give, without what differs from one generation to the next."""
    with Searcher.open(data, encoder) as searcher:
        answers = [
            searcher.search(Query(text, limit=100)) for text in ("ferry ticket", "What did Khan say of war?", "rain")
        ]
        return [
            [(answer.answered, answer.total, answer.understood, answer.hits) for answer in answers],
            searcher.speakers().speakers,
            [searcher.article(id_) for id_ in ("bridge", "border", "ferry", "copy")],
        ]


def test_a_rebuild_reports_what_it_did(build: Build, articles: list[Article], tmp_path: Path) -> None:
    report = build(articles, tmp_path)
    assert (report.articles, report.reused, report.quotations, report.attributed) == (4, 0, 10, 9)
    assert (report.speakers, report.passages, report.set_aside) == (5, 10, ())
    assert list(report.seconds) == ["extract", "embed", "words", "publish"]
    assert report.generation == current(tmp_path).name
    assert check(tmp_path) == []


def test_the_manifest_says_what_the_generation_is_made_of(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    build(articles, tmp_path)
    generation = current(tmp_path)
    manifest = generation.read_manifest()
    assert dataclasses.astuple(manifest.model) == ("fake", "f" * 64, 23)
    assert dataclasses.astuple(manifest.counts) == (4, 10, 5, 10)
    assert manifest.corpus == corpus_hash(map(fingerprint, articles))
    assert manifest.versions["extractor"] == "fake 1"
    assert manifest.versions["passages"] == "paragraphs 1"
    assert manifest.versions["tantivy"] == "0.27.0"
    assert {"store.sqlite", "vectors.faiss", "lexical/terms.npy"} <= set(manifest.files)
    assert manifest.files["store.sqlite"].size == generation.store.stat().st_size


def test_progress_counts_every_stage(build: Build, articles: list[Article], tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    build(articles, tmp_path, progress=lambda *one: told.append(one))
    every = [(stage, done, 4) for stage in ("read", "extract") for done in (1, 2, 3, 4)]
    assert told == [*every, ("embed", 10, 10), ("words", 10, 10)]


def test_a_fingerprint_changes_with_everything_an_article_says(articles: list[Article]) -> None:
    bridge = articles[0]
    others = [
        dataclasses.replace(bridge, **{name: value})
        for name, value in (
            ("id", "x"),
            ("text", bridge.text + "."),
            ("title", None),
            ("date", None),
            ("body", 1),
            ("url", "u"),
        )
    ]
    assert len({fingerprint(one) for one in (bridge, *others)}) == 7


# Set aside


def test_what_cannot_be_read_is_set_aside_and_the_others_are_indexed(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    bad = ArticleError("news.jsonl", 3, "broken JSON")
    report = build([articles[0], bad, articles[1]], tmp_path)
    assert (report.articles, report.set_aside) == (2, (bad,))


def test_strict_switches_nothing(build: Build, articles: list[Article], tmp_path: Path) -> None:
    before = build(articles[:1], tmp_path).generation
    bad = [ArticleError("news.jsonl", line, "broken JSON") for line in range(1, 6)]
    with pytest.raises(
        SourceError, match=r"5 articles could not be read: news\.jsonl:1: .*; and 2 more; nothing is switched"
    ):
        build([*bad, *articles], tmp_path, strict=True)
    assert current(tmp_path).name == before
    assert [folder.name for folder in (tmp_path / "generations").iterdir()] == [before]


@pytest.mark.parametrize(
    ("given", "said"),
    [([], "the sources hold none"), ([ArticleError("a.txt", None, "empty")], r"a\.txt: empty")],
    ids=["none", "bad"],
)
def test_without_any_article_the_old_index_stays(
    build: Build, articles: list[Article], tmp_path: Path, given: list[ArticleError], said: str
) -> None:
    before = build(articles, tmp_path).generation
    with pytest.raises(SourceError, match=rf"no article could be read: {said}"):
        build(given, tmp_path)
    assert current(tmp_path).name == before


def test_without_any_article_no_index_is_made(build: Build, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        build([], tmp_path)
    with pytest.raises(NoIndexError):
        current(tmp_path)


def test_the_same_article_twice_is_one_and_another_text_is_set_aside(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    bridge = articles[0]
    report = build(
        [bridge, dataclasses.replace(bridge, title="Again"), dataclasses.replace(bridge, text="Else.")], tmp_path
    )
    assert report.articles == 1
    assert [str(error) for error in report.set_aside] == ["bridge: another article has this id and another text"]


@pytest.mark.parametrize(
    ("field", "value"), [("text", "a\0b"), ("text", "a\ud800"), ("title", "\udc00"), ("url", "\0")]
)
def test_an_article_that_cannot_be_stored_is_set_aside(
    build: Build, articles: list[Article], tmp_path: Path, field: str, value: str
) -> None:
    bad = dataclasses.replace(Article("bad", "text"), **{field: value})
    report = build([bad, articles[0]], tmp_path)
    assert [error.reason for error in report.set_aside] == [f"NUL or half a surrogate pair in {field}"]


def test_an_article_whose_spans_do_not_read_back_is_set_aside(
    build: Build, articles: list[Article], extractor: Any, tmp_path: Path
) -> None:
    extractor.known["copy"] = (Attribution(Quotation("copy", "direct", (Span(0, 5, "Wrong"),))),)
    broken = PassageMaker("p", lambda article, found: tuple(Passage(one, article.span(0, 9), "x") for one in found))
    extractor.known["bridge"] = extractor.known["border"] = extractor.known["ferry"] = ()
    report = build(articles, tmp_path, passages=broken)
    assert [str(error) for error in report.set_aside] == ["copy: span 0:5 says 'Wrong', the article 'Agenc'"]
    assert report.articles == 3


def test_the_same_quotation_twice_in_an_article_is_kept_once(
    build: Build, articles: list[Article], extractor: Any, tmp_path: Path
) -> None:
    first, second = extractor.known["ferry"]
    extractor.known["ferry"] = (first, second, dataclasses.replace(first, confidence=0.1))
    report = build(articles[2:3], tmp_path)
    assert report.quotations == 2
    with Searcher.open(tmp_path, None) as searcher:
        assert searcher.article("ferry")[1] == (first, second)


def test_an_index_without_any_quotation_answers(build: Build, encoder: Any, tmp_path: Path) -> None:
    report = build([Article("dull", "Nobody said a word.")], tmp_path)
    assert (report.articles, report.quotations) == (1, 0)
    with Searcher.open(tmp_path, encoder) as searcher:
        answer = searcher.search(Query("ferry"))
    assert (answer.answered, answer.total, answer.hits) == (False, 0, ())
    assert check(tmp_path) == []


# Used again


def test_unchanged_articles_are_neither_extracted_nor_encoded_again(
    build: Build, articles: list[Article], extractor: Any, encoder: Any, tmp_path: Path
) -> None:
    build(articles, tmp_path)
    extractor.asked.clear()
    encoder.asked.clear()
    report = build(articles, tmp_path)
    assert (report.reused, extractor.asked, encoder.asked) == (4, [], [])


def test_only_what_changed_is_worked_and_the_answers_are_those_of_a_full_run(
    build: Build, articles: list[Article], extractor: Any, encoder: Any, tmp_path: Path
) -> None:
    build([articles[0], articles[3], articles[1]], tmp_path / "some")
    extractor.asked.clear()
    encoder.asked.clear()
    report = build(articles, tmp_path / "some")
    assert (report.reused, extractor.asked) == (3, ["ferry"])
    assert encoder.asked == ["River Council: every ferry ticket is free until spring"]
    build(articles, tmp_path / "full")
    assert _answers(tmp_path / "some", encoder) == _answers(tmp_path / "full", encoder)
    build(articles, tmp_path / "some", full=True)
    assert _answers(tmp_path / "some", encoder) == _answers(tmp_path / "full", encoder)


def test_full_works_everything_anew(
    build: Build, articles: list[Article], extractor: Any, encoder: Any, tmp_path: Path
) -> None:
    build(articles, tmp_path)
    extractor.asked.clear()
    encoder.asked.clear()
    report = build(articles, tmp_path, full=True)
    assert (report.reused, extractor.asked) == (0, ["bridge", "border", "ferry", "copy"])
    assert len(encoder.asked) == 9, "ten passages, two of them with the same text"


def test_articles_that_are_gone_leave_the_index(build: Build, articles: list[Article], tmp_path: Path) -> None:
    build(articles, tmp_path)
    report = build(articles[:1], tmp_path)
    assert (report.articles, report.reused, report.quotations) == (1, 1, 4)


@pytest.mark.parametrize("field", ["title", "source", "url"])
def test_a_change_of_what_an_article_says_of_itself_works_it_again(
    build: Build, articles: list[Article], extractor: Any, tmp_path: Path, field: str
) -> None:
    build(articles, tmp_path)
    extractor.asked.clear()
    build([dataclasses.replace(articles[0], **{field: "other"}), *articles[1:]], tmp_path)
    assert extractor.asked == ["bridge"]


def test_another_version_of_the_extractor_extracts_again_without_encoding(
    build: Build, articles: list[Article], extractor: Any, encoder: Any, tmp_path: Path
) -> None:
    build(articles, tmp_path)
    extractor.version = "fake 2"
    encoder.asked.clear()
    assert (build(articles, tmp_path).reused, encoder.asked) == (0, [])


def test_another_version_of_the_passages_makes_them_again_without_extracting(
    build: Build, articles: list[Article], extractor: Any, tmp_path: Path
) -> None:
    build(articles, tmp_path)
    extractor.asked.clear()

    def bare(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
        return tuple(Passage(one, one.quotation.spans[0], one.quotation.text) for one in attributions)

    report = build(articles, tmp_path, passages=PassageMaker("bare", bare))
    assert (report.reused, extractor.asked) == (4, [])
    with Searcher.open(tmp_path) as searcher:
        hits = searcher.speaker_quotations("tariq-khan").hits
    assert [hit.passage.span.text for hit in hits] == [hit.passage.attribution.quotation.text for hit in hits]


def test_a_passage_with_two_texts_has_the_mean_of_their_vectors_normalised(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path
) -> None:
    def both(article: Article, attributions: Sequence[Attribution]) -> tuple[Passage, ...]:
        around = " ".join(article.text.split())
        return tuple(Passage(one, one.quotation.spans[0], around, one.quotation.text) for one in attributions)

    build(articles, tmp_path, passages=PassageMaker("both", both))
    with Searcher.open(tmp_path, encoder) as searcher:
        hits = searcher.search(Query("ferry ticket", mode="semantic", limit=100)).hits
    (asked,) = encoder.encode(["ferry ticket"])
    for hit in hits:
        around, alone = encoder.encode([hit.passage.search_text, hit.passage.attribution.quotation.text])
        mean = (around + alone) / np.linalg.norm(around + alone)
        assert hit.score == pytest.approx(float(mean @ asked), abs=1e-6)
    encoder.asked.clear()
    build(articles, tmp_path, passages=PassageMaker("both", both))
    assert encoder.asked == [], "both texts are the same as before"


def test_vectors_of_another_model_are_not_used_again(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path
) -> None:
    build(articles, tmp_path)
    encoder.fingerprint = "0" * 64
    encoder.asked.clear()
    build(articles, tmp_path)
    assert len(encoder.asked) == 9


def test_nothing_of_a_damaged_generation_is_used_again(
    build: Build, articles: list[Article], extractor: Any, tmp_path: Path
) -> None:
    build(articles, tmp_path)
    path = current(tmp_path).vectors
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")
    extractor.asked.clear()
    assert build(articles, tmp_path).reused == 0
    assert check(tmp_path) == []


def test_batches_give_what_one_batch_gives(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(articles, tmp_path / "one")
    monkeypatch.setattr(embedding, "EMBED_BATCH", 2)
    encoder.asked.clear()
    build(articles, tmp_path / "many")
    assert len(encoder.asked) == 9
    assert _answers(tmp_path / "one", encoder) == _answers(tmp_path / "many", encoder)


def test_an_extractor_may_read_ahead(
    build: Build, articles: list[Article], extractor: Any, encoder: Any, tmp_path: Path
) -> None:
    class Ahead:
        version = extractor.version

        def extract(self, given: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
            yield from extractor.extract(list(given))

    build(articles[1:2], tmp_path / "ahead")
    assert build(articles, tmp_path / "ahead", extractor=Ahead()).reused == 1
    build(articles, tmp_path / "plain")
    assert _answers(tmp_path / "ahead", encoder) == _answers(tmp_path / "plain", encoder)


# Failure


@pytest.mark.parametrize(("given", "said"), [(0, "4 answers too few, none for article 'bridge'"), (5, "more answers")])
def test_an_extractor_that_loses_count_is_caught(
    build: Build, articles: list[Article], tmp_path: Path, given: int, said: str
) -> None:
    class Miscounting:
        version = "m"

        def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
            list(articles)
            yield from [()] * given

    with pytest.raises(QuoteIndexError, match=said):
        build(articles, tmp_path, extractor=Miscounting())


def test_a_failed_rebuild_removes_its_folder_and_the_old_index_answers(
    build: Build, articles: list[Article], encoder: Any, tmp_path: Path
) -> None:
    before = build(articles[:3], tmp_path).generation
    expected = _texts(tmp_path, encoder)

    class Failing:
        name, fingerprint, dimension = encoder.name, encoder.fingerprint, encoder.dimension

        def encode(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
            raise QuoteIndexError(f"the model is out of order at {texts[0]!r}")

    with pytest.raises(QuoteIndexError, match="out of order"):
        build(articles, tmp_path, encoder=Failing(), full=True)
    assert [folder.name for folder in (tmp_path / "generations").iterdir()] == [before]
    assert _texts(tmp_path, encoder) == expected


def _texts(data: Path, encoder: Any) -> list[str]:
    with Searcher.open(data, encoder) as searcher:
        return [hit.passage.span.text for hit in searcher.search(Query("ferry", limit=100)).hits]


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize(
    ("part", "step"), [(Recorder, "settle"), (Recorder, "finish"), (VectorWriter, "save"), (WordingIndex, "build")]
)
def test_a_disk_that_is_full_is_one_clear_error(
    build: Build,
    articles: list[Article],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    part: type,
    step: str,
    full: bool,
) -> None:
    before = build(articles, tmp_path).generation

    def fails(*given: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(part, step, fails)
    with pytest.raises(QuoteIndexError, match=r"cannot be written .*No space left.*the index stays as it was"):
        build(articles, tmp_path, full=full)
    assert current(tmp_path).name == before
    assert [folder.name for folder in (tmp_path / "generations").iterdir()] == [before]


def test_two_rebuilds_at_once_are_refused(build: Build, articles: list[Article], tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(BusyError):
        build(articles, tmp_path)


def test_the_generation_before_is_kept_and_older_ones_are_removed(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    names = [build(articles[:count], tmp_path).generation for count in (1, 2, 3)]
    assert sorted(folder.name for folder in (tmp_path / "generations").iterdir()) == names[1:]
    manifest = current(tmp_path).read_manifest()
    assert (manifest.generation, manifest.previous) == (names[2], names[1])
