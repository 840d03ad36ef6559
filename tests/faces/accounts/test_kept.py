"""What somebody typed when their session had ended comes back after signing in, to the same step only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory

from tongban.faces import kept
from tongban.ground import moment

pytestmark = pytest.mark.django_db


def _post(path: str, data: dict[str, str], session: SessionStore) -> HttpRequest:
    request = RequestFactory().post(path, data)
    request.session = session
    return request


def _get(path: str, session: SessionStore) -> HttpRequest:
    request = RequestFactory().get(path)
    request.session = session
    return request


def test_fields_come_back_once_to_the_same_path() -> None:
    session = SessionStore()
    kept.keep(_post("/apply/d/1/form/premises/", {"premises.name": "青禾理发店", "password": "x"}, session))
    assert kept.take(_get("/apply/d/2/form/premises/", session)) is None
    fields = kept.take(_get("/apply/d/1/form/premises/", session))
    assert fields is not None
    assert fields["premises.name"] == "青禾理发店"
    assert "password" not in fields
    assert kept.take(_get("/apply/d/1/form/premises/", session)) is None


def test_fields_are_encrypted_in_the_session() -> None:
    session = SessionStore()
    kept.keep(_post("/a/", {"person.id_number": "11010519491231002X"}, session))
    assert "11010519491231002X" not in str(dict(session.items()))


def test_fields_are_forgotten_after_half_an_hour() -> None:
    session = SessionStore()
    start = moment.now()
    with moment.at(start):
        kept.keep(_post("/a/", {"x": "y"}, session))
    with moment.at(start + timedelta(minutes=31)):
        assert kept.take(_get("/a/", session)) is None


def test_a_get_and_a_huge_form_are_not_kept() -> None:
    session = SessionStore()
    kept.keep(_get("/a/?x=1", session))
    kept.keep(_post("/a/", {"x": "长" * 300_000}, session))
    assert kept.waiting(_get("/a/", session)) == ""


def test_an_expired_session_in_mid_form_returns_to_the_same_step(client: object) -> None:
    from django.test import Client

    from tests.faces.door import resident_account

    browser = Client()
    path = "/apply/d/00000000-0000-7000-8000-000000000000/form/premises/"
    response = browser.post(path, {"premises.name": "青禾理发店"})
    assert response.status_code == 302
    assert response.headers["Location"].endswith(
        "next=%2Fapply%2Fd%2F00000000-0000-7000-8000-000000000000%2Fform%2Fpremises%2F"
    )
    assert "您刚才填的内容还在" in browser.get(response.headers["Location"]).content.decode()
    browser.post(f"/demo/sign-in/{resident_account().pk}/")
    assert kept.KEY in browser.session, "kept through the sign-in although the session has a new key"
