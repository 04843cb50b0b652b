"""The journal: what was acknowledged is there, what a killed writer left is cut off, what is damaged is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import BusyError, DamagedIndexError
from index.live import journal
from index.live.journal import HEAD, Journal, Record

OPERATIONS = [("add", "first", b"\0text\xff" * 3), ("remove", "örtlich//2", b""), ("add", "third", b"x")]
Op = tuple[journal.Operation, str, bytes]


def _written(data: Path, operations: list[Op]) -> Path:
    opened = Journal.open(data)
    opened.append(operations)
    opened.close()
    return journal.folder_of(data) / "journal"


def _read(data: Path) -> list[Op]:
    return [(record.operation, record.id, record.payload) for record in journal.read(data)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "remove"]),
            st.text(st.characters(exclude_categories=["Cs"])),
            st.binary(max_size=40),
        ),
        max_size=8,
    )
)
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, operations: list[Op]) -> None:
    data = tmp_path_factory.mktemp("data")
    first, second = Journal.open(data), None
    try:
        numbers = [number for one in operations for number in first.append([one])]
    finally:
        first.close()
    assert numbers == list(range(1, len(operations) + 1))
    assert _read(data) == operations
    second = Journal.open(data)
    assert second.last == len(operations)
    second.close()


def test_a_journal_that_is_torn_at_any_byte_keeps_what_was_whole_before(tmp_path: Path) -> None:
    whole = _written(tmp_path / "whole", OPERATIONS).read_bytes()
    ends = [len(journal.FIRST)]
    for number, one in enumerate(OPERATIONS, 1):
        ends.append(ends[-1] + len(Record(number, *one).to_bytes()))
    assert ends[-1] == len(whole)
    for length in range(len(journal.FIRST), len(whole)):
        data = tmp_path / str(length)
        folder = journal.folder_of(data)
        folder.mkdir(parents=True)
        (folder / "journal").write_bytes(whole[:length])
        kept = sum(end <= length for end in ends[1:])
        assert _read(data) == OPERATIONS[:kept]
        opened = Journal.open(data)
        assert opened.append([("remove", "next", b"")]) == [kept + 1]
        opened.close()
        assert _read(data) == [*OPERATIONS[:kept], ("remove", "next", b"")]
        if length not in ends:
            assert (folder / "journal.cut-off").read_bytes() == whole[ends[kept] : length]


def test_zeros_at_the_end_are_cut_off(tmp_path: Path) -> None:
    path = _written(tmp_path, OPERATIONS)
    with path.open("ab") as file:
        file.write(bytes(100))
    opened = Journal.open(tmp_path)
    assert opened.append([("remove", "next", b"")]) == [4]
    opened.close()
    assert _read(tmp_path) == [*OPERATIONS, ("remove", "next", b"")]


def test_a_byte_changed_anywhere_but_in_the_last_record_is_named(tmp_path: Path) -> None:
    path = _written(tmp_path, OPERATIONS)
    whole = path.read_bytes()
    last = len(whole) - len(Record(3, *OPERATIONS[2]).to_bytes())
    for place in range(last):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x40]) + whole[place + 1 :])
        with pytest.raises(DamagedIndexError, match="journal: ") as caught:
            _read(tmp_path)
        assert "put a copy" in str(caught.value)
    with pytest.raises(DamagedIndexError):
        Journal.open(tmp_path)
    # Of the last one only what its payload was can be lost: its head says how long it is.
    path.write_bytes(whole[: last + HEAD + 5] + b"!" + whole[last + HEAD + 6 :])
    assert _read(tmp_path) == OPERATIONS[:2]


def test_two_writers_are_one_too_many(tmp_path: Path) -> None:
    first = Journal.open(tmp_path)
    with pytest.raises(BusyError, match="another service"):
        Journal.open(tmp_path)
    first.close()
    Journal.open(tmp_path).close()


def test_a_journal_that_was_compacted_goes_on_counting(tmp_path: Path) -> None:
    opened = Journal.open(tmp_path)
    opened.append(OPERATIONS)
    opened.compact([record for record in journal.read(tmp_path) if record.number == 1])
    assert opened.append([("add", "fourth", b"4")]) == [4]
    opened.close()
    assert [(record.number, record.id) for record in journal.read(tmp_path)] == [(1, "first"), (3, ""), (4, "fourth")]
    assert [record.number for record in journal.read(tmp_path, after=3)] == [4]


def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Journal.open(tmp_path)
    opened.append(OPERATIONS[:1])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fdatasync", full)
        with pytest.raises(OSError, match="No space"):
            opened.append(OPERATIONS[1:])
    assert opened.append(OPERATIONS[2:]) == [2]
    opened.close()
    assert _read(tmp_path) == [OPERATIONS[0], OPERATIONS[2]]
