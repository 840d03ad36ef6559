"""One account per ID number; who has one is guided to it (IDN-01, IDN-04)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.door import SHEN, sent_code
from tongban.demo.people import RESIDENTS
from tongban.ground.identifiers import id_check_digit
from tongban.registry.parties import selectors
from tongban.registry.parties.models import Person, UserAccount

pytestmark = pytest.mark.django_db

YE = next(one for one in RESIDENTS if one.name == "叶红")  # in the register, without an account
SHEN_ZHIXIA = next(one for one in RESIDENTS if one.name == "沈知夏")
FRESH = "33990219770101007"
FRESH += id_check_digit(FRESH)


def _register(client: Client, code: str = "", **changes: str) -> Any:
    data = {"name": YE.name, "id_number": YE.id_number, "mobile": "13712345678", **changes}
    response = client.post(reverse("accounts:register"), data)
    if response.status_code != 303:
        return response
    return client.post(reverse("accounts:register_code"), {"code": code or sent_code()})


@pytest.mark.covers("IDN-01", "IDN-05")
def test_somebody_of_the_register_gets_an_account_of_level_two() -> None:
    client = Client()
    assert _register(client).status_code == 303
    account = selectors.account_by_login(selectors.resident_login("13712345678"))
    assert account is not None
    assert account.assurance_level == UserAccount.Assurance.CHECKED
    assert "叶红" in client.get(reverse("accounts:sessions")).content.decode()


def test_somebody_unknown_is_registered_at_level_one() -> None:
    assert _register(Client(), name="新来的人", id_number=FRESH).status_code == 303
    account = selectors.account_by_login(selectors.resident_login("13712345678"))
    assert account is not None
    assert account.assurance_level == UserAccount.Assurance.PHONE


def test_a_name_that_does_not_fit_the_number_is_refused() -> None:
    response = _register(Client(), name="不是叶红")
    assert response.status_code == 422
    assert "姓名和身份证号对不上" in response.content.decode()
    assert not UserAccount.objects.filter(person__id_number_index=selectors.id_number_index(YE.id_number)).exists()


@pytest.mark.covers("IDN-04")
def test_a_second_account_for_the_same_number_is_guided_to_the_first() -> None:
    accounts = UserAccount.objects.count()
    response = _register(Client(), name=SHEN_ZHIXIA.name, id_number=SHEN_ZHIXIA.id_number)
    text = response.content.decode()
    assert response.status_code == 409
    assert "138****2046" in text, "told only after the code of one's own mobile"
    assert SHEN not in text
    assert UserAccount.objects.count() == accounts


def test_a_mobile_of_another_account_is_refused() -> None:
    response = _register(Client(), mobile=SHEN)
    assert response.status_code == 409
    assert "已经用来登录另一个账号" in response.content.decode()


def test_nothing_is_told_before_the_code() -> None:
    taken, free = Client(), Client()
    first = taken.post(
        reverse("accounts:register"),
        {"name": "沈知夏", "id_number": SHEN_ZHIXIA.id_number, "mobile": "13712345678"},
    )
    second = free.post(reverse("accounts:register"), {"name": "某某", "id_number": FRESH, "mobile": "13712345679"})
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]


def test_all_faults_are_told_at_once() -> None:
    data = {"name": "", "id_number": "11010519491231002Y", "mobile": "123"}
    response = Client().post(reverse("accounts:register"), data)
    text = response.content.decode()
    assert response.status_code == 422
    assert "有 3 处需要改" in text
    assert 'value="11010519491231002Y"' in text, "what was typed is kept"


def test_a_wrong_code_opens_nothing() -> None:
    persons = Person.objects.count()
    assert _register(Client(), code="abcdef").status_code == 422
    assert Person.objects.count() == persons


def test_a_weak_password_opens_nothing_and_a_new_code_can_be_asked_for() -> None:
    client = Client()
    client.post(reverse("accounts:register"), {"name": YE.name, "id_number": YE.id_number, "mobile": "13712345678"})
    response = client.post(reverse("accounts:register_code"), {"code": sent_code(), "password": "12345678"})
    assert response.status_code == 422
    assert "太短或太常见" in response.content.decode()
