from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

TAGGED = {
    "/api/search",
    "/api/speakers",
    "/api/speakers/{id}",
    "/api/speakers/{id}/quotations",
    "/api/quotations/{id}",
    "/api/articles/{id}",
    "/openapi.json",
}
"""What is answered 304 to whom has it."""
EXPORTED = {"csv": "text/csv", "jsonl": "application/jsonl", "atom": "application/atom+xml"}


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/openapi.json")
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert isinstance(answer.json, dict)
    return answer.json


def references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_document_describes_every_route_that_is_not_a_page(document: dict[str, Any], app: Flask) -> None:
    routes = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.startswith(("pages.", "docs.", "metrics.")) and rule.endpoint != "static"
    }
    assert set(document["paths"]) == routes
    assert routes == {
        "/api/search",
        "/api/speakers",
        "/api/speakers/{id}",
        "/api/speakers/{id}/quotations",
        *(
            f"/api/{exported}.{form}"
            for exported in ("search", "quotations", "speakers/{id}/quotations")
            for form in EXPORTED
        ),
        "/api/quotations/{id}",
        "/api/articles",
        "/api/articles/{id}",
        "/api/verify",
        "/livez",
        "/readyz",
        "/openapi.json",
    }
    methods = {path: list(item) for path, item in document["paths"].items()}
    assert methods.pop("/api/verify") == methods.pop("/api/articles") == ["post"]
    assert sorted(methods.pop("/api/articles/{id}")) == ["delete", "get"]
    assert all(given == ["get"] for given in methods.values())


def test_document_is_openapi_3_1_with_all_that_it_refers_to(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "attributed"
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= schemas
    operations = [one["operationId"] for item in document["paths"].values() for one in item.values()]
    assert len(set(operations)) == len(operations) == 21


def test_every_error_is_documented_as_the_one_shape(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        operation = item.get("get") or item["post"]
        responses = operation["responses"]
        unchanged = responses.pop("304", None)
        expected = {"200", "400", "405", "413", "431", "500"}
        expected |= {"401", "403", "421", "429"} if path.startswith("/api/") or path == "/openapi.json" else set()
        expected |= {"503"} if path.startswith("/api/") or path == "/readyz" else set()
        expected |= {"404"} if path.startswith("/api/") and path not in ("/api/speakers", "/api/articles") else set()
        expected |= {"409", "422"} if path == "/api/articles" else set()
        assert set(responses) == expected, path
        assert (unchanged is not None) == (path in TAGGED)
        assert unchanged is None or "content" not in unchanged
        for status, response in responses.items():
            media = EXPORTED.get(path.rpartition(".")[2], "application/json")
            media = media if status == "200" else "application/problem+json"
            assert list(response["content"]) == [media], (path, status)
            assert response["description"]
        assert responses["400"]["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_search_parameters_are_those_that_are_checked(document: dict[str, Any]) -> None:
    parameters = {one["name"]: one for one in document["paths"]["/api/search"]["get"]["parameters"]}
    assert (
        " ".join(parameters)
        == "q speaker kind source author section agency from to limit offset mode sort per_speaker ignore today"
    )
    assert [name for name, one in parameters.items() if one["required"]] == ["q"]
    schema = {name: one["schema"] for name, one in parameters.items()}
    assert (schema["q"]["minLength"], schema["q"]["maxLength"]) == (1, 2000)
    assert (schema["limit"]["minimum"], schema["limit"]["maximum"], schema["limit"]["default"]) == (1, 100, 10)
    assert (schema["offset"]["minimum"], schema["offset"]["maximum"]) == (0, 1_000_000)
    assert (schema["from"]["type"], schema["from"]["format"]) == ("string", "date")
    assert schema["mode"]["enum"] == ["hybrid", "semantic", "lexical"]
    assert schema["kind"]["items"]["enum"][:3] == ["direct", "mixed", "indirect"]
    assert schema["speaker"]["type"] == "array"


def test_examples_are_taken_as_they_stand(document: dict[str, Any]) -> None:
    parameters = {
        (path, one["name"]): one["schema"].get("examples")
        for path, item in document["paths"].items()
        for operation in item.values()
        for one in operation.get("parameters", [])
        if one.get("required")
    }
    assert parameters[("/api/search", "q")] == ["Will it escalate?"]
    assert all(parameters.values())  # what must be given can be tried at once


def test_days_are_documented_as_they_are_checked(document: dict[str, Any]) -> None:
    parameters = {one["name"]: one["schema"] for one in document["paths"]["/api/search"]["get"]["parameters"]}
    for day, taken in (("1899-12-31", False), ("1900-01-01", True), ("2200-12-31", True), ("2201-01-01", False)):
        assert bool(re.fullmatch(parameters["today"]["pattern"], day)) == taken


def test_paths_document_their_id(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        operation = item.get("get") or item["post"]
        documented = [one["name"] for one in operation.get("parameters", []) if one["in"] == "path"]
        assert documented == (["id"] if "{id}" in path else []), path


def test_verify_documents_its_body(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/verify"]["post"]["requestBody"]
    (reference,) = references(body["content"]["application/json"]["schema"])
    schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    assert (schema["required"], schema["additionalProperties"]) == (["quote"], False)
    assert (schema["properties"]["quote"]["minLength"], schema["properties"]["quote"]["maxLength"]) == (1, 5000)
    assert list(schema["properties"]) == ["quote", "speaker"]


def test_adding_documents_one_article_and_several(document: dict[str, Any]) -> None:
    operation = document["paths"]["/api/articles"]["post"]
    assert operation["security"] == [{"bearer": []}, {"header": []}]
    (reference,) = references(operation["requestBody"]["content"]["application/json"]["schema"])
    either = document["components"]["schemas"][reference.rpartition("/")[2]]["anyOf"]
    several, one = (document["components"]["schemas"][each["$ref"].rpartition("/")[2]] for each in either)
    assert (several["required"], several["properties"]["articles"]["maxItems"]) == (["articles"], 100)
    assert one["required"] == ["text"]
    assert list(one["properties"]) == [
        *("text", "id", "title", "date", "source", "url"),
        *("authors", "section", "agency", "date_certainty"),
    ]


def test_nothing_is_served_that_fetches_from_elsewhere(client: FlaskClient) -> None:
    for address in ("/openapi", "/openapi/", "/openapi/swagger", "/openapi/redoc", "/openapi/openapi.json"):
        assert client.get(address).status_code == 404
