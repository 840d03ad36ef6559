"""Headers of every answer, the origin guard, and who a request is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.faces.door import all_patterns, enter, resident_account, staff_account
from tongban.faces.middleware import STAFF_IDLE
from tongban.ground import moment

pytestmark = pytest.mark.django_db


def _assert_headers(response: HttpResponseBase, where: str) -> None:
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy, where
    assert "frame-ancestors 'none'" in policy, where
    assert "unsafe" not in policy, where
    assert response.headers["X-Content-Type-Options"] == "nosniff", where
    assert response.headers["X-Frame-Options"] == "DENY", where
    assert response.headers["Referrer-Policy"] == "same-origin", where
    assert response.headers["X-Request-ID"], where


@pytest.mark.slow
@pytest.mark.covers("SEC-10")
def test_every_address_without_arguments_answers_with_the_headers() -> None:
    for client in (Client(), enter(resident_account()), enter(staff_account("顾晚晴"))):
        for route, _ in all_patterns():
            if "<" in route or route.startswith(("api/", "^")):
                continue
            response = client.get(f"/{route}")
            assert response.status_code < 500, route
            _assert_headers(response, route)


@pytest.mark.slow
def test_no_page_holds_inline_code_or_style() -> None:
    for client in (Client(), enter(resident_account()), enter(staff_account("顾晚晴"))):
        for route, _ in all_patterns():
            if "<" in route or route.startswith(("api/", "^")):
                continue
            response = client.get(f"/{route}")
            if response.headers.get("Content-Type", "").startswith("text/html"):
                text = b"".join(response) if response.streaming else response.content
                for forbidden in (b" style=", b"<style", b"onclick=", b"onsubmit=", b"javascript:", b"<script>"):
                    assert forbidden not in text, (route, forbidden)


def test_a_missing_page_has_the_headers_too() -> None:
    response = Client().get("/nowhere/")
    assert response.status_code == 404
    assert "没有找到" in response.content.decode()
    _assert_headers(response, "404")


def test_personal_pages_are_never_stored() -> None:
    response = enter(resident_account()).get(reverse("accounts:sessions"))
    assert "no-store" in response.headers["Cache-Control"]
    assert "no-store" in Client().get(reverse("accounts:sessions")).headers["Cache-Control"]


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://elsewhere.example"}, False),
        ({"Origin": "http://testserver.elsewhere.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
    ],
)
def test_changes_come_from_our_own_pages_only(headers: dict[str, str], taken: bool) -> None:
    response = Client().post(reverse("set_elder"), {"level": "1"}, headers=headers)
    assert response.status_code == (302 if taken else 403)
    assert ("tongban_elder" in response.cookies) is taken


def test_a_foreign_origin_cannot_sign_anybody_out() -> None:
    client = enter(resident_account())
    client.post(reverse("accounts:sign_out"), headers={"Origin": "https://elsewhere.example"})
    assert client.get(reverse("accounts:sessions")).status_code == 200


def test_reading_is_not_guarded() -> None:
    assert Client().get(reverse("healthz"), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_an_anonymous_page_asks_the_database_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = Client()
    with django_assert_num_queries(0):
        client.get(reverse("accounts:sign_in"))


def test_the_principal_costs_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = enter(resident_account())
    with django_assert_num_queries(1):
        assert "沈知夏" in client.get(reverse("accounts:register")).content.decode()


def test_staff_are_signed_out_after_thirty_idle_minutes() -> None:
    start = moment.now()
    with moment.at(start):
        client = enter(staff_account("顾晚晴"))
    with moment.at(start + STAFF_IDLE - timedelta(minutes=1)):
        assert client.get(reverse("accounts:sessions")).status_code == 200
    with moment.at(start + 2 * STAFF_IDLE - timedelta(minutes=2)):
        assert client.get(reverse("accounts:sessions")).status_code == 200, "being active starts the half hour again"
    with moment.at(start + 3 * STAFF_IDLE):
        assert client.get(reverse("accounts:sessions")).status_code == 302


def test_residents_may_rest_longer_but_not_beyond_the_absolute_limit() -> None:
    start = moment.now()
    with moment.at(start):
        client = enter(resident_account())
    with moment.at(start + timedelta(hours=2)):
        assert client.get(reverse("accounts:sessions")).status_code == 200
    with moment.at(start + timedelta(hours=13)):
        assert client.get(reverse("accounts:sessions")).status_code == 302


def test_a_request_id_of_the_proxy_is_kept_and_a_wild_one_is_not() -> None:
    assert Client().get("/healthz", headers={"X-Request-ID": "abcdef-0123456789"}).headers["X-Request-ID"] == (
        "abcdef-0123456789"
    )
    wild = "x\nSet-Cookie: a=b"
    assert Client().get("/healthz", headers={"X-Request-ID": wild}).headers["X-Request-ID"] != wild


@pytest.mark.parametrize("address", ["/progress/?number=%00", "/verify/a%00b/", "/search/?q=%00"])
def test_a_character_that_cannot_be_stored_is_refused_with_a_sentence(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code in (404, 422)
    if answer.status_code == 422:
        assert "特殊字符" in answer.content.decode()


def test_a_form_with_such_a_character_is_refused_too() -> None:
    answer = Client().post("/accounts/sign-in/", {"mobile": "1380000\x00"})
    assert answer.status_code == 422
