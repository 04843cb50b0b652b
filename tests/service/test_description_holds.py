"""What /openapi.json says holds: requests made from it, right and wrong ones, are answered as it describes.

`python scripts/fuzz.py` makes thousands, and sequences of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from service import Settings, create_app

UNPACKED = {"Accept-Encoding": "identity"}
"""Werkzeug's test client says that it takes what it does not unpack."""


@pytest.fixture
def real(data_dir: Path, encoder: Any) -> Iterator[Flask]:
    app = create_app(Settings(data=data_dir), encoder=encoder)
    yield app
    app.extensions["attributed"].holder.close()


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
def test_requests_made_from_the_description_are_answered_as_it_says(real: Flask, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_wsgi("/openapi.json", real)
    asked = set()
    for found in described.get_all_operations():
        operation = found.ok()
        takes_nothing = not (operation.query or operation.body or operation.path_parameters)
        if mode is GenerationMode.NEGATIVE and takes_nothing:
            continue

        @given(operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=3 if mode is GenerationMode.POSITIVE else 2,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def check(case: schemathesis.Case) -> None:
            asked.add(case.operation.label)
            case.call_and_validate(headers=UNPACKED)

        check()
    assert {"GET /api/search", "GET /api/speakers/{id}", "POST /api/verify"} <= asked
