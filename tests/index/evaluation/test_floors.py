from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import SourceError
from index.evaluation.floors import fallen, pin, read_floors


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "floors.toml"


def test_figures_that_are_pinned_are_read_back(path: Path) -> None:
    pin(path, {"a F1": 91.2, "b %": None, "faults": 3.0})
    assert read_floors(path) == {"a F1": 91.2, "faults": 3.0}
    assert [file.name for file in path.parent.iterdir()] == ["floors.toml"]


def test_no_file_is_no_floor(path: Path) -> None:
    assert read_floors(path) == {}


def test_what_is_below_its_floor_above_its_ceiling_or_gone_has_fallen() -> None:
    floors = {"same": 5.0, "better": 5.0, "worse": 5.0, "gone": 5.0, "faults": 2.0, "fewer faults": 2.0}
    figures = {"same": 5.0, "better": 5.1, "worse": 4.9, "gone": None, "faults": 3.0, "fewer faults": 1.0, "new": 0.0}
    assert fallen(figures, floors, fewer=("faults", "fewer faults")) == [
        "worse: 4.9, its floor is 5",
        "gone: no figure, its floor is 5",
        "faults: 3, its ceiling is 2",
    ]


def test_pin_raises_and_refuses_to_lower(path: Path) -> None:
    pin(path, {"a": 50.0, "faults": 4.0}, fewer=("faults",))
    pin(path, {"a": 60.0, "faults": 3.0}, fewer=("faults",))
    with pytest.raises(SourceError, match=r"a: 59, its floor is 60 \(.*floors\.toml\): add --lower"):
        pin(path, {"a": 59.0, "faults": 2.0}, fewer=("faults",))
    assert read_floors(path) == {"a": 60.0, "faults": 3.0}
    pin(path, {"a": 59.0, "faults": 5.0}, fewer=("faults",), lower=True)
    assert read_floors(path) == {"a": 59.0, "faults": 5.0}


@pytest.mark.parametrize("content", ["a = ", 'a = "much"', "a = true", "a = [1]"])
def test_damaged_floors_are_named(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=r"floors .*floors\.toml"):
        read_floors(path)


def test_figure_within_its_slack_has_not_fallen() -> None:
    floors, slack = {"a": 5.0, "b": 5.0, "faults": 2.0, "c": 5.0}, {"a": 0.5, "b": 0.5, "faults": 1.0}
    figures = {"a": 4.5, "b": 4.4, "faults": 3.0, "c": 4.9}
    assert fallen(figures, floors, fewer=("faults",), slack=slack) == [
        "b: 4.4, its floor is 5",
        "c: 4.9, its floor is 5",
    ]


def test_floors_say_by_which_measure_they_are_raised(path: Path) -> None:
    pin(path, {"a": 1.0}, command="questions")
    assert path.read_text(encoding="utf-8").startswith(
        "# What was reached: `python scripts/evaluate.py questions --pin`"
    )
