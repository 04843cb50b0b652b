from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.corpus import read_articles, read_file
from index.errors import ArticleError, SourceError
from index.types import Article


def labels(found: list[Article | ArticleError]) -> list[str]:
    return [row.text if isinstance(row, Article) else str(row) for row in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "two.TXT").write_text("Two.")
    (tmp_path / "a.jsonl").write_text('{"id": "1", "text": "One."}\n{"id": "1b"}\n')
    (tmp_path / "c.txt").write_text("Three.")
    (tmp_path / "README.md").write_text("Not an article.")
    (tmp_path / "d.txt").mkdir()
    return tmp_path


def test_folder_gives_every_known_file_below_it_sorted_by_path(folder: Path) -> None:
    assert labels(list(read_articles([folder]))) == [
        "One.",
        f'{folder}/a.jsonl:2: no "text"; a line needs "id" and "text"',
        "Two.",
        "Three.",
    ]


def test_sources_keep_the_order_in_which_they_are_named(folder: Path) -> None:
    assert labels(list(read_articles([folder / "c.txt", folder / "b"]))) == ["Three.", "Two."]


def test_folder_without_articles_gives_none(tmp_path: Path) -> None:
    assert list(read_articles([tmp_path])) == []


def test_missing_source_is_an_error_before_anything_is_read(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no file or folder .*gone\.txt; check the name"):
        read_articles([folder, folder / "gone.txt"])


@pytest.mark.parametrize("name", ["README.md", "noise"])
def test_file_that_a_folder_is_not_read_for_is_read_where_it_is_named(folder: Path, name: str) -> None:
    (folder / name).write_text("Named.")
    assert labels(list(read_articles([folder / name]))) == ["Named."]


def test_named_pipe_is_an_error_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(SourceError, match=r"pipe\.txt is no file"):
        read_articles([tmp_path / "pipe.txt"])


def test_name_too_long_for_the_disk_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: File name too long"):
        read_articles([tmp_path / ("x" * 300 + ".txt")])


def test_file_name_that_is_not_utf8_can_be_shown(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    path.write_bytes(b"\0x")
    (error,) = read_articles([path])
    assert isinstance(error, ArticleError)
    assert error.path == f"{tmp_path}/caf\ufffd.txt"


def test_read_file_gives_the_articles_of_one_file(folder: Path) -> None:
    assert labels(list(read_file(folder / "c.txt"))) == ["Three."]
    with pytest.raises(SourceError, match="is a folder; name a file"):
        read_file(folder)


def test_name_with_a_line_break_is_shown_on_one_line(tmp_path: Path) -> None:
    (tmp_path / "a\nb.txt").write_bytes(b"")
    assert labels(list(read_articles([tmp_path]))) == [f"{tmp_path}/a\ufffdb.txt: the file is empty"]


def test_links_in_circles_devices_and_pipes_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("One.")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "null.txt").symlink_to("/dev/null")
    os.mkfifo(tmp_path / "pipe.txt")
    assert labels(list(read_articles([tmp_path]))) == ["One."]
