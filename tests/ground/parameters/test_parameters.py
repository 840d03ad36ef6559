from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tongban.ground.errors import Refusal
from tongban.ground.ledger.chain import Actor
from tongban.ground.ledger.selectors import events_of
from tongban.ground.parameters.models import Parameter
from tongban.ground.parameters.selectors import frozen, history_of, value_of
from tongban.ground.parameters.services import set_value

pytestmark = pytest.mark.django_db
STEWARD = Actor(kind="staff", role="steward")
BASIS = "行政许可法第三十二条"


def put(value: object, day: str, region: int | None = None) -> Parameter:
    return set_value(
        "test.days",
        value,
        valid_from=date.fromisoformat(day),
        basis=BASIS,
        actor=STEWARD,
        region=region,
        unit="working_day",
    )


def at(day: str, region: int | list[int] | None = None) -> object:
    return value_of("test.days", region, date.fromisoformat(day))


def test_a_new_value_ends_the_one_before_it_the_day_before():
    put(5, "2025-01-01")
    put(3, "2026-01-01")
    assert (at("2025-12-31"), at("2026-01-01")) == (5, 3)
    assert [row.value for row in history_of("test.days")] == [3, 5]


def test_the_nearest_region_wins_and_the_city_is_the_fallback():
    put(5, "2025-01-01")
    put(4, "2025-01-01", region=530100)
    put(2, "2025-01-01", region=530102)
    assert at("2026-01-01", [530102, 530100]) == 2
    assert at("2026-01-01", [530103, 530100]) == 4
    assert at("2026-01-01", 530100) == 4
    assert at("2026-01-01", 999) == 5


def test_a_day_without_value_is_refused_with_a_remedy():
    put(5, "2025-01-01")
    with pytest.raises(Refusal, match=r"parameter\.missing") as caught:
        at("2024-12-31")
    assert "补上" in caught.value.remedy


def test_a_value_needs_a_basis():
    with pytest.raises(Refusal, match=r"parameter\.basis"):
        set_value("test.days", 1, valid_from=date(2025, 1, 1), basis=" ", actor=STEWARD)


def test_a_value_behind_a_later_one_or_on_the_same_day_is_refused():
    put(5, "2025-06-01")
    with pytest.raises(Refusal, match=r"parameter\.later_value"):
        put(4, "2025-01-01")
    with pytest.raises(Refusal, match=r"parameter\.same_day"):
        put(4, "2025-06-01")


def test_setting_the_same_value_again_changes_nothing():
    first = put(5, "2025-01-01")
    assert put(5, "2026-01-01").id == first.id
    assert Parameter.objects.filter(code="test.days").count() == 1


@pytest.mark.parametrize("region", [None, 530100])
def test_the_database_itself_refuses_two_values_on_one_day(region: int | None):
    put(5, "2025-01-01", region)
    with pytest.raises(IntegrityError), transaction.atomic():
        Parameter.objects.create(
            code="test.days", region_id=region, valid="[2026-01-01,2026-02-01)", value=1, basis=BASIS
        )
    Parameter.objects.create(code="test.hours", region_id=region, valid="[2026-01-01,2026-02-01)", value=1, basis=BASIS)


def test_every_change_leaves_an_event():
    old = put(5, "2025-01-01")
    new = put(3, "2026-01-01")
    assert [row.kind for row in events_of("parameter", old.id)] == ["parameter.set", "parameter.ended"]
    assert events_of("parameter", new.id)[0].body["valid_from"] == "2026-01-01"


def test_events_freeze_value_unit_and_basis():
    row = put(5, "2025-01-01")
    kept = frozen(["test.days", "test.unknown"], None, date(2025, 2, 1))
    assert kept == {"test.days": {"id": str(row.id), "value": 5, "unit": "working_day", "basis": BASIS}}
