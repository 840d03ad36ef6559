"""What the OpenAPI document promises is what the API does: no 500, no status and no answer that it does not name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.generation import GenerationMode

from tests.faces.openapi.machines import WINDOW_SCOPES, Machine, a_case, a_machine
from tongban.config.wsgi import application
from tongban.demo import names
from tongban.faces.limits import Limit
from tongban.faces.openapi.api import api

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 8
ACTS = ("cases.step.handle", "cases.case.decide", "cases.case.deliver")


def operations() -> list[str]:
    """Every operation of the document, as ``METHOD path``."""
    paths = api.get_openapi_schema()["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


@pytest.fixture
def machine(db: None, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A window's system with every scope, and limits that a storm of examples does not reach."""
    made = a_machine(names.GOVERNMENT_SERVICES, names.WINDOW_POST, *WINDOW_SCOPES, *ACTS)
    monkeypatch.setattr(Limit, "check", lambda self, key: None)
    monkeypatch.setattr(Limit, "spend", lambda self, key: self.note(key))
    return made


@contextmanager
def connection_kept() -> Iterator[None]:
    """The end of a request would close the connection that holds the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def some_real_ones(schema: Any, number: str) -> None:
    """Half of the generated case numbers are a real one, so that the acts are reached."""

    @schema.hook("map_path_parameters")
    def real_number(_context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
        if path_parameters and "number" in path_parameters and len(str(path_parameters["number"])) % 2:
            return {**path_parameters, "number": number}
        return path_parameters


@pytest.mark.slow
@pytest.mark.parametrize("label", operations())
def test_an_operation_answers_as_it_promises(label: str, machine: Machine) -> None:
    number = a_case(machine) if "{number}" in label else ""
    with connection_kept():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
        some_real_ones(schema, number)
        storm_of(schema, label, machine)


def storm_of(schema: Any, label: str, machine: Machine) -> None:
    """Examples of one operation, good and bad."""
    method, _, path = label.partition(" ")
    operation = schema[path][method]
    cases = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE)]
    if "parameters" in operation.definition.raw or "requestBody" in operation.definition.raw:
        cases.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    headers = {"Authorization": f"Bearer {machine.token}"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(cases))
    def storm(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    storm()
