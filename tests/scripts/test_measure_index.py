from __future__ import annotations

import json

import pytest

from scripts import measure_index


def test_everything_is_measured_and_ten_articles_are_worked(capsys: pytest.CaptureFixture[str]) -> None:
    assert measure_index.main(["--articles", "100"]) == 0
    full, changed, share, rest = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert full["full"]["reused"] == 0
    assert changed["10 changed"]["reused"] == 90
    assert changed["10 changed"]["passages"] == full["full"]["passages"]
    expected = changed["10 changed"]["cpu"] / full["full"]["cpu"]
    assert float(share["share"]["cpu"].rstrip("%")) / 100 == pytest.approx(expected, abs=0.01)
    assert rest["open"].keys() == {"opened", "hashes", "names"}
