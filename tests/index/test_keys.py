from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import keys
from index.errors import KeysFileError, UnknownKeyError
from index.keys import Keys


def test_a_new_key_is_found_by_its_text_and_stored_by_its_hash_alone(tmp_path: Path) -> None:
    key, text = keys.add(tmp_path, "desk", ["write", "read"])
    assert re.fullmatch(rf"att_{key.id}_[0-9a-f]{{40}}", text)
    assert (key.name, key.scopes, key.revoked) == ("desk", ("read", "write"), None)
    assert key.digest == hashlib.sha256(text.encode()).hexdigest()
    assert Keys(tmp_path).find(text) == key
    stored = (tmp_path / "keys.json").read_text("utf-8")
    assert text.rpartition("_")[2] not in stored
    assert keys.load(tmp_path) == (key,)


def test_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    data = tmp_path / "new" / "folder"
    keys.add(data, "desk", ["read"])
    assert sorted(path.name for path in data.iterdir()) == ["keys.json", "keys.lock"]
    assert (data / "keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to somebody else")
def test_file_that_root_writes_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 4711, 4712)
    keys.add(tmp_path, "desk", ["read"])
    written = (tmp_path / "keys.json").stat()
    assert (written.st_uid, written.st_gid) == (4711, 4712)


@pytest.mark.parametrize("by", ["name", "id"])
def test_revoked_key_opens_nothing_at_once_and_frees_its_name(tmp_path: Path, by: str) -> None:
    key, text = keys.add(tmp_path, "desk", ["read"])
    known = Keys(tmp_path)
    assert known.find(text) == key
    revoked = keys.revoke(tmp_path, getattr(key, by))
    assert revoked.revoked is not None
    assert known.find(text) is None
    assert keys.load(tmp_path) == (revoked,)
    again, other = keys.add(tmp_path, "desk", ["read"])
    assert known.find(other) == again


def test_nobody_is_revoked_by_a_name_that_no_key_in_force_has(tmp_path: Path) -> None:
    keys.add(tmp_path, "desk", ["read"])
    keys.revoke(tmp_path, "desk")
    for wrong in ("desk", "nobody"):
        with pytest.raises(
            UnknownKeyError, match=f"no key in force has the name or id '{wrong}'; `attributed keys list`"
        ):
            keys.revoke(tmp_path, wrong)


def test_revoking_where_there_are_no_keys_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownKeyError):
        keys.revoke(tmp_path / "none", "desk")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "has 1 to 80 printable characters"),
        (" ", "has 1 to 80 printable characters"),
        ("a\nb", "has 1 to 80 printable characters"),
        ("x" * 81, "has 1 to 80 printable characters"),
        ("0123abcd", "could be the id of a key"),
        ("desk", "there is a key named 'desk' already; revoke it first"),
    ],
)
def test_wrong_name_is_refused(tmp_path: Path, name: str, fault: str) -> None:
    keys.add(tmp_path, "desk", ["read"])
    before = (tmp_path / "keys.json").read_bytes()
    with pytest.raises(ValueError, match=fault):
        keys.add(tmp_path, name, ["read"])
    assert (tmp_path / "keys.json").read_bytes() == before


@pytest.mark.parametrize("scopes", [[], ["admin"]])
def test_wrong_scope_is_refused(tmp_path: Path, scopes: list[keys.Scope]) -> None:
    with pytest.raises(ValueError, match="a key needs scopes out of read, write"):
        keys.add(tmp_path, "desk", scopes)


@given(st.text())
def test_no_other_text_finds_a_key(tmp_path_factory: pytest.TempPathFactory, wrong: str) -> None:
    data = tmp_path_factory.getbasetemp() / "any-text"
    if not keys.load(data):
        keys.add(data, "desk", ["read"])
    known = Keys(data)
    (key,) = keys.load(data)
    assert known.find(wrong) is None
    assert known.find(f"att_{key.id}_{wrong}") is None


def test_one_wrong_character_anywhere_finds_nothing(tmp_path: Path) -> None:
    _, text = keys.add(tmp_path, "desk", ["read"])
    known = Keys(tmp_path)
    for at, character in enumerate(text):
        wrong = text[:at] + ("0" if character != "0" else "1") + text[at + 1 :]
        assert known.find(wrong) is None
    assert known.find(text + "0") is None
    assert known.find(text[:-1]) is None


def changed(data: Path, **given: object) -> str:
    document = json.loads((data / "keys.json").read_text("utf-8"))
    document["keys"][0].update(given)
    return json.dumps(document)


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"format": 2, "keys": []}',
        '{"format": 1}',
        lambda data: changed(data, scopes=["admin"]),
        lambda data: changed(data, scopes="read"),
        lambda data: changed(data, sha256="0"),
        lambda data: changed(data, id=None),
        lambda data: changed(data, revoked=False),
        lambda data: changed(data, name=""),
        lambda data: (data / "keys.json").read_text("utf-8")[:-20],
    ],
)
def test_damaged_file_is_named_opens_nothing_and_is_not_written_over(
    tmp_path: Path, damage: str | Callable[[Path], str]
) -> None:
    _, text = keys.add(tmp_path, "desk", ["read"])
    known = Keys(tmp_path)
    file = tmp_path / "keys.json"
    file.write_text(damage if isinstance(damage, str) else damage(tmp_path), "utf-8")
    before = file.read_bytes()
    right = rf"{re.escape(str(file))} is no file of keys .*; put a copy of it back, or remove it"
    for act in (
        lambda: known.find(text),
        lambda: known.find(text),
        lambda: keys.load(tmp_path),
        lambda: keys.add(tmp_path, "other", ["read"]),
        lambda: keys.revoke(tmp_path, "desk"),
    ):
        with pytest.raises(KeysFileError, match=right):
            act()
    assert file.read_bytes() == before


def test_file_that_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(KeysFileError, match=r"keys.json cannot be read: Is a directory; put a copy"):
        Keys(tmp_path).find("att_")


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeysFileError, match=r"keys.json cannot be written: Not a directory; nothing was changed"):
        keys.add(tmp_path / "file" / "data", "desk", ["read"])


def test_disk_that_refuses_leaves_the_keys_as_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, text = keys.add(tmp_path, "desk", ["read"])

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeysFileError, match=r"cannot be written: No space left on device; nothing was changed"):
        keys.add(tmp_path, "other", ["read"])
    assert Keys(tmp_path).find(text) is not None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.json", "keys.lock"]


def test_keys_that_are_added_at_once_are_all_kept(tmp_path: Path) -> None:
    threads = [threading.Thread(target=keys.add, args=(tmp_path, f"desk {at}", ["read"])) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key.name for key in keys.load(tmp_path)) == sorted(f"desk {at}" for at in range(12))


def test_a_file_that_is_taken_away_takes_its_keys_along(tmp_path: Path) -> None:
    _, text = keys.add(tmp_path, "desk", ["read"])
    known = Keys(tmp_path)
    assert known.find(text) is not None
    (tmp_path / "keys.json").unlink()
    assert known.find(text) is None
