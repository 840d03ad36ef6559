"""Client credentials: an hour's token for id and secret, nothing without it."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.test import Client
from ninja.constants import NOT_SET

from tests.faces.openapi.machines import a_handler, the_window, token_of
from tongban.faces.openapi import services
from tongban.faces.openapi.api import api
from tongban.faces.openapi.models import AccessToken
from tongban.ground import moment
from tongban.registry.parties.models import ApiClient

OPEN = {
    "issue_token",
    "list_items",
    "list_item_changes",
    "get_item",
    "get_licence",
    "verify_licence",
    "get_progress",
    "departments",
    "regions",
}


def test_only_named_endpoints_are_open_without_a_token() -> None:
    found = {
        operation.operation_id
        for _, router in api._routers
        for view in router.path_operations.values()
        for operation in view.operations
        if operation.auth_param is not NOT_SET
    }
    assert found == OPEN


@pytest.mark.django_db
def test_the_token_is_stored_as_a_digest_only() -> None:
    machine = the_window()
    row = AccessToken.objects.get(client__client_id=machine.client_id)
    assert machine.token not in (row.digest, row.pk)
    assert len(row.digest) == 64


@pytest.mark.django_db
def test_id_and_secret_may_come_as_http_basic() -> None:
    machine = the_window()
    pair = base64.b64encode(f"{machine.client_id}:{machine.secret}".encode()).decode()
    answer = Client().post("/api/v1/token", headers={"Authorization": f"Basic {pair}"})
    assert answer.status_code == 200
    assert answer.json()["expires_in"] == 3600
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("client_id", ["", "nobody", "a\x00b"])
def test_a_wrong_secret_is_told_as_a_problem(client_id: str) -> None:
    answer = token_of(client_id or the_window().client_id, "wrong")
    assert answer.status_code == 401
    assert answer["Content-Type"].startswith("application/problem+json")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "token.invalid_client"


@pytest.mark.django_db
def test_ten_wrong_secrets_lock_the_client_for_a_while() -> None:
    machine = the_window()
    for _ in range(10):
        assert token_of(machine.client_id, "wrong").status_code == 401
    assert token_of(machine.client_id, machine.secret).status_code == 429


@pytest.mark.django_db
def test_a_token_dies_after_an_hour() -> None:
    machine = a_handler()
    assert machine.get("/tasks").status_code == 200
    with moment.at(moment.now() + timedelta(minutes=61)):
        answer = machine.get("/tasks")
        assert answer.status_code == 401
        assert answer.json()["code"] == "token.invalid"
        assert services.delete_expired() >= 1
    assert not AccessToken.objects.filter(client__client_id=machine.client_id).exists()


@pytest.mark.django_db
def test_a_client_that_is_switched_off_is_out_at_once() -> None:
    machine = a_handler()
    ApiClient.objects.filter(client_id=machine.client_id).update(is_active=False)
    assert machine.get("/tasks").status_code == 401
    assert token_of(machine.client_id, machine.secret).status_code == 401


@pytest.mark.django_db
def test_nothing_opens_without_a_token_and_cookies_mean_nothing() -> None:
    from tests.faces.door import enter, resident_account

    for client in (Client(), enter(resident_account())):
        answer = client.get("/api/v1/tasks")
        assert answer.status_code == 401
        assert answer.json()["code"] == "token.invalid"
