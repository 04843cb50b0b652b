from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.corpus.files import Reading, on_disk
from index.corpus.header import read_header
from index.corpus.plain import read_plain
from index.errors import ArticleError
from index.types import Article

SEED = Path(__file__).parents[3] / "seeds" / "2026-02-27-pakistan-afghanistan-open-war.txt"


def only(path: Path) -> Article | ArticleError:
    (found,) = read_plain(on_disk(path), Reading())
    return found


def article(path: Path) -> Article:
    found = only(path)
    assert isinstance(found, Article), found
    return found


def write(folder: Path, text: str | bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def test_seed_text_is_the_whole_file_and_its_header_is_understood() -> None:
    seed = article(SEED)
    assert seed.text == SEED.read_bytes().decode("utf-8")
    assert seed.date == dt.date(2026, 2, 27)
    assert seed.title == (
        "Analysts warn escalation may embolden armed groups and destabilise both Afghanistan and Pakistan. "
        "What happens next?"
    )
    assert seed.text[seed.body :].startswith("Islamabad, Pakistan – Pakistan launched air strikes")
    assert (seed.source, seed.url) == (None, None)


def test_seed_offsets_are_those_of_the_file() -> None:
    assert article(SEED).text[991:1065] == "Our cup of patience has overflowed. Now it is open war between us and you,"


def test_id_is_slug_of_the_stem_and_hash_of_the_text(tmp_path: Path) -> None:
    text = "Ein Satz.\n"
    path = write(tmp_path, text, "Über Köln – 2026!.txt")
    assert article(path).id == f"uber-koln-2026-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def test_id_differs_where_only_the_text_differs(tmp_path: Path) -> None:
    one = article(write(tmp_path, "One.", "same.txt")).id
    assert one != article(write(tmp_path, "Two.", "same.txt")).id


def test_id_of_a_name_without_letters_is_still_one(tmp_path: Path) -> None:
    assert article(write(tmp_path, "A text.", "北京.txt")).id.startswith("article-")


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("A short headline\n\nThe first paragraph.", "A short headline", 0),
        ("The first paragraph of a plain text.\n\nThe second.", None, 0),
        ("A line that wraps\nonto the next.\n\nMore.", None, 0),
        ("Only one line", None, 0),
        ("“I am here,”\n\nhe said.", None, 0),
        ("x" * 121 + "\n\nBelow.", None, 0),
        ("x" * 120 + "\n\nBelow.", "x" * 120, 0),
        ("\ufeffHeadline\n\nBelow.", "Headline", 1),
        ("Headline\r\n\r\nBelow.", "Headline", 0),
    ],
)
def test_plain_text_has_a_title_only_where_its_first_line_is_clearly_a_headline(
    tmp_path: Path, text: str, title: str | None, body: int
) -> None:
    found = article(write(tmp_path, text))
    assert (found.title, found.body, found.date, found.text) == (title, body, None, text)


@pytest.mark.parametrize(
    ("text", "title", "source", "narration"),
    [
        ("date 2025-12-01 The standfirst.\n\nParis – It rained.", "The standfirst.", None, "Paris"),
        (" Date: 2025-12-01\ntitle: Rain\nsource: The Paper\n\nParis – It rained.", "Rain", "The Paper", "Paris"),
        ("title: Rain\r\ndate 2025-12-01 Standfirst\r\n\r\nParis", "Rain", None, "Paris"),
        ("\ufeffdate 2025-12-01\n\nParis", None, None, "Paris"),
        ("date 2025-12-01 Standfirst\nParis follows at once.", "Standfirst", None, "Paris"),
    ],
)
def test_header_forms(tmp_path: Path, text: str, title: str | None, source: str | None, narration: str) -> None:
    found = article(write(tmp_path, text))
    assert (found.title, found.source, found.date) == (title, source, dt.date(2025, 12, 1))
    assert found.text == text
    assert found.text[found.body :].startswith(narration)


@pytest.mark.parametrize(
    "text",
    [
        "date night was a success, he said.\n\nMore.",
        "Source: a minister.\n\nMore.",
        "date 2025-12-01 nothing below",
        "date 2025-12-01-02 a version number.\n\nMore.",
    ],
)
def test_a_first_line_that_is_no_header_stays_narration(tmp_path: Path, text: str) -> None:
    found = article(write(tmp_path, text))
    assert (found.date, found.body) == (None, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (b"caf\xe9", "not UTF-8: byte 0xe9 at 3; save the file as UTF-8"),
        (b"a\x00b", "the text holds a NUL character at 1; remove it"),
        (b"date 2026-02-30 x\n\nBelow.", "the header's date 2026-02-30 is no day of the calendar; write YYYY-MM-DD"),
        ("\u3000\n".encode(), "has no text"),
    ],
)
def test_unreadable_file_is_named_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = write(tmp_path, content)
    error = only(path)
    assert isinstance(error, ArticleError)
    assert (error.path, error.line) == (str(path), None)
    assert reason in error.reason


def test_missing_file_is_an_article_error(tmp_path: Path) -> None:
    error = only(tmp_path / "gone.txt")
    assert isinstance(error, ArticleError)
    assert error.reason == "cannot be read: No such file or directory"


@given(st.one_of(st.binary(), st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_bytes_give_one_article_or_one_reason(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = write(tmp_path_factory.getbasetemp(), content, "any.txt")
    found = only(path)
    if isinstance(found, Article):
        assert found.text.encode("utf-8") == content
    else:
        assert found.path == str(path)


@given(st.from_regex(r"\A\ufeff? ?(date|title:|source:) (2026-0[1-3]-(0[1-9]|[12][0-8]))?[ \w\n\r.:]*\Z"))
def test_header_always_leaves_a_narration_below_it(text: str) -> None:
    header = read_header(text)
    if header.date is not None:
        assert text[header.body].strip()
    assert 0 <= header.body <= len(text)
