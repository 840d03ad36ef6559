"""The ledger alone tells state, clocks and card of a case, for today and for any past day."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from tests.support import builders
from tongban.ground import moment
from tongban.ground.calendars.selectors import calendar_at
from tongban.ground.errors import NotFound
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases.explaining import explain
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.replay import replay
from tongban.procedures.work.models import ClockRow

pytestmark = pytest.mark.django_db


@pytest.mark.covers("APR-01")
def test_the_rows_are_what_the_ledger_tells() -> None:
    case = Case.objects.get(id=builders.a_granted_case())
    told = replay(events_of("case", case.id), partial(calendar_at, case.region_no), moment.now())
    assert told.state == case.state
    assert told.outcome == case.outcome == "granted"
    rows = {
        (r.kind, r.key, r.started_on): (r.state, r.due_on, r.history["steps"])
        for r in ClockRow.objects.filter(subject_id=case.id)
    }
    folded = {
        (c.kind, c.key, c.steps[0].on): (c.reading.state, c.reading.due, [step.to_json() for step in c.steps])
        for c in told.clocks
    }
    assert folded == rows
    assert told.card == "none"


def test_a_past_day_knows_only_what_was_recorded_by_then() -> None:
    case_id = builders.a_case_in_review()
    case = Case.objects.get(id=case_id)
    events = events_of("case", case_id)
    first = events[0].recorded_at
    then = replay(events, partial(calendar_at, case.region_no), first)
    assert then.state == "submitted"
    assert [clock.kind for clock in then.clocks] == ["acceptance"]
    assert then.accepted_on is None
    later = explain(case.number)
    assert later["state"] == "in_review"
    assert later["due"] is not None
    assert sum(line["delta"] for line in later["clocks"][0]["lines"]) >= 0
    with pytest.raises(NotFound):
        explain(case.number, first - timedelta(seconds=1))


def test_silence_becomes_a_card_of_that_day() -> None:
    case = Case.objects.get(id=builders.a_case_in_review())
    events = events_of("case", case.id)
    calendars = partial(calendar_at, case.region_no)
    now = replay(events, calendars, moment.now())
    assert now.due is not None and now.statutory_due is not None
    promised = moment.now() + timedelta(days=(now.due - moment.today()).days + 1)
    overdue = replay(events, calendars, promised)
    assert overdue.card == "yellow"
    statutory = moment.now() + timedelta(days=(now.statutory_due - moment.today()).days + 1)
    assert replay(events, calendars, statutory).card == "red"
