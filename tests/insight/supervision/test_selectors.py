"""The board of a region: cards by department, clocks by their due day, each number as long as its list."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from tests.procedures.work.rows import a_clock, a_subject, at
from tongban.ground import moment
from tongban.ground.clock import Step
from tongban.ground.errors import NotFound
from tongban.ground.policy import Principal
from tongban.insight.indicators.selectors import Scope
from tongban.insight.supervision import selectors
from tongban.insight.supervision.rules import LEVELS
from tongban.insight.supervision.selectors import Cards
from tongban.procedures.work import sweep
from tongban.procedures.work.models import ClockRow
from tongban.registry.parties.models import Department

pytestmark = [pytest.mark.django_db, pytest.mark.covers("EFF-01")]
COUNTY = Principal(kind="staff", roles=frozenset({"supervisor"}), region_no=1300, region_end_no=1399)
CITY = replace(COUNTY, region_no=1000, region_end_no=1999)
TODAY = date(2026, 6, 5)


@pytest.fixture(autouse=True)
def _today(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    ClockRow.objects.all().update(state="done", next_at=None)
    monkeypatch.setattr(sweep, "_reactions", {})
    with moment.at(at(TODAY)):
        yield


def counted(principal: Principal) -> Cards:
    sweep.run()
    return selectors.cards(selectors.scope_of(principal)).whole


def keys(scope: Scope, which: str, **narrowed: Any) -> list[uuid.UUID]:
    """Ids of a list's clocks, page by page of two."""
    found, after = [], ""
    while True:
        page = (
            selectors.carded(scope, which, after=after, limit=2, **narrowed)
            if which in LEVELS
            else selectors.clocks(scope, which, moment.now(), after=after, limit=2, **narrowed)
        )
        found += [line.key for line in page.items]
        if not page.next:
            return found
        after = page.next


IN_COUNTY, IN_CITY = Scope(1300, 1399), Scope(1000, 1999)


def test_a_subject_counts_once_at_its_highest_level() -> None:
    subject = a_subject()
    red = a_clock(subject, "statutory", date(2026, 5, 20), 3)
    a_clock(subject, "promised", date(2026, 5, 20), 2)
    yellow = a_clock(a_subject(), "promised", date(2026, 5, 20), 2)
    warned = a_clock(a_subject(), "statutory", date(2026, 6, 1), 4)
    a_clock(a_subject(), "statutory", date(2026, 6, 1), 20)
    assert counted(COUNTY) == Cards(1, 1, 1)
    assert [keys(IN_COUNTY, level) for level in ("red", "yellow", "warning")] == [[red.id], [yellow.id], [warned.id]]
    assert [line.level for line in selectors.worst(IN_COUNTY)] == ["red", "yellow", "warning"]
    assert [line.key for line in selectors.worst(IN_COUNTY, limit=1)] == [red.id]


def test_a_subject_with_two_clocks_at_a_level_stands_in_its_list_once() -> None:
    subject = a_subject()
    first = a_clock(subject, "statutory", date(2026, 5, 11), 2)
    a_clock(subject, "joint", date(2026, 5, 11), 5)
    assert counted(COUNTY).red == 1
    assert keys(IN_COUNTY, "red") == [first.id]


def test_departments_are_apart() -> None:
    first, second = Department.objects.order_by("id")[:2]
    a_clock(a_subject(), "promised", date(2026, 5, 20), 2)
    other = a_clock(a_subject(), "statutory", date(2026, 5, 20), 2)
    ClockRow.objects.filter(id=other.id).update(department=second)
    sweep.run()
    found = selectors.cards(IN_COUNTY)
    assert found.of_department(second.id) == Cards(0, 0, 1)
    assert found.whole == found.of_department(first.id) + Cards(0, 0, 1)
    narrowed = selectors.cards(IN_COUNTY.narrowed(second.id))
    assert (narrowed.departments, narrowed.regions) == ({second.id: Cards(0, 0, 1)}, {1300: Cards(0, 0, 1)})
    assert keys(IN_COUNTY.narrowed(second.id), "red") == [other.id]
    assert keys(IN_COUNTY.narrowed(second.id), "yellow") == []


def test_another_region_a_stopped_and_a_finished_clock_are_not_on_it() -> None:
    a_clock(a_subject(), "statutory", date(2026, 5, 20), 3, region_no=1100)
    a_clock(a_subject(), "statutory", date(2026, 6, 1), 3, Step("suspend", date(2026, 6, 2), kind="hearing", key="h"))
    a_clock(a_subject(), "statutory", date(2026, 5, 20), 3, Step("stop", date(2026, 6, 2)))
    assert counted(COUNTY) == Cards()
    assert sum(selectors.urgency(IN_COUNTY, moment.now()).values()) == 0
    assert counted(CITY) == Cards(0, 0, 1)


def test_the_nearest_due_and_the_oldest_overdue_come_from_every_region_in_order() -> None:
    ahead = [
        a_clock(a_subject(), "statutory", date(2026, 6, 3), n, region_no=region)
        for n, region in ((9, 1100), (4, 1301), (6, 1300), (5, 1100))
    ]
    behind = [
        a_clock(a_subject(), "statutory", date(2026, 5, 11), n, region_no=region)
        for n, region in ((7, 1100), (3, 1301), (5, 1300))
    ]
    assert keys(IN_CITY, "ahead") == [ahead[index].id for index in (1, 3, 2, 0)]
    first = selectors.nearest(IN_CITY, moment.now(), limit=3)
    assert [line.key for line in first] == [ahead[index].id for index in (1, 3, 2)]
    assert keys(IN_CITY, "overdue") == [behind[index].id for index in (1, 2, 0)]
    assert keys(IN_COUNTY, "ahead") == [ahead[index].id for index in (1, 2)]


def test_clocks_of_one_moment_come_page_by_page_by_department_each_once() -> None:
    one, other = Department.objects.order_by("id")[:2]
    made = [a_clock(a_subject(), "statutory", date(2026, 6, 3), 9, region_no=1300 + n % 2) for n in range(9)]
    ClockRow.objects.filter(id__in=[clock.id for clock in made]).update(department=one)
    ClockRow.objects.filter(id__in=[clock.id for clock in made[::3]]).update(department=other)
    of = dict(ClockRow.objects.values_list("id", "department_id"))
    found = keys(IN_COUNTY, "ahead")
    assert found == sorted((clock.id for clock in made), key=lambda key: (of[key], key))
    assert keys(IN_COUNTY.narrowed(other.id), "ahead") == [key for key in found if of[key] == other.id]


@pytest.mark.parametrize("after", ["x", "2026-06-05T00:00:00+08:00_1", "2026-06-05_1_" + "0" * 32, "__", "1_1_1"])
def test_a_place_that_no_page_has_is_not_found(after: str) -> None:
    with pytest.raises(NotFound):
        selectors.clocks(IN_COUNTY, "ahead", moment.now(), after=after)


def test_every_urgency_is_as_long_as_its_list() -> None:
    """2026-06-05 is a Friday; a clock of n working days from Wednesday is due n days later."""
    for n in range(1, 13):
        a_clock(a_subject(), "statutory", date(2026, 6, 3), n)
    a_clock(a_subject(), "statutory", date(2026, 5, 11), 3, region_no=1301)
    found = selectors.urgency(IN_COUNTY, moment.now())
    assert found == {"overdue": 2, "today": 1, "soon": 3, "week": 4}
    for which, n in found.items():
        assert len(keys(IN_COUNTY, which)) == n, which


def test_an_area_is_a_county_with_everything_in_it_or_the_city_alone() -> None:
    whole = Scope(0, 2**31 - 1)
    found = selectors.areas(whole)
    assert len({area.no for area in found}) == len(found) >= 2
    for one, other in pairwise(sorted(found, key=lambda area: area.first)):
        assert one.last < other.first
    own = next(area for area in found if area.first == area.last)
    assert selectors.narrowed(whole, found, own.no, None).where["region_no__range"] == (own.no, own.no)
    with pytest.raises(NotFound):
        selectors.narrowed(IN_COUNTY, (), own.no, None)


def test_numbers_are_one_query_whatever_their_size(django_assert_num_queries: Any) -> None:
    for n in range(1, 12):
        a_clock(a_subject(), "statutory", date(2026, 5, 29), n, region_no=1300 + n % 3)
    for read in (selectors.cards, selectors.open_cases):
        with django_assert_num_queries(1):
            read(IN_CITY)
    with django_assert_num_queries(1):
        selectors.urgency(IN_CITY, moment.now())
    with django_assert_num_queries(1):
        selectors.clocks(IN_CITY, "overdue", moment.now())


@pytest.mark.parametrize("role", ["window_clerk", "applicant", "system_admin"])
def test_who_oversees_nothing_has_no_board(role: str) -> None:
    with pytest.raises(NotFound):
        selectors.scope_of(replace(CITY, roles=frozenset({role})))
