from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.questions import lists as module
from index.questions.lists import Lists, frequency, is_common, is_personal_name, keep_in, kept, lists

FEW = Lists.of({"ferry": 70, "bridge": 51}, ["gustav", "søren", "gustav"])


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """As in a process that has not read any list yet and was told no folder."""
    answers = (is_common, frequency, is_personal_name)
    monkeypatch.setattr(module, "_read", None)
    monkeypatch.setattr(module, "_folder", None)
    for one in answers:
        one.cache_clear()
    yield monkeypatch
    for one in answers:
        one.cache_clear()


@pytest.fixture
def made(unread: pytest.MonkeyPatch) -> list[Path]:
    """The paths for which lists were made, FEW of words."""
    paths: list[Path] = []

    def make(path: Path) -> Lists:
        paths.append(path)
        return FEW

    unread.setattr(module, "_made_elsewhere", make)
    return paths


def test_common_words_and_names_are_told() -> None:
    assert [is_common(word) for word in ("critics", "ceasefire", "waht", "mcallister")] == [True, True, False, False]
    assert [is_personal_name(word) for word in ("gustav", "mcdonald", "ceasefire")] == [True, True, False]


def test_how_frequent_a_word_is_in_english_is_told() -> None:
    assert frequency("the") > 0.02
    assert frequency("the") > frequency("team") > frequency("cricket") > frequency("peatcrete") > 0
    assert frequency("peatcrete") == frequency("qwzx")


@given(st.text(st.characters()))
def test_any_word_may_be_asked(word: str) -> None:
    assert is_common(word) in (True, False)
    assert is_personal_name(word) in (True, False)
    assert 0 < frequency(word) < 1


def test_lists_are_made_once_for_a_folder(tmp_path: Path, made: list[Path], unread: pytest.MonkeyPatch) -> None:
    kept(tmp_path)
    (path,) = (tmp_path / "words").iterdir()
    assert is_common("ferry")
    unread.setattr(module, "_read", None)
    kept(tmp_path)
    assert lists() == FEW == Lists.open(path)
    assert (lists().times.tolist(), lists().total) == ([lists().times[0], lists().times[1]], 121.0)
    assert sorted(lists().times) == [51.0, 70.0]
    assert len(made) == 1
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    done = subprocess.run(["sh", "-c", "umask"], capture_output=True, text=True, check=True)
    return int(done.stdout, 8)


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "other", "folder"])
def test_lists_that_are_not_whole_are_made_again(
    tmp_path: Path, made: list[Path], unread: pytest.MonkeyPatch, damage: str
) -> None:
    kept(tmp_path)
    (path,) = (tmp_path / "words").iterdir()
    content = bytearray(path.read_bytes())
    content[content.index(b"NUMPY") + 130] ^= 0x10
    path.write_bytes({"flip": content, "cut": content[:-30], "empty": b""}.get(damage, b"PK nonsense"))
    if damage == "folder":
        path.unlink()
        path.mkdir()
    unread.setattr(module, "_read", None)
    keep_in(tmp_path)
    assert lists() == FEW
    assert len(made) == 2
    if damage != "folder":
        assert Lists.open(path) == FEW


def test_where_nothing_can_be_written_each_process_makes_its_own(tmp_path: Path, made: list[Path]) -> None:
    (tmp_path / "words").write_text("a file in the way", "utf-8")
    kept(tmp_path)
    assert (is_personal_name("gustav"), is_personal_name("ferry")) == (True, False)
    assert len(made) == 1
    assert (tmp_path / "words").read_text("utf-8") == "a file in the way"


def test_what_a_killed_writer_left_goes(tmp_path: Path, made: list[Path]) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / ".making-1").write_bytes(b"half")
    kept(tmp_path)
    assert [path.suffix for path in (tmp_path / "words").iterdir()] == [".npz"]


def test_a_process_that_cannot_start_another_makes_them_itself(unread: pytest.MonkeyPatch) -> None:
    def fail(path: Path) -> Lists:
        raise subprocess.CalledProcessError(1, "python")

    unread.setattr(module, "_made_elsewhere", fail)
    unread.setattr(module, "_made", lambda: FEW)
    assert is_common("bridge")


def test_another_process_makes_them_and_this_one_holds_no_package(tmp_path: Path) -> None:
    asked = (
        "import sys; from pathlib import Path; from index.questions.lists import *; from index.questions import lists;"
        " lists.kept(Path(sys.argv[1])); words = ('critics', 'waht', 'gustav', 'ceasefire');"
        " print([*map(lists.is_common, words)], [*map(lists.is_personal_name, words)],"
        " 'faker' in sys.modules, 'spellchecker' in sys.modules)"
    )
    root = str(Path(__file__).resolve().parents[3])
    for seed in ("1", "2"):  # of Python's own hashes
        done = subprocess.run(
            [sys.executable, "-c", asked, str(tmp_path)],
            env={"PYTHONPATH": root, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        expected = "[True, False, True, True] [False, False, True, False] False False"
        assert done.stdout.splitlines() == [expected]
