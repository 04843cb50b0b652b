"""The requests that the README shows are answered as it shows, over the seed article."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.build import rebuild
from index.corpus import read_articles
from index.extraction import SieveExtractor
from service import Settings, create_app

ROOT = Path(__file__).parents[2]
HTTP = (ROOT / "README.md").read_text("utf-8").partition("\n## HTTP\n")[2].partition("\n## ")[0]
SHOWN = [
    (request, json.loads(answer))
    for block in re.findall(r"^```console\n(.*?)^```$", HTTP, re.M | re.S)
    for request, answer in re.findall(r"^\$ (curl .*)\n((?:(?!\$ ).*\n)+)", block, re.M)
]


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    from tests.conftest import FakeEncoder  # no request shown here asks for meaning

    data, encoder = tmp_path_factory.mktemp("seed"), FakeEncoder()
    rebuild(read_articles([ROOT / "seeds"]), data, encoder=encoder, extractor=SieveExtractor())
    app = create_app(Settings(data=data), encoder=encoder, testing=True)
    yield app.test_client()
    app.extensions["attributed"].holder.close()


def part_of(shown: Any, whole: Any) -> bool:
    """Whether all that is shown is there: of an object some fields, of a list the first ones."""
    if isinstance(shown, dict):
        return isinstance(whole, dict) and all(
            name in whole and part_of(one, whole[name]) for name, one in shown.items()
        )
    if isinstance(shown, list):
        return isinstance(whole, list) and len(shown) <= len(whole) and all(map(part_of, shown, whole))
    return bool(shown == whole)


def test_there_are_requests_to_be_shown() -> None:
    assert len(SHOWN) == 5


@pytest.mark.parametrize(("request_", "shown"), SHOWN, ids=[request for request, _ in SHOWN])
def test_a_request_is_answered_as_the_readme_shows(seed: FlaskClient, request_: str, shown: Any) -> None:
    curl, silent, url, *rest = shlex.split(request_)
    assert (curl, silent) == ("curl", "-s")
    address = url.removeprefix("http://127.0.0.1:8080")
    if rest:
        option, body = rest
        assert option == "--json"
        answer = seed.post(address, data=body, content_type="application/json")
    else:
        answer = seed.get(address)
    assert part_of(shown, answer.json), answer.text
