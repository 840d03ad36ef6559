"""Residents sign in by code or password; nothing tells which numbers have an account (g6 lines 1, 3, 4)."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.door import LU, SHEN, enter, resident_account, sent_code
from tongban.faces.accounts.models import OneTimeCode
from tongban.faces.accounts.views.shared import ADDRESS_FAILURES
from tongban.ground import moment
from tongban.ground.ledger.chain import SYSTEM
from tongban.ground.ledger.selectors import events_of
from tongban.ground.notifications.models import Notification
from tongban.registry.parties import services
from tongban.registry.parties.models import AccountSession

pytestmark = pytest.mark.django_db

UNKNOWN = "13911112222"
PASSWORD = "溪水东流 42 里"


def _ask_code(client: Client, mobile: str = SHEN, **more: str) -> None:
    response = client.post(reverse("accounts:sign_in"), {"mobile": mobile, **more})
    assert response.status_code == 303


def _with_password(mobile: str = SHEN) -> None:
    account = resident_account(mobile)
    services.set_password(account, PASSWORD, actor=SYSTEM)


@pytest.mark.covers("IDN-05")
def test_a_code_by_short_message_signs_in() -> None:
    client = Client()
    _ask_code(client, " 138-0000 2046 ", next="/accounts/sessions/")
    response = client.post(reverse("accounts:sign_in_code"), {"code": sent_code(), "next": "/accounts/sessions/"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/accounts/sessions/"
    assert "沈知夏" in client.get("/accounts/sessions/").content.decode()
    kinds = [event.kind for event in events_of("account", resident_account().pk)]
    assert kinds[-1] == "account.signed_in"


def test_an_unknown_number_gets_the_same_answer_and_no_message() -> None:
    known, unknown = Client(), Client()
    _ask_code(known, SHEN)
    sent = Notification.objects.filter(channel="sms").count()
    _ask_code(unknown, UNKNOWN)
    assert Notification.objects.filter(channel="sms").count() == sent

    def page(client: Client) -> str:
        return re.sub(r"\d{3}\*{4}\d{4}", "", client.get(reverse("accounts:sign_in_code")).content.decode())

    assert page(known) == page(unknown)
    wrong = {"code": "000000"}
    first = known.post(reverse("accounts:sign_in_code"), wrong)
    second = unknown.post(reverse("accounts:sign_in_code"), wrong)
    assert first.status_code == second.status_code == 422
    assert "验证码不对或已过期" in first.content.decode()
    assert "验证码不对或已过期" in second.content.decode()


def test_a_code_works_once() -> None:
    client = Client()
    _ask_code(client)
    code = sent_code()
    assert client.post(reverse("accounts:sign_in_code"), {"code": code}).status_code == 303
    again = Client()
    with moment.at(moment.now() + timedelta(minutes=2)):
        session = again.session
        session.save()
        again.post(reverse("accounts:sign_in"), {"mobile": SHEN})
        OneTimeCode.objects.latest("created_at").delete()
        assert again.post(reverse("accounts:sign_in_code"), {"code": code}).status_code == 422


def test_a_code_dies_after_ten_minutes() -> None:
    client = Client()
    start = moment.now()
    with moment.at(start):
        _ask_code(client)
        code = sent_code()
    with moment.at(start + timedelta(minutes=11)):
        assert client.post(reverse("accounts:sign_in_code"), {"code": code}).status_code == 422


@pytest.mark.slow
def test_a_code_allows_five_tries() -> None:
    client = Client()
    _ask_code(client)
    code = sent_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        client.post(reverse("accounts:sign_in_code"), {"code": wrong})
    assert client.post(reverse("accounts:sign_in_code"), {"code": code}).status_code == 422


def test_codes_are_kept_as_a_keyed_hash() -> None:
    _ask_code(Client())
    row = OneTimeCode.objects.latest("created_at")
    assert sent_code() not in row.code_hash
    assert SHEN not in row.mobile_index


def test_codes_are_sent_once_a_minute_to_known_and_unknown_numbers_alike() -> None:
    for mobile in (SHEN, UNKNOWN):
        client = Client()
        _ask_code(client, mobile)
        response = client.post(reverse("accounts:sign_in"), {"mobile": mobile})
        assert response.status_code == 429, mobile
        assert "一分钟内只能发一次" in response.content.decode()


def test_a_wrong_mobile_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    response = Client().post(reverse("accounts:sign_in"), {"mobile": "1380000204"})
    text = response.content.decode()
    assert response.status_code == 422
    assert 'value="1380000204"' in text
    assert "<title>有错误：" in text
    assert text.count("现在是 10 位") == 2, "in the summary and beside the field"


def test_a_password_signs_in_and_the_session_key_changes() -> None:
    _with_password()
    client = Client()
    client.get(reverse("accounts:sign_in"))
    client.post(reverse("accounts:sign_in"), {"mobile": LU})
    before = client.session.session_key
    response = client.post(reverse("accounts:sign_in_password"), {"mobile": SHEN, "password": PASSWORD})
    assert response.status_code == 303
    assert client.session.session_key != before


def test_unknown_number_and_wrong_password_read_the_same() -> None:
    _with_password()

    def answer(mobile: str, password: str) -> str:
        data = {"mobile": mobile, "password": password}
        response = Client().post(reverse("accounts:sign_in_password"), data)
        assert response.status_code == 422
        return response.content.decode().replace(mobile, "")

    assert answer(SHEN, "wrong password") == answer(UNKNOWN, "wrong password")


@pytest.mark.covers("SEC-04")
def test_five_wrong_passwords_stop_the_sixth_even_when_it_is_right_and_even_for_unknown_numbers() -> None:
    _with_password()
    for mobile in (SHEN, UNKNOWN):
        for _ in range(5):
            Client().post(reverse("accounts:sign_in_password"), {"mobile": mobile, "password": "wrong password"})
        response = Client().post(reverse("accounts:sign_in_password"), {"mobile": mobile, "password": PASSWORD})
        assert response.status_code == 429, mobile
        assert "暂时不能用密码登录" in response.content.decode()


def test_one_address_cannot_try_many_accounts() -> None:
    with moment.at(moment.now()):
        for _ in range(49):
            ADDRESS_FAILURES.note("127.0.0.1")
        data = {"mobile": "13922200000", "password": "wrong password"}
        assert Client().post(reverse("accounts:sign_in_password"), data).status_code == 422
        data = {"mobile": "13922299999", "password": "wrong password"}
        assert Client().post(reverse("accounts:sign_in_password"), data).status_code == 429


def test_a_foreign_next_is_ignored() -> None:
    _with_password()
    data = {"mobile": SHEN, "password": PASSWORD, "next": "https://elsewhere.example/"}
    response = Client().post(reverse("accounts:sign_in_password"), data)
    assert response.headers["Location"] == reverse("portal:my")


def test_signing_out_ends_the_session_in_the_database() -> None:
    client = enter(resident_account())
    cookie = client.cookies["tongban_session"].value
    client.post(reverse("accounts:sign_out"))
    thief = Client()
    thief.cookies["tongban_session"] = cookie
    assert thief.get(reverse("accounts:sessions")).status_code == 302
    assert not AccountSession.objects.filter(session_key=cookie).exists()


def test_own_sessions_are_listed_and_one_can_be_ended() -> None:
    here, there = enter(resident_account()), enter(resident_account())
    page = here.get(reverse("accounts:sessions")).content.decode()
    handles = re.findall(r'name="session" value="([0-9a-f]{32})"', page)
    assert len(handles) == 1
    assert here.cookies["tongban_session"].value not in page, "a session key never stands in a page"
    here.post(reverse("accounts:sessions"), {"session": handles[0]})
    assert there.get(reverse("accounts:sessions")).status_code == 302
    assert here.get(reverse("accounts:sessions")).status_code == 200


def test_nobody_ends_the_session_of_another() -> None:
    mine, other = enter(resident_account(SHEN)), enter(resident_account(LU))
    from tongban.registry.parties.selectors import session_handle

    handle = session_handle(other.cookies["tongban_session"].value)
    assert mine.post(reverse("accounts:sessions"), {"session": handle}).status_code == 404
    assert other.get(reverse("accounts:sessions")).status_code == 200


def test_a_new_password_ends_all_other_sessions() -> None:
    _with_password()
    here, there = enter(resident_account()), enter(resident_account())
    data = {"password": PASSWORD, "new_password": "另一句好记的话 7"}
    assert here.post(reverse("accounts:password"), data).status_code == 303
    assert there.get(reverse("accounts:sessions")).status_code == 302
    assert here.get(reverse("accounts:sessions")).status_code == 200


@pytest.mark.parametrize("weak", ["short", "password1", "x" * 129])
def test_a_weak_password_is_refused_with_the_reason(weak: str) -> None:
    _with_password()
    data = {"password": PASSWORD, "new_password": weak}
    response = enter(resident_account()).post(reverse("accounts:password"), data)
    assert response.status_code == 422
    assert weak not in response.content.decode()
