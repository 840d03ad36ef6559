"""The OpenAPI document tells every operation in plain words; its examples are what its schemas say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs
import pytest

from tongban.faces.openapi import telling
from tongban.faces.openapi.api import api
from tongban.faces.openapi.examples import ANSWERS, REQUESTS
from tongban.ground.errors import NotFound
from tongban.launch import sources

PUBLIC_ONES = {"issue_token", "list_items", "list_item_changes", "get_item", "departments", "regions", "get_progress",
               "get_licence", "verify_licence"}  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def holds(schema: dict[str, Any], example: Any) -> None:
    """The example is valid under the schema, with the document's components."""
    whole = {**schema, "components": document()["components"]}
    jsonschema_rs.validator_for(whole).validate(example)


def test_no_entry_is_left_over_and_none_is_missing() -> None:
    names = {operation["operationId"] for *_, operation in operations()}
    assert names == telling.OPERATIONS.keys()
    assert REQUESTS.keys() | ANSWERS.keys() <= names
    tags = {tag for *_, operation in operations() for tag in operation["tags"]}
    assert tags == telling.TAGS.keys()
    parameters = {one["name"] for *_, operation in operations() for one in operation["parameters"]}
    assert parameters == telling.PARAMETERS.keys()


def test_every_operation_is_told_in_chinese_with_its_parameters() -> None:
    for path, method, operation in operations():
        assert CHINESE.search(operation["summary"]), (method, path)
        assert len(CHINESE.findall(operation["description"])) > 8, (method, path)
        assert all(one["description"] for one in operation["parameters"])


def test_every_refusal_is_a_problem_with_a_stable_type_and_declared() -> None:
    for path, _method, operation in operations():
        statuses = {int(status) for status in operation["responses"]}
        signed = operation["operationId"] not in PUBLIC_ONES
        assert bool(operation.get("security")) is signed
        wanted = {400, 401, 403, 404, 409, 422, 429} if signed else {400, 422, 429}
        assert wanted <= statuses, path
        for status in statuses - {200, 201}:
            content = operation["responses"][str(status) if str(status) in operation["responses"] else status]
            problem = content["content"]["application/problem+json"]
            assert problem["example"]["type"] == f"urn:tongban:error:{problem['example']['code']}"
            assert problem["example"]["status"] == status
            holds(problem["schema"], problem["example"])


@pytest.mark.slow
def test_every_code_that_is_told_is_a_code_of_the_platform() -> None:
    known = {(error.code, int(error.status)) for error in sources.errors()}
    told = {(code, status) for one in telling.OPERATIONS.values() for code, status in one.refusals.items()}
    told |= {(code, status) for status, (_, code, _) in telling.STATUSES.items() if not code.startswith("http.")}
    usual = NotFound()
    assert told - known == {(usual.code, usual.status)}


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_a_request_of_the_document_is_one_that_its_schema_takes(name: str) -> None:
    body = next(o for *_, o in operations() if o["operationId"] == name)["requestBody"]["content"]
    for content in body.values():
        assert content["example"] == REQUESTS[name]
        holds(content["schema"], content["example"])


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_of_the_document_is_one_that_its_schema_takes(name: str) -> None:
    responses = next(o for *_, o in operations() if o["operationId"] == name)["responses"]
    content = next(answer for status, answer in responses.items() if int(status) in (200, 201))["content"]
    holds(content["application/json"]["schema"], content["application/json"]["example"])
