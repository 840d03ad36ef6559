"""Which clock binds (C14) and what remains on it (C10)."""

from __future__ import annotations

from datetime import date

import pytest

from tongban.ground import calendar
from tongban.ground.clock import Binding, ClockSpec, Limit, Reading, Remaining, Step, bind, read, remaining_of

CALENDAR = calendar.load()
START = date(2026, 11, 2)


def of(n: int, *steps: Step, unit: str = "working_day") -> Reading:
    return read(ClockSpec(Limit(n, unit), 10), [Step("start", START), *steps], CALENDAR)


def away(day: int) -> Step:
    return Step("suspend", date(2026, 11, day), kind="site_check", key="a")


def bound(promised=None, statutory=None, joint=None, today=START):
    return bind(promised, statutory, joint, today, CALENDAR)


@pytest.mark.covers("APR-01", "APR-07")
def test_the_earliest_day_binds():
    found = bound(of(5), of(20), of(45))
    assert (found.binds, found.due) == ("promised", date(2026, 11, 9))
    assert (found.statutory_due, found.joint_due) == (date(2026, 11, 30), date(2027, 1, 5))
    assert found.remaining == Remaining(5, 6)


@pytest.mark.covers("APR-02")
def test_while_a_site_check_stops_the_promise_the_law_binds():
    found = bound(of(5, away(3)), of(20))
    assert (found.binds, found.due, found.remaining) == ("statutory", date(2026, 11, 30), Remaining(20, 21))


@pytest.mark.covers("APR-07")
def test_the_joint_cap_stands_beside_the_shorter_limit_of_a_child():
    child = bound(None, of(20), of(45))
    assert (child.binds, child.due) == ("statutory", date(2026, 11, 30))
    started_late = read(ClockSpec(Limit(20, "working_day")), [Step("start", date(2026, 12, 21))], CALENDAR)
    capped = bound(None, started_late, of(45))
    assert (capped.binds, capped.due) == ("joint", date(2027, 1, 5))
    assert capped.due < started_late.due


def test_on_one_day_the_law_is_named_first():
    assert bound(of(20), of(20), of(20)).binds == "statutory"
    assert bound(of(20), None, of(20)).binds == "joint"


def test_without_a_law_clock_the_promise_is_all():
    found = bound(of(5))
    assert (found.binds, found.statutory_due, found.joint_due) == ("promised", None, None)


def test_while_all_stand_still_the_least_is_left():
    found = bound(of(5, away(3)), of(20, away(3)), today=date(2026, 12, 1))
    assert (found.binds, found.due, found.remaining) == (None, None, Remaining(4, 4))
    assert bound() == Binding(None, None, None, None, None)


@pytest.mark.parametrize(
    ("reading", "today", "left"),
    [
        (of(5), date(2026, 11, 2), Remaining(5, 6)),
        (of(5), date(2026, 11, 9), Remaining(0, 1)),
        (of(5), date(2026, 11, 8), Remaining(1, 1)),
        (of(5), date(2026, 11, 12), Remaining(-3, -3)),
        (of(5, away(4)), date(2026, 12, 24), Remaining(3, 3)),
        (of(30, away(12), unit="calendar_day"), date(2026, 12, 24), Remaining(20, 20)),
        (of(5, Step("stop", date(2026, 11, 5))), date(2026, 11, 5), None),
        (of(5, away(4), Step("stop", date(2026, 11, 5))), date(2026, 11, 5), None),
    ],
    ids=[
        "running",
        "last day",
        "last Sunday",
        "overdue",
        "stopped",
        "stopped calendar",
        "ended",
        "ended while stopped",
    ],
)
def test_what_remains(reading, today, left):
    assert remaining_of(reading, today, CALENDAR) == left
