"""Web addresses on the command line, against a site on this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from index import cli, rebuild_command
from index.corpus.fetched import Fetcher
from index.generation import Layout
from index.types import Article, Attribution, Quotation
from tests.conftest import PASSAGES
from tests.index.corpus.fetched.conftest import Site, network, page, said, serving

WORDS = "“The ferry carries six hundred people a day,” Imran Khan said."

Run = Callable[..., tuple[int, str, str]]


class Marks:
    """Finds what stands in curly marks, and knows nobody."""

    version = "marks 1"

    def extract(self, articles: Iterable[Article]) -> Iterator[tuple[Attribution, ...]]:
        for article in articles:
            places = [match.span(1) for match in re.finditer("“([^”]+)”", article.text)]
            spans = [article.span(*place) for place in places]
            yield tuple(Attribution(Quotation(article.id, "direct", (span,))) for span in spans)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, encoder: Any, tmp_path: Path) -> Run:
    def fetcher(data: Path | None) -> Fetcher:
        kept = None if data is None else Layout(data).fetched
        return Fetcher(kept, network=network(), sleep=lambda _: None)

    monkeypatch.setattr(rebuild_command, "fetcher", fetcher)
    monkeypatch.setattr(rebuild_command, "extractor", Marks)
    monkeypatch.setattr(rebuild_command, "encoder", lambda _: encoder)
    monkeypatch.setattr("index.build.default_passages", lambda: PASSAGES)
    monkeypatch.delenv("ATTRIBUTED_DATA", raising=False)
    monkeypatch.delenv("ATTRIBUTED_FETCH", raising=False)
    monkeypatch.chdir(tmp_path)

    def run_command(*argv: object) -> tuple[int, str, str]:
        status = cli.main([str(argument) for argument in argv])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run_command


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as started:
        started.pages["/a"] = said("200 OK", page(WORDS), "Content-Type: text/html", 'ETag: "v1"')
        yield started


@pytest.mark.parametrize("command", ["rebuild", "extract"])
def test_address_is_fetched_only_where_that_is_switched_on(run: Run, site: Site, command: str) -> None:
    for switch in ([], ["--no-fetch"]):
        status, out, err = run(command, site("/a"), *switch)
        told = "is a web address; it is fetched only with --fetch, or under ATTRIBUTED_FETCH=1"
        assert (status, out, err) == (1, "", f"attributed: {site('/a')} {told}\n")
    assert site.asked == []


@pytest.mark.parametrize("value", ["1", "on", "true"])
def test_environment_switches_it_on(run: Run, site: Site, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ATTRIBUTED_FETCH", value)
    status, out, _ = run("rebuild", site("/a"))
    assert (status, "1 article (0 unchanged)" in out) == (0, True)
    assert run("rebuild", site("/a"), "--no-fetch")[0] == 1


def test_addresses_stand_among_files_and_what_fails_is_named(run: Run, site: Site, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("“It runs,” she said.", encoding="utf-8")
    status, out, err = run("rebuild", site("/a"), "b.txt", site("/gone"), "--fetch")
    assert status == 0
    assert "2 articles (0 unchanged)" in out
    assert "1 set aside" in out
    assert f"set aside: {site('/gone')}: the server answered 404 Not Found" in err
    assert run("rebuild", site("/gone"), "b.txt", "--fetch", "--strict")[0] == 1


def test_page_that_is_gone_stays_on_record_and_is_named(run: Run, site: Site) -> None:
    assert run("rebuild", site("/a"), "--fetch")[0] == 0
    site.pages["/a"] = said("304 Not Modified")
    status, out, err = run("rebuild", site("/a"), "--fetch")
    assert (status, "1 article (1 unchanged)" in out, "kept" in err) == (0, True, False)
    assert site.header("/a", "If-None-Match") == '"v1"'
    site.pages["/a"] = said("410 Gone")
    status, out, err = run("rebuild", site("/a"), "--fetch", "--strict")
    assert (status, "1 article (1 unchanged)" in out) == (0, True)
    assert f"{site('/a')}: the server answered 410 Gone" in err


def test_extract_gives_the_text_of_an_address(run: Run, site: Site) -> None:
    status, out, _ = run("extract", site("/a"), "--fetch")
    line = json.loads(out)
    (quotation,) = line["quotes"]
    assert (status, line["text"].startswith(WORDS)) == (0, True)
    assert quotation["text"] == "The ferry carries six hundred people a day,"


def test_feed_is_followed_to_its_pages_and_only_with_fetching(run: Run, site: Site) -> None:
    entry = f"<item><title>Ferry</title><link>{site('/a')}</link><description>It starts.</description></item>"
    site.pages["/feed"] = said("200 OK", f"<rss><channel><title>News</title>{entry}</channel></rss>")
    status, _, err = run("rebuild", site("/feed"), "--follow")
    assert (status, "--follow goes with --fetch" in err, site.asked) == (2, True, [])
    assert "1 article (0 unchanged), 1 quotation" in run("rebuild", site("/feed"), "--fetch", "--follow")[1]
    assert json.loads(run("extract", site("/feed"), "--fetch", "--follow")[1])["text"].startswith(WORDS)
    site.pages["/a"] = said("404 Not Found")
    status, out, err = run("extract", site("/feed"), "--fetch", "--follow")
    assert (status, json.loads(out)["text"]) == (0, "It starts.")
    assert err == f"summary alone: {site('/a')}: the server answered 404 Not Found\n"


def test_wrong_address_fails_in_one_line_before_anything_is_asked(run: Run, site: Site) -> None:
    status, out, err = run("rebuild", site("/a"), "ftp://me:word@news.test/", "--fetch")
    assert (status, out) == (1, "")
    assert err == "attributed: ftp://news.test/: only http and https addresses are fetched\n"
    assert site.asked == []
