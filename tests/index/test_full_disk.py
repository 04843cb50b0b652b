"""A disk that is full, at whatever byte, fsync or rename: one clear error, the old index answering, no rubbish."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from index import generation as folders
from index.build import BuildReport
from index.check import check
from index.errors import QuoteIndexError
from index.generation import current
from index.lexical import LexicalIndex
from index.types import Article
from index.vectors import VectorWriter

Build = Callable[..., BuildReport]
ROOT = Path(__file__).parents[2]

LIMITED = """
import resource, sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests"]
import conftest
from index import build
from index.errors import QuoteIndexError

worked = conftest.marked_articles()
for limit in map(int, sys.argv[3:]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        build.rebuild(
            [article for article, _ in worked],
            Path(sys.argv[1]),
            extractor=conftest.FakeExtractor({article.id: found for article, found in worked}),
            encoder=conftest.FakeEncoder(),
            passages=conftest.PASSAGES,
            full=True,
        )
    except QuoteIndexError as error:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(limit, error)
"""


def test_files_that_cannot_grow_leave_the_old_index_and_no_rubbish(
    build: Build, articles: list[Article], tmp_path: Path
) -> None:
    before = build(articles[:2], tmp_path).generation
    sizes = {record.size for record in current(tmp_path).read_manifest().files.values()}
    limits = sorted({0, 1, 10, 4096, 8192, *(size - 1 for size in sizes if size > 20)})
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path), str(ROOT), *map(str, limits)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [int(line.split()[0]) for line in lines] == limits, "every one of them fails"
    for line in lines:
        assert f"{tmp_path}: cannot be written (" in line
        assert "; the index stays as it was; " in line
        assert line.endswith("and rebuild again")
    assert current(tmp_path).name == before
    assert check(tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "LOCK", "generations"]
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [before]


def test_a_failure_at_every_fsync_and_rename_leaves_a_whole_index(
    build: Build, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One call after the other fails, until one run gets through."""
    before = build(articles[:2], tmp_path).generation
    failures: list[str] = []
    for allowed in range(1000):
        left = allowed

        def limited(call: Callable[..., None]) -> Callable[..., None]:
            def once_too_often(*given: object) -> None:
                nonlocal left
                if left == 0:
                    left -= 1
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                left -= 1
                call(*given)

            return once_too_often

        with monkeypatch.context() as patch:
            patch.setattr(folders.os, "fsync", limited(os.fsync))
            patch.setattr(folders.os, "replace", limited(os.replace))
            try:
                name = build(articles, tmp_path).generation
                break
            except QuoteIndexError as error:
                failures.append(str(error))
        assert check(tmp_path) == []
        assert not (tmp_path / "CURRENT.new").exists()
        standing = current(tmp_path).name
        # The last fsync of all comes after the switch: the new index answers already.
        said = "the index stays as it was" if standing == before else "the new index answers, and may be gone"
        assert said in failures[-1]
        assert standing == before or standing == max(path.name for path in (tmp_path / "generations").iterdir())
        if standing == before:
            assert [path.name for path in (tmp_path / "generations").iterdir()] == [before]
    assert len(failures) > 10
    assert all("No space left on device" in one and "free some space there and rebuild" in one for one in failures)
    assert current(tmp_path).name == name
    assert check(tmp_path) == []


def test_every_file_and_folder_is_on_the_disk_before_the_pointer_names_it(
    build: Build, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, replace = os.fsync, os.replace

    def synced(descriptor: int) -> None:
        done.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    def replaced(old: Path, new: Path) -> None:
        done.append(f"{old} -> {new}")
        replace(old, new)

    monkeypatch.setattr(folders.os, "fsync", synced)
    monkeypatch.setattr(folders.os, "replace", replaced)
    generation = build(articles, tmp_path).generation
    folder = tmp_path / "generations" / generation
    at = done.index(f"{tmp_path}/CURRENT.new -> {tmp_path}/CURRENT")
    paths = {str(path) for path in [*folder.rglob("*"), folder, folder.parent] if ".tantivy" not in path.name}
    assert paths <= set(done[:at])
    assert done[at - 1 :] == [f"{tmp_path}/CURRENT.new", done[at], str(tmp_path)]


def test_tantivy_finding_the_disk_full_at_its_first_file_is_a_clear_error(
    build: Build, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tantivy

    def full(*_: object) -> None:
        raise ValueError("An IO error occurred: 'No space left on device (os error 28) at path \"x\"'")

    before = build(articles[:2], tmp_path).generation
    monkeypatch.setattr(tantivy, "Index", full)
    with pytest.raises(QuoteIndexError, match=r"No space left.*; the index stays as it was; free some space there"):
        build(articles, tmp_path)
    assert current(tmp_path).name == before


@pytest.mark.parametrize(
    ("where", "step"),
    [(folders.os, "posix_fallocate"), (VectorWriter, "save")],
    ids=["mapped file", "beside the words"],
)
def test_a_disk_without_room_for_vectors_is_a_clear_error(
    build: Build, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: object, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = build(articles[:2], tmp_path).generation
    monkeypatch.setattr(where, step, full)
    with pytest.raises(QuoteIndexError, match=r"No space left.*; the index stays as it was; free some space there"):
        build(articles, tmp_path)
    assert [path.name for path in (tmp_path / "generations").iterdir()] == [before]


def test_what_numpy_says_of_a_full_disk_is_made_clear(
    build: Build, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def short(*_: object) -> int:
        raise OSError("1046 requested and 496 written")

    monkeypatch.setattr(LexicalIndex, "build", short)
    with pytest.raises(QuoteIndexError, match=r"could not grow: 1046 requested and 496 written\); .*free some space"):
        build(articles, tmp_path)


@pytest.mark.parametrize("name", ["generations", "20260101T000000000000Z"])
def test_a_folder_that_cannot_be_made_is_a_clear_error(
    build: Build, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    data = tmp_path / "data"
    if name != "generations":
        build(articles[:2], data)
    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(QuoteIndexError, match=r"data: cannot be written \(.*No space left.*free some space there"):
        build(articles, data)
