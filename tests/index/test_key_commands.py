from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import cli, keys


def test_add_prints_the_key_alone_on_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["keys", "add", "news desk", "--scope", "write", "--scope", "read", "--data", str(tmp_path)]
    assert cli.main(argv) == 0
    out, err = capsys.readouterr()
    key = keys.Keys(tmp_path).find(out.removesuffix("\n"))
    assert key is not None
    assert err == f"key {key.id} (news desk): read, write. It is not shown again: keep it now.\n"


def test_list_shows_every_key_and_no_hash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, _ = keys.add(tmp_path, "desk", ["read", "write"])
    second, _ = keys.add(tmp_path, "feed", ["write"])
    gone = keys.revoke(tmp_path, "desk")
    assert cli.main(["keys", "list", "--data", str(tmp_path)]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "scopes", "added", "revoked", "name"]
    assert rows == [
        f"{first.id}  read, write  {first.added}  {gone.revoked}  desk",
        f"{second.id}  write        {second.added}  -                     feed",
    ]
    assert cli.main(["keys", "list", "--json", "--data", str(tmp_path)]) == 0
    listed = json.loads(capsys.readouterr().out)["keys"]
    assert [list(one) for one in listed] == [["id", "name", "scopes", "added", "revoked"]] * 2
    assert [one["revoked"] for one in listed] == [gone.revoked, None]


def test_list_says_how_to_make_the_first_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["keys", "list", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"{tmp_path}: no keys; `attributed keys add NAME --scope write` makes one\n"


def test_revoke_names_what_it_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, text = keys.add(tmp_path, "desk", ["read"])
    assert cli.main(["keys", "revoke", "desk", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"revoked {key.id} (desk)\n"
    assert keys.Keys(tmp_path).find(text) is None
    assert cli.main(["keys", "revoke", "desk", "--data", str(tmp_path)]) == 1
    assert "no key in force has the name or id 'desk'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "fault"),
    [
        (["add", "desk"], "Missing option '--scope'"),
        (["add", "desk", "--scope", "admin"], "'admin' is not one of 'read', 'write'"),
        (["add", "", "--scope", "read"], "has 1 to 80 printable characters"),
    ],
)
def test_wrong_usage_makes_no_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: list[str], fault: str
) -> None:
    assert cli.main(["keys", *argv, "--data", str(tmp_path)]) == 2
    assert fault in capsys.readouterr().err
    assert keys.load(tmp_path) == ()


def test_damaged_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "keys.json").write_text("{}")
    assert cli.main(["keys", "list", "--data", str(tmp_path)]) == 1
    assert capsys.readouterr().err == (
        f"attributed: {tmp_path}/keys.json is no file of keys (KeyError: 'format'); put a copy of it back, or remove it"
        " and make the keys anew with `attributed keys add`\n"
    )
