"""Files as newsrooms have them, hand-made and as real exports look; what is right stands beside each.

`formats/NAME.expected.json`: one object for each article or fault, in order. `text`: as it stands, or its paragraphs;
`reason` (its beginning where `part`) and `line` of what is set aside. A field that is not named there is none, or is
`day` where it says how sure a date is; an id
that is not named is made of the file's name, or of `stem`, and the text. Archives and captures are made below from the
files beside them.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.corpus import read_articles
from index.corpus.files import article_id
from index.types import Article
from tests.index.corpus.test_archive import tarred, zipped
from tests.index.corpus.test_warc import record

FORMATS = Path(__file__).parent / "formats"


def beside(name: str) -> bytes:
    return (FORMATS / name).read_bytes()


def locked() -> bytes:
    packed = bytearray(zipped(("one.txt", b"One."), method=zipfile.ZIP_STORED))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(sign) + place] |= 1
    return bytes(packed)


def with_a_folder() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as made:
        info = tarfile.TarInfo("pages")
        info.type = tarfile.DIRTYPE
        made.addfile(info)
    files = tarred(("pages/entities.html", beside("entities.html")), ("pages/headline.txt", beside("headline.txt")))
    return gzip.compress(packed.getvalue()[:512] + files)


MADE: dict[str, Callable[[], bytes]] = {
    "pages.tar.gz": with_a_folder,
    "macos.zip": lambda: zipped(
        ("news/headline.txt", beside("headline.txt")),
        ("__MACOSX/news/._headline.txt", b"\0\5\26\7"),
        ("news/.DS_Store", b"\0\0\0\1"),
        ("../../headline.txt", b"x"),
    ),
    "nested.zip": lambda: zipped(
        ("feeds.zip", zipped(("feed-named.html", beside("feed-named.html")))),
        ("mail.tgz", gzip.compress(tarred(("plain.eml", beside("plain.eml"))))),
    ),
    "capture.warc.gz": lambda: b"".join(
        gzip.compress(one)
        for one in (
            record("https://courier.example/2026/03/slipway", beside("entities.html")),
            record("https://courier.example/slip.png", b"\x89PNG", "image/png"),
            record("https://courier.example/feed", beside("feed-named.html"), "application/rss+xml"),
        )
    ),
    "locked.zip": locked,
    "word.docx": lambda: zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")),
    "packed.html.gz": lambda: gzip.compress(beside("entities.html")),
}

NAMES = sorted(path.name.removesuffix(".expected.json") for path in FORMATS.glob("*.expected.json"))


@pytest.mark.parametrize("name", NAMES)
def test_file_is_read_right_or_set_aside_with_the_right_reason(tmp_path: Path, name: str) -> None:
    path = FORMATS / name
    if name in MADE:
        path = tmp_path / name
        path.write_bytes(MADE[name]())
    expected = json.loads((FORMATS / f"{name}.expected.json").read_text(encoding="utf-8"))
    found = [as_expected(row, one, name) for row, one in zip(read_articles([path]), expected, strict=True)]
    assert found == [{key: value for key, value in one.items() if key not in ("stem", "part")} for one in expected]


def as_expected(row: Any, expected: dict[str, Any], name: str) -> dict[str, Any]:
    """What was read in the form in which the expectation beside the file is written."""
    if not isinstance(row, Article):
        reason = row.reason[: len(expected.get("reason", ""))] if expected.get("part") else row.reason
        return {"reason": reason, **({} if row.line is None else {"line": row.line})}
    told: dict[str, Any] = {"id": row.id, "title": row.title, "source": row.source, "url": row.url}
    if row.date is not None:
        told["date"] = row.date.isoformat()
    told |= {"authors": list(row.authors) or None, "section": row.section, "agency": row.agency}
    told["date_certainty"] = None if row.date_certainty in ("day", "unknown") else row.date_certainty
    told["summary_only"] = row.summary_only or None
    if row.id == article_id(expected.get("stem", Path(name).stem), row.text):
        del told["id"]
    text = row.text.split("\n\n") if isinstance(expected.get("text"), list) else row.text
    return {"text": text, **{key: value for key, value in told.items() if value is not None}}


def test_every_file_has_its_expectation() -> None:
    files = {path.name for path in FORMATS.iterdir() if not path.name.endswith(".expected.json")}
    assert files | MADE.keys() == set(NAMES)
    assert len(NAMES) >= 70
