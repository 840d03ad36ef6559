"""The board of a region: cards by department, the nearest due, the oldest overdue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from tests.procedures.work.rows import a_clock, a_subject, at
from tongban.ground import moment
from tongban.ground.clock import Step
from tongban.ground.errors import NotFound
from tongban.ground.policy import Principal
from tongban.procedures.work import sweep
from tongban.procedures.work.models import ClockRow
from tongban.procedures.work.selectors import board
from tongban.registry.parties.models import Department

pytestmark = [pytest.mark.django_db, pytest.mark.covers("EFF-01")]
COUNTY = Principal(kind="staff", roles=frozenset({"supervisor"}), region_no=1300, region_end_no=1399)
CITY = replace(COUNTY, region_no=1000, region_end_no=1999)
TODAY = date(2026, 6, 5)


@pytest.fixture(autouse=True)
def _today(db: None, monkeypatch) -> Iterator[None]:
    ClockRow.objects.all().update(state="done", next_at=None)
    monkeypatch.setattr(sweep, "_reactions", {})
    with moment.at(at(TODAY)):
        yield


def levels(principal: Principal) -> list[tuple[int, int, int]]:
    sweep.run()
    return [(line.warning, line.yellow, line.red) for line in board(principal).departments]


def test_a_subject_counts_once_at_its_highest_level():
    subject = a_subject()
    a_clock(subject, "statutory", date(2026, 5, 20), 3)
    a_clock(subject, "promised", date(2026, 5, 20), 2)
    a_clock(a_subject(), "promised", date(2026, 5, 20), 2)
    a_clock(a_subject(), "statutory", date(2026, 6, 1), 4)
    a_clock(a_subject(), "statutory", date(2026, 6, 1), 20)
    assert levels(COUNTY) == [(1, 1, 1)]


def test_departments_are_apart_and_the_most_red_stands_first():
    first, second = Department.objects.order_by("id")[:2]
    a_clock(a_subject(), "promised", date(2026, 5, 20), 2)
    other = a_clock(a_subject(), "statutory", date(2026, 5, 20), 2)
    ClockRow.objects.filter(id=other.id).update(department=second)
    sweep.run()
    assert [(line.department_id, line.name) for line in board(COUNTY).departments] == [
        (second.id, second.name),
        (first.id, first.name),
    ]


def test_another_region_a_stopped_and_a_finished_clock_are_not_on_it():
    a_clock(a_subject(), "statutory", date(2026, 5, 20), 3, region_no=1100)
    a_clock(a_subject(), "statutory", date(2026, 6, 1), 3, Step("suspend", date(2026, 6, 2), kind="hearing", key="h"))
    a_clock(a_subject(), "statutory", date(2026, 5, 20), 3, Step("stop", date(2026, 6, 2)))
    assert levels(COUNTY) == []
    assert board(COUNTY).oldest == board(COUNTY).nearest == ()
    assert levels(CITY) == [(0, 0, 1)]


def test_the_nearest_due_and_the_oldest_overdue_come_from_every_region_in_order():
    ahead = [
        a_clock(a_subject(), "statutory", date(2026, 6, 3), n, region_no=region)
        for n, region in ((9, 1100), (4, 1301), (6, 1300), (5, 1100))
    ]
    behind = [
        a_clock(a_subject(), "statutory", date(2026, 5, 11), n, region_no=region)
        for n, region in ((7, 1100), (3, 1301), (5, 1300))
    ]
    found = board(CITY, limit=3)
    assert [clock.id for clock in found.nearest] == [ahead[index].id for index in (1, 3, 2)]
    assert [clock.id for clock in found.oldest] == [behind[index].id for index in (1, 2, 0)]
    assert [clock.id for clock in board(COUNTY).nearest] == [ahead[1].id, ahead[2].id]


def test_a_filter_looks_at_every_row_and_not_at_the_first_ones():
    other = Department.objects.order_by("id")[1]
    for n in range(1, 9):
        a_clock(a_subject(), "statutory", date(2026, 6, 3), n + 2)
        a_clock(a_subject(), "promised", date(2026, 5, 11), n)
    far = a_clock(a_subject(), "statutory", date(2026, 6, 3), 20)
    late = a_clock(a_subject(), "statutory", date(2026, 5, 12), 9)
    ClockRow.objects.filter(id__in=[far.id, late.id]).update(department=other)
    sweep.run()
    found = board(COUNTY, department=other.id, limit=2)
    assert ([c.id for c in found.nearest], [c.id for c in found.oldest]) == ([far.id], [late.id])
    assert {c.id for c in board(COUNTY, level="red", limit=2).oldest} == {late.id}
    assert board(COUNTY, level="yellow", department=other.id).oldest == ()
    assert len(board(COUNTY, level="yellow", limit=3).oldest) == 3


def test_the_board_is_two_queries_whatever_its_size(django_assert_num_queries):
    for n in range(1, 12):
        a_clock(a_subject(), "statutory", date(2026, 5, 29), n, region_no=1300 + n % 3)
    with django_assert_num_queries(2):
        board(CITY)


@pytest.mark.parametrize("role", ["window_clerk", "applicant", "system_admin"])
def test_who_oversees_nothing_has_no_board(role):
    with pytest.raises(NotFound):
        board(replace(CITY, roles=frozenset({role})))
