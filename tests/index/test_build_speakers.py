"""Speakers over all articles of a rebuild: joined by name, then as the user's speakers.toml says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.build import BuildReport
from index.check import check
from index.errors import NoIndexError, QueryError, SpeakersFileError
from index.generation import current
from index.queries import Filters, Query
from index.searcher import Searcher
from index.types import Article, Attribution, Quotation, Speaker

Build = Callable[..., BuildReport]
ROLES = {"Tariq Khan": ("a retired general",), "Tariq A. Khan": ("an analyst",), "Imran Khan": ("the mayor",)}
SAID = {
    "a": "“The border is quiet tonight,” said Tariq Khan.",
    "b": "“War comes in winter,” said Tariq A. Khan.",
    "c": "“The ferry is free,” said Khan.",
    "d": "“The bridge is open,” said Imran Khan.",
    "e": "“The engineers are late,” said Khan.",
}


@pytest.fixture
def khans(extractor: Any) -> list[Article]:
    """One article each for a name; the last two Khans stand alone."""
    articles = [Article(id_, text, source="Sport" if id_ == "c" else None) for id_, text in SAID.items()]
    for article in articles:
        end = article.text.index(",”")
        name = article.text[article.text.index("said ") + 5 : -1]
        lone = f"khan-{article.id}"
        speaker = Speaker(lone if name == "Khan" else "own", name, "person", (), ROLES.get(name, ()))
        quotation = Quotation(article.id, "direct", (article.span(1, end),))
        extractor.known[article.id] = (Attribution(quotation, speaker, "beside", 0.9),)
    return articles


def _speakers(data: Path) -> dict[str, tuple[str, list[str]]]:
    """Id → name, and the articles of all quotations."""
    with Searcher.open(data) as searcher:
        return {
            record.speaker.id: (
                record.speaker.name,
                sorted(hit.article.id for hit in searcher.speaker_quotations(record.speaker.id).hits),
            )
            for record in searcher.speakers().speakers
        }


def _everything(data: Path, encoder: Any, ids: Sequence[str]) -> list[object]:
    """All that can be asked, without what differs from one generation to the next."""
    with Searcher.open(data, encoder) as searcher:
        records = searcher.speakers().speakers
        answer = searcher.search(Query("What did Khan say of the border?", limit=100))
        listings = [searcher.speaker_quotations(record.speaker.id).hits for record in records]
        return [records, listings, answer.understood, answer.hits, [searcher.article(id_) for id_ in ids]]


def test_the_same_full_name_is_one_and_khans_stay_apart(build: Build, khans: list[Article], tmp_path: Path) -> None:
    assert build(khans, tmp_path).speakers == 4
    found = _speakers(tmp_path)
    assert found.pop("tariq-khan") == ("Tariq A. Khan", ["a", "b"])
    assert found.pop("imran-khan") == ("Imran Khan", ["d"])
    assert sorted(found.values()) == [("Khan", ["c"]), ("Khan", ["e"])]
    assert check(tmp_path) == []


def test_every_hit_carries_the_speaker_of_the_corpus_and_the_role_of_its_article(
    build: Build, khans: list[Article], tmp_path: Path
) -> None:
    build(khans, tmp_path)
    with Searcher.open(tmp_path) as searcher:
        hits = searcher.speaker_quotations("Tariq Khan").hits
        (attribution,) = searcher.article("a")[1]
        record = searcher.speaker("tariq-khan").speaker
    speakers = [hit.passage.attribution.speaker for hit in hits]
    assert [(one.id, one.name, one.role) for one in speakers if one] == [
        ("tariq-khan", "Tariq A. Khan", "a retired general"),
        ("tariq-khan", "Tariq A. Khan", "an analyst"),
    ]
    assert attribution.speaker == speakers[0]
    assert (record.aliases, record.roles) == (("Tariq Khan",), ("a retired general", "an analyst"))


WORDS = """
[[speaker]]
name = "Tariq Khan"
aliases = ["the General of Lodora"]
roles = ["a columnist"]
join = ["{e}"]

[[split]]
name = "Khan"
source = "Sport"
id = "khan-bowler"
as = "Khan the bowler"
"""


def _words(data: Path) -> None:
    """Write the user's file; the id of the lone Khan of article e is as a first rebuild shows it."""
    lone = next(id_ for id_, (_, articles) in _speakers(data).items() if articles == ["e"])
    (data / "speakers.toml").write_text(WORDS.format(e=lone), "utf-8")


def test_the_users_words_count_at_the_next_rebuild_without_extracting_again(
    build: Build, khans: list[Article], extractor: Any, encoder: Any, tmp_path: Path
) -> None:
    build(khans, tmp_path)
    before = set(_quotation_ids(tmp_path))
    _words(tmp_path)
    extractor.asked.clear()
    encoder.asked.clear()
    report = build(khans, tmp_path)
    assert (report.reused, extractor.asked, encoder.asked, report.warnings) == (5, [], [], ())
    assert _speakers(tmp_path) == {
        "tariq-khan": ("Tariq Khan", ["a", "b", "e"]),
        "imran-khan": ("Imran Khan", ["d"]),
        "khan-bowler": ("Khan the bowler", ["c"]),
    }
    assert set(_quotation_ids(tmp_path)) == before
    assert (tmp_path / "speakers.toml").read_text("utf-8").startswith("\n[[speaker]]")
    (tmp_path / "speakers.toml").unlink()
    build(khans, tmp_path)
    assert len(_speakers(tmp_path)) == 4, "without the file everything is as it was"


def _quotation_ids(data: Path) -> list[str]:
    with Searcher.open(data) as searcher:
        return [one.quotation.id for id_ in SAID for one in searcher.article(id_)[1]]


def test_an_alias_of_the_user_is_searched_looked_up_and_understood(
    build: Build, khans: list[Article], encoder: Any, tmp_path: Path
) -> None:
    build(khans, tmp_path)
    _words(tmp_path)
    build(khans, tmp_path)
    with Searcher.open(tmp_path, encoder) as searcher:
        assert [one.speaker.id for one in searcher.speakers("general of lod").speakers] == ["tariq-khan"]
        assert searcher.speaker("The General of Lodora").quotations == 3
        filtered = searcher.search(Query("war", Filters(speakers=("the general of lodora",))))
        asked = searcher.search(Query("What does the General of Lodora say about war?"))
        assert (filtered.total, asked.understood.speakers, asked.total) == (3, ("tariq-khan",), 3)
        (attribution,) = searcher.article("e")[1]
    assert attribution.speaker is not None
    assert attribution.speaker.role == "a columnist", "the article gives none, so the user's role stands"


@pytest.mark.parametrize("words", [False, True], ids=["by name", "by the user"])
def test_a_rebuild_of_what_changed_answers_as_a_full_one(
    build: Build, khans: list[Article], encoder: Any, tmp_path: Path, words: bool
) -> None:
    part, whole = tmp_path / "part", tmp_path / "whole"
    for data in (part, whole):
        build(khans, data)
        if words:
            _words(data)
    build(khans[1:4], part)
    build(khans, part)
    build(khans, whole, full=True)
    assert _everything(part, encoder, list(SAID)) == _everything(whole, encoder, list(SAID))


def test_the_order_of_articles_does_not_count(build: Build, khans: list[Article], tmp_path: Path) -> None:
    records = []
    for name, articles in (("a", khans), ("b", khans[::-1])):
        build(articles, tmp_path / name)
        with Searcher.open(tmp_path / name) as searcher:
            records.append(searcher.speakers().speakers)
    assert records[0] == records[1]


def test_a_faulty_line_is_named_and_changes_nothing(build: Build, khans: list[Article], tmp_path: Path) -> None:
    (tmp_path / "speakers.toml").write_text('[[speaker]]\nname = "Jo"\nkind = "thing"\n', "utf-8")
    with pytest.raises(SpeakersFileError, match=r"speakers\.toml:3: kind must be one of"):
        build(khans, tmp_path)
    with pytest.raises(NoIndexError):
        current(tmp_path)
    (tmp_path / "speakers.toml").unlink()
    before = build(khans, tmp_path).generation
    (tmp_path / "speakers.toml").write_text("[[speaker", "utf-8")
    with pytest.raises(SpeakersFileError, match=r"speakers\.toml:1: not TOML"):
        build(khans, tmp_path)
    assert current(tmp_path).name == before


def test_another_file_can_be_named_and_must_be_there(build: Build, khans: list[Article], tmp_path: Path) -> None:
    other = tmp_path / "who.toml"
    other.write_text('[[speaker]]\nname = "Zoe Ray"\n', "utf-8")
    report = build(khans, tmp_path / "data", speakers=other)
    assert report.warnings == (f"{other}:1: nobody on record goes by 'Zoe Ray'; the entry waits for them",)
    with pytest.raises(SpeakersFileError, match=r"none\.toml: cannot be read"):
        build(khans, tmp_path / "data", speakers=tmp_path / "none.toml")


def test_a_name_of_two_is_asked_for_by_id(build: Build, khans: list[Article], tmp_path: Path) -> None:
    build(khans, tmp_path)
    with Searcher.open(tmp_path) as searcher, pytest.raises(QueryError, match=r"may be any of Khan .*ask by id"):
        searcher.speaker("Khan")
