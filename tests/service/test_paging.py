"""All pages together are the whole: nothing twice, nothing left out, and the same counts on every page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from service import Settings, create_app


@pytest.fixture
def real(data_dir: Path, encoder: Any) -> Iterator[FlaskClient]:
    app = create_app(Settings(data=data_dir), encoder=encoder, testing=True)
    yield app.test_client()
    app.extensions["attributed"].holder.close()


def _pages(client: FlaskClient, address: str, limit: int) -> list[Any]:
    """All pages of an address that ends in its query, the first empty one included."""
    pages: list[Any] = []
    while not pages or pages[-1].get("hits", pages[-1].get("speakers")):
        pages.append(client.get(f"{address}&limit={limit}&offset={limit * len(pages)}").json)
        assert len(pages) < 50
    return pages


ASKED = [
    "/api/search?q=ferry",
    "/api/search?q=ferry+bridge+war&mode=lexical",
    "/api/search?q=ferry&mode=semantic",
    "/api/search?q=ferry&sort=date",
    "/api/search?q=ferry&per_speaker=1",
    "/api/search?q=ferry&sort=date&per_speaker=1",
    "/api/search?q=ferry&source=Gazette&source=Herald",
    "/api/search?q=ferry&kind=indirect&kind=mixed&from=2026-01-01&to=2026-12-31",
    "/api/search?q=ferry&speaker=imran-khan&speaker=River+Council",
    "/api/speakers/imran-khan/quotations?",
    "/api/speakers/river-council/quotations?from=2026-01-01",
]


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("address", ASKED)
def test_pages_of_hits_make_up_the_whole(real: FlaskClient, address: str, limit: int) -> None:
    whole: Any = real.get(f"{address}&limit=100").json
    pages = _pages(real, address, limit)
    hits = [hit for page in pages for hit in page["hits"]]
    assert hits == whole["hits"]
    assert [hit["rank"] for hit in hits] == [*range(1, whole["total"] + 1)]
    assert len({hit["quotation"]["id"] for hit in hits}) == whole["total"] > 0
    for page in pages:
        assert (page["total"], page["facets"]) == (whole["total"], whole["facets"])


@pytest.mark.parametrize("limit", [1, 2, 100])
def test_pages_of_speakers_make_up_the_whole(real: FlaskClient, limit: int) -> None:
    pages = _pages(real, "/api/speakers?", limit)
    ids = [one["id"] for page in pages for one in page["speakers"]]
    assert ids == [
        "imran-khan",
        "river-council",
        "tariq-khan",
        "siobhan-ilmar",
        "a-senior-official@bridge",
    ]
    assert {page["total"] for page in pages} == {5}


@pytest.mark.parametrize("asked", ["/api/search?q=ferry+bridge", "/api/speakers/imran-khan/quotations?"])
def test_what_a_facet_counts_its_filter_finds(real: FlaskClient, asked: str) -> None:
    facets: Any = real.get(asked).json["facets"]  # type: ignore[index]
    for name in ("speaker", "source", "kind"):
        assert facets[name]
        for one in facets[name]:
            narrowed: Any = real.get(f"{asked}&{name}={quote(one['value'])}").json
            assert narrowed["total"] == one["count"], one
    for one in facets["year"]:
        narrowed = real.get(f"{asked}&from={one['value']}-01-01&to={one['value']}-12-31").json
        assert narrowed["total"] == one["count"]
