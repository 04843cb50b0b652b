from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import QuoteIndexError
from scripts import ceiling


def test_questions_are_shared_out_among_processes(tmp_path: Path) -> None:
    found = ceiling.measure(tmp_path, [f"question {number}" for number in range(5)], fake=True, processes=2)
    assert (found.count, found.processes) == (5, 2)
    assert min(found.per_second, found.p50, found.p95) > 0


def test_a_process_that_ends_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceiling.sys, "executable", "/bin/false")
    with pytest.raises(QuoteIndexError, match="has ended"):
        ceiling.measure(tmp_path, ["one"], fake=True, processes=1)
