"""One shape for all: every endpoint, every status of an error."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from index.errors import NoIndexError
from service.answers import Problem

API = (
    "/api/search?q=x",
    "/api/speakers",
    "/api/speakers/tariq-khan",
    "/api/speakers/tariq-khan/quotations",
    "/api/quotations/b928f172dcf38209",
    "/api/articles/istanbul",
)
HEALTH = ("/livez", "/readyz", "/openapi.json")
TITLES = {
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def joined(address: str, more: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{more}"


CASES = [
    *((400, "GET", joined(address, "unknown=1")) for address in API),
    *((400, "GET", joined(address, "a=%00")) for address in (*API, *HEALTH)),
    *((404, "GET", address.partition("?")[0] + "/no/such/thing") for address in API),
    *((404, "GET", address + "/no") for address in HEALTH),
    *((405, "POST", address) for address in (*API, *HEALTH)),
    *((413, "POST", address) for address in (*API, *HEALTH)),
    *((500, "GET", address) for address in (*API, "/readyz")),
    *((503, "GET", address) for address in (*API, "/readyz")),
]


@pytest.mark.parametrize(("status", "method", "address"), CASES)
def test_every_error_has_the_one_shape(
    client: FlaskClient, holder: Any, status: int, method: str, address: str
) -> None:
    if status == 503:
        holder.fault = NoIndexError("there is no index; run `attributed rebuild`")
    if status == 500:
        holder.fault = KeyError("nobody foresaw this")
    body = b"x" * ((1 << 20) + 1) if status == 413 else b""
    answer = client.open(address, method=method, data=body)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.json is not None
    problem = Problem.model_validate(answer.json, strict=True)
    assert (problem.status, problem.title) == (status, TITLES[status])
    assert list(answer.json)[:4] == ["type", "title", "status", "detail"]
    assert len(problem.detail) > 10
    assert "nobody foresaw" not in problem.detail
