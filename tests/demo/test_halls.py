"""The halls of the demo city: of every level, named by rule; a day at the centre that has gone so far and goes on."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from tests.registry.places.scenes import city, on_monday
from tongban.demo import halls
from tongban.ground import moment
from tongban.registry.places import lines, rules, selectors
from tongban.registry.places.models import Hall, QueueTicket, Window

pytestmark = [pytest.mark.django_db, pytest.mark.aside]


@pytest.mark.covers("HAL-08", "WIN-11")
def test_the_city_has_halls_of_every_level_named_by_rule_and_windows_of_every_kind() -> None:
    kinds = list(Hall.objects.values_list("kind", "name"))
    assert [sum(kind == one for kind, _ in kinds) for one in ("centre", "township_centre")] == [7, 24]
    assert sum(kind == "village_station" for kind, _ in kinds) >= 6
    assert [name for kind, name in kinds if rules.naming_problem(kind, name)] == []
    assert set(Window.objects.filter(hall=city()).values_list("kind", flat=True)) == set(Window.Kind.values)


@pytest.mark.covers("WIN-06", "WIN-26")
def test_every_stationed_item_has_a_window_in_every_hall() -> None:
    for hall in Hall.objects.all():
        assert selectors.profile(hall).uncovered == (), hall


def test_the_day_has_gone_until_now_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(halls, "ARRIVALS", 14)
    monkeypatch.setattr(halls, "LATE_ARRIVALS", 16)
    with on_monday(hour=8, minute=50) as now:
        halls.open_today()
        made = QueueTicket.objects.all()
        day = lines.today(city())
        assert day.waiting >= 3
        assert made.filter(state="served").count() >= 3
        assert made.filter(taken_at__gt=now).count() == 0
        assert made.filter(ended_at__gt=now).count() == 0
        before = made.count()
        halls.open_today()
        assert made.count() == before
        free = Window.objects.get(hall=city(), number=halls.FREE_AT_THE_END)
        assert lines.waiting(free.pk).total > 0
        assert not made.filter(window=free, state__in=("called", "serving")).exists()
        served = made.filter(state="served").count()
        with moment.at(now + timedelta(minutes=30)):
            halls.go_on(random.Random(1))
            assert made.filter(state="served").count() > served
            assert not made.filter(window=free, called_at__gt=now).exists()
    with on_monday(hour=23):
        count = made.count()
        halls.go_on(random.Random(1))
        assert made.count() == count
