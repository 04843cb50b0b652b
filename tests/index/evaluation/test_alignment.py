from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.evaluation.alignment import characters, inside_marks, kind, match, segments


def marked(text: str) -> str:
    inside = inside_marks(text)
    return "".join(letter if place in inside else "." for place, letter in enumerate(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a “b c” d", "..“b c”.."),
        ('a "b" c "d" e', '.."b"..."d"..'),
        ("a ``b'' c", "..``b''.."),
        ("a ''b'' c", "..''b''.."),
        ("a “b “c” d", "..“b “c”.."),
        ("a ” b “c", "......“c"),
        ("“open\nnext “x”", "“open......“x”"),
        ('“open by curly" done', '“open by curly".....'),
        ('"a” b', '"a”..'),
        ("it's 'single'", "............."),
        ("``` x", "``` x"),
    ],
)
def test_inside_marks_paragraph_by_paragraph(text: str, expected: str) -> None:
    assert marked(text) == expected


def test_characters_are_letters_and_digits_within_the_text() -> None:
    assert characters("a, b 1!", [(0, 4), (5, 99)]) == {0, 3, 5}
    assert characters("abc", [(-5, 1)]) == {0}


@pytest.mark.parametrize(
    ("inside", "expected"), [(range(20), "direct"), (range(19), "direct"), (range(18), "mixed"), (range(0), "indirect")]
)
def test_kind_by_the_share_inside_marks(inside: range, expected: str) -> None:
    assert kind(frozenset(range(20)), frozenset(inside)) == expected


def read(text: str, spans: list[tuple[int, int]]) -> list[str]:
    return ["".join(text[place] for place in sorted(segment)) for segment in segments(text, spans)]


def test_segments_part_at_narration_and_paragraphs_and_join_over_punctuation() -> None:
    text = "One, he said, two.\nThree – four"
    assert read(text, [(0, 4), (14, 31)]) == ["One", "two", "Threefour"]
    assert read("One. “Two”", [(0, 4), (6, 9)]) == ["OneTwo"]
    assert read("ab cd", [(3, 5), (0, 2)]) == ["abcd"]
    assert read("--", [(0, 2)]) == []


def test_match_takes_best_pairs_first_and_each_once() -> None:
    gold = [frozenset(range(10)), frozenset(range(10, 20))]
    predicted = [frozenset(range(1, 10)), frozenset(range(10)), frozenset(range(12, 20))]
    found = match(gold, predicted, 0.8)
    assert found.found == {0: (1, 1.0), 1: (2, 0.8)}
    assert found.used == {1: 0, 2: 1}
    assert match(gold, predicted, 0.9).found == {0: (1, 1.0)}


@given(st.text("ab“”\"`'\n ", max_size=40))
def test_marks_never_reach_over_a_paragraph(text: str) -> None:
    inside = inside_marks(text)
    assert all(text[place] != "\n" for place in inside)
    assert inside <= set(range(len(text)))
