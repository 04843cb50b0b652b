"""The folder, the manifest, the pointer and the lock."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import BusyError, DamagedIndexError, NoIndexError
from index.generation import (
    FORMAT,
    Counts,
    FileRecord,
    Generation,
    Layout,
    Manifest,
    Model,
    begin,
    checked,
    current,
    prune,
    record,
    seal,
    switch,
    writing,
)

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


@pytest.mark.parametrize("content", [b"", b"..\n", b"20260101T000000000000Z\n", b"\xff\xfe", b"../../etc\n"])
def test_a_pointer_to_nowhere_is_damaged(sealed: Generation, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "CURRENT").write_bytes(content)
    with pytest.raises(DamagedIndexError, match=r"CURRENT.*attributed rebuild"):
        current(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hello!", "6 bytes, the manifest says 5"),
        (b"jello", "sha256 [0-9a-f]{64}, the manifest says 2cf24dba"),
        (None, "No such file or directory, the manifest says 5 bytes"),
    ],
    ids=["longer", "changed", "missing"],
)
def test_a_damaged_file_is_named_with_both_figures(
    sealed: Generation, tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is None:
        sealed.store.unlink()
    else:
        sealed.store.write_bytes(content)
    with pytest.raises(DamagedIndexError, match=rf"store\.sqlite: {said}.*attributed rebuild"):
        checked(tmp_path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not a manifest"),
        ("[]", "not a manifest"),
        (f'{{"format": {FORMAT + 1}}}', f"its format is {FORMAT + 1}, this program reads {FORMAT}"),
        (f'{{"format": {FORMAT}}}', "not a manifest"),
        ("[" * 100_000, "not a manifest"),
    ],
)
def test_a_manifest_that_is_none_is_damaged(sealed: Generation, content: str, said: str) -> None:
    sealed.manifest.write_text(content)
    with pytest.raises(DamagedIndexError, match=rf"manifest\.json: .*{said}.*attributed rebuild"):
        sealed.read_manifest()


def test_a_manifest_of_another_generation_is_damaged(sealed: Generation) -> None:
    fields = json.loads(sealed.manifest.read_text())
    sealed.manifest.write_text(json.dumps({**fields, "generation": "other"}))
    with pytest.raises(DamagedIndexError, match=f"of generation other, not {sealed.name}"):
        sealed.read_manifest()


def test_one_process_writes_at_a_time_and_the_lock_ends_with_it(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(BusyError, match=r"LOCK: another process is rebuilding"), writing(tmp_path):
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
        with pytest.raises(BusyError), writing(tmp_path):
            pytest.fail("two writers at once")
        process.kill()
        process.wait()
    with writing(tmp_path):
        pass


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
