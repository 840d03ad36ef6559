"""Applicants learn of a day that the calendar moved: once, with both days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from tests.ground.calendars import files
from tests.support import builders
from tongban.ground import moment
from tongban.ground.calendars import selectors as calendars
from tongban.ground.calendars import services as calendar_services
from tongban.ground.notifications.models import Notification
from tongban.procedures.cases import due_moves
from tongban.procedures.work import recompute
from tongban.procedures.work.models import ClockRow

pytestmark = [pytest.mark.django_db, pytest.mark.covers("APR-01", "EFF-02")]


@pytest.fixture(autouse=True)
def _before_spring_festival() -> Iterator[None]:
    calendars.forget()
    ClockRow.objects.all().update(state="done")
    with moment.at(datetime(2027, 1, 25, 2, tzinfo=moment.SHANGHAI)):
        yield
    calendars.forget()


def messages() -> list[Notification]:
    return list(Notification.objects.filter(template=due_moves.TEMPLATE))


def binding(case_id) -> date:
    running = ClockRow.objects.filter(subject_id=case_id, state="running", kind__in=recompute.DECISION_CLOCKS)
    return min(clock.due_on for clock in running)


def test_the_applicant_is_told_the_old_and_the_new_day_once():
    who = builders.resident()
    case_id = builders.a_case_in_review(who)
    old = binding(case_id)
    calendar_services.import_calendar(files.own(), source="2027.json")
    assert recompute.recompute().told == 1
    new = binding(case_id)
    assert (old, new) == (date(2027, 2, 4), date(2027, 2, 3)), "the Sunday before Spring Festival is worked"
    (message,) = messages()
    assert (message.recipient_account, message.channel, message.subject_id) == (who.account_id, "inbox", case_id)
    assert f"由 {old} 改为 {new}" in message.text
    assert message.title == "到期日有变"
    recompute.recompute()
    due_moves.tell_due_moved(case_id, old, new, calendars.current().version)
    assert len(messages()) == 1
