"""Progress without an account: number and password, and an answer that never says which of the two was wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.faces.portal import road
from tests.support import builders
from tongban.ground import moment
from tongban.procedures.cases.models import Case
from tongban.registry.parties.models import Person

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 4, 0, 1, tzinfo=UTC)


@pytest.fixture
def case() -> Case:
    return Case.objects.get(pk=builders.a_case_in_review())


def ask(number: str, password: str) -> HttpResponse:
    return Client().post(reverse("portal:progress"), {"number": number, "password": password})


def wrong(case: Case) -> str:
    return f"{(int(case.query_password) + 1) % 10**6:06d}"


def test_number_and_password_show_the_steps_and_nothing_personal(case: Case) -> None:
    response = ask(f" {case.number.lower()} ", case.query_password)
    page = road.text_of(response)
    person = Person.objects.get(pk=case.applicant_person_id)
    assert response.status_code == 200
    assert "办到哪一步了" in page
    assert person.name not in page
    assert person.id_number not in page
    assert case.applicant_label not in page
    assert "/my/papers/" not in page
    assert "no-store" in response.headers["Cache-Control"]


def test_full_width_digits_are_accepted(case: Case) -> None:
    wide = case.query_password.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert ask(case.number, wide).status_code == 200


def test_a_wrong_password_and_a_wrong_number_get_the_same_answer(case: Case) -> None:
    known = ask(case.number, wrong(case))
    unknown = ask("YX2026-0101-999999", case.query_password)
    assert known.status_code == unknown.status_code == 422
    said = road.text_of(known).replace(case.number, "")
    assert said == road.text_of(unknown).replace("YX2026-0101-999999", "")


@pytest.mark.slow
def test_three_wrong_tries_wait_ten_minutes_even_with_the_right_password(case: Case) -> None:
    with moment.at(NOON):
        for _ in range(3):
            assert ask(case.number, wrong(case)).status_code == 422
        blocked = ask(case.number, case.query_password)
        assert blocked.status_code == 429
        assert "3 次" in road.text_of(blocked)
    with moment.at(NOON + timedelta(minutes=10)):
        assert ask(case.number, case.query_password).status_code == 200


def test_an_unknown_number_is_blocked_just_the_same() -> None:
    with moment.at(NOON):
        answers = [ask("YX2026-0101-999999", "000000").status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]


@pytest.mark.parametrize("number, password", [("", "123456"), ("YX1", ""), ("", "")])
def test_an_empty_field_is_named(number: str, password: str) -> None:
    response = ask(number, password)
    assert response.status_code == 422
    assert "请填写" in road.text_of(response)


@pytest.mark.parametrize("number", ["办件\u202e号码'\"", "YX\x002026", "YX" * 400])
def test_strange_characters_are_an_ordinary_mismatch(number: str) -> None:
    assert ask(number, "密\x00码").status_code == 422
