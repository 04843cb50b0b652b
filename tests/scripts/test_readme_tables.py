from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.errors import QuoteIndexError
from scripts import readme_tables, recall


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"machine": "Some CPU"}'])
def test_a_file_of_something_else_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    with pytest.raises(QuoteIndexError, match=r"a\.json: not written by"):
        readme_tables.read(tmp_path / "a.json")


def test_rungs_are_a_table_whose_lines_are_whole() -> None:
    under = recall.Under(0.001, 20, 1.0, 1.0, 0.00001, 0.04)
    way = recall.Tried("flat", 1.0, 1544.4, 0.5, 0.6, 0.99999, 0.9, 1.0, 1.0, 0.000012, 0.0, (under,))
    rungs = recall.Rungs("texts", 20_000, 500, 384, 3.0, (way,))
    heads, rule, line = readme_tables.of_rungs(json.loads(json.dumps(rungs.payload()))).splitlines()
    assert heads.count("|") == rule.count("|") == line.count("|")
    assert line == "| flat | 1544 | 1.0 s | 0.50; 0.60 ms | .9999 | 1 | .000012 | .000010 | 1; 0.04 ms |"
