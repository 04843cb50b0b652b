from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from index import keys
from service import Settings, create_app
from service.operation import access, limits
from service.operation.limits import Limiter
from service.settings import Rate


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_as_many_at_once_as_the_rate_says_and_from_then_on_evenly() -> None:
    clock = Clock()
    limiter = Limiter(Rate(3, 60), clock)
    taken = [limiter.take("a") for _ in range(4)]
    assert [(left.allowed, left.remaining) for left in taken] == [(True, 2), (True, 1), (True, 0), (False, 0)]
    assert (taken[2].full, taken[3].full, taken[3].wait) == (60.0, 60.0, 20.0)
    assert limiter.take("b").allowed
    clock.now += 19.9
    assert not limiter.take("a").allowed
    clock.now += 0.2
    assert limiter.take("a").allowed
    assert not limiter.take("a").allowed
    clock.now += 60
    assert [limiter.take("a").allowed for _ in range(4)] == [True, True, True, False]


@given(
    st.integers(1, 50),
    st.sampled_from([1, 60, 3600]),
    st.lists(st.floats(0, 100, allow_nan=False), max_size=200),
)
def test_never_more_than_the_rate_and_what_it_allows_at_once(amount: int, seconds: int, gaps: list[float]) -> None:
    clock = Clock()
    limiter = Limiter(Rate(amount, seconds), clock)
    allowed = 0
    for gap in gaps:
        clock.now += gap
        left = limiter.take("a")
        allowed += left.allowed
        if not left.allowed:
            clock.now += left.wait + 1e-3
            assert limiter.take("a").allowed
            allowed += 1
    assert allowed <= amount + (clock.now - 1000) * amount / seconds + 1


def test_who_has_not_asked_for_long_is_forgotten() -> None:
    clock = Clock()
    limiter = Limiter(Rate(1, 60), clock)
    for at in range(999):
        limiter.take(str(at))
    clock.now += 61
    limiter.take("new")
    assert len(limiter) == 1


@pytest.mark.parametrize(
    ("address", "who"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix", "unix"),
        (None, "nobody"),
    ],
)
def test_caller_of_ipv6_is_its_network(address: str | None, who: str) -> None:
    assert limits.caller(address) == who


def served(holder: object, data: Path, **given: object) -> Flask:
    app = create_app(Settings(data=data, **given), encoder=object(), holder=holder, testing=True)  # type: ignore[arg-type]

    @app.post("/written")
    @access.require("write")
    def written() -> str:
        return "written"

    return app


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_reading_is_not_counted_unless_told_to(holder: object, tmp_path: Path) -> None:
    client = served(holder, tmp_path).test_client()
    answers = [client.get("/api/speakers") for _ in range(100)]
    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[-1].headers


def test_too_many_are_told_when_to_ask_again(holder: object, tmp_path: Path) -> None:
    client = served(holder, tmp_path, limit_read="2/hour").test_client()
    first, second, third = (client.get("/api/speakers") for _ in range(3))
    assert (first.status_code, second.status_code, third.status_code) == (200, 200, 429)
    assert first.headers["RateLimit-Policy"] == '"read";q=2;w=3600'
    assert first.headers["RateLimit"] == '"read";r=1;t=1800'
    assert third.headers["RateLimit"] == '"read";r=0;t=1800'
    assert third.headers["Retry-After"] == "1800"
    assert third.content_type == "application/problem+json"
    assert third.json is not None
    assert third.json["title"] == "Too Many Requests"
    assert third.json["detail"] == "too many requests from this address; 2/hour are taken, ask again in 1800 s"
    page = client.get("/")
    assert (page.status_code, page.mimetype) == (429, "text/html")


def test_health_and_assets_are_never_counted(holder: object, tmp_path: Path) -> None:
    client = served(holder, tmp_path, limit_read="1/hour").test_client()
    for address in ("/livez", "/readyz", "/static/style.css"):
        for _ in range(3):
            with client.get(address) as answer:
                assert (answer.status_code, answer.headers.get("RateLimit")) == (200, None)


def test_each_address_is_counted_by_itself(holder: object, tmp_path: Path) -> None:
    client = served(holder, tmp_path, limit_read="1/hour").test_client()

    def ask(address: str) -> int:
        return client.get("/api/speakers", environ_base={"REMOTE_ADDR": address}).status_code

    assert [ask("192.0.2.1"), ask("192.0.2.1"), ask("192.0.2.2")] == [200, 429, 200]
    assert [ask("2001:db8::1"), ask("2001:db8::2"), ask("2001:db8:0:1::1")] == [200, 429, 200]


@pytest.fixture
def client(holder: object, tmp_path: Path) -> FlaskClient:
    return served(holder, tmp_path, limit_write="1/hour", limit_keys="2/hour").test_client()


def test_writing_is_counted_by_key(client: FlaskClient, tmp_path: Path) -> None:
    (one, first), (_, second) = (keys.add(tmp_path, name, ["write"]) for name in ("one", "two"))
    answers = [client.post("/written", headers=bearer(text)) for text in (first, first, second)]
    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert answers[1].json is not None
    assert answers[1].json["detail"].startswith(f"too many requests with the key {one.id}; 1/hour are taken")


def test_wrong_keys_are_counted_and_the_right_one_is_not_kept_out(client: FlaskClient, tmp_path: Path) -> None:
    _, right = keys.add(tmp_path, "one", ["write"])
    answers = [client.post("/written", headers=bearer(f"att_wrong{at}")) for at in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert answers[2].headers["Retry-After"] == "1800"
    assert client.get("/api/speakers", headers=bearer("att_wrong")).status_code == 429
    assert client.post("/written", headers=bearer(right)).status_code == 200
    assert client.get("/api/speakers").status_code == 200


def test_writing_and_wrong_keys_are_limited_by_default() -> None:
    settings = Settings()
    assert (settings.limit_read, str(settings.limit_write), str(settings.limit_keys)) == (
        None,
        "60/minute",
        "20/minute",
    )
