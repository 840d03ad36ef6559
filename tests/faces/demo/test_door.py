"""The demo's door shows everybody and lets anybody in; it exists only in a demo."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.faces.door import enter, resident_account, staff_account
from tongban.demo import places
from tongban.demo.people import CLERKS, RESIDENTS
from tongban.faces.demo import cards

pytestmark = [pytest.mark.django_db, pytest.mark.aside]


def test_everybody_is_listed_with_what_they_can_do() -> None:
    page = Client().get(reverse("demo:home")).content.decode()
    for clerk in CLERKS:
        assert f"<h3>{clerk.name}</h3>" in page
    for resident in RESIDENTS:
        assert (f"<h3>{resident.name}</h3>" in page) is resident.account
        assert resident.mobile not in page
        assert resident.id_number not in page
    assert "作出准予或不予许可的决定" in page


def test_a_stranger_meets_ten_people_first_and_what_waits_for_them() -> None:
    from tests.support import builders

    builders.a_submitted_case(builders.resident("何雨桐"))
    page = Client().get(reverse("demo:home")).content.decode()
    first = page[page.index("先从这里开始") : page.index("找一个人")]
    assert [name for name, _ in cards.FIRST if f"<h3>{name}</h3>" in first] == [name for name, _ in cards.FIRST]
    assert "1 件在办" in first
    assert "委托邱敏代办" in first
    assert "件待办" in first


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ("理发", "欧阳娜", "魏承志"),
        ("卫健委 审批", "许知行", "顾晚晴"),
        ("YX0106", "顾晚晴", "许知行"),
        ("护士", "孔令仪", "欧阳娜"),
        ("导办", "王海燕", "裴知远"),
    ],
)
def test_people_are_found_by_name_post_unit_and_story(asked: str, there: str, gone: str) -> None:
    page = Client().get(reverse("demo:home"), {"q": asked}).content.decode()
    assert f"<h3>{there}</h3>" in page
    assert f"<h3>{gone}</h3>" not in page
    assert "先从这里开始" not in page


@pytest.mark.parametrize("asked", ["没有这个人", "<script>", "%%%", "x" * 500])
def test_a_question_that_fits_nobody_says_so(asked: str) -> None:
    answer = Client().get(reverse("demo:home"), {"q": asked})
    assert answer.status_code == 200
    assert "没有这样的人" in answer.content.decode()
    assert "<script>" not in answer.content.decode()


def test_every_role_of_the_city_says_what_it_can_do_here() -> None:
    roles = {role for position in places.positions().values() for role in position.roles}
    assert roles == set(cards.DUTIES)


def test_the_door_reads_the_same_number_of_times_however_many_people_there_are() -> None:
    with CaptureQueriesContext(connection) as read:
        Client().get(reverse("demo:home"), {"q": "理发"})
    assert len(read) <= 9


def test_staff_enter_the_desk_with_the_second_factor_passed() -> None:
    client = enter(staff_account("许知行"))
    assert client.session["principal"]["second_factor"] is True
    assert client.get(reverse("desk:home")).status_code == 200


def test_a_resident_enters_their_space() -> None:
    response = Client().post(reverse("demo:sign_in", args=[resident_account().pk]))
    assert response.headers["Location"] == reverse("portal:my")


@pytest.mark.parametrize("person", ["nobody", "00000000-0000-7000-8000-000000000000"])
def test_an_unknown_person_is_not_found(person: str) -> None:
    assert Client().post(reverse("demo:sign_in", args=[person])).status_code == 404


def test_a_get_signs_nobody_in() -> None:
    assert Client().get(reverse("demo:sign_in", args=[resident_account().pk])).status_code == 405


def test_the_sandbox_shows_messages_with_masked_numbers() -> None:
    from tongban.ground import moment
    from tongban.ground.ids import uuid7
    from tongban.ground.notifications.models import SandboxMessage

    SandboxMessage.objects.create(message_id=uuid7(), mobile="13800138000", text="验证码 123456", taken_at=moment.now())
    page = Client().get(reverse("demo:sms")).content.decode()
    assert "验证码 123456" in page
    assert "138****8000" in page
    assert "13800138000" not in page


@pytest.mark.slow
def test_outside_a_demo_the_door_does_not_exist() -> None:
    program = (
        "import django, json; django.setup();"
        "from django.urls import get_resolver;"
        "print(json.dumps([str(p.pattern) for p in get_resolver().url_patterns]))"
    )
    environment = {**os.environ, "TONGBAN_DEMO": "0", "DJANGO_SETTINGS_MODULE": "tongban.config.settings"}
    environment["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
    made = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert "demo/" not in json.loads(made.stdout.splitlines()[-1])
