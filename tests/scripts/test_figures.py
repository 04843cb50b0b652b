"""scripts/figures.py: what is measured is kept where a file is named."""

from __future__ import annotations

from pathlib import Path

from scripts.figures import as_json, keep


def test_figures_are_kept_with_the_folder_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "figures.json"
    keep({"p50": 1.5}, path)
    assert path.read_bytes() == b'{\n  "p50": 1.5\n}\n'


def test_without_a_file_nothing_is_kept_and_the_text_is_the_same() -> None:
    keep({"p50": 1.5}, None)
    assert as_json({"p50": 1.5}) == '{\n  "p50": 1.5\n}'
