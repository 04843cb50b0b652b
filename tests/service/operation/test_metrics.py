from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from index import keys
from service import Settings, create_app


def served(holder: object, **given: object) -> Flask:
    return create_app(Settings(**given), encoder=object(), holder=holder, testing=True)  # type: ignore[arg-type]


def samples(client: FlaskClient, **headers: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    answer = client.get("/metrics", headers=headers)
    assert (answer.status_code, answer.content_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert answer.headers["Cache-Control"] == "no-store"
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_are_counted_by_pattern_method_and_status(client: FlaskClient) -> None:
    for address in ("/api/speakers/tariq-khan", "/api/speakers/tameem-bahiss", "/api/speakers/nobody", "/no/such"):
        client.get(address)
    client.open("/livez", method="INVENTED")
    found = samples(client)
    assert found["attributed_request_seconds_count", "/api/speakers/<id>", "GET", "200"] == 2
    assert found["attributed_request_seconds_count", "/api/speakers/<id>", "GET", "404"] == 1
    assert found["attributed_request_seconds_count", "none", "GET", "404"] == 1
    assert found["attributed_request_seconds_count", "none", "other", "405"] == 1
    assert found["attributed_request_seconds_sum", "/api/speakers/<id>", "GET", "200"] > 0
    assert found["attributed_errors_total", "ProblemError"] == 1
    assert found["attributed_errors_total", "NotFound"] == 1


def test_the_index_is_told(client: FlaskClient) -> None:
    found = samples(client)
    assert found["attributed_records", "articles"] == 3
    assert found["attributed_records", "quotations"] == 5
    assert found["attributed_ready",] == 1
    assert found["attributed_generations_set_aside",] == 0
    assert found["attributed_swaps_total",] == 0
    assert ("attributed_generation_info", "20260227T101112000000Z", "hashes") in found
    assert found["process_resident_memory_bytes",] > 1e7


def test_no_index_is_told_as_well(client: FlaskClient, holder: Any) -> None:
    holder.fault = OSError("gone")
    found = samples(client)
    assert found["attributed_ready",] == 0
    assert ("attributed_records", "articles") not in found


def test_stages_of_a_search_are_timed(data_dir: Path, encoder: Any) -> None:
    app = create_app(Settings(data=data_dir), encoder=encoder, testing=True)
    client = app.test_client()
    for _ in range(3):
        assert client.get("/api/search?q=bridge").status_code == 200
    client.get("/api/speakers")
    found = samples(client)
    for stage in ("understand", "encode", "vectors", "words", "blend", "hits", "facets"):
        assert found["attributed_search_stage_seconds_count", stage] == 3, stage
        assert found["attributed_search_stage_seconds_sum", stage] > 0, stage
    app.extensions["attributed"].holder.close()


def test_refusals_are_counted(holder: object, tmp_path: Path) -> None:
    client = served(holder, data=tmp_path, limit_read="1/hour", limit_keys="1/hour").test_client()
    wrong = {"Authorization": "Bearer wrong"}
    client.get("/api/speakers")
    client.get("/api/speakers")
    client.get("/api/speakers", headers=wrong)
    client.get("/api/speakers", headers=wrong)
    found = samples(client)
    assert found["attributed_rate_limited_total", "read"] == 1
    assert found["attributed_rate_limited_total", "keys"] == 1
    assert found["attributed_key_failures_total", "401"] == 1


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.1", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 403),
        ("127.0.0.1", {"Via": "1.1 proxy"}, 403),
    ],
)
def test_metrics_are_for_this_machine_alone_by_default(
    client: FlaskClient, address: str, headers: dict[str, str], status: int
) -> None:
    assert client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code == status


def test_metrics_are_for_whom_the_setting_says(holder: object, tmp_path: Path) -> None:
    (_, read), (_, write) = keys.add(tmp_path, "monitoring", ["read"]), keys.add(tmp_path, "feed", ["write"])
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}

    def status(shown_to: str, key: str | None = None) -> int:
        client = served(holder, data=tmp_path, metrics=shown_to).test_client()
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        return client.get("/metrics", headers=headers, environ_base=elsewhere).status_code

    assert (status("all"), status("none"), status("local", read)) == (200, 404, 403)
    assert (status("key"), status("key", "wrong"), status("key", write), status("key", read)) == (401, 401, 403, 200)
