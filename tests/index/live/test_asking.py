"""Whom questions name, as speakers come, change and go."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from index.joining import forms
from index.live import asking
from index.live.roster import Entry, Roster
from index.queries import SpeakerRecord
from index.questions import Questions
from index.types import Speaker


class Record:
    """A generation of one speaker, Imran Khan, number 1."""

    def names(self) -> list[tuple[str, Speaker]]:
        khan = Speaker("imran-khan", "Imran Khan", "person")
        return [(form, khan) for form in forms(khan)]

    def roles(self) -> list[tuple[str, str]]:
        return [("imran-khan", "the harbour master")]

    def earliest(self) -> dt.date | None:
        return None

    def count(self, table: str) -> int:
        assert table == "speaker"
        return 1

    def called(self, numbers: list[int]) -> list[tuple[str, str]]:
        assert set(numbers) <= {1}
        return [("imran-khan", "Imran Khan") for _ in numbers]


def _entry(number: int, name: str, *roles: str) -> Entry:
    speaker = Speaker(name.lower().replace(" ", "-"), name, "person", roles=roles)
    return Entry(number, SpeakerRecord(speaker, 1, 1), forms(speaker), ())


@pytest.mark.parametrize("few", [0, 1, 100])
def test_names_are_those_of_now_however_they_came(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(asking, "FEW", few)
    record: Any = Record()
    words: Any = SimpleNamespace(count=lambda _: 0, written=lambda _: ())
    made = asking.Asking(Questions(record, words.count), record, words)
    entries: dict[int, Entry | None] = {}

    def now(**changes: Entry | None) -> Questions:
        entries.update({int(number.removeprefix("n")): entry for number, entry in changes.items()})
        return made.questions(Roster({}, dict(entries)), record, words)

    def asked(questions: Questions, name: str) -> tuple[str, ...]:
        return questions.understand(f"What did {name} say about the tide?").speakers

    first = now(n2=_entry(2, "Ada Holm", "ferry captain"))
    assert asked(first, "Imran Khan") == ("imran-khan",)
    assert asked(first, "Ada Holm") == asked(first, "Ada Hollm") == ("ada-holm",)
    second = now(n3=_entry(3, "Lena Brask"))
    third = now(n2=None, n1=_entry(1, "Imran Khan", "the bridge warden"))
    assert asked(third, "Lena Brask") == asked(third, "Lena Brassk") == ("lena-brask",)
    assert asked(third, "Ada Holm") == ()
    assert asked(third, "the bridge warden") == ("imran-khan",)
    assert asked(third, "the harbour master") == ()
    fourth = now(n1=None, n4=None)  # the fourth came and went in between
    assert asked(fourth, "Imran Khan") == ()
    fifth = now(n1=_entry(1, "Imran Khan"), n2=_entry(2, "Ada Holm"))
    assert asked(fifth, "Imran Khan") == ("imran-khan",)
    assert asked(fifth, "Ada Holm") == ("ada-holm",)
    # Those of before are as they were.
    assert asked(second, "Ada Holm") == ("ada-holm",)
    assert asked(third, "Ada Holm") == ()
