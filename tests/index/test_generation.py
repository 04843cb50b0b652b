"""The folder, the manifest, the pointer and the lock."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from index import generation as folders
from index.errors import BusyError, DamagedIndexError, FormatError, NoIndexError
from index.generation import Generation, Layout, begin, current, discard, hold, prune, record, seal, switch, writing
from index.manifest import FORMAT, Counts, FileRecord, Manifest, Model

HELLO = FileRecord(5, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824")


def _manifest(generation: Generation, **given: object) -> Manifest:
    fields: dict[str, object] = {
        "format": FORMAT,
        "generation": generation.name,
        "created": "2026-01-02T03:04:05+00:00",
        "previous": None,
        "model": Model("m", "f" * 64, 3),
        "counts": Counts(1, 2, 3, 2),
        "corpus": "c" * 64,
        "versions": {"program": "1"},
        "files": generation.files(),
    }
    return Manifest(**{**fields, **given})  # type: ignore[arg-type]


@pytest.fixture
def sealed(tmp_path: Path) -> Generation:
    with writing(tmp_path) as layout:
        generation = begin(layout)
        generation.store.write_bytes(b"hello")
        generation.lexical.mkdir()
        (generation.lexical / "words").write_bytes(b"hello")
        (generation.lexical / ".tantivy-meta.lock").write_bytes(b"")
        seal(generation, _manifest(generation))
        switch(layout, generation)
    return generation


def test_current_names_the_generation_and_nothing_is_left_beside_it(sealed: Generation, tmp_path: Path) -> None:
    assert (tmp_path / "CURRENT").read_text() == f"{sealed.name}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "LOCK", "generations"]
    assert current(tmp_path) == sealed


def test_manifest_comes_back_as_it_was_written(sealed: Generation) -> None:
    manifest = sealed.read_manifest()
    assert manifest == _manifest(sealed)
    assert manifest.files == {"lexical/words": HELLO, "store.sqlite": HELLO}
    assert list(sealed.faults(manifest)) == []


def test_record_is_size_and_sha256(sealed: Generation) -> None:
    assert record(sealed.store) == HELLO


def test_no_folder_and_an_empty_one_hold_no_index(tmp_path: Path) -> None:
    for data in (tmp_path / "none", tmp_path):
        with pytest.raises(NoIndexError, match="run `attributed rebuild"):
            current(data)


@pytest.mark.parametrize(
    "content",
    [b"", b"..\n", b"20260101T000000000000Z\n", b"\xff\xfe", b"../../etc\n", b"{}\n\n", b"{}\x0b", b"{}", b"{}\r\n"],
)
def test_a_pointer_to_nowhere_is_damaged(sealed: Generation, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "CURRENT").write_bytes(content.replace(b"{}", sealed.name.encode()))
    with pytest.raises(DamagedIndexError, match=r"CURRENT.*attributed rebuild"):
        current(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello!", "6 bytes, the manifest says 5"),
        (b"jello", "sha256 [0-9a-f]{64}, the manifest says 2cf24dba[0-9a-f]{56}"),
        (None, "No such file or directory, the manifest says 5 bytes"),
    ],
    ids=["longer", "changed", "missing"],
)
def test_a_damaged_file_is_named_with_both_figures(sealed: Generation, content: bytes | None, said: str) -> None:
    if content is None:
        sealed.store.unlink()
    else:
        sealed.store.write_bytes(content)
    (line,) = sealed.faults(sealed.read_manifest())
    assert re.fullmatch(rf".*store\.sqlite: {said}", line)


def test_of_files_that_are_not_to_be_hashed_the_size_is_compared(sealed: Generation) -> None:
    manifest = sealed.read_manifest()
    sealed.store.write_bytes(b"jello")
    assert list(sealed.faults(manifest, ())) == []
    assert list(sealed.faults(manifest, {"lexical/words"})) == []
    assert len(list(sealed.faults(manifest, {"store.sqlite"}))) == 1
    sealed.store.write_bytes(b"hell")
    assert len(list(sealed.faults(manifest, ()))) == 1


def test_every_bit_of_a_manifest_counts(sealed: Generation) -> None:
    whole = sealed.manifest.read_bytes()
    for at in range(len(whole)):
        sealed.manifest.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
        with pytest.raises(DamagedIndexError, match=r"manifest\.json"):
            sealed.read_manifest()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"format": FORMAT - 1}, f"its format is {FORMAT - 1}, this program reads {FORMAT}; run `attributed rebuild`"),
        (
            {"format": FORMAT + 1, "versions": {"program": "9.1"}},
            f"its format is {FORMAT + 1}, this program reads {FORMAT}; use attributed 9.1 or newer, or run `attributed",
        ),
        ({"format": FORMAT + 1}, f"its format is {FORMAT + 1}, this program reads {FORMAT}; use attributed of another"),
    ],
    ids=["older", "newer", "newer and unknown"],
)
def test_another_format_is_refused_with_what_to_do(sealed: Generation, fields: object, said: str) -> None:
    sealed.manifest.write_text(json.dumps(fields))
    with pytest.raises(FormatError, match=rf"manifest\.json: {said}"):
        sealed.read_manifest()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not a manifest"),
        ("[]", "not a manifest"),
        (f'{{"format": {FORMAT}}}', "not a manifest"),
        ('{"format": "4"}', "not a manifest"),
        ('{"format": 3, "versions": 1}', "not a manifest"),
        ("[" * 100_000, "not a manifest"),
    ],
)
def test_a_manifest_that_is_none_is_damaged(sealed: Generation, content: str, said: str) -> None:
    sealed.manifest.write_text(content)
    with pytest.raises(DamagedIndexError, match=rf"manifest\.json: .*{said}.*attributed rebuild"):
        sealed.read_manifest()


def test_a_manifest_of_another_generation_is_damaged(sealed: Generation) -> None:
    sealed.manifest.write_text(dataclasses.replace(sealed.read_manifest(), generation="other").to_json())
    with pytest.raises(DamagedIndexError, match=f"of generation other, not {sealed.name}"):
        sealed.read_manifest()


def test_one_process_writes_at_a_time_and_the_lock_ends_with_it(tmp_path: Path) -> None:
    holder = rf"LOCK: process {os.getpid()} is rebuilding"
    with writing(tmp_path), pytest.raises(BusyError, match=holder), writing(tmp_path):
        pytest.fail("two writers at once")
    with writing(tmp_path) as layout:
        assert layout == Layout(tmp_path)


def test_the_lock_of_a_killed_process_blocks_nobody(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib\nfrom index.generation import writing\n"
        "with writing(pathlib.Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=root, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(BusyError, match=f"process {process.pid} is"), writing(tmp_path):
            pytest.fail("two writers at once")
        process.kill()
        process.wait()
    with writing(tmp_path):
        pass


def test_a_lock_that_names_nobody_is_held_all_the_same(tmp_path: Path) -> None:
    with writing(tmp_path):
        Layout(tmp_path).lock.write_text("somebody\n")
        with pytest.raises(BusyError, match="another process is rebuilding"), writing(tmp_path):
            pytest.fail("two writers at once")


def test_folders_that_were_made_are_brought_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(folders, "_sync", synced.append)
    data = tmp_path / "new" / "data"
    for expected in ([data, tmp_path / "new", tmp_path], []):
        with writing(data):
            assert synced == expected
        synced.clear()


def test_begin_gives_a_fresh_folder_each_time(tmp_path: Path) -> None:
    with writing(tmp_path) as layout:
        names = [begin(layout).name for _ in range(20)]
    assert len(set(names)) == 20
    assert names == sorted(names)


def test_prune_keeps_only_what_it_is_told_to(tmp_path: Path) -> None:
    with writing(tmp_path) as layout:
        kept, gone = begin(layout), begin(layout)
        gone.store.write_bytes(b"half")
        prune(layout, {kept.name})
    assert (kept.folder.is_dir(), gone.folder.exists()) == (True, False)


def test_what_somebody_reads_is_not_removed_until_it_is_let_go(sealed: Generation, tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    with hold(sealed), hold(sealed):
        prune(layout, set())
        assert list(sealed.faults(sealed.read_manifest())) == []
    prune(layout, set())
    assert not sealed.folder.exists()


def test_what_is_being_removed_cannot_be_held(sealed: Generation, monkeypatch: pytest.MonkeyPatch) -> None:
    def removed_meanwhile(descriptor: int, operation: int) -> None:
        sealed.manifest.unlink()

    monkeypatch.setattr(folders.fcntl, "flock", removed_meanwhile)
    with pytest.raises(DamagedIndexError, match=r"manifest\.json: No such file"):
        hold(sealed)


def test_where_a_file_system_knows_no_locks_a_reader_goes_on(
    sealed: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_locks(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(folders.fcntl, "flock", without_locks)
    hold(sealed).close()


def test_what_is_sealed_is_listed_with_the_newest_first(sealed: Generation, tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    begin(layout)
    newer = begin(layout)
    seal(newer, _manifest(newer))
    (layout.generations / "notes").mkdir()
    assert folders.sealed(tmp_path) == [newer, sealed]
    assert folders.sealed(tmp_path / "none") == []


def test_what_could_not_be_finished_is_removed_unless_it_answers_already(sealed: Generation, tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    half = begin(layout)
    discard(layout, half)
    discard(layout, sealed)
    assert (half.folder.exists(), sealed.folder.exists()) == (False, True)


@pytest.mark.parametrize("at", ["write", "sync", "replace"])
def test_a_pointer_that_cannot_be_written_leaves_the_old_one_and_no_rubbish(
    sealed: Generation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    layout = Layout(tmp_path)
    newer = begin(layout)
    seal(newer, _manifest(newer))

    def full(*given: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    where = {"write": (Path, "write_text"), "sync": (folders, "_sync"), "replace": (os, "replace")}[at]
    with monkeypatch.context() as patch:
        patch.setattr(*where, full)
        with pytest.raises(OSError, match="No space left"):
            switch(layout, newer)
    assert current(tmp_path) == sealed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "LOCK", "generations"]
