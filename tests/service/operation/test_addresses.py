from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request, url_for
from flask.testing import FlaskClient

from service import Settings, create_app

PAGES = ("/", "/?q=attacks", "/speakers", "/speakers/tariq-khan", "/verify", "/articles/strikes-1", "/no/such/thing")
FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "quotes.example.org",
    "X-Forwarded-Prefix": "/said",
}


def served(holder: object, **given: object) -> FlaskClient:
    app: Flask = create_app(Settings(**given), encoder=object(), holder=holder, testing=True)  # type: ignore[arg-type]

    @app.get("/seen")
    def seen() -> dict[str, Any]:
        return {"from": request.remote_addr, "at": url_for("pages.speakers", _external=True), "here": request.path}

    return app.test_client()


def seen(client: FlaskClient, address: str = "/seen", **headers: str) -> dict[str, Any]:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    assert isinstance(answer.json, dict)
    return answer.json


def test_nobody_is_believed_by_default(holder: object) -> None:
    assert seen(served(holder), **FORWARDED) == {
        "from": "127.0.0.1",
        "at": "http://localhost/speakers",
        "here": "/seen",
    }


def test_as_many_proxies_are_believed_as_told(holder: object) -> None:
    expected = {"from": "203.0.113.9", "at": "https://quotes.example.org/said/speakers", "here": "/seen"}
    assert seen(served(holder, proxies=1), **FORWARDED) == expected
    forged = {name: f"{value}-forged, {value}" for name, value in FORWARDED.items()}
    forged["X-Forwarded-For"] = "198.51.100.1, 203.0.113.9"
    assert seen(served(holder, proxies=1), **forged) == expected


@pytest.mark.parametrize(
    "prefix", ["//evil.example", "/a b", "said", "/<script>", "/said/../x//y", "https://evil.example"]
)
def test_prefix_that_is_no_path_is_not_followed(holder: object, prefix: str) -> None:
    answer = served(holder, proxies=1).get("/speakers", headers={"X-Forwarded-Prefix": prefix})
    assert answer.status_code == 200
    assert 'href="/speakers' in answer.text
    assert "evil" not in answer.text


def test_the_public_address_wins_whatever_a_request_says(holder: object) -> None:
    client = served(holder, public_url="https://quotes.example.org:8443/said/here/", proxies=1)
    at = "https://quotes.example.org:8443/said/here/speakers"
    assert seen(client, **{**FORWARDED, "X-Forwarded-Host": "evil.example", "Host": "evil.example"})["at"] == at
    assert seen(client, "/said/here/seen", Host="evil.example") == {"from": "127.0.0.1", "at": at, "here": "/seen"}


UNDER = {
    "by the proxy, which takes the prefix away": ({"proxies": 1}, {"X-Forwarded-Prefix": "/said/here"}, ""),
    "by the proxy, which leaves it": ({"proxies": 1}, {"X-Forwarded-Prefix": "/said/here/"}, "/said/here"),
    "by the setting": ({"public_url": "https://quotes.example.org/said/here"}, {}, ""),
    "by the setting, left by the proxy": ({"public_url": "https://quotes.example.org/said/here"}, {}, "/said/here"),
}


@pytest.mark.parametrize("how", UNDER)
@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_stays_under_the_prefix(holder: object, how: str, page: str) -> None:
    given, headers, left = UNDER[how]
    answer = served(holder, **given).get(left + page, headers={"Accept": "text/html", **headers})
    assert answer.status_code == (404 if "such" in page else 200)
    leading = re.findall(r'\b(?:href|src|action|hx-\w+|data-\w*url)="(/[^"]*)"', answer.text)
    assert len(leading) > 3
    assert [one for one in leading if not one.startswith("/said/here/")] == []


@pytest.mark.parametrize("how", UNDER)
def test_assets_redirects_and_the_description_stay_under_the_prefix(holder: object, how: str) -> None:
    given, headers, left = UNDER[how]
    client = served(holder, **given)
    moved = client.get(f"{left}/?speaker=tariq-khan", headers=headers)
    assert (moved.status_code, moved.location) == (303, "/said/here/speakers/tariq-khan")
    described = client.get(f"{left}/openapi.json", headers=headers).json
    assert described is not None
    assert described["servers"] == [{"url": "/said/here"}]
    with client.get(f"{left}/static/style.css", headers=headers) as sheet:
        assert sheet.status_code == 200


def test_description_names_the_root_where_there_is_no_prefix(client: FlaskClient) -> None:
    described: Any = client.get("/openapi.json").json
    assert described["servers"] == [{"url": "/"}]


def test_bare_prefix_is_the_front_page(holder: object) -> None:
    assert served(holder, public_url="https://quotes.example.org/said").get("/said").status_code == 200


@pytest.mark.parametrize("setting", ["quotes.example.org,.example.net", ("quotes.example.org", ".example.net")])
def test_only_the_hosts_that_are_listed_are_answered(holder: object, setting: object) -> None:
    client = served(holder, hosts=setting)
    answered = {
        host: client.get("/api/speakers", headers={"Host": host}).status_code
        for host in (
            "quotes.example.org",
            "quotes.example.org:8080",
            "a.b.example.net",
            "evil.example",
            "x@evil",
            "[::1]",
        )
    }
    assert answered == {
        "quotes.example.org": 200,
        "quotes.example.org:8080": 200,
        "a.b.example.net": 200,
        "evil.example": 421,
        "x@evil": 421,
        "[::1]": 421,
    }
    refused = client.get("/api/speakers", headers={"Host": "evil.example"})
    assert refused.json is not None
    assert (
        refused.json["detail"] == "the host 'evil.example' is not served here; the setting `hosts` lists those that are"
    )
    assert client.get("/livez", headers={"Host": "10.0.0.7:8080"}).status_code == 200


def test_hosts_hold_for_what_was_asked_not_for_the_public_address(holder: object) -> None:
    client = served(holder, hosts="quotes.example.org", public_url="https://quotes.example.org")
    assert client.get("/speakers", headers={"Host": "evil.example"}).status_code == 421
    assert client.get("/speakers", headers={"Host": "quotes.example.org"}).status_code == 200


def test_an_address_that_a_proxy_names_is_counted(holder: object, tmp_path: Path) -> None:
    client = served(holder, data=tmp_path, proxies=1, limit_read="1/hour")
    answered = [
        client.get("/api/speakers", headers={"X-Forwarded-For": address}).status_code
        for address in ("203.0.113.1", "203.0.113.1", "203.0.113.2", "198.51.100.7, 203.0.113.2")
    ]
    assert answered == [200, 429, 200, 429]
