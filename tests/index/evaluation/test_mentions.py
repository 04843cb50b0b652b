from __future__ import annotations

import pytest

from index.evaluation.mentions import mention_right, mention_type, name_right, reports_speech


@pytest.mark.parametrize(
    ("gold", "head", "predicted", "right"),
    [
        ("Ana Diaz", None, "Diaz", True),
        ("Ana Diaz", None, "Mr Diaz", True),
        ("the mayor of Quito", "mayor", "a mayor", True),
        ("the minister’s aide", "aide’s", "an aide", True),
        ("he", None, "He", True),
        ("he", None, "she", False),
        ("President Ortiz", None, "President Diaz", False),
        ("Jo Li", None, "Li Wu", False),
        ("the mayor", None, "the", False),
        ("the mayor", None, None, False),
    ],
)
def test_mention_by_words(gold: str, head: str | None, predicted: str | None, right: bool) -> None:
    assert mention_right(gold, head, [], predicted, None) is right


def test_mention_by_place() -> None:
    assert mention_right("he", None, [(10, 12)], "the man", (11, 18)) is True
    assert mention_right("he", None, [(10, 12)], "the man", (12, 19)) is False
    assert mention_right("he", None, [], "the man", (10, 12)) is False


@pytest.mark.parametrize(
    ("gold", "predicted", "right"),
    [
        ("Ana Diaz", "Ana Diaz", True),
        ("Ana Diaz", "President Ana Diaz", True),
        ("Ana María Diaz", "Ana Diaz", True),
        ("Ana Diaz", "Diaz", False),
        ("Ana Diaz", "Ana Ortiz", False),
        ("Kabul", "Kabul", True),
        ("Ana Diaz", None, False),
        ("Ana Diaz", "the", False),
    ],
)
def test_name_is_right_in_full(gold: str, predicted: str | None, right: bool) -> None:
    assert name_right(gold, predicted) is right


@pytest.mark.parametrize(
    ("mention", "expected"),
    [
        ("he", "pronoun"),
        ("Ana Diaz", "named"),
        ("the mayor", "nominal"),
        ("The mayor", "nominal"),
        ("", "none"),
        ("7", "none"),
    ],
)
def test_mention_type(mention: str, expected: str) -> None:
    assert mention_type(mention) == expected


def test_speech_cues() -> None:
    assert reports_speech("had previously Said")
    assert not reports_speech("believes")
    assert not reports_speech(None)
