"""Staff need a second factor, act in one post at a time, and lose their sessions when their posts change."""

from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.door import enter, staff_account
from tongban.ground import moment
from tongban.ground.ledger.chain import SYSTEM
from tongban.ground.policy import Principal
from tongban.registry.parties import selectors, services
from tongban.registry.parties.models import Post, Staff

pytestmark = pytest.mark.django_db

PASSWORD = "一句很长的口令 88"
NUMBER = "YX0106"  # 顾晚晴


@pytest.fixture
def secret() -> str:
    """顾晚晴 with a known password; her authenticator's secret."""
    account = staff_account("顾晚晴")
    services.set_password(account, PASSWORD, actor=SYSTEM)
    return str(account.second_factor)


def _code(secret: str) -> str:
    return str(pyotp.TOTP(secret).at(int(moment.now().timestamp())))


def _first_step(client: Client, **changes: str) -> None:
    data = {"number": NUMBER, "password": PASSWORD, **changes}
    response = client.post(reverse("accounts:sign_in_staff"), data)
    assert response.status_code == 303
    assert response.headers["Location"].startswith(reverse("accounts:second_factor"))


@pytest.mark.covers("SEC-04")
def test_staff_sign_in_with_number_password_and_code(secret: str) -> None:
    client = Client()
    _first_step(client, number=" yx0106 ", next="/desk/window/")
    response = client.post(reverse("accounts:second_factor"), {"code": _code(secret), "next": "/desk/window/"})
    assert response.status_code == 303
    assert response.headers["Location"] == "/desk/window/"
    assert client.get(reverse("desk:home")).status_code == 200


def test_the_password_alone_opens_nothing(secret: str) -> None:
    client = Client()
    _first_step(client)
    assert client.get(reverse("desk:home")).status_code == 302
    assert client.get(reverse("accounts:sessions")).status_code == 302


def test_the_second_step_needs_the_first(secret: str) -> None:
    response = Client().post(reverse("accounts:second_factor"), {"code": _code(secret)})
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("accounts:sign_in_staff"))


def test_the_first_step_holds_for_five_minutes(secret: str) -> None:
    client = Client()
    start = moment.now()
    with moment.at(start):
        _first_step(client)
    with moment.at(start + timedelta(minutes=6)):
        assert client.post(reverse("accounts:second_factor"), {"code": _code(secret)}).status_code == 302
        assert client.get(reverse("desk:home")).status_code == 302


def test_a_code_of_the_authenticator_is_good_once(secret: str) -> None:
    with moment.at(moment.now()):
        first, second = Client(), Client()
        _first_step(first)
        _first_step(second)
        code = _code(secret)
        assert first.post(reverse("accounts:second_factor"), {"code": code}).status_code == 303
        assert second.post(reverse("accounts:second_factor"), {"code": code}).status_code == 429


def test_five_wrong_codes_stop_the_sixth_even_when_it_is_right(secret: str) -> None:
    with moment.at(moment.now()):
        client = Client()
        _first_step(client)
        right = _code(secret)
        wrong = f"{(int(right) + 1) % 1_000_000:06d}"
        for _ in range(5):
            assert client.post(reverse("accounts:second_factor"), {"code": wrong}).status_code == 422
        assert client.post(reverse("accounts:second_factor"), {"code": right}).status_code == 429


def test_an_old_code_is_refused(secret: str) -> None:
    with moment.at(moment.now()):
        client = Client()
        _first_step(client)
        old = pyotp.TOTP(secret).at(int(moment.now().timestamp()) - 120)
        assert client.post(reverse("accounts:second_factor"), {"code": old}).status_code == 422


def test_unknown_number_and_wrong_password_read_the_same(secret: str) -> None:
    def answer(number: str) -> str:
        data = {"number": number, "password": "wrong"}
        return Client().post(reverse("accounts:sign_in_staff"), data).content.decode().replace(number, "")

    assert answer(NUMBER) == answer("YX9999")


def test_whoever_holds_two_posts_acts_in_one_and_can_switch() -> None:
    client = enter(staff_account("梁予安"))
    principal = Principal.from_json(client.session["principal"])
    assert principal.roles == {"window_clerk"}
    other = next(key for key, name in principal.posts if key != principal.post_id)
    before = client.session.session_key
    assert client.post(reverse("accounts:switch_post"), {"post": str(other)}).status_code == 303
    switched = Principal.from_json(client.session["principal"])
    assert switched.post_id == other
    assert switched.roles == {"issuing_clerk"}
    assert switched.second_factor
    assert client.session.session_key != before, "a privilege change rotates the session"
    page = client.get(reverse("accounts:sessions")).content.decode()
    assert "这一次" in page


@pytest.mark.parametrize("wanted", ["", "abc", "999999"])
def test_nobody_acts_in_a_post_they_do_not_hold(wanted: str) -> None:
    client = enter(staff_account("梁予安"))
    assert client.post(reverse("accounts:switch_post"), {"post": wanted}).status_code == 422


def test_a_change_of_posts_ends_all_sessions_at_once() -> None:
    client = enter(staff_account("顾晚晴"))
    administrator = selectors.principal_of(staff_account("魏承志"))
    staff = Staff.objects.get(name="顾晚晴")
    services.set_posts(staff, list(Post.objects.filter(name="综合窗口出件岗")), principal=administrator)
    assert client.get(reverse("desk:home")).status_code == 302
    assert selectors.principal_of(staff_account("顾晚晴")).roles == {"issuing_clerk"}
