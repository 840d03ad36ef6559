from __future__ import annotations

import json
from datetime import date

import pytest

from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import Actor
from tongban.ground.parameters.declared import declared, require_readable
from tongban.ground.parameters.models import Parameter
from tongban.ground.parameters.services import set_value

BY_HAND = [one for one in declared() if one.by_hand]
UNFIT = ("明天", -1, 10**9, True, None, {"nothing": 1}, [{"halls": "yunxi"}], [1], "12")


def typed(text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def test_every_room_that_reads_a_parameter_has_declared_it():
    assert {one.code for one in declared()} == {
        "cases.held_months",
        "cases.sampling_rule",
        "clock.receipt_rule",
        "contacts.web_answer_days",
        "credit.grade_rule",
        "indicators.outside_rule",
        "places.extended_hours",
        "trial_run.span",
        "work.card_rule",
    }


@pytest.mark.parametrize("one", BY_HAND, ids=lambda one: one.code)
def test_the_example_can_be_read_and_what_has_another_shape_is_refused(one):
    require_readable(one.code, typed(one.example))
    for value in UNFIT:
        with pytest.raises(Refusal):
            require_readable(one.code, value)


@pytest.mark.parametrize("day", [{"opens": "22:00", "closes": "08:00"}, {"opens": "8"}, {"weekdays": [0]}])
def test_longer_hours_that_no_hall_could_have_are_refused(day):
    good = {"halls": ["yunxi"], "opens": "08:00", "closes": "22:00", "weekdays": [6]}
    require_readable("places.extended_hours", [good])
    with pytest.raises(Refusal, match=r"parameter\.unfit"):
        require_readable("places.extended_hours", [good, good | day])


def test_a_code_of_the_city_holds_a_number_words_or_yes_and_no():
    for value in (0.12, "一年", False):
        require_readable("city.own", value)
    for value in ({"a": 1}, [1], None, "字" * 301):
        with pytest.raises(Refusal, match=r"parameter\.unfit"):
            require_readable("city.own", value)


@pytest.mark.django_db
def test_what_cannot_be_read_is_never_kept():
    with pytest.raises(Refusal, match=r"parameter\.unfit"):
        set_value(
            "contacts.web_answer_days", "三天", valid_from=date(2026, 1, 1), basis="规定", actor=Actor(kind="staff")
        )
    assert not Parameter.objects.filter(code="contacts.web_answer_days").exists()
