from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corpus import archive
from index.errors import ArticleError
from index.types import Article
from tests.index.corpus.conftest import article, read, reason


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as made:
        for name, content in members:
            made.writestr(name, content)
    return packed.getvalue()


def tarred(*members: tuple[str, bytes], mode: str = "w") -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as made:  # type: ignore[call-overload]
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            made.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def shown(found: list[Article | ArticleError]) -> list[str]:
    return [row.text if isinstance(row, Article) else f"{row.path.partition('!')[2]}: {row.reason}" for row in found]


@pytest.mark.parametrize(
    ("name", "pack"),
    [("a.zip", zipped), ("a.tar", tarred), ("a.tgz", lambda *members: gzip.compress(tarred(*members)))],
)
def test_files_of_an_archive_are_read_by_their_own_readers_in_order(
    tmp_path: Path, name: str, pack: Callable[..., bytes]
) -> None:
    packed = pack(("b/two.jsonl", b'{"id": "1", "text": "Two."}\n{"id": "2"}\n'), ("a/one.txt", b"One."))
    assert shown(read(tmp_path, packed, name)) == [
        "Two.",
        'b/two.jsonl: no "text"; a line needs "id" and "text"',
        "One.",
    ]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["one.txt.gz", "one.txt.bz2", "one.txt.xz", "one.txt"])
def test_packed_file_is_known_by_its_content(tmp_path: Path, pack: Callable[[bytes], bytes], name: str) -> None:
    found = article(tmp_path, pack(b"One."), name)
    assert (found.text, found.id[:4]) == ("One.", "one-")


def test_what_a_folder_would_not_be_read_for_is_passed_over(tmp_path: Path) -> None:
    packed = zipped(
        ("__MACOSX/._one.txt", b"\0"), (".hidden.txt", b"x"), ("page_files/ad.html", b"x"), ("logo.png", b"x"),
        ("README.md", b"x"), ("one.txt", b"One."),
    )  # fmt: skip
    assert shown(read(tmp_path, packed, "a.zip")) == ["One."]


@pytest.mark.parametrize("name", ["../one.txt", "/etc/one.txt", "C:\\one.txt", "a/../../one.txt"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_name_that_leads_out_is_refused_and_the_rest_is_read(
    tmp_path: Path, pack: Callable[..., bytes], name: str
) -> None:
    found = read(tmp_path, pack((name, b"One."), ("two.txt", b"Two.")), "a.zip")
    assert [row.reason if isinstance(row, ArticleError) else row.text for row in found] == [
        "its name leads out of the archive",
        "Two.",
    ]


def test_link_in_a_tar_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as made:
        info = tarfile.TarInfo("one.txt")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        made.addfile(info)
    assert reason(tmp_path, packed.getvalue(), "a.tar") == "it is a link or a device, and no file"


def test_archives_within_archives_are_read_three_deep(tmp_path: Path) -> None:
    inner = zipped(("one.txt", b"One."))
    assert shown(read(tmp_path, zipped(("b.zip", zipped(("c.zip", inner)))), "a.zip")) == ["One."]
    deeper = zipped(("a.zip", zipped(("b.zip", zipped(("c.zip", inner))))))
    assert "it lies in 3 archives; unpack them first" in reason(tmp_path, deeper, "d.zip")


@pytest.mark.parametrize(
    ("name", "bomb"),
    [
        ("a.zip", lambda: zipped(("one.txt", b"a" * 2**21), ("two.txt", b"a" * 2**21))),
        ("a.gz", lambda: gzip.compress(b"a" * 2**22)),
        ("a.xz", lambda: lzma.compress(b"a" * 2**22)),
        ("a.tar.gz", lambda: gzip.compress(tarred(("a.bin", b"a" * 2**22), ("one.txt", b"One.")))),
        ("a.warc.gz", lambda: gzip.compress(b"WARC/1.0\r\nContent-Length: 4194304\r\n\r\n" + b"a" * 2**22)),
        ("n.zip", lambda: zipped(*((f"{n}.zip", zipped(("one.txt", b"a" * 2**19))) for n in range(8)))),
    ],
)
def test_bomb_is_ended_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, bomb: Callable[[], bytes]
) -> None:
    monkeypatch.setattr(archive, "SMALLEST_BUDGET", 2**20)
    monkeypatch.setattr(archive, "RATIO_LIMIT", 20)
    last = read(tmp_path, bomb(), name)[-1]
    assert isinstance(last, ArticleError)
    assert "times its size" in last.reason


def test_member_larger_than_the_limit_is_set_aside_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MEMBER_LIMIT", 100)
    packed = zipped(("one.txt", b"a" * 101), ("two.txt", b"Two."))
    assert shown(read(tmp_path, packed, "a.zip")) == [
        "one.txt: it has more than 100 bytes unpacked; unpack it first",
        "Two.",
    ]


@pytest.mark.parametrize(("name", "pack"), [("a.zip", zipped), ("a.tar", tarred)])
def test_archive_of_too_many_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, pack: Callable[..., bytes]
) -> None:
    monkeypatch.setattr(archive, "MEMBERS_LIMIT", 2)
    found = read(tmp_path, pack(*((f"{n}.txt", b"One.") for n in range(3))), name)
    assert isinstance(found[-1], ArticleError)
    assert "it holds more than 2 files" in found[-1].reason


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.zip", b"no archive", "it is no .zip file, whatever its name says"),
        ("a.tar", b"no archive", "it is no .tar file, whatever its name says"),
        ("a.gz", b"no archive", "it is no .gz file, whatever its name says"),
        ("a.zip", zipped(("one.txt", b"One."))[:60], "the archive is broken: File is not a zip file"),
        ("a.gz", gzip.compress(b"One." * 99)[:-9], "the archive is broken: Compressed file ended"),
        ("a.docx", zipped(("[Content_Types].xml", b"<Types/>")), "it is an office document or a book"),
    ],
)
def test_what_is_no_archive_or_a_broken_one_is_named(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    assert told in reason(tmp_path, content, name)


def test_locked_member_is_named(tmp_path: Path) -> None:
    packed = bytearray(zipped(("one.txt", b"One."), method=zipfile.ZIP_STORED))
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(sign) + place] |= 1
    assert reason(tmp_path, bytes(packed), "a.zip") == "it is locked by a password; unpack it first"


@settings(deadline=None)  # the first file waits for the child to start
@given(st.data())
def test_archive_changed_anywhere_gives_articles_or_reasons(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name, made = data.draw(
        st.sampled_from(
            [
                ("z.zip", zipped(("one.txt", b"One."), ("two.txt", b"Two."))),
                ("t.tar", tarred(("one.txt", b"One."), ("two.txt", b"Two."))),
                ("g.txt.gz", gzip.compress(b"One. Two.")),
                ("x.txt.xz", lzma.compress(b"One. Two.")),
            ]
        )
    )
    place = data.draw(st.integers(0, len(made) - 1))
    changed = made[:place] + data.draw(st.binary(max_size=4)) + made[place + data.draw(st.integers(0, 4)) :]
    for found in read(tmp_path_factory.getbasetemp(), changed, name):
        assert found.text if isinstance(found, Article) else found.reason
