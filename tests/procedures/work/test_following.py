"""From the import to the new due days, through ledger, queue and job; and what a place decides reaches its acts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.ground.calendars import files
from tests.ground.databases import own_database
from tests.procedures.cases import pure
from tests.procedures.work.rows import a_clock, a_subject, at
from tests.support import builders
from tongban.ground import moment
from tongban.ground.calendars import selectors as calendars
from tongban.ground.calendars import services
from tongban.ground.calendars.services import ClosureDraft
from tongban.ground.jobs import run_until_idle
from tongban.ground.ledger.chain import Actor
from tongban.ground.ledger.consumers import run_once
from tongban.ground.parameters.services import set_value
from tongban.ground.policy import Principal
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.rules import clocking
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.work.models import ClockRow

OPERATOR = Actor(kind="system", role="operator")
MANAGER = Principal(
    kind="staff", staff_id=uuid.UUID(int=7), roles=frozenset({"hall_manager"}), region_no=1000, region_end_no=1999
)
CLOSED = ClosureDraft(
    1000, 1999, "云溪市", date(2026, 12, 8), date(2026, 12, 9), "snow", "day_off", "云政令〔2026〕9号", "暴雪红色预警"
)


@pytest.fixture(autouse=True)
def _nothing_is_held() -> Iterator[None]:
    calendars.forget()
    yield
    calendars.forget()


@pytest.mark.covers("APR-01", "EFF-02")
def test_an_import_reaches_the_open_clocks_through_ledger_and_queue(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), own_database():
        clock = a_clock(a_subject(), "statutory", date(2027, 1, 20), 20)
        services.import_calendar(files.own(), source="2027.json")
        while run_once("work.calendar"):
            pass
        waiting = ProcrastinateJob.objects.filter(task_name="work.recompute_clocks").order_by("id")
        assert [job.scheduled_at is None for job in waiting] == [True, False], "at once, and once more behind it"
        run_until_idle()
        clock.refresh_from_db()
        assert (clock.due_on, clock.provisional) == (date(2027, 2, 23), False)


@pytest.mark.django_db
@pytest.mark.covers("APR-01")
def test_where_a_place_says_so_what_arrives_after_closing_time_is_received_the_next_working_day():
    with moment.at(at(date(2026, 11, 2))):
        services.set_office_hours(
            1000, 1999, weekdays=range(1, 6), opens=time(9), closes=time(17), valid_from=date(2026, 11, 1),
            basis="云溪市政务服务规定", actor=OPERATOR,
        )  # fmt: skip
    friday = date(2026, 11, 13)
    with moment.at(at(friday, 18)):
        assert load(builders.a_submitted_case()).clock("acceptance").started_on == friday
    basis = "云溪市政务服务规定"
    set_value("clock.receipt_rule", "office_hours", valid_from=date(2026, 11, 1), basis=basis, actor=OPERATOR)
    calendars.forget()
    with moment.at(at(friday, 18)):
        assert load(builders.a_submitted_case()).clock("acceptance").started_on == date(2026, 11, 16)
    with moment.at(at(friday, 17)):
        assert load(builders.a_submitted_case()).clock("acceptance").started_on == friday


@pytest.mark.django_db
@pytest.mark.covers("APR-01")
def test_acts_reckon_with_the_closures_of_their_place():
    with moment.at(at(date(2026, 12, 1))):
        before = load(builders.a_submitted_case()).clock("acceptance").due_on
        services.decide_closure(MANAGER, replace(CLOSED, first=date(2026, 12, 3), last=date(2026, 12, 4)))
        case_id = builders.a_submitted_case()
        after = load(case_id).clock("acceptance").due_on
    assert (before, after) == (date(2026, 12, 8), date(2026, 12, 10))
    version = ClockRow.objects.get(subject_id=case_id, kind="acceptance").calendar_version
    assert not calendars.version_of(version).is_working_day(date(2026, 12, 3))


def _told(state: CaseState, when: datetime, *steps: clocking.ClockStep) -> list[object]:
    """What an act at ``when`` writes into ``told`` of the clocks that it touched; ``kept`` when it leaves it."""
    changes = clocking.react(state, steps, pure.setting(pure.CLERK, when))
    return [change.values.get("told", "kept") for change in changes]


@pytest.mark.covers("EFF-01")
def test_a_clock_whose_day_an_act_moved_may_warn_again_and_one_that_still_stands_at_its_level_may_not():
    state = pure.in_review()
    clock = state.clock("statutory")
    last = clock.due_on
    then, after = (pure.setting(pure.CLERK, at(last + timedelta(days=n))) for n in (0, 1))
    pause = clocking.suspend(state, then, "expert_review", "行政许可法第四十五条", "p", "statutory")
    assert _told(state, at(last), *pause) == [""], "it stands still"
    late = clocking.suspend(state, after, "expert_review", "第四十五条", "p", "statutory")
    assert _told(state, at(last + timedelta(days=1)), *late) == ["kept"], "overdue all the same"
